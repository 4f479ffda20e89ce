//! The transitions, on a repository in memory.

use proptest::prelude::*;

use super::approve::{self, ApproveFacts};
use super::complete::{self, CompleteFacts, CompleteOptions, MergeFacts};
use super::edits::TransitionError;
use super::event::ArchiveReason;
use super::pause::{self, WorktreeFacts};
use super::plan::{Action, Plan};
use super::snapshot::Request;
use super::start::{self, NameFacts};
use super::table::Transition;
use super::world::{World, forced, has, plainly, rules};
use super::{archive, reject, reopen, restore, submit};
use crate::domain::config::schema::values::Dimensions;
use crate::domain::model::checklist::Checklist;
use crate::domain::model::state::State;
use crate::domain::review::record::ReviewRecord;
use crate::domain::review::report::review;
use crate::domain::review::settings::Settings;

type Outcome = Result<Plan, TransitionError>;

fn submitted(world: &mut World, number: u32) -> Outcome {
    world.step(number, |snapshot, subject| {
        let review = review(subject.prd, subject.text, &Settings::default());
        let record = ReviewRecord::of(&review, snapshot.now, snapshot.actor.clone());
        submit::plan(snapshot, subject, subject.text, &record, &plainly())
    })
}

fn approved(world: &mut World, number: u32, request: &Request) -> Outcome {
    let facts = ApproveFacts { has_contract: true, has_decision: true, ..ApproveFacts::default() };
    world.step(number, |snapshot, subject| approve::plan(snapshot, subject, &facts, request))
}

fn started(world: &mut World, number: u32, facts: &NameFacts, request: &Request) -> Outcome {
    world.step(number, |snapshot, subject| {
        let names = start::names(snapshot, subject.prd, "shop")?;
        start::plan(snapshot, subject, &names, facts, Transition::Start, request)
    })
}

fn completed(
    world: &mut World,
    number: u32,
    merge: MergeFacts,
    waive: &[&str],
    request: &Request,
) -> Outcome {
    let options = CompleteOptions {
        no_merge_check: false,
        waive: waive.iter().map(|text| (*text).to_owned()).collect(),
    };
    world.step(number, |snapshot, subject| {
        let facts = CompleteFacts {
            checklist: subject.prd.checklist.clone(),
            checklist_source: "home".to_owned(),
            merge,
            worktree: None,
        };
        complete::plan(snapshot, subject, &facts, &options, request)
    })
}

fn archived(world: &mut World, number: u32, reason: ArchiveReason, by: Option<u32>) -> Outcome {
    let portfolio = world.portfolio();
    let successor = by.and_then(|number| portfolio.find(&world.id(number)));
    world.step(number, |snapshot, subject| {
        archive::plan(snapshot, subject, reason, successor, None, &plainly())
    })
}

fn restored(world: &mut World, number: u32) -> Outcome {
    world.step(number, |snapshot, subject| restore::plan(snapshot, subject, &plainly()))
}

fn paused(world: &mut World, number: u32, worktree: Option<&WorktreeFacts>, keep: bool) -> Outcome {
    world.step(number, |snapshot, subject| pause::plan(snapshot, subject, worktree, keep, &plainly()))
}

#[test]
fn a_prd_goes_all_the_way_and_the_author_keeps_his_status() {
    let mut world = World::of(&[(State::Draft, "**Status**: Draft\n**Priority**: P1")]);
    submitted(&mut world, 1).unwrap();
    assert!(world.text(1).contains("**Status**: In Review"));
    approved(&mut world, 1, &forced()).unwrap();
    let plan = started(&mut world, 1, &NameFacts::default(), &plainly()).unwrap();
    assert!(has(&plan, |action| matches!(action, Action::CreateBranch { worktree: Some(_), .. })));
    assert!(world.text(1).contains("**Branch**: feat/PRD-001-thing-1"));
    completed(&mut world, 1, MergeFacts::Merged, &[], &plainly()).unwrap();
    assert_eq!(world.state(1), State::Complete);
    assert!(world.text(1).contains("**Status**: Complete"));
    assert!(world.text(1).contains("**Completed Date**: 2025-06-02"));
    assert_eq!(world.records().events[&world.id(1)].len(), 4);
}

