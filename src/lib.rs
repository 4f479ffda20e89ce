//! `prd`: plan in Markdown, work in git.
//!
//! Three floors, and imports go down only:
//!
//! ```text
//!              args ──▶ Snapshot ──▶ pure function ──▶ Plan ──▶ apply ──▶ Report ──▶ text | JSON | …
//!   cli          ●                                                 ▲          ●──────────▶ ●
//!   domain                            ●───────────▶ ●              │
//!   io                      ●                                      ●
//! ```
//!
//! * [`domain`] is pure: no file, git, network, clock, printing or environment.
//! * [`io`] adapts one outside thing in each module, with typed errors and no policy.
//! * [`cli`] is the only code that parses arguments, prints or asks.

pub mod cli;
pub mod domain;
pub mod io;
