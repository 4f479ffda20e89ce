use std::time::Duration;

use clap::Parser;

use crate::cli::app::App;
use crate::cli::args::{Output, TransitionFlags};
use crate::cli::error::CommandError;
use crate::cli::issues::{self, Known};
use crate::cli::merging_pulls;
use crate::cli::output::Report;
use crate::cli::render::github as render;
use crate::cli::sending;
use crate::cli::session::Session;
use crate::cli::transition;
use crate::domain::github::pull;
use crate::domain::markdown::edit::field;
use crate::domain::model::branch::BranchName;
use crate::domain::model::field::FieldName;
use crate::domain::model::prd::Prd;
use crate::domain::report::github::PullReport;
use crate::io::github::kinds::{NewPull, PullChange};
use crate::io::github::port::Port as _;

/// How long a push may take.
const PUSH_LIMIT: Duration = Duration::from_secs(300);

/// Push the branch of a PRD and open its pull request, bring the one that is open up to date, or merge it
#[derive(Debug, Parser)]
pub struct Args {
    /// The PRD: id, number, path or a part of its name
    prd: String,
    /// Open it as a draft
    #[arg(long)]
    draft: bool,
    /// Merge the open one as it is, where checks and approvals allow; nothing is pushed
    #[arg(long, conflicts_with = "draft")]
    merge: bool,
    #[command(flatten)]
    output: Output,
}

/// Runs `prd pr`.
pub(super) fn run(args: &Args, app: &App) -> Result<Report, CommandError> {
    let session = Session::open_recovered(app, false)?;
    let reading = session.read()?;
    let prd = reading.prd(&session, app, &args.prd)?;
    let branch = branch(&session, prd)?;
    session.actor()?;
    if args.merge {
        let report = merging_pulls::merge(app, &session, prd, &branch)?;
        return app.report(args.output, &report, |report, _| render::merged(report));
    }
    let access = session.github(app)?;
    access.require_token()?;
    let desk = sending::writing_desk(app, &session, &access)?;
    let remote = session.git.push_remote(&branch)?.ok_or_else(|| {
        CommandError::refused(format!("there is no remote that {branch} could be pushed to"))
    })?;
    session.git.push_branch(&remote, &branch, PUSH_LIMIT)?;
    let text = session.text(&prd.path)?;
    let wanted = issues::wanted(&session, &reading, prd, &text, &Known::of(&reading));
    let issue = issues::number(prd);
    let port = desk.port();
    let open = port.pulls_of(branch.as_str())?.into_iter().next();
    let mut notes = Vec::new();
    let (pull, created) = match open {
        Some(pull) => {
            let body = pull::text(pull.text(), &prd.id, &wanted, issue);
            if pull::is_current(&pull.title, pull.text(), &wanted, &body) {
                (pull, false)
            } else {
                let change = PullChange { title: wanted.title.clone(), body };
                (port.change_pull(pull.number, &change)?, false)
            }
        }
        None => {
            let base = base(&session)?;
            let new = NewPull {
                title: wanted.title.clone(),
                body: pull::text("", &prd.id, &wanted, issue),
                head: branch.to_string(),
                base,
                draft: args.draft,
            };
            (port.create_pull(&new)?, true)
        }
    };
    let reviewers = pull::reviewers(prd, session.config(), &pull.user.login);
    let value = format!("#{} ({})", pull.number, pull.html_url);
    // The field is written last. Until then nobody was asked for certain; from then on people say who reviews.
    let is_asked = prd.pull_request.as_deref() == Some(value.as_str());
    let nobody = reviewers.people.is_empty() && reviewers.teams.is_empty();
    if !is_asked && !nobody {
        match port.request_reviews(pull.number, &reviewers.people, &reviewers.teams) {
            // The pull request is there: that nobody may be asked is no failure of it.
            Err(failure) if !failure.is_passing() => notes.push(failure.to_string()),
            asked => asked?,
        }
    }
    let id = prd.id.to_string();
    transition::revise(app, &id, "pr", &TransitionFlags::default(), |context| {
        if context.subject.prd.pull_request.as_deref() == Some(value.as_str()) {
            return Ok(context.subject.text.to_owned());
        }
        Ok(field::set_field(context.subject.text, &FieldName::PullRequest, &value)?)
    })?;
    let report = PullReport {
        id: prd.id.clone(),
        branch: branch.to_string(),
        pull_request: pull.number,
        url: pull.html_url,
        created,
        notes,
    };
    app.report(args.output, &report, |report, _| render::pull(report))
}

/// The branch of a PRD, which must be here and must not be home.
fn branch(session: &Session, prd: &Prd) -> Result<BranchName, CommandError> {
    let Some(name) = prd.branch.as_deref() else {
        return Err(
            CommandError::refused(format!("{} has no branch", prd.id)).hint(format!("prd start {}", prd.id))
        );
    };
    let branch = BranchName::new(name)?;
    if session.git.branch_tip(&branch)?.is_none() {
        return Err(CommandError::not_found(format!("the branch {branch} is not in this clone"))
            .hint(format!("git fetch origin {branch}:{branch}")));
    }
    if session.home.branch.as_ref() == Some(&branch) {
        return Err(CommandError::refused(format!(
            "{branch} is the home branch: there is nothing to merge it into"
        )));
    }
    Ok(branch)
}

/// The branch that the work goes into: home.
fn base(session: &Session) -> Result<String, CommandError> {
    let home = session.home.branch.as_ref();
    home.map(ToString::to_string)
        .ok_or_else(|| CommandError::refused("HEAD is detached and there is no home branch to merge into"))
}
