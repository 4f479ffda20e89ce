//! The table of transitions: the only place that says which moves are legal.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::model::state::State;

/// One move between two states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Transition {
    /// — → draft.
    New,
    /// draft → review, or review → review.
    Review,
    /// review → draft.
    Reject,
    /// review → ready.
    Approve,
    /// ready → in-progress.
    Start,
    /// in-progress → ready.
    Pause,
    /// in-progress → complete.
    Complete,
    /// complete → in-progress.
    Reopen,
    /// any → archived.
    Archive,
    /// archived → the state it came from.
    Restore,
}

impl Transition {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::New,
        Self::Review,
        Self::Reject,
        Self::Approve,
        Self::Start,
        Self::Pause,
        Self::Complete,
        Self::Reopen,
        Self::Archive,
        Self::Restore,
    ];

    /// The command's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Review => "review",
            Self::Reject => "reject",
            Self::Approve => "approve",
            Self::Start => "start",
            Self::Pause => "pause",
            Self::Complete => "complete",
            Self::Reopen => "reopen",
            Self::Archive => "archive",
            Self::Restore => "restore",
        }
    }

    /// The states it leaves from.
    #[must_use]
    pub const fn sources(self, has_review_folder: bool) -> &'static [State] {
        match self {
            Self::New => &[],
            Self::Review if has_review_folder => &[State::Draft, State::Review],
            Self::Review => &[State::Draft],
            Self::Reject | Self::Approve if has_review_folder => &[State::Review],
            Self::Reject | Self::Approve => &[State::Draft],
            Self::Start => &[State::Ready],
            Self::Pause | Self::Complete => &[State::InProgress],
            Self::Reopen => &[State::Complete],
            Self::Archive => &[State::Draft, State::Review, State::Ready, State::InProgress, State::Complete],
            Self::Restore => &[State::Archived],
        }
    }

    /// The state it leads to; `None` for restore, which leads back to where the PRD came from.
    ///
    /// In a layout of five folders, without `review`, a review happens in place in `draft`.
    #[must_use]
    pub const fn target(self, has_review_folder: bool) -> Option<State> {
        match self {
            Self::New | Self::Reject => Some(State::Draft),
            Self::Review => Some(if has_review_folder { State::Review } else { State::Draft }),
            Self::Approve | Self::Pause => Some(State::Ready),
            Self::Start | Self::Reopen => Some(State::InProgress),
            Self::Complete => Some(State::Complete),
            Self::Archive => Some(State::Archived),
            Self::Restore => None,
        }
    }

    /// True where one transition of the table leads from one state to the other.
    #[must_use]
    pub fn any_leads(from: State, to: State) -> bool {
        from == to
            || Self::ALL.iter().any(|transition| {
                transition.sources(true).contains(&from)
                    && transition.target(true).map_or(to != State::Archived, |target| target == to)
            })
    }
}

impl fmt::Display for Transition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_but_archived_can_be_archived_and_come_back() {
        for state in State::ALL {
            assert!(Transition::any_leads(state, State::Archived));
            assert!(Transition::any_leads(State::Archived, state));
        }
    }

    #[test]
    fn no_shortcut_passes_a_review() {
        assert!(!Transition::any_leads(State::Draft, State::Ready));
        assert!(!Transition::any_leads(State::Draft, State::InProgress));
        assert!(!Transition::any_leads(State::Review, State::InProgress));
        assert!(!Transition::any_leads(State::Ready, State::Complete));
    }

    #[test]
    fn without_a_review_folder_a_review_stays_in_draft() {
        assert_eq!(Transition::Review.target(false), Some(State::Draft));
        assert_eq!(Transition::Approve.sources(false), [State::Draft]);
    }
}
