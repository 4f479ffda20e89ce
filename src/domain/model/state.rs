//! The six states of a PRD. The folder a PRD lies in is its state.

use std::fmt;
use std::str::FromStr;

use super::packed::packed_enum;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A state of the life cycle, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Being written.
    Draft,
    /// Graded and asked about.
    Review,
    /// Approved, waiting to be started.
    Ready,
    /// Has a branch, somebody works on it.
    InProgress,
    /// Done.
    Complete,
    /// Put away: finished long ago, cancelled, superseded or blocked for good.
    Archived,
}

impl State {
    /// All states, in the order of the life cycle.
    pub const ALL: [Self; 6] =
        [Self::Draft, Self::Review, Self::Ready, Self::InProgress, Self::Complete, Self::Archived];

    /// The name as commands and JSON spell it: `in-progress`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Review => "review",
            Self::Ready => "ready",
            Self::InProgress => "in-progress",
            Self::Complete => "complete",
            Self::Archived => "archived",
        }
    }

    /// The word that `prd` writes into a `Status` field that an author keeps: `In Progress`.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Draft => "Draft",
            Self::Review => "In Review",
            Self::Ready => "Ready",
            Self::InProgress => "In Progress",
            Self::Complete => "Complete",
            Self::Archived => "Archived",
        }
    }

    /// True for draft, review, ready and in-progress: work that is still to be done.
    #[must_use]
    pub const fn is_unfinished(self) -> bool {
        matches!(self, Self::Draft | Self::Review | Self::Ready | Self::InProgress)
    }

    /// True for ready and in-progress: what a report lists as active.
    #[must_use]
    pub const fn is_active(self) -> bool {
        matches!(self, Self::Ready | Self::InProgress)
    }

    /// Folds a word that people write in a status field to a state.
    ///
    /// Case, spacing, dashes and decoration (`✅`, `🚧`) do not matter:
    /// `Complete ✅`, `Under Review` and `IN_PROGRESS` are all read. `None` for any other word.
    #[must_use]
    pub fn from_status_word(text: &str) -> Option<Self> {
        let word: String = text.chars().filter(|c| c.is_alphabetic()).collect::<String>().to_lowercase();
        Some(match word.as_str() {
            "draft" | "new" | "proposed" | "idea" | "wip" | "planning" | "planned" => Self::Draft,
            "review" | "inreview" | "underreview" | "readyforreview" | "inreviewing" => Self::Review,
            "ready"
            | "readyfordevelopment"
            | "readyforimplementation"
            | "readytostart"
            | "approved"
            | "accepted" => Self::Ready,
            "inprogress" | "started" | "active" | "indevelopment" | "implementing" | "ongoing" => {
                Self::InProgress
            }
            "complete" | "completed" | "done" | "finished" | "shipped" | "implemented" | "merged"
            | "released" => Self::Complete,
            "archived" | "cancelled" | "canceled" | "superseded" | "rejected" | "abandoned"
            | "deprecated" => Self::Archived,
            _ => return None,
        })
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A word that names no state.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a state; the states are draft, review, ready, in-progress, complete, archived")]
pub struct UnknownState(String);

impl FromStr for State {
    type Err = UnknownState;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::from_status_word(text).ok_or_else(|| UnknownState(text.to_owned()))
    }
}

packed_enum!(State { Draft, Review, Ready, InProgress, Complete, Archived });

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_what_people_write() {
        for (word, state) in [
            ("Complete ✅", State::Complete),
            ("Under Review", State::Review),
            ("Ready for Development", State::Ready),
            ("IN_PROGRESS", State::InProgress),
            ("in-progress", State::InProgress),
            ("Cancelled", State::Archived),
        ] {
            assert_eq!(State::from_status_word(word), Some(state), "{word}");
        }
        assert_eq!(State::from_status_word("maybe"), None);
    }

    #[test]
    fn every_name_reads_back() {
        for state in State::ALL {
            assert_eq!(state.name().parse::<State>().unwrap(), state);
        }
    }
}
