//! The project is its own user: its plans are PRDs, without a finding and with a fair grade.

use super::book;
use super::support::Repo;

/// A repository that holds this project's configuration and plans, whatever checkout the test runs in.
fn repository() -> Repo {
    let repo = Repo::unborn();
    for file in [book::files_below("docs/prds", ""), book::files_below(".claude", "")].concat() {
        repo.write(&file, &book::read(&file));
    }
    repo.commit_all("Plans");
    repo
}

#[test]
fn the_projects_own_plans_have_no_finding_and_a_fair_grade() {
    let repo = repository();
    repo.run(&["lint"]).expect(0).says("0 errors, 0 warnings, 0 hints");
    repo.run(&["config", "check"]).expect(0);
    let reviews = repo.run(&["review", "--all", "--format", "json"]).expect(0).json();
    let reviews = reviews["reviews"].as_array().unwrap();
    assert!(reviews.len() >= 6, "{reviews:?}");
    for review in reviews {
        assert!(review["score"].as_f64().unwrap() >= 80.0, "{} has {}", review["id"], review["score"]);
    }
}

#[test]
fn the_projects_own_plans_have_a_schedule() {
    let report = repository().run(&["orchestrate", "--format", "json"]).expect(0).json();
    assert_eq!(report["problems"].as_array().unwrap().len(), 0, "{report}");
    assert!(report["critical_path"]["days"].as_u64().unwrap() > 0, "{report}");
}
