//! PRDs that say they will change the same files.

use std::collections::{BTreeMap, BTreeSet};

use super::report::{Conflict, ConflictLevel};
use crate::domain::model::id::PrdId;
use crate::domain::model::prd::Prd;

/// A file that more PRDs than this declare is one that everybody touches, and says nothing about any two.
const SHARED_BY_ALL: usize = 6;

/// Pairs of active PRDs that declare the same files, by id. Pairs whose branches can be compared are left out:
/// there git knows better.
#[must_use]
pub fn declared(prds: &[Prd], with_branch: &BTreeSet<&PrdId>) -> Vec<Conflict> {
    let mut by_file: BTreeMap<&str, BTreeSet<&PrdId>> = BTreeMap::new();
    for prd in prds.iter().filter(|prd| prd.state.is_active()) {
        for file in &prd.files {
            by_file.entry(file).or_default().insert(&prd.id);
        }
    }
    let mut pairs: BTreeMap<(&PrdId, &PrdId), Vec<String>> = BTreeMap::new();
    for (file, ids) in by_file.iter().filter(|(_, ids)| ids.len() <= SHARED_BY_ALL) {
        for (at, a) in ids.iter().enumerate() {
            for b in
                ids.iter().skip(at + 1).filter(|b| !(with_branch.contains(a) && with_branch.contains(*b)))
            {
                pairs.entry((a, b)).or_default().push((*file).to_owned());
            }
        }
    }
    let conflict = |((a, b), files): ((&PrdId, &PrdId), Vec<String>)| Conflict {
        a: a.clone(),
        b: b.clone(),
        files,
        level: ConflictLevel::DeclaredOverlap,
    };
    pairs.into_iter().map(conflict).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::model::sample::{Sample, portfolio, prd};
    use crate::domain::model::state::State;

    fn with_files(id: &str, files: &[&str]) -> Sample {
        prd(id).with(|prd| prd.files = files.iter().map(|file| (*file).to_owned()).collect())
    }

    fn pairs(samples: Vec<Sample>, with_branch: &[&str]) -> Vec<(u32, u32, Vec<String>)> {
        let portfolio = portfolio(samples);
        let ids: Vec<PrdId> = with_branch.iter().map(|id| PrdId::parse(id).unwrap()).collect();
        let found = declared(portfolio.prds(), &ids.iter().collect());
        found.into_iter().map(|pair| (pair.a.number(), pair.b.number(), pair.files)).collect()
    }

    #[test]
    fn what_two_declare_is_told_once() {
        let samples = vec![
            with_files("SVC-1", &["b.rs", "a.rs"]),
            with_files("SVC-2", &["a.rs", "b.rs", "c.rs"]),
            with_files("SVC-3", &["c.rs"]),
            with_files("SVC-4", &["c.rs"]).state(State::Complete),
        ];
        let files = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(pairs(samples.clone(), &[]), [(1, 2, files(&["a.rs", "b.rs"])), (2, 3, files(&["c.rs"]))]);
        assert_eq!(pairs(samples, &["SVC-1", "SVC-2"]), [(2, 3, files(&["c.rs"]))]);
    }

    #[test]
    fn what_everybody_touches_is_no_news() {
        let samples = (1..=7).map(|number| with_files(&format!("SVC-{number}"), &["README.md"])).collect();
        assert_eq!(pairs(samples, &[]), []);
    }
}
