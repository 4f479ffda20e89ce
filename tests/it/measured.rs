//! The checks of the review against sentences and documents that people labelled, and the page that says how they did.

use std::fmt::Write as _;

use prd::domain::review::checks::registry::CHECKS;

use super::book;
use super::support::labelled::{Half, differences, figures, overall, share, size, unknown_labels};

/// The shares that are aimed at, in thousandths, and reached on what the checks were tuned on.
const PRECISION: usize = 900;
const RECALL: usize = 850;
/// What the held-out half gave, less what a few labels of another reader would change: a check that falls under it has
/// become worse. The page of checks shows the exact figures.
const HELD_OUT_PRECISION: usize = 895;
const HELD_OUT_RECALL: usize = 840;

#[test]
fn checks_agree_with_labels_on_the_half_that_they_were_not_tuned_on() {
    let all = overall(Half::HeldOut);
    assert!(all.precision() >= Some(HELD_OUT_PRECISION), "precision {}", share(all.precision()));
    assert!(all.recall() >= Some(HELD_OUT_RECALL), "recall {}", share(all.recall()));
}

#[test]
fn checks_agree_with_labels_on_the_half_that_they_were_tuned_on() {
    let list = concat!(env!("CARGO_TARGET_TMPDIR"), "/labelled-tuning.tsv");
    fs_err::write(list, differences()).unwrap();
    let all = overall(Half::Tuning);
    let good = all.precision() >= Some(PRECISION) && all.recall() >= Some(RECALL);
    assert!(good, "precision {}, recall {}: see {list}", share(all.precision()), share(all.recall()));
}

#[test]
fn both_halves_are_large_enough_and_name_only_checks_that_there_are() {
    for half in [Half::Tuning, Half::HeldOut] {
        let (sentences, documents) = size(half);
        assert!(
            sentences >= 220 && documents >= 30,
            "{half:?}: {sentences} sentences, {documents} documents"
        );
        assert!(unknown_labels(half).is_empty(), "{half:?}: {:?}", unknown_labels(half));
    }
}

#[test]
fn every_check_is_in_the_table_with_its_figures() {
    let mut text = "| check | what it finds | severity | family | labels | precision | recall |\n\
                    | --- | --- | --- | --- | --- | --- | --- |\n"
        .to_owned();
    for check in CHECKS {
        let page = format!("{}.md", check.id);
        let name = if book::root().join("docs/checks").join(&page).exists() {
            format!("[`{}`]({page})", check.id)
        } else {
            format!("`{}`", check.id)
        };
        let measured = figures(check.id);
        let _ = writeln!(
            text,
            "| {name} | {} | {} | {} | {} | {} | {} |",
            what_it_finds(check.id),
            format!("{:?}", check.severity).to_lowercase(),
            format!("{:?}", check.family).to_lowercase(),
            measured.map_or(0, |figures| figures.labels()),
            share(measured.and_then(|figures| figures.precision())),
            share(measured.and_then(|figures| figures.recall())),
        );
    }
    book::assert_region("docs/checks/README.md", "figures", &text);
}

#[test]
fn the_page_of_checks_has_the_figures_of_both_halves() {
    let mut text = "| half | sentences | documents | labels | precision | recall |\n\
                    | --- | --- | --- | --- | --- | --- |\n"
        .to_owned();
    for (name, half) in [("held out", Half::HeldOut), ("tuned on", Half::Tuning)] {
        let (all, (sentences, documents)) = (overall(half), size(half));
        let (precision, recall) = (share(all.precision()), share(all.recall()));
        let labels = all.labels();
        let _ = writeln!(text, "| {name} | {sentences} | {documents} | {labels} | {precision} | {recall} |");
    }
    book::assert_region("docs/checks/README.md", "overall", &text);
}

/// The first line of the check's file, without its full stop.
fn what_it_finds(id: &str) -> String {
    let source = book::read(&format!("src/domain/review/checks/{}.rs", id.replace('-', "_")));
    let line = source.lines().next().unwrap_or_default().trim_start_matches("//! ");
    line.trim_end_matches('.').replace('|', "\\|")
}
