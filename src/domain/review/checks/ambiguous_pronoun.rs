//! A pronoun that stands for nothing, or for either of two things.

use super::check::{Applies, Check, Family, Hit, Touches, is_demand, is_promised, is_subordinate, read};
use crate::domain::markdown::outline::BlockKind;
use crate::domain::model::finding::Severity;
use crate::domain::review::antecedent::{names_two_objects, names_two_people, names_two_things};
use crate::domain::review::clause::is_finite;
use crate::domain::review::document::{Document, Statement};
use crate::domain::review::lexicon::list;
use crate::domain::review::word::Word;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "ambiguous-pronoun",
    severity: Severity::Warning,
    family: Family::Ambiguity,
    touches: Touches::Section,
    penalty: 10,
    applies: Applies::Always,
    source: "Frattini et al. 2024 (ambiguous pronouns lead to wrong models); Tjong & Berry 2013",
    hint: "say the noun again",
    question: "",
    bad: "# P\n\n## Acceptance Criteria\n\n- [ ] When the importer rejects the file, it is moved to the folder `failed`\n",
    good: "# P\n\n## Acceptance Criteria\n\n- [ ] When the importer rejects the file, the file is moved to the folder `failed`\n",
    run,
};

fn run(document: &Document<'_>) -> Vec<Hit> {
    let introduced = introduced(document);
    let mut hits = Vec::new();
    for statement in read(document).filter(|statement| statement.answers.is_none()) {
        let block = document.block_of(statement);
        let begins_anew =
            statement.is_item() && block.is_some_and(|at| !introduced.get(at).copied().unwrap_or(true));
        for (at, range) in statement.sentences.iter().enumerate() {
            let Some(sentence) = statement.prose().get(range.clone()) else { continue };
            if at == 0
                && begins_anew
                && let Some(word) = bare_pronoun(document, sentence)
            {
                let text = document.written(word);
                let message = format!("nothing before says what `{text}` stands for");
                hits.push(Hit::new(word.span(), message));
            } else if let Some(word) = either_of_two(document, statement, sentence) {
                let message = format!("`{}` may stand for either of two before", word.lower);
                hits.push(Hit::new(word.span(), message));
            }
        }
    }
    hits
}

/// For each block, whether something before it can be what its pronouns stand for: a paragraph that introduces the
/// list, or an outer item.
fn introduced(document: &Document<'_>) -> Vec<bool> {
    let mut open = false;
    document
        .outline
        .blocks
        .iter()
        .map(|block| match &block.kind {
            BlockKind::ListItem { .. } => open || block.depth > 1,
            BlockKind::Paragraph if block.depth == 0 => {
                open = block.text.trim_end().ends_with(':');
                true
            }
            BlockKind::Paragraph => true,
            BlockKind::TableHeader { .. }
            | BlockKind::TableRow { .. }
            | BlockKind::Code { .. }
            | BlockKind::Quote
            | BlockKind::Html => {
                open = false;
                true
            }
        })
        .collect()
}

/// The pronoun that a sentence begins with, where it stands for a thing.
fn bare_pronoun<'w>(document: &Document<'_>, sentence: &'w [Word]) -> Option<&'w Word> {
    let first = sentence.first()?;
    let second = sentence.get(1)?;
    let is_pronoun = match first.lower.as_str() {
        "it" | "they" => !is_expletive(sentence),
        "this" | "these" | "those" | "that" => list!("pronoun-verb").has(second),
        _ => false,
    };
    // `It` as a label or a name in capitals is none.
    let text = document.written(first);
    let joined = document.between(first, second).trim().is_empty();
    (is_pronoun && joined && text != "IT").then_some(first)
}

/// "It is possible that", "it must not be necessary to": no thing is meant.
fn is_expletive(sentence: &[Word]) -> bool {
    let near = sentence.get(1..sentence.len().min(8)).unwrap_or_default();
    list!("expletive").is_in(near)
}

/// A pronoun in a sentence that promises something, where two things or two people stand before it: `it` and `its`
/// behind a clause with two things, `he` or `they` behind two people.
fn either_of_two<'w>(
    document: &Document<'_>,
    statement: &Statement,
    sentence: &'w [Word],
) -> Option<&'w Word> {
    let pronouns = list!("personal-pronoun");
    if !(statement.may_hold(pronouns)
        && sentence.iter().any(|word| pronouns.has(word))
        && (is_promised(document, statement, sentence) || is_demand(sentence)))
    {
        return None;
    }
    either_thing(document, sentence)
        .or_else(|| either_person(document, sentence))
        .or_else(|| either_plural(sentence))
}

