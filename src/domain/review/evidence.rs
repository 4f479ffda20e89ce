//! Slots, what fills them, and how text that is no language is told from text that is.

use serde::Serialize;
use std::ops::Range;

use super::document::{Document, Statement, StatementKind};
use super::lexicon::{Lexicon, list, lists, marks_in, marks_of_lists};
use super::text::{Word, excerpt};
use super::topic::{Topic, TopicSet};
use super::vocabulary::Marks;
use super::worth::is_absence;

/// A fact that a reader of a dimension must find.
#[derive(Debug, Clone, Copy)]
pub struct Slot {
    /// Its name inside of its dimension.
    pub id: &'static str,
    /// Its weight among its dimension's slots.
    pub weight: u32,
    /// What is asked where it is empty.
    pub question: &'static str,
    /// True where nothing can be approved while it is empty and its question unanswered.
    pub critical: bool,
    /// What fills it; the shares add up to 1000.
    pub demands: &'static [Demand],
}

/// A part of what a slot wants.
#[derive(Debug, Clone, Copy)]
pub struct Demand {
    /// Its share of the slot, of 1000.
    pub share: u32,
    /// What meets it.
    pub by: By,
}

/// What meets a demand.
#[derive(Debug, Clone, Copy)]
pub enum By {
    /// Statements of a kind.
    Says(Says),
    /// Something that is read off the whole document.
    Measured(fn(&Document<'_>) -> Fill),
}

/// Statements that meet a demand.
#[derive(Debug, Clone, Copy)]
pub struct Says {
    /// Sections they stand in; empty for anywhere.
    pub topics: &'static [Topic],
    /// Word lists of which one must be met; empty for any statement.
    pub any: &'static [&'static str],
    /// Word lists of which one must be met too.
    pub also: &'static [&'static str],
    /// How many good statements are enough.
    pub count: u32,
    /// The fewest words that are enough.
    pub words: usize,
    /// What counts wherever it stands and whatever its words are.
    pub besides: Option<Counts>,
}

/// True for a statement that counts.
pub type Counts = fn(&Document<'_>, &Statement) -> bool;

impl Demand {
    /// The same, which such statements meet as well.
    #[must_use]
    pub const fn or(self, besides: Counts) -> Self {
        match self.by {
            By::Says(says) => Self { by: By::Says(Says { besides: Some(besides), ..says }), ..self },
            By::Measured(_) => self,
        }
    }
}

/// Statements about one of the topics that use a word of one of the lists.
#[must_use]
pub const fn says(share: u32, count: u32, topics: &'static [Topic], any: &'static [&'static str]) -> Demand {
    Demand { share, by: By::Says(Says { topics, any, also: &[], count, words: 4, besides: None }) }
}

/// As [`says`], where a word of a second group of lists must be there too.
#[must_use]
pub const fn says_both(
    share: u32,
    count: u32,
    topics: &'static [Topic],
    any: &'static [&'static str],
    also: &'static [&'static str],
) -> Demand {
    Demand { share, by: By::Says(Says { topics, any, also, count, words: 3, besides: None }) }
}

/// Something read off the whole document.
#[must_use]
pub const fn measured(share: u32, by: fn(&Document<'_>) -> Fill) -> Demand {
    Demand { share, by: By::Measured(by) }
}

/// Where something is said.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Evidence {
    /// Line, from 1.
    pub line: usize,
    /// What it says, at most 100 characters.
    pub excerpt: String,
}

/// How far something is filled, and by what.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fill {
    /// 0 to 1000.
    pub degree: u32,
    /// The best evidence, at most three places.
    pub evidence: Vec<Evidence>,
}

/// How much evidence a report shows for one slot.
const SHOWN: usize = 3;

impl Fill {
    /// A fill without evidence of its own.
    #[must_use]
    pub const fn of(degree: u32) -> Self {
        Self { degree, evidence: Vec::new() }
    }

    /// A degree that these statements are the evidence for.
    #[must_use]
    pub fn by<'s>(
        degree: u32,
        document: &Document<'_>,
        statements: impl Iterator<Item = &'s Statement>,
    ) -> Self {
        if !document.quotes {
            return Self::of(degree.min(1000));
        }
        let mut best: Vec<&Statement> = statements.collect();
        best.sort_by_key(|statement| {
            (std::cmp::Reverse((worth(statement), reads_well(statement))), statement.line)
        });
        best.truncate(SHOWN);
        Self { degree: degree.min(1000), evidence: shown(document, &best) }
    }
}

