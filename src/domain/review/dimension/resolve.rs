//! From any name of a dimension to what it is graded by.

use std::ops::Range;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::{core, further, platform};
use crate::domain::review::document::Document;
use crate::domain::review::evidence::{Fill, Slot, Wants, fill_slots};
use crate::domain::review::word::{Word, words};

/// A dimension that comes with slots.
#[derive(Debug, Clone, Copy)]
pub struct Builtin {
    /// Its short name: the first half of its slots' names.
    pub id: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Other names.
    pub aliases: &'static [&'static str],
    /// Words of which a name must have one to mean this dimension.
    pub core_words: &'static [&'static str],
    /// Words that such a name may have besides.
    pub more_words: &'static [&'static str],
    /// Its weight, where the config gives none.
    pub weight: u32,
    /// The question that is its own, whatever the slots say.
    pub question: &'static str,
    /// The facts that its reader must find.
    pub slots: &'static [Slot],
}

/// All built-in dimensions, those of the default seven first.
pub static BUILTINS: [Builtin; 19] = [
    core::SCOPE,
    core::FEASIBILITY,
    core::EXPERIENCE,
    core::DEPENDENCIES,
    core::CRITERIA,
    core::RISK,
    core::SIMPLIFICATION,
    platform::API,
    platform::MESH,
    platform::OBSERVABILITY,
    platform::PERFORMANCE,
    platform::DEPLOYMENT,
    further::SECURITY,
    further::COMPLIANCE,
    further::DATA,
    further::DOCUMENTATION,
    further::COMMUNITY,
    further::BUSINESS,
    further::MAINTAINABILITY,
];

/// What the slots of each built-in dimension want, by its short name.
static WANTS: LazyLock<FxHashMap<&str, Wants>> = LazyLock::new(|| {
    BUILTINS.iter().map(|builtin| (builtin.id, Wants::of(builtin.id, builtin.slots))).collect()
});

impl Builtin {
    /// Fills its slots; see [`fill_slots`].
    #[must_use]
    pub fn fill(&self, document: &Document<'_>, sections: &[Range<usize>]) -> Vec<Fill> {
        let wants = WANTS.get(self.id);
        wants.map(|wants| fill_slots(document, self.slots, wants, sections)).unwrap_or_default()
    }

    /// The names of its slots: `dimension/slot`.
    pub fn slot_ids(&self) -> impl Iterator<Item = &'static str> {
        WANTS.get(self.id).into_iter().flat_map(|wants| wants.ids.iter().map(String::as_str))
    }
}

/// The seven that are reviewed where the config names none.
pub const DEFAULT_SEVEN: [&str; 7] = [
    "Clarity & Scope",
    "Technical Feasibility",
    "User Experience",
    "Dependencies & Blockers",
    "Acceptance Criteria",
    "Risk Assessment",
    "Simplification Opportunities",
];

/// What a name resolves to.
#[derive(Debug, Clone, Copy)]
pub enum Resolved {
    /// A built-in dimension.
    Builtin(&'static Builtin),
    /// A dimension of the user's own, graded by its section.
    Custom,
}

impl Resolved {
    /// The built-in dimension's short name, or `custom`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Builtin(builtin) => builtin.id,
            Self::Custom => "custom",
        }
    }
}

/// The built-in dimension of a short name.
#[must_use]
pub fn builtin(id: &str) -> Option<&'static Builtin> {
    BUILTINS.iter().find(|builtin| builtin.id == id)
}

/// The built-in dimensions by all their names, as they are and folded; of two with one name the first has it.
static NAMED: LazyLock<FxHashMap<String, &'static Builtin>> = LazyLock::new(|| {
    let mut named = FxHashMap::default();
    for builtin in &BUILTINS {
        let names = std::iter::once(&builtin.name).chain(builtin.aliases);
        let names = names.flat_map(|name| [fold(name), (*name).to_owned()]);
        for name in names.chain([builtin.id.to_owned()]) {
            named.entry(name).or_insert(builtin);
        }
    }
    named
});

