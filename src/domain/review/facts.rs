//! What a review must be told because the text alone does not say it: the other PRDs, and which files exist.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::graph::dependencies::Graph;
use crate::domain::markdown::links::{Anchors, links, local_parts, may_have_local_links};
use crate::domain::markdown::outline::Outline;
use crate::domain::model::finding::Finding;
use crate::domain::model::path::RepoPath;

/// Facts from outside of the text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// What is wrong with the dependencies that this PRD declares, at their lines.
    pub dependencies: Vec<Finding>,
    /// Links that lead nowhere, by their target as written.
    pub dead_links: BTreeMap<String, DeadLink>,
}

/// Why a link leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeadLink {
    /// There is no such file.
    NoFile,
    /// The file is there, and has no such anchor.
    NoAnchor,
    /// The PRD lies in another folder now; how a link from here is written.
    Moved(String),
}

/// Rules of the graph that concern the PRD that declares the dependency.
const DEPENDENCY_RULES: [&str; 2] = ["unknown-dependency", "self-dependency"];

/// What the graph finds wrong with the dependencies of PRDs, by their files.
///
/// A way round is found in every PRD on it, at the line where that one says that it waits for the next.
#[must_use]
pub fn of_graph(graph: &Graph<'_>) -> BTreeMap<RepoPath, Vec<Finding>> {
    let mut found: BTreeMap<RepoPath, Vec<Finding>> = BTreeMap::new();
    for finding in graph.problems().iter().filter(|finding| DEPENDENCY_RULES.contains(&finding.rule)) {
        found.entry(finding.place.path.clone()).or_default().push(finding.clone());
    }
    for cycle in graph.cycles().iter().filter(|cycle| !cycle.soft) {
        let mut seen: BTreeSet<&RepoPath> = BTreeSet::new();
        for place in cycle.places.iter().filter(|place| seen.insert(&place.path)) {
            let finding = Finding { place: place.clone(), ..cycle.finding(graph) };
            found.entry(place.path.clone()).or_default().push(finding);
        }
    }
    found
}

/// Links of a text that lead nowhere.
///
/// `look` says of a path as written, with the anchor wanted there, why it leads nowhere; `None` where it leads
/// somewhere. Anchors of the text itself are looked up here.
#[must_use]
pub fn dead_links(
    text: &str,
    look: impl Fn(&str, Option<&str>) -> Option<DeadLink>,
) -> BTreeMap<String, DeadLink> {
    let mut own: Option<Anchors> = None;
    let mut dead = BTreeMap::new();
    if !may_have_local_links(text) {
        return dead;
    }
    for link in links(text) {
        let Some((path, anchor)) = local_parts(&link.target) else { continue };
        let found = match anchor {
            Some(anchor) if path.is_empty() => {
                let own = own.get_or_insert_with(|| Anchors::of(text, &Outline::parse(text)));
                (!own.has(&anchor)).then_some(DeadLink::NoAnchor)
            }
            anchor => look(&path, anchor.as_deref()),
        };
        if let Some(why) = found {
            dead.insert(link.target, why);
        }
    }
    dead
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_anchors_need_no_files() {
        let text = "# A\n\n## Scope\n\n[s](#scope) [x](#none) [y](b.md#z) [w](https://a.b)\n";
        let dead = dead_links(text, |path, anchor| {
            assert_eq!((path, anchor), ("b.md", Some("z")));
            Some(DeadLink::NoFile)
        });
        let names: Vec<_> = dead.iter().map(|(target, why)| (target.as_str(), why.clone())).collect();
        assert_eq!(names, [("#none", DeadLink::NoAnchor), ("b.md#z", DeadLink::NoFile)]);
    }
}
