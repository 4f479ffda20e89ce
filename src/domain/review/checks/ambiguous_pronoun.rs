//! A pronoun that stands for nothing, or for either of two things.

use super::check::{Applies, Check, Family, Hit, Touches, is_demand, read};
use crate::domain::markdown::outline::BlockKind;
use crate::domain::model::finding::Severity;
use crate::domain::review::document::{Document, Statement};
use crate::domain::review::lexicon::list;
use crate::domain::review::text::Word;
use crate::domain::review::topic::Topic;

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
            let Some(sentence) = statement.prose.get(range.clone()) else { continue };
            if at == 0
                && begins_anew
                && let Some(word) = bare_pronoun(document, sentence)
            {
                let text = document.text.get(word.start..word.end).unwrap_or_default();
                let message = format!("nothing before says what `{text}` stands for");
                hits.push(Hit::new(word.start..word.end, message));
            } else if let Some(word) = either_of_two(document, statement, sentence) {
                let message =
                    format!("`{}` may stand for more than one thing or person before it", word.lower);
                hits.push(Hit::new(word.start..word.end, message));
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
        "this" | "these" | "those" | "that" => list("pronoun-verb").has(second),
        _ => false,
    };
    // `It` as a label or a name in capitals is none.
    let text = document.text.get(first.start..first.end)?;
    let joined = document.text.get(first.end..second.start).is_some_and(|gap| gap.trim().is_empty());
    (is_pronoun && joined && text != "IT").then_some(first)
}

/// "It is possible that", "it must not be necessary to": no thing is meant.
fn is_expletive(sentence: &[Word]) -> bool {
    let near = sentence.get(1..sentence.len().min(8)).unwrap_or_default();
    list("expletive").is_in(near)
}

/// A pronoun that may stand for either of two things or people before it, in a sentence that says what is built.
fn either_of_two<'w>(
    document: &Document<'_>,
    statement: &Statement,
    sentence: &'w [Word],
) -> Option<&'w Word> {
    let wanted = [Topic::Criteria, Topic::InScope].iter().any(|topic| statement.is_about(*topic));
    if !wanted && !is_demand(sentence) {
        return None;
    }
    either_of_two_things(document, sentence).or_else(|| either_of_two_people(sentence))
}

/// `it`, `its` or `they` that begins a clause behind two things: "when the tank hits the tower, it …", "the robot hands the
/// part to the belt before it …".
fn either_of_two_things<'w>(document: &Document<'_>, sentence: &'w [Word]) -> Option<&'w Word> {
    let opens = sentence.first().is_some_and(|word| SUBORDINATORS.contains(&word.lower.as_str()));
    (1..sentence.len()).find_map(|at| {
        let (before, pronoun) = (sentence.get(at - 1)?, sentence.get(at)?);
        let many = match pronoun.lower.as_str() {
            "it" | "its" => false,
            "they" | "their" => true,
            _ => return None,
        };
        let comma = document.text.get(before.end..pronoun.start).is_some_and(|gap| gap.trim() == ",");
        let goes_on = goes_on(sentence.get(..at)?) && matches!(pronoun.lower.as_str(), "it" | "they");
        let begins = opens && comma || !opens && goes_on;
        let expletive = pronoun.lower == "it" && is_expletive(sentence.get(at..)?);
        let mut things = things(sentence.get(..at)?, many);
        things.sort_unstable();
        things.dedup();
        (begins && !expletive && things.len() > 1).then_some(pronoun)
    })
}

/// True where a short main clause and a word that begins another stand before the pronoun: "the robot hands the part to
/// the belt before".
fn goes_on(before: &[Word]) -> bool {
    const LONGEST: usize = 14;
    let (Some(first), Some(last)) = (before.first(), before.last()) else { return false };
    let joins = ["when", "after", "once", "whenever", "before", "until", "while", "because", "if"];
    let tells_more =
        |word: &Word| matches!(word.lower.as_str(), "which" | "who" | "that" | "whose" | "and" | "or");
    joins.contains(&last.lower.as_str())
        && matches!(first.lower.as_str(), "the" | "a" | "an" | "each" | "every")
        && before.len() <= LONGEST
        && !before.iter().any(tells_more)
}

