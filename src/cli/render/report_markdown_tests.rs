use super::*;
use crate::domain::graph::dependencies::{Graph, GraphFacts};
use crate::domain::graph::facts::Facts;
use crate::domain::graph::schedule::Schedule;
use crate::domain::model::sample::{Sample, portfolio, prd, worked_example};
use crate::domain::orchestrate::build::{Extras, report};
use crate::domain::orchestrate::options::{Mode, Options};
use crate::domain::orchestrate::report::Conflict;

/// The report of these on Monday, 2025-06-02.
pub(in crate::cli::render) fn made(samples: Vec<Sample>, options: &Options) -> Report {
    let portfolio = portfolio(samples);
    let graph = Graph::build(&portfolio, &GraphFacts::default());
    let facts = Facts::on("2025-06-02".parse().unwrap());
    report(&graph, &Schedule::of(&graph, &facts), &facts, options, &Extras::default())
}

pub(in crate::cli::render) fn worked() -> Report {
    made(worked_example(), &Options::default())
}

#[test]
fn the_worked_example_reads_as_it_should() {
    insta::assert_snapshot!(report_markdown(&worked()), @r#"
    # Multi-Service Orchestration Report

    Mon 2025-06-02 · 5 in progress, 0 ready · 3 teams · 🔴 1 blocked · ⚠️ 1 at risk · ✅ 1 ahead of schedule · ✅ 2 on track · 4 weeks to the end

    ## Active PRDs (5)

    ### Team: Checkout

    1. **SVC-128**: checkout-service (60% complete)
       - Status: ✅ On track
       - Blockers: None
       - ETA: 2 weeks, Fri 2025-06-13

    ### Team: Inventory

    2. **SVC-131**: inventory-service (85% complete)
       - Status: ✅ Ahead of schedule
       - Blockers: None
       - ETA: 3 days, Wed 2025-06-04

    3. **SVC-132**: warehouse-integration (10% complete)
       - Status: 🔴 Blocked: SVC-131 must complete first
       - Blockers: SVC-131 must complete first (begun early)
       - ETA: 4 weeks, Fri 2025-06-27 (3 weeks 2 days after SVC-131)

    ### Team: Payments

    4. **SVC-129**: payment-service (75% complete)
       - Status: ✅ On track
       - Blockers: None
       - ETA: 1 week, Fri 2025-06-06

    5. **SVC-130**: refund-service (30% complete)
       - Status: ⚠️ At risk: waiting for SVC-129's API contract
       - Blockers: waiting for SVC-129's API contract (begun early)
       - ETA: 3 weeks, Fri 2025-06-20 (delayed 1 week)

    ## Dependency Graph

    ```text
    SVC-129 (payment-service) ✅ 75%
    ├── SVC-128 (checkout-service) ✅ 60% — ends after SVC-129 and SVC-131
    └── SVC-130 (refund-service) ⚠️ 30% — waits for SVC-129's API contract, due in 1 week
    SVC-131 (inventory-service) ✅ 85%
    ├── SVC-128 (checkout-service), see SVC-129
    └── SVC-132 (warehouse-integration) 🔴 10% — waits for SVC-131, ready in 3 days
    ```

    ## Critical Path

    SVC-131 → SVC-132

    - Longest path: 4 weeks
    - Bottleneck: SVC-129 (payment-service) costs the others 1 week in all, and publishing its API contract alone wins 1 week
    - Near critical: SVC-129 (1 week of slack), SVC-130 (1 week of slack)

    ## Recommendations

    - Publish the API contract of SVC-129 now: SVC-130 waits for it, and it wins 1 week in all
    - Finish SVC-129 (payment-service) first: it costs the others 1 week in all
    - Split SVC-132: it is 3 weeks 2 days of the 4 weeks to the end, and parts could run side by side
    - SVC-132 waits for SVC-131 until Wed 2025-06-04 and still ends 1 week before its target: no action needed
    - Inventory: SVC-131 is 1 week ahead of its target, well done

    ## Next Steps

    - [ ] Payments: publish the SVC-129 API contract by Mon 2025-06-02, SVC-130 waits for it
    - [ ] Inventory: complete SVC-131 by Wed 2025-06-11, SVC-132 and SVC-128 wait for it
    - [ ] Payments: complete SVC-129 by Mon 2025-06-16, SVC-128 waits for it
    "#);
}

#[test]
fn what_is_not_known_is_said_and_what_is_wrong_is_listed() {
    let samples = vec![
        prd("SVC-1").team("Core *team*"),
        prd("SVC-2").estimate("3d").depends("SVC-1, SVC-9"),
        prd("SVC-3").estimate("5d").percent(100).target("2025-06-30"),
        prd("SVC-4").with(|prd| prd.blocked = Some("vendor <b>late</b>".to_owned())),
    ];
    let mut report = made(samples, &Options::default());
    report.conflicts.push(Conflict {
        a: report.prds[0].id.clone(),
        b: report.prds[1].id.clone(),
        files: vec!["src/a.rs".to_owned(), "src/b.rs".to_owned()],
        level: ConflictLevel::Overlap,
    });
    insta::assert_snapshot!(report_markdown(&report), @r#"
    # Multi-Service Orchestration Report

    Mon 2025-06-02 · 4 in progress, 0 ready · 1 team · 🔴 2 blocked · ✅ 1 ahead of schedule · ❔ 1 no estimate

    ## Active PRDs (4)

    ### Team: Core \*team\*

    1. **SVC-1**: slug-svc-1 (0% complete)
       - Status: ❔ No estimate
       - Blockers: None
       - ETA: unknown, it has no estimate

    ### Team: none

    2. **SVC-2**: slug-svc-2 (0% complete)
       - Status: 🔴 Blocked: SVC-1 must complete first
       - Blockers: SVC-1 must complete first (begun early)
       - ETA: unknown, SVC-1 has no estimate

    3. **SVC-3**: slug-svc-3 (100% complete)
       - Status: ✅ Ahead of schedule
       - Blockers: None
       - ETA: today, Mon 2025-06-02

    4. **SVC-4**: slug-svc-4 (0% complete)
       - Status: 🔴 Blocked: vendor \<b>late\</b>
       - Blockers: vendor \<b>late\</b>
       - ETA: unknown, it has no estimate

    ## Dependency Graph

    ```text
    SVC-1 (slug-svc-1) ❔ 0%
    └── SVC-2 (slug-svc-2) 🔴 0% — waits for SVC-1; names SVC-9, which no PRD is
    SVC-3 (slug-svc-3) ✅ 100%
    SVC-4 (slug-svc-4) 🔴 0%
    ```

    ## Critical Path

    Nothing that is active has work left whose end is known.

    ## Conflicts

    - SVC-1 and SVC-2: both change src/a.rs and src/b.rs

    ## Problems

    - error: SVC-2 depends on SVC-9, and no PRD has that id (docs/prds/in-progress/SVC-2.md:2)

    ## Recommendations

    - SVC-3 is 4 weeks 1 day ahead of its target
    - Estimate SVC-1: nobody can say when it ends, nor when one other that waits does
    - Estimate SVC-4: nobody can say when it ends
    - Give SVC-2 and SVC-4 a target: nobody can say whether they are late
    - Give SVC-1 a target: nobody can say whether it is late

    ## Next Steps

    - [ ] Core \*team\*: complete SVC-1, SVC-2 waits for it
    - [ ] Core \*team\*: estimate SVC-1
    - [ ] estimate SVC-4
    "#);
}

#[test]
fn simple_mode_and_an_empty_portfolio_have_no_dates() {
    let options = Options { mode: Mode::Simple, recommendations: false, ..Options::default() };
    let mut samples = worked_example();
    samples.drain(..3);
    insta::assert_snapshot!(report_markdown(&made(samples, &options)), @r#"
    # Multi-Service Orchestration Report

    Mon 2025-06-02 · 2 in progress, 0 ready · 1 team · 🔴 1 blocked

    ## Active PRDs (2)

    ### Team: Inventory

    1. **SVC-131**: inventory-service (85% complete)
       - Status: in-progress
       - Blockers: None

    2. **SVC-132**: warehouse-integration (10% complete)
       - Status: 🔴 Blocked: SVC-131 must complete first
       - Blockers: SVC-131 must complete first (begun early)

    ## Dependency Graph

    ```text
    SVC-131 (inventory-service) 85%
    └── SVC-132 (warehouse-integration) 🔴 10% — waits for SVC-131
    ```
    "#);
    insta::assert_snapshot!(report_markdown(&made(Vec::new(), &Options::default())), @r#"
    # Multi-Service Orchestration Report

    Mon 2025-06-02 · 0 in progress, 0 ready · 0 teams

    ## Active PRDs (0)

    Nothing is ready or in progress.

    ## Critical Path

    Nothing that is active has work left whose end is known.
    "#);
}

#[test]
fn teams_read_what_they_owe_each_other() {
    let options = Options { cross_team: true, recommendations: false, ..Options::default() };
    let text = report_markdown(&made(worked_example(), &options));
    let section = text.split("## ").find(|section| section.starts_with("Between Teams")).unwrap_or_default();
    insta::assert_snapshot!(section.trim(), @r#"
    Between Teams

    - Inventory → Checkout: SVC-131 for SVC-128 by Mon 2025-06-16; expected Wed 2025-06-04
    - Payments → Checkout: SVC-129 for SVC-128 by Mon 2025-06-16; expected Fri 2025-06-06
    "#);
}
