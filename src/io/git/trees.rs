//! Blobs and trees by name, and what a merge of two commits would give.

use crate::domain::model::path::RepoPath;

use super::error::GitError;
use super::file_list::FileList;
use super::oid::Oid;
use super::repository::{Git, answer_error};
use super::staged::Unmerged;

/// What a merge would give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergeResult {
    /// The tree; files in conflict are in it with conflict marks.
    pub tree: Oid,
    /// What is in conflict.
    pub conflicts: Vec<Unmerged>,
}

impl Git {
    /// The plain files below some folders of a commit or tree, with their blobs, by path.
    ///
    /// # Errors
    /// An object is missing.
    pub fn listed(&self, tree: &Oid, folders: &[RepoPath]) -> Result<FileList, GitError> {
        Ok(self.objects().files(tree, folders)?.into_iter().collect())
    }

    /// What git's own merge of a commit into another would give. Nothing is checked out, and no ref moves.
    ///
    /// The program does it: it alone sees renames of folders as `git merge` will.
    ///
    /// # Errors
    /// A commit is missing, or the histories never met.
    pub fn merge_result(&self, into: &Oid, from: &Oid) -> Result<MergeResult, GitError> {
        let answer = self
            .git()
            .args(["merge-tree", "--write-tree", "-z", "--no-messages", into.as_str(), from.as_str()])
            .run()?;
        // 1 says that there are conflicts.
        if !matches!(answer.code, Some(0 | 1)) {
            return Err(answer.into_error().into());
        }
        let text = String::from_utf8_lossy(&answer.stdout).into_owned();
        let mut records = text.split('\0');
        let tree =
            records.next().and_then(Oid::parse).ok_or_else(|| answer_error("merge-tree", text.as_bytes()))?;
        let mut conflicts = Vec::new();
        for record in records.take_while(|record| !record.is_empty()) {
            let odd = || answer_error("merge-tree", record.as_bytes());
            let (facts, path) = record.split_once('\t').ok_or_else(odd)?;
            let words: Vec<&str> = facts.split(' ').collect();
            let [mode, oid, stage] = words.as_slice() else { return Err(odd()) };
            let Ok(path) = RepoPath::new(path) else { continue };
            conflicts.push(Unmerged {
                path,
                stage: stage.parse().map_err(|_| odd())?,
                mode: u32::from_str_radix(mode, 8).map_err(|_| odd())?,
                blob: Oid::parse(oid).ok_or_else(odd)?,
            });
        }
        Ok(MergeResult { tree, conflicts })
    }

    /// The content of a blob.
    ///
    /// # Errors
    /// There is no such blob.
    pub fn blob(&self, oid: &Oid) -> Result<Vec<u8>, GitError> {
        self.objects().blob(oid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::git::testing::Fixture;

    #[test]
    fn a_merge_is_tried_without_touching_anything() {
        let fixture = Fixture::new();
        fixture.commit_file("docs/ready/a.md", "one\ntwo\nthree\nfour\n");
        fixture.git(&["checkout", "-q", "-b", "x"]);
        fixture.git(&["rm", "-q", "docs/ready/a.md"]);
        fixture.commit_file("docs/done/a.md", "one\ntwo\nthree\nfour\n");
        let x = fixture.commit_file("docs/ready/b.md", "b\n");
        fixture.git(&["checkout", "-q", "main"]);
        let main = fixture.commit_file("docs/ready/c.md", "c\n");
        let git = fixture.open();
        let merged = git.merge_result(&main, &x).unwrap();
        assert_eq!(merged.conflicts, []);
        let folder = RepoPath::new("docs").unwrap();
        let files = git.listed(&merged.tree, std::slice::from_ref(&folder)).unwrap().pairs();
        let names: Vec<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(names, ["docs/done/a.md", "docs/ready/b.md", "docs/ready/c.md"]);
        assert_eq!(git.blob(&files[1].1).unwrap(), b"b\n");
        assert_eq!(fixture.oid("main"), main);
        assert_eq!(fixture.git(&["status", "--porcelain"]), "");
    }

    #[test]
    fn two_moves_of_one_file_are_a_conflict_of_three_paths() {
        let fixture = Fixture::new();
        fixture.commit_file("review/a.md", "one\ntwo\nthree\nfour\n");
        let branch = |name: &str, to: &str| {
            fixture.git(&["checkout", "-q", "-b", name, "main"]);
            fixture.git(&["rm", "-q", "review/a.md"]);
            fixture.commit_file(to, "one\ntwo\nthree\nfour\n")
        };
        let (one, other) = (branch("x", "ready/a.md"), branch("y", "draft/a.md"));
        let merged = fixture.open().merge_result(&one, &other).unwrap();
        let mut found: Vec<(&str, u8)> =
            merged.conflicts.iter().map(|conflict| (conflict.path.as_str(), conflict.stage)).collect();
        found.sort_unstable();
        assert_eq!(found, [("draft/a.md", 3), ("ready/a.md", 2), ("review/a.md", 1)]);
    }
}
