//! Running outside programs other than git: package managers and the user's editor.
//!
//! | module | offers |
//! | --- | --- |
//! | [`run`] | `ToolCommand`, `run_streamed(env, command, on_line)`, `run_attached(env, command)` |
//! | [`ask`] | `ask(env, command, input, limits) -> bytes`, `shell(line, folder)` |
//! | [`install`] | `install_commands(folder) -> Vec<ToolCommand>` by lockfile, `projects(root, paths)` |
//! | [`editor`] | `Editor::choose(env, git's core.editor)`, `edit(env, file)`, `open(env, folder)` |
//! | [`tmux`] | `sessions(env)`, `new_session(env, name, folder)`, `attach(env, name)` |

pub mod ask;
pub mod editor;
pub mod install;
pub mod run;
pub mod tmux;
