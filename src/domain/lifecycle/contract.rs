//! Publishing a contract: what a service promises, kept as it was promised, so that a later change is seen.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use super::edits::TransitionError;
use super::event::{RecordKind, record_file};
use super::guard::Guards;
use super::plan::{Action, OutboxEntry, OutboxKind, Plan, TextHash};
use super::snapshot::{Request, Snapshot, Subject};
use crate::domain::contract::version::declared_version;
use crate::domain::contract::{Contract, Kind};
use crate::domain::markdown::line_index::LineIndex;
use crate::domain::markdown::outline::Outline;
use crate::domain::model::id::PrdId;
use crate::domain::model::path::RepoPath;
use crate::domain::model::people::Person;
use crate::domain::model::state::State;
use crate::domain::review::guard;

/// One publication of a PRD's contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContractRecord {
    /// The version of this record: 1.
    #[serde(default = "one")]
    pub schema: u32,
    /// The PRD that promises it.
    pub prd: PrdId,
    /// The how-manieth publication of this PRD it is, from 1.
    #[serde(default = "one")]
    pub version: u32,
    /// When; absent in a record that was written by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<DateTime<FixedOffset>>,
    /// Who published it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<Person>,
    /// What is different, or why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// True where the files were named; else it is all that the PRD holds and links to.
    #[serde(default)]
    pub chosen: bool,
    /// Its parts as they were then, by source; empty in a record that was written by hand.
    #[serde(default)]
    pub parts: Vec<ContractPart>,
}

const fn one() -> u32 {
    1
}

/// One text of a contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContractPart {
    /// Where it was read.
    pub source: Source,
    /// Its language.
    pub kind: Kind,
    /// What it says its version is: `info.version` of OpenAPI and AsyncAPI.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Hash of its text.
    pub hash: TextHash,
    /// The text.
    pub text: String,
}

/// Where a contract's text was read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "lowercase")]
pub enum Source {
    /// A fenced block of the PRD's own file, which may move.
    Block {
        /// The how-manieth contract of the file it is, from 1.
        number: usize,
    },
    /// A file of the repository.
    File {
        /// Which.
        path: RepoPath,
    },
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Block { number } => write!(f, "block {number} of the PRD"),
            Self::File { path } => write!(f, "{path}"),
        }
    }
}

/// What was found of a PRD's contract.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Gathered {
    /// What reads, by source.
    pub parts: Vec<ContractPart>,
    /// What does not, one sentence each, with file and line.
    pub problems: Vec<String>,
    /// What nobody looked at.
    pub notes: Vec<String>,
    /// True where the files were named.
    pub chosen: bool,
}

impl Gathered {
    /// Takes the contracts in the fenced blocks of a PRD's text; `shown` is what problems call its file.
    pub fn add_blocks(&mut self, text: &str, shown: &str) {
        let outline = Outline::parse(text);
        let lines = LineIndex::new(text);
        for (at, found) in guard::contract_blocks(text, &outline).into_iter().enumerate() {
            if let (Some(flaw), Some(span)) = (&found.contract.flaw, &found.flaw_span) {
                let line = lines.line(span.start);
                self.problem(shown, line, None, found.contract.kind, &flaw.message);
                continue;
            }
            let body = unfenced(text.get(found.span).unwrap_or_default());
            self.parts.push(part(Source::Block { number: at + 1 }, found.contract.kind, body));
        }
    }

    /// Takes a contract file.
    pub fn add_file(&mut self, path: &RepoPath, contract: Contract, text: String) {
        let source = Source::File { path: path.clone() };
        if self.parts.iter().any(|part| part.source == source) {
            return;
        }
        match contract.flaw {
            Some(flaw) => {
                self.problem(path.as_str(), flaw.line, Some(flaw.column), contract.kind, &flaw.message);
            }
            None => self.parts.push(part(source, contract.kind, text)),
        }
    }

