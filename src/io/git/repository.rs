//! Opening a repository: where its parts lie, what is checked out, and who the user is to git.

use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::domain::model::branch::BranchName;
use crate::io::env::{Env, split_paths};

use super::error::GitError;
use super::exec::{Call, ExecError, Surroundings};
use super::library::Library;
use super::objects::Objects;
use super::oid::Oid;
use super::patches::Patches;
use super::program::Program;
use super::settings::Settings;

/// An open repository, as seen from one of its checkouts. Cheap to clone; may be shared by threads.
#[derive(Clone)]
pub struct Git {
    around: Surroundings,
    cwd: PathBuf,
    layout: Layout,
    objects: Arc<dyn Objects + Sync>,
    settings: Arc<Settings>,
    patches: Arc<Patches>,
}

/// Where the parts of the repository lie; all paths absolute.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Layout {
    git_dir: PathBuf,
    common_dir: PathBuf,
    root: Option<PathBuf>,
    main_root: Option<PathBuf>,
    is_bare: bool,
}

/// What `HEAD` of a checkout names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Head {
    /// A branch with commits.
    Branch {
        /// Its name.
        name: BranchName,
        /// Its tip.
        oid: Oid,
    },
    /// A branch without any commit.
    Unborn {
        /// Its name.
        name: BranchName,
    },
    /// A commit.
    Detached {
        /// The commit.
        oid: Oid,
    },
}

impl Head {
    /// The commit; `None` where there is none yet.
    #[must_use]
    pub fn into_oid(self) -> Option<Oid> {
        match self {
            Self::Branch { oid, .. } | Self::Detached { oid } => Some(oid),
            Self::Unborn { .. } => None,
        }
    }
}

impl Git {
    /// Opens the repository that holds a folder; the folder may be anywhere inside, also in a linked worktree
    /// or in a bare repository.
    ///
    /// Starts no program where libgit2 finds the checkout that the folder is in, and has all its objects.
    ///
    /// # Errors
    /// [`GitError::NotARepository`], [`GitError::DubiousOwnership`], [`GitError::Unreadable`], or a failure of
    /// the program.
    pub fn open(env: &Env, dir: &Path) -> Result<Self, GitError> {
        match Self::open_in_process(env, dir)? {
            Some(git) => Ok(git),
            None => Self::open_by_asking(env, dir),
        }
    }

    /// As [`Git::open`] by libgit2 alone; `None` where git knows better.
    fn open_in_process(env: &Env, dir: &Path) -> Result<Option<Self>, GitError> {
        let absolute = env.absolute(dir);
        let around = Surroundings::of(env);
        let ceilings: Vec<PathBuf> =
            around.get("GIT_CEILING_DIRECTORIES").map(split_paths).unwrap_or_default();
        let flags = git2::RepositoryOpenFlags::empty();
        let library = git2::Repository::open_ext(&absolute, flags, &ceilings);
        let Some(library) = library.ok().filter(|library| !is_partial(library)) else { return Ok(None) };
        let (git_dir, common_dir) = (tidy(library.path()), tidy(library.commondir()));
        let root = library.workdir().map(tidy);
        // From inside the git folder git sees no checkout.
        if root.is_none() || absolute.starts_with(&git_dir) {
            return Ok(None);
        }
        let main = Main::by_library(&library, &git_dir, &common_dir)?;
        let layout = Layout { git_dir, common_dir, root, main_root: main.root, is_bare: main.is_bare };
        Ok(Some(Self::new(env, around, layout, Arc::new(Library::new(library)))))
    }

    /// As [`Git::open`], asking the program where everything lies.
    fn open_by_asking(env: &Env, dir: &Path) -> Result<Self, GitError> {
        let dir = env.absolute(dir);
        let around = Surroundings::of(env);
        let answer = around
            .git(&dir)
            .args(["rev-parse", "--path-format=absolute", "--is-bare-repository", "--is-inside-work-tree"])
            .args(["--git-dir", "--git-common-dir", "--show-toplevel"])
            .run()?;
        let text = String::from_utf8_lossy(&answer.stdout).into_owned();
        // In a bare repository and inside `.git` the last question is refused, after the others were answered.
        let lines: Vec<&str> = text.split_terminator('\n').collect();
        let (&[bare, _inside, git_dir, common_dir] | &[bare, _inside, git_dir, common_dir, _]) =
            lines.as_slice()
        else {
            return Err(why_not_open(&dir, answer.stderr));
        };
        let root = lines.get(4).map(PathBuf::from);
        let (git_dir, common_dir) = (PathBuf::from(git_dir), PathBuf::from(common_dir));
        let library = match open_library(&git_dir) {
            // Git's `safe.directory` takes the top of the checkout.
            Err(GitError::DubiousOwnership { dir }) => {
                return Err(GitError::DubiousOwnership { dir: root.unwrap_or(dir) });
            }
            Ok(library) if !is_partial(&library) => Some(library),
            // Git itself has just read it, and would fetch what is missing.
            Ok(_) | Err(_) => None,
        };
        let main = match &library {
            Some(library) => Main::by_library(library, &git_dir, &common_dir)?,
            None => Main::by_program(&around, &common_dir)?,
        };
        let (main_root, is_bare) = if git_dir == common_dir {
            (root.clone().or(main.root), bare == "true")
        } else {
            (main.root, main.is_bare)
        };
        let objects: Arc<dyn Objects + Sync> = match library {
            Some(library) => Arc::new(Library::new(library)),
            None => Arc::new(Program::new(around.clone(), git_dir.clone())),
        };
        Ok(Self::new(env, around, Layout { git_dir, common_dir, root, main_root, is_bare }, objects))
    }

