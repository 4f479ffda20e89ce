//! Plans: what a transition will do, as a value that can be printed, journalled, applied and undone.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::event::Event;
use crate::domain::model::id::PrdId;
use crate::domain::model::path::RepoPath;
use crate::domain::model::state::State;

/// One step of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "kebab-case")]
pub enum Action {
    /// Writes a file of home, new or over an old text.
    WriteFile {
        /// Where.
        path: RepoPath,
        /// The new text.
        content: String,
        /// Hash of the text that it replaces; absent where no file may be there.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        replaces: Option<TextHash>,
    },
    /// Moves a file of home and gives it a new text.
    MoveFile {
        /// From where.
        from: RepoPath,
        /// To where, which must be free.
        to: RepoPath,
        /// The new text.
        content: String,
        /// Hash of the text that it had.
        replaces: TextHash,
    },
    /// Removes a file of home.
    RemoveFile {
        /// Which.
        path: RepoPath,
        /// Hash of the text that it had.
        replaces: TextHash,
    },
    /// Creates a branch at the plan's own commit, and a worktree of it where a path is given.
    CreateBranch {
        /// The branch.
        branch: String,
        /// The worktree's folder, relative to the main worktree or absolute.
        worktree: Option<String>,
    },
    /// Gives a branch that is there already a worktree.
    AttachWorktree {
        /// The branch.
        branch: String,
        /// The worktree's folder, relative to the main worktree or absolute.
        worktree: String,
    },
    /// Removes a branch's worktree, if the removal gate still allows it.
    RemoveWorktree {
        /// The branch, which stays.
        branch: String,
        /// The worktree's folder.
        worktree: String,
        /// What the user agreed to.
        #[serde(default)]
        consent: Consent,
    },
    /// Queues what GitHub is to be told.
    Queue {
        /// The entry.
        entry: OutboxEntry,
    },
}

/// What a user agrees to when a worktree is removed; nothing, where nothing is said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// Ignored files may go to the trash that nothing would make again.
    pub discard_ignored: bool,
    /// The folder that the user's shell is in may go.
    pub leaves_shell: bool,
}

/// What GitHub is to be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxEntry {
    /// The version of this entry: 1.
    pub schema: u32,
    /// What is wanted.
    pub kind: OutboxKind,
    /// The PRD.
    pub prd: PrdId,
    /// When it was queued, RFC 3339.
    pub queued: String,
    /// What happened to the PRD, for a comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<Event>,
}

/// What is wanted of GitHub.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OutboxKind {
    /// An issue for the PRD, or the one that is there brought up to date.
    CreateIssue,
    /// The PRD's issue brought up to date; a PRD without one needs none.
    UpdateIssue,
    /// A message to Slack.
    NotifySlack,
}

impl OutboxKind {
    /// True where GitHub is told.
    #[must_use]
    pub const fn is_for_github(self) -> bool {
        !matches!(self, Self::NotifySlack)
    }

    /// `create-issue`, as it is written and shown.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CreateIssue => "create-issue",
            Self::UpdateIssue => "update-issue",
            Self::NotifySlack => "notify-slack",
        }
    }
}

/// SHA-256 of a file's text, in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TextHash(String);

