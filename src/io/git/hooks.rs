//! The folder that git looks for hooks in, and the files there.

use std::path::{Path, PathBuf};

use super::error::GitError;
use super::repository::Git;
use crate::io::files;

/// Where git looks for hooks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HookFolder {
    /// The folder, absolute; it may not be there yet.
    pub path: PathBuf,
    /// What `core.hooksPath` says, where it says anything.
    pub configured: Option<String>,
    /// True where it lies in the clone's own git folder, so that nobody else shares it.
    pub is_own: bool,
}

/// A file in that folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HookFile {
    /// There is none.
    None,
    /// A plain file that git would run.
    Plain(Vec<u8>),
    /// A link, a folder, or a file that is not executable.
    Other,
}

impl Git {
    /// The folder of hooks of this checkout.
    ///
    /// # Errors
    /// Git cannot say.
    pub fn hook_folder(&self) -> Result<HookFolder, GitError> {
        let path = self.hooks_of(self.root().unwrap_or_else(|| self.git_dir()))?;
        let configured = self.config("core.hooksPath")?;
        let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let is_own = real(&path).starts_with(real(self.common_dir()));
        Ok(HookFolder { path, configured, is_own })
    }

    /// The folder that git looks for the hooks of a checkout in; it may not be there.
    pub(super) fn hooks_of(&self, checkout: &Path) -> Result<PathBuf, GitError> {
        if self.is_config_shared()? && self.config("core.hooksPath")?.is_none() {
            return Ok(self.common_dir().join("hooks"));
        }
        let call = self.git_at(checkout).args(["rev-parse", "--path-format=absolute", "--git-path", "hooks"]);
        Ok(PathBuf::from(call.require()?.line()))
    }

    /// True where git may have something to run for a hook: a file, or what a newer git reads in its configuration.
    pub(super) fn may_have_hook(&self, checkout: &Path, name: &str) -> Result<bool, GitError> {
        Ok(self.hooks_of(checkout)?.join(name).exists() || self.has_settings("hook.")?)
    }
}

impl Git {
    /// Adds a trailer (`PRD: SVC-128`) to the file of a commit message, in git's own way; one that is there stays.
    ///
    /// # Errors
    /// Git cannot change the file.
    pub fn add_trailer(&self, file: &Path, trailer: &str) -> Result<(), GitError> {
        self.git()
            .args(["interpret-trailers", "--in-place", "--no-divider", "--if-exists", "addIfDifferent"])
            .arg("--trailer")
            .arg(trailer)
            .arg("--")
            .arg(file)
            .require()?;
        Ok(())
    }
}

impl HookFolder {
    /// The folder beside, whose hooks ours call; `ending` is appended to the name.
    #[must_use]
    pub fn aside(&self, ending: &str) -> PathBuf {
        let mut name = self.path.file_name().unwrap_or_default().to_owned();
        name.push(ending);
        self.path.with_file_name(name)
    }

    /// What lies where git looks for a hook.
    #[must_use]
    pub fn read(&self, name: &str) -> HookFile {
        let path = self.path.join(name);
        let Ok(about) = path.symlink_metadata() else { return HookFile::None };
        if !about.is_file() || !is_executable(&about) {
            return HookFile::Other;
        }
        std::fs::read(&path).map_or(HookFile::Other, HookFile::Plain)
    }

    /// Writes a hook whole. The permissions of one that is there stay, a new one is made executable.
    ///
    /// # Errors
    /// The file system refuses.
    pub fn write(&self, name: &str, text: &str) -> Result<(), GitError> {
        let path = self.path.join(name);
        let is_new = path.symlink_metadata().is_err();
        files::replace(&path, text.as_bytes()).map_err(GitError::io("write", &path))?;
        if is_new {
            make_executable(&path).map_err(GitError::io("make executable", &path))?;
        }
        Ok(())
    }

