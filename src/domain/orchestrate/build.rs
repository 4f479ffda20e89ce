//! Makes the report.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::broken;
use super::coordination::{Told, cross_team};
use super::health::judge;
use super::milestones::milestones;
use super::next_steps::next_steps;
use super::options::{Filter, Mode, Options};
use super::recommendations::recommendations;
use super::report::{
    BottleneckRow, CapacityRow, Conflict, ConflictLevel, CriticalPathRow, DependsOn, EtaUnknown, ForecastRow,
    NearCritical, OutlookRow, OverloadedRow, PercentilesRow, PrdRow, Report, SCHEMA, UnknownReason,
};
use super::situation::Situation;
use super::teams::teams;
use crate::domain::graph::capacity::Limits;
use crate::domain::graph::dependencies::{Graph, Node};
use crate::domain::graph::facts::Facts;
use crate::domain::graph::forecast::{Forecast, Percentiles};
use crate::domain::graph::order::{implied, merge_order, waves};
use crate::domain::graph::schedule::{Schedule, Unknown};
use crate::domain::model::finding::Finding;
use crate::domain::model::id::PrdId;
use crate::domain::model::people::TeamName;

/// What the report tells that does not come from the graph.
#[derive(Debug, Default)]
pub struct Extras {
    /// How branches get on, as git sees it.
    pub conflicts: Vec<Conflict>,
    /// What the records say of contracts and notes; shown with cross-team coordination.
    pub told: Told,
    /// Problems beside those of the graph: drift between folder and field.
    pub problems: Vec<Finding>,
    /// The forecast, where one was asked for.
    pub forecast: Option<Forecast>,
    /// The limits that the schedule keeps, and the schedule without them, where they were asked for.
    pub capacity: Option<(Limits, Schedule)>,
}

/// The report of a graph and its schedule.
#[must_use]
pub fn report(
    graph: &Graph,
    schedule: &Schedule,
    facts: &Facts,
    options: &Options,
    extras: &Extras,
) -> Report {
    let situation = Situation::new(graph, schedule, facts, options, &extras.conflicts);
    let filter = &options.filter;
    let shown: Vec<Node> =
        situation.nodes.iter().copied().filter(|node| filter.shows(graph.prd(*node))).collect();
    let implied = implied(graph, |node| schedule.is_scheduled(node));
    let timed = options.mode != Mode::Simple;
    let ids = |nodes: &[Node]| -> Vec<PrdId> { nodes.iter().map(|node| graph.id(*node).clone()).collect() };
    let visible = |nodes: Vec<Node>| -> Vec<PrdId> {
        let nodes: Vec<Node> = nodes.into_iter().filter(|node| shown.binary_search(node).is_ok()).collect();
        ids(&nodes)
    };
    let real = |node: Node| conflicting(&extras.conflicts, graph.id(node));
    let merge_order = merge_order(graph, schedule, real);
    let mut problems = graph.problems().to_vec();
    problems.extend(extras.problems.iter().cloned());
    problems.sort_by(|a, b| (&a.place, a.rule, &a.message).cmp(&(&b.place, b.rule, &b.message)));
    let mut report = Report {
        schema: SCHEMA,
        as_of: facts.today,
        workspace: None,
        prds: shown.iter().map(|node| row(&situation, *node, &implied, extras.forecast.as_ref())).collect(),
        critical_path: None,
        near_critical: Vec::new(),
        bottleneck: None,
        forecast: None,
        capacity: None,
        waves: waves(schedule).into_iter().map(visible).filter(|wave| !wave.is_empty()).collect(),
        merge_order: visible(merge_order),
        conflicts: extras.conflicts.clone(),
        teams: teams(&situation, &shown),
        milestones: Vec::new(),
        cross_team: options.cross_team.then(|| cross_team(&situation, &extras.told)),
        recommendations: Vec::new(),
        next_steps: Vec::new(),
        missing: broken::missing(graph, |node| shown.binary_search(&node).is_ok()),
        cycles: broken::cycles(graph, |node| shown.binary_search(&node).is_ok()),
        problems,
    };
    if timed {
        report.milestones = milestones(&situation, extras.forecast.as_ref());
        report.forecast = extras.forecast.as_ref().map(|forecast| forecast_row(facts, forecast));
        report.capacity = extras.capacity.as_ref().map(|(limits, free)| capacity(&situation, limits, free));
        report.critical_path =
            Some(CriticalPathRow { ids: ids(&situation.critical.nodes), days: situation.critical.days });
        report.near_critical = near_critical(&situation, &shown);
        report.bottleneck = situation.bottleneck.map(|neck| BottleneckRow {
            id: graph.id(neck.node).clone(),
            days: neck.days,
            contract_days: neck.contract_days,
        });
    }
    if options.recommendations {
        report.recommendations = recommendations(&situation);
        report.next_steps = next_steps(&situation);
    }
    narrow(&mut report, graph, filter);
    report
}