impl TextHash {
    /// The hash of a text.
    #[must_use]
    pub fn of(text: &[u8]) -> Self {
        Self(Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

impl fmt::Display for TextHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// All that one command will do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The PRD; `None` for what concerns no single one.
    pub prd: Option<PrdId>,
    /// The command: `start`.
    pub command: String,
    /// The state before.
    pub from: Option<State>,
    /// The state after.
    pub to: Option<State>,
    /// The steps, in order.
    pub actions: Vec<Action>,
    /// The guards that are overridden.
    pub forced: Vec<String>,
    /// Why, where a reason was given.
    pub reason: Option<String>,
    /// What a user should know besides.
    pub notes: Vec<String>,
}

impl Plan {
    /// The message of the commit: `prd(SVC-128): ready → in-progress` with its trailers.
    #[must_use]
    pub fn commit_message(&self) -> String {
        use std::fmt::Write as _;
        let mut text = match (self.from, self.to) {
            (Some(from), Some(to)) if from != to => format!("{}: {from} → {to}\n\n", self.scope()),
            _ => format!("{}: {}\n\n", self.scope(), self.command),
        };
        if let Some(prd) = &self.prd {
            let _ = writeln!(text, "PRD: {prd}");
        }
        if let Some(to) = self.to
            && self.from != self.to
        {
            let from = self.from.map_or_else(|| "none".to_owned(), |from| from.to_string());
            let _ = writeln!(text, "PRD-Transition: {from}..{to}");
        }
        if let Some(reason) = self.reason.as_ref().filter(|_| !self.forced.is_empty()) {
            let _ = writeln!(text, "PRD-Reason: {}", reason.split_whitespace().collect::<Vec<_>>().join(" "));
        }
        text
    }

    /// What the commit is about: `prd(SVC-128)`.
    fn scope(&self) -> String {
        self.prd.as_ref().map_or_else(|| "prd".to_owned(), |prd| format!("prd({prd})"))
    }

    /// What is done, in words: `start SVC-128`.
    #[must_use]
    pub fn told(&self) -> String {
        self.prd.as_ref().map_or_else(|| self.command.clone(), |prd| format!("{} {prd}", self.command))
    }

    /// The files of home after the plan: path and new text, `None` for one that is gone.
    #[must_use]
    pub fn file_changes(&self) -> Vec<FileChange<'_>> {
        let mut changes = Vec::new();
        for action in &self.actions {
            match action {
                Action::WriteFile { path, content, replaces } => {
                    changes.push(FileChange { path, content: Some(content), replaces: replaces.as_ref() });
                }
                Action::MoveFile { from, to, content, replaces } if from == to => {
                    changes.push(FileChange { path: to, content: Some(content), replaces: Some(replaces) });
                }
                Action::MoveFile { from, to, content, replaces } => {
                    changes.push(FileChange { path: to, content: Some(content), replaces: None });
                    changes.push(FileChange { path: from, content: None, replaces: Some(replaces) });
                }
                Action::RemoveFile { path, replaces } => {
                    changes.push(FileChange { path, content: None, replaces: Some(replaces) });
                }
                Action::CreateBranch { .. }
                | Action::AttachWorktree { .. }
                | Action::RemoveWorktree { .. }
                | Action::Queue { .. } => {}
            }
        }
        changes
    }
}

/// One file before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileChange<'a> {
    /// The file.
    pub path: &'a RepoPath,
    /// Its text after; `None` where it is gone.
    pub content: Option<&'a str>,
    /// Hash of its text before; `None` where it must not be there.
    pub replaces: Option<&'a TextHash>,
}

impl Action {
    /// How to take the step back, in words for a reader of the plan.
    #[must_use]
    pub fn undo(&self) -> String {
        match self {
            Self::WriteFile { path, replaces: None, .. } => format!("remove {path}"),
            Self::WriteFile { path, replaces: Some(_), .. } => format!("write the old text of {path}"),
            Self::MoveFile { from, to, .. } => format!("move {to} back to {from}"),
            Self::RemoveFile { path, .. } => format!("write {path} again"),
            Self::CreateBranch { branch, worktree: None } => {
                format!("delete branch {branch}, if it has not moved")
            }
            Self::CreateBranch { branch, worktree: Some(path) } => {
                format!("remove worktree {path} and delete branch {branch}, if it has not moved")
            }
            Self::AttachWorktree { worktree, .. } => format!("remove worktree {worktree}"),
            Self::RemoveWorktree { worktree, .. } => {
                format!("prd worktree restore brings {worktree} back for 14 days")
            }
            Self::Queue { .. } => "take the entry out of the outbox".to_owned(),
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WriteFile { path, replaces: None, .. } => write!(f, "write {path}"),
            Self::WriteFile { path, replaces: Some(_), .. } => write!(f, "change {path}"),
            Self::MoveFile { from, to, .. } if from == to => write!(f, "change {to}"),
            Self::MoveFile { from, to, .. } => write!(f, "move {from} to {to}"),
            Self::RemoveFile { path, .. } => write!(f, "remove {path}"),
            Self::CreateBranch { branch, worktree: None } => write!(f, "create branch {branch}"),
            Self::CreateBranch { branch, worktree: Some(path) } => {
                write!(f, "create branch {branch} with worktree {path}")
            }
            Self::AttachWorktree { branch, worktree } => write!(f, "add worktree {worktree} for {branch}"),
            Self::RemoveWorktree { branch, worktree, .. } => {
                write!(f, "remove worktree {worktree} of {branch}")
            }
            Self::Queue { entry } => match entry.kind {
                OutboxKind::CreateIssue => write!(f, "queue a GitHub issue for {}", entry.prd),
                OutboxKind::UpdateIssue => write!(f, "queue an update of the GitHub issue of {}", entry.prd),
                OutboxKind::NotifySlack => write!(f, "queue a message to Slack about {}", entry.prd),
            },
        }
    }
}
