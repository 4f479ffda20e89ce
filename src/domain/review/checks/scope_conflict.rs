//! Something that is both in scope and out of scope.

use std::collections::{BTreeSet, HashMap};

use super::check::{Applies, Check, Family, Hit, Touches, read};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::{Document, Statement};
use crate::domain::review::lexicon::list;
use crate::domain::review::text::Word;
use crate::domain::review::topic::Topic;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "scope-conflict",
    severity: Severity::Warning,
    family: Family::Consistency,
    touches: Touches::Dimensions(&["scope"]),
    penalty: 30,
    applies: Applies::Always,
    source: "ISO/IEC/IEEE 29148:2018, 5.2.6 (consistent)",
    hint: "take one of them out, or say which part is in and which is not",
    question: "Is it in scope or not?",
    bad: "# P\n\n## In scope\n\n- Refunds by mail\n\n## Out of scope\n\n- Refunds by mail, because they need a contract\n",
    good: "# P\n\n## In scope\n\n- Refunds by mail\n\n## Out of scope\n\n- Refunds by phone, because they need a contract\n",
    run,
};

fn run(document: &Document<'_>) -> Vec<Hit> {
    let items = |topic: Topic| {
        read(document).filter(move |statement| statement.is_item() && statement.is_about(topic))
    };
    let mut known: HashMap<BTreeSet<String>, usize> = HashMap::new();
    for item in items(Topic::InScope).filter(|item| !item.is_about(Topic::OutOfScope)) {
        if let Some(thing) = thing(document, item) {
            known.entry(thing).or_insert(item.line);
        }
    }
    items(Topic::OutOfScope)
        .filter_map(|item| {
            let line = known.get(&thing(document, item)?)?;
            Some(Hit::new(item.span.clone(), format!("line {line} says that this is in scope")))
        })
        .collect()
}

/// What an item is about: the stems of its words up to where it begins to explain. `None` for what cannot be compared:
/// something in code, a name with a part of it in brackets, a sentence that says no.
fn thing(document: &Document<'_>, item: &Statement) -> Option<BTreeSet<String>> {
    const EXPLAINS: [&str; 4] = ["because", "since", "until", "but"];
    let mut end = item.prose.len();
    for (at, word) in item.prose.iter().enumerate() {
        let next = item.prose.get(at + 1).map_or(item.span.end, |next| next.start);
        let gap = document.text.get(word.end..next).unwrap_or_default();
        if gap.contains('(') || word.is_opaque() || word.has_digit() {
            return None;
        }
        if EXPLAINS.contains(&word.lower.as_str()) {
            end = at;
            break;
        }
        if gap.contains([':', ',', ';', '—', '–', '.']) || gap.contains(" - ") {
            end = at + 1;
            break;
        }
    }
    let head = item.prose.get(..end)?;
    let negates =
        head.iter().any(|word| matches!(word.lower.as_str(), "no" | "not" | "without" | "other" | "more"));
    let function = list("function");
    let stems: BTreeSet<String> = head.iter().filter(|word| !function.has(word)).map(root).collect();
    (!negates && !stems.is_empty() && head.len() <= 12 && (stems.len() > 1 || head.len() == 1))
        .then_some(stems)
}

/// A word without the endings that tell "change" from "changing" and "changes".
fn root(word: &Word) -> String {
    let lower = word.lower.strip_suffix("'s").unwrap_or(&word.lower);
    let endings = ["ings", "ing", "ies", "ed", "es", "s", "e", "y"];
    let bare =
        endings.into_iter().find_map(|ending| lower.strip_suffix(ending).filter(|rest| rest.len() > 2));
    bare.unwrap_or(lower).to_owned()
}

#[cfg(test)]
mod tests {
    use crate::domain::review::document::Document;
    use crate::domain::review::testing::prd;

    #[test]
    fn only_the_very_same_thing_is_a_conflict() {
        let hits = |within: &str, without: &str| {
            let text = format!("# P\n\n## In scope\n\n- {within}\n\n## Out of scope\n\n- {without}\n");
            let prd = prd(&text);
            (super::CHECK.run)(&Document::new(&prd, &text)).len()
        };
        assert_eq!(hits("Push notifications", "Push notifications: nobody asked for them"), 1);
        assert_eq!(hits("Export of orders", "Exporting orders"), 1);
        for (within, without) in [
            ("Push notifications on Android", "Push notifications on phones of Apple"),
            ("Push notifications (Android)", "Push notifications (iOS)"),
            ("Orders of 2026", "Orders of 2025"),
            ("Export of a report as CSV", "Export of a report as PDF, because nobody asked for it"),
            ("Export of `orders`", "Export of `carts`"),
            ("Export of orders", "No export of orders"),
        ] {
            assert_eq!(hits(within, without), 0, "{without}");
        }
    }
}
