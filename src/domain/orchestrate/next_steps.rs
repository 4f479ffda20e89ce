//! What is owed and what can be done, with dates.

use std::collections::BTreeMap;

use super::next::startable_together;
use super::options::Mode;
use super::report::{Action, NextStep};
use super::situation::Situation;
use super::wording;
use crate::domain::graph::dependencies::Node;
use crate::domain::graph::schedule::Unknown;
use crate::domain::model::dependency::DependencyKind;

/// The next steps, soonest first: contracts and completions that others wait for, then what can be started,
/// then estimates that are missing.
#[must_use]
pub fn next_steps(situation: &Situation) -> Vec<NextStep> {
    let mut steps = owed(situation);
    for next in startable_together(situation.graph, situation.schedule, &situation.around()) {
        steps.push(NextStep {
            team: next.team,
            action: Action::Start,
            text: format!("start {}", next.id),
            id: next.id,
            need_by: None,
            waiting: Vec::new(),
        });
    }
    if situation.options.mode != Mode::Simple {
        for node in without_estimate(situation) {
            let prd = situation.prd(node);
            steps.push(NextStep {
                team: prd.team.clone(),
                action: Action::Estimate,
                id: prd.id.clone(),
                need_by: None,
                waiting: Vec::new(),
                text: format!("estimate {}", prd.id),
            });
        }
    }
    // Stable: starts stay in the order of what is best, and come after everything with a date.
    steps.sort_by_key(|step| (step.need_by.is_none(), step.need_by));
    steps
}

/// Scheduled PRDs whose own estimate is missing.
pub(super) fn without_estimate<'s>(situation: &'s Situation<'_>) -> impl Iterator<Item = Node> + 's {
    situation.nodes.iter().copied().filter(|node| {
        situation.entry(*node).is_some_and(|entry| entry.unknown == Some(Unknown::Estimate(*node)))
    })
}

/// By which day somebody waits, and who.
type Waiting = (Option<i64>, Node);

/// What unmet edges demand: one step for each prerequisite and action, by the soonest date.
fn owed(situation: &Situation) -> Vec<NextStep> {
    let mut waiting: BTreeMap<(Node, Action), Vec<Waiting>> = BTreeMap::new();
    for edge in situation.graph.edges() {
        let counts = edge.blocks_completion()
            && situation.schedule.is_scheduled(edge.dependent)
            && situation.schedule.is_scheduled(edge.prerequisite);
        if counts {
            let action = match edge.kind {
                DependencyKind::Contract => Action::Publish,
                DependencyKind::Complete | DependencyKind::Finish | DependencyKind::Soft => Action::Complete,
            };
            let need_by = situation.due(edge).need_by.filter(|_| situation.options.mode != Mode::Simple);
            waiting.entry((edge.prerequisite, action)).or_default().push((need_by, edge.dependent));
        }
    }
    waiting
        .into_iter()
        .map(|((node, action), mut dependents)| {
            dependents.sort_by_key(|(need_by, node)| (need_by.is_none(), *need_by, *node));
            let day = dependents.first().and_then(|(need_by, _)| *need_by);
            let need_by = day.and_then(|day| situation.facts.date(day));
            let prd = situation.prd(node);
            let what = match action {
                Action::Publish => format!("publish the {} API contract", prd.id),
                Action::Complete | Action::Start | Action::Estimate => format!("complete {}", prd.id),
            };
            let when = match (need_by, day) {
                (Some(date), Some(day)) if day < 0 => format!(" now, it was due {}", wording::date(date)),
                (Some(date), _) => format!(" by {}", wording::date(date)),
                (None, _) => String::new(),
            };
            let ids: Vec<_> =
                dependents.iter().map(|(_, dependent)| situation.graph.id(*dependent).clone()).collect();
            let verb = if ids.len() == 1 { "waits" } else { "wait" };
            let text = format!("{what}{when}, {} {verb} for it", wording::short_list(&ids));
            NextStep { team: prd.team.clone(), action, id: prd.id.clone(), need_by, waiting: ids, text }
        })
        .collect()
}
