//! The answers of the commands that talk to GitHub.

use serde::Serialize;

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
