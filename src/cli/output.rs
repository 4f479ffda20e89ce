//! The only module that prints: the answer to standard output, the talk to standard error.

use std::collections::VecDeque;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

use anstream::adapter::strip_str;
use anstream::{AutoStream, ColorChoice};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use super::app::App;
use super::error::{CommandError, ErrorKind};
use super::render::escape::one_line;
use crate::io::files;

/// Where a command's talk goes, and whether there may be any.
#[derive(Debug, Clone, Copy)]
pub struct Console {
    quiet: bool,
    color: ColorChoice,
    silent: bool,
}

impl Console {
    /// `quiet` drops notes but never warnings; without `color` no stream gets any.
    #[must_use]
    pub const fn new(quiet: bool, color: bool) -> Self {
        Self { quiet, color: if color { ColorChoice::Auto } else { ColorChoice::Never }, silent: false }
    }

    /// A console that says nothing at all: for answers that a shell asks for while somebody types.
    #[must_use]
    pub const fn silent() -> Self {
        Self { quiet: true, color: ColorChoice::Never, silent: true }
    }

    /// Writes the answer. A reader that closed the pipe is no error.
    ///
    /// # Errors
    /// Standard output cannot be written, for another reason than a closed pipe.
    pub fn answer(&self, text: &str) -> Result<(), CommandError> {
        self.answer_part(text).map(drop)
    }

    /// Writes a part of an answer whose rest is not known yet; breaks where nobody reads on.
    ///
    /// # Errors
    /// As [`Console::answer`].
    pub fn answer_part(&self, text: &str) -> Result<ControlFlow<()>, CommandError> {
        let mut stdout = std::io::stdout().lock();
        let is_open = self.color == ColorChoice::Auto;
        let color = if is_open { AutoStream::choice(&stdout) } else { self.color };
        let written = if !text.contains('\u{1b}') {
            stdout.write_all(text.as_bytes())
        } else if color == ColorChoice::Never {
            // A stream would take them out line by line, and write as many times.
            stdout.write_all(strip_str(text).to_string().as_bytes())
        } else {
            AutoStream::new(&mut stdout, color).write_all(text.as_bytes())
        };
        match written.and_then(|()| stdout.flush()) {
            Ok(()) => Ok(ControlFlow::Continue(())),
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(ControlFlow::Break(())),
            Err(error) => Err(error.into()),
        }
    }

    /// A line about what happens, unless `--quiet`.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            self.talk(text);
        }
    }

    /// A line that a user must see.
    pub fn warn(&self, text: &str) {
        use owo_colors::OwoColorize as _;
        self.talk(&format!("{} {text}", "warning:".yellow().bold()));
    }

    /// Lines that a user must see and that are no warning by themselves.
    pub fn warn_lines(&self, text: &str) {
        self.talk(text);
    }

    /// An error with its hints.
    pub fn error(&self, error: &CommandError) {
        self.talk(error.render().trim_end());
    }

    fn talk(&self, text: &str) {
        if self.silent {
            return;
        }
        let mut stream = AutoStream::new(std::io::stderr().lock(), self.color);
        // A closed standard error leaves nobody to tell.
        let _ = writeln!(stream, "{text}").and_then(|()| stream.flush());
    }
}

/// A line that shows what a long step is doing. Where nobody looks at a terminal, every line is written instead.
#[derive(Debug)]
pub struct Progress {
    bar: Option<ProgressBar>,
    console: Console,
    tail: VecDeque<String>,
}

/// How many of its last lines a step that failed shows.
const TAIL: usize = 30;

