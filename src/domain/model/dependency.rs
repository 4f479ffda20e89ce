//! Dependencies as a PRD declares them.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::id::PrdId;
use super::packed::{packed_enum, packed_struct};

/// What an edge demands.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum DependencyKind {
    /// The dependent cannot start before the prerequisite is complete.
    #[default]
    Complete,
    /// … before the prerequisite has published its contract, or is complete.
    Contract,
    /// The dependent can start, but cannot complete before the prerequisite is complete.
    Finish,
    /// Drawn, never blocks.
    Soft,
}

impl DependencyKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Complete, Self::Contract, Self::Finish, Self::Soft];

    /// The word that a PRD and JSON write.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Contract => "contract",
            Self::Finish => "finish",
            Self::Soft => "soft",
        }
    }

    /// True for complete and contract: they hold the dependent's start.
    #[must_use]
    pub const fn holds_start(self) -> bool {
        matches!(self, Self::Complete | Self::Contract)
    }

    /// True for all but soft.
    #[must_use]
    pub const fn is_hard(self) -> bool {
        !matches!(self, Self::Soft)
    }
}

impl fmt::Display for DependencyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A word that names no kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a kind of dependency; the kinds are complete, contract, finish, soft")]
pub struct UnknownKind(String);

impl FromStr for DependencyKind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.to_lowercase().as_str() {
            "complete" | "hard" => Ok(Self::Complete),
            "contract" => Ok(Self::Contract),
            "finish" => Ok(Self::Finish),
            "soft" | "optional" => Ok(Self::Soft),
            _ => Err(UnknownKind(text.to_owned())),
        }
    }
}

/// Which way a declaration points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// `Depends On`: the other PRD is the prerequisite.
    DependsOn,
    /// `Blocks`, `Provides For`: the other PRD is the dependent.
    Blocks,
}

/// One declared dependency on a PRD by id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Declared {
    /// The other PRD.
    pub id: PrdId,
    /// Which of the two is the prerequisite.
    pub direction: Direction,
    /// The kind; what a reason says of a contract is already folded in.
    pub kind: DependencyKind,
    /// The reason, where one was written.
    pub reason: Option<String>,
    /// Line, from 1.
    pub line: usize,
}

/// A prerequisite without an id: kept and shown, blocks nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct External {
    /// The text.
    pub text: String,
    /// Line, from 1.
    pub line: usize,
}

packed_enum!(DependencyKind { Complete, Contract, Finish, Soft });
packed_enum!(Direction { DependsOn, Blocks });
packed_struct!(Declared { id, direction, kind, reason, line });
packed_struct!(External { text, line });
