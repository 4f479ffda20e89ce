use super::*;
use crate::domain::graph::dependencies::GraphFacts;
use crate::domain::graph::facts::{PrdFacts, ProgressSource};
use crate::domain::model::people::TeamName;
use crate::domain::model::sample::{Sample, id, portfolio, prd, worked_example};
use crate::domain::model::state::State;
use crate::domain::orchestrate::health::Health;

fn monday() -> Facts {
    Facts::on("2025-06-02".parse().unwrap())
}

fn made(samples: Vec<Sample>, facts: &Facts, options: &Options) -> Report {
    let portfolio = portfolio(samples);
    let graph = Graph::build(&portfolio, &GraphFacts::default());
    report(&graph, &Schedule::of(&graph, facts), facts, options, &Extras::default())
}

fn healths(report: &Report) -> Vec<(u32, Option<Health>, Option<&str>)> {
    report.prds.iter().map(|row| (row.id.number(), row.health, row.health_text.as_deref())).collect()
}

fn one(sample: Sample, facts: &Facts) -> (Option<Health>, Option<String>) {
    let report = made(vec![sample], facts, &Options::default());
    (report.prds[0].health, report.prds[0].health_text.clone())
}

#[test]
fn the_worked_example_has_the_healths_that_it_should() {
    let report = made(worked_example(), &monday(), &Options::default());
    assert_eq!(
        healths(&report),
        [
            (128, Some(Health::OnTrack), None),
            (129, Some(Health::OnTrack), None),
            (130, Some(Health::AtRisk), Some("waiting for SVC-129's API contract")),
            (131, Some(Health::Ahead), None),
            (132, Some(Health::Blocked), Some("SVC-131 must complete first")),
        ]
    );
    let near: Vec<_> = report.near_critical.iter().map(|near| (near.id.number(), near.slack_days)).collect();
    assert_eq!(near, [(129, 5), (130, 5)]);
}

/// The JSON of SVC-129 and SVC-130 alone.
fn json_of_two() -> serde_json::Value {
    let mut samples = worked_example();
    samples.truncate(3);
    samples.remove(0);
    serde_json::to_value(made(samples, &monday(), &Options::default())).unwrap()
}

#[test]
fn the_json_has_its_keys() {
    let json = json_of_two();
    let keys =
        |value: &serde_json::Value| -> Vec<String> { value.as_object().unwrap().keys().cloned().collect() };
    assert_eq!(
        keys(&json),
        [
            "schema",
            "as_of",
            "prds",
            "critical_path",
            "near_critical",
            "bottleneck",
            "waves",
            "merge_order",
            "conflicts",
            "teams",
            "recommendations",
            "next_steps",
            "missing",
            "cycles",
            "problems"
        ]
    );
    let refund = &json["prds"][1];
    assert_eq!(
        keys(refund),
        [
            "id",
            "title",
            "service",
            "team",
            "teams",
            "state",
            "priority",
            "progress",
            "progress_source",
            "remaining_days",
            "start_day",
            "finish_day",
            "eta_date",
            "delay_days",
            "slack_days",
            "driver",
            "target_date",
            "health",
            "health_text",
            "blockers",
            "depends_on",
            "parent",
            "children",
            "branch",
            "worktree",
            "issue",
            "pr"
        ]
    );
}

#[test]
fn the_json_says_what_the_schedule_says() {
    let json = json_of_two();
    let refund = &json["prds"][1];
    assert_eq!(
        refund["depends_on"],
        serde_json::json!([
            {"id": "SVC-129", "kind": "contract", "met": false, "ready_day": 5, "need_by": "2025-06-02"}
        ])
    );
    assert_eq!(
        refund["blockers"],
        serde_json::json!([
            {"id": "SVC-129", "kind": "contract", "text": "waiting for SVC-129's API contract"}
        ])
    );
    assert_eq!(refund["health"], "at-risk");
    assert_eq!(json["bottleneck"], serde_json::json!({"id": "SVC-129", "days": 5, "contract_days": 5}));
    assert_eq!(json["critical_path"], serde_json::json!({"ids": ["SVC-129", "SVC-130"], "days": 15}));
    assert_eq!(json["waves"], serde_json::json!([["SVC-129"], ["SVC-130"]]));
}

