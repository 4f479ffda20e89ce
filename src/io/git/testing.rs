//! Repositories for tests: made by the real git, with nobody's configuration but their own.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::io::env::Env;

use super::exec::Surroundings;
use super::oid::Oid;
use super::repository::Git;

/// An environment whose home is `home`, without any configuration of the machine.
pub(crate) fn test_env(home: &Path) -> Env {
    let mut env = Env::read().unwrap();
    let path = env.vars.get(&OsString::from("PATH")).cloned().unwrap_or_default();
    let pairs: [(&str, OsString); 9] = [
        ("PATH", path),
        ("HOME", home.into()),
        ("GIT_CONFIG_NOSYSTEM", "1".into()),
        ("GIT_CONFIG_GLOBAL", "/dev/null".into()),
        ("GIT_CEILING_DIRECTORIES", home.parent().unwrap_or(home).into()),
        ("GIT_AUTHOR_NAME", "Ada Lovelace".into()),
        ("GIT_AUTHOR_EMAIL", "ada@example.org".into()),
        ("GIT_COMMITTER_NAME", "Ada Lovelace".into()),
        ("GIT_COMMITTER_EMAIL", "ada@example.org".into()),
    ];
    env.vars = pairs.into_iter().map(|(k, v)| (k.into(), v)).collect::<BTreeMap<OsString, OsString>>();
    env.cwd = home.to_owned();
    env.interactive = false;
    env
}

/// A repository `repo` on the unborn branch `main` in a temporary folder, which is also the home folder.
pub(crate) struct Fixture {
    pub(crate) dir: TempDir,
    pub(crate) env: Env,
}

impl Fixture {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let env = test_env(&dir.path().canonicalize().unwrap());
        let fixture = Self { dir, env };
        fs_err::create_dir(fixture.root()).unwrap();
        fixture.git(&["init", "-q", "-b", "main"]);
        fixture
    }

    /// The repository's top, without symbolic links.
    pub(crate) fn root(&self) -> PathBuf {
        self.dir.path().canonicalize().unwrap().join("repo")
    }

    /// A folder beside the repository.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.dir.path().canonicalize().unwrap().join(name)
    }

    pub(crate) fn open(&self) -> Git {
        Git::open(&self.env, &self.root()).unwrap()
    }

    pub(crate) fn git(&self, args: &[&str]) -> String {
        self.git_in(&self.root(), args)
    }

    pub(crate) fn git_in(&self, dir: &Path, args: &[&str]) -> String {
        Surroundings::of(&self.env).git(dir).args(args).require().unwrap().line()
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.root().join(path);
        fs_err::create_dir_all(path.parent().unwrap()).unwrap();
        fs_err::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs_err::read_to_string(self.root().join(path)).unwrap()
    }

    /// Writes one file and commits everything.
    pub(crate) fn commit_file(&self, path: &str, text: &str) -> Oid {
        self.write(path, text);
        self.commit_all(path)
    }

    pub(crate) fn commit_all(&self, message: &str) -> Oid {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", message]);
        self.oid("HEAD")
    }

    pub(crate) fn oid(&self, rev: &str) -> Oid {
        Oid::parse(&self.git(&["rev-parse", "--verify", rev])).unwrap()
    }
}
