//! `prd auth status`, and how the client takes what GitHub can do to it.

use std::time::Duration;

use serde_json::json;

use crate::support::github::description::Description;
use crate::support::github::{Fault, GitHub, TOKEN};
use crate::support::{CONFIG, Output, Repo};

/// [`CONFIG`] with GitHub at the server's address.
pub(crate) fn config(github: &GitHub) -> String {
    let on = format!("\"github\": {{ \"api_url\": \"{}\" }}", github.url());
    CONFIG.replace("\"github\": { \"enabled\": false }", &on)
}

/// A repository whose remote is `acme/shop`, served on this machine.
pub(crate) fn repo(github: &GitHub) -> Repo {
    let repo = Repo::with_config(&config(github));
    repo.git(&["remote", "add", "origin", "git@github.com:acme/shop.git"]);
    repo
}

/// Runs `prd` with the token.
pub(crate) fn run(repo: &Repo, args: &[&str]) -> Output {
    repo.run_with(repo.root(), args, &[("GH_TOKEN", TOKEN)])
}

#[test]
fn every_schema_of_the_description_compiles() {
    assert!(Description::get().compile_all() > 50);
}

#[test]
fn the_account_and_the_repository_are_shown() {
    let github = GitHub::start();
    let repo = repo(&github);
    run(&repo, &["auth", "status"]).expect(0).says("acme/shop on github.com as ada (token of GH_TOKEN)");
    let status = run(&repo, &["auth", "status", "--format", "json"]).expect(0).json();
    assert_eq!(
        (&status["login"], &status["moved_to"], &status["has_issues"]),
        (&json!("ada"), &json!(null), &json!(true))
    );
    repo.run(&["auth", "status"]).expect(1).says("no token").says("GH_TOKEN");
    let wrong = [("GITHUB_TOKEN", "not-this-one")];
    repo.run_with(repo.root(), &["auth", "status"], &wrong).expect(4).says("does not take the token");
    github.with(|state| {
        state.old_name = Some("acme/shop".to_owned());
        state.name = "acme/store".to_owned();
    });
    run(&repo, &["auth", "status"]).expect(0).says("it is acme/store now");
}

#[test]
fn a_read_is_tried_twice_and_no_more() {
    let github = GitHub::start();
    let repo = repo(&github);
    for (fault, says) in [
        (Fault::DropBefore, "no connection to GitHub"),
        (Fault::Refuse(502, Vec::new(), json!(null)), "GitHub failed (502)"),
    ] {
        github.fail(0, fault.clone());
        run(&repo, &["auth", "status"]).expect(0);
        let before = github.requests().len();
        github.fail(0, fault.clone());
        github.fail(1, fault);
        run(&repo, &["auth", "status"]).expect(4).says(says);
        assert_eq!(github.requests().len(), before + 2);
    }
    github.fail(0, Fault::Truncate);
    run(&repo, &["auth", "status"]).expect(4).says("the answer cannot be read");
    github.fail(0, Fault::Refuse(403, Vec::new(), json!({ "message": "Resource not accessible" })));
    run(&repo, &["auth", "status"]).expect(4).says("Resource not accessible").says("permissions");
    let wait = vec![("Retry-After", "1".to_owned())];
    github
        .fail(0, Fault::Refuse(403, wait, json!({ "message": "You have exceeded a secondary rate limit" })));
    run(&repo, &["auth", "status"]).expect(0);
    let wait = vec![("Retry-After", "900".to_owned())];
    github.fail(0, Fault::Refuse(429, wait, json!(null)));
    run(&repo, &["auth", "status"]).expect(4).says("asks to wait 900 seconds");
    github.fail(0, Fault::Slow(Duration::from_millis(50)));
    run(&repo, &["auth", "status"]).expect(0);
}

#[test]
fn which_repository_is_meant_is_clear_or_an_error() {
    let github = GitHub::start();
    let repo = Repo::with_config(&config(&github));
    run(&repo, &["auth", "status"]).expect(1).says("no remote of this repository leads to GitHub");
    repo.git(&["remote", "add", "a", "https://github.com/acme/shop.git"]);
    repo.git(&["remote", "add", "b", "https://github.com/ada/shop.git"]);
    run(&repo, &["auth", "status"])
        .expect(1)
        .says("acme/shop on github.com or to ada/shop")
        .says("pushDefault");
    repo.git(&["config", "remote.pushDefault", "a"]);
    run(&repo, &["auth", "status"]).expect(0);
    repo.git(&["config", "remote.pushDefault", "b"]);
    run(&repo, &["auth", "status"]).expect(4).says("404");
    repo.git(&["remote", "set-url", "b", "https://gitlab.com/acme/shop.git"]);
    run(&repo, &["auth", "status"]).expect(1).says("gitlab.com");
    let off =
        repo.run_with(repo.root(), &["auth", "status"], &[("PRD_PRD_WORKFLOW__GITHUB__ENABLED", "false")]);
    off.expect(1).says("github.enabled: false");
}

#[test]
fn the_token_does_not_go_where_the_user_did_not_agree() {
    let github = GitHub::start();
    let foreign = config(&github).replace(&github.url(), "https://api.evil.example");
    let repo = Repo::with_config(&foreign);
    repo.git(&["remote", "add", "origin", "git@github.com:acme/shop.git"]);
    run(&repo, &["auth", "status"]).expect(1).says("prd_workflow.github.api_url: https://api.evil.example");
    assert_eq!(github.requests(), [""; 0]);
}

/// A server of one's own has its API in a folder, and a redirection to another host gets no token.
#[test]
fn a_redirection_to_another_host_gets_no_token() {
    let (github, other) = (GitHub::start(), GitHub::start());
    let repo = repo(&github);
    let to = vec![("Location", format!("{}/user", other.url()))];
    github.fail(0, Fault::Refuse(301, to, json!({ "message": "Moved" })));
    run(&repo, &["auth", "status"]).expect(4);
    // The other one takes the token: had it come, the answer would have been the account.
    assert!(other.requests().len() <= 1, "{:?}", other.requests());
}
