use std::cmp::Ordering;

use clap::Parser;

use crate::cli::app::App;
use crate::cli::args::{ChangeFlags, Output, TransitionFlags};
use crate::cli::error::{CommandError, ErrorKind};
use crate::cli::merging;
use crate::cli::output::Report;
use crate::cli::render::resolve as render;
use crate::cli::session::{Reading, Session};
use crate::cli::transition;
use crate::domain::lifecycle::resolve::{self, Double, Side, Version};
use crate::domain::model::id::PrdId;
use crate::domain::model::path::RepoPath;
use crate::domain::model::prd::Prd;
use crate::domain::model::state::State;
use crate::domain::report::change::Change;
use crate::domain::report::resolve::{Open, Resolution, Settled};
use crate::io::git::resolve::TwoPlaces;
use crate::io::git::staged::Unmerged;
use crate::io::git::worktree::list::Operation;

/// How many changes one run makes at most: each settles one double.
const MOST: usize = 10_000;

/// Settle what a merge left: a PRD in two folders, an id that two files have
///
/// In the middle of a merge, a PRD that both sides have moved is settled in the index where one move follows the other.
/// After it, of a PRD in several folders the later state is kept, and of two PRDs with one number the younger gets another.
/// A text that differs is put away beside, never dropped. Ends with 1 where something is left that only a person can settle.
#[derive(Debug, Parser)]
pub struct Args {
    /// Only these ids
    #[arg(value_name = "ID")]
    ids: Vec<String>,
    /// Keep this file, where several could be
    #[arg(long, value_name = "FILE")]
    keep: Vec<String>,
    #[command(flatten)]
    change: ChangeFlags,
    #[command(flatten)]
    output: Output,
}

/// Runs `prd resolve`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let session = Session::open_recovered(app, args.change.dry_run)?;
    let mut resolution = Resolution { dry_run: args.change.dry_run, ..Resolution::default() };
    let keep: Vec<RepoPath> = args
        .keep
        .iter()
        .map(|name| {
            session
                .repo_path(app, name)
                .ok_or_else(|| CommandError::not_found(format!("{name} is no file of this repository")))
        })
        .collect::<Result<_, _>>()?;
    let wanted = |id: &PrdId| {
        let format = session.config().id_format();
        args.ids.is_empty()
            || args.ids.iter().any(|name| format.parse(name).is_some_and(|named| named == *id))
    };
    if session.git.root().is_some() && Operation::in_progress(session.git.git_dir()).is_some() {
        in_the_middle(args, &session, &keep, &wanted, &mut resolution)?;
    } else {
        afterwards(args, app, &keep, &wanted, &mut resolution)?;
    }
    let is_open = !resolution.open.is_empty() || resolution.settled.iter().any(|settled| !settled.clean);
    Ok(app
        .report(args.output, &resolution, |resolution, _| render::resolution(resolution))?
        .refused_if(is_open))
}

