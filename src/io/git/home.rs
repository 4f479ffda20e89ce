//! Home: the checkout, or the branch tip, whose PRD folders are the truth for the whole clone.

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::domain::model::branch::BranchName;
use crate::domain::model::path::RepoPath;

use super::error::{FailureKind, GitError};
use super::oid::Oid;
use super::repository::{Git, Head};
use super::worktree::list::Worktree;

/// Where the PRD folders are read, and what a transition commits to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Home {
    /// The home branch; `None` where this checkout is read for want of one.
    pub branch: Option<BranchName>,
    /// The tip of the local branch; `None` where it does not exist yet and is made by the first commit on it.
    pub tip: Option<Oid>,
    /// Where the files are.
    pub place: HomePlace,
}

/// Where the files of home are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HomePlace {
    /// A checkout of the home branch: its work tree.
    Checkout {
        /// The top of that checkout.
        root: PathBuf,
    },
    /// No checkout has the home branch: the tree of its tip, or of the remote's where there is no local one.
    Tip {
        /// The commit to read.
        oid: Oid,
    },
    /// There is no home branch (a detached `HEAD`, or no commit yet): this checkout, to be read only.
    ThisCheckout {
        /// The top of this checkout.
        root: PathBuf,
    },
}

impl Home {
    /// The folder whose files are read; `None` for a tip.
    #[must_use]
    pub fn root(&self) -> Option<&Path> {
        match &self.place {
            HomePlace::Checkout { root } | HomePlace::ThisCheckout { root } => Some(root),
            HomePlace::Tip { .. } => None,
        }
    }

    /// The commit that the next one on the home branch is made on; `None` where home may only be read.
    #[must_use]
    pub fn onto(&self) -> Option<&Oid> {
        match &self.place {
            HomePlace::Checkout { .. } => self.tip.as_ref(),
            HomePlace::Tip { oid } => Some(oid),
            HomePlace::ThisCheckout { .. } => None,
        }
    }

    /// True where nothing may be committed: there is no home branch.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.onto().is_none() || self.branch.is_none()
    }
}

/// There is no telling where home is.
#[derive(Debug, thiserror::Error)]
pub enum HomeError {
    /// The configured name is none that git takes.
    #[error("the configured home branch `{name}` is not a branch name that git accepts")]
    BadName {
        /// The name.
        name: String,
    },
    /// The configured branch exists neither here nor on the remote.
    #[error("the configured home branch {branch} exists neither here nor on a remote")]
    NoSuchBranch {
        /// The branch.
        branch: BranchName,
    },
    /// Neither configuration nor remote names one, and the usual names do not exist.
    #[error("there is no home branch: no remote names a default branch, and neither main nor master exists")]
    Unknown,
    /// A bare repository without any commit on the home branch.
    #[error("this bare repository has no commit to read")]
    Empty,
    /// Git failed.
    #[error(transparent)]
    Git(#[from] GitError),
}

impl HomeError {
    /// Whose doing it is.
    #[must_use]
    pub const fn kind(&self) -> FailureKind {
        match self {
            Self::BadName { .. } => FailureKind::Refused,
            Self::NoSuchBranch { .. } | Self::Unknown | Self::Empty => FailureKind::NotFound,
            Self::Git(error) => error.kind(),
        }
    }
}

/// What a branch name leads to.
enum Candidate {
    Local(BranchName, Oid),
    Remote(BranchName, Oid),
}

impl Git {
    /// Finds home: the configured branch, else the remote's default branch, else `main` or `master`, else the
    /// only branch there is; then the checkout that has it, else its tip.
    ///
    /// # Errors
    /// [`HomeError`]
    pub fn home(&self, configured: Option<&str>) -> Result<Home, HomeError> {
        let wanted = configured
            .map(|name| BranchName::new(name).map_err(|_| HomeError::BadName { name: name.to_owned() }))
            .transpose()?;
        let head = self.head()?;
        match self.candidate(wanted.as_ref())? {
            Some(Candidate::Local(branch, oid)) => self.home_of(branch, oid),
            // On a detached HEAD this is what CI checked out, which is what it wants to be read.
            Some(Candidate::Remote(branch, oid)) if !matches!(head, Head::Detached { .. }) => {
                Ok(Home { branch: Some(branch), tip: None, place: HomePlace::Tip { oid } })
            }
            _ => self.without_home_branch(&head, wanted),
        }
    }

