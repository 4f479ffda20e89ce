use super::*;
use crate::domain::review::lexicon::list;
use crate::domain::review::text::mask;
use crate::domain::review::topic::topics_of_text;
use crate::domain::review::word::words;
use proptest::prelude::*;

fn parts(text: &str) -> Vec<&str> {
    sentences(text, &mask(text)).into_iter().map(|range| &text[range]).collect()
}

#[track_caller]
fn is_one(text: &str) {
    assert_eq!(parts(text), [text]);
}

#[test]
fn ends_at_full_stops_question_marks_and_exclamation_marks() {
    assert_eq!(
        parts("It runs. Does it? Yes! 3 times…  Good"),
        ["It runs.", "Does it?", "Yes!", "3 times…", "Good"]
    );
    assert_eq!(parts("Orders wait. *They* do."), ["Orders wait.", "*They* do."]);
    assert_eq!(parts("(It is so.) **And** it stays."), ["(It is so.)", "**And** it stays."]);
    assert_eq!(parts("Rows are kept.\nColumns are not."), ["Rows are kept.", "Columns are not."]);
    assert_eq!(parts("終わり。次。"), ["終わり。", "次。"]);
}

#[test]
fn abbreviations_and_initials_end_nothing() {
    is_one("Ask e.g. Support or i.e. Dana");
    is_one("Mail of approx. 5 MB, cf. Appendix 2, vs. Twilio");
    is_one("Dr. Okafor and J. R. Smith of Acme Inc. Berlin sign");
    is_one("See No. 5, Fig. 3, p. 7 and max. 10 rows from Jan. 5 on");
    is_one("The U.S. Treasury pays at 5 p.m. UTC");
}

#[test]
fn a_unit_or_a_no_at_the_end_is_no_abbreviation() {
    assert_eq!(parts("It takes 5 min. Then it stops."), ["It takes 5 min.", "Then it stops."]);
    assert_eq!(parts("Is it kept? No. Rows go."), ["Is it kept?", "No.", "Rows go."]);
    assert_eq!(parts("Mail, fax, etc. All are sent."), ["Mail, fax, etc.", "All are sent."]);
}

#[test]
fn numbers_versions_and_names_are_not_split() {
    is_one("It takes 1.5 s with v2.0.1 of node.js at 10.0.0.1");
    is_one("Yahoo! is a name, and so is Which? magazine");
    is_one("It waits ... and waits");
    assert_eq!(parts("Chapter 3.2. Rows follow."), ["Chapter 3.2.", "Rows follow."]);
}

#[test]
fn nothing_ends_inside_of_code_links_and_quotations() {
    is_one("The call `a. B! C?` and [see. This](x. Y) are <b. C> fine");
    is_one("Users say \"It is slow. Very slow. Again\" in calls");
    assert_eq!(
        parts("She said \"It is slow.\" Then she left."),
        ["She said \"It is slow.\"", "Then she left."]
    );
    is_one("The button \"Cancel.\" is red");
}

#[test]
fn labels_empty_lines_and_hard_breaks_begin_anew() {
    assert_eq!(parts("**A**: one\n**B**: two"), ["**A**: one", "**B**: two"]);
    assert_eq!(parts("One row  \nTwo rows"), ["One row", "Two rows"]);
    assert_eq!(parts("One row\\\nTwo rows"), ["One row\\", "Two rows"]);
    assert_eq!(parts("one\n\n  two"), ["one", "two"]);
    assert_eq!(parts("One row\r\nof two. Three\r\nrows."), ["One row\r\nof two.", "Three\r\nrows."]);
}

#[test]
fn emoji_stand_before_or_behind() {
    assert_eq!(parts("It is done. ✅ Next comes mail."), ["It is done.", "✅ Next comes mail."]);
    is_one("It is done. 🎉");
}

#[test]
fn the_cells_of_a_row_are_texts_of_their_own() {
    let row = "Flood. It rains | Boats \\| rafts | `a|b` |";
    let found: Vec<&str> = sentences_of_row(row, &mask(row)).into_iter().map(|range| &row[range]).collect();
    assert_eq!(found, ["Flood.", "It rains", "Boats \\| rafts", "`a|b`"]);
}

