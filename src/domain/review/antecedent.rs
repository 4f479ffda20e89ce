//! What a pronoun may stand for: the nouns of the clause before it.

use super::clause::is_finite;
use super::lexicon::{list, lists};
use super::word::Word;

/// One thing or person that a clause names.
#[derive(Debug, Clone, Copy)]
pub struct Noun<'w> {
    /// The noun itself, without what stands before it.
    pub word: &'w Word,
    /// The number of its first word.
    begin: usize,
    /// True for "another", "the other", "a spare one".
    other: bool,
}

/// The nouns of a clause that stand for one thing each; `None` where one of them has a name in code, which tells it from
/// the others. Of "the size of the file" and of places and times only the whole counts.
fn nouns(clause: &[Word]) -> Option<Vec<Noun<'_>>> {
    const ARGUMENTS: [&str; 9] = ["to", "with", "from", "by", "behind", "before", "into", "against", "over"];
    const OPENERS: [&str; 12] =
        ["the", "a", "an", "its", "their", "another", "each", "this", "that", "every", "his", "her"];
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(word) = clause.get(at) {
        at += 1;
        if !OPENERS.contains(&word.lower.as_str()) {
            continue;
        }
        let begin = at - 1;
        while clause.get(at).is_some_and(|word| !word.is_function() && !is_finite(clause, at))
            || is_one(clause, at)
        {
            if clause.get(at).is_some_and(|word| word.is_opaque()) {
                return None;
            }
            at += 1;
        }
        let before = begin.checked_sub(1).and_then(|before| clause.get(before));
        let adjunct = before.is_some_and(|before| {
            before.is_function()
                && !ARGUMENTS.contains(&before.lower.as_str())
                && matches!(
                    before.lower.as_str(),
                    "of" | "in"
                        | "on"
                        | "at"
                        | "for"
                        | "than"
                        | "until"
                        | "during"
                        | "after"
                        | "within"
                        | "per"
                        | "without"
                )
        });
        // "A key with another amount" is one thing.
        let verb_before = (1..begin).any(|at| is_finite(clause, at));
        let argument = before.is_some_and(|before| ARGUMENTS.contains(&before.lower.as_str()));
        let adjunct = adjunct || argument && !found.is_empty() && !verb_before;
        let Some(noun) = clause.get(at - 1).filter(|_| at - 1 > begin && !adjunct) else { continue };
        if !noun.has_digit() {
            let other = clause.get(begin + 1..at).unwrap_or_default().iter().any(|word| {
                matches!(
                    word.lower.as_str(),
                    "other" | "one" | "next" | "previous" | "parent" | "source" | "target"
                )
            });
            found.push(Noun {
                word: noun,
                begin,
                other: other || matches!(word.lower.as_str(), "another" | "its"),
            });
        }
    }
    Some(found)
}

/// True for "one" that stands for a noun: "the main one".
fn is_one(clause: &[Word], at: usize) -> bool {
    clause.get(at).is_some_and(|word| matches!(word.lower.as_str(), "one" | "other"))
}

fn is_plural(word: &Word) -> bool {
    word.lower.ends_with('s')
        && !word.lower.ends_with("ss")
        && !word.lower.ends_with("us")
        && !word.lower.ends_with("'s")
}

/// True for people, by what they are called; a machine that is called so too is none.
#[must_use]
pub fn is_person(word: &Word) -> bool {
    let role = word.having.is.meets(lists!("actor", "person", "role"));
    role && !list!("system").has(word)
}

fn is_thing(noun: &Noun<'_>) -> bool {
    !is_plural(noun.word)
        && !is_person(noun.word)
        && !list!("span-of-time").has(noun.word)
        && !list!("moment").has(noun.word)
}

/// True where a clause names two things that "it" may stand for.
#[must_use]
pub fn names_two_things(clause: &[Word]) -> bool {
    let Some(nouns) = nouns(clause) else { return false };
    let things: Vec<&Noun<'_>> = nouns.iter().filter(|noun| is_thing(noun)).collect();
    differ(&things)
}

/// As [`names_two_things`], without the one that acts: "compares the snapshot with the output, and deletes it".
#[must_use]
pub fn names_two_objects(clause: &[Word]) -> bool {
    let Some(nouns) = nouns(clause) else { return false };
    let verb = (0..clause.len()).find(|at| is_finite(clause, *at)).unwrap_or(0);
    let things: Vec<&Noun<'_>> = nouns.iter().filter(|noun| is_thing(noun) && noun.begin > verb).collect();
    differ(&things)
}

fn differ(things: &[&Noun<'_>]) -> bool {
    let Some((first, rest)) = things.split_first() else { return false };
    rest.iter().any(|noun| noun.word.lower != first.word.lower || noun.other)
}

/// True where a clause names two people, one each, that "she" may stand for.
#[must_use]
pub fn names_two_people(clause: &[Word]) -> bool {
    let single = |at: usize| {
        clause.get(at).filter(|word| {
            let of = at
                .checked_sub(2)
                .and_then(|before| clause.get(before))
                .is_some_and(|word| word.lower == "of");
            !of && !is_plural(word)
                && is_person(word)
                && list!("singular-opener").is_in(&clause[at.saturating_sub(3)..at])
        })
    };
    let owner = |word: &Word| word.lower.strip_suffix("'s").map(|base| Word::new(base, word.start()));
    let mut people: Vec<String> =
        (0..clause.len()).filter_map(single).map(|word| word.lower.to_string()).collect();
    people.extend(clause.iter().filter_map(owner).filter(is_person).map(|word| word.lower.to_string()));
    people.sort_unstable();
    people.dedup();
    people.len() > 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::review::word::words;

    #[test]
    fn two_things_of_one_clause_are_counted() {
        for text in [
            "When a rule refers to a segment",
            "If the pipeline triggers another pipeline",
            "The valve is compared with the pump every hour",
        ] {
            assert!(names_two_things(&words(text)), "{text}");
        }
        for text in [
            "When the size of the file exceeds 5 MB",
            "When the user opens the page",
            "A reading is in the database",
            "When the viewers have chosen a profile",
        ] {
            assert!(!names_two_things(&words(text)), "{text}");
        }
        assert!(names_two_objects(&words("The test compares the snapshot with the output")));
        assert!(!names_two_objects(&words("The kiosk must print the ticket")));
    }

    #[test]
    fn two_people_of_one_clause_are_counted() {
        assert!(names_two_people(&words("When the editor sends the clip to the presenter")));
        assert!(names_two_people(&words("If the user's device is replaced by the administrator")));
        assert!(!names_two_people(&words("An admin of any tenant is an admin")));
        assert!(!names_two_people(&words("The driver may refuse the order")));
    }
}
