//! What the commands that talk to GitHub answer.

use std::fmt::Write as _;

use crate::domain::config::problem::printable;
use crate::domain::report::github::AuthStatus;

/// The repository, the account and the token's source.
#[must_use]
pub fn auth_status(status: &AuthStatus) -> String {
    let mut text = format!(
        "{} on {} as {} (token of {})\n",
        printable(&status.repository),
        printable(&status.host),
        printable(&status.login),
        status.token_from
    );
    let _ = writeln!(text, "api: {}", printable(&status.api_url));
    if let Some(name) = &status.moved_to {
        let _ = writeln!(text, "the repository moved: it is {} now", printable(name));
    }
    if !status.has_issues {
        text.push_str("issues are switched off there\n");
    }
    if status.archived {
        text.push_str("the repository is archived: nothing can be written\n");
    }
    text
}
