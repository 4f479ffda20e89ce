//! Settling conflicts in the index and the work tree of this checkout, and how old files are.

use std::path::Path;

use crate::domain::model::path::RepoPath;

use super::error::GitError;
use super::oid::Oid;
use super::repository::{Git, answer_error};
use super::staged::Unmerged;
use crate::io::files;

/// A file that two sides of a merge have moved to two places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TwoPlaces {
    /// What both had.
    pub base: Unmerged,
    /// What is to stay, and where.
    pub kept: Unmerged,
    /// What is to go, and from where.
    pub dropped: Unmerged,
}

/// When a file came into a history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Added {
    /// The commit.
    pub commit: Oid,
    /// Its time, in seconds since 1970.
    pub time: i64,
}

impl Git {
    /// True where the work tree's file is what the index has for it, or is not there.
    ///
    /// # Errors
    /// Git cannot read it.
    pub fn is_untouched(&self, root: &Path, entry: &Unmerged) -> Result<bool, GitError> {
        let file = root.join(entry.path.as_str());
        let Some(bytes) = files::read(&file).map_err(GitError::io("read", &file))? else { return Ok(true) };
        let made = self
            .git_at(root)
            .args(["-c", "core.safecrlf=false", "hash-object", "--stdin"])
            .arg(format!("--path={}", entry.path))
            .input(bytes)
            .require()?;
        Ok(made.line() == entry.blob.as_str())
    }

    /// The text that comes of both sides' changes, and whether it has no conflict marks.
    ///
    /// # Errors
    /// A blob is missing, or it is no text.
    pub fn merged_text(&self, conflict: &TwoPlaces) -> Result<(Vec<u8>, bool), GitError> {
        let (kept, dropped) = (self.blob(&conflict.kept.blob)?, self.blob(&conflict.dropped.blob)?);
        if conflict.kept.blob == conflict.dropped.blob {
            return Ok((kept, true));
        }
        let folder = tempfile::tempdir().map_err(GitError::io("make", "a temporary folder"))?;
        let mut call = self.git_at(folder.path()).args(["merge-file", "--stdout"]);
        for (name, bytes) in [("kept", kept), ("base", self.blob(&conflict.base.blob)?), ("dropped", dropped)]
        {
            let file = folder.path().join(name);
            files::replace_unsynced(&file, &bytes).map_err(GitError::io("write", &file))?;
            call = call.arg("-L").arg(match name {
                "kept" => conflict.kept.path.as_str(),
                "base" => conflict.base.path.as_str(),
                _ => conflict.dropped.path.as_str(),
            });
        }
        let answer = call.args(["kept", "base", "dropped"]).run()?;
        match answer.code {
            Some(0) => Ok((answer.stdout, true)),
            // The number of conflicts.
            Some(1..=127) => Ok((answer.stdout, false)),
            _ => Err(answer.into_error().into()),
        }
    }

    /// Settles a file that lies in two places: writes the text where it stays, puts that into the index, with its stages
    /// where the text has conflict marks, and removes the other file. To be called for files that nobody has touched.
    ///
    /// # Errors
    /// The file system or git refuses. What was done until then can be done again.
    pub fn settle(
        &self,
        root: &Path,
        conflict: &TwoPlaces,
        text: &[u8],
        is_clean: bool,
    ) -> Result<(), GitError> {
        let kept = &conflict.kept.path;
        let file = root.join(kept.as_str());
        files::replace(&file, text).map_err(GitError::io("write", &file))?;
        let zero = conflict.kept.blob.zero_like();
        let mut input = String::new();
        for path in [&conflict.base.path, kept, &conflict.dropped.path] {
            input.push_str(&format!("0 {zero}\t{path}\0"));
        }
        if is_clean {
            let made = self
                .git_at(root)
                .args(["-c", "core.safecrlf=false", "hash-object", "-w", "--stdin"])
                .arg(format!("--path={kept}"))
                .input(text)
                .require()?;
            let blob = Oid::parse(&made.line()).ok_or_else(|| answer_error("hash-object", &made.stdout))?;
            input.push_str(&format!("{:o} {blob}\t{kept}\0", conflict.kept.mode));
        } else {
            for (stage, entry) in [(1, &conflict.base), (2, &conflict.kept), (3, &conflict.dropped)] {
                input.push_str(&format!("{:o} {} {stage}\t{kept}\0", entry.mode, entry.blob));
            }
        }
        self.git_at(root).args(["update-index", "-z", "--index-info"]).input(input).require()?;
        let other = root.join(conflict.dropped.path.as_str());
        files::remove(&other).map_err(GitError::io("remove", &other))
    }

    /// The commit that brought a file into a history, its moves followed; `None` where no commit has it.
    ///
    /// # Errors
    /// The history cannot be read.
    pub fn first_added(&self, at: &Oid, path: &RepoPath) -> Result<Option<Added>, GitError> {
        let answer = self
            .git()
            .args(["log", "--follow", "--diff-filter=A", "--format=%H %ct", at.as_str(), "--"])
            .arg(path.as_str())
            .require()?;
        let text = String::from_utf8_lossy(&answer.stdout);
        let Some(line) = text.lines().rfind(|line| !line.is_empty()) else { return Ok(None) };
        let found = line
            .split_once(' ')
            .and_then(|(commit, time)| Some(Added { commit: Oid::parse(commit)?, time: time.parse().ok()? }));
        found.map(Some).ok_or_else(|| answer_error("log", line.as_bytes()))
    }
}
