//! Answers to calibration questions from a file: JSON, or the Markdown of the `## Calibration` section.
//!
//! JSON is an object from a question's name to its answer — a text, or `{"not_applicable": "reason"}` — or the
//! document that `prd review --format json` prints, with its `questions[].answer` filled in.

use serde_json::Value;

use super::calibration::{self, Answer, HEADING};
use super::checks::registry;
use super::dimension::resolve::BUILTINS;
use super::report::Review;
use crate::domain::markdown::outline::Outline;

/// An answer that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswersError {
    /// The file is neither JSON nor has it the Markdown form.
    #[error("line {line}: {message}")]
    Unreadable {
        /// Line, from 1.
        line: usize,
        /// What is wrong.
        message: String,
    },
    /// No question has that name.
    #[error("{}there is no question `{id}`{}", at_line(.line), nearest_to(.near))]
    Unknown {
        /// Line, from 1, where it is known.
        line: Option<usize>,
        /// The name.
        id: String,
        /// The nearest name that there is.
        near: Option<String>,
    },
    /// It says nothing.
    #[error("{}the answer to `{id}` says nothing: {why}", at_line(.line))]
    Empty {
        /// Line, from 1, where it is known.
        line: Option<usize>,
        /// The question.
        id: String,
        /// What is wanted.
        why: &'static str,
    },
}

fn at_line(line: &Option<usize>) -> String {
    line.map_or_else(String::new, |line| format!("line {line}: "))
}

fn nearest_to(name: &Option<String>) -> String {
    name.as_ref().map_or_else(String::new, |name| format!("; the nearest is `{name}`"))
}

/// What an answer must be, in words.
pub const WANTED: &str = "two words or more without blanks, or `N/A: ` and a reason of three words or more";

/// Why a critical question is not left out.
pub const CRITICAL: &str = "this question is critical: nothing can be approved without its answer";

/// The answers of a file, for a review's questions. An empty text leaves its question open.
///
/// # Errors
/// [`AnswersError`] for the first that cannot be taken; then none is.
pub fn read(text: &str, review: &Review) -> Result<Vec<Answer>, AnswersError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let given =
        if text.trim_start().starts_with(['{', '[']) { from_json(text)? } else { from_markdown(text)? };
    let mut answers: Vec<Answer> = Vec::new();
    for (line, id, answer) in given {
        if answer.trim().is_empty() {
            continue;
        }
        let Some(question) = question_of(&id, review) else {
            return Err(AnswersError::Unknown { line, near: nearest(&id, review), id });
        };
        let answer = Answer { id: id.clone(), question, text: answer };
        if let Some(why) = refusal(&answer, is_critical(&id)) {
            return Err(AnswersError::Empty { line, id, why });
        }
        answers.retain(|known| known.id != id);
        answers.push(answer);
    }
    Ok(answers)
}

/// Why an answer is none; `None` where it is one.
#[must_use]
pub fn refusal(answer: &Answer, critical: bool) -> Option<&'static str> {
    if !answer.is_given() {
        Some(WANTED)
    } else if critical && answer.not_applicable().is_some() {
        Some(CRITICAL)
    } else {
        None
    }
}

/// True for a slot without which nothing can be approved.
#[must_use]
pub fn is_critical(id: &str) -> bool {
    let Some((dimension, slot)) = id.split_once('/') else { return false };
    BUILTINS
        .iter()
        .filter(|builtin| builtin.id == dimension)
        .flat_map(|builtin| builtin.slots)
        .any(|known| known.id == slot && known.critical)
}

type Given = (Option<usize>, String, String);

fn from_json(text: &str) -> Result<Vec<Given>, AnswersError> {
    let value: Value = serde_json::from_str(text).map_err(|error| AnswersError::Unreadable {
        line: error.line().max(1),
        message: format!("no JSON: {error}"),
    })?;
    let listed = |list: &[Value]| {
        let mut given = Vec::new();
        for entry in list {
            let Some(id) = entry.get("id").and_then(Value::as_str) else {
                return Err(shape("an answer in a list needs its question's `id`"));
            };
            let not_applicable = entry.get("not_applicable").filter(|value| !value.is_null());
            let answer = match not_applicable {
                Some(_) => text_of(entry)?,
                None => text_of(entry.get("answer").unwrap_or(&Value::Null))?,
            };
            given.push((None, id.to_owned(), answer));
        }
        Ok(given)
    };
    match &value {
        Value::Array(list) => listed(list),
        Value::Object(members) => match (members.get("questions"), members.get("answers")) {
            (Some(Value::Array(list)), _) | (None, Some(Value::Array(list))) => listed(list),
            (None, Some(Value::Object(answers))) => named(answers),
            (None, None) => named(members),
            _ => Err(shape("`questions` and `answers` are lists")),
        },
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            Err(shape("the answers are an object or a list"))
        }
    }
}

fn named(members: &serde_json::Map<String, Value>) -> Result<Vec<Given>, AnswersError> {
    let own = members.iter().filter(|(id, _)| *id != "schema");
    own.map(|(id, value)| Ok((None, id.clone(), text_of(value)?))).collect()
}

fn text_of(value: &Value) -> Result<String, AnswersError> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Null => Ok(String::new()),
        Value::Object(members) => match members.get("not_applicable") {
            Some(Value::String(reason)) => Ok(format!("N/A: {reason}")),
            _ => Err(shape("an answer is a text or {\"not_applicable\": \"reason\"}")),
        },
        Value::Bool(_) | Value::Number(_) | Value::Array(_) => {
            Err(shape("an answer is a text or {\"not_applicable\": \"reason\"}"))
        }
    }
}

