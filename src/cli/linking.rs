//! Where links of PRDs lead: which files are there, and which PRDs lie in another folder now.

use std::collections::{BTreeMap, HashMap};

use super::session::{Reading, Session};
use crate::domain::markdown::links::Anchors;
use crate::domain::markdown::outline::Outline;
use crate::domain::model::finding::Finding;
use crate::domain::model::path::RepoPath;
use crate::domain::model::prd::Prd;
use crate::domain::review::facts::{DeadLink, Facts, dead_links, of_graph};

/// Everything that a review is told besides the text, gathered once for a command.
pub(super) struct Surroundings<'a> {
    session: &'a Session,
    /// What the graph of all PRDs finds wrong, by their files.
    dependencies: BTreeMap<RepoPath, Vec<Finding>>,
    /// The PRDs' files by their names.
    files: HashMap<&'a str, Vec<&'a RepoPath>>,
}

impl<'a> Surroundings<'a> {
    /// Gathers them.
    pub(super) fn new(session: &'a Session, reading: &'a Reading) -> Self {
        let mut files: HashMap<&str, Vec<&RepoPath>> = HashMap::new();
        for prd in reading.portfolio.prds() {
            files.entry(prd.path.file_name()).or_default().push(&prd.path);
        }
        Self { session, dependencies: of_graph(&reading.graph(session.config())), files }
    }

    /// What a review of a PRD's text is told.
    pub(super) fn facts(&self, prd: &Prd, text: &str) -> Facts {
        let dependencies = self.dependencies.get(&prd.path).cloned().unwrap_or_default();
        Facts { dependencies, dead_links: self.dead(prd, text) }
    }

    /// The dead links of a PRD's text.
    pub(super) fn dead(&self, prd: &Prd, text: &str) -> BTreeMap<String, DeadLink> {
        dead_links(text, |path, anchor| self.look(&prd.path, path, anchor))
    }

    /// Why a link leads nowhere; `None` where it leads somewhere, or nobody can tell.
    fn look(&self, from: &RepoPath, link: &str, anchor: Option<&str>) -> Option<DeadLink> {
        let path = linked_path(from.parent().as_ref(), link)?;
        if !self.session.files().is_there(&path) {
            if is_page_of_forge(link) {
                return None;
            }
            let moved = self.files.get(path.file_name()).and_then(|files| match files.as_slice() {
                [now] => Some(DeadLink::Moved(relative(from, now))),
                _ => None,
            });
            return Some(moved.unwrap_or(DeadLink::NoFile));
        }
        let anchor = anchor.filter(|_| path.as_str().ends_with(".md"))?;
        let text = String::from_utf8(self.session.files().read(&path).ok()??).ok()?;
        let has = Anchors::of(&text, &Outline::parse(&text)).has(anchor);
        (!has).then_some(DeadLink::NoAnchor)
    }
}

/// True for links such as `../../issues/7`, which lead to pages of the forge that shows the file, and for `/pricing`, a
/// page of some site.
fn is_page_of_forge(link: &str) -> bool {
    const PAGES: [&str; 11] = [
        "issues",
        "pull",
        "pulls",
        "wiki",
        "discussions",
        "releases",
        "commit",
        "commits",
        "compare",
        "actions",
        "projects",
    ];
    let name = link.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    link.split('/').any(|part| PAGES.contains(&part)) && !name.contains('.')
        || link.starts_with('/') && !name.contains('.')
}

/// A link in a PRD as a path of the repository: relative to the PRD's folder, or to the root.
pub(super) fn linked_path(folder: Option<&RepoPath>, link: &str) -> Option<RepoPath> {
    let link = link.split(['#', '?']).next().unwrap_or_default();
    if link.is_empty() || link.contains("://") {
        return None;
    }
    let mut parts: Vec<&str> = match folder {
        Some(folder) if !link.starts_with('/') => folder.as_str().split('/').collect(),
        _ => Vec::new(),
    };
    for part in link.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    RepoPath::new(&parts.join("/")).ok()
}

/// How a file links to another one.
fn relative(from: &RepoPath, to: &RepoPath) -> String {
    let parent = from.parent();
    let base: Vec<&str> =
        parent.as_ref().map_or_else(Vec::new, |folder| folder.as_str().split('/').collect());
    let target: Vec<&str> = to.as_str().split('/').collect();
    let shared = base.iter().zip(&target).take_while(|(a, b)| a == b).count();
    let up = vec![".."; base.len() - shared];
    let down = target.get(shared..).unwrap_or_default();
    up.into_iter().chain(down.iter().copied()).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_between_files() {
        let path = |text: &str| RepoPath::new(text).unwrap();
        let from = path("docs/prds/draft/SVC-1-a.md");
        assert_eq!(relative(&from, &path("docs/prds/complete/SVC-2-b.md")), "../complete/SVC-2-b.md");
        assert_eq!(relative(&from, &path("docs/prds/draft/x/SVC-2-b.md")), "x/SVC-2-b.md");
        assert_eq!(relative(&path("SVC-1-a.md"), &from), "docs/prds/draft/SVC-1-a.md");
        let folder = from.parent();
        assert_eq!(linked_path(folder.as_ref(), "../x/./y.md#z"), Some(path("docs/prds/x/y.md")));
        assert_eq!(linked_path(folder.as_ref(), "/docs/y.md"), Some(path("docs/y.md")));
        assert_eq!(linked_path(folder.as_ref(), "../../../../y.md"), None);
    }

    #[test]
    fn pages_of_a_forge_are_no_files() {
        for link in ["../../issues/7", "../../../wiki/Home", "/pricing", "../../pull/3/"] {
            assert!(is_page_of_forge(link), "{link}");
        }
        for link in ["../issues/notes.md", "x.md", "/docs/x.md", "../complete/"] {
            assert!(!is_page_of_forge(link), "{link}");
        }
    }
}
