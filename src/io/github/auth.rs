//! The user's token: found where GitHub's own tools look for it, and never written, logged or shown.

use std::fmt;
use std::time::Duration;

use serde::Serialize;

use crate::io::env::Env;
use crate::io::git::repository::Git;
use crate::io::tools::run::{Stream, ToolCommand, run_streamed};

/// How long a credential helper may take.
const HELPER_LIMIT: Duration = Duration::from_secs(5);

/// A token. Its text leaves only as a header of a request.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// A token; `None` where the text could not stand in a header.
    fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        (!text.is_empty() && text.chars().all(|c| c.is_ascii_graphic())).then(|| Self(text.to_owned()))
    }

    pub(super) fn secret(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// Where a token came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "from")]
pub enum Source {
    /// A variable.
    Variable {
        /// Its name.
        name: String,
    },
    /// `gh auth token`.
    Gh,
    /// Git's credential helper.
    Git,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable { name } => f.write_str(name),
            Self::Gh => f.write_str("gh auth token"),
            Self::Git => f.write_str("git's credential helper"),
        }
    }
}

/// The token for a host: of `GH_TOKEN`, `GITHUB_TOKEN`, `gh auth token`, git's credential helper, the first that
/// has one. Nobody is asked anything.
#[must_use]
pub fn find(env: &Env, git: &Git, host: &str) -> Option<(Token, Source)> {
    for name in ["GH_TOKEN", "GITHUB_TOKEN"] {
        if let Some(token) = env.var(name).and_then(Token::new) {
            return Some((token, Source::Variable { name: name.to_owned() }));
        }
    }
    of_gh(env, git, host)
        .map(|token| (token, Source::Gh))
        .or_else(|| of_git(git, host).map(|token| (token, Source::Git)))
}

/// What the program `gh` keeps; where it is not installed, nothing.
fn of_gh(env: &Env, git: &Git, host: &str) -> Option<Token> {
    let command = ToolCommand::new("gh", &["auth", "token", "--hostname", host], git.common_dir());
    let mut token = None;
    let ended = run_streamed(env, &command, |stream, line| {
        if stream == Stream::Output && token.is_none() {
            token = Token::new(line);
        }
    });
    ended.ok()?;
    token
}

/// What git's helper has for the host. The question goes through a pipe, and so does the answer.
fn of_git(git: &Git, host: &str) -> Option<Token> {
    let answer = git
        .git()
        .args(["-c", "core.askPass=", "-c", "credential.interactive=false", "credential", "fill"])
        .var("GIT_TERMINAL_PROMPT", "0")
        .var("GIT_ASKPASS", "")
        .var("SSH_ASKPASS", "")
        .input(format!("protocol=https\nhost={host}\n\n"))
        .timeout(HELPER_LIMIT)
        .run()
        .ok()
        .filter(crate::io::git::exec::Answer::is_success)?;
    let text = String::from_utf8_lossy(&answer.stdout).into_owned();
    text.lines().find_map(|line| line.strip_prefix("password=")).and_then(Token::new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::git::testing::Fixture;

    fn found(fixture: &Fixture) -> Option<(String, String)> {
        let (token, source) = find(&fixture.env, &fixture.open(), "github.com")?;
        Some((token.secret().to_owned(), source.to_string()))
    }

    fn set(fixture: &mut Fixture, name: &str, value: &str) {
        fixture.env.vars.insert(name.into(), value.into());
    }

    #[cfg(unix)]
    #[test]
    fn the_first_place_that_has_a_token_counts() {
        use std::os::unix::fs::PermissionsExt as _;
        let mut fixture = Fixture::new();
        for name in ["GH_TOKEN", "GITHUB_TOKEN"] {
            fixture.env.vars.remove(std::ffi::OsStr::new(name));
        }
        let old_path = fixture.env.var("PATH").unwrap_or_default().to_owned();
        let bin = fixture.beside("bin");
        fs_err::create_dir(&bin).unwrap();
        let gh = bin.join("gh");
        fs_err::write(&gh, "#!/bin/sh\nexit 1\n").unwrap();
        fs_err::set_permissions(&gh, std::fs::Permissions::from_mode(0o755)).unwrap();
        set(&mut fixture, "PATH", &format!("{}:{old_path}", bin.display()));
        assert_eq!(found(&fixture), None);
        let helper = "!f() { test \"$1\" = get && echo username=ada && echo password=from-git; }; f";
        fixture.git(&["config", "credential.helper", helper]);
        let say = |token: &str, source: &str| Some((token.to_owned(), source.to_owned()));
        assert_eq!(found(&fixture), say("from-git", "git's credential helper"));
        fs_err::write(&gh, "#!/bin/sh\necho from-$4\n").unwrap();
        assert_eq!(found(&fixture), say("from-github.com", "gh auth token"));
        set(&mut fixture, "GITHUB_TOKEN", "one");
        assert_eq!(found(&fixture), say("one", "GITHUB_TOKEN"));
        set(&mut fixture, "GH_TOKEN", "two\n");
        assert_eq!(found(&fixture), say("two", "GH_TOKEN"));
    }

    #[test]
    fn a_token_is_not_shown_and_none_can_break_a_header() {
        assert_eq!(format!("{:?}", Token::new("secret").unwrap()), "Token(…)");
        for text in ["", "  ", "a b", "a\r\nHost: evil", "tökén"] {
            assert!(Token::new(text).is_none(), "{text:?}");
        }
    }
}