/// Statements as evidence, in the order given.
fn shown(document: &Document<'_>, statements: &[&Statement]) -> Vec<Evidence> {
    let as_evidence = |statement: &&Statement| {
        let (skipped, excerpt) = quote(document, statement);
        Evidence { line: statement.line + skipped, excerpt }
    };
    let once = |statement: &&Statement| statement.quoted.get_or_init(|| as_evidence(statement)).clone();
    statements.iter().map(once).collect()
}

/// What a reader would quote of a statement, and how many lines of it come before: a sentence, the cells of a row, or
/// the first telling line of a code block.
fn quote(document: &Document<'_>, statement: &Statement) -> (usize, String) {
    let source = document.source(statement);
    match &statement.kind {
        StatementKind::Row { cells, .. } => {
            let said = cells.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
            (0, excerpt(&said.collect::<Vec<_>>().join(" · ")))
        }
        StatementKind::Code { .. } => {
            let telling = |line: &&str| line.chars().filter(|c| c.is_alphabetic()).count() >= 4;
            let lines = source.lines().map(str::trim).enumerate();
            let mut told = lines.filter(|(_, line)| !line.starts_with("```") && !line.starts_with("~~~"));
            told.find(|(_, line)| telling(line))
                .map_or((0, excerpt(source)), |(at, line)| (at, excerpt(line)))
        }
        StatementKind::Prose | StatementKind::Item { .. } => (0, excerpt(source)),
    }
}

/// What a statement is worth as evidence, 0 to 1000: its quality, as far as it is concrete.
#[must_use]
pub fn worth(statement: &Statement) -> u32 {
    statement.quality * statement.concreteness / 1000
}

/// True for statements of a length that can be quoted.
fn reads_well(statement: &Statement) -> bool {
    (6..=40).contains(&statement.words.len())
}

/// The degree to which a sum of worth fills what so many good statements fill: nine tenths with as many, the whole with
/// twice as many. So more always counts, and the last tenth is for those who say more than they must.
#[must_use]
pub fn depth(sum: u32, count: u32) -> u32 {
    let share = sum / count.max(1);
    let first = share.min(1000);
    (first * 9 + (share - first).min(1000)) / 10
}

/// A fill by statements of which `count` good ones are enough.
#[must_use]
pub fn deep<'s>(
    count: u32,
    document: &Document<'_>,
    statements: impl Iterator<Item = &'s Statement> + Clone,
) -> Fill {
    let sum = statements.clone().map(worth).fold(0, u32::saturating_add);
    Fill::by(depth(sum, count), document, statements)
}

/// The demands of a dimension's slots with their word lists looked up, made once for all documents.
#[derive(Debug)]
pub struct Wants(Vec<Vec<Want>>);

