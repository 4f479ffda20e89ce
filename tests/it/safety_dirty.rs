//! A user's index, staged changes and other files stay as they are through every transition.

use crate::support::Repo;

/// From a draft to the archive and back, with everything on the way that changes a PRD.
const WALK: [(&[&str], &str); 16] = [
    (&["new", "Payment Service"], "draft"),
    (&["set", "SVC-101", "Priority=P0"], "draft"),
    (&["deps", "add", "SVC-101", "SVC-102"], "draft"),
    (&["deps", "rm", "SVC-101", "SVC-102"], "draft"),
    (&["review", "SVC-101"], "review"),
    (&["reject", "SVC-101", "--reason", "no owner for the queue"], "draft"),
    (&["review", "SVC-101"], "review"),
    (&["approve", "SVC-101"], "ready"),
    (&["start", "SVC-101"], "in-progress"),
    (&["pause", "SVC-101"], "ready"),
    (&["start", "SVC-101"], "in-progress"),
    (&["complete", "SVC-101", "--no-merge-check"], "complete"),
    (&["reopen", "SVC-101"], "in-progress"),
    (&["archive", "SVC-101", "--reason", "blocked"], "archived"),
    (&["restore", "SVC-101"], "in-progress"),
    (&["lint", "--fix"], "in-progress"),
];

fn walk(repo: &Repo) {
    repo.prd("draft", "SVC-101", "checkout-service", "");
    repo.commit_all("Plans");
    let under_way = repo.make_dirty();
    for (command, state) in WALK {
        repo.run(command).expect(0);
        assert_eq!(repo.under_way(), under_way, "after {command:?}");
        assert_eq!(repo.state_of("SVC-101"), state, "after {command:?}");
        repo.assert_sound();
    }
}

// Slow, some 5 seconds: sixteen changes with all that must hold after each.
#[test]
fn what_is_under_way_stays_with_commits() {
    let repo = Repo::new();
    walk(&repo);
    let touched = repo.git(&["log", "--format=", "--name-only", "main"]);
    let others: Vec<&str> = touched
        .lines()
        .filter(|path| !path.is_empty() && !path.starts_with("docs/prds/"))
        .filter(|path| !path.starts_with("src/") && *path != ".claude/config.json")
        .collect();
    assert_eq!(others, Vec::<&str>::new());
    assert_eq!(repo.git(&["log", "--format=%s", "-1", "--", "src"]), "Begin");
}

#[test]
fn what_is_under_way_stays_without_commits() {
    let repo = Repo::with_config(&crate::support::without_commits());
    walk(&repo);
    assert_eq!(repo.git(&["log", "--format=%s", "-1"]), "Plans");
}

#[test]
fn a_staged_prd_goes_into_the_commit_and_a_staged_neighbour_does_not() {
    let repo = Repo::new();
    let path = repo.prd("ready", "SVC-101", "checkout-service", "");
    let neighbour = repo.prd("ready", "SVC-102", "payment-service", "");
    repo.commit_all("Plans");
    for path in [&path, &neighbour] {
        repo.write(path, &repo.read(path).replace("**Priority**: P1", "**Priority**: P0"));
        repo.git(&["add", path]);
    }
    repo.run(&["start", "SVC-101"]).expect(0);
    assert!(
        repo.git(&["show", "main:docs/prds/in-progress/SVC-101-checkout-service.md"])
            .contains("**Priority**: P0")
    );
    assert_eq!(repo.git(&["diff", "--cached", "--name-only"]), neighbour);
    assert_eq!(repo.git(&["diff", "--name-only"]), "");
}
