//! Running the program `git`: nothing else in the project does.
//!
//! The child sees the caller's environment with `LC_ALL=C` and without most `GIT_*` variables: inside a hook
//! git exports `GIT_DIR`, `GIT_INDEX_FILE` and others, which would send our calls to the wrong place. What a
//! user sets on purpose (identity, dates, configuration, askpass, SSH, tracing) is kept.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::io::env::{Env, split_paths};

use super::fault::{self, Fault, FaultKind};
use super::hooks::is_executable;

/// Variables of git that are handed on; names ending in `*` are beginnings.
const KEPT: [&str; 25] = [
    "GIT_ALLOW_PROTOCOL",
    "GIT_ASKPASS",
    "GIT_AUTHOR_*",
    "GIT_CEILING_DIRECTORIES",
    "GIT_COMMITTER_*",
    "GIT_CONFIG_*",
    "GIT_CURL_VERBOSE",
    "GIT_DISCOVERY_ACROSS_FILESYSTEM",
    "GIT_EDITOR",
    "GIT_EXEC_PATH",
    "GIT_HTTP_*",
    "GIT_NO_LAZY_FETCH",
    "GIT_PROTOCOL*",
    "GIT_PROXY_COMMAND",
    "GIT_PROXY_SSL_*",
    "GIT_SEQUENCE_EDITOR",
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "GIT_SSH_VARIANT",
    "GIT_SSL_*",
    "GIT_TEMPLATE_DIR",
    "GIT_TERMINAL_PROMPT",
    "GIT_TEXTDOMAINDIR",
    "GIT_TRACE*",
    "GIT_USER_AGENT",
];

/// The environment of every call of git: made once from the program's own.
#[derive(Debug, Clone)]
pub(crate) struct Surroundings {
    program: PathBuf,
    vars: BTreeMap<OsString, OsString>,
    interactive: bool,
    fault: Option<Arc<Fault>>,
}

impl Surroundings {
    pub(crate) fn of(env: &Env) -> Self {
        let mut vars: BTreeMap<OsString, OsString> =
            env.vars.iter().filter(|(name, _)| is_kept(name)).map(|(k, v)| (k.clone(), v.clone())).collect();
        vars.insert("LC_ALL".into(), "C".into());
        vars.remove(OsStr::new("LANGUAGE"));
        // Hooks that call `prd` again are not meant.
        vars.remove(OsStr::new(fault::VARIABLE));
        Self { program: find_git(&vars), vars, interactive: env.interactive, fault: Fault::read(env) }
    }

    /// A moment between two changes of files, at which a test may have the process die.
    pub(super) fn step(&self) {
        if let Some(fault) = &self.fault {
            fault.step();
        }
    }

    pub(crate) fn set(&mut self, name: &str, value: &OsStr) {
        self.vars.insert(name.into(), value.to_owned());
    }

    pub(crate) fn get(&self, name: &str) -> Option<&OsStr> {
        self.vars.get(OsStr::new(name)).map(OsString::as_os_str).filter(|value| !value.is_empty())
    }

    /// A call of git in a folder.
    pub(crate) fn git(&self, dir: &Path) -> Call {
        let mut vars = self.vars.clone();
        if !self.interactive {
            vars.entry("GIT_TERMINAL_PROMPT".into()).or_insert_with(|| "0".into());
        }
        let (program, fault) = (self.program.clone(), self.fault.clone());
        Call { program, dir: dir.to_owned(), args: Vec::new(), vars, input: None, timeout: None, fault }
    }
}

/// Where the first `git` of the path lies; its bare name where that cannot be told. By its place it is started without a copy
/// of this process being made first, which a search of the path would take.
fn find_git(vars: &BTreeMap<OsString, OsString>) -> PathBuf {
    let path = vars.get(OsStr::new("PATH")).map(|path| split_paths(path)).unwrap_or_default();
    // A relative folder means another one wherever git is called.
    let absolute = path.iter().take_while(|folder| folder.is_absolute());
    let is_program =
        |file: &PathBuf| file.metadata().is_ok_and(|about| about.is_file() && is_executable(&about));
    let found = absolute.map(|folder| folder.join("git")).find(is_program);
    found.unwrap_or_else(|| PathBuf::from("git"))
}

