//! What is uncommitted in a worktree.

use std::path::Path;

use crate::io::git::error::GitError;
use crate::io::git::exec::Call;
use crate::io::git::repository::Git;

use super::list::Worktree;
use super::own_status::OwnStatus;

/// The files of a worktree that differ from its commit: paths from its top, `/` between their parts, folders
/// with a `/` at their end; sorted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changes {
    /// Different in the index.
    pub staged: Vec<String>,
    /// Different in the work tree from the index, deleted ones included.
    pub unstaged: Vec<String>,
    /// Unknown to git, and not ignored.
    pub untracked: Vec<String>,
    /// In conflict.
    pub conflicted: Vec<String>,
    /// Ignored; a folder that a rule names stands for its files.
    pub ignored: Vec<String>,
    /// Submodules that are checked out here or differ.
    pub submodules: Vec<String>,
}

impl Changes {
    /// True where nothing but ignored files would be lost with the worktree.
    #[must_use]
    pub const fn is_clean(&self) -> bool {
        self.staged.is_empty()
            && self.unstaged.is_empty()
            && self.untracked.is_empty()
            && self.conflicted.is_empty()
    }
}

impl Git {
    /// What is uncommitted in the worktree of a folder. Takes no lock and refreshes no index.
    ///
    /// # Errors
    /// Git could not tell.
    pub fn changes(&self, root: &Path) -> Result<Changes, GitError> {
        let mut changes = Changes::ask(self.git_at(root))?;
        changes.submodules.extend(self.checked_out_submodules(root)?);
        for list in [
            &mut changes.staged,
            &mut changes.unstaged,
            &mut changes.untracked,
            &mut changes.conflicted,
            &mut changes.ignored,
            &mut changes.submodules,
        ] {
            list.sort();
            list.dedup();
        }
        Ok(changes)
    }

    /// As [`Self::changes`], without ignored files and submodules, for who looks at many worktrees at a time: in process
    /// where a worktree is plain. Git reads none of the others with several threads.
    pub(super) fn visible_changes(&self, own: &OwnStatus<'_>, tree: &Worktree) -> Result<Changes, GitError> {
        own.changes(tree).map_or_else(|| self.asked_changes_of(&tree.path), Ok)
    }

    /// [`Self::visible_changes`] as git tells them.
    pub(super) fn asked_changes_of(&self, root: &Path) -> Result<Changes, GitError> {
        Changes::read_all(self.git_at(root).args(["-c", "core.preloadIndex=false"]), &[])
    }

    /// Submodules with a repository of their own in this worktree.
    pub(super) fn checked_out_submodules(&self, root: &Path) -> Result<Vec<String>, GitError> {
        if !root.join(".gitmodules").exists() {
            return Ok(Vec::new());
        }
        let answer = self.git_at(root).args(["ls-files", "--stage", "-z", "--full-name"]).require()?;
        let text = String::from_utf8_lossy(&answer.stdout);
        Ok(text
            .split_terminator('\0')
            .filter_map(|line| line.strip_prefix("160000 ")?.split_once('\t'))
            .map(|(_, path)| path.to_owned())
            .filter(|path| root.join(path).join(".git").exists())
            .collect())
    }
}

impl Changes {
    /// What `git status` says where a call would be made. Takes no lock and refreshes no index.
    pub(super) fn ask(call: Call) -> Result<Self, GitError> {
        Self::read_all(call, &["--ignored=matching"])
    }

    fn read_all(call: Call, more: &[&str]) -> Result<Self, GitError> {
        let answer = call
            .var("GIT_OPTIONAL_LOCKS", "0")
            .args(["status", "--porcelain=v2", "-z", "--untracked-files=all"])
            .args(["--no-renames", "--ignore-submodules=none"])
            .args(more)
            .require()?;
        let mut changes = Self::default();
        for line in String::from_utf8_lossy(&answer.stdout).split_terminator('\0') {
            changes.read(line);
        }
        Ok(changes)
    }

    /// Reads one record of `git status --porcelain=v2`, whose fields git's manual lists.
    fn read(&mut self, line: &str) {
        let after = |fields: usize| line.splitn(fields + 1, ' ').nth(fields).unwrap_or_default().to_owned();
        match line.split_once(' ') {
            Some(("1", rest)) => {
                let path = after(8);
                let mut marks = rest.chars();
                let (index, tree) = (marks.next(), marks.next());
                if rest.split(' ').nth(1).is_some_and(|sub| sub.starts_with('S')) {
                    self.submodules.push(path.clone());
                }
                if tree.is_some_and(|mark| mark != '.') {
                    self.unstaged.push(path.clone());
                }
                if index.is_some_and(|mark| mark != '.') {
                    self.staged.push(path);
                }
            }
            Some(("u", _)) => self.conflicted.push(after(10)),
            Some(("?", path)) => self.untracked.push(path.to_owned()),
            Some(("!", path)) => self.ignored.push(path.to_owned()),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::io::git::testing::Fixture;

    #[test]
    fn changes_are_told_apart() {
        let fixture = Fixture::new();
        fixture.write(".gitignore", "target/\n.env\n");
        fixture.write("a b", "1");
        fixture.write("gone", "1");
        fixture.commit_file("c", "1");
        fixture.write("a b", "2");
        fixture.git(&["add", "a b"]);
        fixture.write("a b", "3");
        std::fs::remove_file(fixture.root().join("gone")).unwrap();
        fixture.write("new/ö\n.txt", "1");
        fixture.write(".env", "SECRET");
        fixture.write("target/x/y.o", "1");
        let changes = fixture.open().changes(&fixture.root()).unwrap();
        assert_eq!(changes.staged, ["a b"]);
        assert_eq!(changes.unstaged, ["a b", "gone"]);
        assert_eq!(changes.untracked, ["new/ö\n.txt"]);
        assert_eq!(changes.ignored, [".env", "target/"]);
        assert!(!changes.is_clean() && changes.conflicted.is_empty());
    }
}
