//! Claims on the server that `prd_workflow.claims.remote` names: ids and starts are reserved there too, so that of all
//! clones one wins. Where the server does not answer, what is reserved here stands and the claim is queued.

use std::time::Duration;

use super::app::App;
use super::error::CommandError;
use super::session::Session;
use crate::domain::lifecycle::plan::{Plan, TextHash};
use crate::domain::model::id::PrdId;
use crate::domain::model::state::State;
use crate::io::git::claims::{Claim, ClaimKind, Claimant, Claimed};
use crate::io::git::error::GitError;
use crate::io::git::oid::Oid;
use crate::io::store::claim_queue::{self, QueuedClaim};
use crate::io::tools::run::{ToolCommand, run_streamed};

/// How long the server may take for one answer: the clone's lock is held meanwhile.
const LIMIT: Duration = Duration::from_secs(10);

/// What became of a queued claim.
#[derive(Debug)]
pub(super) enum Sent {
    /// The server has it.
    Done,
    /// Somebody had been faster.
    Lost(Claim),
    /// The server did not answer.
    Waits(String),
}

/// What a plan does to the claim of its PRD.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effect {
    Takes,
    Gives,
    Nothing,
}

fn effect(plan: &Plan) -> Effect {
    let runs = |state: Option<State>| state == Some(State::InProgress);
    match (runs(plan.from), runs(plan.to)) {
        (false, true) => Effect::Takes,
        (true, false) => Effect::Gives,
        _ => Effect::Nothing,
    }
}

impl Session {
    /// The server that claims go to; `None` where nobody wants any.
    pub(super) fn claims_remote(&self) -> Result<Option<String>, CommandError> {
        let Some(remote) = self.config().prd_workflow.claims.remote.clone() else { return Ok(None) };
        // An address of its own in a file of the repository could send data anywhere.
        if self.git.has_remote(&remote)? {
            return Ok(Some(remote));
        }
        let shown = crate::domain::config::problem::printable(&remote);
        Err(CommandError::usage(format!("prd_workflow.claims.remote: this clone has no remote `{shown}`"))
            .hint("git remote -v lists those that it has"))
    }

    /// Takes the claim of a PRD that a plan begins work on, before the plan is applied. Says whether it is new.
    pub(super) fn claim_for(&self, app: &App, plan: &Plan) -> Result<bool, CommandError> {
        let Some(prd) = plan.prd.as_ref().filter(|_| effect(plan) == Effect::Takes) else { return Ok(false) };
        let Some(remote) = self.claims_remote()? else { return Ok(false) };
        self.send_waiting(app, &remote)?;
        let (own, is_new) = match self.git.own_claim(prd)? {
            Some(own) => (own, false),
            None => (self.new_claim(app, prd)?, true),
        };
        // Remembered first: after a kill the next start finds it, and knows that it is its own.
        self.git.record_own_claim(prd, Some(&own))?;
        match self.git.push_claim(&remote, ClaimKind::Work, prd, &own, LIMIT) {
            Ok(Claimed::Won) => Ok(is_new),
            Ok(Claimed::Lost(holder)) => {
                self.git.record_own_claim(prd, None)?;
                Err(CommandError::refused(format!("{} is claimed by {}", prd, told(&holder)))
                    .hint("git pull brings what they did")
                    .hint(format!("if nobody works on it any more: prd claim release {}", prd)))
            }
            Err(error) => {
                self.queue(app, true, ClaimKind::Work, prd, &own)?;
                app.console.warn(&format!(
                    "{remote} was not asked for {prd}, the claim is queued (prd claim sync): {error}"
                ));
                Ok(is_new)
            }
        }
    }

    /// Gives the claim of a PRD back, where a plan has ended the work on it. The first failure is only a warning:
    /// the plan is applied.
    pub(super) fn unclaim_after(&self, app: &App, plan: &Plan) {
        if let Some(prd) = plan.prd.as_ref().filter(|_| effect(plan) == Effect::Gives) {
            self.unclaim(app, prd);
        }
    }

    /// Gives this clone's own claim back.
    pub(super) fn unclaim(&self, app: &App, id: &PrdId) {
        let given = || -> Result<(), CommandError> {
            let Some(remote) = self.claims_remote()? else { return Ok(()) };
            let Some(own) = self.git.own_claim(id)? else {
                return Ok(());
            };
            self.send_waiting(app, &remote)?;
            if let Err(error) = self.git.push_release(&remote, ClaimKind::Work, id, &own, LIMIT) {
                self.queue(app, false, ClaimKind::Work, id, &own)?;
                app.console
                    .warn(&format!("{remote} was not told that {id} is free, which is queued: {error}"));
            }
            Ok(self.git.record_own_claim(id, None)?)
        };
        if let Err(error) = given() {
            app.console.warn(&format!("the claim of {id} stays: {}", error.message));
        }
    }