    fn problem(&mut self, file: &str, line: usize, column: Option<usize>, kind: Kind, message: &str) {
        let column = column.map_or(String::new(), |column| format!(":{column}"));
        self.problems.push(format!("{file}:{line}{column}: this {kind} does not parse: {message}"));
    }
}

fn part(source: Source, kind: Kind, text: String) -> ContractPart {
    let version = declared_version(kind, &text);
    ContractPart { source, kind, version, hash: TextHash::of(text.as_bytes()), text }
}

/// The lines between the fences of a block.
fn unfenced(block: &str) -> String {
    let mut lines: Vec<&str> = block.split_inclusive('\n').collect();
    if !lines.is_empty() {
        lines.remove(0);
    }
    let is_fence = |line: &&str| {
        let line = line.trim();
        line.len() >= 3 && (line.chars().all(|c| c == '`') || line.chars().all(|c| c == '~'))
    };
    if lines.last().is_some_and(is_fence) {
        lines.pop();
    }
    lines.concat()
}

impl ContractRecord {
    /// What is different now from what was published, one sentence each; empty where nothing is.
    ///
    /// A record without parts says only that something was published, and nothing can differ from it.
    #[must_use]
    pub fn changes(&self, now: &Gathered) -> Vec<String> {
        if self.parts.is_empty() {
            return Vec::new();
        }
        let hashes = |parts: &[ContractPart]| -> BTreeMap<Source, TextHash> {
            parts.iter().map(|part| (part.source.clone(), part.hash.clone())).collect()
        };
        let (then, now_hashes) = (hashes(&self.parts), hashes(&now.parts));
        let mut changes: Vec<String> = then
            .iter()
            .filter_map(|(source, hash)| match now_hashes.get(source) {
                Some(other) if other == hash => None,
                Some(_) => Some(format!("{source} is another")),
                None => Some(format!("{source} is not there, or does not parse")),
            })
            .collect();
        let new = now_hashes.keys().filter(|source| !then.contains_key(source));
        changes.extend(new.map(|source| format!("{source} is new")));
        changes
    }

    /// In words, for a history: `version 2: api/charges.yaml 1.4.0`.
    #[must_use]
    pub fn told(&self) -> String {
        let part = |part: &ContractPart| match &part.version {
            Some(version) => format!("{} {version}", part.source),
            None => part.source.to_string(),
        };
        let parts: Vec<String> = self.parts.iter().map(part).collect();
        let mut text = format!("contract version {}", self.version);
        if !parts.is_empty() {
            text.push_str(&format!(": {}", parts.join(", ")));
        }
        if let Some(reason) = &self.reason {
            text.push_str(&format!("; {reason}"));
        }
        text
    }
}

