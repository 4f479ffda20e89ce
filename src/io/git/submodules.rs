//! Submodules of a new worktree: those that another checkout of the clone has, made from its objects and so without
//! a network where nothing newer is wanted.

use std::path::Path;
use std::time::Duration;

use super::error::GitError;
use super::exec::ExecError;
use super::repository::Git;

/// A submodule that was checked out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CarriedSubmodule {
    /// Its folder, relative to the top of the checkout.
    pub path: String,
    /// True where the network was not needed.
    pub offline: bool,
}

/// Submodules that could not be checked out.
#[derive(Debug, thiserror::Error)]
#[error("the submodule {path} could not be checked out: {source}")]
pub struct SubmoduleError {
    /// Its folder, relative to the top of the checkout.
    pub path: String,
    /// What git says.
    source: GitError,
}

impl Git {
    /// Checks out in `to` every submodule that `from` has checked out, nested ones too. One that is there already is
    /// left alone, so this may be called again after it failed or was killed.
    ///
    /// # Errors
    /// The first submodule that cannot be had. `limit` is for what has to come over a network.
    pub fn carry_submodules(
        &self,
        from: &Path,
        to: &Path,
        limit: Duration,
    ) -> Result<Vec<CarriedSubmodule>, SubmoduleError> {
        let failed = |path: &str| {
            let path = path.to_owned();
            move |source: ExecError| SubmoduleError { path, source: source.into() }
        };
        let mut carried = Vec::new();
        for (name, path) in self.declared_submodules(to).map_err(failed(".gitmodules"))? {
            let (theirs, ours) = (from.join(&path), to.join(&path));
            if !theirs.join(".git").exists() || !ours.is_dir() {
                continue;
            }
            if !self.is_checked_out(&ours).map_err(failed(&path))? {
                let offline =
                    self.check_out_submodule(&name, &path, &theirs, to, limit).map_err(failed(&path))?;
                carried.push(CarriedSubmodule { path: path.clone(), offline });
            }
            let nested = self
                .carry_submodules(&theirs, &ours, limit)
                .map_err(|error| SubmoduleError { path: format!("{path}/{}", error.path), ..error })?;
            carried.extend(
                nested
                    .into_iter()
                    .map(|inner| CarriedSubmodule { path: format!("{path}/{}", inner.path), ..inner }),
            );
        }
        Ok(carried)
    }

    /// Names and folders as `.gitmodules` of a checkout has them, by name.
    fn declared_submodules(&self, root: &Path) -> Result<Vec<(String, String)>, ExecError> {
        if !root.join(".gitmodules").is_file() {
            return Ok(Vec::new());
        }
        let answer = self
            .git_at(root)
            .args(["config", "--file", ".gitmodules", "--null", "--get-regexp", r"^submodule\..*\.path$"])
            .run()?;
        let text = String::from_utf8_lossy(&answer.stdout).into_owned();
        let mut found: Vec<(String, String)> = text
            .split_terminator('\0')
            .filter_map(|entry| {
                let (key, path) = entry.split_once('\n')?;
                let name = key.strip_prefix("submodule.")?.strip_suffix(".path")?;
                Some((name.to_owned(), path.to_owned()))
            })
            .filter(|(_, path)| crate::domain::model::path::RepoPath::new(path).is_ok())
            .collect();
        found.sort();
        Ok(found)
    }

    /// True where a submodule's folder has a commit checked out, and not only the beginning of one.
    fn is_checked_out(&self, folder: &Path) -> Result<bool, ExecError> {
        if !folder.join(".git").exists() {
            return Ok(false);
        }
        let git_dir = self.git_at(folder).args(["rev-parse", "--absolute-git-dir"]).run()?;
        Ok(git_dir.is_success() && Path::new(&git_dir.line()).join("index").is_file())
    }

