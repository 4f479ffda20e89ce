//! Something that is both in scope and out of scope.

use std::collections::{BTreeSet, HashMap};

use super::check::{Applies, Check, Family, Hit, Touches, read};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::{Document, Statement, content_of};
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
            let thing = thing(document, item)?;
            // What is out may be said with fewer words: "Windows agents", where a "cache for Windows agents" is in.
            let wider = || {
                known
                    .iter()
                    .filter(|(other, _)| thing.len() > 1 && thing.is_subset(other))
                    .map(|(_, line)| line)
                    .min()
            };
            let line = known.get(&thing).or_else(wider)?;
            Some(Hit::new(item.span.clone(), format!("line {line} says that this is in scope")))
        })
        .collect()
}

/// What an item is about: the stems of its words up to where it begins to explain. `None` for what cannot be compared:
/// something in code, a name with a part of it in brackets, a sentence that says no.
fn thing(document: &Document<'_>, item: &Statement) -> Option<BTreeSet<String>> {
    const EXPLAINS: [&str; 6] = ["because", "since", "until", "so", "but", "which"];
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
    // "Change" and "changing" are one thing.
    let stems: BTreeSet<String> = content_of(head)
        .map(|stem| {
            ["ing", "in", "i", "e"]
                .iter()
                .find_map(|end| stem.strip_suffix(end).filter(|base| base.len() > 3).map(str::to_owned))
                .unwrap_or(stem)
        })
        .collect();
    (!negates && !stems.is_empty() && head.len() <= 12 && (stems.len() > 1 || head.len() == 1))
        .then_some(stems)
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
        assert_eq!(hits("Export of orders", "Orders export"), 1);
        for (within, without) in [
            ("Push notifications on Android", "Push notifications on phones of Apple"),
            ("Push notifications (Android)", "Push notifications (iOS)"),
            ("Orders of 2026", "Orders of 2025"),
            ("Export of `orders`", "Export of `carts`"),
            ("Export of orders", "No export of orders"),
        ] {
            assert_eq!(hits(within, without), 0, "{without}");
        }
    }
}
