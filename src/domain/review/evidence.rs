//! Slots, and what fills them.

use std::ops::Range;

use serde::Serialize;

use super::document::{Document, Statement, StatementKind};
use super::signal::{Signal, Signals};
use super::text::excerpt;
use super::topic::{Topic, TopicSet};
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
    let as_evidence = |statement: &Statement| {
        let (skipped, excerpt) = quote(document, statement);
        Box::new(Evidence { line: statement.line + skipped, excerpt })
    };
    let once =
        |statement: &&Statement| Evidence::clone(statement.quoted.get_or_init(|| as_evidence(statement)));
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
pub struct Wants {
    /// The names of the slots: `dimension/slot`.
    pub ids: Vec<String>,
    demands: Vec<Vec<Want>>,
}

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
        let ids: Vec<String> = slots.iter().map(|slot| format!("{dimension}/{}", slot.id)).collect();
        let of_slot =
            |(slot, id): (&Slot, &String)| slot.demands.iter().map(|demand| want(id, demand)).collect();
        let demands = slots.iter().zip(&ids).map(of_slot).collect();
        Self { ids, demands }
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
    for wants in &wants.demands {
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
                && (self.can_be_code || !statement.is_code)
                && (stands(statement) && says(statement) || counts(statement))
                && statement.words.len() >= self.says.words
                && (self.can_be_drawn || !is_diagram(statement))
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
