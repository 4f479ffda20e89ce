//! What is asked of GitHub, and why it may bring nothing.

use std::fmt;

use super::kinds::{
    ClosedPull, Comment, Issue, IssueChange, Linked, Milestone, NewIssue, NewPull, Pull, PullChange,
    PullDetails, Repository,
};
use crate::domain::github::merging::{Check, Opinion};

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

    /// All issues, open and closed, without pull requests, oldest first. Of what did not change only that comes.
    ///
    /// # Errors
    /// [`Failure`]
    fn issues(&self) -> Result<Vec<Issue>, Failure>;

    /// Those of them that changed since a time (RFC 3339), all without one, as they are at this moment.
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

    /// One pull request.
    ///
    /// # Errors
    /// [`Failure`]
    fn pull(&self, number: u64) -> Result<PullDetails, Failure>;

    /// What people said of a pull request, the oldest first.
    ///
    /// # Errors
    /// [`Failure`]
    fn opinions(&self, number: u64) -> Result<Vec<Opinion>, Failure>;

    /// What machines say of a commit: check runs, and the older statuses.
    ///
    /// # Errors
    /// [`Failure`]
    fn checks(&self, commit: &str) -> Result<Vec<Check>, Failure>;

    /// Merges a pull request whose branch is at this commit, and only then; gives the commit that it became. Never
    /// tried twice: after a lost answer look at it first.
    ///
    /// # Errors
    /// [`Failure`]
    fn merge(&self, number: u64, tip: &str, method: &str) -> Result<String, Failure>;

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

    /// The issues that block an issue. Where this GitHub knows no dependencies it is a refusal with 404 or 410.
    ///
    /// # Errors
    /// [`Failure`]
    fn blockers(&self, number: u64) -> Result<Vec<Linked>, Failure>;

    /// Says that the issue with this [`Issue::id`] blocks another one.
    ///
    /// # Errors
    /// [`Failure`]
    fn add_blocker(&self, number: u64, blocker: u64) -> Result<(), Failure>;

    /// The parts of an issue. Where this GitHub knows no parts it is a refusal with 404 or 410.
    ///
    /// # Errors
    /// [`Failure`]
    fn parts(&self, number: u64) -> Result<Vec<Linked>, Failure>;

    /// Makes the issue with this [`Issue::id`] a part of another one.
    ///
    /// # Errors
    /// [`Failure`]
    fn add_part(&self, number: u64, part: u64) -> Result<(), Failure>;

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
    /// The issue that a PRD names is not there: it was deleted, moved to another repository, or never was.
    Gone,
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
        !matches!(self.why, Why::Refused { .. } | Why::Gone)
    }

    /// The status where GitHub refused.
    #[must_use]
    pub const fn status(&self) -> Option<u16> {
        match self.why {
            Why::Refused { status, .. } => Some(status),
            Why::Connection(_)
            | Why::Time
            | Why::Gone
            | Why::Limited { .. }
            | Why::Server { .. }
            | Why::Answer(_) => None,
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
            Why::Gone => f.write_str("it is not there: it was deleted or moved"),
            Why::Limited { wait } => write!(f, "GitHub asks to wait {wait} seconds"),
            Why::Server { status } => write!(f, "GitHub failed ({status})"),
            Why::Answer(why) => write!(f, "the answer cannot be read ({why})"),
        }
    }
}

impl std::error::Error for Failure {}