/// One demand.
#[derive(Debug)]
enum Want {
    Says(Box<Wanted>),
    Measured(fn(&Document<'_>) -> Fill),
}

impl Wants {
    /// Those of some slots of a dimension.
    #[must_use]
    pub fn of(dimension: &str, slots: &[Slot]) -> Self {
        let want = |id: &str, demand: &Demand| match demand.by {
            By::Says(says) => Want::Says(Box::new(Wanted::new(id, says))),
            By::Measured(measure) => Want::Measured(measure),
        };
        let of_slot = |slot: &Slot| {
            let id = format!("{dimension}/{}", slot.id);
            slot.demands.iter().map(|demand| want(&id, demand)).collect()
        };
        Self(slots.iter().map(of_slot).collect())
    }
}

/// Fills the slots of a dimension; `sections` are bytes that belong to it besides the sections of its topics.
///
/// One statement is wholly worth what it says for three slots; where more of them claim it, they share that worth, so
/// that one sentence that names everything fills little.
#[must_use]
pub fn fill_slots(
    document: &Document<'_>,
    slots: &[Slot],
    wants: &Wants,
    sections: &[Range<usize>],
) -> Vec<Fill> {
    let mut claims = vec![0_u32; document.statements.len()];
    let mut found: Vec<Vec<Part<'_>>> = Vec::with_capacity(slots.len());
    for wants in &wants.0 {
        let part = |want| match want {
            &Want::Measured(measure) => Part::Measured(measure(document)),
            Want::Says(wanted) => Part::Said(wanted, wanted.matching(document, sections)),
        };
        let parts: Vec<Part<'_>> = wants.iter().map(part).collect();
        let mut claimed: Vec<usize> = parts.iter().flat_map(Part::claimed).copied().collect();
        claimed.sort_unstable();
        claimed.dedup();
        for at in claimed {
            if let Some(count) = claims.get_mut(at) {
                *count += 1;
            }
        }
        found.push(parts);
    }
    slots.iter().zip(found).map(|(slot, parts)| fill_slot(document, slot, parts, &claims)).collect()
}

/// What one demand of a slot found.
enum Part<'w> {
    /// The numbers of the statements that say it.
    Said(&'w Wanted, Vec<usize>),
    /// What was read off the document.
    Measured(Fill),
}

impl Part<'_> {
    /// The statements that it claims. What any statement of a section meets is no claim on what this one says.
    fn claimed(&self) -> &[usize] {
        match self {
            Self::Said(wanted, found) if !wanted.any.all.is_empty() || !wanted.also.all.is_empty() => found,
            Self::Said(..) | Self::Measured(_) => &[],
        }
    }
}

fn fill_slot(document: &Document<'_>, slot: &Slot, found: Vec<Part<'_>>, claims: &[u32]) -> Fill {
    let mut degree = 0;
    let mut parts: Vec<Vec<Evidence>> = Vec::new();
    for (demand, part) in slot.demands.iter().zip(found) {
        let part = match part {
            Part::Said(wanted, statements) => said(document, wanted, &statements, claims),
            Part::Measured(fill) => fill,
        };
        degree += part.degree.min(1000) * demand.share;
        parts.push(part.evidence);
    }
    // The best of each demand before the second best of any.
    let mut evidence: Vec<Evidence> = Vec::new();
    for rank in 0..SHOWN {
        for found in parts.iter().filter_map(|part| part.get(rank)) {
            if evidence.len() < SHOWN && !evidence.contains(found) {
                evidence.push(found.clone());
            }
        }
    }
    evidence.sort();
    Fill { degree: (degree / 1000).min(1000), evidence }
}

/// Lists that a diagram can meet.
const DRAWN: [&str; 2] = ["component", "external"];

/// Lists whose words mean something else in code.
const WORDED: [&str; 1] = ["accessibility"];

/// Topics under which it is a fact that something is not there.
const ABSENT: [Topic; 6] =
    [Topic::Problem, Topic::OutOfScope, Topic::Terms, Topic::Minimal, Topic::Alternatives, Topic::Data];

/// A demand of a slot with its lists looked up.
#[derive(Debug)]
struct Wanted {
    /// `dimension/slot`.
    id: String,
    says: Says,
    topics: TopicSet,
    any: Signals,
    also: Signals,
    absence_counts: bool,
    can_be_drawn: bool,
    can_be_code: bool,
}

impl Wanted {
    fn new(id: &str, says: Says) -> Self {
        Self {
            id: id.to_owned(),
            topics: says.topics.iter().copied().collect(),
            any: Signals::of(says.any),
            also: Signals::of(says.also),
            absence_counts: says.topics.iter().any(|topic| ABSENT.contains(topic)),
            can_be_drawn: says.any.iter().any(|list| DRAWN.contains(list)),
            can_be_code: !says.any.iter().any(|list| WORDED.contains(list)),
            says,
        }
    }

