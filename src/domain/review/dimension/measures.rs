//! Facts that are read off the whole document and not off one statement.

use std::collections::BTreeSet;

use rustc_hash::{FxBuildHasher, FxHashSet};

use crate::domain::markdown::outline::BlockKind;
use crate::domain::model::dependency::Direction;
use crate::domain::model::field::FieldName;
use crate::domain::review::document::{Document, Statement, StatementKind};
use crate::domain::review::evidence::{Evidence, Fill, answers, deep, worth};
use crate::domain::review::guard;
use crate::domain::review::lexicon::list;
use crate::domain::review::meaning::{meanings, meant, telling};
use crate::domain::review::signal::{has_measure, meets, meets_any};
use crate::domain::review::text::excerpt;
use crate::domain::review::topic::Topic;
use crate::domain::review::word::{Word, words};

/// How many good criteria are enough for a full slot.
const ENOUGH_CRITERIA: u32 = 3;

/// The estimate of the header.
#[must_use]
pub fn estimate(document: &Document<'_>) -> Fill {
    if document.prd.estimate.is_none() {
        let told = |statement: &&Statement| {
            answers(statement, "feasibility/effort") && has_measure(&statement.words)
        };
        let told: Vec<&Statement> = document.statements.iter().filter(told).collect();
        return Fill::by(if told.is_empty() { 0 } else { 1000 }, document, told.into_iter());
    }
    let names = [FieldName::Estimate, FieldName::EstimatedEffort, FieldName::Effort, FieldName::Timeline];
    let evidence = names.iter().find_map(|name| field_evidence(document, name));
    Fill { degree: 1000, evidence: evidence.into_iter().collect() }
}

/// Prerequisites by id, external ones by name, or the statement that there are none.
#[must_use]
pub fn prerequisites(document: &Document<'_>) -> Fill {
    let declared = document.prd.dependencies.iter().filter(|edge| edge.direction == Direction::DependsOn);
    let lines = declared.map(|edge| edge.line).chain(document.prd.external.iter().map(|other| other.line));
    let mut evidence: Vec<Evidence> =
        lines.take(3).map(|line| Evidence { line, excerpt: excerpt(document.line_text(line)) }).collect();
    if !evidence.is_empty() {
        evidence.dedup();
        return Fill { degree: 1000, evidence };
    }
    let fields = [FieldName::DependsOn, FieldName::Dependencies, FieldName::BlockedBy];
    if let Some(evidence) = fields.iter().find_map(|name| says_none(document, name)) {
        return Fill { degree: 1000, evidence: vec![evidence] };
    }
    let statements: Vec<&Statement> =
        document.about(Topic::Dependencies).filter(|statement| statement.quality >= 700).collect();
    let best = statements.iter().map(|statement| worth(statement)).max().unwrap_or(0);
    // A section that names no PRD may have forgotten them; who was asked for them has not.
    let asked = statements.iter().any(|statement| answers(statement, "dependencies/prerequisites"));
    Fill::by(if asked { best } else { best * 7 / 10 }, document, statements.into_iter())
}

/// A header field that says that there are none.
fn says_none(document: &Document<'_>, name: &FieldName) -> Option<Evidence> {
    let field = document.prd.field(name)?;
    let value = field.value.trim().to_lowercase();
    let empty_list = document.text.get(field.lines.clone()).is_some_and(|line| line.contains("[]"));
    let is_none = empty_list || value.starts_with("none") || matches!(value.as_str(), "-" | "—" | "n/a");
    is_none.then(|| field_evidence(document, name)).flatten()
}

/// Who waits: PRDs by id, a sentence, a list of consumers, or the statement that there are none.
#[must_use]
pub fn waiting(document: &Document<'_>) -> Fill {
    let mut blocks = document.prd.dependencies.iter().filter(|edge| edge.direction == Direction::Blocks);
    if let Some(edge) = blocks.next() {
        let excerpt = excerpt(document.line_text(edge.line));
        return Fill { degree: 1000, evidence: vec![Evidence { line: edge.line, excerpt }] };
    }
    if let Some(evidence) = says_none(document, &FieldName::Blocks) {
        return Fill { degree: 1000, evidence: vec![evidence] };
    }
    let sections = [Topic::Dependencies, Topic::Integration];
    let said: Vec<&Statement> = document
        .statements
        .iter()
        .filter(|statement| sections.iter().any(|topic| statement.is_about(*topic)))
        .filter(|statement| {
            statement.quality > 0
                && (meets(statement, "waiting")
                    || is_consumer(document, statement)
                    || answers(statement, "dependencies/waiting"))
        })
        .collect();
    deep(1, document, said.into_iter())
}

