//! From arguments to an exit code.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use clap::Parser;
use clap::error::ErrorKind as ClapKind;

use super::args::{Cli, Format, Global, Output};
use super::completing;
use super::error::{CommandError, ErrorKind};
use super::output::{Console, Report, View};
use crate::io::env::Env;
use chrono::NaiveDate;
use serde::Serialize;

/// What every command is given.
#[derive(Debug)]
pub struct App {
    /// The surroundings.
    pub env: Env,
    /// The global flags.
    pub global: Global,
    /// Where talk and answers go.
    pub console: Console,
    /// The command line, for others who wait for this command.
    pub invocation: String,
    /// What was warned of already.
    warned: Mutex<BTreeSet<String>>,
}

impl App {
    /// What answers without a word besides: for a prompt, and while somebody types.
    #[must_use]
    pub fn silent(env: &Env, global: &Global) -> Self {
        Self {
            env: env.clone(),
            global: global.clone(),
            console: Console::silent(),
            invocation: "prd".to_owned(),
            warned: Mutex::default(),
        }
    }

    /// The same, at the time that it is now.
    #[must_use]
    pub fn renewed(&self) -> Self {
        Self {
            env: self.env.renewed(),
            global: self.global.clone(),
            console: self.console,
            invocation: self.invocation.clone(),
            warned: Mutex::default(),
        }
    }

    /// Today: `--as-of`, else the clock's day.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.global.as_of.unwrap_or_else(|| self.env.today())
    }

    /// The time that records get: the clock's, on the day of `--as-of` where that is given.
    #[must_use]
    pub fn now(&self) -> chrono::DateTime<chrono::FixedOffset> {
        let now = self.env.now;
        self.global
            .as_of
            .and_then(|date| date.and_time(now.time()).and_local_timezone(*now.offset()).single())
            .unwrap_or(now)
    }

    /// Warns of something once, however often a command comes across it.
    pub fn warn_once(&self, text: &str) {
        let mut warned = self.warned.lock().unwrap_or_else(PoisonError::into_inner);
        if warned.insert(text.to_owned()) {
            self.console.warn(text);
        }
    }

    /// True where a question can be asked: a terminal is there and `--yes` was not given.
    #[must_use]
    pub const fn can_ask(&self) -> bool {
        self.env.interactive && !self.global.yes
    }

    /// The place that the answer goes to.
    #[must_use]
    pub const fn view(&self) -> View {
        View { width: self.env.width, terminal: self.env.stdout_is_terminal }
    }

    /// The answer of a command that prints text or JSON.
    ///
    /// # Errors
    /// A bug: the value is no JSON object.
    pub fn report<T: Serialize>(
        &self,
        output: Output,
        value: &T,
        text: impl FnOnce(&T, View) -> String,
    ) -> Result<Report, CommandError> {
        match output.format {
            Format::Text => Ok(Report::text(text(value, self.view()))),
            Format::Json => Report::json(value),
        }
    }
}

/// Runs the program; a panic is a bug of ours, which is said in words and in the exit code.
#[must_use]
pub fn run_guarded(env: Env, args: impl IntoIterator<Item = std::ffi::OsString>) -> u8 {
    guarded(move || run(env, args))
}

fn guarded(program: impl FnOnce() -> u8) -> u8 {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(String::new, |place| format!(" at {place}"));
        let what = panic.payload_as_str().unwrap_or("a panic");
        let error = CommandError::new(ErrorKind::Bug, format!("this is a bug of prd{place}: {what}"))
            .hint("what it was doing is taken back or finished by the next command, or by `prd doctor`")
            .hint("please report it with the command line");
        Console::new(false, true).error(&error);
    }));
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(program)).unwrap_or(ErrorKind::Bug.exit_code())
}

/// Runs the program: parses, runs the command, prints its answer or error. Returns the exit code.
#[must_use]
pub fn run(env: Env, args: impl IntoIterator<Item = std::ffi::OsString>) -> u8 {
    let args: Vec<std::ffi::OsString> = args.into_iter().collect();
    if env.var(completing::VARIABLE).is_some() {
        return completing::run(&env, args);
    }
    let words: Vec<_> = args.iter().skip(1).take(3).map(|word| word.to_string_lossy()).collect();
    let invocation = format!("prd {}", words.join(" "));
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    let console = Console::new(cli.global.quiet, !cli.global.no_color && env.var("NO_COLOR").is_none());
    let app = App { env, global: cli.global, console, invocation, warned: Mutex::default() };
    match cli.command.run(&app) {
        Ok(report) => match console.answer(&report.body) {
            Ok(()) => report.exit,
            Err(error) => fail(console, &error),
        },
        Err(error) => fail(console, &error),
    }
}

/// The current directory is gone: nothing can be run. Returns the exit code.
#[must_use]
pub fn without_folder(error: &std::io::Error) -> u8 {
    let error = CommandError::outside(format!("the current directory cannot be read: {error}"))
        .hint("change to a folder that is there");
    fail(Console::new(false, true), &error)
}

fn fail(console: Console, error: &CommandError) -> u8 {
    console.error(error);
    error.kind.exit_code()
}

/// Help and version are answers; anything else that clap says is wrong usage.
fn usage(error: &clap::Error) -> u8 {
    // A closed pipe leaves nobody to tell.
    let _ = error.print();
    let answers = matches!(error.kind(), ClapKind::DisplayHelp | ClapKind::DisplayVersion);
    if answers { 0 } else { ErrorKind::Usage.exit_code() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_a_bug_with_its_own_exit_code() {
        assert_eq!(guarded(|| 3), 3);
        assert_eq!(guarded(|| panic!("on purpose, in a test")), 70);
        drop(std::panic::take_hook());
    }
}
