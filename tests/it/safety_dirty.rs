//! A user's index, staged changes and other files stay as they are through every transition.

use crate::support::Repo;

#[test]
fn a_started_prd_leaves_a_sound_repository() {
    let repo = Repo::new();
    repo.prd("ready", "SVC-101", "checkout-service", "");
    repo.commit_all("Plans");
    let before = repo.snapshot();
    repo.run(&["start", "SVC-101", "--dry-run"]).expect(0);
    repo.assert_unchanged(&before);
    repo.run(&["start", "SVC-101"]).expect(0);
    repo.assert_sound();
    assert_eq!(repo.state_of("SVC-101"), "in-progress");
    assert!(!before.changes_to(&repo.snapshot()).is_empty());
}