    /// The numbers of the statements that meet it.
    fn matching(&self, document: &Document<'_>, sections: &[Range<usize>]) -> Vec<usize> {
        let stands = |statement: &Statement| {
            self.topics.is_empty()
                || self.topics.meets(&statement.topics)
                || document.has_answers && statement.answers.as_deref() == Some(&self.id)
                || sections.iter().any(|section| section.contains(&statement.span.start))
        };
        let says = |statement: &Statement| {
            document.has_answers && answers(statement, &self.id)
                || self.any.are_met(statement) && self.also.are_met(statement)
        };
        let counts =
            |statement: &Statement| self.says.besides.is_some_and(|counts| counts(document, statement));
        let meets = |statement: &Statement| {
            statement.quality > 0
                && (stands(statement) && says(statement) || counts(statement))
                && statement.words.len() >= self.says.words
                && (self.can_be_drawn || !is_diagram(statement))
                && (self.can_be_code || !statement.is_code())
                && (self.absence_counts || !is_absence(statement))
        };
        let is_anywhere = self.topics.is_empty()
            || self.says.besides.is_some()
            || document.has_answers
            || !sections.is_empty();
        let mut places = if is_anywhere {
            (0..document.statements.len()).collect()
        } else {
            document.by_topic.about_any(self.says.topics)
        };
        places.retain(|at| document.statements.get(*at).is_some_and(meets));
        places
    }

    /// How often a statement meets the demand: what says it most is shown first.
    fn strength(&self, statement: &Statement) -> usize {
        let times = |signal: &Signal| match signal {
            Signal::List(list) if !statement.may_hold(list) => 0,
            Signal::List(list) => list.all_in(&statement.words).count(),
            Signal::Number | Signal::Measure | Signal::Percentile | Signal::Code | Signal::Block => {
                usize::from(signal.is_met(statement))
            }
        };
        self.any.all.iter().chain(&self.also.all).map(times).sum()
    }
}

/// True for a concrete answer to the question about a slot: it need not use the words that a section would.
#[must_use]
pub fn answers(statement: &Statement, id: &str) -> bool {
    statement.answers.as_deref() == Some(id) && statement.words.len() >= 6 && worth(statement) >= 1000
}

/// Slots of one dimension that a statement wholly counts for; the cells of a row and the lines of code say more.
const fn claims_at_most(statement: &Statement) -> u32 {
    match statement.kind {
        StatementKind::Prose | StatementKind::Item { .. } => 3,
        StatementKind::Row { .. } | StatementKind::Code { .. } => 4,
    }
}

/// How far statements meet a demand.
fn said(document: &Document<'_>, wanted: &Wanted, found: &[usize], claims: &[u32]) -> Fill {
    let says = &wanted.says;
    let value = |at: usize| -> Option<(u32, &Statement)> {
        let statement = document.statements.get(at)?;
        let (most, claims) = (claims_at_most(statement), claims.get(at).copied().unwrap_or(0));
        let worth = worth(statement);
        Some((if claims > most { worth * most / claims } else { worth }, statement))
    };
    let valued = found.iter().filter_map(|at| value(*at));
    let sum: u32 = valued.clone().map(|(value, _)| value).fold(0, u32::saturating_add);
    if !document.quotes {
        return Fill::of(depth(sum, says.count));
    }
    let mut best: Vec<(u32, &Statement)> = valued.collect();
    // What is said in the section that a reader opens first, and says it most.
    let place = |statement: &Statement| says.topics.iter().position(|topic| statement.is_about(*topic));
    best.sort_by_cached_key(|(value, statement)| {
        let from = place(statement).unwrap_or(says.topics.len());
        let says_most = (
            reads_well(statement),
            *value >= 900,
            std::cmp::Reverse(from),
            wanted.strength(statement),
            *value,
        );
        (std::cmp::Reverse(says_most), statement.line)
    });
    best.truncate(SHOWN);
    let best: Vec<&Statement> = best.into_iter().map(|(_, statement)| statement).collect();
    Fill { degree: depth(sum, says.count), evidence: shown(document, &best) }
}

/// A diagram shows what is there and how it hangs together; it says nothing of operations, ports or times.
fn is_diagram(statement: &Statement) -> bool {
    matches!(&statement.kind, StatementKind::Code { language } if matches!(language.as_str(), "mermaid" | "dot" | "plantuml"))
}

/// What the words of a statement are, read once.
#[derive(Debug, Clone, Copy)]
pub struct WordsRead {
    /// The word lists of which an entry may stand among the words: see [`marks_in`].
    pub lists: Marks,
    /// True where a word has a digit.
    pub number: bool,
    /// See [`has_measure`].
    pub measure: bool,
    /// See [`has_percentile`].
    pub percentile: bool,
}

impl WordsRead {
    /// Reads all words of a statement and those among them that are read for wording.
    #[must_use]
    pub fn of(words: &[Word], prose: &[Word]) -> Self {
        let mut lists = marks_in(words);
        lists.add(&marks_in(prose));
        let number = words.iter().any(|word| word.has_digit());
        Self { lists, number, measure: number && has_measure(words), percentile: has_percentile(words) }
    }
}

/// Something that a statement may show.
#[derive(Debug, Clone, Copy)]
pub enum Signal {
    /// A number.
    Number,
    /// A number with a unit.
    Measure,
    /// A percentile.
    Percentile,
    /// Code, in its text or a block of it.
    Code,
    /// A block of code.
    Block,
    /// An entry of a word list.
    List(&'static Lexicon),
}

impl Signal {
    /// The signal of a name: `#number`, `#measure`, `#percentile`, `#code`, `#block`, or a list's name.
    #[must_use]
    pub fn of(name: &str) -> Self {
        match name {
            "#number" => Self::Number,
            "#measure" => Self::Measure,
            "#percentile" => Self::Percentile,
            "#code" => Self::Code,
            "#block" => Self::Block,
            _ => Self::List(list(name)),
        }
    }