#[test]
fn no_status_field_is_added() {
    let mut world = World::of(&[(State::Draft, "**Priority**: P1")]);
    submitted(&mut world, 1).unwrap();
    assert!(!world.text(1).contains("Status"));
}

#[test]
fn an_approval_needs_a_review_of_this_very_text() {
    let mut world = World::of(&[(State::Review, "**Priority**: P1")]);
    assert_eq!(rules(approved(&mut world, 1, &plainly())), ["not-reviewed"]);
    submitted(&mut world, 1).unwrap();
    let path = world.portfolio().find(&world.id(1)).unwrap().path.clone();
    world.files.get_mut(&path).unwrap().push_str("\nOne more wish.\n");
    assert!(rules(approved(&mut world, 1, &plainly())).contains(&"review-outdated"));
}

#[test]
fn a_review_along_other_dimensions_lets_nothing_pass() {
    let mut world = World::of(&[(State::Review, "**Priority**: P1")]);
    submitted(&mut world, 1).unwrap();
    assert!(!rules(approved(&mut world, 1, &plainly())).contains(&"dimensions-changed"));
    let names = ["Clarity & Scope", "Security"].map(str::to_owned).to_vec();
    world.config.prd_workflow.review.dimensions = Dimensions::Names(names);
    assert!(rules(approved(&mut world, 1, &plainly())).contains(&"dimensions-changed"));
}

#[test]
fn header_fields_that_prd_writes_leave_a_review_fresh() {
    let mut world = World::of(&[(State::Review, "**Priority**: P1")]);
    submitted(&mut world, 1).unwrap();
    let path = world.portfolio().find(&world.id(1)).unwrap().path.clone();
    let text = world.files[&path]
        .replace("**Priority**: P1", "**Priority**: P1\n**GitHub Issue**: #4")
        .replace('\n', "\r\n");
    world.files.insert(path, text);
    assert!(!rules(approved(&mut world, 1, &plainly())).contains(&"review-outdated"));
}

#[test]
fn a_grade_under_the_minimum_stops_an_approval_unless_forced() {
    let mut world = World::of(&[(State::Review, "**Priority**: P1")]);
    submitted(&mut world, 1).unwrap();
    assert!(rules(approved(&mut world, 1, &plainly())).contains(&"grade-too-low"));
    let plan = approved(&mut world, 1, &forced()).unwrap();
    assert!(plan.forced.contains(&"grade-too-low".to_owned()));
    assert!(plan.commit_message().contains("PRD-Reason: the launch cannot wait"));
}

#[test]
fn two_different_people_must_approve_where_two_are_required() {
    let mut world = World::of(&[(State::Review, "**Priority**: P1")]);
    world.config.prd_workflow.review.required_reviewers = 2;
    submitted(&mut world, 1).unwrap();
    let first = approved(&mut world, 1, &forced()).unwrap();
    assert_eq!(
        (world.state(1), first.notes.as_slice()),
        (State::Review, &["1 of 2 approvals".to_owned()][..])
    );
    let again = approved(&mut world, 1, &forced());
    assert_eq!(rules(again).last(), Some(&"approved-already"));
    world.act_as(1);
    approved(&mut world, 1, &forced()).unwrap();
    assert_eq!(world.state(1), State::Ready);
}

