//! One message for each move, at most once.

use crate::support::github::hook::Hook;
use crate::support::{CONFIG, Output, Repo};

#[test]
fn each_move_is_told_once_and_a_lost_answer_is_not_told_again_by_itself() {
    let hook = Hook::start();
    let slack = format!(
        "\"notifications\": {{ \"slack\": {{ \"enabled\": true, \"webhook_url\": \"{}\" }} }}",
        hook.url()
    );
    let repo = Repo::with_config(&CONFIG.replacen("\"teams\"", &format!("{slack},\n  \"teams\""), 1));
    let path = repo.prd("ready", "SVC-101", "checkout-service", "");
    let title = "# SVC-101: checkout < shop & more";
    repo.write(&path, &repo.read(&path).replacen("# SVC-101: checkout-service", title, 1));
    repo.commit_all("Plans");
    let hash = crate::trust::hash_in(&repo.run(&["config", "trust"]).expect(1));
    let run = |args: &[&str]| -> Output {
        let output = repo.run_with(repo.root(), args, &[("PRD_TRUST_CONFIG", &hash)]);
        assert!(!output.to_string().contains("s3cret"), "{output}");
        output
    };
    let start = ["start", "SVC-101", "--no-fetch"];
    repo.run(&start).expect(0).says("Slack is told later");
    assert_eq!(hook.texts(), [""; 0], "nobody approved of the address");
    hook.lose(1);
    run(&["pause", "SVC-101"]).expect(0).says("Slack did not answer whether it has the message");
    let told = hook.texts();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(
        told[0].contains("*SVC-101* checkout &lt; shop &amp; more: start, ready → in-progress by Ada"),
        "{told:?}"
    );
    run(&start).expect(0);
    assert_eq!(hook.texts().len(), 3, "what may be there is not sent again by itself");
    let waits = repo.run(&["outbox"]).expect(0).says("SVC-101 refused: notify-slack").says("look into Slack");
    assert!(!waits.to_string().contains("s3cret"), "{waits}");
    run(&["outbox", "retry"]).expect(0);
    assert_eq!(hook.texts().len(), 4);
    hook.answer(404);
    run(&["pause", "SVC-101"]).expect(0).says("Slack refused (404");
    run(&["outbox", "retry"]).expect(4);
    hook.answer(200);
    run(&["outbox", "retry"]).expect(0);
    assert_eq!(hook.texts().len(), 5);
    repo.run(&["outbox"]).expect(0).says("Nothing waits");
}