#[test]
fn kinds_follow_from_the_section_and_the_words() {
    let kind = |heading: &str, text: &str| {
        let under_requirements = list!("requirement-heading").is_in(&words(heading));
        kind_of(&topics_of_text(heading), under_requirements, || list!("obligation").is_in(&words(text)))
    };
    assert_eq!(kind("Acceptance criteria", "It returns 404"), SentenceKind::Criterion);
    assert_eq!(kind("Requirements", "It returns 404"), SentenceKind::Requirement);
    assert_eq!(kind("Goals", "Fewer calls"), SentenceKind::Goal);
    assert_eq!(kind("Risks", "The provider is down"), SentenceKind::Risk);
    assert_eq!(kind("Out of scope", "Faxes"), SentenceKind::Scope);
    assert_eq!(kind("In scope", "Mail"), SentenceKind::Scope);
    assert_eq!(kind("Background", "Orders wait"), SentenceKind::Prose);
    assert_eq!(kind("Background", "Orders must not wait"), SentenceKind::Requirement);
}

proptest! {
    #[test]
    fn sentences_lie_in_the_text_in_order_and_leave_out_white_space_only(
        text in "(?s)([A-Za-z. !?`\"'|\\[\\]()<>\n\r*_]|1\\.5 |v2\\.0 |e\\.g\\. |`a\\. B`|\\. |é|✅|。){0,60}"
    ) {
        for found in [sentences(&text, &mask(&text)), sentences(&text, &text)] {
            let mut at = 0;
            for range in found {
                prop_assert!(at <= range.start && range.start < range.end);
                prop_assert!(text.get(at..range.start).is_some_and(|gap| gap.trim().is_empty()));
                prop_assert!(text.get(range.clone()).is_some_and(|part| part.trim() == part));
                at = range.end;
            }
            prop_assert!(text.get(at..).is_some_and(|gap| gap.trim().is_empty()));
        }
    }

    /// A sentence that was cut from a paragraph is not cut again.
    #[test]
    fn a_sentence_is_one_sentence(
        text in "(?s)([A-Za-z. :!?`\"'|\\[\\]()<>\n\r*_]|1\\.5 |v2\\.0 |e\\.g\\. |`a\\. B`|\\. |Not: a|\n\\*\\*B|  \n|é|✅|。){0,60}"
    ) {
        let masked = mask(&text);
        for range in sentences(&text, &masked) {
            let part = &text[range.clone()];
            prop_assert_eq!(sentences(part, &masked[range]).to_vec(), std::iter::once(0..part.len()).collect::<Vec<_>>(), "{:?}", part);
        }
    }

    #[test]
    fn no_number_and_no_code_is_split(
        pieces in prop::collection::vec("[a-z]{1,6}|[0-9]{1,3}\\.[0-9]{1,3}|v[0-9]\\.[0-9]\\.[0-9]|`[a-z]+\\. [A-Z]+`|[A-Z][a-z]+\\.", 1..12)
    ) {
        let text = pieces.join(" ");
        for range in sentences(&text, &mask(&text)) {
            let part = &text[range];
            prop_assert_eq!(part.matches('`').count() % 2, 0, "{}", part);
            prop_assert!(!part.starts_with('.'), "{}", part);
        }
        // Every end lies behind a capital word with its full stop, or is the end of all.
        for range in sentences(&text, &mask(&text)) {
            prop_assert!(range.end == text.len() || text[..range.end].ends_with('.'));
        }
    }

    #[test]
    fn line_ends_change_no_bounds(text in "([A-Za-z]{1,5}|\\. |\n|  \n){0,40}") {
        let crlf = text.replace('\n', "\r\n");
        let plain: Vec<String> = parts(&text).iter().map(|part| (*part).to_owned()).collect();
        let other: Vec<String> = parts(&crlf).iter().map(|part| part.replace("\r\n", "\n")).collect();
        prop_assert_eq!(plain, other);
    }
}