#[test]
fn authors_do_not_approve_their_own_where_that_is_forbidden() {
    let mut world = World::of(&[(State::Review, "**Author**: Ada")]);
    world.config.prd_workflow.review.allow_self_approval = false;
    submitted(&mut world, 1).unwrap();
    assert!(rules(approved(&mut world, 1, &plainly())).contains(&"self-approval"));
    let named = Request { acting_as: Some("Ben".to_owned()), ..plainly() };
    assert!(rules(approved(&mut world, 1, &named)).contains(&"self-approval"), "a name is no other person");
    world.act_as(1);
    assert!(!rules(approved(&mut world, 1, &plainly())).contains(&"self-approval"));
    let mut world = World::of(&[(State::Review, "**Author**: Adalbert Fadal")]);
    world.config.prd_workflow.review.allow_self_approval = false;
    submitted(&mut world, 1).unwrap();
    let refused = rules(approved(&mut world, 1, &plainly()));
    assert!(!refused.contains(&"self-approval"), "Ada is a part of his name: {refused:?}");
}

#[test]
fn a_start_waits_for_its_prerequisites() {
    let mut world = World::of(&[
        (
            State::Ready,
            "**Depends On**: PRD-002, PRD-003 (contract), PRD-004 (finish), PRD-005 (soft), PRD-006",
        ),
        (State::InProgress, ""),
        (State::InProgress, ""),
        (State::Draft, ""),
        (State::Draft, ""),
        (State::Complete, ""),
    ]);
    let outcome = started(&mut world, 1, &NameFacts::default(), &plainly());
    assert_eq!(rules(outcome), ["unmet-dependency", "unmet-dependency"]);
    assert!(started(&mut world, 1, &NameFacts::default(), &forced()).is_ok());
}

#[test]
fn an_unknown_prerequisite_stops_a_start() {
    let mut world = World::of(&[(State::Ready, "**Depends On**: PRD-099")]);
    assert_eq!(rules(started(&mut world, 1, &NameFacts::default(), &plainly())), ["unknown-dependency"]);
}

#[test]
fn no_more_are_in_progress_than_places() {
    let mut world = World::of(&[(State::Ready, ""), (State::InProgress, "")]);
    world.config.orchestration.parallel_features = std::num::NonZeroU32::new(1);
    assert_eq!(rules(started(&mut world, 1, &NameFacts::default(), &plainly())), ["parallel-limit"]);
}

#[test]
fn names_that_are_taken_stop_a_start_even_forced() {
    let taken = NameFacts { branch_exists: true, ..NameFacts::default() };
    let mut world = World::of(&[(State::Ready, "")]);
    assert_eq!(rules(started(&mut world, 1, &taken, &forced())), ["branch-taken"]);
    let path = NameFacts { path_taken: true, ..NameFacts::default() };
    assert_eq!(rules(started(&mut world, 1, &path, &forced())), ["worktree-path-taken"]);
    let clash = NameFacts { branch_clash: Some("feat".to_owned()), ..NameFacts::default() };
    assert_eq!(rules(started(&mut world, 1, &clash, &forced())), ["branch-clash"]);
}

#[test]
fn a_paused_prd_comes_back_to_its_own_branch() {
    let mut world = World::of(&[(State::Ready, "")]);
    started(&mut world, 1, &NameFacts::default(), &plainly()).unwrap();
    paused(&mut world, 1, None, true).unwrap();
    let own = NameFacts { branch_exists: true, ..NameFacts::default() };
    let plan = started(&mut world, 1, &own, &plainly()).unwrap();
    assert!(has(&plan, |action| matches!(action, Action::AttachWorktree { .. })));
    assert!(!has(&plan, |action| matches!(action, Action::CreateBranch { .. })));
}

#[test]
fn a_worktree_that_could_lose_work_is_never_planned_away() {
    let dirty = WorktreeFacts {
        path: "/w".to_owned(),
        branch: "feat/x".to_owned(),
        obstacles: vec!["1 file is not committed".to_owned()],
        consent: super::plan::Consent::default(),
    };
    let mut world = World::of(&[(State::InProgress, "**Branch**: feat/x")]);
    assert_eq!(rules(paused(&mut world, 1, Some(&dirty), false)), ["worktree-not-clean"]);
    let plan = paused(&mut world, 1, Some(&dirty), true).unwrap();
    assert!(!has(&plan, |action| matches!(action, Action::RemoveWorktree { .. })));
}

