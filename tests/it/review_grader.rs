//! What a good grader does: of good PRDs, of bad ones, and of those that were written to cheat it.
//!
//! Every property is tried by the seven dimensions and by the ten of teams that run services, for every good PRD and
//! every template of the project. Which words a slot looks for is tested beside the code.

use prd::domain::markdown::read::{Reading, read_prd};
use prd::domain::model::grade::{Letter, Score};
use prd::domain::model::id::IdFormat;
use prd::domain::model::path::RepoPath;
use prd::domain::model::state::State;
use prd::domain::review::dimension::resolve::{BUILTINS, DEFAULT_SEVEN};
use prd::domain::review::report::{Review, review};
use prd::domain::review::settings::Settings;

use super::book;
use super::support::mutators;

const TEN: [&str; 10] = [
    "Clarity & Scope",
    "Technical Feasibility",
    "API Design & Contracts",
    "Dependencies & Integration",
    "Acceptance Criteria",
    "Risk Assessment",
    "Service Mesh Compatibility",
    "Observability & Monitoring",
    "Performance & Scalability",
    "Deployment Strategy",
];

/// PRDs that have all that the ten dimensions ask, too.
const SERVICES: [&str; 3] = ["SVC-133", "SVC-061", "INFRA-208"];

pub(super) fn grade(text: &str, dimensions: &[&str]) -> Review {
    let path = RepoPath::new("docs/prds/draft/SVC-001-some-text.md").unwrap();
    let format = IdFormat::new("SVC", "-", 3).unwrap();
    let settings = Settings {
        dimensions: dimensions.iter().map(|name| (*name).to_owned()).collect(),
        ..Settings::default()
    };
    match read_prd(&path, State::Draft, text.as_bytes(), &format) {
        Reading::Prd(prd) => review(&prd, text, &settings),
        Reading::Stray(stray) => panic!("no id in {}", stray.path),
    }
}

pub(super) fn letter(review: &Review) -> Letter {
    review.grade.unwrap().letter()
}

pub(super) fn score(review: &Review) -> f64 {
    review.score.unwrap().points()
}

/// Scores of all dimensions and the whole: what must not change where nothing is said anew.
fn scores(review: &Review) -> Vec<(String, Option<Score>)> {
    let own = review.dimensions.iter().map(|dimension| (dimension.name.clone(), dimension.score));
    own.chain([("overall".to_owned(), review.score)]).collect()
}

/// A review in a few lines, for the message of a failed assertion.
pub(super) fn shown(review: &Review) -> String {
    let mut text = format!("{} {:?}\n", review.grade.unwrap(), review.score.unwrap());
    for dimension in &review.dimensions {
        let slots: Vec<String> =
            dimension.slots.iter().map(|slot| format!("{}={:.2}", slot.id, slot.fill)).collect();
        text += &format!("  {:?} {}\n", dimension.score.unwrap(), slots.join(" "));
        for finding in &dimension.findings {
            text += &format!(
                "      {} {} -{} {:?}\n",
                finding.line, finding.rule, finding.penalty, finding.excerpt
            );
        }
    }
    text
}

fn texts(folder: &str) -> Vec<(String, String)> {
    let files = book::files_below(folder, ".md");
    assert!(!files.is_empty(), "no text in {folder}");
    files.into_iter().map(|file| (file.clone(), book::read(&file))).collect()
}

pub(super) fn good() -> Vec<(String, String)> {
    texts("tests/fixtures/prds/good")
}

/// The good PRDs and the project's own plans.
fn whole() -> Vec<(String, String)> {
    [good(), texts("docs/prds")].concat()
}

fn good_one(id: &str) -> String {
    good().into_iter().find(|(path, _)| path.contains(id)).unwrap().1
}

/// Fails unless a text is at most a D by both sets of dimensions.
#[track_caller]
fn at_most_a_d(name: &str, text: &str) {
    for dimensions in [&DEFAULT_SEVEN[..], &TEN[..]] {
        let review = grade(text, dimensions);
        assert!(letter(&review) <= Letter::D, "{name}: {}", shown(&review));
    }
}

#[test]
fn good_prds_of_every_kind_are_an_a_or_b() {
    for (path, text) in good() {
        let review = grade(&text, &DEFAULT_SEVEN);
        assert!(letter(&review) >= Letter::B, "{path}: {}", shown(&review));
    }
    for id in SERVICES {
        let review = grade(&good_one(id), &TEN);
        assert!(letter(&review) >= Letter::B, "{id}: {}", shown(&review));
    }
}

