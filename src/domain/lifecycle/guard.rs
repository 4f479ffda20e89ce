//! Guards: conditions that must hold before a transition, and overriding them with a reason.

use std::fmt;

use serde::Serialize;

use crate::domain::config::schema::Config;

/// One condition that does not hold: which rule, what is wrong, and the way out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// The rule's name: `unmet-dependency`.
    pub rule: &'static str,
    /// What is wrong, with the place where there is one.
    pub message: String,
    /// The way out.
    pub hint: String,
    /// False where not even `--force` helps, because the move itself is impossible.
    pub can_force: bool,
}

/// A transition that its guards refuse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What was to be done: `start SVC-128`.
    pub what: String,
    /// The guards that failed; never empty.
    pub failures: Vec<Failure>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot {}", self.what)?;
        for failure in &self.failures {
            write!(f, "\n  {}: {}", failure.rule, failure.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for Refusal {}

/// Whether and why failed guards are to be overridden.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Override {
    /// `--force`.
    pub force: bool,
    /// `--reason`.
    pub reason: Option<String>,
}

/// Collects what fails, and decides at the end.
#[derive(Debug, Default)]
pub struct Guards {
    failures: Vec<Failure>,
}

impl Guards {
    /// None has failed yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A condition that `--force --reason` may override.
    pub fn require(
        &mut self,
        holds: bool,
        rule: &'static str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.add(holds, rule, message.into(), hint.into(), true);
    }

    /// A condition without which the move is impossible.
    pub fn require_always(
        &mut self,
        holds: bool,
        rule: &'static str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.add(holds, rule, message.into(), hint.into(), false);
    }

    /// Without `prd_workflow.enabled` nothing is changed.
    pub fn require_workflow(&mut self, config: &Config) {
        self.require_always(
            config.prd_workflow.enabled,
            "workflow-disabled",
            "the config says prd_workflow.enabled: false",
            "set it to true to change PRDs with prd, or edit the files",
        );
    }

    fn add(&mut self, holds: bool, rule: &'static str, message: String, hint: String, can_force: bool) {
        if !holds {
            self.failures.push(Failure { rule, message, hint, can_force });
        }
    }

    /// The rules that were overridden, each once, or the refusal.
    ///
    /// Forcing needs a reason that says something; it is kept in the event.
    ///
    /// # Errors
    /// [`Refusal`] where something failed that is not overridden.
    pub fn decide(self, what: &str, overriding: &Override) -> Result<Vec<&'static str>, Refusal> {
        let refuse = |mut failures: Vec<Failure>| {
            // Of a move that the table does not have nothing else matters, and no way out of it helps.
            if failures.iter().any(|failure| failure.rule == "illegal-transition") {
                failures.retain(|failure| failure.rule == "illegal-transition");
            }
            Err(Refusal { what: what.to_owned(), failures })
        };
        if self.failures.is_empty() {
            return Ok(Vec::new());
        }
        if !overriding.force || self.failures.iter().any(|failure| !failure.can_force) {
            return refuse(self.failures);
        }
        if overriding.reason.as_ref().is_none_or(|reason| reason.trim().is_empty()) {
            let mut failures = self.failures;
            failures.push(Failure {
                rule: "force-needs-reason",
                message: "--force was given without a reason".to_owned(),
                hint: "say why, for those who read the report: --force --reason \"…\"".to_owned(),
                can_force: false,
            });
            return refuse(failures);
        }
        let mut rules: Vec<&'static str> = Vec::new();
        for failure in &self.failures {
            if !rules.contains(&failure.rule) {
                rules.push(failure.rule);
            }
        }
        Ok(rules)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failing(can_force: bool) -> Guards {
        let mut guards = Guards::new();
        guards.add(false, "some-rule", "it is so".to_owned(), "do that".to_owned(), can_force);
        guards
    }

    fn force(reason: Option<&str>) -> Override {
        Override { force: true, reason: reason.map(str::to_owned) }
    }

    #[test]
    fn force_needs_a_reason() {
        assert!(failing(true).decide("start", &force(None)).is_err());
        assert!(failing(true).decide("start", &force(Some("  "))).is_err());
        assert_eq!(failing(true).decide("start", &force(Some("launch"))), Ok(vec!["some-rule"]));
    }

    #[test]
    fn what_is_impossible_cannot_be_forced() {
        assert!(failing(false).decide("start", &force(Some("launch"))).is_err());
    }

    #[test]
    fn a_rule_that_failed_twice_is_overridden_once() {
        let mut guards = failing(true);
        guards.add(false, "some-rule", "it is so there, too".to_owned(), "do that".to_owned(), true);
        assert_eq!(guards.decide("start", &force(Some("launch"))), Ok(vec!["some-rule"]));
    }

    #[test]
    fn of_an_illegal_move_nothing_else_is_said() {
        let mut guards = failing(true);
        guards.require_always(false, "illegal-transition", "it is there", "go there");
        let refusal = guards.decide("start", &force(Some("launch"))).unwrap_err();
        assert_eq!(refusal.failures.len(), 1);
        assert_eq!(refusal.failures[0].rule, "illegal-transition");
    }

    #[test]
    fn a_reason_alone_overrides_nothing() {
        let only_reason = Override { force: false, reason: Some("launch".to_owned()) };
        assert!(failing(true).decide("start", &only_reason).is_err());
        assert_eq!(Guards::new().decide("start", &only_reason), Ok(Vec::new()));
    }
}