/// Words that begin a clause which hangs on another.
const SUBORDINATORS: [&str; 13] = [
    "when", "if", "after", "once", "whenever", "where", "given", "as", "before", "until", "while", "because",
    "unless",
];

/// The first words behind the articles of a clause, where they name one thing, or several. People are no things, and of
/// "the size of the file" only the whole counts.
fn things(clause: &[Word], many: bool) -> Vec<&str> {
    let (function, actors, people) = (list("function"), list("actor"), list("person"));
    let mut found: Vec<&str> = Vec::new();
    for (at, word) in clause.iter().enumerate() {
        if !matches!(word.lower.as_str(), "the" | "a" | "an") {
            continue;
        }
        let Some(noun) =
            clause.get(at + 1).filter(|noun| !noun.is_opaque() && !function.has(noun) && !noun.has_digit())
        else {
            // A thing with a name in code is told from the others by its name.
            return Vec::new();
        };
        let preposition = at.checked_sub(1).and_then(|before| clause.get(before));
        let is_part = preposition.is_some_and(|word| {
            matches!(word.lower.as_str(), "of" | "in" | "on" | "at" | "for" | "with" | "by")
        });
        let is_plural =
            noun.lower.ends_with('s') && !noun.lower.ends_with("ss") && !noun.lower.ends_with("'s");
        if !is_part && is_plural == many && !actors.has(noun) && !people.has(noun) {
            found.push(noun.lower.as_str());
        }
    }
    found
}

/// `he`, `her` or `they` behind two people, or two groups of people, of which nothing tells who is meant.
fn either_of_two_people(sentence: &[Word]) -> Option<&Word> {
    let people = list("person");
    sentence.iter().enumerate().find_map(|(at, word)| {
        let many = match word.lower.as_str() {
            "he" | "she" | "him" | "her" | "his" => false,
            "they" => true,
            _ => return None,
        };
        // Of several people `they` is told by what stands before only where a clause begins with it.
        let begins = at.checked_sub(1).and_then(|before| sentence.get(before)).is_some_and(|before| {
            matches!(
                before.lower.as_str(),
                "that"
                    | "because"
                    | "before"
                    | "after"
                    | "until"
                    | "while"
                    | "when"
                    | "whenever"
                    | "if"
                    | "once"
                    | "so"
                    | "as"
                    | "where"
            )
        });
        if many && !begins {
            return None;
        }
        let mut named: Vec<&str> = sentence
            .get(..at)?
            .iter()
            .filter(|word| people.has(word))
            .filter(|word| word.lower.ends_with('s') == many)
            .map(|word| word.lower.as_str())
            .collect();
        named.sort_unstable();
        named.dedup();
        (named.len() > 1).then_some(word)
    })
}

#[cfg(test)]
mod tests {
    use crate::domain::review::document::Document;
    use crate::domain::review::testing::prd;

    fn hits(text: &str) -> usize {
        let text = format!("# P\n\n## Acceptance Criteria\n\n{text}\n");
        let prd = prd(&text);
        (super::CHECK.run)(&Document::new(&prd, &text)).len()
    }

    #[test]
    fn finds_pronouns_without_one_noun() {
        for text in [
            "- [ ] It opens within 2 seconds",
            "- [ ] This is shown within 2 seconds",
            "- [ ] They are sorted by date",
            "- [ ] If the export loses the connection, it starts again",
            "- [ ] The robot hands the part to the belt before it stops",
            "- [ ] When the trucks pass the gates, they are counted",
            "- [ ] When the runner hands the job over to the agent, its log is closed",
            "- [ ] The clerk tells the applicant that he has to sign within 5 days",
            "- [ ] Teachers send parents a mail after they have signed the form",
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
            "- [ ] The scanner beeps when it has read the code",
            "- [ ] A payout can be stopped until 16:00 on the day before it is sent",
            "- [ ] The formatter leaves the byte and the function as it was",
            "- [ ] A physician can withdraw an order until the pharmacy has confirmed it",
            "- [ ] The clerk sees the form after she has signed in",
            "- [ ] Parents get a mail after they have signed the form",
            "- [ ] When `prd` meets the file, it is refused",
        ] {
            assert_eq!(hits(text), 0, "{text}");
        }
    }
}
