//! `prd_workflow`: folders, ids, branches, worktrees, hooks.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::github::GitHub;
use super::review::Review;
use super::values::PrdId;
use crate::domain::config::template::{BranchPattern, WorktreePattern};
use crate::domain::model::branch::BranchName;
use crate::domain::model::path::RepoPath;
use crate::domain::model::state::State;

/// The life cycle of PRDs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct PrdWorkflow {
    /// False: commands that change states refuse and say why.
    pub enabled: bool,
    /// The folder of each state, relative to the repository's root.
    pub directories: Directories,
    /// The branch whose PRD folders are the truth; detected where it is not set.
    pub home_branch: Option<BranchName>,
    /// Whether a transition ends in a commit on the home branch.
    pub commit: CommitMode,
    /// How transitions reach colleagues.
    pub publish: Publish,
    /// How ids are written.
    pub prd_id: PrdId,
    /// How branches are named.
    pub branch_naming: BranchNaming,
    /// How worktrees are made.
    pub worktree: Worktree,
    /// Issues and pull requests.
    pub github: GitHub,
    /// Grades and approvals.
    pub review: Review,
    /// Git hooks.
    pub hooks: Hooks,
    /// Claims on a shared server.
    pub claims: Claims,
}

impl Default for PrdWorkflow {
    fn default() -> Self {
        Self {
            enabled: true,
            directories: Directories::default(),
            home_branch: None,
            commit: CommitMode::default(),
            publish: Publish::default(),
            prd_id: PrdId::default(),
            branch_naming: BranchNaming::default(),
            worktree: Worktree::default(),
            github: GitHub::default(),
            review: Review::default(),
            hooks: Hooks::default(),
            claims: Claims::default(),
        }
    }
}

/// Whether a transition ends in a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub enum CommitMode {
    /// One commit on the home branch, with the PRD and its records and nothing else.
    #[default]
    Auto,
    /// Changes stay in the work tree.
    Off,
}

/// How transitions reach colleagues.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub enum Publish {
    /// The user pushes.
    #[default]
    Off,
    /// Every transition is pushed to the remote's home branch.
    Push,
    /// Transitions collect on a branch of their own, with one pull request kept open.
    PullRequest,
}

/// The folder of each state. A layout without a review folder reviews in place, in the draft folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct Directories {
    /// Being written.
    pub draft: RepoPath,
    /// Graded and asked about; `null` for a layout of five folders.
    pub review: Option<RepoPath>,
    /// Approved.
    pub ready: RepoPath,
    /// Being built.
    pub in_progress: RepoPath,
    /// Done.
    pub complete: RepoPath,
    /// Put away.
    pub archived: RepoPath,
}

impl Default for Directories {
    #[expect(clippy::expect_used, reason = "six constant paths; a test holds that they are good")]
    fn default() -> Self {
        let folder = |state: State| {
            RepoPath::new(&format!("docs/prds/{}", state.name()))
                .expect("a constant path inside the repository")
        };
        Self {
            draft: folder(State::Draft),
            review: Some(folder(State::Review)),
            ready: folder(State::Ready),
            in_progress: folder(State::InProgress),
            complete: folder(State::Complete),
            archived: folder(State::Archived),
        }
    }
}

impl Directories {
    /// The folder of a state; `None` only for `review` in a layout of five folders.
    #[must_use]
    pub const fn folder(&self, state: State) -> Option<&RepoPath> {
        match state {
            State::Draft => Some(&self.draft),
            State::Review => self.review.as_ref(),
            State::Ready => Some(&self.ready),
            State::InProgress => Some(&self.in_progress),
            State::Complete => Some(&self.complete),
            State::Archived => Some(&self.archived),
        }
    }

    /// All folders with their states, in the order of the life cycle.
    pub fn folders(&self) -> impl Iterator<Item = (State, &RepoPath)> {
        State::ALL.into_iter().filter_map(|state| Some((state, self.folder(state)?)))
    }