/// True where a comma stands before a word.
fn follows_comma(document: &Document<'_>, sentence: &[Word], at: usize) -> bool {
    let gap = at.checked_sub(1).and_then(|before| sentence.get(before)).zip(sentence.get(at));
    gap.map(|(a, b)| document.between(a, b)).is_some_and(|gap| gap.trim() == ",")
}

/// `it` or `its` that begins a clause behind one with two things, or that is the object behind two objects.
fn either_thing<'w>(document: &Document<'_>, sentence: &'w [Word]) -> Option<&'w Word> {
    let lower = |at: usize| sentence.get(at).map_or("", |word| word.lower.as_str());
    let at = (1..sentence.len()).find(|at| matches!(lower(*at), "it" | "its"))?;
    if is_expletive(sentence.get(at..)?) {
        return None;
    }
    let joined = matches!(lower(at - 1), "if" | "unless" | "when" | "until" | "and" | "or" | "but" | "then");
    let before = sentence.get(..at)?;
    let begins = follows_comma(document, sentence, at) || joined;
    let may_act = begins && !(lower(at) == "its" && joined);
    let is_object = lower(at) == "it" && !begins && is_finite(sentence, at - 1) && names_two_objects(before);
    let ambiguous = is_object || may_act && names_two_things(clause_before(document, sentence, at));
    ambiguous.then(|| &sentence[at])
}

/// The clauses before a word, without a main one that stands between a condition and "when": "When the shop is closed, the
/// button tells when it opens".
fn clause_before<'w>(document: &Document<'_>, sentence: &'w [Word], at: usize) -> &'w [Word] {
    let opened = sentence.first().is_some_and(is_subordinate);
    let last = at - usize::from(!follows_comma(document, sentence, at));
    let comma = (1..last).rev().find(|at| follows_comma(document, sentence, *at));
    let begin = comma.filter(|_| opened).unwrap_or(0);
    sentence.get(begin..at).unwrap_or_default()
}

/// `he`, `she` or `her` behind two people: "the editor sends the presenter a clip before she goes on air".
fn either_person<'w>(document: &Document<'_>, sentence: &'w [Word]) -> Option<&'w Word> {
    const PRONOUNS: [&str; 5] = ["he", "she", "him", "her", "his"];
    let at = sentence.iter().position(|word| PRONOUNS.contains(&word.lower.as_str()))?;
    // "He or she" is one of them.
    let both = document.text.get(sentence[at].end()..).is_some_and(|rest| rest.starts_with(" or "));
    (!both && names_two_people(sentence.get(..at)?)).then(|| &sentence[at])
}

/// `they` behind two sorts of people: "teachers send parents a message after they have signed".
fn either_plural(sentence: &[Word]) -> Option<&Word> {
    let actors = list!("actor");
    let at = sentence.iter().position(|word| matches!(word.lower.as_str(), "they" | "them"))?;
    let before = sentence.get(..at)?;
    let is_people =
        |word: &&Word| actors.has(word) && !list!("system").has(word) && word.lower.ends_with('s');
    let mut people: Vec<&str> = before.iter().filter(is_people).map(|word| word.lower.as_str()).collect();
    people.sort_unstable();
    people.dedup();
    // "Pupils and teachers see them" means both.
    let together = before
        .windows(3)
        .any(|three| three[1].lower == "and" && actors.has(&three[0]) && actors.has(&three[2]));
    (people.len() > 1 && !together).then(|| &sentence[at])
}

#[cfg(test)]
mod tests {
    use crate::domain::review::testing::count_of;

    fn hits(text: &str) -> usize {
        let text = format!("# P\n\n## Acceptance Criteria\n\n{text}\n");
        count_of(&super::CHECK, &text)
    }

    #[test]
    fn finds_pronouns_without_one_noun() {
        for text in [
            "- [ ] It opens within 2 seconds",
            "- [ ] This is shown within 2 seconds",
            "- [ ] They are sorted by date",
            "- [ ] If the export loses the connection, it starts again",
        ] {
            assert_eq!(hits(text), 1, "{text}");
        }
    }

    #[test]
    fn leaves_pronouns_with_a_noun() {
        for text in [
            "The page has to hold:\n\n- [ ] It opens within 2 seconds",
            "- [ ] The list\n  - It opens within 2 seconds",
            "- [ ] It is possible to export 50 rows",
            "- [ ] It must not be necessary to sign in twice",
            "- [ ] This page opens within 2 seconds",
            "- [ ] IT gets a mail",
            "- [ ] When the user opens the page, it shows 50 rows",
            "- [ ] When the size of the file exceeds 5 MB, it is refused",
            "- [ ] When the page opens, it shows 50 rows",
            "- [ ] When `prd` meets the file, it is refused",
        ] {
            assert_eq!(hits(text), 0, "{text}");
        }
    }
}
