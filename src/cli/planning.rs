//! What the schedule needs besides the graph, gathered for `orchestrate`, `graph` and `next`.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};

use super::app::App;
use super::contracts;
use super::error::CommandError;
use super::session::{Reading, Session};
use crate::domain::config::schema::{Config, CoordinationMode, Team};
use crate::domain::graph::capacity::Limits;
use crate::domain::graph::facts::{Facts, PrdFacts, ProgressSource};
use crate::domain::graph::milestone;
use crate::domain::lifecycle::note::Note;
use crate::domain::model::branch::BranchName;
use crate::domain::model::path::RepoPath;
use crate::domain::model::people::TeamName;
use crate::domain::model::prd::Prd;
use crate::domain::model::state::State;
use crate::domain::orchestrate::coordination::{NoteRow, Publication, Told};
use crate::domain::orchestrate::options::{Filter, Mode, Options};
use crate::domain::orchestrate::overlap;
use crate::domain::orchestrate::report::{Conflict, ConflictLevel};
use crate::io::git::oid::Oid;
use crate::io::git::overlap::Work;
use crate::io::store::progress::Source;
use crate::io::store::records;

/// Refuses where the configuration turns orchestration off.
pub(super) fn require_enabled(session: &Session) -> Result<(), CommandError> {
    if session.config().orchestration.enabled {
        return Ok(());
    }
    Err(CommandError::refused("the config says orchestration.enabled: false")
        .hint("set it to true to see schedules; dependencies guard transitions all the same"))
}

/// The calendar, and how far and how fresh each PRD is.
pub(super) fn facts(app: &App, session: &Session, reading: &Reading) -> Result<Facts, CommandError> {
    let mut facts = Facts::on(app.today());
    facts.units = session.config().effort_units();
    let mut prds = BTreeMap::new();
    for prd in reading.portfolio.prds().iter().filter(|prd| prd.state.is_active()) {
        let source = match reading.sources.get(&prd.id) {
            Some(Source::Worktree { .. }) => ProgressSource::Worktree,
            Some(Source::Branch { .. }) => ProgressSource::Branch,
            Some(Source::Home) | None => ProgressSource::Home,
        };
        let last_activity =
            if prd.state == State::InProgress { last_activity(session, reading, prd)? } else { None };
        prds.insert(prd.id.clone(), PrdFacts { progress: prd.progress(), source, last_activity });
    }
    facts.prds = prds;
    facts.milestones = milestone::dues(reading.portfolio.prds());
    Ok(facts)
}

/// The calendar on a day, and nothing of branches: they are not what they were.
pub(super) fn facts_on(day: NaiveDate, session: &Session, old: &Reading) -> Facts {
    let milestones = milestone::dues(old.portfolio.prds());
    Facts { units: session.config().effort_units(), milestones, ..Facts::on(day) }
}

/// The day of the last commit on a PRD's branch or of its last record, whichever is later.
fn last_activity(session: &Session, reading: &Reading, prd: &Prd) -> Result<Option<NaiveDate>, CommandError> {
    let recorded = reading.records.last_activity(&prd.id);
    let branch = prd.branch.as_deref().and_then(|name| BranchName::new(name).ok());
    let tip = branch.map(|branch| session.git.branch_tip(&branch)).transpose()?.flatten();
    let commit = tip.map(|tip| session.git.commit_time(&tip)).transpose()?.map(|time| time.date_naive());
    Ok(recorded.max(commit))
}

/// What the configuration asks for.
pub(super) fn options(config: &Config, filter: Filter) -> Options {
    let whole = |number: u32| i64::from(number);
    Options {
        stale_days: whole(config.orchestration.stale_days),
        near_critical_days: whole(config.orchestration.near_critical_days),
        mode: match config.agents.orchestrator.coordination_mode {
            CoordinationMode::Simple => Mode::Simple,
            CoordinationMode::Smart => Mode::Smart,
            CoordinationMode::Advanced => Mode::Advanced,
        },
        recommendations: config.agents.orchestrator.enabled,
        parallel_features: config
            .orchestration
            .parallel_features
            .map(|limit| usize::try_from(limit.get()).unwrap_or(usize::MAX)),
        team_limits: team_limits(config),
        cross_team: config.orchestration.cross_team_coordination,
        filter,
    }
}

/// How much can be in progress at once.
///
/// # Errors
/// Nothing in the configuration limits anything.
pub(super) fn limits(config: &Config) -> Result<Limits, CommandError> {
    let all = config
        .orchestration
        .parallel_features
        .map(|limit| usize::try_from(limit.get()).unwrap_or(usize::MAX));
    let teams = team_limits(config);
    if all.is_none() && teams.is_empty() {
        return Err(CommandError::refused("the config limits nothing that could be kept")
            .hint("set orchestration.parallel_features, or teams.<name>.parallel"));
    }
    Ok(Limits { all, teams })
}

/// `teams.<name>.parallel`.
fn team_limits(config: &Config) -> BTreeMap<TeamName, usize> {
    let limit = |team: &Team| Some(usize::try_from(team.parallel?.get()).unwrap_or(usize::MAX));
    config.teams.iter().filter_map(|(name, team)| Some((TeamName::new(name)?, limit(team)?))).collect()
}