impl Console {
    /// Begins to show a step. `is_terminal`: standard error is one.
    #[must_use]
    pub fn progress(self, title: &str, is_terminal: bool) -> Progress {
        let bar = (is_terminal && !self.quiet).then(|| {
            let bar = ProgressBar::new_spinner().with_prefix(one_line(title));
            let style = ProgressStyle::with_template("{spinner} {prefix} · {wide_msg}");
            let bar = bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        if bar.is_none() {
            self.note(&format!("$ {}", one_line(title)));
        }
        Progress { bar, console: self, tail: VecDeque::new() }
    }
}

impl Progress {
    /// A line that the step says.
    pub fn line(&mut self, text: &str) {
        match &self.bar {
            Some(bar) => {
                bar.set_message(one_line(text));
                self.tail.push_back(text.to_owned());
                if self.tail.len() > TAIL {
                    self.tail.pop_front();
                }
            }
            None => self.console.note(text),
        }
    }

    /// The step is over. What one said last that failed is shown, where it was not shown before.
    pub fn end(self, is_good: bool) {
        let Some(bar) = self.bar else { return };
        bar.finish_and_clear();
        if !is_good {
            self.tail.iter().for_each(|line| self.console.talk(&one_line(line)));
        }
    }
}

/// What a renderer may know of the place its text goes to.
#[derive(Debug, Clone, Copy)]
pub struct View {
    /// Columns.
    pub width: usize,
    /// True where a person looks at it.
    pub terminal: bool,
}

impl View {
    /// The width that lines are cut to; `None` where a program reads them.
    #[must_use]
    pub const fn cut(self) -> Option<usize> {
        if self.terminal { Some(self.width) } else { None }
    }
}

/// The answer of a command, rendered, and its exit code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The text for standard output, line end included; may be empty.
    pub body: String,
    /// 0, or 1 where a rule said no.
    pub exit: u8,
}

impl Report {
    /// A text that is the answer.
    #[must_use]
    pub fn text(body: impl Into<String>) -> Self {
        let mut body = body.into();
        if !body.is_empty() && !body.ends_with('\n') {
            body.push('\n');
        }
        Self { body, exit: 0 }
    }

    /// The versioned JSON document of a value: its members behind `"schema": 1`.
    ///
    /// # Errors
    /// A bug: the value is no JSON object.
    pub fn json<T: Serialize>(value: &T) -> Result<Self, CommandError> {
        let bug =
            |error: &dyn std::fmt::Display| CommandError::new(ErrorKind::Bug, format!("no JSON: {error}"));
        let mut text = serde_json::to_string_pretty(value).map_err(|error| bug(&error))?;
        if !text.starts_with('{') {
            return Err(bug(&"not an object"));
        }
        // No value of a member has a line end in it, so only the object's own members stand behind two spaces.
        if memchr::memmem::find(text.as_bytes(), b"\n  \"schema\":").is_none() {
            text.insert_str(1, if text == "{}" { "\n  \"schema\": 1\n" } else { "\n  \"schema\": 1," });
        }
        Ok(Self::text(text))
    }

    /// A JSON document in the form of another standard.
    ///
    /// # Errors
    /// A bug: the value cannot be written.
    pub fn document(value: &serde_json::Value) -> Result<Self, CommandError> {
        let bug = |error: serde_json::Error| CommandError::new(ErrorKind::Bug, format!("no JSON: {error}"));
        serde_json::to_string_pretty(value).map(Self::text).map_err(bug)
    }

    /// Writes the answer to a file where one was named, and leaves nothing to print.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(super) fn written_to(self, app: &App, file: Option<&Path>) -> Result<Self, CommandError> {
        let Some(file) = file else { return Ok(self) };
        files::replace(&app.env.absolute(file), self.body.as_bytes())?;
        app.console.note(&format!("wrote {}", file.display()));
        Ok(Self { body: String::new(), ..self })
    }

    /// Ends with 1 where `refused`.
    #[must_use]
    pub const fn refused_if(mut self, refused: bool) -> Self {
        if refused {
            self.exit = ErrorKind::Refused.exit_code();
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_has_its_schema_once_and_first() {
        let json = |value: serde_json::Value| Report::json(&value).map(|report| report.body);
        let said = |value| json(value).unwrap();
        assert_eq!(said(serde_json::json!({})), "{\n  \"schema\": 1\n}\n");
        assert_eq!(said(serde_json::json!({"id": 7})), "{\n  \"schema\": 1,\n  \"id\": 7\n}\n");
        let inner = said(serde_json::json!({"inner": {"schema": 2}, "text": "\n  \"schema\":"}));
        assert_eq!(inner.matches("\n  \"schema\": 1,").count(), 1, "{inner}");
        assert_eq!(said(serde_json::json!({"schema": 2})), "{\n  \"schema\": 2\n}\n");
        assert!(json(serde_json::json!([1])).is_err());
    }
}
