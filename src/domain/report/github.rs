//! The answers of the commands that talk to GitHub.

use serde::Serialize;

use crate::domain::model::id::PrdId;

/// What this program may do on GitHub.
#[derive(Debug, Clone, Serialize)]
pub struct AuthStatus {
    /// The host of the repository.
    pub host: String,
    /// `owner/name`, as the remote or the configuration has it.
    pub repository: String,
    /// What it is called now, where it moved.
    pub moved_to: Option<String>,
    /// The root of the API.
    pub api_url: String,
    /// Whose token it is.
    pub login: String,
    /// Where the token came from: `GH_TOKEN`.
    pub token_from: String,
    /// True where issues are switched on.
    pub has_issues: bool,
    /// True where nobody can change the repository.
    pub archived: bool,
}

/// What was told to GitHub, and what still waits.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Sending {
    /// `owner/name`; absent where nothing was to be sent.
    pub repository: Option<String>,
    /// The issues that were made or brought up to date, by id.
    pub issues: Vec<SentIssue>,
    /// What still waits in the outbox, in the order of time.
    pub waiting: Vec<WaitingEntry>,
    /// What a user should know besides.
    pub notes: Vec<String>,
}

/// An issue that was told something.
#[derive(Debug, Clone, Serialize)]
pub struct SentIssue {
    /// The PRD.
    pub id: PrdId,
    /// Its issue.
    pub issue: u64,
    /// The issue's page.
    pub url: String,
    /// True where it was made now.
    pub created: bool,
}

/// The entries of the outbox.
#[derive(Debug, Clone, Default, Serialize)]
pub struct OutboxReport {
    /// What waits, in the order of time.
    pub entries: Vec<WaitingEntry>,
    /// Files that are no entries; they stay.
    pub unreadable: Vec<String>,
}

/// An entry of the outbox.
#[derive(Debug, Clone, Serialize)]
pub struct WaitingEntry {
    /// Its name, for `prd outbox drop`.
    pub name: String,
    /// The PRD.
    pub id: PrdId,
    /// What is wanted: `create-issue`, `update-issue`.
    pub wants: String,
    /// When it was queued, RFC 3339.
    pub queued: String,
    /// How often it was tried.
    pub tries: u32,
    /// Why the last try failed.
    pub last_error: Option<String>,
    /// True where it was refused for a reason that does not pass by itself; `prd outbox retry` tries it again.
    pub refused: bool,
    /// What can be done about the failure.
    pub way_out: Option<String>,
}

/// What an issue would be.
#[derive(Debug, Clone, Serialize)]
pub struct IssuePreview {
    /// The PRD.
    pub id: PrdId,
    /// The issue that it has.
    pub issue: Option<u64>,
    /// The title.
    pub title: String,
    /// The labels of ours.
    pub labels: Vec<String>,
    /// Whom to assign when it is made.
    pub assignees: Vec<String>,
    /// The milestone's title.
    pub milestone: Option<String>,
    /// Our part of the text, with its markers.
    pub body: String,
    /// What could not be had.
    pub notes: Vec<String>,
}

/// The pull request of a PRD.
#[derive(Debug, Clone, Serialize)]
pub struct PullReport {
    /// The PRD.
    pub id: PrdId,
    /// The branch that was pushed.
    pub branch: String,
    /// The pull request.
    pub pull_request: u64,
    /// Its page.
    pub url: String,
    /// True where it was opened now.
    pub created: bool,
    /// What a user should know besides.
    pub notes: Vec<String>,
}

/// A pull request that is merged.
#[derive(Debug, Clone, Serialize)]
pub struct MergeReport {
    /// The PRD.
    pub id: PrdId,
    /// The branch with its work.
    pub branch: String,
    /// The pull request.
    pub pull_request: u64,
    /// Its page.
    pub url: String,
    /// How it was merged: `squash`, `merge`, `rebase`.
    pub strategy: String,
    /// The commit that it became; `None` where it was merged before.
    pub commit: Option<String>,
}

/// Where PRDs and their issues differ.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SyncReport {
    /// What was sent before they were compared.
    pub sent: Sending,
    /// How many PRDs have an issue and were compared.
    pub compared: usize,
    /// What differs, by id.
    pub differences: Vec<Difference>,
    /// True where what could be mended was.
    pub applied: bool,
}

/// One thing that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The PRD.
    pub id: PrdId,
    /// Its issue.
    pub issue: u64,
    /// What: `title`, `text`, `labels`, `milestone`, `state`, `ticks`, `dependencies`, `parts`, `missing`.
    pub what: String,
    /// What the PRD says.
    pub prd: String,
    /// What GitHub says.
    pub github: String,
    /// The way out where `--apply` does not mend it.
    pub hint: Option<String>,
}
