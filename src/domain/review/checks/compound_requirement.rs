//! One sentence with two requirements: two things that different parts of the product do.

use std::ops::Range;

use super::check::{Applies, Check, Family, Hit, Touches, is_rule, is_subordinate, sentences, span_of};
use crate::domain::model::finding::Severity;
use crate::domain::review::clause::{Clause, clause_at, is_finite, may_be_finite};
use crate::domain::review::document::{Document, Statement};
use crate::domain::review::lexicon::list;
use crate::domain::review::topic::Topic;
use crate::domain::review::word::Word;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "compound-requirement",
    severity: Severity::Hint,
    family: Family::Singularity,
    touches: Touches::Section,
    penalty: 10,
    applies: Applies::Always,
    source: "ISO/IEC/IEEE 29148:2018, 5.2.5 (singular); AQUSA (Lucassen et al. 2016): atomic",
    hint: "make two of it, so that one can be met without the other",
    question: "",
    bad: "# P\n\n## Requirements\n\n- The export holds 50 rows and the page shows the total\n",
    good: "# P\n\n## Requirements\n\n- The export holds 50 rows and 3 columns\n- The page shows the total\n",
    run,
};

/// Words beyond which a text without full stops is no sentence.
const LONGEST: usize = 400;

fn run(document: &Document<'_>) -> Vec<Hit> {
    sentences(document)
        .filter(|(statement, words)| is_requirement(document, statement, words))
        // What is longer is no sentence, and would be read again and again.
        .filter(|(_, words)| words.len() < LONGEST)
        .filter(|(_, words)| {
            has_second_subject(document, words)
                || has_many_verbs(document, words)
                || has_many_clauses(document, words)
        })
        .map(|(_, words)| Hit::new(span_of(words), "two requirements stand in one sentence".to_owned()))
        .collect()
}

/// True for a statement of what is built. A criterion may show one outcome from two sides.
fn is_requirement(document: &Document<'_>, statement: &Statement, words: &[Word]) -> bool {
    let in_scope = statement.is_about(Topic::InScope) && !statement.is_about(Topic::OutOfScope);
    let is_listed = (in_scope || statement.is_about(Topic::Outcome)) && statement.is_item();
    !statement.is_about(Topic::Criteria) && (is_listed || is_rule(document, statement, words))
}

/// True where a clause with a subject and a verb of its own is joined: "and the depot prints the list".
fn has_second_subject(document: &Document<'_>, words: &[Word]) -> bool {
    let opened = words.first().is_some_and(|word| list!("clause-opener").has(word));
    let main =
        if opened { (1..words.len()).find(|at| follows_comma(document, words, *at)).unwrap_or(1) } else { 1 };
    let Some(first) = (1..words.len()).find(|at| may_be_finite(words, *at)) else { return false };
    (main.max(first + 1)..words.len()).any(|at| {
        // "Types and validators are there" has no verb before "and".
        if at == first + 1 && words.get(first).is_some_and(|word| list!("verb").has(word)) {
            return false;
        }
        let Some(joint) = joint_at(words, at) else { return false };
        if is_in_clause(document, words, first + 1..at, joint.word) {
            return false;
        }
        let (begin, own_trigger) = behind_trigger(words, joint.begin);
        let Some(clause) = clause_at(words, begin) else { return false };
        if at == first + 1 && is_one_subject(words, at, clause.verb) {
            return false;
        }
        let stands = !opened || own_trigger || joint.adds;
        stands && !is_result(words, first.min(at)..at, begin, clause, &joint)
    })
}

/// True for two plurals before one verb, "invoice types and totals are shown": nothing before them is a subject of its own,
/// for it would have an article.
fn is_one_subject(words: &[Word], joint: usize, verb: usize) -> bool {
    let opens = words.first().is_none_or(|word| list!("article").has(word) || list!("determiner").has(word));
    let is_plural = words.get(joint - 1).is_some_and(|word| word.lower.ends_with('s'));
    let of_plural =
        words.get(verb).is_some_and(|verb| matches!(verb.lower.as_str(), "are" | "have" | "were" | "do"));
    !opens && is_plural && of_plural
}

