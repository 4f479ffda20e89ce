//! Things that go wrong on purpose, so that tests can show what is left behind.
//!
//! The variable `PRD_TEST_GIT_FAULT` arms one: `fail:7`, `kill:7` and `kill-after:7` count the calls of git from 1;
//! `kill-step:7` counts the moments between two changes of files, which the code marks with `Git::step`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::io::env::Env;

/// The variable that arms it.
pub(super) const VARIABLE: &str = "PRD_TEST_GIT_FAULT";

/// What goes wrong, and when.
#[derive(Debug)]
pub(super) struct Fault {
    kind: FaultKind,
    at: u32,
    passed: AtomicU32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FaultKind {
    /// The call fails without being made.
    Fail,
    /// The process dies in the place of the call.
    Kill,
    /// The process dies when the call is done, before it learns of it.
    KillAfter,
    /// The process dies between two changes.
    KillStep,
}

impl Fault {
    pub(super) fn read(env: &Env) -> Option<Arc<Self>> {
        let (kind, at) = env.var(VARIABLE)?.split_once(':')?;
        let kind = match kind {
            "fail" => FaultKind::Fail,
            "kill" => FaultKind::Kill,
            "kill-after" => FaultKind::KillAfter,
            "kill-step" => FaultKind::KillStep,
            _ => return None,
        };
        Some(Arc::new(Self { kind, at: at.parse().ok()?, passed: AtomicU32::new(0) }))
    }

    /// Counts a call; the fault where it is this one's turn.
    pub(super) fn call(&self) -> Option<FaultKind> {
        (self.kind != FaultKind::KillStep && self.is_turn()).then_some(self.kind)
    }

    /// Counts a step, and dies where it is this one's turn.
    pub(super) fn step(&self) {
        if self.kind == FaultKind::KillStep && self.is_turn() {
            std::process::abort();
        }
    }

    fn is_turn(&self) -> bool {
        self.passed.fetch_add(1, Ordering::Relaxed) + 1 == self.at
    }
}
