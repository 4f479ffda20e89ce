//! Asking a program one question: bytes in, bytes out, within a time and a size.
//!
//! The program gets a process group of its own where the system has such; when its time is up or it says too much, the
//! whole group is ended, so that nothing that it started goes on.

use std::io::{Read, Write};
use std::process::{Child, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use super::run::{ToolCommand, ToolError, ended, prepared, start_error};
use crate::io::env::Env;

/// How much of what it says on standard error is kept, from the end, in bytes.
const SAID: usize = 2000;

/// How long a program may take and how much it may say.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// From its start to its end.
    pub time: Duration,
    /// Bytes of its standard output.
    pub bytes: usize,
}

/// A program that gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// It did not start, or ended with a failure; and what it said last on standard error.
    #[error("{error}{}", what_it_said(.said))]
    Tool {
        /// What went wrong.
        error: ToolError,
        /// The end of its standard error.
        said: String,
    },
    /// Its time was up.
    #[error("it did not answer within {} s and was ended", .0.as_secs_f32())]
    TimedOut(Duration),
    /// It said too much.
    #[error("it answered more than {0} bytes and was ended")]
    TooMuch(usize),
}

fn what_it_said(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(": {text}") }
}

/// A shell's command line as a command: `sh -c`, on Windows `cmd /C`.
#[must_use]
pub fn shell(line: &str, dir: &std::path::Path) -> ToolCommand {
    if cfg!(windows) {
        ToolCommand::new("cmd", &["/C", line], dir)
    } else {
        ToolCommand::new("sh", &["-c", line], dir)
    }
}

/// Runs a program, gives it `input` on standard input, and returns what it wrote to standard output.
///
/// # Errors
/// [`AskError`]; then nothing that it started in its process group is left running.
pub fn ask(env: &Env, command: &ToolCommand, input: Vec<u8>, limits: Limits) -> Result<Vec<u8>, AskError> {
    let end = Instant::now() + limits.time;
    let tool = |error| AskError::Tool { error, said: String::new() };
    let mut program = prepared(env, command);
    program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt as _;
        program.process_group(0);
    }
    let mut child = program.spawn().map_err(|source| tool(start_error(command, source)))?;
    if let Some(mut pipe) = child.stdin.take() {
        // It may end without reading everything: then its exit code and answer tell more than the broken pipe.
        std::thread::spawn(move || drop(pipe.write_all(&input)));
    }
    let errors = child.stderr.take().map(|pipe| std::thread::spawn(move || tail(pipe)));
    let (sender, answers) = channel();
    if let Some(pipe) = child.stdout.take() {
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            let most = u64::try_from(limits.bytes).unwrap_or(u64::MAX).saturating_add(1);
            // A pipe that breaks ends the answer, and the exit code says the rest.
            drop(pipe.take(most).read_to_end(&mut bytes));
            sender.send(bytes)
        });
    }
    let bytes = match answers.recv_timeout(limits.time) {
        Ok(bytes) if bytes.len() > limits.bytes => {
            kill(&mut child);
            return Err(AskError::TooMuch(limits.bytes));
        }
        Ok(bytes) => bytes,
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
            kill(&mut child);
            return Err(AskError::TimedOut(limits.time));
        }
    };
    let mut pause = Duration::from_millis(1);
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if Instant::now() >= end => {
                kill(&mut child);
                return Err(AskError::TimedOut(limits.time));
            }
            Ok(None) => {
                std::thread::sleep(pause);
                pause = (pause * 2).min(Duration::from_millis(50));
            }
            Err(source) => return Err(tool(ToolError::Io { command: command.to_string(), source })),
        }
    };
    ended(command, status).map_err(|error| {
        // A child of its own may hold its standard error open for ever; nobody waits for that.
        let is_whole = errors.as_ref().is_some_and(|thread| wait_for(thread, Duration::from_millis(500)));
        let said = errors.filter(|_| is_whole).and_then(|thread| thread.join().ok()).unwrap_or_default();
        AskError::Tool { error, said }
    })?;
    Ok(bytes)
}

fn wait_for<T>(thread: &std::thread::JoinHandle<T>, limit: Duration) -> bool {
    let end = Instant::now() + limit;
    while !thread.is_finished() && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(5));
    }
    thread.is_finished()
}

/// The last line or so of a stream, on one line.
fn tail(mut pipe: impl Read) -> String {
    let mut kept: Vec<u8> = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(read) = pipe.read(&mut buffer) {
        if read == 0 {
            break;
        }
        kept.extend_from_slice(buffer.get(..read).unwrap_or_default());
        let over = kept.len().saturating_sub(SAID);
        kept.drain(..over);
    }
    let text = String::from_utf8_lossy(&kept);
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim().to_owned()
}

/// Ends the program's whole group, then waits for it, so that no zombie is left.
fn kill(child: &mut Child) {
    #[cfg(unix)]
    if let Some(group) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
        // A group that is gone already needs no ending.
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    // Without groups, or where the group is gone already.
    drop(child.kill());
    drop(child.wait());
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::path::Path;

    use super::*;

    fn run(script: &str, time: u64, bytes: usize, input: &[u8]) -> Result<Vec<u8>, AskError> {
        let limits = Limits { time: Duration::from_millis(time), bytes };
        ask(&Env::read().unwrap(), &shell(script, Path::new("/")), input.to_vec(), limits)
    }

    #[test]
    fn what_goes_in_comes_out() {
        let input = vec![b'x'; 300_000];
        assert_eq!(run("cat", 20_000, 300_000, &input).unwrap(), input);
        assert_eq!(run("echo it does not read", 20_000, 100, &input).unwrap(), b"it does not read\n");
    }

    #[test]
    fn a_failure_says_what_the_program_said() {
        let error = run("echo half; printf 'no key\\nset KEY\\n' >&2; exit 3", 20_000, 100, b"").unwrap_err();
        let text = error.to_string();
        assert!(text.contains("failed with exit code 3: no key set KEY"), "{text}");
        assert!(run("kill -9 $$", 20_000, 100, b"").unwrap_err().to_string().contains("failed"));
        let missing = ToolCommand::new("no-such-program-of-prd", &[], Path::new("/"));
        let limits = Limits { time: Duration::from_secs(1), bytes: 1 };
        let error = ask(&Env::read().unwrap(), &missing, Vec::new(), limits).unwrap_err();
        assert!(error.to_string().contains("is not installed"));
    }

    #[test]
    fn too_much_is_cut_off() {
        assert!(matches!(run("yes", 20_000, 1000, b""), Err(AskError::TooMuch(1000))));
    }

    #[test]
    fn when_the_time_is_up_nothing_of_it_goes_on() {
        let dir = tempfile::tempdir().unwrap();
        let mark = dir.path().join("mark");
        // A child of the program that would write the file later; it holds the output open, too.
        let script = format!("(sleep 1; touch '{}') & sleep 30", mark.display());
        assert!(matches!(run(&script, 100, 100, b""), Err(AskError::TimedOut(_))));
        std::thread::sleep(Duration::from_millis(1500));
        assert!(!mark.exists(), "a child outlived the program");
    }
}
