//! The files that a PRD says it will create or change.

use super::document::Document;
use super::outline::{Block, BlockKind};
use crate::domain::model::field::FieldName;

/// Paths, in their order, each once: from sections such as "Files to Create/Modify" and "File Structure", and from
/// tables of tasks, where a path that is the tail of another one is the other one.
pub(super) fn files(document: &Document<'_>) -> Vec<String> {
    let mut files = Files::default();
    let mut named = Files::default();
    let sections: Vec<bool> = document.names.iter().map(|name| names_files(name)).collect();
    let mut in_tasks = false;
    for block in &document.outline.blocks {
        let in_section = block.heading.is_some_and(|at| under_files(document, &sections, at));
        match &block.kind {
            BlockKind::TableHeader { cells } => {
                in_tasks = cells.iter().any(|cell| {
                    matches!(FieldName::fold(&cell.text), FieldName::Other(name) if name == "task" || name == "tasks")
                });
            }
            BlockKind::TableRow { .. } if in_section => files.of_code_spans(document, block),
            BlockKind::TableRow { .. } if in_tasks => named.of_code_spans(document, block),
            BlockKind::Code { .. } if in_section => files.of_tree(document.source(block)),
            BlockKind::ListItem { .. } | BlockKind::Paragraph if in_section => {
                let before = files.found.len();
                files.of_code_spans(document, block);
                let first = block.text.split_whitespace().next().unwrap_or_default();
                if files.found.len() == before && matches!(block.kind, BlockKind::ListItem { .. }) {
                    files.add(first.trim_end_matches([':', ',']));
                }
            }
            BlockKind::TableRow { .. }
            | BlockKind::Code { .. }
            | BlockKind::ListItem { .. }
            | BlockKind::Paragraph
            | BlockKind::Quote
            | BlockKind::Html => {}
        }
    }
    for path in named.found {
        let is_tail =
            |known: &String| known.strip_suffix(path.as_str()).is_some_and(|head| head.ends_with('/'));
        if !files.found.iter().any(is_tail) {
            files.add(&path);
        }
    }
    files.found
}

pub(super) fn names_files(name: &str) -> bool {
    let about = name.split(' ').any(|word| matches!(word, "file" | "files"));
    about
        && name.split(' ').any(|word| {
            matches!(
                word,
                "create"
                    | "created"
                    | "modify"
                    | "modified"
                    | "change"
                    | "changed"
                    | "changes"
                    | "touch"
                    | "touched"
                    | "affected"
                    | "new"
                    | "structure"
                    | "update"
                    | "updated"
                    | "edit"
                    | "key"
                    | "add"
                    | "delete"
                    | "map"
            )
        })
}

/// True for a heading that names files and for those below it.
fn under_files(document: &Document<'_>, sections: &[bool], at: usize) -> bool {
    if sections.get(at).copied().unwrap_or(false) {
        return true;
    }
    let Some(start) = document.outline.headings.get(at).map(|heading| heading.span.start) else {
        return false;
    };
    document
        .outline
        .headings
        .iter()
        .zip(sections)
        .take(at)
        .any(|(above, names)| *names && above.section.contains(&start))
}

#[derive(Default)]
struct Files {
    found: Vec<String>,
}

impl Files {
    fn add(&mut self, path: &str) {
        let path = path.trim().trim_start_matches("./");
        if is_path(path) && !self.found.iter().any(|known| known == path) {
            self.found.push(path.to_owned());
        }
    }

    fn of_code_spans(&mut self, document: &Document<'_>, block: &Block) {
        for span in &block.code_spans {
            let source = document.text.get(span.clone()).unwrap_or_default();
            self.add(source.trim_matches('`'));
        }
    }

    /// A tree as `tree` draws it, or plain paths, one on each line; comments behind `#` are left out.
    fn of_tree(&mut self, text: &str) {
        let mut folders: Vec<(usize, String)> = Vec::new();
        for line in text.lines() {
            let name = line.trim_start_matches(['│', '├', '└', '─', ' ', '\u{a0}', '\t', '|', '`', '-', '+']);
            let indent = line.chars().count() - name.chars().count();
            let name = name.split(" #").next().unwrap_or_default();
            let name = name.split([' ', '\t', '←', '#']).next().unwrap_or_default().trim();
            if name.is_empty() {
                continue;
            }
            while folders.last().is_some_and(|(depth, _)| *depth >= indent) {
                folders.pop();
            }
            let path =
                folders.last().map_or_else(|| name.to_owned(), |(_, folder)| format!("{folder}{name}"));
            if name.ends_with('/') {
                folders.push((indent, path.trim_start_matches("./").to_owned()));
            } else {
                self.add(&path);
            }
        }
    }
}

/// True for a text that names a file: no spaces, and an ending or a known name.
fn is_path(text: &str) -> bool {
    let allowed = |c: char| {
        c.is_alphanumeric() || matches!(c, '/' | '.' | '-' | '_' | '@' | '[' | ']' | '(' | ')' | '+' | '$')
    };
    let name = text.rsplit('/').next().unwrap_or_default();
    let ending = name.rsplit_once('.').map(|(_, ending)| ending);
    let has_ending = ending.is_some_and(|ending| {
        (1..=10).contains(&ending.len())
            && ending.starts_with(|c: char| c.is_ascii_alphabetic())
            && ending.chars().all(|c| c.is_ascii_alphanumeric())
    });
    let is_known =
        matches!(name, "Makefile" | "Dockerfile" | "Justfile" | "Gemfile" | "Procfile" | "LICENSE");
    let call = name.ends_with(')') || text.contains("..") || text.contains("()");
    let in_folder_or_file = text.contains('/') || has_ending;
    text.len() <= 200
        && text.chars().all(allowed)
        && in_folder_or_file
        && (has_ending || is_known)
        && !call
        && !text.starts_with('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        files(&Document::new(text))
    }

    #[test]
    fn reads_lists_tables_and_trees() {
        let text = "# T\n\n## Files to Create/Modify\n\n- `src/a.rs` — new\n- src/b.rs: changed\n- the `README.md`\n- not a file\n\n\
### Later\n\n| File | Why |\n|---|---|\n| `src/c.rs` | x |\n\n## File Structure\n\n```\npackages/shared/\n├── types/\n│   └── index.ts   # MODIFIED\n\
└── package.json\n\napps/web/\n└── next.config.js\n```\n\n## Tasks\n\n| # | Task |\n|---|---|\n| 1 | Update `src/a.rs` and `src/d.rs`, run `npm i` |\n\n## Else\n\n- `src/no.rs`\n";
        assert_eq!(
            read(text),
            [
                "src/a.rs",
                "src/b.rs",
                "README.md",
                "src/c.rs",
                "packages/shared/types/index.ts",
                "packages/shared/package.json",
                "apps/web/next.config.js",
                "src/d.rs",
            ]
        );
    }

    #[test]
    fn code_is_not_a_file() {
        for text in
            ["ctx.session()", "a b.rs", "/auth/login", "v1.0", "foo", "https://x.y/z", "../up.rs", "src/"]
        {
            assert!(!is_path(text), "{text}");
        }
    }
}