    fn new(env: &Env, around: Surroundings, layout: Layout, objects: Arc<dyn Objects + Sync>) -> Self {
        let (settings, patches) = (Arc::default(), Arc::default());
        Self { around, cwd: env.cwd.clone(), layout, objects, settings, patches }
    }

    /// The same repository, read by the program whatever libgit2 could do.
    #[cfg(test)]
    pub(crate) fn by_program(&self) -> Self {
        let program = Program::new(self.around.clone(), self.layout.git_dir.clone());
        Self { objects: Arc::new(program), ..self.clone() }
    }

    /// The folder that all worktrees share: refs, objects, configuration, and `prd/` of this clone.
    #[must_use]
    pub fn common_dir(&self) -> &Path {
        &self.layout.common_dir
    }

    /// The git folder of this checkout: the common one, or `worktrees/<name>` in it.
    #[must_use]
    pub fn git_dir(&self) -> &Path {
        &self.layout.git_dir
    }

    /// The folder in the common directory for what belongs to this clone alone; may not exist yet.
    #[must_use]
    pub fn private_dir(&self) -> PathBuf {
        self.layout.common_dir.join("prd")
    }

    /// The top of this checkout; `None` in a bare repository and inside the git folder.
    #[must_use]
    pub fn root(&self) -> Option<&Path> {
        self.layout.root.as_deref()
    }

    /// The top of the main worktree; `None` where the clone is bare.
    #[must_use]
    pub fn main_root(&self) -> Option<&Path> {
        self.layout.main_root.as_deref()
    }

    /// True where the clone has no main worktree (it may have linked ones).
    #[must_use]
    pub const fn is_bare(&self) -> bool {
        self.layout.is_bare
    }

    /// True where this checkout is a linked worktree.
    #[must_use]
    pub fn is_linked(&self) -> bool {
        self.layout.git_dir != self.layout.common_dir
    }

    /// The directory of the user's shell.
    #[must_use]
    pub fn cwd(&self) -> &Path {
        &self.cwd
    }

    /// The same repository, whose calls of git (and so its hooks) also see a variable.
    #[must_use]
    pub fn with_var(&self, name: &str, value: impl AsRef<OsStr>) -> Self {
        let mut changed = self.clone();
        changed.around.set(name, value.as_ref());
        changed
    }

    /// What is checked out here.
    ///
    /// # Errors
    /// `HEAD` cannot be read or names no branch.
    pub fn head(&self) -> Result<Head, GitError> {
        let objects = self.objects();
        let Some(target) = objects.symbolic("HEAD")? else {
            let oid = objects.ref_oid("HEAD")?.ok_or_else(|| odd_head("no target"))?;
            return Ok(Head::Detached { oid });
        };
        let name = BranchName::from_ref(&target).ok_or_else(|| odd_head(&target))?;
        Ok(match objects.ref_oid(&target)? {
            Some(oid) => Head::Branch { name, oid },
            None => Head::Unborn { name },
        })
    }

    /// The remote that is asked when nothing says another: `origin`, else the only one, else the first.
    ///
    /// # Errors
    /// The remotes cannot be read.
    pub fn default_remote(&self) -> Result<Option<String>, GitError> {
        let names = self.objects().remotes()?;
        let origin = names.iter().find(|name| *name == "origin");
        Ok(origin.or(names.first()).cloned())
    }

    /// The default branch of the default remote, as this clone last saw it.
    ///
    /// # Errors
    /// The remotes or refs cannot be read.
    pub fn remote_default_branch(&self) -> Result<Option<BranchName>, GitError> {
        let Some(remote) = self.default_remote()? else { return Ok(None) };
        let prefix = format!("refs/remotes/{remote}/");
        let target = self.objects().symbolic(&format!("{prefix}HEAD"))?;
        Ok(target.and_then(|name| BranchName::new(name.strip_prefix(&prefix)?).ok()))
    }

    /// A call of git in this checkout's folder.
    pub(crate) fn git(&self) -> Call {
        self.git_at(self.layout.root.as_deref().unwrap_or(&self.layout.git_dir))
    }

    /// A call of git in the main worktree, or in the common directory where the clone is bare.
    pub(crate) fn git_at_main(&self) -> Call {
        self.git_at(self.layout.main_root.as_deref().unwrap_or(&self.layout.common_dir))
    }

