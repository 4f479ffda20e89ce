use std::collections::BTreeMap;

use clap::Parser;

use crate::cli::app::App;
use crate::cli::args::Output;
use crate::cli::error::CommandError;
use crate::cli::issues::{self, Desk, Known};
use crate::cli::output::Report;
use crate::cli::render::github as render;
use crate::cli::sending;
use crate::cli::session::{Reading, Session};
use crate::domain::github::difference;
use crate::domain::github::issue::Wanted;
use crate::domain::model::id::PrdId;
use crate::domain::model::prd::Prd;
use crate::domain::report::github::{Difference, SyncReport};
use crate::io::github::port::{Failure, Issue, IssueState, Port as _};

/// Send what waits, then show where PRDs and their GitHub issues differ
#[derive(Debug, Parser)]
pub struct Args {
    /// Only these PRDs: id, number, path or a part of its name
    prds: Vec<String>,
    /// Make the issues say what the PRDs say
    #[arg(long)]
    apply: bool,
    #[command(flatten)]
    output: Output,
}

/// Runs `prd sync`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    drop(Session::open_recovered(app, false)?);
    let sent = sending::send(app, sending::AT_LEISURE, None)?;
    let session = Session::open(app)?;
    let access = session.github(app)?;
    access.require_token()?;
    let reading = session.read()?;
    let chosen: Vec<PrdId> = args
        .prds
        .iter()
        .map(|name| Ok(reading.prd(&session, app, name)?.id.clone()))
        .collect::<Result<_, CommandError>>()?;
    let waits = |prd: &Prd| sent.waiting.iter().any(|entry| entry.id == prd.id);
    let prds: Vec<(&Prd, u64)> = reading
        .portfolio
        .prds()
        .iter()
        .filter(|prd| chosen.is_empty() || chosen.contains(&prd.id))
        .filter(|prd| !waits(prd))
        .filter_map(|prd| Some((prd, issues::number(prd)?)))
        .collect();
    let mut report = SyncReport { compared: prds.len(), applied: args.apply, ..SyncReport::default() };
    if !prds.is_empty() {
        let (desk, _) = sending::desk(app, &session, &access, sending::AT_LEISURE)?;
        let issues = read_issues(&desk, &prds)?;
        let known = Known::of(&reading);
        for (prd, number) in prds {
            let found = issues.get(&number);
            report.differences.extend(compare(&session, &reading, &desk, prd, number, found, &known)?);
            if let Some(issue) = found.filter(|_| args.apply) {
                let wanted = wanted(&session, &reading, prd, &known)?;
                let closing = difference::closing(prd, issue.state == IssueState::Open);
                desk.mend(prd, &wanted, issue.clone(), closing)?;
            }
        }
    }
    report.sent = sent;
    app.report(args.output, &report, |report, _| render::sync(report))
}

/// The issues of the PRDs: each by itself where they are few, else the whole list, 100 at a time.
fn read_issues(desk: &Desk<'_>, prds: &[(&Prd, u64)]) -> Result<BTreeMap<u64, Issue>, CommandError> {
    let mut issues = BTreeMap::new();
    if prds.len() > 5 {
        issues.extend(desk.port().issues_since(None)?.into_iter().map(|issue| (issue.number, issue)));
        return Ok(issues);
    }
    for (_, number) in prds {
        match desk.port().issue(*number) {
            Ok(issue) => drop(issues.insert(*number, issue)),
            Err(failure) if is_gone(&failure) => {}
            Err(failure) => return Err(failure.into()),
        }
    }
    Ok(issues)
}

fn is_gone(failure: &Failure) -> bool {
    matches!(failure.status(), Some(404 | 410))
}

fn wanted(session: &Session, reading: &Reading, prd: &Prd, known: &Known) -> Result<Wanted, CommandError> {
    Ok(issues::wanted(session, reading, prd, &session.text(&prd.path)?, known))
}

fn compare(
    session: &Session,
    reading: &Reading,
    desk: &Desk<'_>,
    prd: &Prd,
    number: u64,
    issue: Option<&Issue>,
    known: &Known,
) -> Result<Vec<Difference>, CommandError> {
    let Some(issue) = issue else { return Ok(vec![difference::missing(prd, number)]) };
    let wanted = wanted(session, reading, prd, known)?;
    let (missing, surplus) = desk.label_changes(&wanted, issue);
    let theirs = difference::Theirs {
        number,
        title: &issue.title,
        text: issue.text(),
        is_open: issue.state == IssueState::Open,
        has_milestone: issue.milestone.is_some(),
        missing_labels: &missing,
        surplus_labels: &surplus,
    };
    Ok(difference::between(prd, &wanted, &theirs))
}
