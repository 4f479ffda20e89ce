//! The life of a PRD: which moves there are, what must hold before each, and what each does.
//!
//! Every transition is one function from a [`snapshot::Snapshot`] to a [`plan::Plan`]. Nothing here reads or
//! writes; `io::store` applies the plan.

pub mod adopt;
pub mod approve;
pub mod archive;
pub mod check_in;
pub mod complete;
pub mod contract;
pub mod create;
pub mod edits;
pub mod event;
pub mod guard;
pub mod note;
pub mod notification;
pub mod pause;
pub mod plan;
pub mod reject;
pub mod reopen;
pub mod resolve;
pub mod restore;
pub mod revise;
pub mod snapshot;
pub mod start;
pub mod submit;
pub mod table;
#[cfg(test)]
mod teams_tests;
pub mod template;
#[cfg(test)]
mod tests;
pub mod work_plan;
#[cfg(test)]
mod world;
