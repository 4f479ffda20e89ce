//! What is wrong with the PRDs of a commit that is about to be made.
//!
//! Only what this commit does counts: what was wrong before it, elsewhere or in the same file, stops nobody.

use std::collections::BTreeSet;

use crate::domain::graph::dependencies::{Graph, GraphFacts};
use crate::domain::lifecycle::table::Transition;
use crate::domain::model::finding::{Finding, Place, Severity};
use crate::domain::model::id::PrdId;
use crate::domain::model::path::RepoPath;
use crate::domain::model::portfolio::Portfolio;
use crate::domain::model::prd::Prd;
use crate::domain::model::state::State;

/// What a commit is judged from.
#[derive(Debug)]
pub struct Staged<'a> {
    /// Of the portfolio as the commit will have it all PRDs that are written or have the id of one that is; the whole
    /// portfolio where dependencies may go round.
    pub after: &'a Portfolio,
    /// False where it is known that no way round leads through a written PRD.
    pub may_go_round: bool,
    /// The PRDs of files that the commit changes, moves or deletes, as they are before it.
    pub before: &'a [Prd],
    /// The files that the commit writes.
    pub written: &'a BTreeSet<RepoPath>,
    /// Written files with a conflict mark, and its line.
    pub conflicts: &'a [(RepoPath, usize)],
    /// Ids that other branches have, with a file that has each.
    pub elsewhere: &'a [(PrdId, RepoPath)],
    /// True where a review has a folder of its own.
    pub has_review: bool,
    /// False in the middle of a merge, a cherry-pick or a revert, which bring moves that were made elsewhere.
    pub judges_moves: bool,
}

/// All findings, by place. Errors are what stops the commit.
#[must_use]
pub fn findings(staged: &Staged<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for problem in &staged.after.problems {
        if staged.written.contains(&problem.place.path) {
            findings.push(problem.clone());
        }
    }
    for (path, line) in staged.conflicts {
        let place = Place::line(path.clone(), *line);
        let message = "a mark of a merge conflict is left".to_owned();
        findings.push(
            Finding::new("conflict-mark", Severity::Error, place, message)
                .hint("settle it, and git add the file"),
        );
    }
    for stray in staged.after.strays.iter().filter(|stray| staged.written.contains(&stray.path)) {
        let message = format!("`{}` lies in {} and has no id", stray.title, stray.state);
        let place = Place::line(stray.path.clone(), 1);
        findings.push(
            Finding::new("no-id", Severity::Warning, place, message)
                .hint(format!("prd adopt {}", stray.path)),
        );
    }
    for prd in staged.after.prds().iter().filter(|prd| staged.written.contains(&prd.path)) {
        findings.extend(prd.problems.iter().filter(|problem| problem.severity == Severity::Error).cloned());
        findings.extend(staged.double(prd));
        findings.extend(staged.moved(prd));
    }
    findings.extend(staged.closed_cycles());
    findings.sort_by(|a, b| (&a.place, a.rule, &a.message).cmp(&(&b.place, b.rule, &b.message)));
    findings.dedup();
    findings
}

/// True where a commit changes nothing that another PRD could make wrong: each file that it writes was there, and has the
/// id that it had and says the same of others. `before` and `after` are the PRDs of these files.
#[must_use]
pub fn keeps_ties(before: &Portfolio, after: &Portfolio, written: &BTreeSet<RepoPath>) -> bool {
    written.iter().all(|path| {
        match [before, after].map(|all| all.prds().iter().find(|prd| prd.path == *path)) {
            [Some(before), Some(after)] => before.id == after.id && says_the_same(before, after),
            [None, after] => after.is_none(),
            [Some(_), None] => false,
        }
    })
}

/// True where two texts of a PRD say the same of others, in whatever lines.
fn says_the_same(one: &Prd, other: &Prd) -> bool {
    let told = |prd: &Prd| {
        let declared = prd.dependencies.iter();
        let declared = declared.map(|declared| (declared.id.clone(), declared.direction, declared.kind));
        (declared.collect::<Vec<_>>(), prd.parent.clone(), prd.children.clone(), prd.superseded_by.clone())
    };
    told(one) == told(other)
}