fn shape(message: &str) -> AnswersError {
    AnswersError::Unreadable { line: 1, message: message.to_owned() }
}

fn from_markdown(text: &str) -> Result<Vec<Given>, AnswersError> {
    let read = |text: &str, before: usize| -> Vec<Given> {
        let read = calibration::read_answers(text, &Outline::parse(text)).into_iter();
        read.map(|read| (Some(read.line.saturating_sub(before)), read.answer.id, read.answer.text)).collect()
    };
    let mut found = read(text, 0);
    if found.is_empty() {
        // The section's content alone is enough.
        found = read(&format!("{HEADING}\n\n{text}"), 2);
    }
    if found.is_empty() && !text.trim().is_empty() {
        return Err(shape(
            "no answer was found: write `- **Q (scope/problem)**: …` and `  - **A**: …` below it, or JSON",
        ));
    }
    Ok(found)
}

/// The text of a question: as it is asked in the review, else as its slot, check or dimension would ask it.
fn question_of(id: &str, review: &Review) -> Option<String> {
    if let Some(question) = review.questions.iter().find(|question| question.id == id) {
        return Some(question.text.clone());
    }
    if let Some(check) = registry::find(id).filter(|check| !check.question.is_empty()) {
        return Some(check.question.to_owned());
    }
    let of_slot = BUILTINS.iter().find_map(|builtin| {
        let slot = id.strip_prefix(builtin.id)?.strip_prefix('/')?;
        builtin.slots.iter().find(|known| known.id == slot).map(|slot| slot.question.to_owned())
    });
    of_slot.or_else(|| {
        BUILTINS.iter().find(|builtin| builtin.id == id).map(|builtin| builtin.question.to_owned())
    })
}

fn nearest(id: &str, review: &Review) -> Option<String> {
    let slots =
        review.dimensions.iter().flat_map(|dimension| dimension.slots.iter().map(|slot| slot.id.as_ref()));
    let names = review.questions.iter().map(|question| question.id.as_str()).chain(slots);
    names.min_by_key(|name| strsim::damerau_levenshtein(name, id)).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::review::report::review;
    use crate::domain::review::settings::Settings;
    use crate::domain::review::testing::prd;

    const TEXT: &str = "# SVC-001: Mail\n\n## Scope\n\n- Mail goes out\n";

    fn reviewed() -> Review {
        review(&prd(TEXT), TEXT, &Settings::default())
    }

    fn pairs(text: &str) -> Vec<(String, String)> {
        read(text, &reviewed()).unwrap().into_iter().map(|answer| (answer.id, answer.text)).collect()
    }

    #[test]
    fn every_form_says_the_same() {
        let expected = [
            ("scope/problem".to_owned(), "Buyers wait a day.".to_owned()),
            ("risk/rollback".to_owned(), "N/A: nothing is stored yet".to_owned()),
        ];
        for text in [
            r#"{"scope/problem": "Buyers wait a day.", "risk/rollback": {"not_applicable": "nothing is stored yet"}}"#,
            r#"{"schema": 1, "answers": {"scope/problem": "Buyers wait a day.", "risk/rollback": "N/A: nothing is stored yet"}}"#,
            r#"[{"id": "scope/problem", "answer": "Buyers wait a day."}, {"id": "risk/rollback", "not_applicable": "nothing is stored yet"}]"#,
            r#"{"schema": 1, "grade": "F", "questions": [{"id": "scope/problem", "answer": "Buyers wait a day."}, {"id": "scope/in-scope", "answer": null}, {"id": "risk/rollback", "answer": "N/A: nothing is stored yet"}]}"#,
            "# Answers\n\n## Calibration\n\n- **Q (scope/problem)**: Why?\n  - **A**: Buyers wait a day.\n- **Q (risk/rollback)**: How?\n  - **A**: N/A: nothing is stored yet\n",
            "- **Q (scope/problem)**: Why?\n  - **A**: Buyers wait a day.\n- **Q (scope/outcome)**: What?\n- **Q (risk/rollback)**: How?\n  - **A**: N/A: nothing is stored yet\n",
        ] {
            assert_eq!(pairs(text), expected, "{text}");
        }
        assert_eq!(pairs("{}"), []);
        let answers = read(r#"{"scope/problem": "Buyers wait a day."}"#, &reviewed()).unwrap();
        assert!(answers[0].question.ends_with('?'), "{answers:?}");
    }

    #[test]
    fn what_is_wrong_is_said_and_nothing_taken() {
        let error = |text: &str| read(text, &reviewed()).unwrap_err().to_string();
        assert!(error("{\n\"scope/problem\": ").starts_with("line 2: no JSON"));
        assert_eq!(
            error(r#"{"scope/problm": "Buyers wait a day."}"#),
            "there is no question `scope/problm`; the nearest is `scope/problem`"
        );
        assert!(error(r#"{"scope/problem": "yes"}"#).contains("says nothing: two words"));
        assert!(error(r#"{"risk/rollback": {"not_applicable": "no"}}"#).contains("a reason of three words"));
        assert!(
            error(r#"{"scope/problem": {"not_applicable": "it does not apply"}}"#).contains("is critical")
        );
        assert!(error(r#"{"scope/problem": 7}"#).contains("an answer is a text"));
        assert!(error("Buyers wait a day.\n").contains("no answer was found"));
        let text = "- **Q (scope/problem)**: Why?\n  - **A**: it is TBD\n";
        assert!(error(text).starts_with("line 1: the answer"), "{}", error(text));
    }
}
