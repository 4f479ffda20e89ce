//! Two people's clones of one server.

use std::ops::Range;
use std::path::PathBuf;

use super::{CONFIG, Repo};

/// A repository whose clones `one` (Ada's) and `two` (Ben's) share the server `server.git`, with the PRDs of these numbers
/// ready, and `setting` among the settings of `prd_workflow`.
pub(crate) fn clones(setting: &str, numbers: Range<usize>) -> (Repo, [PathBuf; 2]) {
    let config = CONFIG.replace("\"github\":", &format!("{setting},\n    \"github\":"));
    let repo = Repo::with_config(&config);
    for number in numbers {
        repo.prd("ready", &format!("SVC-{number}"), &format!("service-{number}"), "");
    }
    repo.commit_all("Plans");
    repo.git_in(&repo.top(), &["clone", "-q", "--bare", "cloudscale", "server.git"]);
    let made = [("one", "Ada"), ("two", "Ben")].map(|(name, who)| {
        // Each has a place of its own, since worktrees lie beside the clone.
        let path = repo.beside(name).join("cloudscale");
        fs_err::create_dir(path.parent().unwrap()).unwrap();
        let server = repo.beside("server.git");
        repo.git_in(&repo.top(), &["clone", "-q", server.to_str().unwrap(), path.to_str().unwrap()]);
        repo.git_in(&path, &["config", "user.name", who]);
        repo.git_in(&path, &["config", "user.email", &format!("{who}@cloudscale.example")]);
        path
    });
    (repo, made)
}
