//! Merged pull requests: what GitHub knows of a branch's work, and git may not.
//!
//! A squash that was changed on the way, or that nobody has fetched yet, has no trace in this clone. Asked only where git
//! has not found the work in home, and where there are a repository on GitHub and a token; what cannot be asked in a few
//! seconds counts as not merged.

use std::cell::OnceCell;
use std::time::Duration;

use super::app::App;
use super::session::Session;
use crate::domain::model::branch::BranchName;
use crate::io::git::oid::Oid;
use crate::io::github::api::Api;
use crate::io::github::port::Port as _;

/// For all questions of a command together.
const LIMIT: Duration = Duration::from_secs(4);

/// Asks GitHub, beginning with the first question.
#[derive(Debug)]
pub(super) struct MergedPulls<'a> {
    app: &'a App,
    session: &'a Session,
    api: OnceCell<Option<Api>>,
}

impl<'a> MergedPulls<'a> {
    /// Nothing is asked yet.
    pub(super) const fn new(app: &'a App, session: &'a Session) -> Self {
        Self { app, session, api: OnceCell::new() }
    }

    /// True where a pull request into home was merged whose branch ended at this commit; says which.
    pub(super) fn have(&self, branch: &BranchName, tip: &Oid) -> bool {
        let Some(home) = &self.session.home.branch else { return false };
        let Some(api) = self.api.get_or_init(|| self.connect()) else { return false };
        let pulls = match api.closed_pulls_of(branch.as_str()) {
            Ok(pulls) => pulls,
            Err(failure) => {
                self.app.warn_once(&format!("whether {branch} was merged on GitHub is not known: {failure}"));
                return false;
            }
        };
        let merged = pulls.into_iter().find(|pull| {
            pull.merged_at.is_some() && pull.head.sha == tip.as_str() && pull.base.branch == home.as_str()
        });
        if let Some(pull) = &merged {
            self.app.console.note(&format!("{branch} was merged by pull request #{}", pull.number));
        }
        merged.is_some()
    }

    /// Without a word and without a question: most repositories have no GitHub, and most others other ways of merging.
    fn connect(&self) -> Option<Api> {
        let mut env = self.app.env.clone();
        env.interactive = false;
        let access = self.session.github(&App::silent(&env, &self.app.global)).ok()?;
        access.token.is_some().then(|| access.api(LIMIT))
    }
}
