use super::*;
use crate::domain::graph::dependencies::{Graph, GraphFacts};
use crate::domain::graph::facts::{Facts, PrdFacts};
use crate::domain::graph::schedule::Schedule;
use crate::domain::model::sample::{Sample, id, portfolio, prd, worked_example};
use crate::domain::model::state::State;
use crate::domain::orchestrate::options::Options;

fn monday() -> Facts {
    Facts::on("2025-06-02".parse().unwrap())
}

fn advice(samples: Vec<Sample>, facts: &Facts, options: &Options) -> Vec<Recommendation> {
    let portfolio = portfolio(samples);
    let graph = Graph::build(&portfolio, &GraphFacts::default());
    let schedule = Schedule::of(&graph, facts);
    recommendations(&Situation::new(&graph, &schedule, facts, options, &[]))
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