#[test]
fn a_completion_needs_criteria_merge_and_prerequisites() {
    let criteria = "**Branch**: b\n**Depends On**: PRD-002 (finish)\n\n## Acceptance Criteria\n\n- [ ] It is fast\n- [x] It is there\n";
    let mut world = World::of(&[(State::InProgress, criteria), (State::InProgress, "")]);
    let outcome = completed(&mut world, 1, MergeFacts::Unmerged, &[], &plainly());
    assert_eq!(rules(outcome), ["unmet-dependency", "criterion-open", "branch-not-merged"]);
    let outcome = completed(&mut world, 1, MergeFacts::Merged, &["fast"], &plainly());
    assert!(rules(outcome).contains(&"waiver-needs-reason"));
    completed(&mut world, 1, MergeFacts::Merged, &["fast"], &forced()).unwrap();
    assert_eq!(world.records().waivers[&world.id(1)][0].criterion, "It is fast");
}

#[test]
fn a_gate_that_was_not_run_has_not_passed() {
    let mut world = World::of(&[(State::InProgress, "")]);
    world.config.security.enabled = true;
    let outcome = completed(&mut world, 1, MergeFacts::Merged, &[], &plainly());
    assert_eq!(rules(outcome), ["gate-not-run"]);
    assert!(completed(&mut world, 1, MergeFacts::Merged, &[], &forced()).is_ok());
}

#[test]
fn a_rejection_says_why() {
    let mut world = World::of(&[(State::Review, "")]);
    let plain = world.step(1, |snapshot, subject| reject::plan(snapshot, subject, &plainly()));
    assert_eq!(rules(plain), ["reason-missing"]);
    world.step(1, |snapshot, subject| reject::plan(snapshot, subject, &forced())).unwrap();
    assert_eq!(world.state(1), State::Draft);
}

#[test]
fn without_a_folder_for_reviews_a_rejection_ends_the_review() {
    let mut world = World::of(&[(State::Draft, "**Priority**: P1")]);
    world.config.prd_workflow.directories.review = None;
    let rejected =
        |world: &mut World| world.step(1, |snapshot, subject| reject::plan(snapshot, subject, &forced()));
    assert_eq!(rules(rejected(&mut world)), ["not-reviewed"]);
    submitted(&mut world, 1).unwrap();
    rejected(&mut world).unwrap();
    assert_eq!(rules(rejected(&mut world)), ["not-reviewed"]);
    assert!(rules(approved(&mut world, 1, &plainly())).contains(&"rejected"));
    submitted(&mut world, 1).unwrap();
    approved(&mut world, 1, &forced()).unwrap();
    assert_eq!(world.state(1), State::Ready);
}

#[test]
fn what_is_restored_comes_back_to_where_it_was() {
    for state in [State::Draft, State::Review, State::Ready, State::InProgress, State::Complete] {
        let mut world = World::of(&[(state, "**Priority**: P1")]);
        let before = world.text(1);
        archived(&mut world, 1, ArchiveReason::Other, None).unwrap();
        assert_eq!(world.state(1), State::Archived);
        restored(&mut world, 1).unwrap();
        assert_eq!(world.state(1), state);
        assert_eq!(world.text(1), before);
    }
}

#[test]
fn archive_reasons_hold_what_they_say() {
    let mut world = World::of(&[(State::Ready, ""), (State::Ready, "**Depends On**: PRD-001")]);
    assert_eq!(rules(archived(&mut world, 1, ArchiveReason::Completed, None)), ["not-complete"]);
    assert_eq!(rules(archived(&mut world, 1, ArchiveReason::Superseded, None)), ["successor-missing"]);
    assert_eq!(rules(archived(&mut world, 1, ArchiveReason::Superseded, Some(1))), ["successor-is-itself"]);
    let plan = archived(&mut world, 1, ArchiveReason::Cancelled, None).unwrap();
    assert!(plan.notes.iter().any(|note| note.contains("PRD-002")), "{:?}", plan.notes);
}

