//! Commits on the home branch: built as an object first, and then made its tip by a protocol that a kill can
//! interrupt anywhere.
//!
//! ```text
//! build_commit ──▶ (register a worktree at it …) ──▶ begin_advance ──▶ write_files ──▶ move_ref ──▶ finish
//!   objects only                                       index.lock       work tree       CAS          index
//! ```
//!
//! Up to `move_ref` everything can be taken back (`abandon`), after it only `finish` is left. After a kill
//! `resume_advance` says which of the two it is, from the files alone.

pub mod advance;
pub mod build;
pub mod error;
mod index;
pub mod request;
mod work_file;
