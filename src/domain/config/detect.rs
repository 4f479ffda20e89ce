//! What layout and id format a repository already has, from the paths of its Markdown files and of the empty files
//! that keep a folder.

use std::collections::BTreeMap;

use crate::domain::model::id::PrdId;
use crate::domain::model::path::RepoPath;
use crate::domain::model::state::State;

/// What was found. Each part is `None` or empty where nothing was.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Detected {
    /// The folder that holds the state folders.
    pub parent: Option<RepoPath>,
    /// The state folders that are there.
    pub folders: BTreeMap<State, RepoPath>,
    /// How many files they hold.
    pub files: usize,
    /// The prefix that most file names have.
    pub prefix: Option<String>,
    /// What stands between that prefix and the number.
    pub separator: String,
    /// The least number of digits of its numbers.
    pub padding: u8,
}

/// The state that a folder's name means, among the names that teams use.
fn state_of_folder(name: &str) -> Option<State> {
    let folded: String = name.chars().filter(|c| c.is_alphabetic()).collect::<String>().to_lowercase();
    Some(match folded.as_str() {
        "draft" | "drafts" | "inbox" | "backlog" | "ideas" | "proposed" => State::Draft,
        "review" | "reviews" | "inreview" => State::Review,
        "ready" | "approved" | "todo" | "planned" => State::Ready,
        "inprogress" | "active" | "doing" | "wip" | "current" => State::InProgress,
        "complete" | "completed" | "done" | "shipped" | "implemented" => State::Complete,
        "archived" | "archive" | "cancelled" => State::Archived,
        _ => return None,
    })
}

/// Looks for the folder whose children are most of all state folders, and for the prefix that most of the Markdown
/// files in them have. A folder is only taken for a layout where it has two state folders or more; one that holds
/// nothing but a `.gitkeep` is one of them.
#[must_use]
pub fn detect(paths: &[RepoPath]) -> Detected {
    let mut layouts: BTreeMap<String, BTreeMap<State, (RepoPath, usize)>> = BTreeMap::new();
    for path in paths {
        let mut folder = path.parent();
        while let Some(here) = folder {
            let parent = here.parent();
            if let Some(state) = state_of_folder(here.file_name()) {
                let key = parent.as_ref().map_or_else(String::new, ToString::to_string);
                let entry = layouts.entry(key).or_default().entry(state).or_insert_with(|| (here.clone(), 0));
                entry.1 += usize::from(is_markdown(path));
                break;
            }
            folder = parent;
        }
    }
    let best = layouts.into_iter().filter(|(_, states)| states.len() >= 2).max_by_key(|(parent, states)| {
        let files: usize = states.values().map(|(_, files)| files).sum();
        (states.len(), files, std::cmp::Reverse(parent.clone()))
    });
    let markdown: Vec<RepoPath> = paths.iter().filter(|path| is_markdown(path)).cloned().collect();
    let Some((parent, states)) = best else { return detect_format(&markdown, Detected::default()) };
    let files: Vec<RepoPath> = markdown
        .iter()
        .filter(|path| states.values().any(|(folder, _)| path.is_below(folder)))
        .cloned()
        .collect();
    let found = Detected {
        parent: RepoPath::new(&parent).ok(),
        folders: states.into_iter().map(|(state, (folder, _))| (state, folder)).collect(),
        files: files.len(),
        ..Detected::default()
    };
    detect_format(&files, found)
}

fn is_markdown(path: &RepoPath) -> bool {
    path.as_str().ends_with(".md")
}

fn detect_format(files: &[RepoPath], mut found: Detected) -> Detected {
    let mut prefixes: BTreeMap<String, (usize, String, usize)> = BTreeMap::new();
    for path in files {
        let stem = path.file_stem();
        let Some(end) = stem.find(|c: char| c.is_ascii_digit()) else { continue };
        let digits = stem[end..].chars().take_while(char::is_ascii_digit).count();
        let Some(id) = PrdId::parse(&stem[..end + digits]) else { continue };
        let separator = stem[id.prefix().len()..end].to_owned();
        let entry = prefixes.entry(id.prefix().to_uppercase()).or_insert((0, separator, digits));
        entry.0 += 1;
        entry.2 = entry.2.min(digits);
    }
    let best =
        prefixes.into_iter().max_by_key(|(prefix, (count, ..))| (*count, std::cmp::Reverse(prefix.clone())));
    if let Some((prefix, (count, separator, padding))) = best
        && (count >= 2 || !found.folders.is_empty())
    {
        found.prefix = Some(prefix);
        found.separator = separator;
        found.padding = u8::try_from(padding.clamp(1, 6)).unwrap_or(3);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(names: &[&str]) -> Vec<RepoPath> {
        names.iter().map(|name| RepoPath::new(name).unwrap()).collect()
    }

    #[test]
    fn finds_a_foreign_layout_and_its_format() {
        let found = detect(&paths(&[
            "README.md",
            "wiki/inbox/idea.md",
            "wiki/active/prd-003-c.md",
            "wiki/completed/2025/prd-001-a.md",
            "wiki/completed/prd-002-b.md",
            "docs/done/x.md",
        ]));
        assert_eq!(found.parent, Some(RepoPath::new("wiki").unwrap()));
        assert_eq!(found.folders[&State::InProgress].as_str(), "wiki/active");
        assert_eq!(found.folders[&State::Complete].as_str(), "wiki/completed");
        assert_eq!((found.prefix.as_deref(), found.separator.as_str(), found.padding), (Some("PRD"), "-", 3));
        assert_eq!(found.files, 4);
    }

    #[test]
    fn a_kept_empty_folder_belongs_to_the_layout() {
        let found = detect(&paths(&["active/.gitkeep", "completed/.gitkeep", "completed/prd-001-a.md"]));
        assert_eq!(found.folders[&State::InProgress].as_str(), "active");
        assert_eq!((found.files, found.prefix.as_deref()), (1, Some("PRD")));
    }

    #[test]
    fn one_folder_is_no_layout() {
        assert_eq!(detect(&paths(&["docs/archive/old.md", "README.md"])), Detected::default());
    }
}