/// True for an entry of a list of those who use this.
fn is_consumer(document: &Document<'_>, statement: &Statement) -> bool {
    let in_column = matches!(&statement.kind, StatementKind::Row { header, .. }
        if header.iter().any(|cell| list!("consumer-heading").is_in(&words(cell))));
    in_column || heading_is(document, statement, "consumer-heading")
}

fn field_evidence(document: &Document<'_>, name: &FieldName) -> Option<Evidence> {
    let field = document.prd.field(name)?;
    Some(Evidence { line: field.line, excerpt: excerpt(document.line_text(field.line)) })
}

/// At least three acceptance criteria.
#[must_use]
pub fn criteria_exist(document: &Document<'_>) -> Fill {
    let good: Vec<&Statement> = document.criteria().filter(|criterion| criterion.quality > 0).collect();
    deep(ENOUGH_CRITERIA, document, good.into_iter())
}

/// An order among the criteria: numbers, groups under headings, or words of priority.
#[must_use]
pub fn criteria_ranked(document: &Document<'_>) -> Fill {
    let ranked = document.criteria().filter(|criterion| criterion.quality > 0).find(|criterion| {
        matches!(criterion.kind, StatementKind::Item { ordered: true, .. })
            || meets(criterion, "priority")
            || heading_is(document, criterion, "priority")
            || criterion.words.first().is_some_and(|word| word.lower.starts_with("ac-"))
    });
    let is_ranked = ranked.is_some() || labels_rank(document);
    Fill::by(if is_ranked { 1000 } else { 0 }, document, ranked.into_iter())
}

/// True where a paragraph among the criteria groups them: "Must hold at launch:".
fn labels_rank(document: &Document<'_>) -> bool {
    document.outline.blocks.iter().any(|block| {
        let section = block.heading.and_then(|at| document.sections.get(at));
        block.kind == BlockKind::Paragraph
            && section.is_some_and(|section| section.topics.contains(&Topic::Criteria))
            && list!("priority").is_in(&words(&block.text))
    })
}

fn heading_is(document: &Document<'_>, statement: &Statement, signal: &str) -> bool {
    let section = statement.heading.and_then(|at| document.sections.get(at));
    section.is_some_and(|section| list(signal).is_in(&section.words))
}

/// True where somebody could decide whether the criterion is met: it says what is seen, under which condition
/// or with which value.
#[must_use]
pub fn is_verifiable(criterion: &Statement) -> bool {
    let words = &criterion.words;
    let measure = has_measure(words);
    let concrete = measure || meets_any(criterion, &["#number", "#code", "number-word"]);
    if !concrete && meets_any(criterion, &["quality", "vague"]) {
        return false;
    }
    // Refreshed often, faster than today: it can be seen, and another check asks how often and how much.
    let is_seen = list!("observable-alone").is_in(words) || list!("comparative").is_in(words);
    let is_row = matches!(criterion.kind, StatementKind::Row { .. });
    // A column of a table says what is looked at.
    let has_column = matches!(&criterion.kind, StatementKind::Row { cells, .. }
        if cells.len() > 2 && cells.last().is_some_and(|cell| cell.split_whitespace().count() > 1));
    let behaviour = words.iter().any(|word| word.lower == "when")
        && words.iter().any(|word| matches!(word.lower.as_str(), "then" | "given"));
    behaviour
        || is_seen
        || is_done_to_something(words)
        || concrete && words.len() >= 5 && has_verb_with_object(words)
        || has_column
        || (list!("observable").is_in(words) && (concrete || list!("given").is_in(words)))
        || concrete
            && words.len() >= 5
            && ["verb-seen", "finite", "verb"].iter().any(|name| list(name).is_in(words))
        || list!("denial").is_in(words) && list!("finite").is_in(words)
        || ((is_row || list!("stative").is_in(words)) && meets_any(criterion, &["#measure", "#number"]))
}

