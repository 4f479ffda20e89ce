//! Which files of a work tree differ from where its branch left another one.

use std::path::Path;

use crate::domain::model::path::RepoPath;

use super::error::GitError;
use super::oid::Oid;
use super::repository::Git;

impl Git {
    /// The files below some folders of a work tree that differ from a commit or that git does not know, ignored ones
    /// excepted; sorted. Files that are gone are named too.
    ///
    /// # Errors
    /// Git failed.
    pub fn changed_since(
        &self,
        root: &Path,
        base: &Oid,
        folders: &[RepoPath],
    ) -> Result<Vec<RepoPath>, GitError> {
        let specs = folders.iter().map(|folder| format!(":(literal){folder}"));
        let specs: Vec<String> = specs.collect();
        let differ = self
            .git()
            .arg("-C")
            .arg(root)
            .args([
                "diff",
                "--name-only",
                "-z",
                "--no-renames",
                "--no-ext-diff",
                "--relative",
                base.as_str(),
                "--",
            ])
            .args(&specs)
            .require()?;
        let unknown = self
            .git()
            .arg("-C")
            .arg(root)
            .args(["ls-files", "--others", "--exclude-standard", "-z", "--"])
            .args(&specs)
            .require()?;
        let mut paths: Vec<RepoPath> = [differ.stdout, unknown.stdout]
            .iter()
            .flat_map(|bytes| bytes.split(|byte| *byte == 0))
            .filter_map(|name| RepoPath::new(std::str::from_utf8(name).ok()?).ok())
            .collect();
        paths.sort();
        paths.dedup();
        Ok(paths)
    }
}
