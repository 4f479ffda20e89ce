//! Events: what happened to a PRD, one tracked file each, never changed again.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::table::Transition;
use crate::domain::model::id::PrdId;
use crate::domain::model::path::{OutsideRepository, RepoPath};
use crate::domain::model::people::Person;
use crate::domain::model::state::State;

/// What a record is about; the name of its folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecordKind {
    /// Transitions and what else happened.
    Events,
    /// Reviews.
    Reviews,
    /// Approvals.
    Approvals,
    /// Published contracts.
    Contracts,
    /// Waived criteria.
    Waivers,
    /// What people say of how it goes.
    CheckIns,
}

impl RecordKind {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Events, Self::Reviews, Self::Approvals, Self::Contracts, Self::Waivers, Self::CheckIns];

    /// The folder's name.
    #[must_use]
    pub const fn folder(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::Reviews => "reviews",
            Self::Approvals => "approvals",
            Self::Contracts => "contracts",
            Self::Waivers => "waivers",
            Self::CheckIns => "checkins",
        }
    }
}

/// Why a PRD was archived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ArchiveReason {
    /// It is complete, and old.
    Completed,
    /// It will not be done.
    Cancelled,
    /// Another PRD does it.
    Superseded,
    /// It cannot be done now.
    Blocked,
    /// Any other reason.
    Other,
}

/// One event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// The version of this record: 1.
    pub schema: u32,
    /// When.
    pub time: DateTime<FixedOffset>,
    /// The PRD.
    pub prd: PrdId,
    /// The transition.
    pub event: Transition,
    /// The state before; absent for `new`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<State>,
    /// The state after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<State>,
    /// Who, as git knows them.
    pub actor: Person,
    /// In whose name (`--as`).
    #[serde(default, skip_serializing_if = "Option::is_none", rename = "as")]
    pub acting_as: Option<String>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Guards that were overridden.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forced: Vec<String>,
    /// Why it was archived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archived: Option<ArchiveReason>,
    /// The successor of a superseded PRD.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub superseded_by: Option<PrdId>,
}

/// An acceptance criterion that need not be met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiver {
    /// The version of this record: 1.
    pub schema: u32,
    /// When.
    pub time: DateTime<FixedOffset>,
    /// The PRD.
    pub prd: PrdId,
    /// The criterion's text.
    pub criterion: String,
    /// Who waived it.
    pub actor: Person,
    /// Why.
    pub reason: String,
}

/// A record as a file: its path below the records' folder and its content.
///
/// The name is the time in UTC to the millisecond and a hash of the content, so that two branches never write one
/// file and a folder's names sort by time, also where a script does two steps in a second.
///
/// # Errors
/// [`OutsideRepository`] where `records`, the folder of all records, is none.
pub fn record_file<T: Serialize>(
    records: &RepoPath,
    kind: RecordKind,
    prd: &PrdId,
    time: DateTime<FixedOffset>,
    record: &T,
) -> Result<(RepoPath, String), OutsideRepository> {
    file_in(&records_folder(records, kind, prd)?, time, record)
}

/// As [`record_file`], in a folder of the caller's choice: for records that belong to no single PRD.
///
/// # Errors
/// As [`record_file`].
pub fn file_in<T: Serialize>(
    folder: &RepoPath,
    time: DateTime<FixedOffset>,
    record: &T,
) -> Result<(RepoPath, String), OutsideRepository> {
    let mut content = serde_json::to_string_pretty(record).unwrap_or_default();
    content.push('\n');
    let digest = Sha256::digest(content.as_bytes());
    let hash: String = digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    let stamp = time.to_utc().format("%Y%m%dT%H%M%S%3fZ");
    let path = folder.join(&format!("{stamp}-{hash}.json"))?;
    Ok((path, content))
}

/// The folder of a PRD's records of one kind.
///
/// # Errors
/// As [`record_file`].
pub fn records_folder(
    records: &RepoPath,
    kind: RecordKind,
    prd: &PrdId,
) -> Result<RepoPath, OutsideRepository> {
    records.join(&format!("{}/{}", kind.folder(), prd.canonical()))
}