impl Staged<'_> {
    /// True where the file had this id before the commit.
    fn had(&self, path: &RepoPath, id: &PrdId) -> bool {
        !self.written.contains(path) || self.before.iter().any(|old| old.path == *path && old.id == *id)
    }

    fn double(&self, prd: &Prd) -> Option<Finding> {
        let others: Vec<&Prd> =
            self.after.prds().iter().filter(|other| other.id == prd.id && other.path != prd.path).collect();
        let place = Place::line(prd.path.clone(), 1);
        if let Some(first) = others.first() {
            if self.had(&prd.path, &prd.id) && others.iter().all(|other| self.had(&other.path, &prd.id)) {
                return None;
            }
            let names: Vec<&str> = others.iter().map(|other| other.path.as_str()).collect();
            let hint = if first.path.file_name() == prd.path.file_name() {
                "a PRD lies in one folder: git rm the one that is out of date, or prd resolve".to_owned()
            } else {
                format!("give one of them another id: git mv {} to a free number, or prd resolve", prd.path)
            };
            let message = format!("{} is also the id of {}", prd.id, names.join(", "));
            return Some(Finding::new("duplicate-id", Severity::Error, place, message).hint(hint));
        }
        let is_new = !self.before.iter().any(|old| old.id == prd.id);
        let (_, taken) = self
            .elsewhere
            .iter()
            .find(|(id, path)| is_new && *id == prd.id && path.file_name() != prd.path.file_name())?;
        let message = format!("{} is new here, and another branch has that id for {taken}", prd.id);
        Some(
            Finding::new("duplicate-id", Severity::Error, place, message)
                .hint("take a free number: prd new reserves one"),
        )
    }

    fn moved(&self, prd: &Prd) -> Option<Finding> {
        if !self.judges_moves || self.before.iter().any(|old| old.path == prd.path) {
            return None;
        }
        let stays = |path: &RepoPath| self.after.prds().iter().any(|now| now.path == *path);
        let place = Place::line(prd.path.clone(), 1);
        let Some(old) = self.before.iter().find(|old| old.id == prd.id && !stays(&old.path)) else {
            let is_new = !self.before.iter().any(|old| old.id == prd.id);
            return (is_new && prd.state != State::Draft).then(|| {
                let message =
                    format!("{} is new and lies in {}: a new PRD begins in draft", prd.id, prd.state);
                Finding::new("illegal-move", Severity::Warning, place, message)
                    .hint("prd new makes one; a collection from elsewhere may be committed as it is")
            });
        };
        let (from, to) = (old.state, prd.state);
        if from == to || leads(from, to, self.has_review) {
            return None;
        }
        let message = format!("{} moves from {from} to {to}, and no transition leads there", prd.id);
        Some(
            Finding::new("illegal-move", Severity::Error, place, message)
                .hint(format!("from {from} these lead on: {}", ways(prd, from, self.has_review))),
        )
    }

    /// Cycles that run through a written PRD and were not there before.
    fn closed_cycles(&self) -> Vec<Finding> {
        let has_edges = |prd: &&Prd| {
            self.written.contains(&prd.path)
                && !(prd.dependencies.is_empty() && prd.parent.is_none() && prd.children.is_empty())
        };
        if !self.may_go_round || !self.after.prds().iter().any(|prd| has_edges(&prd)) {
            return Vec::new();
        }
        let facts = GraphFacts { resolution: true, ..GraphFacts::default() };
        let graph = Graph::build(self.after, &facts);
        let through_written =
            |nodes: &[usize]| nodes.iter().any(|node| self.written.contains(&graph.prd(*node).path));
        let ways: Vec<(String, Finding)> = graph
            .cycles()
            .iter()
            .filter(|cycle| !cycle.soft && through_written(&cycle.nodes))
            .map(|cycle| (cycle.way(&graph), cycle.finding(&graph)))
            .collect();
        if ways.is_empty() {
            return Vec::new();
        }
        let mut prds: Vec<Prd> =
            self.after.prds().iter().filter(|prd| !self.written.contains(&prd.path)).cloned().collect();
        prds.extend(self.before.iter().cloned());
        let before = Portfolio::new(self.after.format().clone(), prds, Vec::new(), Vec::new());
        let graph = Graph::build(&before, &facts);
        let known: BTreeSet<String> = graph.cycles().iter().map(|cycle| cycle.way(&graph)).collect();
        ways.into_iter().filter(|(way, _)| !known.contains(way)).map(|(_, finding)| finding).collect()
    }
}

