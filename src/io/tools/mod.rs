//! Running outside programs other than git: package managers and the user's editor.
//!
//! | module | offers |
//! | --- | --- |
//! | [`run`] | `ToolCommand`, `run_streamed(env, command, on_line)` |
//! | [`ask`] | `ask(env, command, input, limits) -> bytes`, `shell(line, folder)` |
//! | [`install`] | `install_commands(folder) -> Vec<ToolCommand>` by lockfile |
//! | [`editor`] | `Editor::choose(env, git's core.editor)`, `edit(env, file)` |

pub mod ask;
pub mod editor;
pub mod install;
pub mod run;
