//! `complete`: in-progress → complete, when everything is there.

use super::edits::{Draft, TransitionError};
use super::event::{RecordKind, Waiver};
use super::pause::WorktreeFacts;
use super::plan::Plan;
use super::snapshot::{Request, Snapshot, Subject};
use super::table::Transition;
use crate::domain::config::schema::Config;
use crate::domain::model::checklist::Checklist;
use crate::domain::model::field::FieldName;

/// Whether the branch's work is in the base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MergeFacts {
    /// It is there.
    Merged,
    /// The branch has no commit of its own.
    Untouched,
    /// It is not there.
    Unmerged,
    /// There is no such branch.
    NoBranch,
}

/// What git and the worktree say about a PRD that is to be completed.
#[derive(Debug, Clone)]
pub struct CompleteFacts {
    /// The check list of the PRD's own text, on its branch where it is there.
    pub checklist: Checklist,
    /// Where that text was read.
    pub checklist_source: String,
    /// Whether the branch is merged.
    pub merge: MergeFacts,
    /// The worktree, where there is one.
    pub worktree: Option<WorktreeFacts>,
}

/// What the user said of this completion.
#[derive(Debug, Clone, Default)]
pub struct CompleteOptions {
    /// `--no-merge-check`.
    pub no_merge_check: bool,
    /// `--waive TEXT`: a part of each criterion that need not be met.
    pub waive: Vec<String>,
}

/// Plans to complete a PRD.
///
/// # Errors
/// [`TransitionError`] with every guard that failed.
pub fn plan(
    snapshot: &Snapshot<'_>,
    subject: Subject<'_>,
    facts: &CompleteFacts,
    options: &CompleteOptions,
    request: &Request,
) -> Result<Plan, TransitionError> {
    let mut draft = Draft::begin(snapshot, subject, Transition::Complete, request);
    require_edges(&mut draft);
    require_criteria(&mut draft, facts, options, request)?;
    require_merged(&mut draft, facts, options);
    for gate in required_gates(snapshot.config) {
        draft.guards.require(
            false,
            "gate-not-run",
            format!("the gate `{gate}` is required and was not run"),
            "this version of prd runs no gates; run it yourself and say so: --force --reason \"…\"",
        );
    }
    draft.set(&FieldName::CompletedDate, &snapshot.today.to_string())?;
    match &facts.worktree {
        Some(worktree) if worktree.obstacles.is_empty() => {
            draft.remove(&FieldName::Worktree);
            draft.act(worktree.removal());
        }
        Some(worktree) => {
            let why = worktree.obstacles.join("; ");
            draft.notes.push(format!("the worktree {} stays: {why}", worktree.path));
        }
        None => draft.remove(&FieldName::Worktree),
    }
    draft.finish(request)
}

fn require_edges(draft: &mut Draft<'_>) {
    let graph = draft.snapshot.graph;
    let Some(node) = graph.node(&draft.prd.id) else { return };
    for edge in graph.completion_blockers(node) {
        draft.require_edge(edge, "is not complete");
    }
    draft.require_known(node);
}

fn require_criteria(
    draft: &mut Draft<'_>,
    facts: &CompleteFacts,
    options: &CompleteOptions,
    request: &Request,
) -> Result<(), TransitionError> {
    let waived = draft.snapshot.records.waivers.get(&draft.prd.id).map_or(&[][..], Vec::as_slice);
    let open: Vec<String> = facts
        .checklist
        .open_criteria()
        .filter(|item| !waived.iter().any(|waiver| waiver.criterion == item.text))
        .map(|item| item.text.clone())
        .collect();
    let reason = request.overriding.reason.clone().unwrap_or_default();
    for text in open {
        if options.waive.iter().any(|part| !part.trim().is_empty() && text.contains(part.trim())) {
            draft.guards.require_always(
                !reason.trim().is_empty(),
                "waiver-needs-reason",
                format!("`{text}` is waived without a reason"),
                "--waive TEXT --reason \"…\"",
            );
            let waiver = Waiver {
                schema: 1,
                time: draft.snapshot.now,
                prd: draft.prd.id.clone(),
                criterion: text,
                actor: draft.snapshot.actor.clone(),
                reason: reason.clone(),
            };
            draft.record(RecordKind::Waivers, &waiver)?;
        } else {
            draft.guards.require(
                false,
                "criterion-open",
                format!("not ticked in {}: {text}", facts.checklist_source),
                "tick it where it is done, or --waive \"part of its text\" --reason \"…\"",
            );
        }
    }
    Ok(())
}

fn require_merged(draft: &mut Draft<'_>, facts: &CompleteFacts, options: &CompleteOptions) {
    let branch = draft.prd.branch.clone().unwrap_or_default();
    let (holds, message) = match facts.merge {
        MergeFacts::Merged => (true, String::new()),
        MergeFacts::Untouched => (false, format!("the branch {branch} has no commit of its own")),
        MergeFacts::Unmerged => (false, format!("the branch {branch} is not merged")),
        MergeFacts::NoBranch if branch.is_empty() => (false, format!("{} records no branch", draft.prd.id)),
        MergeFacts::NoBranch => (false, format!("the branch {branch} is not in this clone")),
    };
    draft.guards.require(
        holds || options.no_merge_check,
        "branch-not-merged",
        message,
        "merge it, fetch if it was merged elsewhere, or --no-merge-check",
    );
}

/// The names of the gates that the config requires before a PRD is complete.
#[must_use]
pub fn required_gates(config: &Config) -> Vec<String> {
    let mut gates: Vec<String> = Vec::new();
    if config.quality.enabled {
        gates.extend(config.quality.gates.iter().filter(|gate| gate.blocking).map(|gate| gate.name.clone()));
        let testing = &config.quality.testing;
        if testing.enabled && testing.required_for_pr {
            gates.push("tests".to_owned());
            gates.push("coverage".to_owned());
        }
        if config.quality.api_validation.enabled {
            gates.push("api-validation".to_owned());
        }
    }
    if config.security.enabled {
        gates.push("security".to_owned());
    }
    gates
}
