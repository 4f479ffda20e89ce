//! How one PRD does.

use std::fmt;

use serde::Serialize;

use super::options::Mode;
use super::report::{Blocker, BlockerKind};
use super::situation::Situation;
use super::wording;
use crate::domain::graph::dependencies::Node;
use crate::domain::graph::schedule::Unknown;
use crate::domain::model::dependency::DependencyKind;

/// The health of a PRD: the first of these that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Health {
    /// A prerequisite must be complete first, or the field `Blocked` says so.
    Blocked,
    /// A contract is missing, the ETA is after the target, or nothing has moved for days.
    AtRisk,
    /// The ETA is well before the target.
    Ahead,
    /// The ETA is on or before the target.
    OnTrack,
    /// There is no target to compare with.
    NoTarget,
    /// There is no ETA, for want of an estimate or because of what it waits for.
    NoEstimate,
}

impl Health {
    /// All, in their order.
    pub const ALL: [Self; 6] =
        [Self::Blocked, Self::AtRisk, Self::Ahead, Self::OnTrack, Self::NoTarget, Self::NoEstimate];

    /// The sign in front of it.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Blocked => "🔴",
            Self::AtRisk => "⚠️",
            Self::Ahead | Self::OnTrack => "✅",
            Self::NoTarget | Self::NoEstimate => "❔",
        }
    }

    /// The words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Blocked => "Blocked",
            Self::AtRisk => "At risk",
            Self::Ahead => "Ahead of schedule",
            Self::OnTrack => "On track",
            Self::NoTarget => "No target",
            Self::NoEstimate => "No estimate",
        }
    }
}

impl fmt::Display for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.sign(), self.words())
    }
}

/// The health of a PRD and what it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// The health; `None` where there is no schedule to judge by and nothing holds the PRD up.
    pub health: Option<Health>,
    /// Why, in words, where there is more to say than the health itself.
    pub text: Option<String>,
    /// What keeps it from going on, the gravest first.
    pub blockers: Vec<Blocker>,
}

/// Judges a PRD.
#[must_use]
pub fn judge(situation: &Situation, node: Node) -> Judgement {
    let blockers = blockers(situation, node);
    let blocked = blockers.iter().any(|blocker| blocker.kind != BlockerKind::Contract);
    let reason = || Some(wording::list(blockers.iter().map(|blocker| &blocker.text)));
    let (health, text) = if blocked {
        (Some(Health::Blocked), reason())
    } else if !blockers.is_empty() {
        (Some(Health::AtRisk), reason())
    } else if let Some(text) = lateness(situation, node).or_else(|| staleness(situation, node)) {
        (Some(Health::AtRisk), Some(text))
    } else if situation.options.mode == Mode::Simple {
        (None, None)
    } else {
        against_target(situation, node)
    };
    Judgement { health, text, blockers }
}

/// What keeps a PRD from going on: complete edges, the field `Blocked`, then contracts.
fn blockers(situation: &Situation, node: Node) -> Vec<Blocker> {
    let mut found = Vec::new();
    for edge in situation.graph.start_blockers(node) {
        let id = situation.graph.id(edge.prerequisite);
        let cancelled = situation.graph.is_cancelled(edge.prerequisite);
        let (kind, text) = match edge.kind {
            _ if cancelled => (BlockerKind::Complete, format!("{id} was archived and never completed")),
            DependencyKind::Contract => (BlockerKind::Contract, format!("waiting for {id}'s API contract")),
            DependencyKind::Complete | DependencyKind::Finish | DependencyKind::Soft => {
                (BlockerKind::Complete, format!("{id} must complete first"))
            }
        };
        found.push(Blocker { id: Some(id.clone()), kind, text });
    }
    if let Some(text) = &situation.prd(node).blocked {
        found.push(Blocker { id: None, kind: BlockerKind::Field, text: text.clone() });
    }
    found.sort_by(|a, b| (a.kind, &a.id).cmp(&(b.kind, &b.id)));
    found.dedup();
    found
}

/// By how much the ETA is after the target, in words; `None` where it is not, or without a schedule.
fn lateness(situation: &Situation, node: Node) -> Option<String> {
    if situation.options.mode == Mode::Simple {
        return None;
    }
    let finish = situation.finish(node)?;
    let target = situation.facts.target(situation.prd(node))?;
    let late = (finish - situation.facts.day(target)).max(1);
    (situation.facts.date(finish)? > target)
        .then(|| format!("ends {} after its target", wording::duration(late)))
}

fn staleness(situation: &Situation, node: Node) -> Option<String> {
    let (last, _) = situation.stale_since(node)?;
    Some(format!("nothing has moved since {}", wording::date(last)))
}

/// Ahead means a fifth of the working days left and at least two.
fn against_target(situation: &Situation, node: Node) -> (Option<Health>, Option<String>) {
    let Some(finish) = situation.finish(node) else {
        let reason = match situation.entry(node).and_then(|entry| entry.unknown) {
            Some(Unknown::Estimate(other)) if other != node => {
                Some(format!("{} has no estimate", situation.graph.id(other)))
            }
            Some(Unknown::Cycle(other)) if other == node => Some("it is in a cycle".to_owned()),
            Some(Unknown::Cycle(other)) => Some(format!("{} is in a cycle", situation.graph.id(other))),
            Some(Unknown::Cancelled(other)) => {
                Some(format!("{} was archived and never completed", situation.graph.id(other)))
            }
            Some(Unknown::Estimate(_)) | None => None,
        };
        return (Some(Health::NoEstimate), reason);
    };
    let Some(target) = situation.target_day(node) else { return (Some(Health::NoTarget), None) };
    let early = target - finish;
    if early >= 2 && early.saturating_mul(5) >= target {
        (Some(Health::Ahead), None)
    } else {
        (Some(Health::OnTrack), None)
    }
}