/// Settles conflicts of the merge in progress in this checkout.
fn in_the_middle(
    args: &Args,
    session: &Session,
    keep: &[RepoPath],
    wanted: &dyn Fn(&PrdId) -> bool,
    resolution: &mut Resolution,
) -> Result<(), CommandError> {
    let Some(root) = session.git.root() else { return Ok(()) };
    let (directories, format) = (session.config().directories(), session.config().id_format());
    let unmerged = session.git.unmerged(&merging::folders(session))?;
    let entries: Vec<(RepoPath, u8)> =
        unmerged.iter().map(|entry| (entry.path.clone(), entry.stage)).collect();
    let id_of = |path: &RepoPath| resolve::id_of(path, format);
    let has_review = directories.folder(State::Review).is_some();
    for moves in resolve::moved_twice(&entries, |path| directories.state_of(path), id_of) {
        let id = id_of(&moves.base);
        if id.as_ref().is_some_and(|id| !wanted(id)) {
            continue;
        }
        let (Some(ours), Some(theirs)) =
            (directories.state_of(&moves.ours), directories.state_of(&moves.theirs))
        else {
            continue;
        };
        let by_hand = match (keep.contains(&moves.ours), keep.contains(&moves.theirs)) {
            (true, false) => Some(Side::Ours),
            (false, true) => Some(Side::Theirs),
            (true, true) | (false, false) => None,
        };
        let mut open = |message: String, hint: String| {
            let paths = vec![moves.ours.clone(), moves.theirs.clone()];
            resolution.open.push(Open { id: id.clone(), paths, message, hint });
        };
        let Some(side) = by_hand.or_else(|| resolve::later(ours, theirs, has_review)) else {
            open(
                format!(
                    "one side moves it to {ours} and the other to {theirs}, and neither follows the other"
                ),
                format!("prd resolve --keep {} or --keep {}", moves.ours, moves.theirs),
            );
            continue;
        };
        let entry = |path: &RepoPath, stage: u8| {
            unmerged.iter().find(|entry| entry.path == *path && entry.stage == stage)
        };
        let (Some(base), Some(ours), Some(theirs)) =
            (entry(&moves.base, 1), entry(&moves.ours, 2), entry(&moves.theirs, 3))
        else {
            continue;
        };
        let conflict = match side {
            Side::Ours => places(base, ours, theirs),
            Side::Theirs => places(base, theirs, ours),
        };
        if !(session.git.is_untouched(root, ours)? && session.git.is_untouched(root, theirs)?) {
            open(
                "one of the files was edited since the merge began".to_owned(),
                "settle it by hand: git rm the one, and git add the other".to_owned(),
            );
            continue;
        }
        let (text, merges) = session.git.merged_text(&conflict)?;
        let clean =
            merges && crate::domain::hooks::staged::conflict_mark(&String::from_utf8_lossy(&text)).is_none();
        if !args.change.dry_run {
            session.git.settle(root, &conflict, &text, clean)?;
        }
        let (kept, dropped) = (conflict.kept.path, conflict.dropped.path);
        resolution.settled.push(Settled { kept, dropped, clean });
    }
    Ok(())
}

fn places(base: &Unmerged, kept: &Unmerged, dropped: &Unmerged) -> TwoPlaces {
    TwoPlaces { base: base.clone(), kept: kept.clone(), dropped: dropped.clone() }
}

/// Settles doubles of home, one change and one commit after the other.
fn afterwards(
    args: &Args,
    app: &App,
    keep: &[RepoPath],
    wanted: &dyn Fn(&PrdId) -> bool,
    resolution: &mut Resolution,
) -> Result<(), CommandError> {
    let flags = TransitionFlags::from(args.change);
    let mut passed: Vec<PrdId> = Vec::new();
    for _ in 0..MOST {
        let mut session = Session::open_for_change(app, args.change.dry_run)?;
        let reading = session.read()?;
        let doubles = reading.portfolio.doubles();
        let next = doubles
            .iter()
            .find(|files| files.first().is_some_and(|prd| wanted(&prd.id) && !passed.contains(&prd.id)));
        let Some(files) = next else { return Ok(()) };
        let Some(double) = resolve::first_double(files) else { return Ok(()) };
        let taken = u32::try_from(resolution.changes.len()).unwrap_or(u32::MAX);
        match settle_one(app, &mut session, &reading, &double, keep, &flags, taken)? {
            Outcome::Changed(change) => resolution.changes.push(*change),
            Outcome::Open(open) => {
                passed.extend(open.id.clone());
                resolution.open.push(open);
            }
        }
        if args.change.dry_run {
            // Nothing has changed, so this one would be found again.
            passed.extend(files.first().map(|prd| prd.id.clone()));
        }
    }
    Err(CommandError::new(ErrorKind::Bug, "doubles do not come to an end"))
}

enum Outcome {
    Changed(Box<Change>),
    Open(Open),
}