/// With how many others a PRD conflicts.
fn conflicting(conflicts: &[Conflict], id: &PrdId) -> usize {
    let concerns = |conflict: &&Conflict| conflict.a == *id || conflict.b == *id;
    conflicts.iter().filter(|conflict| conflict.level == ConflictLevel::Conflict).filter(concerns).count()
}

/// Leaves out advice and steps about PRDs that are not shown; what is about nobody stays.
fn narrow(report: &mut Report, graph: &Graph, filter: &Filter) {
    let shows = |id: &PrdId| graph.node(id).is_some_and(|node| filter.shows(graph.prd(node)));
    let team = |team: &Option<_>| {
        filter.teams.is_empty() || team.as_ref().is_none_or(|team| filter.teams.contains(team))
    };
    report.recommendations.retain(|advice| match &advice.id {
        Some(id) => shows(id),
        None => team(&advice.team),
    });
    report.next_steps.retain(|step| shows(&step.id) || step.waiting.iter().any(shows));
    report.conflicts.retain(|conflict| shows(&conflict.a) || shows(&conflict.b));
}

fn near_critical(situation: &Situation, shown: &[Node]) -> Vec<NearCritical> {
    let mut on_path = situation.critical.nodes.clone();
    on_path.sort_unstable();
    let mut near: Vec<NearCritical> = shown
        .iter()
        .filter(|node| on_path.binary_search(node).is_err() && !situation.graph.family().is_parent(**node))
        .filter_map(|node| {
            let slack_days = situation.entry(*node)?.slack()?;
            let id = situation.graph.id(*node).clone();
            (slack_days <= situation.options.near_critical_days).then_some(NearCritical { id, slack_days })
        })
        .collect();
    near.sort_by(|a, b| (a.slack_days, &a.id).cmp(&(b.slack_days, &b.id)));
    near
}

fn percentiles(facts: &Facts, days: Percentiles) -> PercentilesRow {
    PercentilesRow {
        p50_date: facts.date(days.p50),
        p85_date: facts.date(days.p85),
        p95_date: facts.date(days.p95),
        p85_day: days.p85,
    }
}

fn forecast_row(facts: &Facts, forecast: &Forecast) -> ForecastRow {
    ForecastRow {
        runs: forecast.ask.runs,
        seed: forecast.ask.seed,
        sample: forecast.history.sample(),
        ratio_percent: forecast.history.median_percent(),
        end: percentiles(facts, forecast.end),
    }
}

fn capacity(situation: &Situation, limits: &Limits, free: &Schedule) -> CapacityRow {
    let mut waiting: BTreeMap<Option<&TeamName>, (i64, Vec<PrdId>)> = BTreeMap::new();
    for node in &situation.nodes {
        let waits = || {
            let entry =
                situation.entry(*node).filter(|entry| entry.driver.is_some_and(|driver| driver.place))?;
            Some(entry.start? - free.entry(*node)?.start?)
        };
        if let Some(days) = waits().filter(|days| *days > 0) {
            let (sum, ids) = waiting.entry(situation.team(*node)).or_default();
            *sum += days;
            ids.push(situation.graph.id(*node).clone());
        }
    }
    let row = |(team, (days, prds)): (Option<&TeamName>, (i64, Vec<PrdId>))| OverloadedRow {
        parallel: team.and_then(|team| limits.teams.get(team)).copied(),
        team: team.cloned(),
        prds,
        days,
    };
    let mut overloaded: Vec<OverloadedRow> = waiting.into_iter().map(row).collect();
    overloaded.sort_by_key(|row| Reverse(row.days));
    CapacityRow {
        parallel_features: limits.all,
        unlimited_days: free.length(),
        cost_days: situation.schedule.length() - free.length(),
        overloaded,
    }
}