    /// A call of git in any folder.
    pub(crate) fn git_at(&self, dir: &Path) -> Call {
        self.around.git(dir)
    }

    /// A moment between two changes of files, at which a test may have the process die.
    pub(super) fn step(&self) {
        self.around.step();
    }

    /// A variable that the calls of git see.
    pub(crate) fn var(&self, name: &str) -> Option<&OsStr> {
        self.around.get(name)
    }

    /// What git's configuration said when it was first asked.
    pub(super) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// What is known of patches.
    pub(super) fn patches(&self) -> &Patches {
        &self.patches
    }

    /// Who reads refs and objects here.
    pub(super) fn objects(&self) -> &dyn Objects {
        self.objects.as_ref()
    }
}

/// The main worktree of a clone, if it has one.
struct Main {
    root: Option<PathBuf>,
    is_bare: bool,
}

impl Main {
    fn by_library(here: &git2::Repository, git_dir: &Path, common_dir: &Path) -> Result<Self, GitError> {
        if git_dir == common_dir {
            return Ok(Self { root: here.workdir().map(tidy), is_bare: here.is_bare() });
        }
        let main = open_library(common_dir)?;
        Ok(Self { root: main.workdir().map(tidy), is_bare: main.is_bare() })
    }

    /// The first record of `git worktree list` is the main worktree, or the bare repository in its place.
    fn by_program(around: &Surroundings, common_dir: &Path) -> Result<Self, GitError> {
        let answer = around.git(common_dir).args(["worktree", "list", "--porcelain", "-z"]).require()?;
        let text = String::from_utf8_lossy(&answer.stdout).into_owned();
        let lines: Vec<&str> = text.split('\0').take_while(|line| !line.is_empty()).collect();
        let is_bare = lines.contains(&"bare");
        let root = lines.iter().find_map(|line| line.strip_prefix("worktree ")).map(PathBuf::from);
        Ok(Self { root: root.filter(|_| !is_bare), is_bare })
    }
}

/// True where objects may be missing that git would fetch when they are asked for.
fn is_partial(library: &git2::Repository) -> bool {
    let config = library.config().and_then(|mut config| config.snapshot());
    config.is_ok_and(|config| {
        config.get_string("extensions.partialClone").is_ok()
            || config
                .entries(Some("remote\\..*\\.promisor"))
                .is_ok_and(|mut entries| entries.next().is_some_and(|entry| entry.is_ok()))
    })
}

impl fmt::Debug for Git {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Git").field("layout", &self.layout).finish_non_exhaustive()
    }
}

fn tidy(path: &Path) -> PathBuf {
    path.components().collect()
}

fn odd_head(target: &str) -> GitError {
    GitError::Answer { command: "HEAD", answer: target.to_owned() }
}

pub(super) fn open_library(git_dir: &Path) -> Result<git2::Repository, GitError> {
    let flags = git2::RepositoryOpenFlags::NO_SEARCH | git2::RepositoryOpenFlags::NO_DOTGIT;
    git2::Repository::open_ext(git_dir, flags, std::iter::empty::<&OsStr>()).map_err(|error| {
        if error.code() == git2::ErrorCode::Owner {
            GitError::DubiousOwnership { dir: git_dir.to_owned() }
        } else {
            GitError::Unreadable { dir: git_dir.to_owned(), reason: error.message().to_owned() }
        }
    })
}

/// Why git would not open anything at a folder, told from the files there and not from git's sentences.
fn why_not_open(dir: &Path, stderr: String) -> GitError {
    let holder = dir.ancestors().find(|place| {
        place.join(".git").exists() || (place.join("HEAD").is_file() && place.join("objects").is_dir())
    });
    let Some(holder) = holder else { return GitError::NotARepository { dir: dir.to_owned() } };
    let flags = git2::RepositoryOpenFlags::NO_SEARCH;
    match git2::Repository::open_ext(holder, flags, std::iter::empty::<&OsStr>()) {
        Err(error) if error.code() == git2::ErrorCode::Owner => {
            GitError::DubiousOwnership { dir: holder.to_owned() }
        }
        _ => GitError::Unreadable { dir: holder.to_owned(), reason: stderr },
    }
}

/// True where an error says that the thing asked for does not exist.
pub(crate) fn is_missing(error: &git2::Error) -> bool {
    matches!(
        error.code(),
        git2::ErrorCode::NotFound | git2::ErrorCode::InvalidSpec | git2::ErrorCode::UnbornBranch
    )
}

/// The newest thing that git said, where there is nothing better.
pub(crate) fn answer_error(command: &'static str, answer: &[u8]) -> GitError {
    let text: String = String::from_utf8_lossy(answer).chars().take(200).collect();
    GitError::Answer { command, answer: text }
}

/// True for a call that failed because git itself ended with a failure, not because it could not be run.
pub(crate) const fn is_git_failure(error: &ExecError) -> bool {
    matches!(error, ExecError::Failed { .. })
}

#[cfg(test)]
#[path = "repository_tests.rs"]
mod tests;