    /// Moves what is there into the folder beside, and writes ours in its place.
    ///
    /// # Errors
    /// The file system refuses; what was moved is moved back then.
    pub fn set_aside(&self, name: &str, ending: &str, text: &str) -> Result<(), GitError> {
        let (path, folder) = (self.path.join(name), self.aside(ending));
        std::fs::create_dir_all(&folder).map_err(GitError::io("make the folder", &folder))?;
        let kept = folder.join(name);
        std::fs::rename(&path, &kept).map_err(GitError::io("move", &path))?;
        self.write(name, text).inspect_err(|_| {
            // The first error is the one to show; where even this fails the hook lies in the folder beside.
            drop(std::fs::rename(&kept, &path));
        })
    }

    /// Puts what was set aside in the place of ours, in one step.
    ///
    /// # Errors
    /// The file system refuses.
    pub fn put_back(&self, name: &str, ending: &str) -> Result<(), GitError> {
        let (path, folder) = (self.path.join(name), self.aside(ending));
        std::fs::rename(folder.join(name), &path).map_err(GitError::io("put back", &path))?;
        // It is removed where it is empty, which it is after the last.
        drop(std::fs::remove_dir(&folder));
        Ok(())
    }

    /// Removes a hook.
    ///
    /// # Errors
    /// The file system refuses.
    pub fn remove(&self, name: &str) -> Result<(), GitError> {
        let path = self.path.join(name);
        files::remove(&path).map_err(GitError::io("remove", &path))
    }
}

#[cfg(unix)]
pub(super) fn is_executable(about: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    about.permissions().mode() & 0o111 != 0
}

#[cfg(not(unix))]
pub(super) const fn is_executable(_: &std::fs::Metadata) -> bool {
    true
}

#[cfg(unix)]
fn make_executable(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mut permissions = path.metadata()?.permissions();
    // Whoever may read it may run it, as with any program that is made.
    let mode = permissions.mode();
    permissions.set_mode(mode | ((mode & 0o444) >> 2));
    std::fs::set_permissions(path, permissions)
}

#[cfg(not(unix))]
fn make_executable(_: &Path) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::git::testing::Fixture;

    #[test]
    fn the_folder_is_the_clones_own_until_somebody_configures_another() {
        let fixture = Fixture::new();
        fixture.commit_file("a", "1");
        let linked = fixture.beside("linked");
        fixture.git(&["worktree", "add", "-q", "-b", "x", linked.to_str().unwrap()]);
        let folder = Git::open(&fixture.env, &linked).unwrap().hook_folder().unwrap();
        assert_eq!((folder.path, folder.is_own), (fixture.root().join(".git/hooks"), true));
        fixture.git(&["config", "core.hooksPath", ".husky/_"]);
        let folder = fixture.open().hook_folder().unwrap();
        assert_eq!((folder.path, folder.is_own), (fixture.root().join(".husky/_"), false));
        assert_eq!(folder.configured.as_deref(), Some(".husky/_"));
    }

    #[cfg(unix)]
    #[test]
    fn what_is_set_aside_comes_back_as_it_was() {
        use std::os::unix::fs::PermissionsExt;
        let fixture = Fixture::new();
        let folder = fixture.open().hook_folder().unwrap();
        std::fs::create_dir_all(&folder.path).unwrap();
        std::os::unix::fs::symlink("../../hook.py", folder.path.join("pre-commit")).unwrap();
        fixture.write(".git/hooks/commit-msg", "#!/bin/sh\n");
        assert_eq!(folder.read("commit-msg"), HookFile::Other, "it is switched off");
        for name in ["pre-commit", "commit-msg"] {
            folder.set_aside(name, ".aside", "#!/bin/sh\nours\n").unwrap();
            assert_eq!(folder.read(name), HookFile::Plain(b"#!/bin/sh\nours\n".to_vec()));
            folder.put_back(name, ".aside").unwrap();
        }
        assert_eq!(std::fs::read_link(folder.path.join("pre-commit")).unwrap(), Path::new("../../hook.py"));
        let mode = folder.path.join("commit-msg").metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o111, 0);
        assert!(!folder.aside(".aside").exists());
    }
}