#[test]
fn a_disabled_workflow_moves_nothing() {
    let mut world = World::of(&[(State::Ready, "")]);
    world.config.prd_workflow.enabled = false;
    assert_eq!(rules(started(&mut world, 1, &NameFacts::default(), &forced())), ["workflow-disabled"]);
}

#[test]
fn the_work_plan_follows_every_move_and_nothing_else_of_it_changes() {
    let mut world = World::of(&[(State::Ready, "**Priority**: P1\n**Team**: Shop")]);
    let text = "# Plan\n\nOurs.\n\n<!-- prd:work-plan:begin -->\nold\n<!-- prd:work-plan:end -->\n\nEnd.\n";
    world.work_plan = Some((world.config.work_plan.file_path.clone(), text.to_owned()));
    started(&mut world, 1, &NameFacts::default(), &plainly()).unwrap();
    let (_, after) = world.work_plan.clone().unwrap();
    assert!(after.starts_with("# Plan\n\nOurs.\n\n<!-- prd:work-plan:begin -->\n"), "{after}");
    assert!(after.ends_with("<!-- prd:work-plan:end -->\n\nEnd.\n"), "{after}");
    assert!(after.contains("### In progress\n\n| PRD | Title | Priority | Team | Owner |"), "{after}");
    assert!(after.contains("| PRD-001 | Thing 1 | P1 | Shop |  |"), "{after}");
}

/// One step of a random life: what is tried, on which PRD, by whom, with force or without.
fn random_step() -> impl Strategy<Value = (u8, u32, usize, bool)> {
    (0..9_u8, 1..=3_u32, 0..3_usize, any::<bool>())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_sequence_of_commands_leaves_the_table(steps in proptest::collection::vec(random_step(), 1..25)) {
        let mut world = World::of(&[
            (State::Draft, "**Status**: Draft"),
            (State::Ready, "**Depends On**: PRD-001"),
            (State::InProgress, "**Branch**: feat/x\n\n## Acceptance Criteria\n\n- [ ] One\n"),
        ]);
        for (what, number, person, force) in steps {
            world.act_as(person);
            let request = if force { forced() } else { plainly() };
            let before = world.state(number);
            let records_before: Vec<_> =
                world.files.iter().filter(|(path, _)| path.as_str().contains(".prd/")).map(|(path, text)| (path.clone(), text.clone())).collect();
            let outcome = match what {
                0 => submitted(&mut world, number),
                1 => approved(&mut world, number, &request),
                2 => started(&mut world, number, &NameFacts::default(), &request),
                3 => paused(&mut world, number, None, force),
                4 => completed(&mut world, number, MergeFacts::Merged, &[], &request),
                5 => archived(&mut world, number, ArchiveReason::Other, None),
                6 => restored(&mut world, number),
                7 => world.step(number, |snapshot, subject| reject::plan(snapshot, subject, &request)),
                _ => world.step(number, |snapshot, subject| {
                    let names = start::names(snapshot, subject.prd, "shop")?;
                    reopen::plan(snapshot, subject, &names, &NameFacts::default(), &request)
                }),
            };
            let after = world.state(number);
            prop_assert!(Transition::any_leads(before, after), "{before} to {after}");
            if outcome.is_err() {
                prop_assert_eq!(before, after);
            }
            let portfolio = world.portfolio();
            prop_assert_eq!(portfolio.prds().len(), 3, "no PRD is lost or doubled");
            prop_assert!(portfolio.doubles().is_empty());
            for (path, text) in records_before {
                prop_assert_eq!(world.files.get(&path), Some(&text), "a record is never changed");
            }
        }
    }
}

#[test]
fn a_checklist_without_boxes_is_said_to_show_no_progress() {
    let mut world = World::of(&[(State::Ready, "")]);
    assert_eq!(world.portfolio().prds()[0].checklist, Checklist::default());
    let plan = started(&mut world, 1, &NameFacts::default(), &plainly()).unwrap();
    assert!(plan.notes.iter().any(|note| note.contains("no check boxes")));
}
