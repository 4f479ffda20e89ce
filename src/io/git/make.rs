//! Making a repository with one commit, and listing the files of one.

use std::path::Path;

use crate::domain::model::path::RepoPath;
use crate::domain::model::people::Person;
use crate::io::env::Env;

use super::error::GitError;
use super::exec::Surroundings;
use super::repository::Git;

impl Git {
    /// Makes a repository of the files that a folder holds: one commit on `main` by `person`, whom it also remembers
    /// as the repository's own user, at `time` (RFC 3339). No template, hook or signature of the user's takes part.
    ///
    /// # Errors
    /// Git failed.
    pub fn make(env: &Env, folder: &Path, person: &Person, time: &str) -> Result<Self, GitError> {
        let surroundings = Surroundings::of(env);
        let steps: [&[&str]; 6] = [
            &["init", "--quiet", "--template=", "--initial-branch=main"],
            &["config", "user.name", &person.name],
            &["config", "user.email", &person.email],
            &["config", "commit.gpgSign", "false"],
            &["add", "--all"],
            &["commit", "--quiet", "--no-verify", "--message", "Begin"],
        ];
        for step in steps {
            surroundings
                .git(folder)
                .var("GIT_AUTHOR_DATE", time)
                .var("GIT_COMMITTER_DATE", time)
                .args(step.iter().copied())
                .require()?;
        }
        Self::open(env, folder)
    }

    /// The Markdown files of a checkout that git tracks or would track, and the empty files that keep its folders, by path.
    ///
    /// # Errors
    /// Git failed.
    pub fn layout_files(&self, root: &Path) -> Result<Vec<RepoPath>, GitError> {
        let answer = self
            .git_at(root)
            .args([
                "ls-files",
                "-z",
                "--cached",
                "--others",
                "--exclude-standard",
                "--",
                "*.md",
                "*.gitkeep",
                "*.keep",
            ])
            .require()?;
        let text = String::from_utf8_lossy(&answer.stdout);
        let mut paths: Vec<RepoPath> =
            text.split_terminator('\0').filter_map(|path| RepoPath::new(path).ok()).collect();
        paths.sort();
        paths.dedup();
        Ok(paths)
    }
}