/// Plans to publish a PRD's contract; `None` where just this is published already.
///
/// # Errors
/// [`TransitionError`] where there is no contract, or one that does not parse.
pub fn plan(
    snapshot: &Snapshot<'_>,
    subject: Subject<'_>,
    found: &Gathered,
    request: &Request,
) -> Result<Option<Plan>, TransitionError> {
    let prd = subject.prd;
    let mut guards = Guards::new();
    guards.require_workflow(snapshot.config);
    guards.require_always(
        prd.state != State::Archived,
        "archived",
        format!("{} is archived: nobody waits for its contract", prd.id),
        format!("bring it back first: prd restore {}", prd.id),
    );
    for problem in &found.problems {
        guards.require_always(
            false,
            "contract-does-not-parse",
            problem.clone(),
            "mend the contract at this line: consumers generate clients from it",
        );
    }
    guards.require_always(
        !found.parts.is_empty() || !found.problems.is_empty(),
        "no-contract",
        format!("{} holds no contract and links to none", prd.id),
        "add a fenced OpenAPI, AsyncAPI, protobuf, GraphQL or JSON Schema block, or name the file: --file PATH",
    );
    guards.decide(&format!("publish the contract of {}", prd.id), &request.overriding)?;
    let last = snapshot.records.contract(&prd.id);
    if last.is_some_and(|last| !last.parts.is_empty() && last.changes(found).is_empty()) {
        return Ok(None);
    }
    let record = ContractRecord {
        schema: 1,
        prd: prd.id.clone(),
        version: last.map_or(1, |last| last.version.saturating_add(1)),
        time: Some(snapshot.now),
        actor: Some(snapshot.actor.clone()),
        reason: request.overriding.reason.clone(),
        chosen: found.chosen,
        parts: found.parts.clone(),
    };
    let records = snapshot.config.directories().records();
    let (path, content) = record_file(&records, RecordKind::Contracts, &prd.id, snapshot.now, &record)?;
    let mut actions = vec![Action::WriteFile { path, content, replaces: None }];
    // The issue's labels and text say that there is a contract.
    if snapshot.github.is_some_and(|queued| prd.issue.is_some() || queued.contains(&prd.id)) {
        actions.push(Action::Queue {
            entry: OutboxEntry {
                schema: 1,
                kind: OutboxKind::UpdateIssue,
                prd: prd.id.clone(),
                queued: snapshot.now.to_rfc3339(),
                event: None,
            },
        });
    }
    let mut notes: Vec<String> = vec![record.told()];
    notes.extend(found.notes.iter().cloned());
    Ok(Some(Plan {
        prd: Some(prd.id.clone()),
        command: "contract publish".to_owned(),
        from: Some(prd.state),
        to: Some(prd.state),
        actions,
        forced: Vec::new(),
        reason: request.overriding.reason.clone(),
        notes,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Gathered {
        let mut found = Gathered::default();
        found.add_blocks(text, "a.md");
        found
    }

    const GOOD: &str = "# P\n\n```yaml\nopenapi: 3.1.0\ninfo: {title: Charges, version: 1.4.0}\npaths:\n  \
                        /charges: {}\n```\n\n```graphql\ntype Query {\n  a: Int\n}\n```\n";

    fn record(found: &Gathered) -> ContractRecord {
        ContractRecord {
            schema: 1,
            prd: PrdId::parse("SVC-1").unwrap(),
            version: 3,
            time: None,
            actor: None,
            reason: None,
            chosen: false,
            parts: found.parts.clone(),
        }
    }

    #[test]
    fn blocks_are_kept_as_they_are() {
        let found = found(GOOD);
        assert!(found.problems.is_empty());
        assert_eq!(found.parts.len(), 2);
        assert_eq!(found.parts[0].version.as_deref(), Some("1.4.0"));
        assert_eq!(found.parts[1].text, "type Query {\n  a: Int\n}\n");
        assert_eq!(record(&found).told(), "contract version 3: block 1 of the PRD 1.4.0, block 2 of the PRD");
    }

    #[test]
    fn a_flaw_is_told_with_its_line() {
        let found = found("# P\n\n```graphql\ntype A {\n  b Int\n}\n```\n");
        assert!(found.parts.is_empty());
        assert!(found.problems[0].starts_with("a.md:5: this GraphQL does not parse"), "{:?}", found.problems);
    }

    #[test]
    fn a_change_a_loss_and_an_addition_are_seen() {
        let record = record(&found(GOOD));
        assert!(record.changes(&found(GOOD)).is_empty());
        assert_eq!(
            record.changes(&found(&GOOD.replace("/charges", "/refunds"))),
            ["block 1 of the PRD is another"]
        );
        let (first, _) = GOOD.split_once("```graphql").unwrap();
        assert_eq!(record.changes(&found(first)), ["block 2 of the PRD is not there, or does not parse"]);
        let more = format!("{GOOD}\n```graphql\ntype B {{\n  c: Int\n}}\n```\n");
        assert_eq!(record.changes(&found(&more)), ["block 3 of the PRD is new"]);
    }

    #[test]
    fn records_of_older_versions_and_by_hand_read() {
        let record: ContractRecord = serde_json::from_str(r#"{"prd": "SVC-129"}"#).unwrap();
        assert_eq!((record.version, record.parts.len()), (1, 0));
        assert!(record.changes(&found(GOOD)).is_empty(), "nothing is known of what was published");
    }
}
