//! What is asked of GitHub, in types of our own: only the fields that are used, so that a field that GitHub leaves
//! out or adds breaks nothing.

use std::fmt;

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

/// What can be asked of one repository.
pub trait Port {
    /// The repository itself.
    ///
    /// # Errors
    /// [`Failure`]
    fn repository(&self) -> Result<Repository, Failure>;

    /// The login that the token belongs to.
    ///
    /// # Errors
    /// [`Failure`]
    fn login(&self) -> Result<String, Failure>;

    /// All issues, open and closed, without pull requests, that changed since a time (RFC 3339), oldest first.
    ///
    /// # Errors
    /// [`Failure`]
    fn issues_since(&self, since: Option<&str>) -> Result<Vec<Issue>, Failure>;

    /// One issue.
    ///
    /// # Errors
    /// [`Failure`]
    fn issue(&self, number: u64) -> Result<Issue, Failure>;

    /// Makes an issue. Never tried twice: after a lost answer look for it first.
    ///
    /// # Errors
    /// [`Failure`]
    fn create_issue(&self, new: &NewIssue) -> Result<Issue, Failure>;

    /// Changes an issue.
    ///
    /// # Errors
    /// [`Failure`]
    fn change_issue(&self, number: u64, change: &IssueChange) -> Result<Issue, Failure>;

    /// The comments on an issue that changed since a time.
    ///
    /// # Errors
    /// [`Failure`]
    fn comments_since(&self, number: u64, since: &str) -> Result<Vec<Comment>, Failure>;

    /// Writes a comment. Never tried twice: after a lost answer look for it first.
    ///
    /// # Errors
    /// [`Failure`]
    fn comment(&self, number: u64, text: &str) -> Result<(), Failure>;

    /// The names of all labels of the repository.
    ///
    /// # Errors
    /// [`Failure`]
    fn labels(&self) -> Result<Vec<String>, Failure>;

    /// Makes a label; one that is there already is no failure.
    ///
    /// # Errors
    /// [`Failure`]
    fn create_label(&self, name: &str, color: &str, description: &str) -> Result<(), Failure>;

    /// Puts labels on an issue, beside those that it has.
    ///
    /// # Errors
    /// [`Failure`]
    fn add_labels(&self, number: u64, names: &[String]) -> Result<(), Failure>;

    /// Takes a label off an issue; one that is not there is no failure.
    ///
    /// # Errors
    /// [`Failure`]
    fn remove_label(&self, number: u64, name: &str) -> Result<(), Failure>;

    /// Assigns people, beside those who are. Gives those who are assigned then: GitHub leaves out, without a word,
    /// whom the repository does not allow.
    ///
    /// # Errors
    /// [`Failure`]
    fn assign(&self, number: u64, logins: &[String]) -> Result<Vec<String>, Failure>;

    /// All milestones, open and closed.
    ///
    /// # Errors
    /// [`Failure`]
    fn milestones(&self) -> Result<Vec<Milestone>, Failure>;

    /// The open pull requests of a branch of this repository; GitHub allows one for each branch that it goes into.
    ///
    /// # Errors
    /// [`Failure`]
    fn pulls_of(&self, head: &str) -> Result<Vec<Pull>, Failure>;

    /// The newest closed pull requests of a branch of this repository, a hundred at most.
    ///
    /// # Errors
    /// [`Failure`]
    fn closed_pulls_of(&self, head: &str) -> Result<Vec<ClosedPull>, Failure>;

    /// Opens a pull request. Never tried twice: after a lost answer look for it first.
    ///
    /// # Errors
    /// [`Failure`]
    fn create_pull(&self, new: &NewPull) -> Result<Pull, Failure>;

    /// Changes a pull request.
    ///
    /// # Errors
    /// [`Failure`]
    fn change_pull(&self, number: u64, change: &PullChange) -> Result<Pull, Failure>;

    /// Asks people and teams of the organisation for their review.
    ///
    /// # Errors
    /// [`Failure`]
    fn request_reviews(&self, number: u64, people: &[String], teams: &[String]) -> Result<(), Failure>;

    /// Makes a milestone; one that is there already is given.
    ///
    /// # Errors
    /// [`Failure`]
    fn create_milestone(&self, title: &str) -> Result<Milestone, Failure>;
}

/// A request that brought nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What was tried: `create an issue in acme/shop`.
    pub doing: String,
    /// Why it failed.
    pub why: Why,
}

/// Why a request failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// No connection, or none that held to the end of the answer: a write may have been done.
    Connection(String),
    /// No answer in time: a write may have been done.
    Time,
    /// The token is wrong or may not do it; nothing is there; issues are switched off; or the request is one that
    /// GitHub does not take. Trying again changes nothing.
    Refused {
        /// The status: 401, 403, 404, 410, 422 …
        status: u16,
        /// What GitHub says.
        message: String,
    },
    /// Too many requests: not before this many seconds from now.
    Limited {
        /// Seconds.
        wait: u64,
    },
    /// GitHub itself failed.
    Server {
        /// The status: 500 and above.
        status: u16,
    },
    /// An answer that cannot be read.
    Answer(String),
}

impl Failure {
    /// True where trying again, later, can bring something.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        !matches!(self.why, Why::Refused { .. })
    }

    /// The status where GitHub refused.
    #[must_use]
    pub const fn status(&self) -> Option<u16> {
        match self.why {
            Why::Refused { status, .. } => Some(status),
            Why::Connection(_) | Why::Time | Why::Limited { .. } | Why::Server { .. } | Why::Answer(_) => {
                None
            }
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "could not {}: ", self.doing)?;
        match &self.why {
            Why::Connection(why) => write!(f, "no connection to GitHub ({why})"),
            Why::Time => f.write_str("GitHub did not answer in time"),
            Why::Refused { status: 401, .. } => f.write_str("GitHub does not take the token (401)"),
            Why::Refused { status: 403, message } => {
                write!(f, "the token lacks the permission (403: {message})")
            }
            Why::Refused { status: 404, .. } => {
                f.write_str("it is not there, or the token may not see it (404)")
            }
            Why::Refused { status: 410, .. } => f.write_str("issues are switched off there (410)"),
            Why::Refused { status, message } => write!(f, "GitHub refused ({status}: {message})"),
            Why::Limited { wait } => write!(f, "GitHub asks to wait {wait} seconds"),
            Why::Server { status } => write!(f, "GitHub failed ({status})"),
            Why::Answer(why) => write!(f, "the answer cannot be read ({why})"),
        }
    }
}

impl std::error::Error for Failure {}
