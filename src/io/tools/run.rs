//! Running a program and handing on what it says, line by line.

use std::fmt;
use std::io::{BufRead, BufReader, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{Sender, channel};

use serde::{Deserialize, Serialize};

use crate::io::env::Env;

/// A program with its arguments, ready to be run or to be shown for somebody to type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolCommand {
    /// The program: a name to be looked up, or an absolute path.
    pub program: String,
    /// Its arguments.
    pub args: Vec<String>,
    /// Variables that it gets on top of the user's.
    pub vars: Vec<(String, String)>,
    /// Where it runs; absolute.
    pub dir: PathBuf,
}

impl ToolCommand {
    /// A line of shell, as the user would type it in the folder.
    #[must_use]
    pub fn shell(line: &str, dir: &Path) -> Self {
        let (program, option) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
        Self::new(program, &[option, line], dir)
    }

    /// A command without variables.
    #[must_use]
    pub fn new(program: &str, args: &[&str], dir: &Path) -> Self {
        Self {
            program: program.to_owned(),
            args: args.iter().map(|arg| (*arg).to_owned()).collect(),
            vars: Vec::new(),
            dir: dir.to_owned(),
        }
    }
}

/// As somebody could type it in its folder: `BUNDLE_FROZEN=true bundle install`.
impl fmt::Display for ToolCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in &self.vars {
            write!(f, "{name}={} ", Quoted(value))?;
        }
        let inside = Path::new(&self.program).strip_prefix(&self.dir).ok().and_then(Path::to_str);
        match inside {
            Some(program) => write!(f, "{}", Quoted(&format!("./{program}")))?,
            None => write!(f, "{}", Quoted(&self.program))?,
        }
        self.args.iter().try_for_each(|arg| write!(f, " {}", Quoted(arg)))
    }
}

/// A word as a shell reads it.
#[derive(Debug, Clone, Copy)]
pub struct Quoted<'a>(pub &'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_plain =
            !self.0.is_empty() && self.0.chars().all(|c| c.is_alphanumeric() || "-_=./:@+,%".contains(c));
        if is_plain { f.write_str(self.0) } else { write!(f, "'{}'", self.0.replace('\'', "'\\''")) }
    }
}

/// Which of its two streams a program wrote a line to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Output,
    /// Standard error.
    Error,
}

/// A program that did not do its work.
#[derive(Debug, thiserror::Error)]
pub enum ToolError {
    /// There is no such program on the user's path.
    #[error("`{program}` is not installed")]
    NotInstalled {
        /// The program.
        program: String,
    },
    /// It could not be started or read from.
    #[error("could not run `{command}`: {source}")]
    Io {
        /// The command line.
        command: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// It ended with a failure.
    #[error("`{command}` failed{}", code.map_or_else(String::new, |code| format!(" with exit code {code}")))]
    Failed {
        /// The command line.
        command: String,
        /// The exit code; `None` where a signal ended it.
        code: Option<i32>,
    },
}

/// Variables by which git tells its hooks where they are: they would lead any git that a program runs astray.
const OF_GIT: [&str; 12] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];

pub(super) fn prepared(env: &Env, command: &ToolCommand) -> Command {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that runs programs other than git")]
    let mut program = Command::new(&command.program);
    program
        .args(&command.args)
        .current_dir(&command.dir)
        .env_clear()
        .envs(&env.vars)
        .envs(command.vars.iter().map(|(name, value)| (name, value)));
    for name in OF_GIT {
        program.env_remove(name);
    }
    program
}

pub(super) fn start_error(command: &ToolCommand, source: std::io::Error) -> ToolError {
    // A missing folder gives the same error as a missing program.
    if source.kind() == ErrorKind::NotFound && command.dir.is_dir() {
        ToolError::NotInstalled { program: command.program.clone() }
    } else {
        ToolError::Io { command: command.to_string(), source }
    }
}

pub(super) fn ended(command: &ToolCommand, status: ExitStatus) -> Result<(), ToolError> {
    if status.success() {
        return Ok(());
    }
    Err(ToolError::Failed { command: command.to_string(), code: status.code() })
}

