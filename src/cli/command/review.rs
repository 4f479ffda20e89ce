use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use serde::Serialize;

use crate::cli::app::App;
use crate::cli::args::TransitionFlags;
use crate::cli::calibrating::Unsaved;
use crate::cli::error::{CommandError, ErrorKind};
use crate::cli::output::Report;
use crate::cli::render::{annotations, outcome, plan, prompt, review as render, review_html, sarif};
use crate::cli::reviewing::{self, Grader};
use crate::cli::session::{Reading, Session};
use crate::cli::{calibrating, opinion, transition};
use crate::domain::lifecycle::submit;
use crate::domain::markdown::read;
use crate::domain::model::path::RepoPath;
use crate::domain::model::prd::Prd;
use crate::domain::model::state::State;
use crate::domain::report::change::Change;
use crate::domain::review::calibration;
use crate::domain::review::compare::{Comparison, compare};
use crate::domain::review::outcome::Outcome;
use crate::domain::review::record::ReviewRecord;
use crate::domain::review::report::{Review, reviews_of};
use crate::domain::review::verdict::verdicts_of;

/// Grade a PRD along the configured dimensions, and ask the questions that expose its gaps
///
/// One PRD in draft or review is graded, its answers written under `## Calibration`, and the review saved; a draft
/// moves to review, and on a terminal a PRD that can be approved may be approved at once. Any other PRD, and many at
/// once, are only graded. Ends with 0 whatever the grade of one PRD; with --check, and for many, it ends with 1 where
/// one is under the minimum.
#[derive(Debug, Parser)]
pub struct Args {
    /// The PRDs: ids, numbers, paths or parts of names
    #[arg(required_unless_present_any = ["all", "state", "changed_since"])]
    prds: Vec<String>,
    /// Grade all PRDs, and save nothing
    #[arg(long, conflicts_with = "prds")]
    all: bool,
    /// Grade all PRDs in this state, and save nothing; may be repeated
    #[arg(long, value_name = "STATE", conflicts_with = "prds")]
    state: Vec<State>,
    /// Grade the PRDs of this checkout whose files changed since it left REV, and save nothing
    #[arg(long, value_name = "REV", conflicts_with = "prds")]
    changed_since: Option<String>,
    /// Take the answers to the calibration questions from this file: JSON, or Markdown as under `## Calibration`
    #[arg(long, value_name = "FILE", conflicts_with_all = ["all", "state", "changed_since"])]
    answers: Option<PathBuf>,
    /// Show what changed since the last saved review
    #[arg(long, conflicts_with_all = ["all", "state", "changed_since"])]
    compare: bool,
    /// End with 1 where the grade is under the minimum
    #[arg(long)]
    check: bool,
    /// Grade and print, and save nothing
    #[arg(long)]
    dry_run: bool,
    /// Do not run git's pre-commit and commit-msg hooks for the review's commit
    #[arg(long)]
    no_verify: bool,
    /// Print what fills each slot, too
    #[arg(long)]
    evidence: bool,
    /// How to print the review
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Text,
    /// For a pull-request comment
    Markdown,
    /// For scripts: a document with `schema: 1`
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Workflow commands, which GitHub Actions shows at their lines
    Github,
    /// One page that needs nothing else
    Html,
}

#[derive(Debug, Serialize)]
struct Reviews {
    reviews: Vec<Review>,
}

/// Runs `prd review`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let session = Session::open_recovered(app, args.dry_run)?;
    if let Some(rev) = &args.changed_since {
        let (session, changed) = this_checkout(session, rev)?;
        let reading = session.read()?;
        return many(args, app, &session, &reading, Some(&changed));
    }
    let reading = session.read()?;
    let [name] = args.prds.as_slice() else {
        if args.answers.is_some() || args.compare {
            return Err(CommandError::usage("--answers and --compare are for one PRD"));
        }
        return many(args, app, &session, &reading, None);
    };
    let prd = reading.prd(&session, app, name)?;
    let last = reading.records.reviews.get(&prd.id).and_then(|reviews| reviews.last());
    if args.compare && last.is_none() {
        app.console.note(&format!("{} has no earlier review to compare with", prd.id));
    }
    let compared = |review: &Review| last.filter(|_| args.compare).map(|last| compare(last, review));
    if matches!(prd.state, State::Draft | State::Review) && !args.dry_run {
        let unsaved = Unsaved::of(&session, &prd.id);
        return calibrate(args, app, &session, &reading, prd, &unsaved, &compared)
            .map_err(|error| unsaved.mentioned_in(error, &prd.id));
    }
    let text = session.text(&prd.path)?;
    let grader = Grader::new(&session, &reading);
    let mut review = grader.grade(prd, &text)?;
    let mut graded = text;
    if let Some(file) = &args.answers {
        if !args.dry_run {
            let message = format!("{} is in {}: answers are written in draft and review", prd.id, prd.state);
            return Err(CommandError::refused(message).hint("to see what they would change: --dry-run"));
        }
        let answers = calibrating::from_file(app, file, &review)?;
        graded = calibration::write_answers(&graded, &answers);
        review = grader.grade(&reread(&session, prd, &graded)?, &graded)?;
    }
    let opinion = opinion::of(app, &session, &review, &graded)?;
    let outcome = Outcome { compared: compared(&review), opinion, review };
    Ok(one(args, app, &outcome)?.refused_if(args.check && !outcome.passed()))
}