/// A place where a clause may be joined.
struct Joint<'w> {
    word: &'w str,
    /// The word behind it.
    begin: usize,
    /// True for "in addition".
    adds: bool,
}

fn joint_at(words: &[Word], at: usize) -> Option<Joint<'_>> {
    let lower = |at: usize| words.get(at).map_or("", |word| word.lower.as_str());
    let joint = |begin: usize, adds: bool| Some(Joint { word: lower(at), begin, adds });
    match (lower(at), lower(at + 1), lower(at + 2)) {
        ("and" | "or", "also" | "additionally" | "then", _) => joint(at + 2, false),
        ("as", "well", "as") => joint(at + 3, false),
        ("in", "addition", _) => joint(at + 2, true),
        ("moreover" | "furthermore" | "additionally" | "besides", ..) => joint(at + 1, true),
        ("and" | "or" | "whereas", ..) => joint(at + 1, false),
        _ => None,
    }
}

/// Where the subject begins behind a condition of the clause's own, "and on removal the server wipes", and whether
/// there is one.
fn behind_trigger(words: &[Word], begin: usize) -> (usize, bool) {
    const LONGEST: usize = 12;
    let opens = words.get(begin).is_some_and(|word| {
        list!("clause-opener").has(word) || matches!(word.lower.as_str(), "in" | "for" | "by")
    });
    if !opens {
        return (begin, false);
    }
    let article = |at: &usize| words.get(*at).is_some_and(|word| list!("article").has(word));
    let starts = (begin + 2..(begin + LONGEST).min(words.len())).filter(article);
    starts.into_iter().find(|at| clause_at(words, *at).is_some()).map_or((begin, false), |at| (at, true))
}

/// True where the clause is still in one that tells more, or under which condition: a comma ends the first, and "and"
/// behind a comma the second.
fn is_in_clause(document: &Document<'_>, words: &[Word], range: Range<usize>, joint: &str) -> bool {
    let end = words.get(range.end).map_or(0, |word| word.start());
    let inside = words.get(range).unwrap_or_default();
    let opens = |at: &usize| {
        let escape = inside.get(at + 1).is_none_or(|next| list!("escape-word").has(next));
        inside.get(*at).is_some_and(is_subordinate) && !escape
    };
    let Some(word) = (0..inside.len()).rev().find(opens).and_then(|at| inside.get(at)) else { return false };
    let between = document.text.get(word.end()..end).unwrap_or_default();
    let tells_more = matches!(word.lower.as_str(), "that" | "which" | "who" | "whose" | "whom");
    let closed = if tells_more {
        between.contains([',', ';'])
    } else {
        let marks = between.matches([',', ';']).count();
        let last = between.trim_end().ends_with([',', ';']);
        last && marks == 1 && joint != "or"
    };
    !closed
}

/// True where the clause only says what the first one brings about or leaves as it is, or goes on about its things.
fn is_result(words: &[Word], left: Range<usize>, begin: usize, clause: Clause, joint: &Joint<'_>) -> bool {
    const STAYS: [&str; 12] = [
        "stays",
        "stay",
        "remains",
        "remain",
        "keeps",
        "keep",
        "continues",
        "continue",
        "goes",
        "reads",
        "follows",
        "names",
    ];
    let (Some(head), Some(verb), Some(first)) =
        (words.get(clause.head), words.get(clause.verb), words.get(begin))
    else {
        return true;
    };
    let before = words.get(..left.end).unwrap_or_default();
    let same = before.iter().any(|word| word.root == head.root);
    let points = matches!(
        first.lower.as_str(),
        "it" | "they"
            | "this"
            | "these"
            | "that"
            | "both"
            | "its"
            | "their"
            | "none"
            | "nothing"
            | "neither"
            | "similar"
            | "others"
            | "more"
            | "each"
            | "no"
            | "all"
    );
    let points = points && !(first.lower == "each" && joint.word == "and" && !same);
    let explains = words.get(begin..).unwrap_or_default().iter().take(6);
    let explains =
        explains.into_iter().any(|word| matches!(word.lower.as_str(), "unchanged" | "otherwise" | "so"));
    let refused = before.windows(2).any(|pair| {
        matches!(pair[0].lower.as_str(), "is" | "are" | "not" | "be") && list!("negative").has(&pair[1])
    });
    let fails = refused && list!("shown-result").has(head) && first.lower == "the";
    let alone = clause.verb + 1 >= words.len();
    let next = words.get(clause.verb + 1).map_or("", |next| next.lower.as_str());
    let stays = STAYS.contains(&verb.lower.as_str())
        && match verb.lower.as_str() {
            "goes" => alone || next == "on",
            "keeps" | "keep" => matches!(next, "its" | "their" | "the"),
            _ => true,
        };
    joint.word != "or" && fails || same || points || explains || stays
}

