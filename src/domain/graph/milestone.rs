//! Milestones: what PRDs call them, and the dates that they give them.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::domain::model::calendar;
use crate::domain::model::prd::Prd;

/// A milestone as a PRD names it: `Beta`, `Beta (2025-07-01)`, `Q3 2025`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its name, without the date.
    pub name: String,
    /// The date that stands behind the name, or that the name is.
    pub due: Option<NaiveDate>,
}

impl Named {
    /// What two names are compared by.
    #[must_use]
    pub fn key(&self) -> String {
        self.name.to_lowercase()
    }
}

/// Reads the field `Milestone`; `None` where it says nothing.
#[must_use]
pub fn read(text: &str) -> Option<Named> {
    let text = text.trim().trim_matches('`').trim();
    if text.is_empty() || matches!(text.to_lowercase().as_str(), "none" | "-" | "–" | "—" | "tbd" | "n/a")
    {
        return None;
    }
    if let Some(due) = calendar::read_target(text) {
        return Some(Named { name: text.to_owned(), due: Some(due) });
    }
    let behind = |open: char, close: &[char]| {
        let (name, rest) = text.split_once(open)?;
        let due = calendar::read_target(rest.trim().trim_end_matches(close).trim())?;
        (!name.trim().is_empty()).then(|| Named { name: name.trim().to_owned(), due: Some(due) })
    };
    let dated = behind('(', &[')']).or_else(|| behind('[', &[']'])).or_else(|| behind(',', &[]));
    Some(dated.unwrap_or_else(|| Named { name: text.to_owned(), due: None }))
}

/// Due dates by key of the milestone's name. Where PRDs give one milestone several, the earliest counts: whoever plans
/// by it is on time for the others too.
#[must_use]
pub fn dues<'a>(prds: impl IntoIterator<Item = &'a Prd>) -> BTreeMap<String, NaiveDate> {
    let mut dues: BTreeMap<String, NaiveDate> = BTreeMap::new();
    for named in prds.into_iter().filter_map(|prd| read(prd.milestone.as_deref()?)) {
        if let Some(due) = named.due {
            let known = dues.entry(named.key()).or_insert(due);
            *known = due.min(*known);
        }
    }
    dues
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::model::sample::prd;

    #[test]
    fn names_and_dates_are_told_apart() {
        let parts = |text| read(text).map(|named| (named.name, named.due.map(|due| due.to_string())));
        let dated = |name: &str, due: &str| Some((name.to_owned(), Some(due.to_owned())));
        assert_eq!(parts("Beta (2025-07-01)"), dated("Beta", "2025-07-01"));
        assert_eq!(parts(" Beta, Q3 2025"), dated("Beta", "2025-09-30"));
        assert_eq!(parts("Q3 2025"), dated("Q3 2025", "2025-09-30"));
        assert_eq!(parts("Beta (first)"), Some(("Beta (first)".to_owned(), None)));
        assert_eq!(parts("(2025-07-01)").map(|(name, _)| name), Some("(2025-07-01)".to_owned()));
        assert_eq!(parts(" — "), None);
    }

    #[test]
    fn the_earliest_of_several_dates_counts() {
        let named = |id: &str, text: &str| {
            let text = text.to_owned();
            prd(id).with(|prd| prd.milestone = Some(text)).0
        };
        let prds = [
            named("SVC-1", "Beta (2025-07-08)"),
            named("SVC-2", "BETA (2025-07-01)"),
            named("SVC-3", "Beta"),
        ];
        assert_eq!(dues(&prds), BTreeMap::from([("beta".to_owned(), "2025-07-01".parse().unwrap())]));
    }
}
