//! What git says about a PRD's branch and worktree, in the words of the life cycle.

use std::path::{Component, Path};

use super::error::CommandError;
use super::merged_pulls::MergedPulls;
use super::session::Session;
use super::transition::Context;
use crate::domain::lifecycle::complete::{CompleteFacts, MergeFacts};
use crate::domain::lifecycle::pause::WorktreeFacts;
use crate::domain::lifecycle::plan::Consent;
use crate::domain::lifecycle::start::{NameFacts, Names};
use crate::domain::model::branch::BranchName;
use crate::io::git::merged::Merged;
use crate::io::git::oid::Oid;
use crate::io::git::worktree::gate::{RemovalError, RemovalRules};
use crate::io::store::journal::absolute;

impl Context<'_> {
    fn branch(&self) -> Option<BranchName> {
        BranchName::new(self.subject.prd.branch.as_deref()?).ok()
    }

    /// What stands in the way of the names that a start would use.
    pub(super) fn name_facts(&self, names: &Names) -> Result<NameFacts, CommandError> {
        let git = &self.session.git;
        let branch = BranchName::new(&names.branch)?;
        let exists = git.branch_tip(&branch)?.is_some();
        let holder = git.worktree_of(&branch)?.filter(|tree| !tree.is_missing);
        let path = names.worktree.as_ref().map(|path| absolute(&self.session.main_root(), path));
        Ok(NameFacts {
            branch_exists: exists,
            branch_clash: git.branch_clash(&branch)?.map(|other| other.to_string()),
            path_taken: path.as_ref().is_some_and(|path| fs_err::symlink_metadata(path).is_ok()),
            worktree_of_branch: holder.map(|tree| from_main(&self.session.main_root(), &tree.path)),
        })
    }

    /// The PRD's worktree, and what forbids to remove it.
    pub(super) fn worktree_facts(&self, consent: Consent) -> Result<Option<WorktreeFacts>, CommandError> {
        let Some(branch) = self.branch() else { return Ok(None) };
        let git = &self.session.git;
        let Some(tree) = git.worktree_of(&branch)?.filter(|tree| !tree.is_main) else { return Ok(None) };
        // The branch stays, so its commits are safe whether merged or not.
        let rules = RemovalRules {
            discard_ignored: consent.discard_ignored,
            leaves_shell: consent.leaves_shell,
            ..RemovalRules::default()
        };
        let obstacles = match git.removal_check(&tree.path, &rules) {
            Ok(_) => Vec::new(),
            Err(RemovalError::Refused { obstacles, .. }) => {
                obstacles.iter().map(ToString::to_string).collect()
            }
            Err(error) => return Err(error.into()),
        };
        Ok(Some(WorktreeFacts {
            path: tree.path.display().to_string(),
            branch: branch.to_string(),
            obstacles,
            consent,
        }))
    }

    /// Criteria, merge and worktree of a PRD that is to be completed; with `pulls` GitHub is asked, too, where git does
    /// not find the work in home.
    pub(super) fn complete_facts(
        &self,
        consent: Consent,
        pulls: Option<&MergedPulls<'_>>,
    ) -> Result<CompleteFacts, CommandError> {
        let prd = self.subject.prd;
        let source = self.reading.sources.get(&prd.id).map_or_else(|| "home".to_owned(), ToString::to_string);
        Ok(CompleteFacts {
            checklist: prd.checklist.clone(),
            checklist_source: source,
            merge: self.merge_facts(pulls)?,
            worktree: self.worktree_facts(consent)?,
        })
    }

    fn merge_facts(&self, pulls: Option<&MergedPulls<'_>>) -> Result<MergeFacts, CommandError> {
        let Some(branch) = self.branch() else { return Ok(MergeFacts::NoBranch) };
        let git = &self.session.git;
        let Some(tip) = git.branch_tip(&branch)? else { return Ok(MergeFacts::NoBranch) };
        let recorded = git.base_of(&self.subject.prd.id)?;
        Ok(match git.merged_into_any(&tip, &self.session.bases()?, recorded.as_ref())? {
            Merged::Ancestor | Merged::Squash | Merged::PatchIds => MergeFacts::Merged,
            Merged::New => MergeFacts::Untouched,
            Merged::No if pulls.is_some_and(|pulls| pulls.have(&branch, &tip)) => MergeFacts::Merged,
            Merged::No => MergeFacts::Unmerged,
        })
    }
}

impl Session {
    /// The commits that a branch may be merged into: home or its upstream, whichever is ahead, and both where neither
    /// has all of the other; the first is the one to count from.
    pub(super) fn bases(&self) -> Result<Vec<Oid>, CommandError> {
        let Some(home) = self.home.onto() else { return Ok(Vec::new()) };
        let upstream = match &self.home.branch {
            Some(branch) => self.git.upstream(branch)?.and_then(|upstream| upstream.oid),
            None => None,
        };
        Ok(match upstream {
            Some(upstream) if self.git.is_ancestor(home, &upstream)? => vec![upstream],
            Some(upstream) if !self.git.is_ancestor(&upstream, home)? => vec![home.clone(), upstream],
            _ => vec![home.clone()],
        })
    }
}

/// A worktree's path as a PRD records it: relative to the main worktree, so that it means the same in every clone
/// that keeps its worktrees alike. Absolute where the two share no folder.
pub(super) fn from_main(main_root: &Path, path: &Path) -> String {
    let (base, parts): (Vec<Component<'_>>, Vec<Component<'_>>) =
        (main_root.components().collect(), path.components().collect());
    let common = base.iter().zip(&parts).take_while(|(a, b)| a == b).count();
    if !base.iter().take(common).any(|part| matches!(part, Component::Normal(_))) {
        return path.display().to_string();
    }
    let up = std::iter::repeat_n("..".to_owned(), base.len() - common);
    let down = parts.iter().skip(common).map(|part| part.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recorded_worktree_names_no_machine() {
        let from = |path: &str| from_main(Path::new("/home/ada/shop"), Path::new(path));
        assert_eq!(from("/home/ada/worktrees/shop-SVC-1"), "../worktrees/shop-SVC-1");
        assert_eq!(from("/home/ada/shop/.trees/1"), ".trees/1");
        assert_eq!(from("/mnt/fast/shop-SVC-1"), "/mnt/fast/shop-SVC-1");
    }
}