/// True for a sentence that nobody reads to its end, and whose commas join clauses.
fn has_many_clauses(document: &Document<'_>, words: &[Word]) -> bool {
    const TOO_LONG: usize = 40;
    let joined = |at: &usize| {
        let begin = at + usize::from(words[*at].lower == "and");
        follows_comma(document, words, *at) && clause_at(words, begin).is_some()
    };
    words.len() > TOO_LONG && (main_begin(document, words) + 1..words.len()).filter(joined).count() >= 2
}

/// True where a comma stands before a word.
fn follows_comma(document: &Document<'_>, words: &[Word], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| words.get(before));
    before.zip(words.get(at)).map(|(a, b)| document.between(a, b)).is_some_and(|gap| gap.contains(','))
}

/// Where what happens begins behind a condition at the beginning: behind its first comma, or where "and" tells that the
/// condition itself is a list, behind that list.
fn main_begin(document: &Document<'_>, words: &[Word]) -> usize {
    let opened = words.first().is_some_and(|word| list!("clause-opener").has(word));
    let comma = |at: &usize| follows_comma(document, words, *at);
    let Some(first) = (1..words.len()).find(comma).filter(|_| opened) else { return 1 };
    let last = (first..words.len()).rev().find(|at| comma(at) && words[*at].lower == "and");
    let behind =
        last.and_then(|last| (last + 1..words.len()).find(|at| comma(at) && clause_at(words, *at).is_some()));
    behind.unwrap_or(first)
}

/// True where one subject does three things and more: "opens …, compares …, asks … and sets …".
fn has_many_verbs(document: &Document<'_>, words: &[Word]) -> bool {
    let begins = |at: usize| {
        let follows = words.get(at - 1).is_some_and(|word| matches!(word.lower.as_str(), "and" | "then"))
            || follows_comma(document, words, at);
        follows && is_finite(words, at)
    };
    words.len() > 20 && (main_begin(document, words)..words.len()).filter(|at| begins(*at)).count() >= 2
}

#[cfg(test)]
mod tests {
    use crate::domain::review::testing::count_of;

    #[test]
    fn a_clause_about_the_first_demand_is_no_second() {
        let hits = |text: &str| {
            let text = format!("# P\n\n## Requirements\n\n- {text}\n");
            count_of(&super::CHECK, &text)
        };
        for text in [
            "The shop stores the order and the depot prints the list",
            "The app shows the next stop, and the back office sends a mail to each customer",
            "The meter stores the value and the web page offers a search",
            "The meter restarts and clerks are told by mail",
        ] {
            assert_eq!(hits(text), 1, "{text}");
        }
        for text in [
            "The row is kept and shown for 90 days",
            "Invoice types and totals are shown to the clerk",
            "The tool stops at the first conflict and prints the name of the file",
            "The gate opens when the badge and the number plate have been read",
            "The page shows the name and the address of each customer",
            "A refund is refused, and the ledger stays as it is",
            "The file is sent at 18:30 and acknowledged by the bank",
        ] {
            assert_eq!(hits(text), 0, "{text}");
        }
    }
}
