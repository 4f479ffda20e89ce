//! The work plan: a region of a file that lists what is ready and in progress.

use std::fmt::Write as _;

use super::plan::{Action, TextHash};
use super::snapshot::Snapshot;
use crate::domain::markdown::edit::section;
use crate::domain::model::id::PrdId;
use crate::domain::model::prd::Prd;
use crate::domain::model::state::State;

/// The line above the region.
pub const BEGIN: &str = "<!-- prd:work-plan:begin -->";
/// The line below it.
pub const END: &str = "<!-- prd:work-plan:end -->";

/// The change of the work plan after a PRD moved; `None` where there is no file, no region or no change.
pub(super) fn update(snapshot: &Snapshot<'_>, moved: &PrdId, to: State) -> Option<Action> {
    let (path, old) = snapshot.work_plan.filter(|_| snapshot.config.work_plan.enabled)?;
    let state_of = |prd: &Prd| if prd.id == *moved { to } else { prd.state };
    let mut region = String::new();
    for state in [State::InProgress, State::Ready] {
        let mut prds: Vec<&Prd> =
            snapshot.portfolio.prds().iter().filter(|prd| state_of(prd) == state).collect();
        prds.sort_by_key(|prd| (prd.priority.is_none(), prd.priority, prd.id.clone()));
        let title = if state == State::InProgress { "In progress" } else { "Ready" };
        let _ = writeln!(region, "### {title}\n");
        if prds.is_empty() {
            region.push_str("Nothing.\n\n");
            continue;
        }
        region.push_str("| PRD | Title | Priority | Team | Owner |\n| --- | --- | --- | --- | --- |\n");
        for prd in prds {
            let team = prd.team.as_ref().map_or("", |team| team.as_str());
            let priority = prd.priority.map_or("", |priority| priority.name());
            let owner = prd.owner.as_deref().unwrap_or_default();
            let _ = writeln!(
                region,
                "| {} | {} | {priority} | {} | {} |",
                prd.id,
                cell(&prd.title),
                cell(team),
                cell(owner)
            );
        }
        region.push('\n');
    }
    let content = section::replace_region(old, BEGIN, END, region.trim_end())?;
    (content != *old).then(|| Action::WriteFile {
        path: path.clone(),
        content,
        replaces: Some(TextHash::of(old.as_bytes())),
    })
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