fn is_kept(name: &OsStr) -> bool {
    let Some(name) = name.to_str() else { return true };
    !name.starts_with("GIT_")
        || KEPT
            .iter()
            .any(|kept| kept.strip_suffix('*').map_or(name == *kept, |beginning| name.starts_with(beginning)))
}

/// A call of `git` that did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum ExecError {
    /// There is no program `git`.
    #[error("the program `git` was not found: install git 2.40 or newer")]
    NotInstalled,
    /// It could not be started or talked to.
    #[error("could not run `{command}`: {source}")]
    Io {
        /// The command line.
        command: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// It ended with a failure.
    #[error("`{command}` failed{}: {stderr}", code.map_or_else(String::new, |code| format!(" with exit code {code}")))]
    Failed {
        /// The command line.
        command: String,
        /// The exit code; `None` where a signal ended it.
        code: Option<i32>,
        /// What it wrote to its standard error, trimmed.
        stderr: String,
    },
    /// It took too long and was stopped.
    #[error("`{command}` did not end within {} seconds", limit.as_secs())]
    TimedOut {
        /// The command line.
        command: String,
        /// The time it had.
        limit: Duration,
    },
}

/// One call of `git`, being put together.
#[derive(Debug)]
#[must_use]
pub(crate) struct Call {
    program: PathBuf,
    dir: PathBuf,
    args: Vec<OsString>,
    vars: BTreeMap<OsString, OsString>,
    input: Option<Vec<u8>>,
    timeout: Option<Duration>,
    fault: Option<Arc<Fault>>,
}

/// How a call ended, and what it said.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
    command: String,
}

impl Answer {
    pub(crate) const fn is_success(&self) -> bool {
        matches!(self.code, Some(0))
    }

    /// The failure that this answer is.
    pub(crate) fn into_error(self) -> ExecError {
        ExecError::Failed { command: self.command, code: self.code, stderr: self.stderr }
    }

    /// Standard output as one line of text.
    pub(crate) fn line(&self) -> String {
        String::from_utf8_lossy(&self.stdout).trim_end_matches(['\n', '\r']).to_owned()
    }
}

