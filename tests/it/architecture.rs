//! Imports go down only, and some things happen in one place only.
//!
//! The table of `docs/architecture.md` is the rule: this test reads it, and compares it with every path in `src/`.

use std::collections::{BTreeMap, BTreeSet};

use super::book;

type Edges = BTreeMap<String, BTreeMap<String, String>>;

#[test]
fn imports_follow_the_table() {
    let allowed = allowed();
    let edges = edges();
    let mut wrong = Vec::new();
    for (module, uses) in &edges {
        let Some(row) = allowed.get(module) else {
            wrong.push(format!("{module} has no row in docs/architecture.md"));
            continue;
        };
        for (used, file) in uses {
            if !row.contains(used) {
                wrong.push(format!("{file}: {module} may not use {used}"));
            }
        }
    }
    for module in allowed.keys().filter(|module| !edges.contains_key(*module)) {
        wrong.push(format!("docs/architecture.md has a row for {module}, which is not there"));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_has_no_cycle() {
    let allowed = allowed();
    let mut done: BTreeSet<&String> = BTreeSet::new();
    while done.len() < allowed.len() {
        let free: Vec<&String> = allowed
            .iter()
            .filter(|(module, uses)| !done.contains(module) && uses.iter().all(|used| done.contains(used)))
            .map(|(module, _)| module)
            .collect();
        let open: Vec<&String> = allowed.keys().filter(|module| !done.contains(module)).collect();
        assert!(!free.is_empty(), "a cycle runs through {open:?}");
        done.extend(free);
    }
}

#[test]
fn one_command_never_names_another() {
    let mut wrong = Vec::new();
    for file in book::files_below("src/cli/command", ".rs") {
        let own = module_of(&file);
        let Some(command) = own.get(2) else { continue };
        for path in paths(&book::read(&file), &own) {
            if let [cli, folder, other, ..] = path.as_slice()
                && cli == "cli"
                && folder == "command"
                && other != command
            {
                wrong.push(format!("{file} names {}", path.join("::")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn some_things_happen_in_one_place_only() {
    let rules: [(&[&str], &[&str]); 6] = [
        (&["async ", ".await", "tokio::"], &["src/io/github/network.rs"]),
        (&["println!", "eprintln!", "print!(", "eprint!(", "dbg!"], &[]),
        (&["std::io::stdout()", "std::io::stderr()"], &["src/cli/output.rs", "src/io/env.rs"]),
        (&["std::env::", "env::var", "env::args"], &["src/io/env.rs", "src/main.rs"]),
        (&["Local::now", "Utc::now", "SystemTime::now"], &["src/io/env.rs"]),
        (&[" Command::new(", "process::exit"], &["src/io/git/exec.rs", "src/io/tools/run.rs"]),
    ];
    let mut wrong = Vec::new();
    for file in book::files_below("src", ".rs").iter().filter(|file| !is_test(file)) {
        let text = book::read(file);
        let program = text.split("#[cfg(test)]\nmod ").next().unwrap();
        let source = without_comments_and_texts(program);
        for (words, places) in rules {
            for word in
                words.iter().filter(|word| !places.contains(&file.as_str()) && source.contains(**word))
            {
                wrong.push(format!("{file}: `{word}` belongs to {places:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_integration_test_is_declared() {
    let main = book::read("tests/it/main.rs");
    for file in book::files_below("tests/it", ".rs") {
        let inner = file.strip_prefix("tests/it/").unwrap();
        let name = inner.split(['/', '.']).next().unwrap();
        assert!(
            name == "main" || main.contains(&format!("mod {name};")),
            "tests/it/main.rs does not declare {file}"
        );
    }
}

#[test]
fn the_reader_of_paths_sees_what_the_compiler_sees() {
    let own: Vec<String> = ["domain", "graph", "order"].map(str::to_owned).into();
    let read = |source: &str| -> Vec<String> {
        paths(source, &own).into_iter().map(|path| path.join("::")).collect()
    };
    assert_eq!(
        read("use crate::io::{git::{refs, oid::Oid as O}, env::*};"),
        ["io::git::refs", "io::git::oid::Oid", "io::env"]
    );
    assert_eq!(
        read("fn f() -> crate::cli::app::App { super::network::N::<u8>::new() }"),
        ["cli::app::App", "domain::graph::network::N"]
    );
    assert_eq!(read("// crate::cli\n/* crate::io */ let text = \"crate::cli::app\";"), [""; 0]);
    assert_eq!(
        read("mod tests { use super::super::x; } use super::y;"),
        ["domain::graph::x", "domain::graph::y"]
    );
    assert_eq!(module_of("src/domain/graph/schedule_tests.rs"), ["domain", "graph", "schedule", "tests"]);
    assert_eq!(module_of("src/cli/command/deps/mod.rs"), ["cli", "command", "deps"]);
    let edges = edges();
    assert!(edges["domain::lifecycle"].contains_key("domain::review") && edges.len() > 12, "{edges:?}");
}

/// What each module may use, every row written out.
fn allowed() -> BTreeMap<String, BTreeSet<String>> {
    let rows = book::table("docs/architecture.md", &["module", "may use"]);
    let modules: Vec<String> = rows.iter().map(|row| row[0].clone()).collect();
    rows.iter()
        .map(|row| {
            let names = row[1].split(", ").filter(|name| *name != "–");
            let uses = names.flat_map(|name| {
                let below = format!("{name}::");
                let of: BTreeSet<String> = modules
                    .iter()
                    .filter(|module| *module == name || module.starts_with(&below))
                    .cloned()
                    .collect();
                assert!(!of.is_empty(), "{name} in the row of {} is no module", row[0]);
                of
            });
            (row[0].clone(), uses.collect())
        })
        .collect()
}

/// Which module uses which, with one file that shows it.
fn edges() -> Edges {
    let mut edges = Edges::new();
    for file in book::files_below("src", ".rs") {
        let own = module_of(&file);
        let Some(module) = row_of(&own) else { continue };
        let uses = edges.entry(module.clone()).or_default();
        for path in paths(&book::read(&file), &own) {
            if let Some(used) = row_of(&path).filter(|used| *used != module) {
                uses.entry(used).or_insert_with(|| file.clone());
            }
        }
    }
    edges
}

/// The row that a path belongs to; `None` for the crate's own head.
fn row_of(path: &[String]) -> Option<String> {
    match path {
        [floor, module, ..] if floor != "cli" => Some(format!("{floor}::{module}")),
        [floor, module, ..] if floor == "cli" && module == "render" => Some("cli::render".to_owned()),
        [floor, _, ..] => Some(floor.clone()),
        _ => None,
    }
}

/// The module that a file is: `schedule_tests.rs` is the module `tests` of `schedule`.
fn module_of(file: &str) -> Vec<String> {
    let inner = file.strip_prefix("src/").unwrap().strip_suffix(".rs").unwrap();
    let mut path: Vec<String> = inner.split('/').map(str::to_owned).collect();
    let last = path.pop().unwrap();
    match last.strip_suffix("_tests") {
        Some(tested) => path.extend([tested.to_owned(), "tests".to_owned()]),
        None if ["mod", "lib", "main"].contains(&last.as_str()) => {}
        None => path.push(last),
    }
    path
}

fn is_test(file: &str) -> bool {
    file.ends_with("tests.rs") || file.ends_with("/testing.rs") || file.ends_with("/world.rs")
}

/// All paths of a source that begin at `crate` or `super`, from the crate's root.
fn paths(source: &str, own: &[String]) -> Vec<Vec<String>> {
    let tokens = tokens(&without_comments_and_texts(source));
    let token = |at: usize| tokens.get(at).map_or("", String::as_str);
    let mut found = Vec::new();
    let mut depth = 0_usize;
    let mut inner: Vec<(usize, String)> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match token(at) {
            "mod" if token(at + 2) == "{" => {
                inner.push((depth, token(at + 1).to_owned()));
                at += 1;
            }
            "{" => depth += 1,
            "}" => {
                depth = depth.saturating_sub(1);
                inner.retain(|(opened, _)| *opened < depth);
            }
            "crate" if token(at + 1) == "::" => {
                at = tree(&tokens, at + 2, Vec::new(), &mut found);
                continue;
            }
            "super" if token(at + 1) == "::" => {
                let mut base: Vec<String> = own.to_vec();
                base.extend(inner.iter().map(|(_, name)| name.clone()));
                while token(at) == "super" && token(at + 1) == "::" {
                    base.pop();
                    at += 2;
                }
                at = tree(&tokens, at, base, &mut found);
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// Reads one path, or a group of them, from a place on; gives the place behind it.
fn tree(tokens: &[String], mut at: usize, mut path: Vec<String>, found: &mut Vec<Vec<String>>) -> usize {
    let token = |at: usize| tokens.get(at).map_or("", String::as_str);
    loop {
        let now = token(at);
        if now == "{" {
            at += 1;
            while !["}", ""].contains(&token(at)) {
                at = tree(tokens, at, path.clone(), found);
                while ![",", "}", ""].contains(&token(at)) {
                    at += 1;
                }
                at += usize::from(token(at) == ",");
            }
            return at + 1;
        }
        if !now.starts_with(|first: char| first.is_alphabetic() || first == '_') {
            found.push(path);
            return at + usize::from(now == "*");
        }
        path.push(now.to_owned());
        if token(at + 1) != "::" {
            found.push(path);
            return at + 1;
        }
        at += 2;
    }
}

/// Words, `::`, and every other sign by itself.
fn tokens(source: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut signs = source.chars().peekable();
    while let Some(sign) = signs.next() {
        if sign.is_alphanumeric() || sign == '_' {
            word.push(sign);
            continue;
        }
        if !word.is_empty() {
            tokens.push(std::mem::take(&mut word));
        }
        if sign == ':' && signs.next_if_eq(&':').is_some() {
            tokens.push("::".to_owned());
        } else if !sign.is_whitespace() {
            tokens.push(sign.to_string());
        }
    }
    tokens.extend((!word.is_empty()).then_some(word));
    tokens
}

/// A source without what the compiler does not read as code; texts become `""`.
fn without_comments_and_texts(source: &str) -> String {
    let signs: Vec<char> = source.chars().collect();
    let sign = |at: usize| signs.get(at).copied().unwrap_or('\0');
    let mut code = String::with_capacity(source.len());
    let mut at = 0;
    while at < signs.len() {
        match (sign(at), sign(at + 1)) {
            ('/', '/') => {
                while at < signs.len() && sign(at) != '\n' {
                    at += 1;
                }
            }
            ('/', '*') => {
                at += 2;
                while at < signs.len() && (sign(at), sign(at + 1)) != ('*', '/') {
                    at += 1;
                }
                at += 2;
            }
            ('r', '"' | '#') if !at.checked_sub(1).is_some_and(|before| sign(before).is_alphanumeric()) => {
                let hashes = (1..).take_while(|more| sign(at + more) == '#').count();
                at += 1 + hashes;
                if sign(at) == '"' {
                    at += 1;
                    while at < signs.len()
                        && !(sign(at) == '"' && (1..=hashes).all(|more| sign(at + more) == '#'))
                    {
                        at += 1;
                    }
                    at += 1 + hashes;
                    code.push_str("\"\"");
                }
            }
            ('"', _) => {
                at += 1;
                while at < signs.len() && sign(at) != '"' {
                    at += 1 + usize::from(sign(at) == '\\');
                }
                at += 1;
                code.push_str("\"\"");
            }
            ('\'', '\\') => at += if sign(at + 3) == '\'' { 4 } else { 1 },
            ('\'', _) if sign(at + 2) == '\'' => at += 3,
            (other, _) => {
                code.push(other);
                at += 1;
            }
        }
    }
    code
}
