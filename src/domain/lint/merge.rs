//! What a merge brings: findings of its result that were not there before it.

use std::collections::{BTreeMap, BTreeSet};

use super::rules;
use crate::domain::config::schema::Directories;
use crate::domain::graph::dependencies::{Graph, GraphFacts};
use crate::domain::model::finding::{Finding, Place, Severity};
use crate::domain::model::path::RepoPath;
use crate::domain::model::portfolio::Portfolio;

/// A path that a merge leaves in conflict.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Conflicted {
    /// The path.
    pub path: RepoPath,
    /// 1: the common ancestor has it; 2: the side that is merged into; 3: the side that is merged.
    pub stage: u8,
}

/// Findings about ids, states and dependencies of `after` that `before` does not have, by place.
///
/// Only what a merge can break without any mark in a text is looked for: an id twice, a PRD in two folders,
/// dependencies that go round or lead nowhere.
#[must_use]
pub fn brought(before: &Portfolio, after: &Portfolio) -> Vec<Finding> {
    let known: BTreeSet<(&'static str, String)> =
        structural(before).into_iter().map(|(key, finding)| (finding.rule, key)).collect();
    let mut findings: Vec<Finding> = structural(after)
        .into_iter()
        .filter(|(key, finding)| !known.contains(&(finding.rule, key.clone())))
        .map(|(_, finding)| finding)
        .collect();
    findings.sort_by(|a, b| (&a.place, a.rule, &a.message).cmp(&(&b.place, b.rule, &b.message)));
    findings
}

/// Each finding with what makes it the same before and after: lines may have moved.
fn structural(portfolio: &Portfolio) -> Vec<(String, Finding)> {
    let facts = GraphFacts { resolution: true, ..GraphFacts::default() };
    let graph = Graph::build(portfolio, &facts);
    let cycles = graph.cycles().iter().map(|cycle| (cycle.way(&graph), cycle.finding(&graph)));
    let others = graph.problems().iter().filter(|finding| finding.rule != "dependency-cycle").cloned();
    let doubles = rules::duplicate_ids(portfolio);
    let plain =
        others.chain(doubles).map(|finding| (format!("{} {}", finding.place.path, finding.message), finding));
    cycles.chain(plain).collect()
}

/// What a merge leaves for a person to settle among PRDs: a PRD that both sides have moved is an error, because nothing
/// in any text shows it; a text that both have changed is a warning.
#[must_use]
pub fn conflicts(directories: &Directories, entries: &[Conflicted]) -> Vec<Finding> {
    let mut by_name: BTreeMap<&str, Vec<&Conflicted>> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| directories.state_of(&entry.path).is_some()) {
        by_name.entry(entry.path.file_name()).or_default().push(entry);
    }
    let mut findings = Vec::new();
    for (name, entries) in by_name {
        let at = |stage: u8| entries.iter().find(|entry| entry.stage == stage).map(|entry| &entry.path);
        let (Some(ours), Some(theirs)) = (at(2), at(3)) else {
            if let Some(first) = entries.first() {
                let place = Place::line(first.path.clone(), 1);
                let message = format!("one side deletes or moves {name}, and the other changes it");
                findings.push(Finding::new("merge-conflict", Severity::Warning, place, message));
            }
            continue;
        };
        let place = Place::line(ours.clone(), 1);
        if ours == theirs {
            let message = "both sides change the same lines".to_owned();
            findings.push(Finding::new("merge-conflict", Severity::Warning, place, message));
            continue;
        }
        let message = format!("the other side moves this PRD to {theirs}");
        findings.push(
            Finding::new("moved-twice", Severity::Error, place, message)
                .hint("prd resolve settles it in the middle of the merge, where one move follows the other"),
        );
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::markdown::read::{Reading, read_prd};
    use crate::domain::model::id::IdFormat;
    use crate::domain::model::prd::Prd;
    use crate::domain::model::state::State;

    fn portfolio(files: &[(State, &str, &str)]) -> Portfolio {
        let prds: Vec<Prd> = files
            .iter()
            .map(|(state, name, header)| {
                let path = RepoPath::new(&format!("docs/prds/{state}/{name}.md")).unwrap();
                match read_prd(&path, *state, format!("# X\n\n{header}\n").as_bytes(), &IdFormat::default()) {
                    Reading::Prd(prd) => *prd,
                    Reading::Stray(stray) => panic!("{stray:?}"),
                }
            })
            .collect();
        Portfolio::new(IdFormat::default(), prds, Vec::new(), Vec::new())
    }

    fn rules(before: &[(State, &str, &str)], after: &[(State, &str, &str)]) -> Vec<&'static str> {
        let mut rules: Vec<&str> =
            brought(&portfolio(before), &portfolio(after)).into_iter().map(|finding| finding.rule).collect();
        rules.dedup();
        rules
    }

    #[test]
    fn what_the_merge_breaks_is_found_and_what_was_broken_is_not() {
        let one = (State::Draft, "PRD-001-one", "");
        let two = (State::Ready, "PRD-001-two", "");
        let there = (State::Ready, "PRD-001-one", "");
        assert_eq!(rules(&[one], &[one, two]), ["duplicate-id"]);
        assert_eq!(rules(&[one], &[one, there]), ["duplicate-id"]);
        assert_eq!(rules(&[one, two], &[one, two]), [""; 0]);
        let on_two = (State::Draft, "PRD-001-one", "**Depends On**: PRD-002");
        let on_one = (State::Draft, "PRD-002-two", "**Depends On**: PRD-001");
        let moved = (State::Draft, "PRD-002-two", "\n\n**Depends On**: PRD-001");
        assert_eq!(rules(&[on_two], &[on_two, on_one]), ["dependency-cycle"]);
        assert_eq!(rules(&[on_two, on_one], &[on_two, moved]), [""; 0]);
    }

    #[test]
    fn two_moves_are_told_from_two_edits() {
        let entry = |path: &str, stage| Conflicted { path: RepoPath::new(path).unwrap(), stage };
        let found = conflicts(
            &Directories::default(),
            &[
                entry("docs/prds/review/PRD-001-a.md", 1),
                entry("docs/prds/ready/PRD-001-a.md", 2),
                entry("docs/prds/draft/PRD-001-a.md", 3),
                entry("docs/prds/ready/PRD-002-b.md", 1),
                entry("docs/prds/ready/PRD-002-b.md", 2),
                entry("docs/prds/ready/PRD-002-b.md", 3),
                entry("src/main.rs", 2),
                entry("src/main.rs", 3),
            ],
        );
        let found: Vec<(&str, Severity)> =
            found.iter().map(|finding| (finding.rule, finding.severity)).collect();
        assert_eq!(found, [("moved-twice", Severity::Error), ("merge-conflict", Severity::Warning)]);
    }
}