    /// Its word list.
    const fn list(&self) -> Option<&'static Lexicon> {
        match self {
            Self::List(list) => Some(*list),
            Self::Number | Self::Measure | Self::Percentile | Self::Code | Self::Block => None,
        }
    }

    /// True where a statement shows it.
    #[must_use]
    pub fn is_met(self, statement: &Statement) -> bool {
        match self {
            Self::Number => statement.signals.number,
            Self::Measure => statement.signals.measure,
            Self::Percentile => statement.signals.percentile,
            Self::Code => statement.is_code() || statement.prose().iter().any(|word| word.is_opaque()),
            Self::Block => statement.is_code(),
            Self::List(list) => statement.mentions(list),
        }
    }
}

/// Signals of which one is enough.
#[derive(Debug)]
struct Signals {
    all: Vec<Signal>,
    /// Those of them that are word lists.
    lists: Marks,
    /// True where all are numbered word lists.
    are_lists: bool,
}

impl Signals {
    /// The signals of some names.
    fn of(names: &[&str]) -> Self {
        let all: Vec<Signal> = names.iter().map(|name| Signal::of(name)).collect();
        let lists = marks_of_lists(all.iter().filter_map(|signal| signal.list()));
        let are_lists = all.iter().all(|signal| signal.list().is_some_and(Lexicon::is_numbered));
        Self { all, lists, are_lists }
    }

    /// True where a statement meets one of them, or there are none.
    fn are_met(&self, statement: &Statement) -> bool {
        let may_be_met = !self.are_lists || self.lists.meets(&statement.signals.lists);
        self.all.is_empty() || may_be_met && self.all.iter().any(|signal| signal.is_met(statement))
    }
}

/// True where a statement meets one of the signals, or there are none; see [`Signal::of`] for their names.
#[must_use]
pub fn meets_any(statement: &Statement, signals: &[&str]) -> bool {
    signals.is_empty() || signals.iter().any(|signal| meets(statement, signal))
}

/// True where a statement meets a signal; see [`Signal::of`] for its name.
#[must_use]
pub fn meets(statement: &Statement, signal: &str) -> bool {
    Signal::of(signal).is_met(statement)
}

/// True where a number stands with a unit: `200 ms`, `5 %`, `99.9%`, `300ms`, `10 requests`, `per cent`.
#[must_use]
pub fn has_measure(words: &[Word]) -> bool {
    let units = list!("measure-unit");
    words.iter().enumerate().any(|(at, word)| {
        if !word.has_digit() || !word.lower.starts_with(|c: char| c.is_ascii_digit()) {
            return false;
        }
        let tail =
            word.lower.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '-'));
        let near = words.get(at + 1..(at + 4).min(words.len())).unwrap_or_default();
        let is_unit = |part: &str| units.has(&Word::new(part, 0));
        let is_near = |word: &Word| units.has(word) || word.compound && word.lower.split('/').any(is_unit);
        tail.split('/').next().is_some_and(|unit| !unit.is_empty() && is_unit(unit))
            || near.iter().any(is_near)
            || near.windows(2).any(|pair| pair[0].lower == "per" && pair[1].lower == "cent")
            || at
                .checked_sub(1)
                .and_then(|at| words.get(at))
                .is_some_and(|before| matches!(before.lower.as_str(), "€" | "$" | "£" | "eur" | "usd"))
    })
}