fn row(situation: &Situation, node: Node, implied: &[bool], forecast: Option<&Forecast>) -> PrdRow {
    let graph = situation.graph;
    let prd = graph.prd(node);
    let work = situation.schedule.work(node);
    let entry = situation.entry(node).filter(|_| situation.options.mode != Mode::Simple);
    let judgement = judge(situation, node);
    let finish = entry.and_then(|entry| entry.finish);
    let driver = entry.and_then(|entry| entry.driver);
    let family = graph.family();
    PrdRow {
        id: prd.id.clone(),
        repository: None,
        title: prd.title.clone(),
        service: prd.service_name(),
        team: prd.team.clone(),
        teams: prd.teams.clone(),
        state: prd.state,
        priority: prd.priority,
        progress: work.progress.percent(),
        progress_source: work.source,
        remaining_days: work.remaining,
        start_day: entry.and_then(|entry| entry.start),
        finish_day: finish,
        eta_date: finish.and_then(|day| situation.facts.date(day)),
        eta_unknown: entry.and_then(|entry| entry.unknown).map(|unknown| eta_unknown(graph, unknown)),
        delay_days: finish.and_then(|_| situation.schedule.delay(node)),
        slack_days: entry.and_then(|entry| entry.slack()),
        driver: driver.filter(|driver| !driver.place).map(|driver| graph.id(driver.node).clone()),
        place_from: driver.filter(|driver| driver.place).map(|driver| graph.id(driver.node).clone()),
        forecast: forecast.and_then(|forecast| forecast.outlook(node)).map(|outlook| OutlookRow {
            finish: percentiles(situation.facts, outlook.finish),
            critical_percent: outlook.critical_percent,
        }),
        target_date: situation.facts.target(prd),
        health: judgement.health,
        health_text: judgement.text,
        blockers: judgement.blockers,
        depends_on: depends_on(situation, node, implied),
        parent: family.parent(node).map(|parent| graph.id(parent).clone()),
        children: family.children(node).iter().map(|child| graph.id(*child).clone()).collect(),
        branch: prd.branch.clone(),
        worktree: prd.worktree.clone(),
        issue: prd.issue.clone(),
        pr: prd.pull_request.clone(),
    }
}

fn depends_on(situation: &Situation, node: Node, implied: &[bool]) -> Vec<DependsOn> {
    let timed = situation.options.mode != Mode::Simple;
    situation
        .graph
        .numbered_prerequisites(node)
        .map(|(at, edge)| {
            let due = situation.due(edge);
            DependsOn {
                id: situation.graph.id(edge.prerequisite).clone(),
                kind: edge.kind,
                met: edge.met,
                ready_day: due.ready.filter(|_| timed),
                need_by: due.need_by.filter(|_| timed).and_then(|day| situation.facts.date(day)),
                implied: implied.get(at).copied().unwrap_or(false),
            }
        })
        .collect()
}

fn eta_unknown(graph: &Graph, unknown: Unknown) -> EtaUnknown {
    let (node, reason) = match unknown {
        Unknown::Estimate(node) => (node, UnknownReason::NoEstimate),
        Unknown::Cycle(node) => (node, UnknownReason::Cycle),
        Unknown::Cancelled(node) => (node, UnknownReason::Cancelled),
    };
    EtaUnknown { id: graph.id(node).clone(), reason }
}

#[cfg(test)]
#[path = "build_tests.rs"]
mod tests;
