//! What a section is about, told by its heading.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::lexicon::Lexicon;
use super::text::{Word, words};

macro_rules! topics {
    ($($(#[$doc:meta])* $name:ident = $id:literal;)*) => {
        /// A topic that a section can have.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Topic { $($(#[$doc])* $name,)* }

        impl Topic {
            /// All topics.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The name that the data file uses.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)* }
            }
        }
    };
}

topics! {
    /// What is wrong today.
    Problem = "problem";
    /// What will be better.
    Outcome = "outcome";
    /// What is built.
    InScope = "in-scope";
    /// What is not built.
    OutOfScope = "out-of-scope";
    /// Terms, boundaries and assumptions.
    Terms = "terms";
    /// How it is built.
    Approach = "approach";
    /// What is touched.
    Components = "components";
    /// Data and its migration.
    Data = "data";
    /// What is difficult.
    Hard = "hard";
    /// How long it takes.
    Effort = "effort";
    /// Who uses it.
    Actors = "actors";
    /// What they do.
    Flows = "flows";
    /// For everybody.
    Accessibility = "accessibility";
    /// What it needs and what needs it.
    Dependencies = "dependencies";
    /// How it talks to others.
    Integration = "integration";
    /// How one knows that it is done.
    Criteria = "criteria";
    /// What may go wrong.
    Risks = "risks";
    /// The way back.
    Rollback = "rollback";
    /// The smallest useful version.
    Minimal = "minimal";
    /// What else was considered.
    Alternatives = "alternatives";
    /// Operations and their contracts.
    Api = "api";
    /// How operations fail.
    Errors = "errors";
    /// How contracts change.
    Versioning = "versioning";
    /// The network between services.
    Mesh = "mesh";
    /// How it is watched.
    Observability = "observability";
    /// Load and speed.
    Performance = "performance";
    /// How it reaches its users.
    Deployment = "deployment";
    /// Attacks and protection.
    Security = "security";
    /// Personal data.
    Privacy = "privacy";
    /// Rules from outside.
    Compliance = "compliance";
    /// What is written for its users.
    Documentation = "documentation";
    /// Contributors and adopters.
    Community = "community";
    /// Money and other worth.
    Business = "business";
    /// Tests, ownership and upkeep.
    Maintainability = "maintainability";
    /// Answers to calibration questions.
    Calibration = "calibration";
    /// References and histories: no statement about the work.
    Other = "other";
}

/// A set of topics, in their order.
pub type TopicSet = BTreeSet<Topic>;

/// English: the only language so far.
const ENGLISH: &str = include_str!("words/topics-en.txt");

static TABLE: LazyLock<Vec<(Topic, Lexicon)>> = LazyLock::new(|| {
    ENGLISH
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(':'))
        .filter_map(|(id, entries)| {
            let topic = Topic::ALL.iter().copied().find(|topic| topic.id() == id.trim())?;
            Some((topic, Lexicon::of(entries)))
        })
        .collect()
});

/// Headings and labels that hold a word of a problem and are about none.
static NO_PROBLEM: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::of(
        "system context, context diagram, context needed, context map, bounded context, technical context, context for",
    )
});

/// The topics of a heading or label; empty for one that is about none of them.
#[must_use]
pub fn topics_of(heading: &[Word]) -> TopicSet {
    let mut topics: TopicSet =
        TABLE.iter().filter(|(_, list)| list.is_in(heading)).map(|(topic, _)| *topic).collect();
    if topics.contains(&Topic::OutOfScope) {
        topics.remove(&Topic::InScope);
        topics.remove(&Topic::Outcome);
    }
    // The context of a system, a task or a decision is no problem of anybody.
    if NO_PROBLEM.is_in(heading) {
        topics.remove(&Topic::Problem);
    }
    topics
}

/// As [`topics_of`], from text.
#[must_use]
pub fn topics_of_text(heading: &str) -> TopicSet {
    topics_of(&words(heading))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_have_topics() {
        assert!(topics_of_text("## 3. Acceptance Criteria ✅").contains(&Topic::Criteria));
        assert!(
            topics_of_text("Risks & Rollback").is_superset(&TopicSet::from([Topic::Risks, Topic::Rollback]))
        );
        let out = topics_of_text("Out of Scope");
        assert!(out.contains(&Topic::OutOfScope) && !out.contains(&Topic::InScope));
        assert!(topics_of_text("Zebra").is_empty());
    }

    #[test]
    fn every_topic_has_words() {
        for topic in Topic::ALL {
            assert!(TABLE.iter().any(|(known, list)| known == topic && !list.is_empty()), "{topic:?}");
        }
    }
}