/// The model of a PRD with another text.
fn reread(session: &Session, prd: &Prd, text: &str) -> Result<Prd, CommandError> {
    match read::read_prd(&prd.path, prd.state, text.as_bytes(), session.config().id_format()) {
        read::Reading::Prd(prd) => Ok(*prd),
        read::Reading::Stray(_) => Err(CommandError::refused(format!("{} has lost its id", prd.path))),
    }
}

/// Asks what is to be asked, then grades the text with its answers and saves the review, as one change.
fn calibrate(
    args: &Args,
    app: &App,
    session: &Session,
    reading: &Reading,
    prd: &Prd,
    unsaved: &Unsaved,
    compared: &dyn Fn(&Review) -> Option<Comparison>,
) -> Result<Report, CommandError> {
    // Nobody is asked for what could not be saved.
    session.require_writable()?;
    session.actor()?;
    let before = session.text(&prd.path)?;
    let grader = Grader::new(session, reading);
    let first = grader.grade(prd, &before)?;
    let asks = args.answers.is_none() && app.can_ask();
    let answers = match &args.answers {
        Some(file) => calibrating::from_file(app, file, &first)?,
        None if asks => calibrating::ask(app, &first, &before, unsaved)?,
        None => Vec::new(),
    };
    let graded =
        if answers.is_empty() { before.clone() } else { calibration::write_answers(&before, &answers) };
    let review = grader.grade(&reread(session, prd, &graded)?, &graded)?;
    let opinion = opinion::of(app, session, &review, &graded)?;
    let flags = TransitionFlags { no_verify: args.no_verify, ..TransitionFlags::default() };
    let request = transition::request(&flags, None);
    let change = transition::change(app, prd.path.as_str(), &flags, |context| {
        if context.subject.text != before {
            return Err(CommandError::refused(format!("{} was changed meanwhile", prd.path))
                .hint(format!("prd review {}", prd.id)));
        }
        let record = ReviewRecord::of(&review, context.snapshot.now, context.snapshot.actor.clone());
        let record = opinion.as_ref().map_or(record.clone(), |opinion| opinion.recorded(record));
        Ok(submit::plan(&context.snapshot, context.subject, &graded, &record, &request)?)
    })?;
    if asks {
        unsaved.forget(&review);
    }
    let compared = compared(&review);
    // The places of its findings are those of the file where it lies now.
    let path = change.path.clone().unwrap_or_else(|| review.path.clone());
    let outcome = Outcome { review: Review { path, ..review }, compared, opinion };
    let report = one(args, app, &outcome)?.refused_if(args.check && !outcome.passed());
    if app.can_ask() && args.format == Format::Text {
        app.console.answer(&report.body)?;
        return lead_on(args, app, &outcome, &change, Report { body: String::new(), ..report });
    }
    if change.from != change.to {
        app.console.note(&format!("{} moved to review; next: {}", prd.id, next(&outcome)));
    }
    Ok(report)
}

/// What comes after a review.
fn next(outcome: &Outcome) -> String {
    let id = &outcome.review.id;
    if outcome.passed() && outcome.review.open_critical().next().is_none() {
        format!("prd approve {id}")
    } else {
        format!("prd edit {id}, then prd review {id}")
    }
}

/// On a terminal: says what keeps the PRD from being approved, or offers to approve it.
fn lead_on(
    args: &Args,
    app: &App,
    outcome: &Outcome,
    change: &Change,
    report: Report,
) -> Result<Report, CommandError> {
    let id = &outcome.review.id;
    let place = if change.from == change.to { "is in review" } else { "moved to review" };
    let flags = TransitionFlags { no_verify: args.no_verify, ..TransitionFlags::default() };
    let tried = TransitionFlags { dry_run: true, ..flags.clone() };
    if let Err(error) = reviewing::approve(app, outcome.review.path.as_str(), &tried, None) {
        if error.kind != ErrorKind::Refused {
            return Err(error);
        }
        app.console.note(&format!("\n{id} {place}. Before it can be approved:"));
        app.console.note(error.message.lines().skip(1).collect::<Vec<_>>().join("\n").as_str());
        app.console.note(&format!("Next: {}", next(outcome)));
        return Ok(report);
    }
    app.console.note(&format!("\n{id} {place}, and nothing keeps it from being approved."));
    if !prompt::confirm(&format!("Approve {id} now?"), false)? {
        app.console.note(&format!("Next: prd approve {id}"));
        return Ok(report);
    }
    let approved = reviewing::approve(app, outcome.review.path.as_str(), &flags, None)?;
    if approved.to == Some(State::Ready) {
        app.console.note(&format!("Next: prd start {id}"));
    }
    Ok(Report { body: plan::change(&approved), ..report })
}