    /// The highest number of a prefix that the server has given; 0 where there is none, or no server.
    pub(super) fn highest_claimed(&self) -> Result<u32, CommandError> {
        let Some(remote) = self.claims_remote()? else { return Ok(0) };
        let prefix = self.config().id_format().prefix();
        match self.git.remote_claim_refs(&remote, ClaimKind::Id, None, LIMIT) {
            Ok(ids) => Ok(ids
                .iter()
                .filter(|(id, _)| id.has_prefix(prefix))
                .map(|(id, _)| id.number())
                .max()
                .unwrap_or(0)),
            // The claim itself says so.
            Err(_) => Ok(0),
        }
    }

    /// Takes a number on the server; false where another clone has it.
    pub(super) fn claim_id(&self, app: &App, id: &PrdId) -> Result<bool, CommandError> {
        let Some(remote) = self.claims_remote()? else { return Ok(true) };
        self.send_waiting(app, &remote)?;
        let own = self.new_claim(app, id)?;
        match self.git.push_claim(&remote, ClaimKind::Id, id, &own, LIMIT) {
            Ok(Claimed::Won) => Ok(true),
            Ok(Claimed::Lost(holder)) => {
                app.console.warn(&format!("{id} was taken by {}", told(&holder)));
                Ok(false)
            }
            Err(error) => {
                self.queue(app, true, ClaimKind::Id, id, &own)?;
                app.console.warn(&format!(
                    "{remote} was not asked for {id}, the claim is queued (prd claim sync): {error}"
                ));
                Ok(true)
            }
        }
    }

    /// Sends what waits in the queue, oldest first, until the server does not answer.
    pub(super) fn send_waiting(
        &self,
        app: &App,
        remote: &str,
    ) -> Result<Vec<(QueuedClaim, Sent)>, CommandError> {
        let mut results = Vec::new();
        for (path, entry) in claim_queue::all(self.git.common_dir()) {
            let sent = self.send(remote, &entry);
            match &sent {
                Sent::Done => claim_queue::remove(&path)?,
                Sent::Lost(holder) => {
                    claim_queue::remove(&path)?;
                    if entry.kind == ClaimKind::Work {
                        self.git.record_own_claim(&entry.id, None)?;
                    }
                    app.console.warn(&lost(&entry, holder));
                }
                Sent::Waits(_) => {
                    results.push((entry, sent));
                    break;
                }
            }
            results.push((entry, sent));
        }
        Ok(results)
    }

    fn send(&self, remote: &str, entry: &QueuedClaim) -> Sent {
        let Some(oid) = entry.object() else { return Sent::Done };
        let waits = |error: GitError| Sent::Waits(error.to_string());
        if !entry.takes {
            let given = self.git.push_release(remote, entry.kind, &entry.id, &oid, LIMIT);
            return given.map_or_else(waits, |_| Sent::Done);
        }
        match self.git.push_claim(remote, entry.kind, &entry.id, &oid, LIMIT) {
            Ok(Claimed::Won) => Sent::Done,
            Ok(Claimed::Lost(holder)) => Sent::Lost(holder),
            Err(error) => waits(error),
        }
    }

    fn queue(
        &self,
        app: &App,
        takes: bool,
        kind: ClaimKind,
        id: &PrdId,
        oid: &Oid,
    ) -> Result<(), CommandError> {
        let entry = QueuedClaim {
            schema: 1,
            takes,
            kind,
            id: id.clone(),
            oid: oid.to_string(),
            queued: app.env.now.to_utc().format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string(),
        };
        Ok(claim_queue::push(self.git.common_dir(), &entry)?)
    }

    fn new_claim(&self, app: &App, id: &PrdId) -> Result<Oid, CommandError> {
        let person = self.actor()?;
        let now = app.env.now;
        let nonce = format!(
            "{} {} {}",
            std::process::id(),
            now.timestamp_nanos_opt().unwrap_or_default(),
            self.git.common_dir().display()
        );
        let claimant = Claimant {
            who: person.to_string(),
            host: host(app),
            when: now.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
            nonce: TextHash::of(nonce.as_bytes()).to_string(),
        };
        Ok(self.git.write_claim(id, &person, &claimant)?)
    }
}

/// Who holds a claim, for people.
pub(super) fn told(claim: &Claim) -> String {
    claim.claimant.as_ref().map_or_else(
        || "somebody whose claim cannot be read".to_owned(),
        |claimant| crate::domain::config::problem::printable(&claimant.to_string()),
    )
}

fn lost(entry: &QueuedClaim, holder: &Claim) -> String {
    let (id, who) = (&entry.id, told(holder));
    match entry.kind {
        ClaimKind::Id => format!(
            "{id} was given here and by {who}, who told the server first: one of the two PRDs needs another number \
             (prd lint)"
        ),
        ClaimKind::Work => {
            format!("{id} was started here and by {who}, who told the server first: prd pause {id}")
        }
    }
}

/// The name of this machine.
fn host(app: &App) -> String {
    for name in ["HOSTNAME", "COMPUTERNAME"] {
        if let Some(host) = app.env.var(name) {
            return host.to_owned();
        }
    }
    let mut said = String::new();
    let command = ToolCommand::new("uname", &["-n"], &app.env.cwd);
    match run_streamed(&app.env, &command, |_, line| said.push_str(line)) {
        Ok(()) if !said.trim().is_empty() => said.trim().to_owned(),
        _ => "an unnamed machine".to_owned(),
    }
}
