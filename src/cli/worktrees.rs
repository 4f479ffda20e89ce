//! What the commands on worktrees share: which worktree a name means, whose it is, and the gate's answer in words.

use std::collections::BTreeMap;
use std::path::Path;

use super::app::App;
use super::error::CommandError;
use super::merged_pulls::MergedPulls;
use super::session::{Reading, Session};
use crate::domain::lifecycle::plan::Consent;
use crate::domain::model::branch::BranchName;
use crate::domain::model::id::PrdId;
use crate::domain::model::portfolio::Portfolio;
use crate::domain::model::prd::Prd;
use crate::domain::model::state::State;
use crate::domain::report::worktrees::{Removal, Staying};
use crate::io::git::oid::Oid;
use crate::io::git::worktree::gate::{RemovalError, RemovalPermit, RemovalRules, Removed};
use crate::io::git::worktree::list::Worktree;
use crate::io::git::worktree::obstacle::Obstacle;
use crate::io::git::worktree::trash::Label;

/// Where a wrapper of the shell wants to be told which folder to go to.
const CD_FILE: &str = "PRD_CD_FILE";

/// The PRDs whose branches are recorded, and where those were started.
#[derive(Debug)]
pub(super) struct Owners<'a> {
    prds: BTreeMap<BranchName, &'a Prd>,
    bases: BTreeMap<BranchName, Oid>,
}

impl<'a> Owners<'a> {
    /// All of a portfolio; where two PRDs record one branch, the one in progress has it.
    pub(super) fn of(session: &Session, portfolio: &'a Portfolio) -> Result<Self, CommandError> {
        let (mut prds, mut bases) = (BTreeMap::<BranchName, &Prd>::new(), BTreeMap::new());
        for prd in portfolio.prds() {
            let Some(branch) = branch_of(prd) else { continue };
            if let Some(base) = session.git.base_of(&prd.id)? {
                bases.insert(branch.clone(), base);
            }
            let is_running = prd.state == State::InProgress;
            if is_running || !prds.contains_key(&branch) {
                prds.insert(branch, prd);
            }
        }
        Ok(Self { prds, bases })
    }

    /// The PRD of a worktree.
    pub(super) fn prd(&self, tree: &Worktree) -> Option<&'a Prd> {
        tree.branch.as_ref().or(tree.held.as_ref()).and_then(|branch| self.prds.get(branch)).copied()
    }

    /// Where the recorded branches were started.
    pub(super) const fn bases(&self) -> &BTreeMap<BranchName, Oid> {
        &self.bases
    }

    /// Where the branch of a worktree was started: as recorded, else as its reflog says.
    pub(super) fn begun_at(&self, session: &Session, tree: &Worktree) -> Option<Oid> {
        let branch = tree.branch.as_ref()?;
        self.bases.get(branch).cloned().or_else(|| session.git.begun_at(branch))
    }

    /// What the entry of a worktree in the trash is called by.
    pub(super) fn label(&self, app: &App, tree: &Worktree) -> Label {
        let name = self.prd(tree).map(|prd| prd.id.canonical());
        let name = name.or_else(|| tree.branch.as_ref().map(ToString::to_string));
        let folder = || tree.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Label { name: name.unwrap_or_else(folder), time: app.now() }
    }
}

/// The branch that a PRD records.
pub(super) fn branch_of(prd: &Prd) -> Option<BranchName> {
    BranchName::new(prd.branch.as_deref()?).ok()
}

/// The worktree that a name means: the folder of one, a branch, or a PRD.
pub(super) fn find(
    session: &Session,
    reading: &Reading,
    app: &App,
    name: &str,
) -> Result<Worktree, CommandError> {
    if let Some(tree) = session.git.worktree_at(&app.env.absolute(Path::new(name)))? {
        return Ok(tree);
    }
    if let Ok(branch) = BranchName::new(name)
        && let Some(tree) = session.git.worktree_of(&branch)?
    {
        return Ok(tree);
    }
    let prd = reading.prd(session, app, name).map_err(|error| {
        error.hint("a worktree is named by its PRD, its branch or its folder: prd worktree list")
    })?;
    let branch = branch_of(prd);
    let tree = branch.map(|branch| session.git.worktree_of(&branch)).transpose()?.flatten();
    tree.ok_or_else(|| {
        CommandError::not_found(format!("{} has no worktree in this clone", prd.id))
            .hint("`prd worktree list` shows those that there are, `prd worktree restore` those that were")
    })
}

/// What the gate says of a worktree.
#[derive(Debug)]
pub(super) enum Answer {
    /// It may go.
    Open(Box<RemovalPermit>),
    /// It stays.
    Closed(Vec<Obstacle>),
}

/// Asks the gate; and where all that is in the way is that the work is not merged, GitHub.
pub(super) fn ask_gate(
    session: &Session,
    tree: &Worktree,
    rules: &RemovalRules,
    pulls: &MergedPulls<'_>,
) -> Result<Answer, CommandError> {
    let answer = answer_of(session.git.removal_check(&tree.path, rules))?;
    let Answer::Closed(obstacles) = &answer else { return Ok(answer) };
    match (obstacles.as_slice(), &tree.branch, &tree.head) {
        ([Obstacle::Unmerged { .. }], Some(branch), Some(tip)) if pulls.have(branch, tip) => {
            let rules = RemovalRules { merged_elsewhere: Some(tip.clone()), ..rules.clone() };
            answer_of(session.git.removal_check(&tree.path, &rules))
        }
        _ => Ok(answer),
    }
}

