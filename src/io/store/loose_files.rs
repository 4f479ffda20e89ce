//! With `commit: "off"`: changing the files of home's work tree, and taking that back.
//!
//! | killed in | left behind | a later process |
//! | --- | --- | --- |
//! | `check` | the old files | finds nothing to do |
//! | `write` | some new files | `undo` brings the old ones back |
//! | its end | all new files | finds `is_written` |
//!
//! A file that is neither the old nor the new one is somebody's work: it is never written over.

use std::path::Path;

use super::kill_switch::KillSwitch;
use crate::io::git::commit::error::CommitError;
use crate::io::git::commit::request::TreeChange;

/// All files are what the plan was made from, and none lies behind a link.
pub(super) fn check(root: &Path, changes: &[TreeChange]) -> Result<(), CommitError> {
    for change in changes {
        if change.current(root)? != change.expected {
            return Err(CommitError::Changed { path: change.path.clone() });
        }
    }
    Ok(())
}

/// Writes the new files, then removes the old ones, so that no text is ever without a file.
pub(super) fn write(root: &Path, changes: &[TreeChange], kill: &mut KillSwitch) -> Result<(), CommitError> {
    for deletes in [false, true] {
        for change in changes.iter().filter(|change| change.content.is_none() == deletes) {
            change.put(root, change.content.as_deref())?;
            kill.step();
        }
    }
    Ok(())
}

/// True where no file is the old one any more: all was written, whatever somebody made of it since.
pub(super) fn is_written(root: &Path, changes: &[TreeChange]) -> bool {
    changes
        .iter()
        .filter(|change| change.expected != change.content)
        .all(|change| change.current(root).is_ok_and(|current| current != change.expected))
}

/// Brings the old files back where the new ones lie.
pub(super) fn undo(root: &Path, changes: &[TreeChange]) -> Result<(), CommitError> {
    for deletes in [false, true] {
        for change in changes.iter().filter(|change| change.expected.is_none() == deletes) {
            let is_ours = match change.current(root) {
                Ok(current) => current == change.content,
                // Nothing was written there, by the same rule.
                Err(CommitError::BehindLink { .. } | CommitError::NotAPlainFile { .. }) => false,
                Err(error) => return Err(error),
            };
            if is_ours && change.expected != change.content {
                change.put(root, change.expected.as_deref())?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::model::path::RepoPath;
    use crate::io::files;

    fn change(path: &str, expected: Option<&str>, content: Option<&str>) -> TreeChange {
        let bytes = |text: &str| text.as_bytes().to_vec();
        TreeChange {
            path: RepoPath::new(path).unwrap(),
            expected: expected.map(bytes),
            content: content.map(bytes),
        }
    }

    /// A move from `a.md` to `b.md`, and a record.
    fn a_move() -> Vec<TreeChange> {
        vec![
            change("a.md", Some("old"), None),
            change("b.md", None, Some("new")),
            change("r/e.json", None, Some("{}")),
        ]
    }

    fn read(root: &Path, path: &str) -> Option<String> {
        std::fs::read_to_string(root.join(path)).ok()
    }

    #[test]
    fn what_was_written_is_taken_back() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        files::replace(&root.join("a.md"), b"old").unwrap();
        check(root, &a_move()).unwrap();
        assert!(!is_written(root, &a_move()));
        write(root, &a_move(), &mut KillSwitch::default()).unwrap();
        assert!(is_written(root, &a_move()));
        assert_eq!((read(root, "a.md"), read(root, "b.md").as_deref()), (None, Some("new")));
        assert!(matches!(check(root, &a_move()), Err(CommitError::Changed { .. })));
        undo(root, &a_move()).unwrap();
        assert_eq!((read(root, "a.md").as_deref(), read(root, "b.md")), (Some("old"), None));
        assert_eq!(read(root, "r/e.json"), None);
    }

    #[test]
    fn what_somebody_wrote_since_stays() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        files::replace(&root.join("b.md"), b"edited since").unwrap();
        assert!(!is_written(root, &a_move()), "the record is missing");
        undo(root, &a_move()).unwrap();
        assert_eq!(read(root, "b.md").as_deref(), Some("edited since"));
        assert_eq!(read(root, "a.md").as_deref(), Some("old"));
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_written_behind_a_link() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("repo");
        std::fs::create_dir(&root).unwrap();
        std::os::unix::fs::symlink(dir.path(), root.join("r")).unwrap();
        let changes = [change("r/e.json", None, Some("{}"))];
        assert!(matches!(check(&root, &changes), Err(CommitError::BehindLink { .. })));
        undo(&root, &changes).unwrap();
    }
}
