use super::*;
use crate::domain::graph::dependencies::{Graph, GraphFacts};
use crate::domain::graph::facts::{Facts, PrdFacts};
use crate::domain::graph::schedule::Schedule;
use crate::domain::model::sample::{Sample, id, portfolio, prd, worked_example};
use crate::domain::model::state::State;
use crate::domain::orchestrate::options::Options;
use crate::domain::orchestrate::report::Conflict;

fn monday() -> Facts {
    Facts::on("2025-06-02".parse().unwrap())
}

fn advice(samples: Vec<Sample>, facts: &Facts, options: &Options) -> Vec<Recommendation> {
    advice_with(samples, facts, options, &[])
}

fn advice_with(
    samples: Vec<Sample>,
    facts: &Facts,
    options: &Options,
    conflicts: &[Conflict],
) -> Vec<Recommendation> {
    let portfolio = portfolio(samples);
    let graph = Graph::build(&portfolio, &GraphFacts::default());
    let schedule = Schedule::of(&graph, facts);
    recommendations(&Situation::new(&graph, &schedule, facts, options, conflicts))
}

fn of(kind: Kind, samples: Vec<Sample>, facts: &Facts, options: &Options) -> Vec<String> {
    let all = advice(samples, facts, options);
    all.into_iter().filter(|advice| advice.kind == kind).map(|advice| advice.text).collect()
}

fn plain(kind: Kind, samples: Vec<Sample>) -> Vec<String> {
    of(kind, samples, &monday(), &Options::default())
}

#[test]
fn the_worked_example_gets_its_advice() {
    let all = advice(worked_example(), &monday(), &Options::default());
    let lines: Vec<_> = all
        .iter()
        .map(|advice| {
            (advice.kind, advice.id.as_ref().map_or(0, PrdId::number), advice.days, advice.text.as_str())
        })
        .collect();
    assert_eq!(
        lines,
        [
            (
                Kind::PublishContract,
                129,
                Some(5),
                "Publish the API contract of SVC-129 now: SVC-130 waits for it, and it wins 1 week in all"
            ),
            (
                Kind::FinishFirst,
                129,
                Some(5),
                "Finish SVC-129 (payment-service) first: it costs the others 1 week in all"
            ),
            (
                Kind::Split,
                132,
                Some(17),
                "Split SVC-132: it is 3 weeks 2 days of the 4 weeks to the end, and parts could run side by side"
            ),
            (
                Kind::ExpectedBlock,
                132,
                None,
                "SVC-132 waits for SVC-131 until Wed 2025-06-04 and still ends 1 week before its target: no action needed"
            ),
            (Kind::Ahead, 131, Some(5), "Inventory: SVC-131 is 1 week ahead of its target, well done"),
        ]
    );
    assert_eq!(all[0].team.as_ref().map(TeamName::as_str), Some("Payments"));
}

#[test]
fn every_rule_is_in_the_catalogue_once() {
    let mut kinds: Vec<Kind> = RULES.iter().map(|rule| rule.kind).collect();
    kinds.sort();
    kinds.dedup();
    assert_eq!(kinds.len(), RULES.len());
}

#[test]
fn teams_talk_when_a_date_between_them_is_at_risk() {
    let samples = vec![
        prd("SVC-1").team("Payments").estimate("10d"),
        prd("SVC-2").team("Checkout").estimate("2d").depends("SVC-1 (contract)").target("2025-06-06"),
    ];
    assert_eq!(
        plain(Kind::SyncTeams, samples),
        [
            "Payments and Checkout, talk to each other: SVC-2 needs the API contract of SVC-1 by Wed 2025-06-04, \
          and it is expected Fri 2025-06-13, 1 week 2 days later"
        ]
    );
    assert!(plain(Kind::SyncTeams, worked_example()).is_empty());
}

#[test]
fn the_limit_is_watched_and_filled() {
    let samples = || {
        vec![
            prd("SVC-1").estimate("5d"),
            prd("SVC-2").estimate("3d"),
            prd("SVC-3").estimate("2d").state(State::Ready),
            prd("SVC-4").estimate("4d").state(State::Ready),
        ]
    };
    let limited = |limit| Options { parallel_features: Some(limit), ..Options::default() };
    assert_eq!(
        of(Kind::OverCapacity, samples(), &monday(), &limited(1)),
        ["2 PRDs are in progress, 1 may be: finish SVC-2 before anything is started"]
    );
    assert!(of(Kind::StartNext, samples(), &monday(), &limited(1)).is_empty());
    assert!(of(Kind::OverCapacity, samples(), &monday(), &limited(2)).is_empty());
    assert_eq!(
        of(Kind::StartNext, samples(), &monday(), &limited(3)),
        ["Start SVC-4 (slug-svc-4): nothing holds it, and a chain of 4 days begins with it"]
    );
    assert_eq!(of(Kind::StartNext, samples(), &monday(), &Options::default()).len(), 1);
}