/// One review in the wanted form.
fn one(args: &Args, app: &App, outcome: &Outcome) -> Result<Report, CommandError> {
    let review = &outcome.review;
    let own = std::slice::from_ref(review);
    Ok(match args.format {
        Format::Text => {
            let look = render::Look { color: true, width: app.env.width, evidence: args.evidence };
            Report::text(render::terminal(review, look) + &outcome::terminal(outcome, true))
        }
        Format::Markdown => Report::text(render::markdown(review) + &outcome::markdown(outcome)),
        Format::Json => Report::json(outcome)?,
        Format::Sarif => Report::document(&sarif::reviews(own))?,
        Format::Github => Report::text(annotations::reviews(own)),
        Format::Html => Report::text(page(own)?),
    })
}

fn page(reviews: &[Review]) -> Result<String, CommandError> {
    review_html::page(reviews)
        .map_err(|error| CommandError::new(ErrorKind::Bug, format!("the page cannot be made: {error:#}")))
}

/// The session on this checkout instead of home, and which files below the state folders differ from where it left a
/// commit: what a pull request is about to change is not in home yet.
fn this_checkout(session: Session, rev: &str) -> Result<(Session, Vec<RepoPath>), CommandError> {
    let Some(session) = session.on_this_checkout() else {
        return Err(CommandError::usage(
            "this repository has no work tree, so nothing in it can have changed",
        ));
    };
    let git = &session.git;
    let Some(root) = git.root() else { return Ok((session, Vec::new())) };
    let Some(wanted) = git.commit_of(rev)? else {
        return Err(CommandError::not_found(format!("git knows no commit `{rev}`"))
            .hint("it may have to be fetched first: git fetch origin"));
    };
    let base = match git.commit_of("HEAD")? {
        Some(head) => git.merge_base(&head, &wanted)?.ok_or_else(|| {
            CommandError::refused(format!("HEAD and `{rev}` have no common commit"))
                .hint("in a shallow clone: git fetch --unshallow")
        })?,
        None => wanted,
    };
    let folders: Vec<RepoPath> =
        session.config().directories().folders().map(|(_, folder)| folder.clone()).collect();
    let changed = git.changed_since(root, &base, &folders)?;
    Ok((session, changed))
}

/// Grades many PRDs in parallel; nothing is moved or saved.
fn many(
    args: &Args,
    app: &App,
    session: &Session,
    reading: &Reading,
    changed: Option<&[RepoPath]>,
) -> Result<Report, CommandError> {
    let mut prds: Vec<&Prd> = Vec::new();
    for name in &args.prds {
        prds.push(reading.prd(session, app, name)?);
    }
    if args.prds.is_empty() {
        let is_wanted = |prd: &&Prd| {
            (args.state.is_empty() || args.state.contains(&prd.state))
                && changed.is_none_or(|changed| changed.binary_search(&prd.path).is_ok())
        };
        prds.extend(reading.portfolio.prds().iter().filter(is_wanted));
    }
    // What cannot be read hides nothing of what can.
    reading.warn(app);
    let is_text = |prd: &&Prd| prd.problems.iter().all(|problem| problem.rule != read::NOT_UTF8);
    let (prds, unread): (Vec<&Prd>, Vec<&Prd>) = prds.into_iter().partition(is_text);
    for prd in &unread {
        app.console.warn(&format!("{} is not graded, for it is not UTF-8: prd lint {}", prd.path, prd.id));
    }
    let grader = Grader::new(session, reading);
    let written: fn(&Reviews) -> Result<Report, CommandError> = match args.format {
        Format::Text => {
            let verdicts = grader.all(&prds, verdicts_of)?;
            let refused = verdicts.iter().any(|verdict| !verdict.passed);
            let text = render::overview(&verdicts, app.view().cut());
            return Ok(Report::text(text).refused_if(refused || !unread.is_empty()));
        }
        Format::Markdown => |all| Ok(Report::text(render::markdown_many(&all.reviews))),
        Format::Json => Report::json,
        Format::Sarif => |all| Report::document(&sarif::reviews(&all.reviews)),
        Format::Github => |all| Ok(Report::text(annotations::reviews(&all.reviews))),
        Format::Html => |all| Ok(Report::text(page(&all.reviews)?)),
    };
    let all = Reviews { reviews: grader.all(&prds, reviews_of)? };
    let refused = all.reviews.iter().any(|review| !review.passed);
    Ok(written(&all)?.refused_if(refused || !unread.is_empty()))
}
