//! The user's approval of what a repository's configuration runs, sends or copies. It is asked for before anything
//! else is done, and what was approved is what runs: the configuration is not read again.

use super::app::App;
use super::error::CommandError;
use super::render::{prompt, trust as render};
use super::session::Session;
use crate::domain::config::key::KeyPath;
use crate::domain::config::layers::Loaded;
use crate::domain::config::trust::{Approval, content_hash, needs_approval};
use crate::io::store::trust::TrustStore;

impl Session {
    /// The user's approvals for this repository; `None` where the user has no state folder.
    ///
    /// # Errors
    /// The history of home cannot be read.
    pub fn trust_store(&self, app: &App) -> Result<Option<TrustStore>, CommandError> {
        let tip = self.home.onto().cloned().or(self.git.commit_of("HEAD")?);
        let first = tip.map(|tip| self.git.first_commit(&tip)).transpose()?.flatten();
        Ok(TrustStore::of(&app.env, self.git.common_dir(), first.as_ref()))
    }

    /// Makes sure that the user approved every text that the repository sets at or below these keys.
    ///
    /// On a terminal the exact texts are shown and the answer is kept. Elsewhere, and with `--yes`, what was not
    /// approved before must come with the hash of the whole: `--trust-config`, `PRD_TRUST_CONFIG`. Call it before
    /// anything is changed, with `loaded` being the configuration that is used afterwards.
    ///
    /// # Errors
    /// Something is not approved; the terminal is gone; the state folder cannot be written.
    pub fn require_trust(&self, app: &App, loaded: &Loaded, keys: &[&str]) -> Result<(), CommandError> {
        let all = texts(app, loaded);
        let keys: Vec<KeyPath> = keys.iter().map(|key| KeyPath::parse(key)).collect();
        let wanted = all.iter().filter(|approval| keys.iter().any(|key| approval.key.is_below(key)));
        let wanted: Vec<Approval> = wanted.cloned().collect();
        if wanted.is_empty() || is_named(app, &all) {
            return Ok(());
        }
        let store = self.trust_store(app)?;
        let is_granted = |approval: &Approval| store.as_ref().is_some_and(|store| store.is_granted(approval));
        let missing: Vec<Approval> = wanted.into_iter().filter(|approval| !is_granted(approval)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        if app.can_ask() && ask(app, &missing)? {
            if let Some(store) = store {
                missing.iter().try_for_each(|approval| store.grant(approval, app.env.now))?;
            }
            return Ok(());
        }
        Err(refusal(app, &all, &missing))
    }
}

/// Everything in a configuration that needs approval.
pub(super) fn texts(app: &App, loaded: &Loaded) -> Vec<Approval> {
    let own_hosts: Vec<&str> = app.env.var("GH_HOST").into_iter().collect();
    needs_approval(loaded, &own_hosts)
}

/// True where the command line names the hash of all of it.
pub(super) fn is_named(app: &App, all: &[Approval]) -> bool {
    app.global.trust_config.is_some() && app.global.trust_config == content_hash(all)
}

/// Shows the texts and asks.
pub(super) fn ask(app: &App, missing: &[Approval]) -> Result<bool, CommandError> {
    app.console.warn("the configuration of this repository wants to run, send or copy this:");
    app.console.warn_lines(&render::approvals(missing));
    Ok(prompt::confirm("Do you approve exactly this, in this repository?", false)?)
}

/// The error where something is not approved.
pub(super) fn refusal(app: &App, all: &[Approval], missing: &[Approval]) -> CommandError {
    let error = CommandError::refused(format!(
        "the configuration of this repository wants to run, send or copy what you have not approved\n{}",
        render::approvals(missing)
    ));
    let hash = content_hash(all).unwrap_or_default();
    let error = match &app.global.trust_config {
        Some(named) if *named != hash => {
            error.hint(format!("--trust-config names {}, which is not what is there now", short(named)))
        }
        _ => error,
    };
    error
        .hint("look at it, and approve it on a terminal: prd config trust")
        .hint(format!("without a terminal, for one run: --trust-config {hash}"))
}

fn short(hash: &str) -> String {
    crate::domain::config::problem::printable(&hash.chars().take(12).collect::<String>())
}