/// True for `p95`, `P99.9`, `95th percentile`, `median`.
#[must_use]
pub fn has_percentile(words: &[Word]) -> bool {
    words.iter().any(|word| word.percentile)
}

/// How much words are like language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reading {
    /// Words in a row: nobody would write them.
    Filler,
    /// Few words that join the others: notes, or names in a row. A text of nothing else is filler.
    Thin,
    /// Language.
    Sound,
}

/// Tells words that follow each other without grammar, and strings of names, from language.
///
/// Three tests that no real sentence fails often: an article or preposition is followed by something that can
/// follow it, a sentence does not end with a word that needs another, and a long sentence has words or marks
/// that join its others. `words` are those of `masked`.
#[must_use]
pub fn reading(masked: &str, words: &[Word], kind: &StatementKind) -> Reading {
    let count = words.len();
    if count < 4 {
        return Reading::Sound;
    }
    if breaks(masked, words) * 12 >= count {
        return Reading::Filler;
    }
    let function = list!("function");
    // Names and code stand for words that join; numbers between nouns join nothing.
    let (mut joined, mut opaque, mut numbers) = (0, 0, 0);
    for word in words {
        joined += usize::from(function.has(word));
        opaque += usize::from(word.is_opaque());
        numbers += usize::from(word.has_digit());
    }
    let concrete = opaque + numbers.min(count / 10 + 1);
    let enough = match kind {
        StatementKind::Prose => count < 8 || (joined + concrete) * 100 >= count * 14,
        StatementKind::Item { .. } => count < 7 || joined + opaque > 0,
        StatementKind::Row { .. } => count < 14 || joined + concrete > 0,
        StatementKind::Code { .. } => true,
    };
    let has_marks = || {
        let inner = masked.trim_end_matches(|c: char| !c.is_alphanumeric());
        inner.contains([',', ';', ':', '(', '→', '—', '–', '|', '&', '+'])
    };
    if enough {
        Reading::Sound
    } else if count >= 9 && joined + opaque == 0 && !has_marks() {
        Reading::Filler
    } else {
        Reading::Thin
    }
}

/// How often a word stands where grammar has no place for it.
fn breaks(masked: &str, words: &[Word]) -> usize {
    let (article, after_article) = (list!("article"), list!("not-after-article"));
    let (preposition, after_preposition) = (list!("preposition"), list!("not-after-preposition"));
    let (exceptions, at_end) = (list!("an-exceptions"), list!("not-at-end"));
    let binding = lists!("article", "preposition", "not-at-end");
    let mut breaks = 0;
    for (at, word) in words.iter().enumerate() {
        let next = words.get(at + 1);
        // Only words that bind another, and those that stand twice, can break anything.
        if !word.is.meets(binding) && next.is_none_or(|next| next.hash != word.hash) {
            continue;
        }
        let clashes = next.filter(|next| !next.is_opaque()).is_some_and(|next| {
            let wrong_article = match word.lower.as_str() {
                "a" => next.lower.starts_with(['a', 'e', 'i', 'o', 'u']) && !exceptions.has(next),
                "an" => {
                    next.lower.starts_with(|c: char| c.is_ascii_lowercase() && !"aeiou".contains(c))
                        && !exceptions.has(next)
                }
                _ => false,
            };
            (article.has(word) && after_article.has(next))
                || (preposition.has(word) && after_preposition.has(next))
                || wrong_article
                || word.lower == next.lower && word.lower.len() > 1
        });
        let needs_another = at_end.has(word);
        if !clashes && !needs_another {
            continue;
        }
        let gap = masked.get(word.end..next.map_or(masked.len(), |next| next.start)).unwrap_or_default();
        let follows = next.is_some() && gap.chars().all(|c| c.is_whitespace() || c == '*');
        let closes = next.is_none() || gap.trim_start_matches('*').starts_with(['.', '!', '?']);
        let dangles = !follows && closes && needs_another && !gap.contains(['…', ':', '/']);
        breaks += usize::from(follows && clashes || dangles);
    }
    breaks
}

#[cfg(test)]
#[path = "evidence_tests.rs"]
mod tests;