    fn home_of(&self, branch: BranchName, oid: Oid) -> Result<Home, HomeError> {
        let is_holder = |tree: &Worktree| tree.holds(&branch) && !tree.is_missing && !tree.is_bare;
        let holder = match self.checkout_of(&branch) {
            Some(root) => Some(root),
            None => self.worktrees()?.into_iter().find(is_holder).map(|tree| tree.path),
        };
        let place = match holder {
            Some(root) => HomePlace::Checkout { root },
            None => HomePlace::Tip { oid: oid.clone() },
        };
        Ok(Home { branch: Some(branch), tip: Some(oid), place })
    }

    fn candidate(&self, wanted: Option<&BranchName>) -> Result<Option<Candidate>, GitError> {
        if let Some(branch) = wanted {
            return self.local_or_remote(branch);
        }
        if let Some(branch) = self.remote_default_branch()?
            && let Some(found) = self.local_or_remote(&branch)?
        {
            return Ok(Some(found));
        }
        for name in ["main", "master"] {
            if let Ok(branch) = BranchName::new(name)
                && let Some(found) = self.local_or_remote(&branch)?
            {
                return Ok(Some(found));
            }
        }
        let mut branches = self.branches()?;
        let only = if branches.len() == 1 { branches.pop() } else { None };
        // A lone branch on a detached HEAD is as good as any other: nothing else can be meant.
        Ok(only.map(|(branch, oid)| Candidate::Local(branch, oid)))
    }

    fn local_or_remote(&self, branch: &BranchName) -> Result<Option<Candidate>, GitError> {
        if let Some(oid) = self.branch_tip(branch)? {
            return Ok(Some(Candidate::Local(branch.clone(), oid)));
        }
        let Some(remote) = self.default_remote()? else { return Ok(None) };
        let tip = self.ref_oid(&format!("refs/remotes/{remote}/{branch}"))?;
        Ok(tip.map(|oid| Candidate::Remote(branch.clone(), oid)))
    }

    fn without_home_branch(&self, head: &Head, wanted: Option<BranchName>) -> Result<Home, HomeError> {
        let here = |branch: Option<BranchName>| {
            let root = self.root().or_else(|| self.main_root()).ok_or(HomeError::Empty)?.to_owned();
            Ok(Home { branch, tip: None, place: HomePlace::ThisCheckout { root } })
        };
        match (head, wanted) {
            (Head::Detached { .. }, _) => here(None),
            (Head::Unborn { name }, None) => here(Some(name.clone())),
            (Head::Unborn { name }, Some(wanted)) if *name == wanted => here(Some(wanted)),
            (_, Some(branch)) => Err(HomeError::NoSuchBranch { branch }),
            (Head::Branch { .. }, None) => Err(HomeError::Unknown),
        }
    }

    /// All plain files below some folders of a commit, with their contents as stored (no filter, no line-end
    /// conversion), by path. Links, submodules and names that are not UTF-8 are left out.
    ///
    /// # Errors
    /// An object is missing.
    pub fn tree_files(
        &self,
        commit: &Oid,
        folders: &[RepoPath],
    ) -> Result<Vec<(RepoPath, Vec<u8>)>, GitError> {
        let objects = self.objects();
        let files = objects.files(commit, folders)?;
        files.into_iter().map(|(path, blob)| Ok((path, objects.blob(&blob)?))).collect()
    }

    /// The paths of all plain files below some folders of a commit, sorted.
    ///
    /// # Errors
    /// An object is missing.
    pub fn tree_paths(&self, commit: &Oid, folders: &[RepoPath]) -> Result<Vec<RepoPath>, GitError> {
        Ok(self.objects().files(commit, folders)?.into_iter().map(|(path, _)| path).collect())
    }

