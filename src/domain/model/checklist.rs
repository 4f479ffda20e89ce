//! Check boxes and what they say about progress.

use std::ops::Range;

use super::packed::{packed_enum, packed_newtype, packed_struct};
use num_rational::Ratio;
use serde::Serialize;

/// What a box holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum BoxState {
    /// `[ ]`
    Open,
    /// `[~]` or `[-]`: begun, so still open.
    Begun,
    /// `[x]` or `[X]`
    Done,
}

/// What the section of an item makes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ItemKind {
    /// An acceptance or success criterion.
    Criterion,
    /// A task.
    Task,
    /// A milestone.
    Milestone,
    /// An item of the definition of done.
    Done,
    /// An item of the rollout check list.
    Rollout,
    /// A box anywhere else; it counts only where there are none of the others.
    Other,
}

/// One item with a check box, or a numbered criterion without one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    /// Line, from 1.
    pub line: usize,
    /// The text behind the box, one line, without Markdown marks.
    pub text: String,
    /// The nearest heading above.
    pub section: String,
    /// What it is.
    pub kind: ItemKind,
    /// The box; `None` for a criterion that has none, of which nothing is known.
    pub state: Option<BoxState>,
    /// Bytes of the box, brackets included.
    #[serde(skip)]
    pub span: Option<Range<usize>>,
}

/// Ticked boxes out of all that count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Ticked {
    /// Ticked.
    pub done: usize,
    /// All.
    pub total: usize,
}

/// Everything in a document that can be ticked off, in its order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
pub struct Checklist {
    /// The items.
    pub items: Vec<Item>,
}

impl Checklist {
    /// The boxes that count as progress: those of criteria, tasks, milestones and the definition of done,
    /// and where there is none of them, all boxes. Rollout boxes never count.
    pub fn counted(&self) -> impl Iterator<Item = &Item> {
        let counts = |item: &&Item| item.state.is_some() && item.kind != ItemKind::Rollout;
        let any_proper = self.items.iter().filter(counts).any(|item| item.kind != ItemKind::Other);
        self.items.iter().filter(counts).filter(move |item| !any_proper || item.kind != ItemKind::Other)
    }

    /// Ticked and all boxes that count; `None` where there is none.
    #[must_use]
    pub fn ticked(&self) -> Option<Ticked> {
        let total = self.counted().count();
        let done = self.counted().filter(|item| item.state == Some(BoxState::Done)).count();
        (total > 0).then_some(Ticked { done, total })
    }

    /// Acceptance criteria that have a box which is not ticked.
    pub fn open_criteria(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|item| {
            item.kind == ItemKind::Criterion && item.state.is_some_and(|state| state != BoxState::Done)
        })
    }
}

/// How far a PRD is, exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress(Ratio<i64>);

impl Progress {
    /// Nothing done.
    pub const NONE: Self = Self(Ratio::ZERO);

    /// A share of 0 to 1; values outside are clamped.
    #[must_use]
    pub fn new(share: Ratio<i64>) -> Self {
        Self(share.clamp(Ratio::ZERO, Ratio::ONE))
    }

    /// The mean of shares by their weights, to a ten-thousandth, rounded down; nothing where they weigh nothing.
    #[must_use]
    pub fn weighted(parts: impl IntoIterator<Item = (Ratio<i64>, Ratio<i64>)>) -> Self {
        let fine = |ratio: Ratio<i64>| i128::from(*ratio.numer()) * 10_000 / i128::from(*ratio.denom());
        let (mut sum, mut all) = (0_i128, 0_i128);
        for (share, weight) in parts {
            sum += fine(share) * fine(weight);
            all += fine(weight);
        }
        let mean = if all > 0 { sum / all } else { 0 };
        Self::new(Ratio::new(i64::try_from(mean).unwrap_or(0), 10_000))
    }

    /// Reads `60%`, `60 %`, `0.6` and `3/5`; `None` for anything else.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let head = text.split(['(', ',']).next()?.trim().trim_start_matches('~').trim();
        let number = |text: &str| -> Option<Ratio<i64>> {
            let text = text.trim();
            let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
            let digits = |text: &str| text.len() <= 6 && text.chars().all(|c| c.is_ascii_digit());
            if whole.is_empty() || !digits(whole) || !digits(decimals) {
                return None;
            }
            let scale = 10_i64.checked_pow(u32::try_from(decimals.len()).ok()?)?;
            let decimals: i64 = if decimals.is_empty() { 0 } else { decimals.parse().ok()? };
            Some(Ratio::from_integer(whole.parse().ok()?) + Ratio::new(decimals, scale))
        };
        if let Some(percent) = head.strip_suffix('%') {
            return Some(Self::new(number(percent)? / 100));
        }
        if let Some((done, total)) = head.split_once('/') {
            let total = number(total).filter(|total| *total > Ratio::ZERO)?;
            return Some(Self::new(number(done)? / total));
        }
        let share = number(head)?;
        Some(if share > Ratio::ONE { Self::new(share / 100) } else { Self::new(share) })
    }

    /// The share, 0 to 1.
    #[must_use]
    pub const fn share(self) -> Ratio<i64> {
        self.0
    }

    /// In whole per cent, rounded down, so that 100 means all.
    #[must_use]
    pub fn percent(self) -> i64 {
        (self.0 * 100).to_integer()
    }
}

impl From<Ticked> for Progress {
    fn from(ticked: Ticked) -> Self {
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        Self::new(Ratio::new(count(ticked.done), count(ticked.total).max(1)))
    }
}

packed_enum!(BoxState { Open, Begun, Done });
packed_enum!(ItemKind { Criterion, Task, Milestone, Done, Rollout, Other });
packed_struct!(Item { line, text, section, kind, state, span });
packed_struct!(Checklist { items });
packed_newtype!(Progress);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_progress() {
        for (text, percent) in [
            ("60%", 60),
            ("60 %", 60),
            ("0.6", 60),
            ("3/5", 60),
            ("250%", 100),
            ("60", 60),
            ("33.4% (est.)", 33),
        ] {
            assert_eq!(Progress::read(text).map(Progress::percent), Some(percent), "{text}");
        }
        for text in ["", "half", "3/0", "-5%", "%"] {
            assert_eq!(Progress::read(text), None, "{text}");
        }
    }
}
