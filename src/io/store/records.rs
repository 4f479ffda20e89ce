//! Reading the tracked records beside the state folders.

use serde::de::DeserializeOwned;

use super::home_files::HomeFiles;
use crate::domain::lifecycle::event::{RecordKind, records_folder};
use crate::domain::lifecycle::note::{self, Note};
use crate::domain::lifecycle::snapshot::Records;
use crate::domain::model::finding::{Finding, Place, Severity};
use crate::domain::model::id::PrdId;
use crate::domain::model::path::RepoPath;
use crate::domain::model::prd::Prd;

/// Reads the records of these PRDs below `folder`. One that does not parse is a problem, never a failure.
#[must_use]
pub fn load<'a>(
    files: &HomeFiles<'_>,
    folder: &RepoPath,
    prds: impl Iterator<Item = &'a Prd>,
) -> (Records, Vec<Finding>) {
    let mut records = Records::default();
    let mut problems = Vec::new();
    let known = Known::of(files, folder);
    for prd in prds {
        let id = &prd.id;
        if !known.has(id) {
            continue;
        }
        let mut reader = Reader { files, folder, problems: &mut problems };
        keep(&mut records.events, id, reader.all(RecordKind::Events, id));
        keep(&mut records.reviews, id, reader.all(RecordKind::Reviews, id));
        keep(&mut records.approvals, id, reader.all(RecordKind::Approvals, id));
        keep(&mut records.waivers, id, reader.all(RecordKind::Waivers, id));
        keep(&mut records.contracts, id, reader.all(RecordKind::Contracts, id));
        keep(&mut records.check_ins, id, reader.all(RecordKind::CheckIns, id));
    }
    (records, problems)
}

/// Reads the notes below `folder`, oldest first, each with the name of its file. One that does not parse is a problem.
#[must_use]
pub fn notes(files: &HomeFiles<'_>, folder: &RepoPath) -> (Vec<(String, Note)>, Vec<Finding>) {
    let mut problems = Vec::new();
    let Ok(folder) = note::folder(folder) else { return (Vec::new(), problems) };
    let mut reader = Reader { files, folder: &folder, problems: &mut problems };
    let notes = reader.named(&folder);
    (notes, problems)
}

/// The PRDs that have any record, so that a portfolio of thousands costs five listings and not five each.
struct Known(Vec<String>);

impl Known {
    fn of(files: &HomeFiles<'_>, folder: &RepoPath) -> Self {
        let mut names: Vec<String> = RecordKind::ALL
            .iter()
            .filter_map(|kind| folder.join(kind.folder()).ok())
            .flat_map(|folder| match files {
                HomeFiles::Checkout(_) => files.names_in(&folder),
                // A tree lists files at any depth: the folder's name is their parent's.
                HomeFiles::Tree(..) => files.names_in(&folder).iter().filter_map(RepoPath::parent).collect(),
            })
            .map(|path| path.file_name().to_owned())
            .collect();
        names.sort();
        names.dedup();
        Self(names)
    }

    fn has(&self, id: &PrdId) -> bool {
        !self.0.is_empty() && self.0.binary_search(&id.canonical()).is_ok()
    }
}

struct Reader<'a> {
    files: &'a HomeFiles<'a>,
    folder: &'a RepoPath,
    problems: &'a mut Vec<Finding>,
}

impl Reader<'_> {
    /// All records of a kind, in the order of their names, which is that of time.
    fn all<T: DeserializeOwned>(&mut self, kind: RecordKind, id: &PrdId) -> Vec<T> {
        let Ok(folder) = records_folder(self.folder, kind, id) else { return Vec::new() };
        self.named(&folder).into_iter().map(|(_, record)| record).collect()
    }

    /// All records in a folder with the names of their files, in the order of these.
    fn named<T: DeserializeOwned>(&mut self, folder: &RepoPath) -> Vec<(String, T)> {
        let mut found = Vec::new();
        for path in self.files.names_in(folder) {
            if !path.as_str().ends_with(".json") {
                continue;
            }
            let Ok(Some(bytes)) = self.files.read(&path) else { continue };
            match serde_json::from_slice(&bytes) {
                Ok(record) => found.push((path.file_stem().to_owned(), record)),
                Err(error) => {
                    let place = Place { path, line: error.line().max(1), column: error.column().max(1) };
                    let message = format!("this record does not parse: {error}");
                    let hint = "restore it from git; without it the rules that need it do not pass";
                    self.problems
                        .push(Finding::new("broken-record", Severity::Error, place, message).hint(hint));
                }
            }
        }
        found
    }
}

fn keep<T>(map: &mut std::collections::BTreeMap<PrdId, Vec<T>>, id: &PrdId, records: Vec<T>) {
    if !records.is_empty() {
        map.insert(id.clone(), records);
    }
}
