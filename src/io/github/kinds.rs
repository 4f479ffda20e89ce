//! What GitHub keeps, in types of our own: only the fields that are used, so that a field that GitHub leaves out or
//! adds breaks nothing.

use serde::{Deserialize, Serialize};

/// An issue; lists of issues also hold pull requests.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Issue {
    /// The number that only GitHub's own links between issues use.
    pub id: u64,
    /// The number in its repository.
    pub number: u64,
    /// The title.
    pub title: String,
    /// The text.
    #[serde(default)]
    pub body: Option<String>,
    /// Open or closed.
    pub state: IssueState,
    /// Why it is in that state.
    #[serde(default)]
    pub state_reason: Option<String>,
    /// Its page.
    pub html_url: String,
    /// Its labels.
    #[serde(default)]
    pub labels: Vec<Label>,
    /// Who is assigned.
    #[serde(default)]
    pub assignees: Vec<User>,
    /// Its milestone.
    #[serde(default)]
    pub milestone: Option<Milestone>,
    /// There where the issue is a pull request.
    #[serde(default)]
    pub pull_request: Option<serde_json::Value>,
    /// How many issues block it; absent where this GitHub does not know such a thing.
    #[serde(default)]
    pub issue_dependencies_summary: Option<Blockers>,
    /// How many parts it has; absent where this GitHub does not know such a thing.
    #[serde(default)]
    pub sub_issues_summary: Option<Parts>,
}

impl Issue {
    /// True where it has this label; GitHub does not tell cases apart.
    #[must_use]
    pub fn has_label(&self, name: &str) -> bool {
        self.labels.iter().any(|label| label.name.to_lowercase() == name.to_lowercase())
    }

    /// The text, empty where there is none.
    #[must_use]
    pub fn text(&self) -> &str {
        self.body.as_deref().unwrap_or_default()
    }
}

/// How many issues block an issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Blockers {
    /// Open and closed ones.
    pub total_blocked_by: u64,
}

/// How many parts an issue has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Parts {
    /// Open and closed ones.
    pub total: u64,
}

/// An issue that another one names.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Linked {
    /// Its page; it may be in another repository.
    pub html_url: String,
}

/// Open or closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IssueState {
    /// Open.
    Open,
    /// Closed.
    Closed,
}

/// A label.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Label {
    /// Its name.
    pub name: String,
}

/// Somebody's account.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct User {
    /// The login.
    pub login: String,
}

/// A milestone.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Milestone {
    /// The number in its repository.
    pub number: u64,
    /// Its title.
    pub title: String,
}

/// A comment on an issue.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Comment {
    /// The text.
    #[serde(default)]
    pub body: Option<String>,
}

/// A repository.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Repository {
    /// `owner/name`, as it is called now.
    pub full_name: String,
    /// Its page.
    pub html_url: String,
    /// Its default branch.
    pub default_branch: String,
    /// True where issues are switched on.
    #[serde(default)]
    pub has_issues: bool,
    /// True where nobody can change it.
    #[serde(default)]
    pub archived: bool,
}

/// A new issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewIssue {
    /// The title.
    pub title: String,
    /// The text.
    pub body: String,
    /// Labels; they must exist.
    pub labels: Vec<String>,
    /// The number of a milestone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub milestone: Option<u64>,
}

/// What to change of an issue; what is absent stays.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct IssueChange {
    /// The title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// Open or closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<IssueState>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state_reason: Option<StateReason>,
    /// The [`Issue::id`] of the issue that this one doubles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duplicate_issue_id: Option<u64>,
    /// The number of a milestone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub milestone: Option<u64>,
}

impl IssueChange {
    /// True where nothing would change.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Why an issue is open or closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StateReason {
    /// It is done.
    Completed,
    /// It will not be done.
    NotPlanned,
    /// Another issue is the same.
    Duplicate,
    /// It was closed and is open again.
    Reopened,
}

/// A pull request.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Pull {
    /// The number in its repository.
    pub number: u64,
    /// The title.
    pub title: String,
    /// The text.
    #[serde(default)]
    pub body: Option<String>,
    /// Its page.
    pub html_url: String,
    /// Who opened it.
    pub user: User,
}

impl Pull {
    /// The text, empty where there is none.
    #[must_use]
    pub fn text(&self) -> &str {
        self.body.as_deref().unwrap_or_default()
    }
}

/// A pull request that is closed, merged or not.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ClosedPull {
    /// The number in its repository.
    pub number: u64,
    /// When it was merged; `None` where it was closed without.
    #[serde(default)]
    pub merged_at: Option<String>,
    /// The branch with the work, as it was at the end.
    pub head: PullEnd,
    /// The branch that it went into.
    pub base: PullEnd,
}

/// One of the two branches of a pull request.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PullEnd {
    /// The branch.
    #[serde(rename = "ref")]
    pub branch: String,
    /// Its commit.
    pub sha: String,
}

/// A pull request with what GitHub works out of it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PullDetails {
    /// The number in its repository.
    pub number: u64,
    /// Its page.
    pub html_url: String,
    /// Who opened it.
    pub user: User,
    /// True where it is not to be merged yet.
    #[serde(default)]
    pub draft: bool,
    /// True where it is merged.
    #[serde(default)]
    pub merged: bool,
    /// The commit that it became.
    #[serde(default)]
    pub merge_commit_sha: Option<String>,
    /// Whether it goes in without a conflict; `None` until GitHub knows.
    #[serde(default)]
    pub mergeable: Option<bool>,
    /// All of GitHub's rules in a word.
    #[serde(default)]
    pub mergeable_state: String,
    /// The branch with the work.
    pub head: PullEnd,
    /// The branch that it goes into.
    pub base: PullEnd,
}

/// A new pull request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewPull {
    /// The title.
    pub title: String,
    /// The text.
    pub body: String,
    /// The branch with the work.
    pub head: String,
    /// The branch that it goes into.
    pub base: String,
    /// True for one that is not to be merged yet.
    pub draft: bool,
}

/// What to change of a pull request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PullChange {
    /// The title.
    pub title: String,
    /// The text.
    pub body: String,
}
