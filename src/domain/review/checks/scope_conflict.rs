//! Something that is both in scope and out of scope.

use std::collections::BTreeSet;

use super::check::{Applies, Check, Family, Hit, Touches, read};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::{Document, Statement};
use crate::domain::review::topic::Topic;
use crate::domain::review::word::Word;

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
    let mut known: Vec<(BTreeSet<&str>, usize)> = Vec::new();
    for item in items(Topic::InScope).filter(|item| !item.is_about(Topic::OutOfScope)) {
        if let Some(thing) = thing(document, item, true) {
            known.push((thing, item.line));
        }
    }
    items(Topic::OutOfScope)
        .filter_map(|item| {
            let thing = thing(document, item, false)?;
            // What is left out whole is in no part of it: "Windows agents", and "cache for Windows agents".
            let same = |known: &BTreeSet<&str>| *known == thing || thing.len() > 1 && thing.is_subset(known);
            let (_, line) = known.iter().find(|(known, _)| same(known))?;
            Some(Hit::new(item.span.clone(), format!("line {line} says that this is in scope")))
        })
        .collect()
}

/// What an item is about: the roots of its words up to where it begins to explain. `None` for what cannot be compared:
/// something in code, a name with a part of it in brackets, a sentence that says no, another amount. What is built may
/// be built up to a limit, which makes it nothing else.
fn thing<'d>(document: &Document<'_>, item: &'d Statement, is_built: bool) -> Option<BTreeSet<&'d str>> {
    const EXPLAINS: [&str; 5] = ["because", "since", "until", "but", "which"];
    const LIMITS: [&str; 6] = ["to", "most", "than", "over", "under", "least"];
    let mut end = item.prose().len();
    for (at, word) in item.prose().iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| item.prose().get(at)).map(|word| word.lower.as_str());
        let next = item.prose().get(at + 1).map_or(item.span.end, |next| next.start());
        let gap = document.text.get(word.end()..next).unwrap_or_default();
        if is_built && word.has_digit() && before.is_some_and(|word| LIMITS.contains(&word)) {
            end = at;
            break;
        }
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
    let head = item.prose().get(..end)?;
    let negates =
        head.iter().any(|word| matches!(word.lower.as_str(), "no" | "not" | "without" | "other" | "more"));
    let told: BTreeSet<&str> = head.iter().filter(|word| !word.is_function()).map(noun_root).collect();
    (!negates && !told.is_empty() && head.len() <= 12 && (told.len() > 1 || head.len() == 1)).then_some(told)
}

/// A word without the endings that tell "change" from "changing", and "cancel" from "cancellation".
fn noun_root(word: &Word) -> &str {
    let root = word.root.as_str();
    let endings = ["lation", "ation", "ment"];
    let bare = endings.iter().find_map(|ending| root.strip_suffix(ending).filter(|rest| rest.len() > 3));
    let bare = bare.unwrap_or(root);
    bare.strip_suffix('y').filter(|rest| rest.len() > 3).unwrap_or(bare)
}

#[cfg(test)]
mod tests {
    use crate::domain::review::testing::count_of;

    #[test]
    fn only_the_very_same_thing_is_a_conflict() {
        let hits = |within: &str, without: &str| {
            let text = format!("# P\n\n## In scope\n\n- {within}\n\n## Out of scope\n\n- {without}\n");
            count_of(&super::CHECK, &text)
        };
        assert_eq!(hits("Push notifications", "Push notifications: nobody asked for them"), 1);
        assert_eq!(hits("Export of orders", "Exporting orders"), 1);
        assert_eq!(hits("Printing of gift cards", "Gift cards"), 1, "the whole is left out");
        assert_eq!(hits("Orders of groups up to 9 people", "Orders of groups"), 1);
        assert_eq!(hits("Cancellation of a trip", "Cancelling trips"), 1);
        for (within, without) in [
            ("Push notifications on Android", "Push notifications on phones of Apple"),
            ("Push notifications (Android)", "Push notifications (iOS)"),
            ("Orders of 2026", "Orders of 2025"),
            ("Tax reports of 2026", "Tax reports of 2025"),
            ("Gift cards", "Printing of gift cards"),
            ("Export of a report as CSV", "Export of a report as PDF, because nobody asked for it"),
            ("Export of `orders`", "Export of `carts`"),
            ("Export of orders", "No export of orders"),
        ] {
            assert_eq!(hits(within, without), 0, "{without}");
        }
    }
}
