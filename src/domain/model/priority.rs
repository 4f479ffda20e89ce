//! Priorities.

use std::fmt;
use std::str::FromStr;

use super::packed::packed_enum;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How urgent a PRD is; `P0` sorts first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Priority {
    /// Critical.
    P0,
    /// High.
    P1,
    /// Medium.
    P2,
    /// Low.
    P3,
}

impl Priority {
    /// Reads `P0`–`P3` and `Critical`, `High`, `Medium`, `Low`, also with more text behind: `P0 (launch blocker)`.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).find_map(|word| {
            Some(match word.to_lowercase().as_str() {
                "p0" | "critical" | "urgent" => Self::P0,
                "p1" | "high" => Self::P1,
                "p2" | "medium" | "normal" => Self::P2,
                "p3" | "low" => Self::P3,
                _ => return None,
            })
        })
    }

    /// 0 for `P0` to 3 for `P3`.
    #[must_use]
    pub const fn rank(self) -> u8 {
        match self {
            Self::P0 => 0,
            Self::P1 => 1,
            Self::P2 => 2,
            Self::P3 => 3,
        }
    }

    /// `P0` to `P3`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::P0 => "P0",
            Self::P1 => "P1",
            Self::P2 => "P2",
            Self::P3 => "P3",
        }
    }
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A word that names no priority.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a priority; the priorities are P0, P1, P2, P3")]
pub struct UnknownPriority(String);

impl FromStr for Priority {
    type Err = UnknownPriority;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::read(text).ok_or_else(|| UnknownPriority(text.to_owned()))
    }
}

packed_enum!(Priority { P0, P1, P2, P3 });