/// What the records say of contracts between teams, and the notes of the last days.
///
/// # Errors
/// A branch or a worktree cannot be read.
pub(super) fn told(app: &App, session: &Session, reading: &Reading) -> Result<Told, CommandError> {
    let mut told = Told::default();
    if !session.config().orchestration.cross_team_coordination {
        return Ok(told);
    }
    for id in reading.records.contracts.keys() {
        let (Some(prd), Some(record)) = (reading.portfolio.find(id), reading.records.contract(id)) else {
            continue;
        };
        // A contract that nobody waits for any more is nobody's news, and its texts need not be read.
        let changed = prd.state.is_unfinished()
            && !record.changes(&contracts::gather_again(session, prd, record)?).is_empty();
        let day = record.time.map(|time| time.date_naive());
        told.published.insert(id.clone(), Publication { day, version: record.version, changed });
    }
    let (notes, _) = records::notes(&session.files(), &session.config().directories().records());
    let days = Days::new(u64::from(session.config().orchestration.stale_days));
    let since = app.today().checked_sub_days(days);
    let row = |(_, note): (String, Note)| NoteRow {
        date: note.time.date_naive(),
        from: note.from.name,
        team: note.team,
        prd: note.prd,
        text: note.text,
    };
    told.notes = notes.into_iter().rev().map(row).collect();
    told.notes.retain(|note| Some(note.date) >= since && note.date <= app.today());
    Ok(told)
}

/// Pairs of active PRDs that say that they will change the same files.
pub(super) fn declared_overlaps(reading: &Reading) -> Vec<Conflict> {
    overlap::declared(reading.portfolio.prds(), &BTreeSet::new())
}

/// Which PRDs change the same files: as git sees it for those with a branch, as they declare it for the others.
///
/// # Errors
/// A branch or a worktree cannot be read.
pub(super) fn conflicts(session: &Session, reading: &Reading) -> Result<Vec<Conflict>, CommandError> {
    let worktrees = session.git.worktrees()?;
    let mut running: Vec<(&Prd, Work)> = Vec::new();
    for prd in reading.portfolio.prds().iter().filter(|prd| prd.state == State::InProgress) {
        let Some(branch) = prd.branch.as_deref().and_then(|name| BranchName::new(name).ok()) else {
            continue;
        };
        let Some(tip) = session.git.branch_tip(&branch)? else { continue };
        let worktree = worktrees.iter().find(|worktree| worktree.holds(&branch) && !worktree.is_missing);
        running.push((prd, Work { tip, worktree: worktree.map(|worktree| worktree.path.clone()) }));
    }
    let mut conflicts = overlap::declared(
        reading.portfolio.prds(),
        &running.iter().map(|(prd, _)| &prd.id).collect::<BTreeSet<_>>(),
    );
    if let (Some(base), true) = (session.home.onto(), running.len() > 1) {
        let works: Vec<Work> = running.iter().map(|(_, work)| work.clone()).collect();
        let directories = session.config().directories();
        let records = directories.records();
        let folders: Vec<&RepoPath> =
            directories.folders().map(|(_, folder)| folder).chain([&records]).collect();
        let in_folders = |path: &str| folders.iter().any(|folder| is_below(path, folder.as_str()));
        for found in session.git.overlaps(base, &works, in_folders)? {
            let level = if found.conflicts { ConflictLevel::Conflict } else { ConflictLevel::Overlap };
            let (a, b) = (running[found.a].0.id.clone(), running[found.b].0.id.clone());
            conflicts.push(Conflict { a, b, files: found.files, level });
        }
    }
    conflicts.sort_by(|one, other| (one.level, &one.a, &one.b).cmp(&(other.level, &other.a, &other.b)));
    Ok(conflicts)
}

/// One of the teams that are known.
///
/// # Errors
/// It is none.
pub(super) fn team_of(known: &BTreeSet<TeamName>, name: &str) -> Result<TeamName, CommandError> {
    let names: Vec<&str> = known.iter().map(TeamName::as_str).collect();
    TeamName::new(name).filter(|team| known.contains(team)).ok_or_else(|| {
        let error = CommandError::not_found(format!("no team is named `{name}`"));
        if names.is_empty() {
            error.hint("no PRD names a team: prd set ID Team=NAME")
        } else {
            error.hint(format!("the teams are {}", names.join(", ")))
        }
    })
}

fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// The commit of home that a revision or a day means, and its day.
///
/// # Errors
/// There is none.
pub(super) fn moment(session: &Session, text: &str) -> Result<(Oid, NaiveDate), CommandError> {
    let none = |what: String| {
        CommandError::not_found(what).hint("name a commit, a tag or a branch, or a day as 2025-06-02")
    };
    if let Ok(day) = text.parse::<NaiveDate>() {
        let tip = session.home.onto().ok_or_else(|| none("home has no commit yet".to_owned()))?;
        let end = day.and_hms_opt(23, 59, 59).map(|end| end.and_utc().fixed_offset());
        let found = end.map(|end| session.git.commit_before(tip, end)).transpose()?.flatten();
        return Ok((found.ok_or_else(|| none(format!("home has no commit as old as {day}")))?, day));
    }
    let commit =
        session.git.commit_of(text)?.ok_or_else(|| none(format!("`{text}` is no commit of this clone")))?;
    let day = session.git.commit_time(&commit)?.date_naive();
    Ok((commit, day))
}

/// A team that PRDs or the configuration name.
///
/// # Errors
/// Neither does.
pub(super) fn team(reading: &Reading, session: &Session, name: &str) -> Result<TeamName, CommandError> {
    let named = reading.portfolio.prds().iter().flat_map(|prd| prd.teams.iter().cloned());
    let configured = session.config().teams.keys().filter_map(|name| TeamName::new(name));
    let known: BTreeSet<TeamName> = named.chain(configured).collect();
    team_of(&known, name)
}

/// Refuses where the configuration leaves the teams' coordination out.
///
/// # Errors
/// It does.
pub(super) fn require_cross_team(session: &Session) -> Result<(), CommandError> {
    if session.config().orchestration.cross_team_coordination {
        return Ok(());
    }
    Err(CommandError::refused("the config says orchestration.cross_team_coordination: false")
        .hint("set it to true for notes, the inbox and what teams owe each other"))
}