/// True where one transition leads from one state to the other, in a layout with or without a folder for reviews.
#[must_use]
pub fn leads(from: State, to: State, has_review: bool) -> bool {
    Transition::ALL.iter().any(|transition| {
        transition.sources(has_review).contains(&from)
            && transition.target(has_review).map_or(to != State::Archived, |target| target == to)
    })
}

fn ways(prd: &Prd, from: State, has_review: bool) -> String {
    let ways: Vec<String> = Transition::ALL
        .iter()
        .filter(|transition| transition.sources(has_review).contains(&from))
        .map(|transition| format!("prd {transition} {}", prd.id))
        .collect();
    ways.join(", ")
}

/// The line of the first mark that a merge conflict left, from 1.
#[must_use]
pub fn conflict_mark(text: &str) -> Option<usize> {
    // Seven signs, or more where git merges what was renamed.
    let starts = |line: &str, sign: char| {
        let rest = line.trim_start_matches(sign);
        line.len() - rest.len() >= 7 && rest.starts_with(' ')
    };
    let begins = text.lines().position(|line| starts(line, '<'))?;
    text.lines().any(|line| starts(line, '>')).then_some(begins + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::markdown::read::{Reading, read_prd};
    use crate::domain::model::id::IdFormat;

    fn prd(state: State, name: &str, header: &str) -> Prd {
        let path = RepoPath::new(&format!("docs/prds/{state}/{name}.md")).unwrap();
        let text = format!("# X\n\n{header}\n");
        match read_prd(&path, state, text.as_bytes(), &IdFormat::default()) {
            Reading::Prd(prd) => *prd,
            Reading::Stray(stray) => panic!("{stray:?}"),
        }
    }

    /// The rules and severities for a commit that leads from the files before to those after.
    fn judged(before: &[Prd], after: &[Prd], has_review: bool) -> Vec<(&'static str, Severity)> {
        let is_in = |prds: &[Prd], prd: &Prd| {
            prds.iter().any(|other| other.path == prd.path && format!("{other:?}") == format!("{prd:?}"))
        };
        let written: BTreeSet<RepoPath> =
            after.iter().filter(|prd| !is_in(before, prd)).map(|prd| prd.path.clone()).collect();
        let gone: Vec<Prd> = before.iter().filter(|prd| !is_in(after, prd)).cloned().collect();
        let after = Portfolio::new(IdFormat::default(), after.to_vec(), Vec::new(), Vec::new());
        let staged = Staged {
            after: &after,
            may_go_round: true,
            before: &gone,
            written: &written,
            conflicts: &[],
            elsewhere: &[],
            has_review,
            judges_moves: true,
        };
        findings(&staged).into_iter().map(|finding| (finding.rule, finding.severity)).collect()
    }

    #[test]
    fn moves_follow_the_table_of_transitions() {
        for from in State::ALL {
            for to in State::ALL.into_iter().filter(|to| *to != from) {
                let found = judged(&[prd(from, "PRD-001-x", "")], &[prd(to, "PRD-001-x", "")], true);
                let legal = Transition::any_leads(from, to);
                let wanted: &[_] = if legal { &[] } else { &[("illegal-move", Severity::Error)] };
                assert_eq!(found, wanted, "{from} to {to}");
            }
        }
        let (draft, ready) = (prd(State::Draft, "PRD-001-x", ""), prd(State::Ready, "PRD-001-x", ""));
        assert_eq!(judged(&[draft], &[ready], false), []);
    }

    #[test]
    fn a_new_double_is_an_error_and_an_old_one_is_not_the_commits() {
        let one = prd(State::Draft, "PRD-001-one", "");
        let other = prd(State::Ready, "PRD-001-other", "");
        let found = judged(std::slice::from_ref(&one), &[one.clone(), other.clone()], true);
        assert!(found.contains(&("duplicate-id", Severity::Error)), "{found:?}");
        let edited = prd(State::Draft, "PRD-001-one", "**Owner**: Ada");
        assert_eq!(judged(&[one, other.clone()], &[edited, other], true), []);
    }

    #[test]
    fn ties_are_kept_where_only_other_lines_change() {
        let of = |prds: &[Prd]| Portfolio::new(IdFormat::default(), prds.to_vec(), Vec::new(), Vec::new());
        let header = "**Depends On**: PRD-002 (soft)\n**Blocks**: PRD-003\n**Parent**: PRD-004";
        let one = prd(State::Draft, "PRD-001-one", header);
        let keeps = |before: &[Prd], after: &Prd| {
            keeps_ties(&of(before), &of(std::slice::from_ref(after)), &BTreeSet::from([after.path.clone()]))
        };
        let before = std::slice::from_ref(&one);
        assert!(keeps(before, &one));
        assert!(keeps(
            before,
            &prd(State::Draft, "PRD-001-one", &format!("**Owner**: Ada\n{header}\n\nMore."))
        ));
        for changed in [
            "**Depends On**: PRD-002\n**Blocks**: PRD-003\n**Parent**: PRD-004",
            "**Depends On**: PRD-002 (soft), PRD-005\n**Blocks**: PRD-003\n**Parent**: PRD-004",
            "**Depends On**: PRD-002 (soft)\n**Parent**: PRD-004",
            "**Depends On**: PRD-002 (soft)\n**Blocks**: PRD-003",
            "**PRD ID**: PRD-009\n**Depends On**: PRD-002 (soft)\n**Blocks**: PRD-003\n**Parent**: PRD-004",
        ] {
            assert!(!keeps(before, &prd(State::Draft, "PRD-001-one", changed)), "{changed}");
        }
        assert!(!keeps(&[], &one), "a new one");
        assert!(!keeps(before, &prd(State::Ready, "PRD-001-one", header)), "a moved one");
        assert!(!keeps_ties(&of(before), &of(&[]), &BTreeSet::from([one.path.clone()])), "one without an id");
    }

    #[test]
    fn only_a_cycle_that_the_commit_closes_stops_it() {
        let one = prd(State::Draft, "PRD-001-one", "**Depends On**: PRD-002");
        let open = prd(State::Draft, "PRD-002-two", "");
        let closing = prd(State::Draft, "PRD-002-two", "**Depends On**: PRD-001");
        let found = judged(&[one.clone(), open], &[one.clone(), closing.clone()], true);
        assert_eq!(found, [("dependency-cycle", Severity::Error)]);
        let edited = prd(State::Draft, "PRD-002-two", "**Depends On**: PRD-001\n**Owner**: Ada");
        assert_eq!(judged(&[one.clone(), closing], &[one, edited], true), []);
    }

    #[test]
    fn a_new_prd_outside_of_draft_is_said_and_let_pass() {
        assert_eq!(judged(&[], &[prd(State::Draft, "PRD-001-x", "")], true), []);
        let found = judged(&[], &[prd(State::Complete, "PRD-001-x", "")], true);
        assert_eq!(found, [("illegal-move", Severity::Warning)]);
    }

    #[test]
    fn conflict_marks_are_found_and_headings_are_not() {
        assert_eq!(conflict_mark("# A\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> x\n"), Some(2));
        assert_eq!(conflict_mark("<<<<<<<< HEAD:a\na\n========\nb\n>>>>>>>> x:b\n"), Some(1));
        assert_eq!(conflict_mark("Heading\n=======\n\ntext\n"), None);
    }
}
