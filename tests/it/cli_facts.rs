//! What `lint` and `review` find that the text alone does not say: links, ids, other PRDs. Both say the same.

use serde_json::Value;

use crate::support::Repo;

const FIRST: &str = "docs/prds/draft/SVC-001-carts.md";

/// Two PRDs that wait for each other, a complete one, a folder, and links of all kinds.
fn repository() -> Repo {
    let repo = Repo::new();
    repo.write(
        FIRST,
        "# SVC-001: Carts\n\n**Depends On**: SVC-002, SVC-999\n\n## Scope\n\n\
         - [file](SVC-002-orders.md), [heading](SVC-002-orders.md#in-scope), [own](#scope), [folder](../../adr/)\n\
         - [site](https://example.org/x), [issue](../../issues/4), [out](../../../../other/x.md), `[code](no.md)`\n\
         - [gone](../gone.md)\n\
         - [no heading](SVC-002-orders.md#nope)\n\
         - [moved](SVC-003-login.md)\n\n\
         <!-- prd-ignore: dead-link written next week -->\n\
         See [later](later.md).\n",
    );
    repo.write(
        "docs/prds/draft/SVC-002-orders.md",
        "# SVC-002: Orders\n\n**Depends On**: SVC-001\n\n## In scope\n\n- Orders\n",
    );
    repo.write("docs/prds/complete/SVC-003-login.md", "# SVC-003: Login\n\nDone.\n");
    repo.write("docs/adr/0001-x.md", "# X\n");
    repo.commit_all("Plans");
    repo
}

/// Rules with their lines, of what is named by facts.
fn found(findings: &Value, path: &str) -> Vec<(String, u64)> {
    const RULES: [&str; 4] = ["dead-link", "unknown-dependency", "dependency-cycle", "id-mismatch"];
    let of_path = |finding: &&Value| finding.get("path").is_none_or(|own| own == path);
    let all = findings.as_array().unwrap().iter().filter(of_path);
    all.map(|finding| (finding["rule"].as_str().unwrap().to_owned(), finding["line"].as_u64().unwrap()))
        .filter(|(rule, _)| RULES.contains(&rule.as_str()))
        .collect()
}

fn of_review(review: &Value) -> Vec<(String, u64)> {
    let dimensions = review["dimensions"].as_array().unwrap().iter();
    let own = dimensions.flat_map(|dimension| found(&dimension["findings"], FIRST));
    let mut all: Vec<(String, u64)> = own.chain(found(&review["other_findings"], FIRST)).collect();
    all.sort();
    all.dedup();
    all
}

#[test]
fn lint_and_review_say_the_same_of_links_and_dependencies() {
    let repo = repository();
    let expected: Vec<(String, u64)> = [
        ("dead-link", 9),
        ("dead-link", 10),
        ("dead-link", 11),
        ("dependency-cycle", 3),
        ("unknown-dependency", 3),
    ]
    .map(|(rule, line)| (rule.to_owned(), line))
    .into();
    let lint = repo.run(&["lint", "--format", "json"]).expect(1).json();
    let mut of_lint = found(&lint["findings"], FIRST);
    of_lint.sort();
    assert_eq!(of_lint, expected);
    assert_eq!(lint["suppressed"].as_array().unwrap().len(), 1, "{lint}");
    assert_eq!(lint["suppressed"][0]["reason"], "written next week");
    repo.run(&["lint"]).expect(1).says("1 silenced").says("the PRD is `../complete/SVC-003-login.md` now");

    let reviews = repo.run(&["review", "--all", "--format", "json"]).expect(0).json();
    assert_eq!(of_review(&reviews["reviews"][0]), expected);
    assert_eq!(reviews["reviews"][0]["suppressed"][0]["rule"], "dead-link");
    // The other PRD on the way round has the finding too.
    let other = of_review(&reviews["reviews"][1]);
    assert_eq!(other, [("dependency-cycle".to_owned(), 3)]);
    let one = repo.run(&["review", "SVC-001", "--dry-run", "--format", "json"]).expect(0).json();
    assert_eq!(of_review(&one), expected);
}

#[test]
fn links_are_looked_up_where_home_is_no_checkout() {
    let repo = repository().into_bare();
    let lint = repo.run(&["lint", "--format", "json"]).expect(1).json();
    let dead: Vec<u64> = found(&lint["findings"], FIRST)
        .into_iter()
        .filter(|(rule, _)| rule == "dead-link")
        .map(|(_, line)| line)
        .collect();
    assert_eq!(dead, [9, 10, 11]);
}
