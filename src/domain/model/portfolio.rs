//! All PRDs of a repository, read once, and finding one by what people call it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::finding::Finding;
use super::id::{IdFormat, PrdId};
use super::prd::{Prd, Stray};
use super::repository::qualified;

/// All PRDs of one home.
#[derive(Debug, Clone, Default)]
pub struct Portfolio {
    format: IdFormat,
    prds: Vec<Prd>,
    by_number: HashMap<u32, Vec<usize>>,
    prefixes: BTreeSet<String>,
    /// Files without an id, by path.
    pub strays: Vec<Stray>,
    /// What was found while reading that belongs to no PRD: files that cannot be read.
    pub problems: Vec<Finding>,
}

/// What a name on the command line led to, other than one PRD.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LookupError {
    /// Nothing has that name.
    #[error("no PRD is named `{name}`")]
    NotFound {
        /// What was asked for.
        name: String,
        /// The nearest ids and slugs, nearest first.
        nearest: Vec<String>,
    },
    /// Several PRDs have that name.
    #[error("`{name}` could be any of {}", candidates.join(", "))]
    Ambiguous {
        /// What was asked for.
        name: String,
        /// The candidates' paths.
        candidates: Vec<String>,
    },
}

impl Portfolio {
    /// A portfolio of these PRDs, sorted by id and then by path.
    #[must_use]
    pub fn new(format: IdFormat, mut prds: Vec<Prd>, mut strays: Vec<Stray>, problems: Vec<Finding>) -> Self {
        prds.sort_by(|a, b| (&a.id, &a.path).cmp(&(&b.id, &b.path)));
        strays.sort_by(|a, b| a.path.cmp(&b.path));
        let mut by_number: HashMap<u32, Vec<usize>> = HashMap::with_capacity(prds.len());
        for (at, prd) in prds.iter().enumerate() {
            by_number.entry(prd.id.number()).or_default().push(at);
        }
        let prefixes = prds.iter().map(|prd| prd.id.prefix().to_ascii_lowercase()).collect();
        Self { format, prds, by_number, prefixes, strays, problems }
    }

    /// The portfolio with each PRD changed, ids and paths apart.
    #[must_use]
    pub fn map(mut self, change: impl FnMut(Prd) -> Prd) -> Self {
        self.prds = self.prds.into_iter().map(change).collect();
        self
    }

    /// How this repository writes its ids.
    #[must_use]
    pub const fn format(&self) -> &IdFormat {
        &self.format
    }

    /// All PRDs, by id and then by path.
    #[must_use]
    pub fn prds(&self) -> &[Prd] {
        &self.prds
    }

    fn with_number(&self, number: u32) -> impl Iterator<Item = &Prd> {
        self.by_number.get(&number).into_iter().flatten().filter_map(|at| self.prds.get(*at))
    }

    /// The PRD of an id; of a doubled id, the one whose path sorts first.
    #[must_use]
    pub fn find(&self, id: &PrdId) -> Option<&Prd> {
        self.with_number(id.number()).find(|prd| prd.id == *id)
    }

    /// The PRD that an id in a dependency means: the PRD of that id, else, where no PRD has the id's prefix,
    /// the repository's own PRD of the same number. The flag says that the prefix was foreign.
    #[must_use]
    pub fn find_meant(&self, id: &PrdId) -> Option<(&Prd, bool)> {
        if let Some(prd) = self.find(id) {
            return Some((prd, false));
        }
        if id.is_qualified()
            || self.format.owns(id)
            || self.prefixes.contains(&id.prefix().to_ascii_lowercase())
        {
            return None;
        }
        self.find(&self.format.id(id.number())).map(|prd| (prd, true))
    }

    /// Ids that more than one file has, with those files' PRDs.
    #[must_use]
    pub fn doubles(&self) -> Vec<Vec<&Prd>> {
        let mut by_id: BTreeMap<&PrdId, Vec<&Prd>> = BTreeMap::new();
        for prd in &self.prds {
            by_id.entry(&prd.id).or_default().push(prd);
        }
        by_id.into_values().filter(|prds| prds.len() > 1).collect()
    }

    /// The highest number that any PRD has under the repository's own prefix.
    #[must_use]
    pub fn highest_number(&self) -> u32 {
        self.prds.iter().filter(|prd| self.format.owns(&prd.id)).map(|prd| prd.id.number()).max().unwrap_or(0)
    }

    /// Finds a PRD by id in any case, by bare number, by path, or by a unique part of its slug.
    ///
    /// # Errors
    /// [`LookupError`] with the nearest names, or with all candidates.
    pub fn resolve(&self, name: &str) -> Result<&Prd, LookupError> {
        let wanted = name.trim();
        let tidy = wanted.trim_start_matches("./");
        if let Some(prd) =
            self.prds.iter().find(|prd| prd.path.as_str() == tidy || prd.path.file_name() == tidy)
        {
            return Ok(prd);
        }
        if let Some(prd) = qualified(wanted).and_then(|id| self.find(&id)) {
            return Ok(prd);
        }
        if let Some(id) = self.format.parse(wanted) {
            let exact: Vec<&Prd> = self.with_number(id.number()).filter(|prd| prd.id == id).collect();
            if !exact.is_empty() {
                return one(name, &exact).unwrap_or_else(|| Err(self.not_found(name)));
            }
            if let Some((prd, _)) = self.find_meant(&id) {
                return Ok(prd);
            }
        }
        if let Ok(number) = wanted.trim_start_matches('#').parse::<u32>() {
            let own: Vec<&Prd> = self.with_number(number).filter(|prd| self.format.owns(&prd.id)).collect();
            let any: Vec<&Prd> = if own.is_empty() { self.with_number(number).collect() } else { own };
            if let Some(found) = one(name, &any) {
                return found;
            }
        } else if !wanted.is_empty() {
            let folded = wanted.to_lowercase();
            let whole: Vec<&Prd> = self.prds.iter().filter(|prd| prd.slug.as_str() == folded).collect();
            let part: Vec<&Prd> =
                self.prds.iter().filter(|prd| prd.slug.as_str().contains(&folded)).collect();
            if let Some(found) = one(name, if whole.is_empty() { &part } else { &whole }) {
                return found;
            }
        }
        Err(self.not_found(name))
    }

    fn not_found(&self, name: &str) -> LookupError {
        let folded = name.trim().to_lowercase();
        let mut near: Vec<(usize, String)> = self
            .prds
            .iter()
            .map(|prd| {
                let id = prd.id.to_string();
                let distance = [
                    id.to_lowercase(),
                    prd.id.canonical().to_lowercase(),
                    prd.slug.to_string(),
                    prd.id.number().to_string(),
                ]
                .iter()
                .map(|name| strsim::damerau_levenshtein(&folded, name))
                .min()
                .unwrap_or(usize::MAX);
                (distance, format!("{id} ({})", prd.slug))
            })
            .filter(|(distance, _)| *distance <= folded.chars().count().div_ceil(2).max(2))
            .collect();
        near.sort();
        LookupError::NotFound {
            name: name.to_owned(),
            nearest: near.into_iter().take(3).map(|(_, id)| id).collect(),
        }
    }
}

/// The one PRD of a list, an error for several, `None` for none.
fn one<'a>(name: &str, found: &[&'a Prd]) -> Option<Result<&'a Prd, LookupError>> {
    match found {
        [] => None,
        [prd] => Some(Ok(prd)),
        several => Some(Err(LookupError::Ambiguous {
            name: name.to_owned(),
            candidates: several.iter().map(|prd| prd.path.to_string()).collect(),
        })),
    }
}