fn answer_of(checked: Result<RemovalPermit, RemovalError>) -> Result<Answer, CommandError> {
    match checked {
        Ok(permit) => Ok(Answer::Open(Box::new(permit))),
        Err(RemovalError::Refused { obstacles, .. }) => Ok(Answer::Closed(obstacles)),
        Err(error) => Err(error.into()),
    }
}

/// The rules of a removal that a user asked for.
pub(super) fn rules(consent: Consent, merged_into: Vec<Oid>, recorded_base: Option<Oid>) -> RemovalRules {
    RemovalRules {
        merged_into,
        merged_elsewhere: None,
        recorded_base,
        discard_ignored: consent.discard_ignored,
        leaves_shell: consent.leaves_shell,
    }
}

/// A removal that was done.
pub(super) fn removal(id: Option<&PrdId>, removed: Removed) -> Removal {
    Removal {
        id: id.cloned(),
        branch: removed.branch.map(|branch| branch.to_string()),
        path: removed.path.display().to_string(),
        tip: removed.tip.map(|tip| tip.to_string()),
        kept: removed.kept,
        trash: removed.trash,
    }
}

/// A removal that could be done.
pub(super) fn possible(id: Option<&PrdId>, permit: &RemovalPermit) -> Removal {
    Removal {
        id: id.cloned(),
        branch: permit.branch().map(ToString::to_string),
        path: permit.path().display().to_string(),
        tip: permit.tip().map(ToString::to_string),
        kept: permit.discarded().to_vec(),
        trash: None,
    }
}

/// A worktree that stays, with the ways out.
pub(super) fn staying(id: Option<&PrdId>, tree: &Worktree, obstacles: &[Obstacle]) -> Staying {
    let mut hints: Vec<String> = Vec::new();
    for hint in obstacles.iter().filter_map(|obstacle| way_out(obstacle, tree)) {
        if !hints.contains(&hint) {
            hints.push(hint);
        }
    }
    Staying {
        id: id.cloned(),
        branch: tree.branch.as_ref().map(ToString::to_string),
        path: tree.path.display().to_string(),
        obstacles: obstacles.iter().map(ToString::to_string).collect(),
        hints,
    }
}

/// What to do about an obstacle.
fn way_out(obstacle: &Obstacle, tree: &Worktree) -> Option<String> {
    let path = tree.path.display();
    Some(match obstacle {
        Obstacle::MainWorktree => return None,
        Obstacle::NotRegistered => "prd worktree list shows those that git knows".to_owned(),
        Obstacle::Disagrees { .. } => {
            format!("look at what lies in {path}; a moved worktree is found again by prd worktree repair")
        }
        Obstacle::ShellInside => "change to another folder first, or say --cd".to_owned(),
        Obstacle::Locked { .. } => format!("git worktree unlock {path}"),
        Obstacle::Operation(operation) => {
            let name = operation.name();
            if name == "bisect" {
                format!("git -C {path} bisect reset")
            } else {
                format!("git -C {path} {name} --continue, or --abort")
            }
        }
        Obstacle::AtWork => {
            let lock = tree
                .git_dir
                .as_ref()
                .map_or_else(String::new, |dir| dir.join("index.lock").display().to_string());
            format!("wait for it; where none runs there, remove {lock}")
        }
        Obstacle::Mounted { paths } => {
            format!("umount {}", paths.first().map_or_else(String::new, |path| path.display().to_string()))
        }
        Obstacle::Changed { .. } | Obstacle::Untracked { .. } => {
            format!("commit it, or stash it: git -C {path} stash push --include-untracked")
        }
        Obstacle::Ignored { .. } => "--discard-ignored keeps them in the trash for 14 days".to_owned(),
        Obstacle::Submodules { .. } => {
            format!("push what was committed in them, then: git -C {path} submodule deinit --all")
        }
        Obstacle::Unmerged { .. } | Obstacle::New { .. } => {
            "--unmerged removes the worktree all the same; the branch stays".to_owned()
        }
        Obstacle::DetachedWork { .. } => format!("give them a branch: git -C {path} switch -c NAME"),
    })
}

/// Takes the user's shell out of a folder that is gone, where a wrapper of it can be told; else says what to type.
pub(super) fn leave_if_gone(app: &App, main_root: &Path) -> Result<(), CommandError> {
    if app.env.cwd.exists() {
        return Ok(());
    }
    let root = main_root.display();
    match app.env.var(CD_FILE) {
        Some(file) => Ok(fs_err::OpenOptions::new()
            .write(true)
            .truncate(true)
            .open(file)
            .and_then(|mut file| std::io::Write::write_all(&mut file, format!("{root}\n").as_bytes()))?),
        None => {
            app.console.warn(&format!("your shell is in a folder that is gone: cd {root}"));
            Ok(())
        }
    }
}