#[test]
fn middling_prds_are_between_and_bad_ones_below() {
    for (path, text) in texts("tests/fixtures/prds/middling") {
        let review = grade(&text, &DEFAULT_SEVEN);
        assert!((40.0..80.0).contains(&score(&review)), "{path}: {}", shown(&review));
    }
    for (path, text) in texts("tests/fixtures/prds/bad") {
        at_most_a_d(&path, &text);
    }
}

#[test]
fn a_template_that_nobody_filled_in_is_an_f() {
    for (path, text) in texts("templates/prd") {
        // As `prd new` writes it, with everything known that the header asks.
        let mut blank = text;
        for (key, value) in [
            ("id", "SVC-001"),
            ("title", "Refund service"),
            ("service", "refund-service"),
            ("slug", "refund-service"),
            ("team", "Checkout"),
            ("owner", "Dana Reyes"),
            ("priority", "P1"),
            ("created", "2026-11-02"),
            ("target", "2026-12-18"),
            ("estimate", "3 days"),
            ("depends_on", "None"),
        ] {
            blank = blank.replace(&format!("{{{{ {key} }}}}"), value);
        }
        assert!(!blank.contains("{{"), "{path} has a value that this test does not know");
        for dimensions in [&DEFAULT_SEVEN[..], &TEN[..]] {
            let review = grade(&blank, dimensions);
            assert_eq!(letter(&review), Letter::F, "{path}: {}", shown(&review));
        }
    }
}

#[test]
fn words_without_meaning_are_at_most_a_d() {
    for (seed, (path, text)) in (1..).zip(good()) {
        at_most_a_d(&format!("words of {path}"), &mutators::random_words(&text, seed));
    }
    for seed in 1..4 {
        at_most_a_d("jargon", &mutators::jargon_salad(seed));
        at_most_a_d("nonsense", &mutators::plausible_nonsense(seed));
        at_most_a_d("tables", &mutators::tables_of_nonsense(seed));
        at_most_a_d("keywords", &mutators::keyword_stuffing(seed));
    }
}

#[test]
fn what_is_said_once_for_each_heading_or_again_and_again_is_at_most_a_d() {
    at_most_a_d("one sentence each", &mutators::one_sentence_each());
    at_most_a_d("counted up", &mutators::counted_up());
    let sentence =
        "When the provider fails for 5 minutes, the team sees an alert because p95 exceeds 200 ms.";
    at_most_a_d("again and again", &mutators::said_again(sentence));
    for (path, text) in good() {
        at_most_a_d(&format!("one heading for {path}"), &mutators::one_heading_for_all(&text));
    }
}

#[test]
fn a_good_text_that_is_denied_is_at_most_a_d() {
    for (path, text) in good() {
        at_most_a_d(&path, &mutators::denied(&text));
    }
}

#[test]
fn another_text_under_this_title_loses_at_most_a_band_and_is_found_out() {
    for (path, text) in good() {
        let other = mutators::pasted_under("# SVC-001: Zeppelin mooring masts", &text);
        let (before, after) = (grade(&text, &DEFAULT_SEVEN), grade(&other, &DEFAULT_SEVEN));
        if text.starts_with("---\n") && text.contains("\ntitle:") {
            continue; // the front matter says the title again
        }
        assert!(after.findings().iter().any(|finding| finding.rule == "title-unrelated"), "{path}");
        assert!(score(&after) < score(&before), "{path}");
        assert!(score(&before) - score(&after) <= 10.0, "{path}: {}", shown(&after));
    }
}

#[test]
fn order_levels_line_ends_and_emoji_change_nothing() {
    for (path, text) in whole() {
        for dimensions in [&DEFAULT_SEVEN[..], &TEN[..]] {
            let plain = scores(&grade(&text, dimensions));
            for seed in [1, 2] {
                assert_eq!(
                    scores(&grade(&mutators::reordered(&text, seed), dimensions)),
                    plain,
                    "{path}: order"
                );
            }
            assert_eq!(scores(&grade(&mutators::deeper(&text), dimensions)), plain, "{path}: levels");
            assert_eq!(scores(&grade(&mutators::crlf(&text), dimensions)), plain, "{path}: line ends");
            assert_eq!(scores(&grade(&mutators::emoji(&text), dimensions)), plain, "{path}: emoji");
        }
    }
}

