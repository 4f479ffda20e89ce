//! The outside as it was when the program began: read once, here, and passed down.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use chrono::{DateTime, FixedOffset, NaiveDate};

/// Working directory, variables, clock and terminal at the program's start.
#[derive(Debug, Clone)]
pub struct Env {
    /// The current directory.
    pub cwd: PathBuf,
    /// All environment variables.
    pub vars: BTreeMap<OsString, OsString>,
    /// The time at the start, in the user's zone.
    pub now: DateTime<FixedOffset>,
    /// True where somebody can answer: standard input and error are terminals.
    pub interactive: bool,
    /// True where standard output is a terminal.
    pub stdout_is_terminal: bool,
    /// Columns of the terminal, 100 where there is none.
    pub width: usize,
    /// This program.
    pub program: PathBuf,
}

impl Env {
    /// Reads everything.
    ///
    /// # Errors
    /// The current directory is gone or may not be read.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the process's surroundings"
    )]
    pub fn read() -> std::io::Result<Self> {
        let vars: BTreeMap<OsString, OsString> = std::env::vars_os().collect();
        let width = vars
            .get(&OsString::from("COLUMNS"))
            .and_then(|text| text.to_str()?.parse().ok())
            .filter(|width| (20..=1000).contains(width));
        Ok(Self {
            cwd: std::env::current_dir()?,
            now: chrono::Local::now().fixed_offset(),
            interactive: std::io::stdin().is_terminal() && std::io::stderr().is_terminal(),
            stdout_is_terminal: std::io::stdout().is_terminal(),
            width: width.or_else(terminal_width).unwrap_or(100),
            program: std::env::current_exe().unwrap_or_else(|_| PathBuf::from("prd")),
            vars,
        })
    }

    /// The same, with the time as it is now: for a command that goes on for days.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    pub fn renewed(&self) -> Self {
        Self { now: chrono::Local::now().fixed_offset(), ..self.clone() }
    }

    /// A variable that is set, not empty, and UTF-8.
    #[must_use]
    pub fn var(&self, name: &str) -> Option<&str> {
        self.vars.get(&OsString::from(name))?.to_str().filter(|text| !text.is_empty())
    }

    /// Today in the user's zone.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.now.date_naive()
    }

    /// The user's home folder.
    #[must_use]
    pub fn home_folder(&self) -> Option<&Path> {
        self.var("HOME").or_else(|| self.var("USERPROFILE")).map(Path::new)
    }

    /// The user's folder for what this program remembers across repositories: `$XDG_STATE_HOME/prd`, else what the
    /// system is used to; `None` where the user has no home folder.
    #[must_use]
    pub fn state_folder(&self) -> Option<PathBuf> {
        // The standard says that a relative path is to be ignored.
        let named = |name: &str| self.var(name).map(PathBuf::from).filter(|path| path.is_absolute());
        if let Some(folder) = named("XDG_STATE_HOME") {
            return Some(folder.join("prd"));
        }
        if cfg!(windows) {
            return Some(named("LOCALAPPDATA")?.join("prd"));
        }
        let below = if cfg!(target_os = "macos") { "Library/Application Support" } else { ".local/state" };
        Some(self.home_folder()?.join(below).join("prd"))
    }

    /// A path as the user meant it: relative ones from the current directory.
    #[must_use]
    pub fn absolute(&self, path: &Path) -> PathBuf {
        self.cwd.join(path)
    }
}

/// The paths of a list like that of `PATH`.
#[must_use]
pub fn split_paths(list: &OsStr) -> Vec<PathBuf> {
    std::env::split_paths(list).collect()
}

fn terminal_width() -> Option<usize> {
    let (_, columns) = dialoguer::console::Term::stdout().size_checked()?;
    Some(usize::from(columns))
}