/// "Should stop the order", "are marked as duplicates": something is done that can be seen, to something that is named.
fn is_done_to_something(words: &[Word]) -> bool {
    let empty = list!("empty-participle");
    let told = words.iter().filter(|word| !word.is_function()).count();
    if told < 3 {
        return false;
    }
    words.iter().enumerate().any(|(at, word)| {
        let passive = matches!(word.lower.as_str(), "is" | "are" | "be");
        let modal = is_modal(word);
        if !passive && !modal {
            return false;
        }
        let rest = words.get(at + 1..).unwrap_or_default();
        let small =
            |word: &&Word| matches!(word.lower.as_str(), "not" | "never" | "also" | "only" | "then" | "be");
        let Some(verb) = rest.iter().find(|word| !small(word)) else { return false };
        if passive {
            let obliged = words.get(..at).is_some_and(|head| head.iter().any(is_modal));
            let participle =
                verb.lower.len() > 4 && verb.lower.ends_with("ed") || list!("participle").has(verb);
            return participle && !empty.has(verb) && (told > 3 || obliged);
        }
        let third = Word::new(&format!("{}s", verb.lower), verb.start());
        list!("observable-alone").has(&third) && rest.len() > 1
    })
}

fn is_modal(word: &Word) -> bool {
    matches!(word.lower.as_str(), "must" | "shall" | "should" | "will" | "can" | "cannot" | "may")
}

/// A word in the form of a verb with its object behind it: "turns the key".
fn has_verb_with_object(words: &[Word]) -> bool {
    words.windows(2).skip(1).any(|pair| {
        let shaped =
            pair[0].lower.len() > 3 && pair[0].lower.ends_with('s') && !pair[0].lower.ends_with("ss");
        shaped
            && matches!(
                pair[1].lower.as_str(),
                "the" | "a" | "an" | "its" | "their" | "no" | "each" | "every"
            )
    })
}

/// The share of criteria that can be decided.
#[must_use]
pub fn criteria_verifiable(document: &Document<'_>) -> Fill {
    let good: Vec<&Statement> = document.criteria().filter(|criterion| criterion.quality > 0).collect();
    let count = u32::try_from(document.criteria().count()).unwrap_or(u32::MAX).max(1);
    let verifiable: Vec<&Statement> =
        good.iter().copied().filter(|criterion| is_verifiable(criterion)).collect();
    let sum: u32 = verifiable.iter().map(|criterion| worth(criterion)).fold(0, u32::saturating_add);
    // A share of the whole list, and of three at least: one good criterion alone is not a full list.
    Fill::by(sum / count.max(ENOUGH_CRITERIA), document, verifiable.into_iter())
}

/// Numbers of the statements that are goals: items, rows and sentences of goal sections, or of the summary where there are
/// none.
fn goals(document: &Document<'_>) -> Vec<usize> {
    let of = |topic: Topic| -> Vec<(usize, &Statement)> {
        let all = document.statements.iter().enumerate();
        all.filter(|(_, goal)| goal.is_about(topic) && !goal.is_about(Topic::Criteria))
            .filter(|(_, goal)| goal.quality > 0 && !goal.is_code && goal.words.len() >= 4)
            .filter(|(_, goal)| !goal.is_about(Topic::Calibration) || goal.answers.is_some())
            .collect()
    };
    let mut goals = of(Topic::Outcome);
    if goals.is_empty() {
        goals = of(Topic::Problem);
    }
    let is_item = |(_, goal): &(usize, &Statement)| !matches!(goal.kind, StatementKind::Prose);
    if goals.iter().any(is_item) {
        goals.retain(is_item);
    }
    goals.into_iter().map(|(at, _)| at).collect()
}

/// The goals of a document as numbers of its statements, each with whether some criterion speaks of it; `None` where there
/// are no criteria. [`Document::goals`] keeps it.
#[must_use]
pub fn goals_met(document: &Document<'_>) -> Option<Vec<(usize, bool)>> {
    let spoken = Spoken::of(document)?;
    let is_covered = |at: usize| document.statements.get(at).is_some_and(|goal| spoken.covers(goal));
    Some(goals(document).into_iter().map(|at| (at, is_covered(at))).collect())
}

/// What the criteria speak of, and what the whole document is about.
#[derive(Debug)]
struct Spoken<'d> {
    /// Stems of all criteria.
    stems: FxHashSet<&'d str>,
    /// What the criteria's words mean.
    meanings: FxHashSet<&'d str>,
    /// What the title's words mean: every goal and criterion may use them.
    title: BTreeSet<String>,
}

