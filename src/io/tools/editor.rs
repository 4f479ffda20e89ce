//! The user's editor.

use std::path::Path;

use crate::io::env::Env;

use super::run::{ToolCommand, ToolError, run_attached};

/// The editor that the user wants, as a shell would run it: `code --wait`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Editor {
    command: String,
    named: bool,
}

impl Editor {
    /// `$VISUAL`, else `$EDITOR`, else what git's `core.editor` says, else the system's own.
    #[must_use]
    pub fn choose(env: &Env, core_editor: Option<&str>) -> Self {
        let fallback = if cfg!(windows) { "notepad" } else { "vi" };
        let wanted = env.var("VISUAL").or_else(|| env.var("EDITOR")).or(core_editor);
        let named = wanted.filter(|text| !text.trim().is_empty());
        Self { command: named.unwrap_or(fallback).trim().to_owned(), named: named.is_some() }
    }

    /// True where the user names no editor, so that it is the system's own, which needs a terminal.
    #[must_use]
    pub const fn is_fallback(&self) -> bool {
        !self.named
    }

    /// The command line, without a file.
    #[must_use]
    pub fn command(&self) -> &str {
        &self.command
    }

    /// Opens a file and waits until the editor ends. It gets the terminal.
    ///
    /// # Errors
    /// [`ToolError`] where it cannot be started or ends with a failure.
    pub fn edit(&self, env: &Env, file: &Path) -> Result<(), ToolError> {
        let file = env.absolute(file);
        let command = self.command_for(&env.cwd, &file.to_string_lossy());
        self.run(env, &command)
    }

    /// Opens a folder, from inside of it, and waits until the editor ends. It gets the terminal.
    ///
    /// # Errors
    /// As [`Editor::edit`].
    pub fn open(&self, env: &Env, folder: &Path) -> Result<(), ToolError> {
        self.run(env, &self.command_for(folder, &folder.to_string_lossy()))
    }

    fn run(&self, env: &Env, command: &ToolCommand) -> Result<(), ToolError> {
        match run_attached(env, command) {
            // The shell's own way to say that there is no such program.
            Err(ToolError::Failed { code: Some(127), .. }) if cfg!(unix) => {
                Err(ToolError::NotInstalled { program: self.command.clone() })
            }
            other => other,
        }
    }

    /// As git does it: the setting is a piece of shell, the file its last argument and never a piece of shell.
    #[cfg(not(windows))]
    fn command_for(&self, dir: &Path, file: &str) -> ToolCommand {
        ToolCommand::new("sh", &["-c", &format!("{} \"$@\"", self.command), "editor", file], dir)
    }

    #[cfg(windows)]
    fn command_for(&self, dir: &Path, file: &str) -> ToolCommand {
        let mut words = self.command.split_whitespace();
        let program = words.next().unwrap_or("notepad");
        let mut args: Vec<&str> = words.collect();
        args.push(file);
        ToolCommand::new(program, &args, dir)
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    fn env(pairs: &[(&str, &str)]) -> Env {
        let mut env = Env::read().unwrap();
        env.vars.retain(|name, _| name == "PATH");
        env.vars.extend(pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())));
        env
    }

    #[test]
    fn the_users_variables_come_before_gits_setting() {
        let asked = |pairs: &[(&str, &str)], core: Option<&str>| Editor::choose(&env(pairs), core).command;
        assert_eq!(asked(&[("VISUAL", "code --wait"), ("EDITOR", "ed")], Some("nano")), "code --wait");
        assert_eq!(asked(&[("VISUAL", ""), ("EDITOR", "ed")], Some("nano")), "ed");
        assert_eq!(asked(&[], Some("nano")), "nano");
        assert_eq!(asked(&[], Some(" ")), "vi");
    }

    #[test]
    fn the_file_is_an_argument_and_never_shell() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("it's $(touch x); `y`.md");
        fs_err::write(&file, "one\n").unwrap();
        let script = dir.path().join("editor");
        fs_err::write(&script, "echo \"$1\" >> \"$2\"\n").unwrap();
        let mut env = env(&[]);
        env.cwd = dir.path().to_owned();
        let editor = Editor::choose(&env, Some(&format!("sh {} 'two words'", script.display())));
        editor.edit(&env, &file).unwrap();
        assert_eq!(fs_err::read_to_string(&file).unwrap(), "one\ntwo words\n");
        assert!(!dir.path().join("x").exists());
    }

    #[test]
    fn an_editor_that_fails_or_is_missing_is_told_apart() {
        let env = env(&[]);
        let asked = |editor: &str| Editor::choose(&env, Some(editor)).edit(&env, Path::new("x")).unwrap_err();
        assert!(matches!(asked("false"), ToolError::Failed { code: Some(1), .. }));
        let missing = asked("no-such-editor-of-prd 2>/dev/null");
        assert!(matches!(missing, ToolError::NotInstalled { .. }), "{missing}");
    }
}
