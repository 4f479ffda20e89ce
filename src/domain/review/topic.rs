//! What a section is about, told by its heading.

use std::ops::Range;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::lexicon::{Lexicon, headings, lists, marks_in, marks_of_lists};
use super::vocabulary::{Marks, hash_of_all};
use super::word::{Word, words};

macro_rules! topics {
    ($($(#[$doc:meta])* $name:ident = $id:literal;)*) => {
        /// A topic that a section can have.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Topic { $($(#[$doc])* $name,)* }

        impl Topic {
            /// All topics.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            #[expect(clippy::as_conversions, reason = "the number of a variant")]
            const fn bit(self) -> u64 {
                1 << (self as u32)
            }

            #[expect(clippy::as_conversions, reason = "the number of a variant")]
            const fn number(self) -> usize {
                self as usize
            }

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
    /// Cases that are tested, good ones and bad ones.
    Tests = "tests";
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

/// A set of topics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TopicSet(u64);

impl TopicSet {
    /// The empty set.
    #[must_use]
    pub const fn new() -> Self {
        Self(0)
    }

    /// True where the topic is among them.
    #[must_use]
    pub const fn contains(&self, topic: &Topic) -> bool {
        self.0 & topic.bit() != 0
    }

    /// True where the sets share a topic.
    #[must_use]
    pub const fn meets(&self, other: &Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Adds a topic.
    pub const fn insert(&mut self, topic: Topic) {
        self.0 |= topic.bit();
    }

    /// Takes a topic out.
    pub const fn remove(&mut self, topic: &Topic) {
        self.0 &= !topic.bit();
    }

    /// True where there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0 == 0
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> u32 {
        self.0.count_ones()
    }

    /// All topics of both.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The topics, in their order.
    pub fn iter(&self) -> impl Iterator<Item = Topic> + use<> {
        let mut left = self.0;
        std::iter::from_fn(move || {
            let number = usize::try_from(left.trailing_zeros()).ok()?;
            let topic = Topic::ALL.get(number)?;
            left &= left - 1;
            Some(*topic)
        })
    }
}

/// Which of some things are about which topic, for who wants those of a few topics and not to ask all.
#[derive(Debug, Clone, Default)]
pub struct ByTopic {
    /// For each topic a bit for each thing, in so many numbers.
    bits: Vec<u64>,
    numbers: usize,
}

impl ByTopic {
    /// For things with these topics.
    pub fn of(things: impl ExactSizeIterator<Item = TopicSet>) -> Self {
        let numbers = things.len().div_ceil(64);
        let mut bits = vec![0_u64; numbers * Topic::ALL.len()];
        for (at, topics) in things.enumerate() {
            for topic in topics.iter() {
                if let Some(bits) = bits.get_mut(topic.number() * numbers + at / 64) {
                    *bits |= 1 << (at % 64);
                }
            }
        }
        Self { bits, numbers }
    }

    /// The places of those that are about one of the topics, in order.
    #[must_use]
    pub fn about_any(&self, topics: &[Topic]) -> Vec<usize> {
        let count: u32 = (0..self.numbers).map(|number| self.bits_of(topics, number).count_ones()).sum();
        let mut places = Vec::with_capacity(usize::try_from(count).unwrap_or_default());
        places.extend(self.places(topics));
        places
    }

    /// The places of those that are about a topic, in order.
    pub fn about(&self, topic: Topic) -> impl Iterator<Item = usize> + '_ {
        self.places([topic])
    }

    fn places<'t>(&'t self, topics: impl AsRef<[Topic]> + 't) -> impl Iterator<Item = usize> + 't {
        (0..self.numbers).flat_map(move |number| {
            let mut left = self.bits_of(topics.as_ref(), number);
            std::iter::from_fn(move || {
                let bit = usize::try_from(left.trailing_zeros()).ok().filter(|_| left != 0)?;
                left &= left - 1;
                Some(number * 64 + bit)
            })
        })
    }

    /// The places of 64 that are about one of the topics, as bits.
    fn bits_of(&self, topics: &[Topic], number: usize) -> u64 {
        let of = |topic: &Topic| self.bits.get(topic.number() * self.numbers + number).copied();
        topics.iter().filter_map(of).fold(0, |all, bits| all | bits)
    }
}

impl FromIterator<Topic> for TopicSet {
    fn from_iter<I: IntoIterator<Item = Topic>>(topics: I) -> Self {
        let mut set = Self::new();
        set.extend(topics);
        set
    }
}

impl Extend<Topic> for TopicSet {
    fn extend<I: IntoIterator<Item = Topic>>(&mut self, topics: I) {
        topics.into_iter().for_each(|topic| self.insert(topic));
    }
}

static TABLE: LazyLock<Vec<(Topic, &'static Lexicon)>> =
    LazyLock::new(|| Topic::ALL.iter().map(|topic| (*topic, headings(topic.id()))).collect());

/// The marks of all lists of headings.
static TELLING: LazyLock<Marks> = LazyLock::new(|| marks_of_lists(TABLE.iter().map(|(_, list)| *list)));

/// Headings and labels that hold a word of a problem and are about none.
static NO_PROBLEM: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::of(
        "system context, context diagram, context needed, context map, bounded context, technical context, context for",
    )
});

/// Words of the longest label that is told as a whole.
const LONGEST_LABEL: usize = 6;

/// A label, and what it is about.
type Label = (Vec<Word>, Topic);

/// Headings and labels that are told as a whole, `In` and `We will not do`, by the hash of all their words.
static LABELS: LazyLock<FxHashMap<u64, Vec<Label>>> = LazyLock::new(|| {
    let lines = include_str!("words/labels-en.txt").lines().filter(|line| !line.starts_with('#'));
    let mut known: FxHashMap<u64, Vec<Label>> = FxHashMap::default();
    for (id, labels) in lines.filter_map(|line| line.split_once(':')) {
        let Some(topic) = Topic::ALL.iter().find(|topic| topic.id() == id) else { continue };
        for label in labels.split(',').map(words) {
            known.entry(hash_of_all(&label)).or_default().push((label, *topic));
        }
    }
    known
});

/// The topic of a heading or label that is told as a whole.
#[must_use]
pub fn topic_of_label(label: &[Word]) -> Option<Topic> {
    if label.is_empty() || label.len() > LONGEST_LABEL {
        return None;
    }
    let known = LABELS.get(&hash_of_all(label))?;
    let is_it = |(words, _): &&Label| {
        words.len() == label.len() && words.iter().zip(label).all(|(own, other)| own.term == other.term)
    };
    // Of two with the same words the last line counts.
    known.iter().rfind(is_it).map(|(_, topic)| *topic)
}

/// The topics of a heading or label; empty for one that is about none of them.
#[must_use]
pub fn topics_of(heading: &[Word]) -> TopicSet {
    if let Some(topic) = topic_of_label(heading) {
        return TopicSet::from_iter([topic]);
    }
    let marks = marks_in(heading);
    if !marks.meets(&TELLING) {
        return TopicSet::new();
    }
    let is_named = |list: &Lexicon| list.may_be_in(&marks) && list.is_in(heading);
    let mut topics: TopicSet =
        TABLE.iter().filter(|(_, list)| is_named(list)).map(|(topic, _)| *topic).collect();
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

/// Topics of which each statement is one: a criterion, a risk, a thing that is built.
const OF_EACH: [Topic; 6] =
    [Topic::Outcome, Topic::InScope, Topic::OutOfScope, Topic::Criteria, Topic::Risks, Topic::Business];

/// The topics of the label before an item or a sentence. What follows is a criterion where the label as a whole or its
/// last noun says so, "Verification" and not "Verification command"; a noun that any label may end with takes nothing
/// away: "Risk analysis".
#[must_use]
pub fn topics_of_label(label: &[Word]) -> TopicSet {
    let topics = topics_of(label);
    if topics.is_empty() || topic_of_label(label).is_some() {
        return topics;
    }
    let small = lists!("function", "label-tail");
    let is_small = |word: &Word| word.has_digit() || word.having.is.meets(small);
    let named = |range: Range<usize>| {
        let opens = range.len() == 1 && label.get(range.start).is_some_and(is_small);
        opens || label.get(range.end).is_none_or(is_small)
    };
    let is_named = |topic: &Topic| !OF_EACH.contains(topic) || headings(topic.id()).all_in(label).any(&named);
    topics.iter().filter(is_named).collect()
}

/// As [`topics_of`], from text.
#[must_use]
pub fn topics_of_text(heading: &str) -> TopicSet {
    topics_of(&words(heading))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn those_of_some_topics_are_found_as_by_asking_all(
            things in proptest::collection::vec(proptest::collection::vec(0..Topic::ALL.len(), 0..4), 0..200),
            wanted in proptest::collection::vec(0..Topic::ALL.len(), 0..4),
        ) {
            let set = |numbers: &Vec<usize>| -> TopicSet { numbers.iter().map(|at| Topic::ALL[*at]).collect() };
            let things: Vec<TopicSet> = things.iter().map(set).collect();
            let topics: Vec<Topic> = wanted.iter().map(|at| Topic::ALL[*at]).collect();
            let asked: Vec<usize> = (0..things.len()).filter(|at| things[*at].meets(&set(&wanted))).collect();
            prop_assert_eq!(ByTopic::of(things.iter().copied()).about_any(&topics), asked);
        }
    }

    #[test]
    fn headings_have_topics() {
        assert!(topics_of_text("## 3. Acceptance Criteria ✅").contains(&Topic::Criteria));
        assert!(
            [Topic::Risks, Topic::Rollback]
                .iter()
                .all(|topic| topics_of_text("Risks & Rollback").contains(topic))
        );
        let out = topics_of_text("Out of Scope");
        assert!(out.contains(&Topic::OutOfScope) && !out.contains(&Topic::InScope));
        assert!(topics_of_text("Zebra").is_empty());
    }

    #[test]
    fn short_labels_are_told_as_a_whole() {
        assert!(topics_of_text("In").contains(&Topic::InScope));
        assert!(topics_of_text("We won't").contains(&Topic::OutOfScope));
        assert!(topics_of_text("What could bite us").contains(&Topic::Risks));
        assert!(topics_of_text("Rain in June").is_empty());
    }

    #[test]
    fn a_label_is_about_its_last_noun() {
        let topics = |label: &str| topics_of_label(&words(label));
        for label in
            ["Verification", "Verification of the total", "Acceptance criteria", "Acceptance criteria 2"]
        {
            assert!(topics(label).contains(&Topic::Criteria), "{label}");
        }
        assert!(topics("Risk analysis").contains(&Topic::Risks));
        assert!(topics("Rollback steps").contains(&Topic::Rollback));
        assert!(!topics("Verification script").contains(&Topic::Criteria));
        assert!(!topics("Feature switches").contains(&Topic::InScope));
        assert!(!topics("Cost centre").contains(&Topic::Business));
    }

    #[test]
    fn every_topic_has_words() {
        for topic in Topic::ALL {
            assert!(TABLE.iter().any(|(known, list)| known == topic && !list.is_empty()), "{topic:?}");
        }
    }
}