impl Call {
    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.args.push(arg.as_ref().to_owned());
        self
    }

    pub(crate) fn args<A: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.args.extend(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        self
    }

    pub(crate) fn var(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.vars.insert(name.into(), value.as_ref().to_owned());
        self
    }

    /// What the call reads from its standard input.
    pub(crate) fn input(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.input = Some(bytes.into());
        self
    }

    /// Kills the call after this time: for everything that may go over a network.
    pub(crate) const fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = Some(limit);
        self
    }

    /// Runs it; an exit code other than 0 is an answer, not an error.
    pub(crate) fn run(self) -> Result<Answer, ExecError> {
        let command = self.command_line();
        match self.fault.as_ref().and_then(|fault| fault.call()) {
            Some(FaultKind::Kill) => std::process::abort(),
            Some(FaultKind::Fail) => Err(ExecError::Failed {
                command,
                code: Some(128),
                stderr: format!("{} says so", fault::VARIABLE),
            }),
            Some(FaultKind::KillAfter) => {
                drop(self.really_run(command));
                std::process::abort()
            }
            Some(FaultKind::KillStep) | None => self.really_run(command),
        }
    }

    fn really_run(self, command: String) -> Result<Answer, ExecError> {
        let io = |source| ExecError::Io { command: command.clone(), source };
        let mut child = self.spawn(&command, Stdio::piped())?;
        let writer = child.stdin.take().zip(self.input).map(|(mut pipe, bytes)| {
            // The child may end without reading everything: then its exit code tells more than the broken pipe.
            std::thread::spawn(move || drop(pipe.write_all(&bytes)))
        });
        let stderr = child.stderr.take().map(reader);
        let (status, stdout) = match self.timeout {
            None => {
                let stdout = child.stdout.take().map(all_of).unwrap_or_default();
                (child.wait().map_err(io)?, stdout)
            }
            Some(limit) => {
                let stdout = child.stdout.take().map(reader);
                let Some(status) = wait(&mut child, limit).map_err(io)? else {
                    // Its own children may hold the pipes open, so the readers are left to themselves.
                    drop(child.kill());
                    drop(child.wait());
                    return Err(ExecError::TimedOut { command, limit });
                };
                (status, joined(stdout))
            }
        };
        if let Some(writer) = writer {
            drop(writer.join());
        }
        let stderr = String::from_utf8_lossy(&joined(stderr)).trim().to_owned();
        Ok(Answer { code: status.code(), stdout, stderr, command })
    }

    /// Runs it and gives its standard output; an exit code other than 0 is an error.
    pub(crate) fn require(self) -> Result<Answer, ExecError> {
        let answer = self.run()?;
        if answer.is_success() { Ok(answer) } else { Err(answer.into_error()) }
    }

    /// Starts it to be asked line by line.
    pub(crate) fn batch(mut self) -> Result<Batch, ExecError> {
        let command = self.command_line();
        self.input = Some(Vec::new());
        // Nobody reads what it says besides: its answers tell enough.
        let mut child = self.spawn(&command, Stdio::null())?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(input), Some(output)) => {
                Ok(Batch { child, input: Some(input), output: BufReader::new(output), command })
            }
            _ => Err(ExecError::Io { command, source: ErrorKind::BrokenPipe.into() }),
        }
    }

    fn spawn(&self, command: &str, talk: Stdio) -> Result<Child, ExecError> {
        #[expect(clippy::disallowed_methods, reason = "this is the one place that runs git")]
        let mut program = Command::new(&self.program);
        program
            .args(&self.args)
            .current_dir(&self.dir)
            .env_clear()
            .envs(&self.vars)
            .stdin(if self.input.is_some() { Stdio::piped() } else { Stdio::null() })
            .stdout(Stdio::piped())
            .stderr(talk);
        program.spawn().map_err(|source| {
            // A missing working directory gives the same error as a missing program.
            if source.kind() == std::io::ErrorKind::NotFound && self.dir.is_dir() {
                ExecError::NotInstalled
            } else {
                ExecError::Io { command: command.to_owned(), source }
            }
        })
    }

    /// The call as somebody could type it.
    fn command_line(&self) -> String {
        let mut line = String::from("git");
        for arg in &self.args {
            line.push(' ');
            let text = arg.to_string_lossy();
            let plain =
                !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || "-_=./:@{}+,%".contains(c));
            if plain {
                line.push_str(&text);
            } else {
                line.push('\'');
                line.push_str(&text.replace('\'', "'\\''"));
                line.push('\'');
            }
        }
        line
    }
}

/// A call of git that answers many questions, such as `git cat-file --batch`.
#[derive(Debug)]
pub(crate) struct Batch {
    child: Child,
    /// Taken away at the end: git ends when its input does.
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    command: String,
}

impl Batch {
    /// Asks one line, and gives the first line of the answer.
    pub(crate) fn ask(&mut self, line: &str) -> Result<String, ExecError> {
        let mut asked = line.to_owned();
        asked.push('\n');
        let mut answer = String::new();
        let input = self.input.as_mut().ok_or(ErrorKind::BrokenPipe);
        let outcome = input
            .map_err(std::io::Error::from)
            .and_then(|pipe| pipe.write_all(asked.as_bytes()).and_then(|()| pipe.flush()))
            .and_then(|()| self.output.read_line(&mut answer));
        match outcome {
            Ok(0) => Err(self.broken(ErrorKind::UnexpectedEof.into())),
            Ok(_) => Ok(answer.trim_end_matches('\n').to_owned()),
            Err(source) => Err(self.broken(source)),
        }
    }

    /// The content that follows, of `size` bytes, with a line end behind it.
    pub(crate) fn content(&mut self, size: usize) -> Result<Vec<u8>, ExecError> {
        let mut bytes = vec![0; size.saturating_add(1)];
        self.output.read_exact(&mut bytes).map_err(|source| self.broken(source))?;
        bytes.pop();
        Ok(bytes)
    }

    fn broken(&self, source: std::io::Error) -> ExecError {
        ExecError::Io { command: self.command.clone(), source }
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        drop(self.input.take());
        // It ends by itself now, and would stay as a zombie if nobody asked.
        drop(self.child.wait());
    }
}