#[test]
fn dialects_of_metadata_change_nothing() {
    let mut tried = 0;
    for (path, text) in whole() {
        for (name, other) in mutators::dialects(&text) {
            let (before, after) = (grade(&text, &DEFAULT_SEVEN), grade(&other, &DEFAULT_SEVEN));
            assert_eq!(scores(&after), scores(&before), "{path} as {name}");
            tried += 1;
        }
    }
    assert!(tried >= 9, "{tried}");
}

#[test]
fn synonyms_of_headings_change_no_grade_by_more_than_a_rounding() {
    for (path, text) in good() {
        let (before, after) =
            (grade(&text, &DEFAULT_SEVEN), grade(&mutators::synonyms(&text), &DEFAULT_SEVEN));
        assert!(
            (score(&before) - score(&after)).abs() <= 1.5,
            "{path}: {} then {}",
            shown(&before),
            shown(&after)
        );
    }
}

#[test]
fn removing_a_section_never_raises_a_score() {
    let by_ten = SERVICES.map(|id| (id.to_owned(), good_one(id)));
    for (texts, dimensions) in [(whole(), &DEFAULT_SEVEN[..]), (by_ten.to_vec(), &TEN[..])] {
        for (path, text) in texts {
            let before = grade(&text, dimensions);
            for section in mutators::sections(&text) {
                let after = grade(&mutators::without(&text, &section), dimensions);
                let heading = text[section].lines().next().unwrap_or_default();
                assert!(score(&after) <= score(&before) + 0.5, "{path} {heading}: {}", shown(&after));
            }
        }
    }
}

#[test]
fn removing_the_criteria_or_the_scope_lowers_much() {
    for (path, text) in good() {
        let before = score(&grade(&text, &DEFAULT_SEVEN));
        let criteria = ["cceptance criteria", "uccess criteria", "one when"];
        let section = mutators::sections(&text).into_iter().find(|section| {
            criteria
                .iter()
                .any(|name| text[section.clone()].lines().next().unwrap_or_default().contains(name))
        });
        let after = score(&grade(&mutators::without(&text, &section.unwrap()), &DEFAULT_SEVEN));
        assert!(after < before - 15.0 && after < 70.0, "{path}: {before} {after}");
    }
}

#[test]
fn real_content_that_is_added_never_lowers() {
    let more = [
        (
            "## Risks",
            "The harbour crane may be repaired later than agreed, which is unlikely; Dana Reyes books a second crane before.\n",
        ),
        (
            "## Observability",
            "The counter `parcels_weighed` is shown per gate, and 3 gates without a parcel for 10 minutes page the Harbour on-call.\n",
        ),
        (
            "## Documentation",
            "Imre Kovacs writes the page for crane drivers before the pilot in Rotterdam.\n",
        ),
    ];
    for (path, text) in whole() {
        for dimensions in [&DEFAULT_SEVEN[..], &TEN[..]] {
            let before = grade(&text, dimensions);
            for (heading, sentence) in more {
                let after = grade(&format!("{}\n\n{heading}\n\n{sentence}", text.trim_end()), dimensions);
                for (old, new) in before.dimensions.iter().zip(&after.dimensions) {
                    assert!(new.score >= old.score, "{path} {heading} {}: {}", old.name, shown(&after));
                }
            }
        }
    }
}

#[test]
fn the_same_text_gives_the_same_bytes() {
    for (_, text) in whole() {
        let json = || serde_json::to_string(&grade(&text, &TEN)).unwrap();
        assert_eq!(json(), json());
    }
}

#[test]
fn nobody_has_everything() {
    let all: Vec<&str> = BUILTINS.iter().map(|builtin| builtin.name).collect();
    for (path, text) in good() {
        let review = grade(&text, &all);
        let full = review.dimensions.iter().filter(|own| own.score.unwrap().points() >= 99.0).count();
        assert!(full <= 4, "{path} has {full} dimensions without a wish: {}", shown(&review));
    }
}

#[test]
fn one_statement_fills_no_dimension() {
    let stuffed = "`refund` is rolled back by the Platform team within 5 minutes when p95 exceeds 200 ms, because the risk is high and a test, a canary and an alert prevent it.";
    for heading in [
        "Risks and rollback",
        "Rollout and rollback",
        "Performance",
        "Observability",
        "Service mesh",
        "Security",
    ] {
        let text = format!("# SVC-001: Refund service\n\n## {heading}\n\n{stuffed}\n");
        for builtin in BUILTINS.iter().filter(|builtin| builtin.id != "dependencies") {
            let review = grade(&text, &[builtin.name]);
            assert!(score(&review) <= 65.0, "{heading}, {}: {}", builtin.name, shown(&review));
        }
    }
}