#[test]
fn silence_is_noticed() {
    let mut facts = monday();
    let last_activity = "2025-05-19".parse().ok();
    facts.prds.insert(id("SVC-1"), PrdFacts { last_activity, ..PrdFacts::default() });
    let found = of(Kind::Stale, vec![prd("SVC-1"), prd("SVC-2")], &facts, &Options::default());
    assert_eq!(
        found,
        [
            "SVC-1 has not moved since Mon 2025-05-19, 14 days ago: ask whether it is still worked on, or pause it"
        ]
    );
}

#[test]
fn what_is_missing_is_asked_for_once_for_each_team() {
    let samples = || {
        vec![
            prd("SVC-1").team("A"),
            prd("SVC-2").team("A"),
            prd("SVC-3").team("B").estimate("1d").depends("SVC-1").target("2025-07-01"),
        ]
    };
    assert_eq!(
        plain(Kind::EstimateMissing, samples()),
        ["Estimate SVC-1 and SVC-2: nobody can say when they end, nor when one other that waits does"]
    );
    assert_eq!(
        plain(Kind::TargetMissing, samples()),
        ["Give SVC-1 and SVC-2 a target: nobody can say whether they are late"]
    );
}

#[test]
fn one_person_with_several_prds_is_double_booked() {
    let owned = |name: &str, owner: &str| {
        let owner = owner.to_owned();
        prd(name).with(|prd| prd.owner = Some(owner))
    };
    let samples = vec![
        owned("SVC-1", "Ada"),
        owned("SVC-2", "ada "),
        owned("SVC-3", "Bob"),
        owned("SVC-4", "Bob").state(State::Ready),
    ];
    assert_eq!(plain(Kind::DoubleBooked, samples), ["Ada has 2 PRDs in progress at once: SVC-1 and SVC-2"]);
}

#[test]
fn a_cycle_is_to_be_broken_unless_it_is_soft() {
    let samples = |kind: &str| {
        vec![
            prd("SVC-1").estimate("1d").depends("SVC-2"),
            prd("SVC-2").estimate("1d").depends(&format!("SVC-1 ({kind})")),
        ]
    };
    assert_eq!(
        plain(Kind::Cycle, samples("finish")),
        ["Break the cycle SVC-1 → SVC-2 → SVC-1: nothing in it can end"]
    );
    assert!(plain(Kind::Cycle, samples("soft")).is_empty());
}

fn conflict(a: &str, b: &str, level: ConflictLevel) -> Conflict {
    Conflict { a: id(a), b: id(b), files: vec!["src/a.rs".to_owned()], level }
}

#[test]
fn who_is_finished_first_is_merged_first() {
    let samples =
        || vec![prd("SVC-1").estimate("5d"), prd("SVC-2").estimate("2d"), prd("SVC-3").estimate("1d")];
    let conflicts = [
        conflict("SVC-1", "SVC-2", ConflictLevel::Conflict),
        conflict("SVC-1", "SVC-3", ConflictLevel::Overlap),
        conflict("SVC-2", "SVC-3", ConflictLevel::DeclaredOverlap),
    ];
    let found = |mode: Mode| -> Vec<String> {
        let options = Options { mode, ..Options::default() };
        let all = advice_with(samples(), &monday(), &options, &conflicts);
        let ours = all.into_iter().filter(|advice| advice.kind == Kind::ConflictAhead);
        ours.map(|advice| advice.text).collect()
    };
    let said = ["SVC-1 and SVC-2 conflict in src/a.rs: merge SVC-2 first, then rebase SVC-1"];
    assert_eq!(found(Mode::Smart), said, "only real conflicts need advice");
    assert_eq!(found(Mode::Simple).len(), 1, "no schedule is needed to see one");
}

