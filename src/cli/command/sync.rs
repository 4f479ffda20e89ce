use std::collections::BTreeMap;

use clap::Parser;

use crate::cli::app::App;
use crate::cli::args::Output;
use crate::cli::error::CommandError;
use crate::cli::issues::{self, Desk, Known};
use crate::cli::notifying;
use crate::cli::output::Report;
use crate::cli::relations::{self, Relatives};
use crate::cli::render::github as render;
use crate::cli::sending::{self, Which};
use crate::cli::session::Session;
use crate::domain::github::difference;
use crate::domain::github::issue::Wanted;
use crate::domain::model::id::PrdId;
use crate::domain::model::prd::Prd;
use crate::domain::report::github::{Difference, SyncReport};
use crate::io::github::kinds::{Issue, IssueState};
use crate::io::github::port::{Port as _, Why};

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
    let notes = notifying::send(app, false);
    let mut sent = sending::send(app, sending::AT_LEISURE, Which::All)?;
    sent.notes.extend(notes);
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
        let desk = sending::reading_desk(app, &session, &access)?;
        let issues = read_issues(&desk, &prds)?;
        let known = Known::of(&reading);
        let graph = reading.graph(session.config());
        for (prd, number) in prds {
            let Some(issue) = issues.get(&number) else {
                report.differences.push(difference::missing(prd, number));
                continue;
            };
            let wanted = issues::wanted(&session, &reading, prd, &session.text(&prd.path)?, &known);
            let relatives = Relatives::of(&graph, &prd.id, &known);
            report.differences.extend(compare(&desk, prd, &wanted, &relatives, issue));
            if args.apply {
                let closing = difference::closing(prd, issue.state == IssueState::Open);
                let issue = desk.mend(prd, &wanted, issue.clone(), closing)?;
                desk.link(&issue, &relatives, false, &mut sent.notes)?;
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
        issues.extend(desk.port().issues()?.into_iter().map(|issue| (issue.number, issue)));
        return Ok(issues);
    }
    for (_, number) in prds {
        match desk.port().issue(*number) {
            Ok(issue) => drop(issues.insert(*number, issue)),
            Err(failure) if failure.why == Why::Gone => {}
            Err(failure) => return Err(failure.into()),
        }
    }
    Ok(issues)
}

fn compare(
    desk: &Desk<'_>,
    prd: &Prd,
    wanted: &Wanted,
    relatives: &Relatives,
    issue: &Issue,
) -> Vec<Difference> {
    let (missing, surplus) = desk.label_changes(wanted, issue);
    let blockers = issue.issue_dependencies_summary.map(|summary| summary.total_blocked_by);
    let parts = issue.sub_issues_summary.map(|summary| summary.total);
    let links: Vec<(&str, usize, u64)> =
        [("dependencies", blockers, &relatives.blockers), ("parts", parts, &relatives.parts)]
            .into_iter()
            .filter(|(_, count, wanted)| relations::lacks(*count, wanted))
            .filter_map(|(kind, count, wanted)| Some((kind, wanted.len(), count?)))
            .collect();
    let theirs = difference::Theirs {
        number: issue.number,
        title: &issue.title,
        text: issue.text(),
        is_open: issue.state == IssueState::Open,
        has_milestone: issue.milestone.is_some(),
        missing_labels: &missing,
        surplus_labels: &surplus,
        missing_links: &links,
    };
    difference::between(prd, wanted, &theirs)
}