fn reader<R: Read + Send + 'static>(pipe: R) -> JoinHandle<Vec<u8>> {
    std::thread::spawn(move || all_of(pipe))
}

fn all_of<R: Read>(mut pipe: R) -> Vec<u8> {
    let mut bytes = Vec::new();
    // What was read before a failure is still the best there is to show.
    drop(pipe.read_to_end(&mut bytes));
    bytes
}

fn joined(reader: Option<JoinHandle<Vec<u8>>>) -> Vec<u8> {
    reader.and_then(|handle| handle.join().ok()).unwrap_or_default()
}

/// Waits for the child; `None` where the time is up.
fn wait(child: &mut Child, limit: Duration) -> std::io::Result<Option<std::process::ExitStatus>> {
    let end = Instant::now() + limit;
    let mut pause = Duration::from_millis(1);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() >= end {
            return Ok(None);
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(50));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::git::testing::test_env;

    #[test]
    fn what_a_hook_exports_is_dropped_and_what_a_user_sets_is_kept() {
        for (name, kept) in [
            ("GIT_DIR", false),
            ("GIT_INDEX_FILE", false),
            ("GIT_WORK_TREE", false),
            ("GIT_PREFIX", false),
            ("GIT_OBJECT_DIRECTORY", false),
            ("GIT_SSH_COMMAND", true),
            ("GIT_AUTHOR_NAME", true),
            ("GIT_CONFIG_GLOBAL", true),
            ("PATH", true),
        ] {
            assert_eq!(is_kept(OsStr::new(name)), kept, "{name}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn git_is_the_first_program_of_that_name_in_the_path() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let folder = |name: &str| dir.path().join(name);
        let in_path = |path: &str| find_git(&BTreeMap::from([("PATH".into(), path.into())]));
        for (name, mode) in [("plain", 0o644), ("one", 0o755), ("two", 0o755)] {
            fs_err::create_dir(folder(name)).unwrap();
            fs_err::write(folder(name).join("git"), "").unwrap();
            let mode = std::fs::Permissions::from_mode(mode);
            std::fs::set_permissions(folder(name).join("git"), mode).unwrap();
        }
        fs_err::create_dir_all(folder("folder").join("git")).unwrap();
        let path = ["none", "folder", "plain", "two", "one"].map(|name| folder(name).display().to_string());
        assert_eq!(in_path(&path.join(":")), folder("two").join("git"));
        assert_eq!(in_path(&format!("here:{}", path[3])), Path::new("git"));
        assert_eq!(find_git(&BTreeMap::new()), Path::new("git"));
    }

    #[test]
    fn a_failure_carries_the_command_the_code_and_what_git_said() {
        let dir = tempfile::tempdir().unwrap();
        let call = Surroundings::of(&test_env(dir.path())).git(dir.path()).args(["no-such", "it's"]);
        let Err(ExecError::Failed { command, code, stderr }) = call.require() else { panic!("no failure") };
        assert_eq!(command, r"git no-such 'it'\''s'");
        assert_eq!(code, Some(1));
        assert!(stderr.contains("no-such"), "{stderr}");
    }

    #[test]
    fn a_call_that_takes_too_long_is_stopped() {
        let dir = tempfile::tempdir().unwrap();
        let begun = Instant::now();
        let call = Surroundings::of(&test_env(dir.path()))
            .git(dir.path())
            .args(["-c", "alias.wait=!exec sleep 2", "wait"])
            .timeout(Duration::from_millis(60));
        assert!(matches!(call.run(), Err(ExecError::TimedOut { .. })));
        assert!(begun.elapsed() < Duration::from_millis(1500));
    }

    #[test]
    fn a_large_input_and_output_do_not_lock_up() {
        let dir = tempfile::tempdir().unwrap();
        let text = vec![b'x'; 3_000_000];
        let call = Surroundings::of(&test_env(dir.path()))
            .git(dir.path())
            .args(["-c", "alias.echo=!cat", "echo"])
            .input(text.clone());
        assert_eq!(call.require().unwrap().stdout.len(), text.len());
    }
}
