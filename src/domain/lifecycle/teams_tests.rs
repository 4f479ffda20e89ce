//! Contracts, check-ins and notes, on a repository in memory.

use super::check_in::{self, Said};
use super::contract::{self, Gathered};
use super::note;
use super::plan::{Action, OutboxKind};
use super::world::{World, has, plainly, rules};
use crate::domain::model::people::TeamName;
use crate::domain::model::state::State;

fn api(path: &str) -> Gathered {
    let mut found = Gathered::default();
    found.add_blocks(
        &format!("# P\n\n```yaml\nopenapi: 3.1.0\npaths:\n  {path}: {{}}\n```\n"),
        "docs/prds/SVC-1.md",
    );
    found
}

#[test]
fn a_contract_is_published_once_and_tells_the_issue() {
    let mut world = World::of(&[(State::InProgress, "**GitHub Issue**: #7")]);
    world.github = Some([].into());
    let publish = |world: &mut World, found: &Gathered| {
        let mut is_new = false;
        let plan = world.step(1, |snapshot, subject| {
            let plan = contract::plan(snapshot, subject, found, &plainly())?;
            is_new = plan.is_some();
            Ok(plan.unwrap_or_else(|| note::plan(snapshot, None, None, "nothing").unwrap()))
        });
        (is_new, plan)
    };
    let (_, plan) = publish(&mut world, &api("/charges"));
    let tells =
        |action: &Action| matches!(action, Action::Queue { entry } if entry.kind == OutboxKind::UpdateIssue);
    assert!(has(&plan.unwrap(), tells));
    let id = world.id(1);
    assert_eq!(world.records().contract(&id).map(|record| record.version), Some(1));
    assert!(!publish(&mut world, &api("/charges")).0, "the same texts are published already");
    assert!(publish(&mut world, &api("/refunds")).0);
    assert_eq!(world.records().contract(&id).map(|record| record.version), Some(2));
    assert_eq!(world.state(1), State::InProgress);
}

#[test]
fn what_is_archived_or_does_not_parse_is_not_published() {
    let publish = |state: State, found: &Gathered| {
        World::of(&[(state, "**Priority**: P1")])
            .step(1, |snapshot, subject| Ok(contract::plan(snapshot, subject, found, &plainly())?.unwrap()))
    };
    assert_eq!(rules(publish(State::Archived, &api("/a"))), ["archived"]);
    assert_eq!(rules(publish(State::Ready, &Gathered::default())), ["no-contract"]);
    let mut broken = Gathered::default();
    broken.add_blocks("```graphql\ntype A {\n  b Int\n}\n```\n", "a.md");
    assert_eq!(rules(publish(State::Ready, &broken)), ["contract-does-not-parse"]);
}

#[test]
fn a_check_in_sets_the_fields_that_the_schedule_reads() {
    let mut world =
        World::of(&[(State::InProgress, "**Remaining**: 9d"), (State::Draft, "**Priority**: P1")]);
    let mut check_in = |number: u32, said: Said| {
        world.step(number, |snapshot, subject| check_in::plan(snapshot, subject, said))
    };
    let said = Said {
        remaining: Some("5d".to_owned()),
        blocker: Some("vendor".to_owned()),
        contract_eta: "2025-06-05".parse().ok(),
        ..Said::default()
    };
    check_in(1, said).unwrap();
    assert_eq!(rules(check_in(2, Said::default())), ["not-active"]);
    let plan = check_in(1, Said::default()).unwrap();
    assert_eq!(plan.actions.len(), 1, "that one is still at it changes no text");
    check_in(1, Said { clear_blocker: true, ..Said::default() }).unwrap();
    let text = world.text(1);
    assert!(text.contains("**Remaining**: 5d") && text.contains("**Contract ETA**: 2025-06-05"), "{text}");
    assert!(!text.contains("Blocked"), "{text}");
    let (id, records) = (world.id(1), world.records());
    assert_eq!(records.check_ins[&id].len(), 3);
    assert!(records.has_said(&id, |said| said.clear_blocker));
    assert_eq!(records.last_activity(&id), "2025-06-02".parse().ok());
}

#[test]
fn a_note_belongs_to_no_prd_and_says_something() {
    let mut world = World::of(&[(State::Ready, "**Priority**: P1")]);
    let mut write = |team: &str, text: &str| {
        world.step(1, |snapshot, _| note::plan(snapshot, TeamName::new(team), None, text))
    };
    assert_eq!(rules(write("Payments", " \n ")), ["empty-note"]);
    assert_eq!(rules(write("Payments", &"x".repeat(note::LONGEST + 1))), ["long-note"]);
    let plan = write("Payments", " hello ").unwrap();
    assert_eq!((plan.commit_message().as_str(), plan.told().as_str()), ("prd: note\n\n", "note"));
    let [Action::WriteFile { path, content, replaces: None }] = &plan.actions[..] else { panic!("{plan:?}") };
    assert!(path.as_str().contains("/.prd/notes/2025"), "{path}");
    assert!(content.contains("\"text\": \"hello\""), "{content}");
}