/// Runs a command to its end and hands each line on as it comes, without its line end; bytes that are not UTF-8
/// are replaced. The program gets no standard input, so it cannot ask anything.
///
/// # Errors
/// [`ToolError`]
pub fn run_streamed(
    env: &Env,
    command: &ToolCommand,
    mut on_line: impl FnMut(Stream, &str),
) -> Result<(), ToolError> {
    let io = |source| ToolError::Io { command: command.to_string(), source };
    let mut child = prepared(env, command)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|source| start_error(command, source))?;
    let (sender, lines) = channel();
    if let Some(pipe) = child.stdout.take() {
        read_lines(pipe, Stream::Output, sender.clone());
    }
    if let Some(pipe) = child.stderr.take() {
        read_lines(pipe, Stream::Error, sender);
    }
    for (stream, line) in lines {
        on_line(stream, &line);
    }
    ended(command, child.wait().map_err(io)?)
}

/// Runs a command with the user's terminal and waits for its end.
///
/// # Errors
/// [`ToolError`]
pub fn run_attached(env: &Env, command: &ToolCommand) -> Result<(), ToolError> {
    let status = prepared(env, command)
        .stdin(Stdio::inherit())
        .stdout(Stdio::inherit())
        .stderr(Stdio::inherit())
        .status()
        .map_err(|source| start_error(command, source))?;
    ended(command, status)
}

fn read_lines(pipe: impl Read + Send + 'static, stream: Stream, sender: Sender<(Stream, String)>) {
    std::thread::spawn(move || {
        let mut reader = BufReader::new(pipe);
        let mut line = Vec::new();
        // A pipe that breaks ends the talk, and the exit code says the rest.
        while reader.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
            let text = String::from_utf8_lossy(&line).trim_end_matches(['\n', '\r']).to_owned();
            if sender.send((stream, text)).is_err() {
                break;
            }
            line.clear();
        }
    });
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    fn shell(script: &str) -> ToolCommand {
        ToolCommand::new("sh", &["-c", script], Path::new("/"))
    }

    #[test]
    fn lines_come_from_both_streams_and_a_failure_has_its_code() {
        let env = Env::read().unwrap();
        let mut lines = Vec::new();
        let command = shell("echo one; echo two >&2; printf 'three\\r\\n\\377 end'; exit 7");
        let error =
            run_streamed(&env, &command, |stream, line| lines.push((stream, line.to_owned()))).unwrap_err();
        assert!(matches!(error, ToolError::Failed { code: Some(7), .. }), "{error}");
        let said: Vec<&str> =
            lines.iter().filter(|(stream, _)| *stream == Stream::Output).map(|(_, line)| &**line).collect();
        assert_eq!(said, ["one", "three", "\u{fffd} end"]);
        assert!(lines.contains(&(Stream::Error, "two".to_owned())));
    }

    #[test]
    fn a_missing_program_is_told_from_a_missing_folder() {
        let env = Env::read().unwrap();
        let run = |program: &str, dir: &str| {
            run_streamed(&env, &ToolCommand::new(program, &[], Path::new(dir)), |_, _| {}).unwrap_err()
        };
        assert!(matches!(run("no-such-program-of-prd", "/"), ToolError::NotInstalled { .. }));
        assert!(matches!(run("true", "/no/such/folder"), ToolError::Io { .. }));
    }

    #[test]
    fn a_program_sees_the_users_variables_but_not_those_of_a_hook() {
        let mut env = Env::read().unwrap();
        env.vars.insert("GIT_DIR".into(), "/wrong".into());
        env.vars.insert("PRD_TEST".into(), "yes".into());
        let mut said = String::new();
        let command = shell("echo \"[$GIT_DIR] $PRD_TEST $MORE\"");
        let command = ToolCommand { vars: vec![("MORE".to_owned(), "more".to_owned())], ..command };
        run_streamed(&env, &command, |_, line| said.push_str(line)).unwrap();
        assert_eq!(said, "[] yes more");
    }

    #[test]
    fn a_command_is_shown_as_it_can_be_typed() {
        let mut command = ToolCommand::new("/x/y/gradlew", &["it's", "--a=b", ""], Path::new("/x/y"));
        command.vars.push(("A".to_owned(), "b c".to_owned()));
        assert_eq!(command.to_string(), r"A='b c' ./gradlew 'it'\''s' --a=b ''");
    }
}
