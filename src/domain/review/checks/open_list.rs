//! A list without an end.

use super::check::{Applies, Check, Family, Hit, Touches, is_aside, is_promised, scan, sentences};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::{Document, Statement, StatementKind};
use crate::domain::review::topic::Topic;
use crate::domain::review::word::Word;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "open-list",
    severity: Severity::Hint,
    family: Family::Ambiguity,
    touches: Touches::Section,
    penalty: 10,
    applies: Applies::Always,
    source: "ISO/IEC/IEEE 29148:2018, 5.2.7 (open-ended terms)",
    hint: "name all of them, or the rule that tells which",
    question: "",
    bad: "# P\n\n## Scope\n\n- Refunds, exchanges, etc.\n",
    good: "# P\n\n## Scope\n\n- Refunds, exchanges and others that the shop has had\n",
    run,
};

fn run(document: &Document<'_>) -> Vec<Hit> {
    let ends = |hit: &Hit| {
        let text = document.text.get(hit.span.clone()).unwrap_or_default();
        let rest = document.text.get(hit.span.end..).unwrap_or_default().trim_start_matches([' ', '*', '_']);
        let before = document.text.get(..hit.span.start).and_then(|head| head.chars().next_back());
        // "and more" ends a list, "and more rows" does not; `/etc/` is a folder.
        let is_path = before == Some('/')
            || rest.starts_with('/')
                && document.text.get(hit.span.end..).is_some_and(|rest| rest.starts_with('/'));
        !is_path
            && (!text.to_lowercase().starts_with("and")
                || text.to_lowercase().ends_with("ones")
                || ["and the like", "and so on", "and so forth", "and suchlike", "and whatnot"]
                    .contains(&text.to_lowercase().as_str())
                || rest.is_empty()
                || rest.starts_with(['.', ',', ';', ':', ')', '|', '\n', '\r', '!']))
    };
    let message = |word: &str| format!("`{word}` ends a list that nobody can finish");
    let closed = |statement: &Statement| is_aside(document, statement) || is_counted(document, statement);
    let mut hits: Vec<Hit> = scan(document, ("open-list", ""), |statement, _| !closed(statement), message)
        .into_iter()
        .filter(|hit| ends(hit) && !is_example_left_out(document, hit))
        .collect();
    let opens = |word: &str| format!("`{word}` opens a list that nobody can finish");
    let promised = |statement: &Statement, words: &[Word]| is_promised(document, statement, words);
    let decides = |hit: &Hit| is_list_that_decides(document, hit);
    hits.extend(scan(document, ("open-list-demand", ""), promised, opens).into_iter().filter(decides));
    if document.text.contains('…') || memchr::memmem::find(document.text.as_bytes(), b"...").is_some() {
        let read =
            sentences(document).filter(|(statement, _)| has_dots(document, statement) && !closed(statement));
        hits.extend(read.filter_map(|(_, words)| trailing_dots(document, words)));
    }
    hits.sort_by_key(|hit| hit.span.start);
    hits
}

/// True for a row that says how many things its list has: "Stories of primitives (11) | button, badge, etc.".
fn is_counted(document: &Document<'_>, statement: &Statement) -> bool {
    let is_row = matches!(statement.kind, StatementKind::Row { .. });
    let in_brackets = |source: &str| {
        source.split('(').skip(1).filter_map(|rest| rest.split(')').next()).any(|inside| {
            !inside.is_empty() && inside.len() < 4 && inside.chars().all(|c| c.is_ascii_digit())
        })
    };
    is_row && in_brackets(document.source(statement))
}

/// True for a list in brackets that only illustrates what is left out: "CMS integration (Sanity, Strapi, etc.)".
fn is_example_left_out(document: &Document<'_>, hit: &Hit) -> bool {
    let at = document.statements.partition_point(|statement| statement.span.start <= hit.span.start);
    let statement = at.checked_sub(1).and_then(|at| document.statements.get(at));
    statement.is_some_and(|statement| {
        let head = document.text.get(statement.span.start..hit.span.start).unwrap_or_default();
        statement.is_about(Topic::OutOfScope) && head.rfind('(') > head.rfind(')')
    })
}

/// True unless what the words open is one example of a rule, told by a name, a number or code.
fn is_list_that_decides(document: &Document<'_>, hit: &Hit) -> bool {
    let text = document.text.get(hit.span.clone()).unwrap_or_default().to_lowercase();
    let rest = document
        .text
        .get(hit.span.end..)
        .unwrap_or_default()
        .trim_start_matches([' ', '.', ',', ':', '*', '_', '\n']);
    let before = document.text.get(..hit.span.start).unwrap_or_default().trim_end();
    match text.as_str() {
        "such as" => true,
        // "Formats like PDF" opens a list, "looks like" compares.
        "like" => {
            let last = before.rsplit(' ').next().unwrap_or_default().to_lowercase();
            let verb = [
                "looks", "feels", "works", "acts", "behaves", "sounds", "seems", "reads", "is", "was",
                "users", "does", "says", "appears", "smells", "tastes",
            ];
            last.len() > 3
                && last.ends_with('s')
                && !verb.contains(&last.as_str())
                && ![
                    "the ", "a ", "an ", "this", "that", "those", "these", "it", "any", "in ", "before",
                    "on ",
                ]
                .iter()
                .any(|word| rest.starts_with(word))
        }
        // "Each other", "and other than".
        "and other" | "or other" => !rest.starts_with("than") && !before.ends_with("one"),
        "e.g" | "for example" | "for instance" => {
            rest.starts_with(|c: char| c.is_lowercase()) && !before.ends_with(['.', ';'])
        }
        _ => true,
    }
}

/// How far behind a word its dots may end.
const FARTHEST: usize = 12;

/// True where dots stand in a statement, or behind its last word.
fn has_dots(document: &Document<'_>, statement: &Statement) -> bool {
    let end = document.text.len().min(statement.span.end + FARTHEST);
    let near = document.text.as_bytes().get(statement.span.start..end).unwrap_or_default();
    near.windows(3).any(|three| three == b"..." || three == "…".as_bytes())
}

/// Dots behind a comma: `mail, fax, …`.
fn trailing_dots(document: &Document<'_>, words: &[Word]) -> Option<Hit> {
    words.iter().enumerate().find_map(|(at, word)| {
        let end = words.get(at + 1).map_or(document.text.len(), |next| next.start());
        let gap = document.text.get(word.end()..end.min(word.end() + FARTHEST)).unwrap_or_default();
        let is_dots = |rest: &str| rest.starts_with('…') || rest.starts_with("...");
        // Behind the last word itself only where a list came before.
        let is_list = || {
            words.get(..=at).is_some_and(|words| {
                words.windows(2).any(|pair| document.between(&pair[0], &pair[1]).starts_with(','))
            })
        };
        let dots = match gap.strip_prefix(',') {
            Some(rest) => rest.trim_start(),
            None if at + 1 == words.len() && is_dots(gap.trim_start()) && is_list() => gap.trim_start(),
            None => "",
        };
        let dots = Some(dots).filter(|rest| is_dots(rest))?;
        let start = word.end() + gap.len() - dots.len();
        let length = if dots.starts_with('…') { '…'.len_utf8() } else { 3 };
        Some(Hit::new(start..start + length, "dots end a list that nobody can finish".to_owned()))
    })
}