/// Resolves a name: by the dimension's own names, else by its words, of which all must be known to one
/// dimension and one must be its own. "Regulatory Compliance in Japan" has a word too many and is custom.
#[must_use]
pub fn resolve(name: &str) -> Resolved {
    if let Some(builtin) = NAMED.get(name).or_else(|| NAMED.get(&fold(name))) {
        return Resolved::Builtin(builtin);
    }
    let words = name_words(name);
    let knows = |list: &[&str], word: &str| list.iter().any(|known| singular(known) == word);
    let own = |builtin: &&Builtin| words.iter().filter(|word| knows(builtin.core_words, word)).count();
    let best = BUILTINS
        .iter()
        .filter(|builtin| own(builtin) > 0)
        .filter(|builtin| {
            words.iter().all(|word| knows(builtin.core_words, word) || knows(builtin.more_words, word))
        })
        .enumerate()
        .max_by_key(|(at, builtin)| (own(builtin), std::cmp::Reverse(*at)));
    best.map_or(Resolved::Custom, |(_, builtin)| Resolved::Builtin(builtin))
}

/// The words of a dimension's name that carry it, in the singular.
#[must_use]
pub fn name_words(name: &str) -> Vec<String> {
    let joins = |word: &Word| {
        matches!(word.lower.as_str(), "and" | "of" | "the" | "in" | "for" | "to" | "a" | "with")
    };
    words(name).iter().filter(|word| !joins(word)).map(|word| singular(&word.lower)).collect()
}

fn fold(name: &str) -> String {
    name_words(name).join(" ")
}

fn singular(word: &str) -> String {
    if word.len() > 4 && word.ends_with("ies") {
        return format!("{}y", word.trim_end_matches("ies"));
    }
    let keeps = word.ends_with("ss") || word.len() < 4;
    if keeps { word.to_owned() } else { word.strip_suffix('s').unwrap_or(word).to_owned() }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn one_dimension_has_many_names() {
        for name in
            ["API Design & Contracts", "API contracts", "Contracts", "api design and contract quality"]
        {
            assert_eq!(resolve(name).id(), "api", "{name}");
        }
        for (name, id) in [
            ("Clarity & Scope", "scope"),
            ("Dependencies & Integration", "dependencies"),
            ("dependencies & blockers", "dependencies"),
            ("Security & Privacy", "security"),
            ("Service Mesh Compatibility", "mesh"),
            ("Observability & Monitoring", "observability"),
            ("UX", "experience"),
            ("Data Migration", "data"),
            ("Business Value", "business"),
        ] {
            assert_eq!(resolve(name).id(), id, "{name}");
        }
    }

    #[test]
    fn an_unknown_word_makes_a_dimension_of_its_own() {
        for name in ["Regulatory Compliance in Japan", "Sustainability", "Design", ""] {
            assert_eq!(resolve(name).id(), "custom", "{name}");
        }
    }

    #[test]
    fn every_builtin_is_whole() {
        for builtin in &BUILTINS {
            assert_eq!(resolve(builtin.name).id(), builtin.id);
            for alias in builtin.aliases {
                assert_eq!(resolve(alias).id(), builtin.id, "{alias}");
            }
            let mut ids = BTreeSet::new();
            for slot in builtin.slots {
                assert!(ids.insert(slot.id), "{}/{} is there twice", builtin.id, slot.id);
                let shares: u32 = slot.demands.iter().map(|demand| demand.share).sum();
                assert_eq!(shares, 1000, "{}/{}", builtin.id, slot.id);
                assert!(slot.question.ends_with(['?', '.']), "{}", slot.question);
            }
            assert_eq!(builtin.slots.iter().map(|slot| slot.weight).sum::<u32>(), 100, "{}", builtin.id);
        }
        for name in DEFAULT_SEVEN {
            assert_ne!(resolve(name).id(), "custom");
        }
    }
}