    /// The paths below some folders in the tip of any local or remote-tracking branch, sorted, each once.
    ///
    /// A folder's tree that many branches share is walked once, and one that the commit `known` has too, not at all.
    ///
    /// # Errors
    /// The refs cannot be read. A tip that cannot be read (a shallow or damaged clone) is passed over.
    pub fn branch_prd_paths(
        &self,
        folders: &[RepoPath],
        known: Option<&Oid>,
    ) -> Result<Vec<RepoPath>, GitError> {
        let objects = self.objects();
        let of_folder = |commit: &Oid, folder: &RepoPath| {
            let (_, tree) = objects.entry(commit, folder).ok()??;
            Some(format!("{tree} {folder}"))
        };
        let mut seen: HashSet<String> =
            folders.iter().filter_map(|folder| of_folder(known?, folder)).collect();
        let mut paths = BTreeSet::new();
        let mut tips: Vec<(String, Oid)> = objects.refs("refs/heads/")?;
        tips.extend(objects.refs("refs/remotes/")?);
        for (_, tip) in tips {
            if !seen.insert(tip.as_str().to_owned()) {
                continue;
            }
            for folder in folders {
                let Some(tree) = of_folder(&tip, folder) else { continue };
                if seen.insert(tree)
                    && let Ok(files) = objects.files(&tip, std::slice::from_ref(folder))
                {
                    paths.extend(files.into_iter().map(|(path, _)| path));
                }
            }
        }
        Ok(paths.into_iter().collect())
    }

