//! What the book says is true: its commands parse, its tables are the code's, its links lead somewhere.

use std::fmt::Write as _;

use clap::{CommandFactory as _, error::ErrorKind as ClapKind};
use prd::cli::args::Cli;
use prd::cli::error::ErrorKind;
use prd::domain::config::effects::{self, Effect};
use prd::domain::config::key::KeyPath;
use prd::domain::config::publish;
use prd::domain::config::schema::Config;
use prd::domain::lifecycle::table::Transition;
use prd::domain::model::state::State;
use prd::domain::review::checks::check::{Family, Touches};
use prd::domain::review::checks::registry::CHECKS;
use prd::domain::review::dimension::resolve::BUILTINS;
use prd::domain::review::facts::{DeadLink, dead_links};
use serde_json::Value;

use super::book;

/// Every page that users or contributors read, and every text that the program writes for them.
fn pages() -> Vec<String> {
    let mut pages: Vec<String> = ["README.md", "CONTRIBUTING.md", "CLAUDE.md"].map(str::to_owned).into();
    for folder in ["docs", ".claude", "templates"] {
        pages.extend(book::files_below(folder, ".md"));
    }
    pages
}

#[test]
fn every_example_command_parses() {
    let mut wrong = Vec::new();
    let mut count = 0;
    // Plans speak of commands that are not there yet.
    for page in pages().iter().filter(|page| !page.starts_with("docs/prds/")) {
        for (line, is_whole) in examples(page, &book::read(page)) {
            count += 1;
            let Err(error) = parsed(&line) else { continue };
            // Prose may name a command alone.
            let alone = [
                ClapKind::MissingRequiredArgument,
                ClapKind::MissingSubcommand,
                ClapKind::DisplayHelpOnMissingArgumentOrSubcommand,
            ];
            let answers = [ClapKind::DisplayHelp, ClapKind::DisplayVersion];
            if !answers.contains(&error.kind()) && (is_whole || !alone.contains(&error.kind())) {
                let first = error.to_string().lines().next().unwrap_or_default().to_owned();
                wrong.push(format!("{page}: `{line}`: {first}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 60, "only {count} examples were found");
}

/// A command line of a shell, as the program's own parser takes it.
pub(crate) fn parsed(line: &str) -> Result<clap::ArgMatches, clap::Error> {
    Cli::command().try_get_matches_from(words(line))
}

/// Commands in fenced blocks of a shell, which must be whole, and in inline code that begins with `prd `. What holds a
/// `…` is no command.
fn examples(page: &str, text: &str) -> Vec<(String, bool)> {
    let mut found: Vec<(String, bool)> = Vec::new();
    let mut fence: Option<bool> = None;
    for line in text.lines() {
        let trimmed = line.trim_start();
        if let Some(info) = trimmed.strip_prefix("```") {
            fence = match fence {
                Some(_) => None,
                None => Some(["sh", "console"].contains(&info)),
            };
            continue;
        }
        match fence {
            Some(true) => found.extend(commands_of(trimmed).into_iter().map(|line| (line, true))),
            Some(false) => {}
            None if page == "docs/cli.md" || trimmed.contains("| not yet |") => {}
            None => {
                let codes = trimmed.split('`').skip(1).step_by(2).filter(|code| is_call(code));
                found.extend(codes.map(|code| (code.replace("$ARGUMENTS", "SVC-128"), false)));
            }
        }
    }
    found
}

/// The calls of `prd` in one line of a shell: `$` before, a comment behind, one after the other.
fn commands_of(line: &str) -> Vec<String> {
    let line = line.trim_start_matches("$ ");
    let line = line.split(" # ").next().unwrap_or(line);
    let line = line.split(" | ").next().unwrap_or(line);
    let line = line.replace("$(prd", "\u{0}prd").replace(")\"", "\u{0}");
    line.split(['\u{0}'])
        .flat_map(|part| part.split(" && "))
        .map(str::trim)
        .filter(|part| is_call(part))
        .map(str::to_owned)
        .collect()
}

fn is_call(code: &str) -> bool {
    code == "prd" || (code.starts_with("prd ") && !code.contains('…') && !code.contains(":*"))
}

/// Words as a shell makes them of a line with simple quotes; `[ID]` and `NAME|NAME` stand for one word.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quoted = None;
    let mut open = false;
    for sign in line.chars() {
        match (sign, quoted) {
            ('"' | '\'', None) => (quoted, open) = (Some(sign), true),
            (sign, Some(end)) if sign == end => quoted = None,
            (' ', None) => {
                if open || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                open = false;
            }
            (sign, _) => word.push(sign),
        }
    }
    if open || !word.is_empty() {
        words.push(word);
    }
    words
}

#[test]
fn slash_commands_of_this_repository_are_those_that_init_writes() {
    let templates = book::files_below("templates/claude/commands", ".md");
    let own = book::files_below(".claude/commands", ".md");
    assert_eq!(templates.len(), own.len(), "{own:?}");
    for (template, own) in templates.iter().zip(&own) {
        assert_eq!(book::read(template), book::read(own), "{own} is not {template}");
    }
}

#[test]
fn exit_codes_are_those_of_the_program() {
    let kinds = [
        ErrorKind::Refused,
        ErrorKind::Usage,
        ErrorKind::NotFound,
        ErrorKind::Outside,
        ErrorKind::Bug,
        ErrorKind::Interrupted,
    ];
    let mut codes: Vec<String> = kinds.iter().map(|kind| kind.exit_code().to_string()).collect();
    codes.insert(0, "0".to_owned());
    let rows = book::table("docs/exit-codes.md", &["code", "meaning"]);
    assert_eq!(rows.iter().map(|row| row[0].clone()).collect::<Vec<_>>(), codes);
    let help = Cli::command().render_long_help().to_string().replace('\n', " ");
    for row in &rows {
        assert!(
            help.contains(&format!("{} {}", row[0], row[1])),
            "the help does not say {} {}",
            row[0],
            row[1]
        );
    }
}

#[test]
fn the_table_of_transitions_is_the_codes() {
    let rows = book::table("docs/lifecycle.md", &["command", "from", "to"]);
    let names = |states: &[State]| match states {
        [] => "–".to_owned(),
        states if states.len() == State::ALL.len() - 1 => "any but archived".to_owned(),
        states => states.iter().map(|state| state.name()).collect::<Vec<_>>().join(", "),
    };
    let expected: Vec<[String; 3]> = Transition::ALL
        .iter()
        .map(|transition| {
            let to = transition.target(true).map_or("where it came from", |state| state.name());
            [format!("prd {transition}"), names(transition.sources(true)), to.to_owned()]
        })
        .collect();
    let found: Vec<[String; 3]> =
        rows.iter().map(|row| [row[0].clone(), row[1].clone(), row[2].clone()]).collect();
    assert_eq!(found, expected);
}

#[test]
fn the_schema_is_published() {
    book::assert_file("docs/config.schema.json", &format!("{:#}\n", publish::json_schema()));
}

#[test]
fn every_key_of_the_configuration_is_on_its_page() {
    let schema = publish::json_schema();
    let defaults = serde_json::to_value(Config::default()).unwrap();
    let mut sections: Vec<(String, String)> = Vec::new();
    for key in effects::keys() {
        let (section, _) = key.split_once('.').unwrap_or(("general", ""));
        let effect = match effects::effect_of(&KeyPath::parse(&key)) {
            Some(Effect::Now) => "yes",
            Some(Effect::NotYet) => "not yet",
            None => panic!("{key} has no row of effects"),
        };
        let (description, default) = described(&schema, &key);
        let mut parts = key.split('.');
        let value = parts.try_fold(&defaults, |value, part| value.get(part)).or(default.as_ref());
        let row = format!("| `{key}` | {} | {effect} | {description} |\n", shown(value));
        match sections.iter_mut().find(|(name, _)| name == section) {
            Some((_, rows)) => rows.push_str(&row),
            None => sections.push((section.to_owned(), row)),
        }
    }
    let mut text = String::new();
    for (section, rows) in &sections {
        let _ = write!(
            text,
            "### {section}\n\n| key | default | in effect | what it is |\n| --- | --- | --- | --- |\n{rows}\n"
        );
    }
    book::assert_region("docs/config.md", "keys", &text);
}

/// The description of a key, and its default where the schema has one.
fn described(schema: &Value, key: &str) -> (String, Option<Value>) {
    let said = |at: &Value| at.get("description").and_then(Value::as_str).map(str::to_owned);
    let mut at = schema.clone();
    let mut text = None;
    for part in key.split('.') {
        let whole = resolved(schema, &at);
        let below = whole.get("properties").and_then(|all| all.get(part));
        let below = below.or_else(|| whole.get("additionalProperties"));
        at = below.unwrap_or_else(|| panic!("{key} is not in the schema, from {part} on")).clone();
        // Any element of a map is described by the map.
        text = said(&at).or_else(|| said(&resolved(schema, &at))).or(text.filter(|_| part == "*"));
    }
    let default = at.get("default").cloned();
    let text = text.unwrap_or_else(|| panic!("{key} is not described"));
    (text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|"), default)
}

/// What a reference, or the one alternative that is not null, leads to.
fn resolved(schema: &Value, at: &Value) -> Value {
    if let Some(target) = at.get("$ref").and_then(Value::as_str) {
        return schema.pointer(target.trim_start_matches('#')).unwrap().clone();
    }
    let several = at.get("anyOf").and_then(Value::as_array);
    match several.and_then(|all| all.iter().find(|one| one.get("$ref").is_some())) {
        Some(one) => resolved(schema, one),
        None => at.clone(),
    }
}

fn shown(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "–".to_owned(),
        Some(value) => format!("`{value}`").replace('|', "\\|"),
    }
}

#[test]
fn every_dimension_is_on_the_review_page() {
    let mut text = "| dimension | weight | slots with their weights |\n| --- | --- | --- |\n".to_owned();
    for dimension in &BUILTINS {
        let slots: Vec<String> = dimension
            .slots
            .iter()
            .map(|slot| {
                format!("{} {}{}", slot.id, slot.weight, if slot.critical { " (critical)" } else { "" })
            })
            .collect();
        let _ = writeln!(
            text,
            "| {} (`{}`) | {} | {} |",
            dimension.name,
            dimension.id,
            dimension.weight,
            slots.join(", ")
        );
    }
    book::assert_region("docs/review.md", "dimensions", &text);
}

#[test]
fn every_check_is_on_the_review_page() {
    let mut text = String::new();
    for family in [
        Family::Completeness,
        Family::Verifiability,
        Family::Ambiguity,
        Family::Singularity,
        Family::Consistency,
    ] {
        let _ = write!(
            text,
            "### {family:?}\n\n| check | severity | takes at most | from | what to do | source |\n\
             | --- | --- | --- | --- | --- | --- |\n"
        );
        for check in CHECKS.iter().filter(|check| check.family == family) {
            let from = match check.touches {
                Touches::Section => "the section's dimension".to_owned(),
                Touches::Dimensions([]) => "none".to_owned(),
                Touches::Dimensions(names) => names.join(", "),
            };
            let severity = format!("{:?}", check.severity).to_lowercase();
            let (whole, tenth) = (check.penalty / 10, check.penalty % 10);
            let points = if tenth == 0 { whole.to_string() } else { format!("{whole}.{tenth}") };
            let (id, hint, source) = (check.id, check.hint, check.source);
            let _ = writeln!(
                text,
                "| [`{id}`](checks/{id}.md) | {severity} | {points} | {from} | {hint} | {source} |"
            );
        }
        text.push('\n');
    }
    book::assert_region("docs/review.md", "checks", &text);
}

#[test]
fn links_lead_somewhere() {
    let mut wrong = Vec::new();
    for page in pages().iter().filter(|page| !page.starts_with("templates/")) {
        let folder = page.rsplit_once('/').map_or("", |(folder, _)| folder);
        let text = book::read(page);
        // Examples of PRDs are code.
        let dead = dead_links(&text, |path, _| {
            (!book::root().join(folder).join(path).exists()).then_some(DeadLink::NoFile)
        });
        wrong.extend(dead.keys().map(|target| format!("{page}: {target}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_page_of_the_book_is_linked_from_the_readme() {
    let readme = book::read("README.md");
    let review = book::read("docs/review.md");
    for page in book::files_below("docs", ".md").iter().filter(|page| !page.starts_with("docs/prds/")) {
        let is_linked = match page.strip_prefix("docs/checks/") {
            Some("README.md") | None => readme.contains(&format!("]({page})")),
            Some(check) => review.contains(&format!("](checks/{check})")),
        };
        assert!(is_linked, "{page} is linked from nowhere");
    }
}