impl<'d> Spoken<'d> {
    /// What the criteria of a document speak of; `None` where it has none.
    fn of(document: &'d Document<'_>) -> Option<Self> {
        let criteria = || document.criteria().filter(|criterion| criterion.quality > 0);
        let count = criteria().map(|criterion| criterion.words.len()).sum();
        // Growing would hash all again.
        let room = || FxHashSet::with_capacity_and_hasher(count, FxBuildHasher);
        let title = meanings(&words(&document.prd.title)).into_iter().map(str::to_owned).collect();
        let mut spoken = Self { stems: room(), meanings: room(), title };
        spoken.stems.extend(criteria().flat_map(Statement::content));
        spoken.meanings.extend(criteria().flat_map(|criterion| meant(&criterion.words)));
        (!spoken.stems.is_empty()).then_some(spoken)
    }

    /// True where some criterion uses the word, or one that begins with it: "news", and "newsletter".
    fn has(&self, meaning: &str) -> bool {
        let begins = |known: &&str| {
            let (short, long) =
                if known.len() < meaning.len() { (*known, meaning) } else { (meaning, *known) };
            short.len() > 3 && long.starts_with(short)
        };
        self.meanings.contains(meaning) || self.meanings.iter().any(begins)
    }

    /// True where the goal and some criterion speak of the same thing: by a word that tells this goal from others,
    /// and where it has none, by any.
    fn covers(&self, goal: &Statement) -> bool {
        let telling = telling(&goal.words);
        let (of_title, own): (Vec<&str>, Vec<&str>) =
            telling.iter().partition(|meaning| self.title.contains(**meaning));
        // A problem that stands for the goals is told in many words, and is no goal in each of its sentences.
        if goal.is_about(Topic::Outcome) && !own.is_empty() {
            // One word of a short title is what everything here is about; one of a long title tells something.
            let enough = if self.title.len() > 3 { 1 } else { 2 };
            let shared = of_title.iter().filter(|meaning| self.meanings.contains(*meaning)).count();
            return shared >= enough || own.iter().any(|meaning| self.has(meaning));
        }
        goal.content().any(|stem| self.stems.contains(stem))
            || telling.iter().any(|meaning| self.meanings.contains(meaning))
    }
}

/// The share of goals that some criterion speaks of.
#[must_use]
pub fn goals_covered(document: &Document<'_>) -> Fill {
    let Some(goals) = document.goals() else { return Fill::default() };
    let goals: Vec<(&Statement, bool)> = goals.collect();
    let covered: Vec<&Statement> = goals.iter().filter(|(_, met)| *met).map(|(goal, _)| *goal).collect();
    let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    // Where nothing is said to be a goal, the problem stands for it, and leaves open what is to be reached.
    let whole = if goals.iter().any(|(goal, _)| goal.is_about(Topic::Outcome)) { 1000 } else { 700 };
    let degree = count(covered.len()).saturating_mul(whole) / count(goals.len()).max(1);
    // One criterion that speaks of everything is no proof of each goal.
    let exist = document.criteria().map(worth).fold(0, u32::saturating_add) / ENOUGH_CRITERIA;
    Fill::by(degree.min(exist), document, covered.into_iter())
}

/// Somebody named for a risk: an owner column with names, or words that say who.
#[must_use]
pub fn risk_owners(document: &Document<'_>) -> Fill {
    let owned: Vec<&Statement> = document
        .about(Topic::Risks)
        .filter(|risk| risk.quality > 0)
        .filter(|risk| match &risk.kind {
            StatementKind::Row { header, .. } => {
                header.iter().any(|cell| cell.contains("owner") || cell.contains("who"))
                    || meets(risk, "owner")
            }
            StatementKind::Prose | StatementKind::Item { .. } => meets(risk, "owner"),
            StatementKind::Code { .. } => false,
        })
        .collect();
    deep(1, document, owned.into_iter())
}

/// A contract in the text, or a link to one.
#[must_use]
pub fn contract(document: &Document<'_>) -> Fill {
    let is_contract = |statement: &Statement| {
        document.contracts().iter().any(|block| block.is_good() && block.span == statement.span)
    };
    let mut blocks =
        document.statements.iter().filter(|statement| statement.quality > 0 && statement.is_code);
    let block = blocks.find(|statement| is_contract(statement));
    if let Some(block) = block {
        return Fill::by(block.quality, document, std::iter::once(block));
    }
    let is_bad = |target: &str| {
        document.linked_contracts.iter().any(|link| link.target == target && link.problem().is_some())
    };
    let mut links = guard::contract_links(document.text, &document.outline);
    match links.find(|(_, target)| !is_bad(target)) {
        Some((offset, _)) => {
            let line = document.line(offset);
            let excerpt = excerpt(document.line_text(line));
            Fill { degree: 1000, evidence: vec![Evidence { line, excerpt }] }
        }
        None => Fill::default(),
    }
}