    /// One file of a revision (a branch, an object name, anything that names a commit or a tree) as stored;
    /// `None` where the revision or the file does not exist.
    ///
    /// # Errors
    /// An object is missing.
    pub fn read_blob(&self, rev: &str, path: &RepoPath) -> Result<Option<Vec<u8>>, GitError> {
        self.objects().blob_at(rev, path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::git::testing::Fixture;

    fn place(fixture: &Fixture, configured: Option<&str>) -> HomePlace {
        fixture.open().home(configured).unwrap().place
    }

    fn folders(names: &[&str]) -> Vec<RepoPath> {
        names.iter().map(|name| RepoPath::new(name).unwrap()).collect()
    }

    #[test]
    fn is_the_checkout_of_the_home_branch_from_every_worktree() {
        let fixture = Fixture::new();
        let tip = fixture.commit_file("a", "1");
        let linked = fixture.beside("linked");
        fixture.git(&["worktree", "add", "-q", "-b", "x", linked.to_str().unwrap()]);
        let home = Git::open(&fixture.env, &linked).unwrap().home(None).unwrap();
        assert_eq!(home.place, HomePlace::Checkout { root: fixture.root() });
        assert_eq!((home.branch.unwrap().as_str(), home.tip), ("main", Some(tip)));
        assert_eq!(place(&fixture, Some("x")), HomePlace::Checkout { root: linked });
    }

    #[test]
    fn is_the_tip_where_no_checkout_has_the_branch() {
        let fixture = Fixture::new();
        let tip = fixture.commit_file("a", "1");
        fixture.git(&["checkout", "-q", "-b", "x"]);
        assert_eq!(place(&fixture, None), HomePlace::Tip { oid: tip });
    }

    #[test]
    fn is_read_only_without_a_home_branch() {
        let fixture = Fixture::new();
        let unborn = fixture.open().home(None).unwrap();
        assert_eq!(unborn.place, HomePlace::ThisCheckout { root: fixture.root() });
        assert!(unborn.is_read_only());
        fixture.commit_file("a", "1");
        fixture.git(&["branch", "other"]);
        fixture.git(&["checkout", "-q", "--detach"]);
        fixture.git(&["branch", "-q", "-m", "main", "feature"]);
        let home = fixture.open().home(None).unwrap();
        assert_eq!((home.branch, home.place), (None, HomePlace::ThisCheckout { root: fixture.root() }));
        fixture.git(&["checkout", "-q", "feature"]);
        assert!(matches!(fixture.open().home(None), Err(HomeError::Unknown)));
        assert!(matches!(fixture.open().home(Some("gone")), Err(HomeError::NoSuchBranch { .. })));
        assert!(matches!(fixture.open().home(Some("-x")), Err(HomeError::BadName { .. })));
    }

    #[test]
    fn follows_the_remotes_default_branch() {
        let fixture = Fixture::new();
        let tip = fixture.commit_file("a", "1");
        fixture.git(&["branch", "-q", "-m", "main", "trunk"]);
        fixture.git(&["branch", "main"]);
        let clone = fixture.beside("clone");
        fixture.git(&["clone", "-q", ".", clone.to_str().unwrap()]);
        let git = Git::open(&fixture.env, &clone).unwrap();
        let home = git.home(None).unwrap();
        assert_eq!(
            (home.branch.as_ref().map(BranchName::as_str), home.root()),
            (Some("trunk"), Some(&*clone))
        );
        fixture.git_in(&clone, &["checkout", "-q", "-b", "x"]);
        fixture.git_in(&clone, &["branch", "-q", "-D", "trunk"]);
        let home = git.home(None).unwrap();
        assert_eq!((home.tip.as_ref(), home.onto()), (None, Some(&tip)));
        assert!(!home.is_read_only());
    }

    #[test]
    fn a_rebase_of_the_home_branch_does_not_move_home() {
        let fixture = Fixture::new();
        fixture.commit_file("a", "1");
        fixture.git(&["checkout", "-q", "-b", "x"]);
        fixture.commit_file("a", "2");
        fixture.git(&["checkout", "-q", "main"]);
        fixture.commit_file("a", "3");
        let rebase = fixture.open().git().args(["rebase", "x"]).run().unwrap();
        assert!(!rebase.is_success());
        assert_eq!(place(&fixture, None), HomePlace::Checkout { root: fixture.root() });
    }

    #[test]
    fn reads_files_of_a_commit() {
        let fixture = Fixture::new();
        fixture.write("docs/prds/draft/SVC-1-x.md", "one");
        fixture.write("docs/prds/complete/2025/SVC-2-y.md", "two");
        fixture.write("docs/other.md", "no");
        let tip = fixture.commit_all("plans");
        fixture.write("docs/prds/draft/SVC-1-x.md", "changed in the work tree");
        let git = fixture.open();
        let files = git.tree_files(&tip, &folders(&["docs/prds", "no/such"])).unwrap();
        let shown: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_slice())).collect();
        assert_eq!(
            shown,
            [
                ("docs/prds/complete/2025/SVC-2-y.md", b"two".as_slice()),
                ("docs/prds/draft/SVC-1-x.md", b"one".as_slice())
            ]
        );
        let path = RepoPath::new("docs/other.md").unwrap();
        assert_eq!(git.read_blob("main", &path).unwrap().as_deref(), Some(b"no".as_slice()));
        assert_eq!(git.read_blob("gone", &path).unwrap(), None);
        assert_eq!(git.read_blob("main", &RepoPath::new("docs").unwrap()).unwrap(), None);
        assert_eq!(git.read_blob("main", &RepoPath::new("docs/prds/z").unwrap()).unwrap(), None);
    }

    #[test]
    fn sees_the_files_of_every_branch_once() {
        let fixture = Fixture::new();
        fixture.commit_file("prds/draft/SVC-1-x.md", "1");
        fixture.git(&["checkout", "-q", "-b", "x"]);
        fixture.commit_file("prds/draft/SVC-9-y.md", "1");
        fixture.git(&["update-ref", "refs/remotes/origin/z", "x"]);
        fixture.git(&["checkout", "-q", "main"]);
        fixture.git(&["branch", "-q", "-D", "x"]);
        let git = fixture.open();
        let names = |known: Option<&Oid>| -> Vec<String> {
            let paths = git.branch_prd_paths(&folders(&["prds/draft", "prds/ready"]), known).unwrap();
            paths.iter().map(|path| path.file_name().to_owned()).collect()
        };
        assert_eq!(names(None), ["SVC-1-x.md", "SVC-9-y.md"]);
        let main = git.commit_of("main").unwrap().unwrap();
        let other = git.commit_of("refs/remotes/origin/z").unwrap().unwrap();
        assert_eq!(names(Some(&main)), ["SVC-1-x.md", "SVC-9-y.md"]);
        assert_eq!(names(Some(&other)), ["SVC-1-x.md"]);
    }
}