fn settle_one(
    app: &App,
    session: &mut Session,
    reading: &Reading,
    double: &Double<'_>,
    keep: &[RepoPath],
    flags: &TransitionFlags,
    taken: u32,
) -> Result<Outcome, CommandError> {
    match double {
        Double::Folders(files) => {
            let named = files.iter().find(|prd| keep.contains(&prd.path)).copied();
            let Some(kept) = named.or_else(|| resolve::kept(files, &reading.records)) else {
                return Ok(Outcome::Open(Open {
                    id: files.first().map(|prd| prd.id.clone()),
                    paths: files.iter().map(|prd| prd.path.clone()).collect(),
                    message: "two files of one PRD lie in one state".to_owned(),
                    hint: "name the one to keep: prd resolve --keep FILE".to_owned(),
                }));
            };
            let text = session.text(&kept.path)?;
            let mut others = Vec::new();
            for prd in files.iter().filter(|prd| prd.path != kept.path) {
                others.push((*prd, session.text(&prd.path)?));
            }
            let others: Vec<Version<'_>> = others.iter().map(|(prd, text)| Version { prd, text }).collect();
            let plan = transition::with_snapshot(app, session, session.config(), reading, |snapshot| {
                Ok(resolve::keep_one(snapshot, Version { prd: kept, text: &text }, &others)?)
            })?;
            let mut change = transition::apply_plan(app, session, &plan, &kept.title, flags)?;
            change.path = Some(kept.path.clone());
            Ok(Outcome::Changed(Box::new(change)))
        }
        Double::Numbers(files) => {
            let by_age = by_age(session, files)?;
            let named = by_age.iter().find(|prd| keep.contains(&prd.path)).copied();
            let (Some(elder), Some(younger)) = (
                named.or_else(|| by_age.first().copied()),
                by_age.iter().rfind(|prd| named.is_none_or(|named| named.path != prd.path)),
            ) else {
                return Err(CommandError::new(ErrorKind::Bug, "a double of one file"));
            };
            let text = session.text(&younger.path)?;
            let change = session.with_next_id(app, reading, taken, flags.dry_run, |session, id| {
                let plan = transition::with_snapshot(app, session, session.config(), reading, |snapshot| {
                    let version = Version { prd: younger, text: &text };
                    Ok(resolve::renumber(snapshot, version, elder, id)?)
                })?;
                transition::apply_plan(app, session, &plan, &younger.title, flags)
            })?;
            Ok(Outcome::Changed(Box::new(change)))
        }
    }
}

/// PRDs from the oldest to the youngest: by the commits that brought them, where one is in the other's history, else by
/// their times; what no commit has is the youngest.
fn by_age<'a>(session: &Session, files: &[&'a Prd]) -> Result<Vec<&'a Prd>, CommandError> {
    let mut aged = Vec::new();
    for prd in files {
        let added = match session.home.onto() {
            Some(tip) => session.git.first_added(tip, &prd.path)?,
            None => None,
        };
        aged.push((*prd, added));
    }
    let mut failed = None;
    aged.sort_by(|(one, one_added), (other, other_added)| {
        let by_history = match (one_added, other_added) {
            (Some(a), Some(b)) if a.commit != b.commit => {
                let within = |a, b| session.git.is_ancestor(a, b);
                match (within(&a.commit, &b.commit), within(&b.commit, &a.commit)) {
                    (Ok(true), _) => Ordering::Less,
                    (_, Ok(true)) => Ordering::Greater,
                    (Ok(false), Ok(false)) => a.time.cmp(&b.time),
                    (Err(error), _) | (_, Err(error)) => {
                        failed = Some(error);
                        Ordering::Equal
                    }
                }
            }
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(_), Some(_)) | (None, None) => Ordering::Equal,
        };
        by_history.then_with(|| one.created.cmp(&other.created)).then_with(|| one.path.cmp(&other.path))
    });
    match failed {
        Some(error) => Err(error.into()),
        None => Ok(aged.into_iter().map(|(prd, _)| prd).collect()),
    }
}
