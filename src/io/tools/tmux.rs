//! Sessions of tmux, one for each worktree.

use std::path::{Path, PathBuf};

use super::run::{Stream, ToolCommand, ToolError, run_attached, run_streamed};
use crate::io::env::Env;

/// A session and the folder that it was begun in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TmuxSession {
    /// Its name.
    pub name: String,
    /// Its folder.
    pub folder: PathBuf,
}

/// A name as tmux keeps it: it gives `.` and `:` a meaning of their own.
#[must_use]
pub fn session_name(text: &str) -> String {
    text.replace(['.', ':'], "_")
}

/// All sessions of the user's server; none where no server runs.
///
/// # Errors
/// There is no tmux.
pub fn sessions(env: &Env) -> Result<Vec<TmuxSession>, ToolError> {
    let answer = ask(env, &["list-sessions", "-F", "#{session_name}:#{session_path}"]);
    let lines = match answer {
        Ok(lines) => lines,
        // Without a server there is nothing to list, and tmux ends with 1.
        Err(ToolError::Failed { .. }) => Vec::new(),
        Err(error) => return Err(error),
    };
    Ok(lines
        .iter()
        .filter_map(|line| line.split_once(':'))
        .map(|(name, folder)| TmuxSession { name: name.to_owned(), folder: PathBuf::from(folder) })
        .collect())
}

/// Begins a session in the background, and makes sure that it is where it should be: tmux begins it in the home
/// folder, without a word, where it cannot enter the folder.
///
/// # Errors
/// There is no tmux, or the session was not begun there; then it is ended again.
pub fn new_session(env: &Env, name: &str, folder: &Path) -> Result<(), TmuxError> {
    let path = folder.to_string_lossy();
    ask(env, &["new-session", "-d", "-s", name, "-c", &path])?;
    let target = format!("={name}:");
    let said = ask(env, &["display-message", "-p", "-t", &target, "#{session_path}"])?.join("\n");
    if same_folder(Path::new(&said), folder) {
        return Ok(());
    }
    drop(ask(env, &["kill-session", "-t", &format!("={name}")]));
    Err(TmuxError::ElsewhereBegun { name: name.to_owned(), folder: folder.to_owned(), said })
}

/// Goes to a session: inside of tmux by switching, else by attaching this terminal.
///
/// # Errors
/// [`ToolError`]
pub fn attach(env: &Env, name: &str) -> Result<(), ToolError> {
    let verb = if env.var("TMUX").is_some() { "switch-client" } else { "attach-session" };
    run_attached(env, &ToolCommand::new("tmux", &[verb, "-t", &format!("={name}")], &env.cwd))
}

/// True where two paths lead to one folder.
#[must_use]
pub fn same_folder(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

/// A session that was not begun.
#[derive(Debug, thiserror::Error)]
pub enum TmuxError {
    /// The program failed.
    #[error(transparent)]
    Tool(#[from] ToolError),
    /// It is not in its folder.
    #[error("tmux began the session {name} in `{said}` and not in {}", folder.display())]
    ElsewhereBegun {
        /// The session.
        name: String,
        /// The folder that was asked for.
        folder: PathBuf,
        /// What tmux said.
        said: String,
    },
}

/// What tmux answers, line by line. Without `-u` it writes `_` for what is not ASCII where the locale says nothing.
fn ask(env: &Env, args: &[&str]) -> Result<Vec<String>, ToolError> {
    let mut lines = Vec::new();
    run_streamed(env, &ToolCommand::new("tmux", &[&["-u"], args].concat(), &env.cwd), |stream, line| {
        if stream == Stream::Output {
            lines.push(line.to_owned());
        }
    })?;
    Ok(lines)
}
