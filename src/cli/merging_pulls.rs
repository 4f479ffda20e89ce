//! Merging the pull request of a PRD: what was looked at is what is merged, and what is merged already is fine.

use std::time::Duration;

use super::app::App;
use super::error::CommandError;
use super::issues::Desk;
use super::sending;
use super::session::Session;
use crate::domain::github::merging::{self, Candidate};
use crate::domain::model::branch::BranchName;
use crate::domain::model::prd::Prd;
use crate::domain::report::github::MergeReport;
use crate::io::github::api::Api;
use crate::io::github::kinds::{ClosedPull, PullDetails};
use crate::io::github::port::{Failure, Port as _, Why};

/// How often GitHub is asked whether it knows by now that nothing conflicts, and the pause between.
const LOOKS: u32 = 6;
const PAUSE: Duration = Duration::from_secs(1);

/// Merges the open pull request of a PRD's branch.
pub(super) fn merge(
    app: &App,
    session: &Session,
    prd: &Prd,
    branch: &BranchName,
) -> Result<MergeReport, CommandError> {
    let access = session.github(app)?;
    access.require_token()?;
    let desk = sending::writing_desk(app, session, &access)?;
    let local_tip = session.git.branch_tip(branch)?.map(|tip| tip.to_string()).unwrap_or_default();
    let strategy = merging::method(session.config().orchestration.auto_merge_strategy);
    let report = |number: u64, url: &str, commit: Option<String>| MergeReport {
        id: prd.id.clone(),
        branch: branch.to_string(),
        pull_request: number,
        url: url.to_owned(),
        strategy: strategy.to_owned(),
        commit,
    };
    let Some(open) = desk.port().pulls_of(branch.as_str())?.into_iter().next() else {
        let (number, url) = merged_before(session, &desk, prd, branch, &local_tip)?;
        return Ok(report(number, &url, None));
    };
    let details = settled(desk.port(), open.number)?;
    let candidate = candidate(desk.port(), &details, local_tip)?;
    let required = session.config().prd_workflow.github.required_reviewers;
    let missing = merging::missing(&candidate, required);
    if !missing.is_empty() {
        return Err(CommandError::refused(format!(
            "pull request #{} is not merged: {}",
            open.number,
            missing.join("; ")
        ))
        .hint(format!("prd pr {}, where the branch is to be pushed", prd.id))
        .hint(open.html_url));
    }
    let commit = match desk.port().merge(open.number, &candidate.tip, strategy) {
        Ok(commit) => commit,
        Err(failure) => merged_all_the_same(desk.port(), open.number, &candidate.tip, failure)?,
    };
    Ok(report(open.number, &open.html_url, Some(commit)))
}

/// The pull request that took the branch as it is in this clone; without one there is nothing to merge.
fn merged_before(
    session: &Session,
    desk: &Desk<'_>,
    prd: &Prd,
    branch: &BranchName,
    tip: &str,
) -> Result<(u64, String), CommandError> {
    let closed = desk.port().closed_pulls_of(branch.as_str())?;
    let home = session.home.branch.as_ref().map(BranchName::as_str);
    let took = |pull: &&ClosedPull| pull.head.sha == tip && Some(pull.base.branch.as_str()) == home;
    if let Some(pull) = closed.iter().filter(|pull| pull.merged_at.is_some()).find(took) {
        return Ok((pull.number, desk.port().pull(pull.number)?.html_url));
    }
    let message = match closed.iter().find(|pull| pull.merged_at.is_some()) {
        Some(pull) => format!(
            "#{} merged {branch} at {}, and it is at {} now",
            pull.number,
            merging::short(&pull.head.sha),
            merging::short(tip)
        ),
        None => format!("{branch} has no open pull request"),
    };
    Err(CommandError::refused(message).hint(format!("prd pr {}", prd.id)))
}

/// The pull request, once GitHub knows whether it conflicts: it works that out after it was asked.
fn settled(port: &Api, number: u64) -> Result<PullDetails, Failure> {
    let mut details = port.pull(number)?;
    for _ in 1..LOOKS {
        if details.mergeable.is_some() {
            break;
        }
        std::thread::sleep(PAUSE);
        details = port.pull(number)?;
    }
    Ok(details)
}

fn candidate(port: &Api, details: &PullDetails, local_tip: String) -> Result<Candidate, Failure> {
    let tip = details.head.sha.clone();
    Ok(Candidate {
        author: details.user.login.clone(),
        is_draft: details.draft,
        is_mergeable: details.mergeable,
        rules: details.mergeable_state.clone(),
        base: details.base.branch.clone(),
        opinions: port.opinions(details.number)?,
        checks: port.checks(&tip)?,
        tip,
        local_tip,
    })
}

/// After a lost answer, and where somebody else was faster: what counts is whether this commit is merged.
fn merged_all_the_same(port: &Api, number: u64, tip: &str, failure: Failure) -> Result<String, CommandError> {
    let may_be = matches!(failure.status(), Some(405 | 409 | 422)) || failure.is_passing();
    if may_be && let Ok(now) = port.pull(number) {
        if now.merged && now.head.sha == tip {
            return Ok(now.merge_commit_sha.unwrap_or_default());
        }
        if now.head.sha != tip {
            return Err(CommandError::refused(format!(
                "pull request #{number} is not merged: it was at {} when its checks and reviews were read, and is at {} now",
                merging::short(tip),
                merging::short(&now.head.sha)
            )));
        }
    }
    match failure.why {
        Why::Refused { status: 405 | 409 | 422, message } => {
            Err(CommandError::refused(format!("pull request #{number} is not merged: {message}")))
        }
        Why::Refused { .. }
        | Why::Connection(_)
        | Why::Time
        | Why::Gone
        | Why::Limited { .. }
        | Why::Server { .. }
        | Why::Answer(_) => Err(failure.into()),
    }
}