    /// The state of a file or folder by where it lies, at any depth: `docs/prds/complete/2025/Q4/x.md`.
    #[must_use]
    pub fn state_of(&self, path: &RepoPath) -> Option<State> {
        self.folders()
            .filter(|(_, folder)| path.is_below(folder))
            .max_by_key(|(_, folder)| folder.as_str().len())
            .map(|(state, _)| state)
    }

    /// The deepest folder that holds all state folders; `None` where that is the repository's root.
    #[must_use]
    pub fn common_parent(&self) -> Option<RepoPath> {
        let mut common = self.draft.parent()?;
        while !self.folders().all(|(_, folder)| folder != &common && folder.is_below(&common)) {
            common = common.parent()?;
        }
        Some(common)
    }

    /// The folder of the records: `.prd` beside the state folders.
    #[must_use]
    #[expect(clippy::expect_used, reason = "`.prd` is a good path, alone and below any other")]
    pub fn records(&self) -> RepoPath {
        match self.common_parent() {
            Some(parent) => parent.join(".prd"),
            None => RepoPath::new(".prd"),
        }
        .expect("`.prd` is a path inside the repository")
    }
}

/// How branches are named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct BranchNaming {
    /// The value of `{prefix}`.
    pub prefix: String,
    /// The value of `{separator}`.
    pub separator: String,
    /// Variables: `{prefix}`, `{prd_id}`, `{number}`, `{separator}`, `{feature_name}`, `{service_name}`, `{team}`.
    pub pattern: BranchPattern,
}

impl Default for BranchNaming {
    #[expect(clippy::expect_used, reason = "a constant pattern; a test holds that it is good")]
    fn default() -> Self {
        Self {
            prefix: "feat".to_owned(),
            separator: "-".to_owned(),
            pattern: BranchPattern::parse("{prefix}/{prd_id}{separator}{feature_name}")
                .expect("a constant pattern with known variables"),
        }
    }
}

/// How worktrees are made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct Worktree {
    /// False: `prd start` makes a branch and no worktree.
    pub enabled: bool,
    /// Where worktrees lie, relative to the main worktree. The one path that may leave the repository.
    pub parent_directory: String,
    /// Variables: `{project}`, `{prd_id}`, `{feature}`, `{service_name}`, `{branch}`.
    pub naming_pattern: WorktreePattern,
    /// Dependencies are installed by the lockfiles that are found.
    pub auto_install_dependencies: bool,
    /// The editor is opened in the new worktree.
    pub auto_open_editor: bool,
    /// Ignored files that are copied into a new worktree (`.env*`).
    pub copy: Vec<String>,
    /// Ignored folders that are linked or cloned into a new worktree (`node_modules`).
    pub link: Vec<String>,
    /// Commands that are run in a new worktree, once their exact text was approved.
    pub post_create: Vec<String>,
}

impl Default for Worktree {
    #[expect(clippy::expect_used, reason = "a constant pattern; a test holds that it is good")]
    fn default() -> Self {
        Self {
            enabled: true,
            parent_directory: "..".to_owned(),
            naming_pattern: WorktreePattern::parse("{project}-{prd_id}")
                .expect("a constant pattern with known variables"),
            auto_install_dependencies: true,
            auto_open_editor: false,
            copy: Vec::new(),
            link: Vec::new(),
            post_create: Vec::new(),
        }
    }
}

/// Git hooks.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct Hooks {
    /// What the commit-msg hook does about a message that does not name the branch's PRD.
    pub commit_msg: CommitMessage,
}

/// What is done about a commit message without the branch's PRD.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub enum CommitMessage {
    /// Nothing.
    Off,
    /// It is said.
    #[default]
    Warn,
    /// The commit is refused.
    Refuse,
}

/// Claims on a shared server.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(deny_unknown_fields)]
pub struct Claims {
    /// The remote on which ids are reserved and PRDs are started too.
    pub remote: Option<String>,
}
