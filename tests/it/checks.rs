//! Files, registry, pages and examples of the review's checks belong together.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use prd::domain::review::checks::check::{Check, Touches};
use prd::domain::review::checks::registry::CHECKS;

use super::book;
use super::support::labelled::{figures, share};

const PAGES: &str = "docs/checks";
const FILES: &str = "src/domain/review/checks";

/// Files that hold no check.
const SHARED: [&str; 3] = ["check", "mod", "registry"];

#[test]
fn every_check_is_one_file_one_line_and_one_page() {
    let ids: BTreeSet<String> = CHECKS.iter().map(|check| check.id.to_owned()).collect();
    assert_eq!(ids.len(), CHECKS.len(), "a check is registered twice");
    let stems = |folder: &str, ending: &str| -> BTreeSet<String> {
        let names = book::files_below(folder, ending);
        names
            .iter()
            .filter_map(|path| path.rsplit('/').next()?.strip_suffix(ending))
            .map(str::to_owned)
            .collect()
    };
    let files = stems(FILES, ".rs");
    let named: BTreeSet<String> = files
        .iter()
        .filter(|stem| !SHARED.contains(&stem.as_str()) && !stem.ends_with("_tests"))
        .map(|stem| stem.replace('_', "-"))
        .collect();
    assert_eq!(named, ids, "files in {FILES} and registered checks");
    let mut pages = stems(PAGES, ".md");
    pages.remove("README");
    assert_eq!(pages, ids, "pages in {PAGES} and registered checks");
}

#[test]
fn every_page_says_what_its_check_is() {
    for check in CHECKS {
        let path = format!("{PAGES}/{}.md", check.id);
        let text = book::read(&path);
        let (own, _) = text.split_once("<!-- generated: check -->").unwrap_or((&text, ""));
        assert!(own.starts_with(&format!("# {}\n", check.id)), "{path} begins with its name");
        assert!(own.split_whitespace().count() >= 20, "{path} says neither what it finds nor why");
        book::assert_region(&path, "check", &region(check));
    }
}

/// How right the check is on what people labelled.
fn measured(check: &Check) -> String {
    figures(check.id).map_or_else(
        || {
            "not on the [labelled set](README.md): no sentence or small text of it has what this looks at"
                .to_owned()
        },
        |figures| {
            let labels = figures.labels();
            let what = if labels == 1 { "label" } else { "labels" };
            let (precision, recall) = (share(figures.precision()), share(figures.recall()));
            format!(
                "precision {precision}, recall {recall}, on {labels} {what} of the [held-out half](README.md)"
            )
        },
    )
}

/// What a page says that follows from the code.
fn region(check: &Check) -> String {
    let points = |tenths: u32| match (tenths / 10, tenths % 10) {
        (whole, 0) => whole.to_string(),
        (whole, tenth) => format!("{whole}.{tenth}"),
    };
    let from = match check.touches {
        Touches::Section => "the dimension whose section it stands in".to_owned(),
        Touches::Dimensions([]) => "no dimension".to_owned(),
        Touches::Dimensions(names) => {
            names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
        }
    };
    let takes = match check.penalty {
        0 => "nothing by itself".to_owned(),
        penalty => format!("{} for each finding, from {from}", points(penalty)),
    };
    let mut text = format!(
        "| | |\n| --- | --- |\n| severity | {} |\n| family | {} |\n| points | {takes} |\n| what to do | {} |\n",
        check.severity,
        format!("{:?}", check.family).to_lowercase(),
        check.hint,
    );
    if !check.question.is_empty() {
        let _ = writeln!(text, "| question | {} |", check.question);
    }
    let _ = writeln!(text, "| source | {} |", check.source);
    let _ = writeln!(text, "| measured | {} |", measured(check));
    let _ = write!(
        text,
        "\n## Found\n\n````markdown\n{}````\n\n## Not found\n\n````markdown\n{}````\n\n\
         Where a finding is wrong, or right and accepted: `<!-- prd-ignore: {} why -->` on the line before.\n",
        check.bad, check.good, check.id
    );
    text
}
