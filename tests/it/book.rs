//! The project's own files as the tests see them: read, compared with what the code says, and written anew.
//!
//! Pages that follow from the code are compared with it; `PRD_UPDATE_DOCS=1 cargo test` writes them instead.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// The project's folder.
pub(super) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The text of one of the project's files.
#[track_caller]
pub(super) fn read(path: &str) -> String {
    fs_err::read_to_string(root().join(path)).unwrap()
}

/// All files below one of the project's folders with this ending, as paths from the project's folder, sorted.
pub(super) fn files_below(folder: &str, ending: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut open: Vec<PathBuf> = vec![root().join(folder)];
    while let Some(folder) = open.pop() {
        for entry in fs_err::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.to_str().unwrap().ends_with(ending) {
                let path = path.strip_prefix(root()).unwrap();
                found.push(path.to_str().unwrap().replace('\\', "/"));
            }
        }
    }
    found.sort();
    found
}

/// Compares a whole file with what the code says it is.
#[track_caller]
pub(super) fn assert_file(path: &str, expected: &str) {
    if updates() {
        fs_err::write(root().join(path), expected).unwrap();
    }
    let found = fs_err::read_to_string(root().join(path)).unwrap_or_default();
    assert_same(path, &found, expected);
}

/// Held while a part of a page is written: the tests of its other parts run at the same time.
static WRITING: Mutex<()> = Mutex::new(());

/// Compares the part of a page between `<!-- generated: NAME -->` and `<!-- end: NAME -->`.
#[track_caller]
pub(super) fn assert_region(path: &str, name: &str, expected: &str) {
    let (begin, end) = (format!("<!-- generated: {name} -->\n"), format!("<!-- end: {name} -->"));
    let _writing = updates().then(|| WRITING.lock());
    let text = read(path);
    let (head, rest) = text.split_once(&begin).unwrap_or_else(|| panic!("{path} has no region {name}"));
    let (body, tail) = rest.split_once(&end).unwrap_or_else(|| panic!("{path} does not end region {name}"));
    let expected = format!("\n{}\n\n", expected.trim_matches('\n'));
    if updates() {
        fs_err::write(root().join(path), format!("{head}{begin}{expected}{end}{tail}")).unwrap();
        return;
    }
    assert_same(&format!("{path}, region {name}"), body, &expected);
}

#[expect(clippy::disallowed_methods, reason = "a test reads whether its files are to be written anew")]
fn updates() -> bool {
    std::env::var_os("PRD_UPDATE_DOCS").is_some()
}

#[track_caller]
fn assert_same(what: &str, found: &str, expected: &str) {
    if found == expected {
        return;
    }
    let line = found.lines().zip(expected.lines()).take_while(|(a, b)| a == b).count();
    let show = |text: &str| text.lines().nth(line).unwrap_or("(nothing)").to_owned();
    panic!(
        "{what} differs from what the code says, first in line {}:\n  there: {}\n  code:  {}\n\
         PRD_UPDATE_DOCS=1 cargo test --test it writes it anew",
        line + 1,
        show(found),
        show(expected)
    );
}

/// The rows of the first table of a page whose head row begins with these cells, without markup of code.
#[track_caller]
pub(super) fn table(path: &str, head: &[&str]) -> Vec<Vec<String>> {
    let text = read(path);
    let cells = |line: &str| -> Vec<String> {
        let line = line.trim().trim_start_matches('|').trim_end_matches('|');
        line.split(" | ").map(|cell| cell.trim().replace('`', "")).collect()
    };
    let is_head = |line: &str| {
        let found = cells(line);
        line.starts_with('|') && found.len() >= head.len() && head.iter().zip(&found).all(|(a, b)| a == b)
    };
    let rows: Vec<Vec<String>> = text
        .lines()
        .skip_while(|line| !is_head(line))
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .map(cells)
        .collect();
    assert!(!rows.is_empty(), "{path} has no table with the head {head:?}");
    rows
}
