//! `approve`: review → ready, when a review of this very text is good enough and enough people agree.

use std::collections::BTreeSet;

use super::edits::{Draft, TransitionError};
use super::event::RecordKind;
use super::plan::{Action, OutboxEntry, OutboxKind, Plan};
use super::snapshot::{Request, Snapshot, Subject};
use super::table::Transition;
use crate::domain::markdown::read::content_hash;
use crate::domain::model::field::FieldName;
use crate::domain::model::finding::Finding;
use crate::domain::model::people::Person;
use crate::domain::review::record::{Approval, ReviewRecord, SCHEMA};

/// What the PRD's text and the repository say besides the records.
#[derive(Debug, Clone, Default)]
pub struct ApproveFacts {
    /// Blanks that are left in the text.
    pub placeholders: Vec<Finding>,
    /// A contract block that parses, or a link to a contract file that does.
    pub has_contract: bool,
    /// What is wrong with the first contract that does not count.
    pub contract_problem: Option<String>,
    /// An accepted decision record that names this PRD or that it links to.
    pub has_decision: bool,
    /// Which decision records do not count, and why.
    pub decision_problem: Option<String>,
}

/// Plans to approve a PRD. Where more people are required than have approved this text, the approval is recorded
/// and the PRD stays in review.
///
/// # Errors
/// [`TransitionError`] with every guard that failed.
pub fn plan(
    snapshot: &Snapshot<'_>,
    subject: Subject<'_>,
    facts: &ApproveFacts,
    request: &Request,
) -> Result<Plan, TransitionError> {
    let mut draft = Draft::begin(snapshot, subject, Transition::Approve, request);
    let record = require_review(&mut draft);
    require_text(&mut draft, facts);
    require_author_apart(&mut draft, request);
    let approvers = approvers(snapshot, subject);
    let again = approvers.contains(&snapshot.actor);
    let count = approvers.len() + usize::from(!again);
    let review = &snapshot.config.prd_workflow.review;
    let required = usize::try_from(review.required_reviewers).unwrap_or(usize::MAX).max(1);
    draft.guards.require_always(
        !again || count >= required,
        "approved-already",
        format!("{} has approved this text already; {} of {required} have", snapshot.actor, approvers.len()),
        "somebody else must approve it too",
    );
    let approval = Approval {
        schema: SCHEMA,
        id: subject.prd.id.clone(),
        content_hash: content_hash(subject.text),
        approver: snapshot.actor.clone(),
        named: request.acting_as.clone(),
        time: snapshot.now,
        forced: request.overriding.reason.clone().filter(|_| request.overriding.force),
    };
    draft.record(RecordKind::Approvals, &approval)?;
    if count < required {
        draft.stay();
        draft.notes.push(format!("{count} of {required} approvals"));
        return draft.finish(request);
    }
    if let Some(grade) = record.and_then(|record| record.grade) {
        draft.set(&FieldName::Grade, &grade.to_string())?;
    }
    let name = request.acting_as.as_deref().unwrap_or(&snapshot.actor.name);
    draft.set(&FieldName::Approved, &format!("{} by {name}", snapshot.today))?;
    queue_issue(&mut draft);
    draft.finish(request)
}

/// The last review, which must be of this text, good enough, and have no critical question open.
fn require_review<'a>(draft: &mut Draft<'a>) -> Option<&'a ReviewRecord> {
    let (snapshot, prd) = (draft.snapshot, draft.prd);
    let review = &snapshot.config.prd_workflow.review;
    let again = format!("prd review {}", prd.id);
    let Some(record) = snapshot.records.reviews.get(&prd.id).and_then(|reviews| reviews.last()) else {
        draft.guards.require(false, "not-reviewed", format!("{} has no review", prd.id), again);
        return None;
    };
    draft.guards.require(
        !snapshot.records.is_rejected(&prd.id, record.time),
        "rejected",
        format!("{} was rejected after its last review", prd.id),
        again.clone(),
    );
    draft.guards.require(
        record.content_hash == content_hash(draft.text()),
        "review-outdated",
        format!(
            "the text of {} was changed after its review of {}",
            prd.id,
            record.time.format("%Y-%m-%d %H:%M")
        ),
        again.clone(),
    );
    if review.grading_enabled {
        let grade = record.grade.map_or_else(|| "no grade".to_owned(), |grade| grade.to_string());
        draft.guards.require(
            record.grade.is_some() && record.passes(review.minimum_grade),
            "grade-too-low",
            format!("{} was graded {grade}; the minimum is {}", prd.id, review.minimum_grade),
            format!("`prd review {} --dry-run` says what costs points", prd.id),
        );
        let reviewed: BTreeSet<&str> =
            record.dimensions.iter().map(|dimension| dimension.name.as_str()).collect();
        let configured = snapshot.config.dimension_names();
        draft.guards.require(
            reviewed.is_empty() || reviewed == configured.iter().map(String::as_str).collect(),
            "dimensions-changed",
            format!("{} was reviewed along other dimensions than those that are configured now", prd.id),
            again.clone(),
        );
    }
    if review.calibration_questions {
        let open: Vec<&str> = record.open_critical().map(|question| question.id.as_str()).collect();
        draft.guards.require(
            open.is_empty(),
            "question-open",
            format!("critical questions are not answered: {}", open.join(", ")),
            format!("{again} asks them; or write the answers under `## Calibration`"),
        );
    }
    Some(record)
}

