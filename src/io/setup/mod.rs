//! What a new worktree gets from the main one besides its commit: ignored files, and folders that are shared.
//!
//! | module | offers |
//! | --- | --- |
//! | [`patterns`] | `Patterns::new(lines)`: which ignored files are copied, in the syntax of `.gitignore` |
//! | [`copy`] | `copy_ignored(git, from, to, patterns)` |
//! | [`link`] | `link_folder(git, from, to, folder)` |

pub mod copy;
pub mod link;
pub mod patterns;
