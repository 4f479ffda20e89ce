//! What `prd hooks` answers.

use serde::Serialize;

use crate::domain::hooks::install::{Standing, Step};
use crate::domain::hooks::manager::{Addition, Manager};
use crate::domain::hooks::name::Hook;
use crate::domain::model::finding::{Finding, Severity};
use crate::domain::model::id::PrdId;

/// What was installed or uninstalled, or would be.
#[derive(Debug, Clone, Serialize)]
pub struct Change {
    /// Where git looks for hooks.
    pub folder: String,
    /// True where nothing was changed, because it was only asked.
    pub dry_run: bool,
    /// The steps.
    pub steps: Vec<Step>,
    /// Lines that a person is to add.
    pub additions: Vec<Addition>,
    /// What a user should know.
    pub notes: Vec<String>,
}

/// Where each hook stands.
#[derive(Debug, Clone, Serialize)]
pub struct Status {
    /// Where git looks for hooks.
    pub folder: String,
    /// True where that folder belongs to this clone alone.
    pub own: bool,
    /// Who else looks after them.
    pub managers: Vec<Manager>,
    /// The hooks.
    pub hooks: Vec<HookStatus>,
}

/// Where one hook stands.
#[derive(Debug, Clone, Serialize)]
pub struct HookStatus {
    /// The hook.
    pub hook: Hook,
    /// Where it stands.
    pub standing: Standing,
    /// True where another hook runs besides.
    pub chained: bool,
}

/// What a hook saw.
#[derive(Debug, Clone, Serialize)]
pub struct HookRun {
    /// The hook.
    pub hook: Hook,
    /// The PRD of the branch that is checked out.
    pub prd: Option<PrdId>,
    /// What is wrong in files; an error refuses.
    pub findings: Vec<Finding>,
    /// What else is to be said; an error refuses.
    pub remarks: Vec<Remark>,
    /// How many blobs were read for that.
    pub blobs_read: usize,
}

/// Something that has no place in a file.
#[derive(Debug, Clone, Serialize)]
pub struct Remark {
    /// How bad it is.
    pub severity: Severity,
    /// What it is.
    pub message: String,
    /// The way out.
    pub hint: Option<String>,
}

impl HookRun {
    /// A run that has seen nothing yet.
    #[must_use]
    pub const fn new(hook: Hook) -> Self {
        Self { hook, prd: None, findings: Vec::new(), remarks: Vec::new(), blobs_read: 0 }
    }

    /// True where git is to be stopped.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        let severities = self.findings.iter().map(|finding| finding.severity);
        severities
            .chain(self.remarks.iter().map(|remark| remark.severity))
            .any(|severity| severity == Severity::Error)
    }

    /// Says one thing more.
    pub fn say(&mut self, severity: Severity, message: impl Into<String>, hint: Option<String>) {
        self.remarks.push(Remark { severity, message: message.into(), hint });
    }
}
