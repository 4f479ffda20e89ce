//! Where the user is: the answer of `prd status`, and what comes next.

use serde::Serialize;

use super::worktrees::Commits;
use crate::domain::model::checklist::{Checklist, ItemKind};
use crate::domain::model::id::PrdId;
use crate::domain::model::state::State;

/// Where the user is.
#[derive(Debug, Clone, Serialize)]
pub struct Status {
    /// The PRD whose branch is checked out; null where it is nobody's.
    pub prd: Option<Here>,
    /// The branch; null where HEAD is detached.
    pub branch: Option<String>,
    /// The top of this checkout.
    pub root: String,
    /// True in a linked worktree.
    pub linked: bool,
    /// Against the home branch; null on it.
    pub home: Option<Commits>,
    /// Against the branch's upstream; null where it has none.
    pub upstream: Option<Commits>,
    /// What to do next: a sentence or a command.
    pub next: String,
}

/// The PRD whose branch is checked out.
#[derive(Debug, Clone, Serialize)]
pub struct Here {
    /// Its id.
    pub id: PrdId,
    /// Its title.
    pub title: String,
    /// Its state.
    pub state: State,
    /// Its file in home.
    pub path: String,
    /// Its acceptance criteria.
    pub criteria: Criteria,
}

/// Acceptance criteria: how many, how many are done, and the first that is not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Criteria {
    /// All of them.
    pub total: usize,
    /// Those that are ticked.
    pub done: usize,
    /// The first that is not.
    pub first_open: Option<String>,
}

impl Criteria {
    /// Those of a check list that can be ticked.
    #[must_use]
    pub fn of(checklist: &Checklist) -> Self {
        let is_criterion = |item: &&crate::domain::model::checklist::Item| {
            item.kind == ItemKind::Criterion && item.state.is_some()
        };
        let total = checklist.items.iter().filter(is_criterion).count();
        let mut open = checklist.open_criteria();
        let first_open = open.next().map(|item| item.text.clone());
        let left = open.count() + usize::from(first_open.is_some());
        Self { total, done: total.saturating_sub(left), first_open }
    }

    /// Those that are not ticked.
    #[must_use]
    pub const fn left(&self) -> usize {
        self.total.saturating_sub(self.done)
    }
}

/// What comes next for the PRD whose branch is checked out.
#[must_use]
pub fn next_step(here: Option<&Here>, branch: Option<&str>, home: Option<Commits>) -> String {
    let Some(here) = here else { return "prd next".to_owned() };
    let id = &here.id;
    match here.state {
        State::Draft => format!("prd review {id}"),
        State::Review => format!("prd approve {id}"),
        State::Ready => format!("prd start {id}"),
        State::InProgress => match (&here.criteria.first_open, home) {
            (Some(open), _) => format!("do and tick off: {open}"),
            (None, Some(home)) if home.ahead > 0 => {
                format!("merge {}, then prd complete {id}", branch.unwrap_or("it"))
            }
            (None, _) => format!("prd complete {id}"),
        },
        State::Complete | State::Archived => format!("prd worktree remove {id}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::model::id::IdFormat;

    fn here(state: State, open: Option<&str>) -> Here {
        let criteria =
            Criteria { total: 2, done: 2 - usize::from(open.is_some()), first_open: open.map(str::to_owned) };
        let id = IdFormat::default().id(7);
        Here { id, title: "T".to_owned(), state, path: "p".to_owned(), criteria }
    }

    #[test]
    fn the_next_step_follows_from_state_criteria_and_commits() {
        let id = IdFormat::default().id(7);
        let step = |state, open, ahead| {
            let commits = Some(Commits { ahead, behind: 0 });
            next_step(Some(&here(state, open)), Some("feat/x"), commits)
        };
        assert_eq!(step(State::Ready, None, 0), format!("prd start {id}"));
        assert_eq!(step(State::InProgress, Some("Given"), 3), "do and tick off: Given");
        assert_eq!(step(State::InProgress, None, 3), format!("merge feat/x, then prd complete {id}"));
        assert_eq!(step(State::InProgress, None, 0), format!("prd complete {id}"));
        assert_eq!(step(State::Complete, None, 0), format!("prd worktree remove {id}"));
        assert_eq!(next_step(None, None, None), "prd next");
    }
}
