use std::collections::BTreeMap;

use clap::{Parser, ValueEnum};
use serde::Serialize;

use crate::cli::app::App;
use crate::cli::args::TransitionFlags;
use crate::cli::drawing;
use crate::cli::error::CommandError;
use crate::cli::linking::Surroundings;
use crate::cli::merging;
use crate::cli::output::Report;
use crate::cli::render::{annotations, findings as render, noted, sarif};
use crate::cli::session::{Reading, Session};
use crate::cli::transition;
use crate::domain::lint::text::{self, Silenced};
use crate::domain::lint::{fix, rules, status_page};
use crate::domain::model::finding::{Finding, Severity};
use crate::domain::model::path::RepoPath;
use crate::domain::model::state::State;
use crate::domain::review::document::Ignore;
use crate::io::store::records;

/// Find what is wrong with the PRDs: ids, states, dependencies, links, text that does not read
///
/// Ends with 1 where an error is found. `--fix` mends what cannot be wrong to mend: a Status field that says
/// another state than the folder, and text that was decoded wrongly where the repair is exact. A finding in the
/// text is silenced by a comment before it: `<!-- prd-ignore: dead-link reason -->`.
#[derive(Debug, Parser)]
pub struct Args {
    /// Only these PRDs: ids, numbers, paths or parts of names
    prds: Vec<String>,
    /// Mend what is marked as fixable
    #[arg(long)]
    fix: bool,
    /// Check what a merge of this revision would give, in memory: an id twice, a PRD in two folders, a cycle
    #[arg(long, value_name = "REV", conflicts_with_all = ["prds", "fix"])]
    merge: Option<String>,
    /// With --merge: merge into this revision instead of what is checked out
    #[arg(long, value_name = "REV", requires = "merge", default_value = "HEAD")]
    into: String,
    /// With --fix: print what would be changed, and change nothing
    #[arg(long, requires = "fix")]
    dry_run: bool,
    /// How to print the findings
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Text,
    /// For scripts: a document with `schema: 1`
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Workflow commands, which GitHub Actions shows at their lines
    Github,
}

#[derive(Debug, Serialize)]
struct Findings {
    findings: Vec<Finding>,
    /// Findings that comments in the texts silence.
    suppressed: Vec<Silenced>,
}

/// Runs `prd lint`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let session = Session::open(app)?;
    if let Some(from) = &args.merge {
        return merged(args, &session, from);
    }
    if args.fix {
        mend(args, app, &session)?;
    }
    let reading = session.read()?;
    let graph = drawing::graph(&session, &reading);
    let mut findings = rules::findings(&reading.portfolio, &graph, session.config());
    findings.extend(reading.record_problems.iter().cloned());
    findings.extend(records::notes(&session.files(), &session.config().directories().records()).1);
    let has_review = session.config().directories().folder(State::Review).is_some();
    for (path, text) in session.pages() {
        findings.extend(status_page::drift(&reading.portfolio, has_review, &path, &text));
    }
    let mut suppressed = look_at_texts(&session, &reading, &mut findings);
    if !args.prds.is_empty() {
        let mut paths = Vec::new();
        for name in &args.prds {
            match reading.prd(&session, app, name) {
                Ok(prd) => paths.push(prd.path.clone()),
                Err(error) => paths.push(session.repo_path(app, name).ok_or(error)?),
            }
        }
        findings.retain(|finding| paths.contains(&finding.place.path));
        suppressed.retain(|silenced| paths.contains(&silenced.place.path));
    }
    let refused = findings.iter().any(|finding| finding.severity == Severity::Error);
    let checked = if args.prds.is_empty() { reading.portfolio.prds().len() } else { args.prds.len() };
    let answer = Findings { findings, suppressed };
    Ok(printed(args, &answer, checked)?.refused_if(refused))
}

/// The findings in the wanted form.
fn printed(args: &Args, answer: &Findings, checked: usize) -> Result<Report, CommandError> {
    Ok(match args.format {
        Format::Text => Report::text(render::lint(&answer.findings, answer.suppressed.len(), checked)),
        Format::Json => Report::json(answer)?,
        Format::Sarif => Report::document(&sarif::lint(&noted::of_findings(&answer.findings)))?,
        Format::Github => Report::text(annotations::findings(&noted::of_findings(&answer.findings))),
    })
}

/// Adds what only the texts say, and takes out what comments in them silence.
fn look_at_texts(session: &Session, reading: &Reading, findings: &mut Vec<Finding>) -> Vec<Silenced> {
    use rayon::prelude::*;
    let surroundings = Surroundings::new(session, reading);
    let texts: Vec<(&RepoPath, Vec<Finding>, Vec<Ignore>)> = reading
        .portfolio
        .prds()
        .par_iter()
        .filter_map(|prd| {
            // A file that cannot be read is a finding of its own already.
            let text = session.text(&prd.path).ok()?;
            let mut found = text::dead_links(&prd.path, &text, &surroundings.dead(prd, &text));
            found.extend(text::broken_contracts(&prd.path, &text));
            Some((&prd.path, found, text::ignores(&text)))
        })
        .collect();
    let mut ignores: BTreeMap<&RepoPath, Vec<Ignore>> = BTreeMap::new();
    for (path, found, own) in texts {
        findings.extend(found);
        ignores.insert(path, own);
    }
    let suppressed = text::silence(findings, &ignores);
    findings.sort_by(|a, b| (&a.place, a.rule, &a.message).cmp(&(&b.place, b.rule, &b.message)));
    suppressed
}

/// The findings that a merge brings, of which nothing is written anywhere.
fn merged(args: &Args, session: &Session, from: &str) -> Result<Report, CommandError> {
    let commit = |rev: &str| {
        session.git.commit_of(rev)?.ok_or_else(|| {
            CommandError::not_found(format!("`{rev}` is no commit of this clone"))
                .hint("git fetch, where a remote has it")
        })
    };
    let (into, from) = (commit(&args.into)?, commit(from)?);
    if session.git.merge_base(&into, &from)?.is_none() {
        return Err(CommandError::refused("the two have no commit in common, so git would not merge them"));
    }
    let (findings, checked) = merging::brought_by_merge(session, &into, &from)?;
    let refused = findings.iter().any(|finding| finding.severity == Severity::Error);
    let answer = Findings { findings, suppressed: Vec::new() };
    Ok(printed(args, &answer, checked)?.refused_if(refused))
}

fn mend(args: &Args, app: &App, session: &Session) -> Result<(), CommandError> {
    let reading = session.read()?;
    let flags = TransitionFlags { dry_run: args.dry_run, ..TransitionFlags::default() };
    let mut wanted = Vec::new();
    for name in &args.prds {
        wanted.push(reading.prd(session, app, name)?.path.clone());
    }
    for prd in reading.portfolio.prds() {
        if !prd.problems.iter().any(|problem| problem.fixable)
            || !(wanted.is_empty() || wanted.contains(&prd.path))
        {
            continue;
        }
        let changed = transition::revise(app, prd.path.as_str(), "lint --fix", &flags, |context| {
            Ok(fix::fixed(context.subject.prd, context.subject.text)?)
        })?;
        if changed.is_some() {
            app.console.note(&format!("{} {}", if args.dry_run { "would mend" } else { "mended" }, prd.path));
        }
    }
    Ok(())
}
