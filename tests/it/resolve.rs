//! `prd resolve`: what merges leave, settled without losing a text.

use crate::support::{Repo, prd_text};

/// `main` with SVC-101 in review, and a branch for each pair of a name and a state that moves it there.
fn moved(moves: &[(&str, &str)]) -> Repo {
    let repo = Repo::new();
    repo.prd("review", "SVC-101", "checkout-service", "");
    repo.commit_all("Plans");
    for (branch, state) in moves {
        repo.git(&["checkout", "-q", "-b", branch, "main"]);
        fs_err::create_dir_all(repo.root().join(format!("docs/prds/{state}"))).unwrap();
        repo.git(&["mv", "docs/prds/review/SVC-101-checkout-service.md", &format!("docs/prds/{state}/")]);
        repo.git(&["commit", "-q", "-m", branch]);
    }
    repo
}

#[test]
fn two_moves_of_one_prd_are_settled_in_the_middle_of_the_merge() {
    let repo = moved(&[("approved", "ready"), ("put-away", "archived")]);
    repo.git(&["checkout", "-q", "approved"]);
    let ready = "docs/prds/ready/SVC-101-checkout-service.md";
    let text = repo.read(ready).replace("4 s for", "5 s for");
    repo.write(ready, &text);
    repo.git(&["commit", "-q", "-a", "-m", "Edit"]);
    repo.try_git(repo.root(), &["merge", "-q", "put-away"]).expect(1);
    let before = repo.git(&["status", "--porcelain"]);
    let plan = repo.run(&["resolve", "--dry-run", "--format", "json"]).expect(0).json();
    assert_eq!(repo.git(&["status", "--porcelain"]), before);
    assert_eq!(plan["settled"][0]["kept"], "docs/prds/archived/SVC-101-checkout-service.md");
    repo.run(&["resolve"]).expect(0).says("git commit ends the merge");
    repo.git(&["commit", "-q", "--no-edit"]);
    assert_eq!(repo.read("docs/prds/archived/SVC-101-checkout-service.md"), text, "the edit is kept");
    assert!(!repo.has(ready) && repo.git(&["status", "--porcelain"]).is_empty());
}

#[test]
fn a_fork_of_moves_is_left_to_a_person() {
    let repo = moved(&[("approved", "ready"), ("rejected", "draft")]);
    repo.git(&["checkout", "-q", "approved"]);
    repo.try_git(repo.root(), &["merge", "-q", "rejected"]).expect(1);
    let before = repo.git(&["status", "--porcelain"]);
    repo.run(&["resolve"]).expect(1).says("neither follows the other");
    assert_eq!(repo.git(&["status", "--porcelain"]), before);
    // What was edited since is nobody's to settle.
    let draft = "docs/prds/draft/SVC-101-checkout-service.md";
    let text = repo.read(draft);
    repo.write(draft, &format!("{text}\nEdited.\n"));
    repo.run(&["resolve", "--keep", draft]).expect(1).says("was edited since the merge began");
    repo.write(draft, &text);
    repo.run(&["resolve", "--keep", draft]).expect(0);
    repo.git(&["commit", "-q", "--no-edit"]);
    assert!(repo.has(draft) && !repo.has("docs/prds/ready/SVC-101-checkout-service.md"));
}

#[test]
fn texts_that_both_sides_changed_keep_both_changes() {
    let repo = moved(&[("approved", "ready"), ("put-away", "archived")]);
    let name = "SVC-101-checkout-service.md";
    for (branch, state, word) in [("approved", "ready", "7 s for"), ("put-away", "archived", "9 s for")] {
        repo.git(&["checkout", "-q", branch]);
        let path = format!("docs/prds/{state}/{name}");
        repo.write(&path, &repo.read(&path).replace("4 s for", word));
        repo.git(&["commit", "-q", "-a", "-m", word]);
    }
    repo.try_git(repo.root(), &["merge", "-q", "approved"]).expect(1);
    repo.run(&["resolve"]).expect(1).says("its text has conflict marks");
    let text = repo.read(&format!("docs/prds/archived/{name}"));
    assert!(text.contains("7 s for") && text.contains("9 s for") && text.contains("<<<<<<<"), "{text}");
    assert!(!repo.has(&format!("docs/prds/ready/{name}")));
    let unmerged = repo.git(&["ls-files", "--unmerged", "--", "docs"]);
    assert_eq!(unmerged.lines().filter(|line| line.contains("archived/")).count(), 3, "{unmerged}");
}

#[test]
fn the_younger_of_two_prds_with_one_number_gets_another() {
    let repo = Repo::new();
    repo.prd("draft", "SVC-140", "carts", "");
    repo.commit_all("Carts");
    repo.prd("ready", "SVC-120", "orders", "**Depends On**: SVC-140");
    repo.prd("draft", "SVC-140", "coupons", "");
    repo.commit_all("Coupons");
    let before = repo.snapshot();
    let plan = repo.run(&["resolve", "--dry-run", "--format", "json"]).expect(0).json();
    assert_eq!(plan["changes"][0]["id"], "SVC-141");
    repo.assert_unchanged(&before);
    repo.run(&["resolve"]).expect(0).says("SVC-120 names SVC-140");
    assert_eq!(repo.read("docs/prds/draft/SVC-140-carts.md"), prd_text("SVC-140", "carts", ""));
    assert_eq!(repo.read("docs/prds/draft/SVC-141-coupons.md"), prd_text("SVC-141", "coupons", ""));
    repo.run(&["lint"]).expect(0);
    repo.run(&["resolve"]).expect(0).says("nothing to resolve");
    repo.assert_sound();
    assert!(repo.git(&["log", "-1", "--format=%s"]).contains("prd(SVC-141): resolve"));
}

#[test]
fn of_one_prd_in_two_folders_the_later_state_stays_and_no_text_goes() {
    let repo = Repo::new();
    repo.prd("draft", "SVC-101", "checkout-service", "");
    repo.prd("review", "SVC-101", "checkout-service", "");
    let stale = repo.prd("draft", "SVC-102", "payment-service", "");
    repo.write(&stale, &format!("{}\nOnly here.\n", repo.read(&stale)));
    repo.prd("ready", "SVC-102", "payment-service", "");
    let other = repo.prd("draft", "SVC-103", "refund-service", "");
    fs_err::create_dir(repo.root().join("docs/prds/draft/2025")).unwrap();
    fs_err::copy(
        repo.root().join(&other),
        repo.root().join("docs/prds/draft/2025/SVC-103-refund-service.md"),
    )
    .unwrap();
    repo.commit_all("A copy was left behind");
    let answer = repo.run(&["resolve"]).expect(1).says("two files of one PRD lie in one state");
    assert!(answer.stdout.contains("prd resolve --keep FILE"));
    assert_eq!((repo.state_of("SVC-101").as_str(), repo.state_of("SVC-102").as_str()), ("review", "ready"));
    let aside: Vec<String> = fs_err::read_dir(repo.root().join("docs/prds/ready"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with('_'))
        .collect();
    let [aside] = aside.try_into().unwrap();
    assert!(repo.read(&format!("docs/prds/ready/{aside}")).ends_with("Only here.\n"), "{aside}");
    repo.run(&["resolve", "SVC-103", "--keep", &other]).expect(0);
    assert!(repo.has(&other));
    repo.run(&["lint"]).expect(0);
    repo.assert_sound();
}