#[test]
fn a_contract_is_to_be_published_where_that_wins_days_and_only_there() {
    let samples = |first: &str, eta: Option<&str>| {
        let eta = eta.map(|day| day.parse().unwrap());
        vec![
            prd("SVC-1").team("Payments").estimate(first).with(|prd| prd.contract_eta = eta),
            prd("SVC-2").estimate("2d").depends("SVC-1 (contract)"),
            prd("SVC-3").estimate("3d").depends("SVC-1 (contract)"),
        ]
    };
    assert_eq!(
        plain(Kind::PublishContract, samples("4d", None)),
        [
            "Publish the API contract of SVC-1 now: SVC-2 and SVC-3 wait for it, and it wins 1 week 3 days in all"
        ]
    );
    assert_eq!(
        plain(Kind::PublishContract, samples("4d", Some("2025-06-03"))),
        ["Publish the API contract of SVC-1 now: SVC-2 and SVC-3 wait for it, and it wins 4 days in all"]
    );
    assert!(plain(Kind::PublishContract, samples("0d", None)).is_empty(), "there is nothing to win");
}

#[test]
fn nobody_finishes_first_where_nobody_waits() {
    let samples = |edge: &str| vec![prd("SVC-1").estimate("5d"), prd("SVC-2").estimate("3d").depends(edge)];
    assert!(plain(Kind::FinishFirst, samples("SVC-1 (soft)")).is_empty());
    assert_eq!(
        plain(Kind::FinishFirst, samples("SVC-1")),
        ["Finish SVC-1 (slug-svc-1) first: it costs the others 1 week in all"]
    );
}

#[test]
fn only_a_block_that_fits_its_target_is_expected() {
    let samples = |target: &str, blocked: Option<&str>| {
        let blocked = blocked.map(str::to_owned);
        let waiting = prd("SVC-2").estimate("2d").depends("SVC-1").target(target);
        vec![prd("SVC-1").estimate("3d"), waiting.with(|prd| prd.blocked = blocked)]
    };
    assert_eq!(
        plain(Kind::ExpectedBlock, samples("2025-06-06", None)),
        ["SVC-2 waits for SVC-1 until Wed 2025-06-04 and still ends on its target: no action needed"]
    );
    assert!(plain(Kind::ExpectedBlock, samples("2025-06-05", None)).is_empty(), "it is late");
    assert!(
        plain(Kind::ExpectedBlock, samples("2025-06-06", Some("vendor"))).is_empty(),
        "that is not expected"
    );
}

#[test]
fn what_is_ahead_is_said_to_its_team_with_the_days() {
    let sample = |target: &str| prd("SVC-1").team("Payments").estimate("4d").target(target);
    let said = |target: &str| advice(vec![sample(target)], &monday(), &Options::default());
    let ahead = said("2025-06-10").into_iter().find(|advice| advice.kind == Kind::Ahead).unwrap();
    assert_eq!((ahead.days, ahead.team.as_ref().map(TeamName::as_str)), (Some(3), Some("Payments")));
    assert!(said("2025-06-06").iter().all(|advice| advice.kind != Kind::Ahead), "one day is not ahead");
}

#[test]
fn a_long_path_that_one_prd_fills_is_to_be_split() {
    let samples = |first: &str, second: &str| {
        vec![prd("SVC-1").estimate(first), prd("SVC-2").estimate(second).depends("SVC-1")]
    };
    assert_eq!(
        plain(Kind::Split, samples("5d", "6d")),
        ["Split SVC-2: it is 1 week 1 day of the 2 weeks 1 day to the end, and parts could run side by side"]
    );
    assert!(plain(Kind::Split, samples("6d", "6d")).is_empty(), "half is not most");
    assert!(plain(Kind::Split, samples("1d", "9d")).is_empty(), "two weeks are short enough");
}

#[test]
fn what_is_started_next_has_a_place_a_team_and_its_files_to_itself() {
    let ready = |id: &str, team: &str| prd(id).team(team).state(State::Ready).estimate("2d");
    let samples = vec![
        prd("SVC-1").team("Payments").estimate("5d"),
        ready("SVC-2", "Payments"),
        ready("SVC-3", "Checkout"),
        ready("SVC-4", "Inventory"),
    ];
    let options = Options {
        parallel_features: Some(9),
        team_limits: TeamName::new("Payments").map(|team| (team, 1)).into_iter().collect(),
        ..Options::default()
    };
    let conflicts = [conflict("SVC-1", "SVC-3", ConflictLevel::DeclaredOverlap)];
    let all = advice_with(samples, &monday(), &options, &conflicts);
    let ids: Vec<_> =
        all.iter().filter(|advice| advice.kind == Kind::StartNext).map(|advice| &advice.id).collect();
    assert_eq!(ids, [&Some(id("SVC-4"))]);
}