    /// Clones from the other checkout's own copy and names the real address afterwards; where the commit is not
    /// there, the real address is asked. True where that was not needed.
    fn check_out_submodule(
        &self,
        name: &str,
        path: &str,
        theirs: &Path,
        to: &Path,
        limit: Duration,
    ) -> Result<bool, ExecError> {
        let copy = self.git_at(theirs).args(["rev-parse", "--absolute-git-dir"]).require()?.line();
        let address = self.git_at(theirs).args(["config", "--get", "remote.origin.url"]).run()?;
        // Only the user's own copy is cloned as a file, whatever `.gitmodules` says.
        let local = self
            .git_at(to)
            .args(["-c", "protocol.file.allow=always", "-c", &format!("submodule.{name}.url={copy}")])
            .args(["submodule", "--quiet", "update", "--init", "--", path])
            .run()?;
        let ours = to.join(path);
        if address.is_success() && ours.join(".git").exists() {
            self.git_at(&ours).args(["config", "remote.origin.url", &address.line()]).require()?;
        }
        if local.is_success() {
            return Ok(true);
        }
        self.git_at(to)
            .args(["submodule", "--quiet", "update", "--init", "--", path])
            .timeout(limit)
            .require()?;
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::model::branch::BranchName;
    use crate::io::git::testing::Fixture;

    const LIMIT: Duration = Duration::from_secs(20);

    /// A repository with a submodule `libs/money`, which has one of its own; the addresses lead nowhere by now.
    fn fixture() -> Fixture {
        let fixture = Fixture::new();
        for name in ["rates", "money"] {
            let path = fixture.beside(name);
            fs_err::create_dir(&path).unwrap();
            fixture.git_in(&path, &["init", "-q", "-b", "main"]);
            fs_err::write(path.join("a.txt"), name).unwrap();
            if name == "money" {
                let rates = fixture.beside("rates");
                add(&fixture, &path, rates.to_str().unwrap(), "rates");
            }
            fixture.git_in(&path, &["add", "-A"]);
            fixture.git_in(&path, &["commit", "-q", "-m", name]);
        }
        add(&fixture, &fixture.root(), fixture.beside("money").to_str().unwrap(), "libs/money");
        let update = ["-c", "protocol.file.allow=always", "submodule", "--quiet", "update", "--init"];
        fixture.git(&[&update[..], &["--recursive"]].concat());
        fixture.commit_all("submodules");
        for name in ["rates", "money"] {
            fs_err::rename(fixture.beside(name), fixture.beside(&format!("{name}-gone"))).unwrap();
        }
        fixture
    }

    fn add(fixture: &Fixture, root: &Path, address: &str, path: &str) {
        let allow = ["-c", "protocol.file.allow=always", "submodule", "--quiet", "add"];
        fixture.git_in(root, &[&allow[..], &["--", address, path]].concat());
    }

    #[test]
    fn submodules_come_from_the_other_checkout_and_keep_their_address() {
        let fixture = fixture();
        let git = fixture.open();
        let path = fixture.beside("tree");
        let tip = git.commit_of("HEAD").unwrap().unwrap();
        let branch = BranchName::new("x").unwrap();
        let registered = git.register_worktree(&branch, &path, &tip).unwrap();
        git.populate(&registered).unwrap();
        let carried = git.carry_submodules(&fixture.root(), &path, LIMIT).unwrap();
        let shown: Vec<(&str, bool)> = carried.iter().map(|c| (c.path.as_str(), c.offline)).collect();
        assert_eq!(shown, [("libs/money", true), ("libs/money/rates", true)]);
        assert_eq!(fs_err::read_to_string(path.join("libs/money/rates/a.txt")).unwrap(), "rates");
        let address = fixture.git_in(&path.join("libs/money"), &["remote", "get-url", "origin"]);
        assert_eq!(address, fixture.beside("money").to_str().unwrap());
        assert_eq!(fixture.git_in(&path, &["status", "--porcelain"]), "");
        assert_eq!(git.carry_submodules(&fixture.root(), &path, LIMIT).unwrap(), [], "a second time");
    }

    #[test]
    fn a_submodule_that_nobody_checked_out_is_left_out() {
        let fixture = fixture();
        fixture.git(&["submodule", "--quiet", "deinit", "--force", "libs/money"]);
        let git = fixture.open();
        let path = fixture.beside("tree");
        fixture.git(&["worktree", "add", "-q", "-b", "x", path.to_str().unwrap()]);
        assert_eq!(git.carry_submodules(&fixture.root(), &path, LIMIT).unwrap(), []);
    }

    #[test]
    fn a_commit_that_is_not_there_is_an_error_with_the_folder() {
        let fixture = fixture();
        let inner = fixture.root().join("libs/money");
        fs_err::write(inner.join("a.txt"), "newer").unwrap();
        fixture.git_in(&inner, &["commit", "-q", "-am", "newer"]);
        let newer = fixture.git_in(&inner, &["rev-parse", "HEAD"]);
        fixture.commit_all("newer");
        fixture.git_in(&inner, &["reset", "-q", "--hard", "HEAD~1"]);
        fixture.git_in(&inner, &["reflog", "expire", "--expire=all", "--all"]);
        fixture.git_in(&inner, &["update-ref", "-d", "ORIG_HEAD"]);
        fixture.git_in(&inner, &["gc", "-q", "--prune=now"]);
        let path = fixture.beside("tree");
        fixture.git(&["worktree", "add", "-q", "-b", "x", path.to_str().unwrap()]);
        let error = fixture.open().carry_submodules(&fixture.root(), &path, LIMIT).unwrap_err();
        assert_eq!(error.path, "libs/money", "{error}, for {newer}");
    }
}
