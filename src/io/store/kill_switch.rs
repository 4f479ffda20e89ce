//! Dying on purpose, so that tests can show what a kill leaves behind.

/// Ends the process at a chosen step of a transaction, as a kill would: nothing is cleaned up.
#[derive(Debug, Clone, Copy, Default)]
pub struct KillSwitch {
    at: Option<u32>,
    passed: u32,
}

/// The variable that arms the switch: the number of the step, from 1.
pub const VARIABLE: &str = "PRD_TEST_KILL_AT_STEP";

impl KillSwitch {
    /// A switch that goes off at step `at`; never where it is `None`.
    #[must_use]
    pub const fn new(at: Option<u32>) -> Self {
        Self { at, passed: 0 }
    }

    /// One step further.
    pub fn step(&mut self) {
        self.passed += 1;
        if self.at == Some(self.passed) {
            std::process::abort();
        }
    }
}