#[test]
fn the_field_blocked_blocks() {
    let sample = prd("SVC-1").estimate("1d").with(|prd| prd.blocked = Some("vendor is late".to_owned()));
    assert_eq!(one(sample, &monday()), (Some(Health::Blocked), Some("vendor is late".to_owned())));
}

#[test]
fn an_eta_after_the_target_is_a_risk_also_when_the_target_has_passed() {
    let sample = prd("SVC-1").estimate("5d");
    let late = |target: &str| one(sample.clone().target(target), &monday());
    assert_eq!(late("2025-06-05"), (Some(Health::AtRisk), Some("ends 1 day after its target".to_owned())));
    assert_eq!(late("2025-05-30"), (Some(Health::AtRisk), Some("ends 1 week after its target".to_owned())));
    assert_eq!(late("2025-06-08"), (Some(Health::OnTrack), None));
    let finished = sample.percent(100).target("2025-05-30");
    assert_eq!(one(finished, &monday()).0, Some(Health::AtRisk));
}

#[test]
fn ahead_is_a_fifth_of_the_days_left_and_at_least_two() {
    let early =
        |estimate: &str, target: &str| one(prd("SVC-1").estimate(estimate).target(target), &monday()).0;
    assert_eq!(early("8d", "2025-06-13"), Some(Health::Ahead));
    assert_eq!(early("9d", "2025-06-13"), Some(Health::OnTrack));
    assert_eq!(early("1d", "2025-06-03"), Some(Health::OnTrack));
    assert_eq!(early("17d", "2025-06-27"), Some(Health::OnTrack));
    assert_eq!(early("16d", "2025-06-27"), Some(Health::Ahead));
}

#[test]
fn a_prd_in_progress_that_does_not_move_is_at_risk() {
    let mut facts = monday();
    let last = |date: &str| PrdFacts { last_activity: date.parse().ok(), ..PrdFacts::default() };
    facts.prds.insert(id("SVC-1"), last("2025-05-26"));
    let text = Some("nothing has moved since Mon 2025-05-26".to_owned());
    assert_eq!(one(prd("SVC-1").estimate("1d"), &facts), (Some(Health::AtRisk), text));
    assert_eq!(one(prd("SVC-1").estimate("1d").state(State::Ready), &facts).0, Some(Health::NoTarget));
    facts.prds.insert(id("SVC-1"), last("2025-05-27"));
    assert_eq!(one(prd("SVC-1").estimate("1d"), &facts).0, Some(Health::NoTarget));
}

#[test]
fn what_is_missing_is_said() {
    let samples = vec![
        prd("SVC-1").target("2025-07-01"),
        prd("SVC-2").estimate("1d").depends("SVC-1 (finish)"),
        prd("SVC-3").estimate("1d"),
    ];
    let report = made(samples, &monday(), &Options::default());
    assert_eq!(
        healths(&report),
        [
            (1, Some(Health::NoEstimate), None),
            (2, Some(Health::NoEstimate), Some("SVC-1 has no estimate")),
            (3, Some(Health::NoTarget), None),
        ]
    );
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["prds"][1]["eta_unknown"], serde_json::json!({"id": "SVC-1", "reason": "no-estimate"}));
}

#[test]
fn progress_of_the_worktree_counts_before_home() {
    let mut facts = monday();
    let progress = crate::domain::model::checklist::Progress::read("50%");
    facts
        .prds
        .insert(id("SVC-1"), PrdFacts { progress, source: ProgressSource::Worktree, last_activity: None });
    let report = made(vec![prd("SVC-1").estimate("10d").percent(10)], &facts, &Options::default());
    assert_eq!((report.prds[0].progress, report.prds[0].remaining_days), (50, Some(5)));
    assert_eq!(report.prds[0].progress_source, ProgressSource::Worktree);
}