fn require_text(draft: &mut Draft<'_>, facts: &ApproveFacts) {
    let review = &draft.snapshot.config.prd_workflow.review;
    if let Some(first) = facts.placeholders.first() {
        let more = match facts.placeholders.len() {
            1 => String::new(),
            number => format!(" and {} more", number - 1),
        };
        draft.guards.require(
            false,
            "placeholder-left",
            format!("{}:{}: {}{more}", first.place.path, first.place.line, first.message),
            format!("fill it in: prd edit {}", draft.prd.id),
        );
    }
    draft.guards.require(
        facts.has_contract || !review.require_api_contract,
        "contract-missing",
        facts.contract_problem.clone().unwrap_or_else(|| format!("{} has no API contract", draft.prd.id)),
        "add an OpenAPI, protobuf, GraphQL, AsyncAPI or JSON Schema block, or link the file",
    );
    draft.guards.require(
        facts.has_decision || !review.require_architecture_decision,
        "adr-missing",
        match &facts.decision_problem {
            Some(found) => format!("{} has no accepted architecture decision: {found}", draft.prd.id),
            None => format!("no accepted architecture decision names {}, and it links to none", draft.prd.id),
        },
        format!("write docs/adr/NNNN-title.md with `Status: Accepted` and `Related PRD: {}`", draft.prd.id),
    );
}

/// Nobody approves their own PRD where the config forbids it. `--as` does not make somebody another person.
fn require_author_apart(draft: &mut Draft<'_>, request: &Request) {
    if draft.snapshot.config.prd_workflow.review.allow_self_approval {
        return;
    }
    let (prd, actor) = (draft.prd, draft.snapshot.actor);
    let fold = |text: &str| text.trim().to_lowercase();
    let created =
        draft.snapshot.records.last(&prd.id, Transition::New).is_some_and(|event| event.actor == *actor);
    let named = prd.author.iter().chain(&prd.owner).any(|author| {
        let author = fold(author);
        names(&author, &fold(&actor.name))
            || names(&author, &fold(&actor.email))
            || request.acting_as.as_deref().is_some_and(|name| author == fold(name))
    });
    draft.guards.require(
        !(created || named),
        "self-approval",
        format!("{actor} is the author of {}", prd.id),
        "somebody else must approve it (prd_workflow.review.allow_self_approval is false)",
    );
}

/// True where a text names somebody: not `Ann` in `Joanna`.
fn names(text: &str, name: &str) -> bool {
    !name.is_empty()
        && text.match_indices(name).any(|(at, _)| {
            !text[..at].ends_with(char::is_alphanumeric)
                && !text[at + name.len()..].starts_with(char::is_alphanumeric)
        })
}

/// The different people who approved this very text.
fn approvers<'a>(snapshot: &Snapshot<'a>, subject: Subject<'_>) -> Vec<&'a Person> {
    let hash = content_hash(subject.text);
    let mut people: Vec<&Person> = Vec::new();
    for approval in snapshot.records.approvals.get(&subject.prd.id).into_iter().flatten() {
        if approval.content_hash == hash && !people.contains(&&approval.approver) {
            people.push(&approval.approver);
        }
    }
    people
}

fn queue_issue(draft: &mut Draft<'_>) {
    let github = &draft.snapshot.config.prd_workflow.github;
    if !github.enabled || !github.create_issue_on_approval || draft.prd.issue.is_some() {
        return;
    }
    if draft.snapshot.github.is_none() {
        draft.notes.push("no remote on GitHub: no issue was queued".to_owned());
        return;
    }
    draft.act(Action::Queue {
        entry: OutboxEntry {
            schema: 1,
            kind: OutboxKind::CreateIssue,
            prd: draft.prd.id.clone(),
            queued: draft.snapshot.now.to_rfc3339(),
            event: None,
        },
    });
}
