//! A promise that may or may not be kept: `should`, `might`, `could`, or `may` said of the system.

use super::check::{Applies, Check, Family, Hit, Touches, hit_of, is_rule, is_subordinate, sentences};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::{Document, Statement, StatementKind};
use crate::domain::review::lexicon::list;
use crate::domain::review::text::mask;
use crate::domain::review::topic::Topic;
use crate::domain::review::word;
use crate::domain::review::word::Word;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "weak-modal",
    severity: Severity::Hint,
    family: Family::Ambiguity,
    touches: Touches::Dimensions(&["criteria"]),
    penalty: 10,
    applies: Applies::Always,
    source: "NASA ARM (options: can, may, could); ISO/IEC/IEEE 29148:2018, 5.2.4 (shall)",
    hint: "write what happens, or take it out",
    question: "",
    bad: "# P\n\n## Acceptance Criteria\n\n- [ ] The export might contain 50 rows\n",
    good: "# P\n\n## Acceptance Criteria\n\n- [ ] The export contains 50 rows, and an admin can open it\n",
    run,
};

fn run(document: &Document<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    let weak = list!("weak-modal");
    for (statement, words) in sentences(document).filter(|(statement, _)| statement.may_hold(weak)) {
        let in_scope = statement.is_item()
            && statement.is_about(Topic::InScope)
            && !statement.is_about(Topic::OutOfScope);
        if !in_scope && !is_rule(document, statement, words) {
            continue;
        }
        for (at, word) in words.iter().enumerate().filter(|(_, word)| weak.has(word)) {
            let weak = match word.lower.as_str() {
                "possibly" | "perhaps" | "maybe" => true,
                "may" => {
                    !tells_more(document, words, at)
                        && !is_month(document, words, at)
                        && is_of_the_system(words, at)
                }
                _ => !tells_more(document, words, at),
            };
            if weak && is_way_to_verify(document, statement, words) {
                break;
            }
            if weak {
                hits.push(hit_of(document, words, at..at + 1, |word| {
                    format!("`{word}` promises nothing: it may hold or not")
                }));
                break;
            }
        }
    }
    hits
}

/// True for a sentence in a cell of a column that says how the row is verified: the other cells say what holds.
fn is_way_to_verify(document: &Document<'_>, statement: &Statement, words: &[Word]) -> bool {
    let StatementKind::Row { header, .. } = &statement.kind else { return false };
    let before = words.first().and_then(|word| document.text.get(statement.span.start..word.start()));
    let bars = mask(before.unwrap_or_default()).matches('|').count();
    header.get(bars).is_some_and(|column| list!("way-to-verify").is_in(&word::words(column)))
}

/// True for a modal in a clause that tells more of something: "a value that could name a person", "if it should fail",
/// and in a question.
fn tells_more(document: &Document<'_>, words: &[Word], at: usize) -> bool {
    let near = words.get(at.saturating_sub(4)..at).unwrap_or_default();
    let begins = near.iter().rposition(is_subordinate);
    let clause = begins.and_then(|begin| near.get(begin + 1)).map_or(0, |word| word.start());
    let word = words.get(at).map_or(0..0, |word| word.start()..word.start());
    let is_same_clause = !document.text.get(clause..word.start).unwrap_or_default().contains([',', ';', ':']);
    let asks = words
        .last()
        .is_some_and(|last| document.text.get(last.end()..).is_some_and(|rest| rest.starts_with('?')));
    let after_not = words.get(at + 1).is_some_and(|word| matches!(word.lower.as_str(), "otherwise" | "not"));
    begins.is_some() && is_same_clause || asks || at == 0 || after_not && words[at].lower != "should"
}

/// "May 2026", "3 May", "in May".
fn is_month(document: &Document<'_>, words: &[Word], at: usize) -> bool {
    let word = &words[at];
    let capital = document.written(word).starts_with('M');
    capital && at > 0 || words.get(at + 1).is_some_and(Word::has_digit)
}

/// True where the system is the subject: people may do as they like, and what may not be done is forbidden.
fn is_of_the_system(words: &[Word], at: usize) -> bool {
    if words.get(at + 1).is_some_and(|word| word.lower == "not") {
        return false;
    }
    let begin =
        words.get(..at).unwrap_or_default().iter().rposition(is_subordinate).map_or(0, |before| before + 1);
    let subject = words.get(begin..at).unwrap_or_default();
    let (actors, personal) = (list!("actor"), list!("personal"));
    let acts = subject.iter().any(|word| {
        let person = ["man", "person", "holder", "ist", "ian", "keeper", "maker", "master"];
        !list!("system").has(word)
            && (personal.has(word)
                || actors.has(word)
                || person.iter().any(|end| word.lower.trim_end_matches('s').ends_with(end)))
    });
    let head = subject.last().is_some_and(|word| list!("system").has(word));
    head && !acts
}

#[cfg(test)]
mod tests {
    use crate::domain::review::testing::count_of;

    #[test]
    fn permissions_months_and_clauses_are_no_weak_promises() {
        let hits = |text: &str| {
            let text = format!("# P\n\n## Requirements\n\n- {text}\n");
            count_of(&super::CHECK, &text)
        };
        for text in [
            "The page should open",
            "The server may drop rows",
            "The cache may be dropped",
            "It can possibly fail",
        ] {
            assert_eq!(hits(text), 1, "{text}");
        }
        for text in [
            "A merchant may cancel the order",
            "The driver of the truck may refuse a stop",
            "Rows from May 2026 are kept until 3 May",
            "A file may not be larger than 5 MB",
            "A value that could name a person is masked",
            "If a row should be missing, 404 is returned",
            "`should` is a word, and \"could\" is another",
        ] {
            assert_eq!(hits(text), 0, "{text}");
        }
    }

    #[test]
    fn how_a_row_is_verified_promises_nothing() {
        let hits = |second: &str, third: &str| {
            let text = format!(
                "# P\n\n## Acceptance Criteria\n\n| What | Target | How verified |\n| --- | --- | --- |\n| No file left | {second} | {third} |\n"
            );
            count_of(&super::CHECK, &text)
        };
        assert_eq!(hits("The folder is empty", "`ls` should list nothing"), 0);
        assert_eq!(hits("The folder should be empty", "`ls` lists nothing"), 1);
    }
}