#[test]
fn filters_narrow_what_is_shown_and_never_what_is_scheduled() {
    let team = |name: &str| TeamName::new(name).into_iter().collect();
    let filter = Filter { teams: team("payments"), ..Filter::default() };
    let report = made(worked_example(), &monday(), &Options { filter, ..Options::default() });
    assert_eq!(healths(&report).len(), 2);
    assert_eq!(report.critical_path.as_ref().map(|path| path.days), Some(20));
    assert_eq!(report.teams.len(), 1);
    assert!(report.next_steps.iter().all(|step| step.text.contains("SVC-129")));
    let filter = Filter { ids: vec![id("SVC-132")], ..Filter::default() };
    let report = made(worked_example(), &monday(), &Options { filter, ..Options::default() });
    assert_eq!(report.prds[0].start_day, Some(3));
    let filter = Filter { states: vec![State::Ready], ..Filter::default() };
    assert!(made(worked_example(), &monday(), &Options { filter, ..Options::default() }).prds.is_empty());
}

#[test]
fn simple_mode_tells_states_and_blockers_and_no_dates() {
    let options = Options { mode: Mode::Simple, ..Options::default() };
    let report = made(worked_example(), &monday(), &options);
    assert!(report.critical_path.is_none() && report.bottleneck.is_none());
    assert!(report.prds.iter().all(|row| row.finish_day.is_none() && row.eta_date.is_none()));
    assert_eq!(report.prds[4].health, Some(Health::Blocked));
    assert_eq!(report.prds[0].health, None);
    assert!(report.next_steps.iter().all(|step| step.need_by.is_none()));
}

#[test]
fn without_the_orchestrator_there_is_no_advice() {
    let options = Options { recommendations: false, ..Options::default() };
    let report = made(worked_example(), &monday(), &options);
    assert!(report.recommendations.is_empty() && report.next_steps.is_empty());
}

#[test]
fn next_steps_come_soonest_first() {
    let report = made(worked_example(), &monday(), &Options::default());
    let lines: Vec<String> = report
        .next_steps
        .iter()
        .map(|step| format!("{}: {}", step.team.as_ref().unwrap(), step.text))
        .collect();
    assert_eq!(
        lines,
        [
            "Payments: publish the SVC-129 API contract by Mon 2025-06-02, SVC-130 waits for it",
            "Inventory: complete SVC-131 by Wed 2025-06-11, SVC-132 and SVC-128 wait for it",
            "Payments: complete SVC-129 by Mon 2025-06-16, SVC-128 waits for it",
        ]
    );
}

#[test]
fn teams_owe_each_other_what_edges_between_them_say() {
    let options = Options { cross_team: true, ..Options::default() };
    let report = made(worked_example(), &monday(), &options);
    let owed: Vec<_> = report
        .teams
        .iter()
        .flat_map(|team| {
            team.owes
                .iter()
                .flatten()
                .map(move |owed| (team.name.as_str(), owed.to.as_str(), owed.dependent.number()))
        })
        .collect();
    assert_eq!(owed, [("Inventory", "Checkout", 128), ("Payments", "Checkout", 128)]);
    assert_eq!(report.teams[1].remaining_days, Some(20));
}

#[test]
fn teams_whose_prds_wait_for_a_place_are_named_with_their_days() {
    let ready = |id: &str, team: &str, days: &str| prd(id).team(team).state(State::Ready).estimate(days);
    let portfolio = portfolio(vec![
        ready("SVC-1", "Payments", "5d"),
        ready("SVC-2", "Payments", "3d"),
        ready("SVC-3", "Payments", "1d"),
        ready("SVC-4", "Checkout", "2d"),
    ]);
    let graph = Graph::build(&portfolio, &GraphFacts::default());
    let facts = monday();
    let team = TeamName::new("Payments").unwrap();
    let limits = Limits { all: None, teams: [(team.clone(), 1)].into() };
    let extras =
        Extras { capacity: Some((limits.clone(), Schedule::of(&graph, &facts))), ..Extras::default() };
    let schedule = Schedule::under(&limits, &graph, &facts);
    let report = report(&graph, &schedule, &facts, &Options::default(), &extras);
    let capacity = report.capacity.unwrap();
    let [row] = capacity.overloaded.as_slice() else { panic!("{capacity:?}") };
    assert_eq!((row.team.as_ref(), row.parallel, row.days), (Some(&team), Some(1), 5 + 8));
    assert_eq!(row.prds, [id("SVC-2"), id("SVC-3")]);
    assert_eq!((capacity.unlimited_days, capacity.cost_days), (5, 4));
}
