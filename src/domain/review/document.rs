//! A PRD's text cut into statements, each with its place and the topics of its section.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::decision::Decision;
use super::dimension::measures::goals_met;
use super::evidence::Evidence;
use super::facts::Facts;
use super::guard::{ContractBlock, LinkedContract, contract_blocks};
use super::language::Reading;
use super::lexicon::{Lexicon, list};
use super::reader::statements_of;
use super::sentence::{Ranges, SentenceKind, kind_of};
use super::settings::Settings;
use super::signal::WordsRead;
use super::topic::{ByTopic, Topic, TopicSet, topics_of};
use super::word::{Word, words};
use super::worth::{affirmation, repetitions, richness};
use crate::domain::markdown::line_index::LineIndex;
use crate::domain::markdown::outline::Outline;
use crate::domain::model::checklist::BoxState;
use crate::domain::model::prd::Prd;

/// A whole document, read for a review.
#[derive(Debug)]
pub struct Document<'a> {
    /// The model.
    pub prd: &'a Prd,
    /// The text.
    pub text: &'a str,
    /// Headings and blocks.
    pub outline: Outline,
    /// For each heading of the outline, what it is about.
    pub sections: Vec<Section>,
    /// Everything that says something, in its order.
    pub statements: Vec<Statement>,
    /// Their places by what they are about.
    pub by_topic: ByTopic,
    /// True where a statement answers a calibration question.
    pub has_answers: bool,
    /// Findings to leave out.
    pub ignores: Vec<Ignore>,
    /// How much of the text reads as if somebody wrote it, 0 to 1000: sentences with grammar, words of more than a
    /// small stock, more said than denied. 1000 for every honest text.
    pub soundness: u32,
    /// What the links to contract files lead to; empty where nobody looked.
    pub linked_contracts: Vec<LinkedContract>,
    contracts: OnceLock<Vec<ContractBlock>>,
    /// See [`Self::goals`].
    goals: OnceLock<Option<Vec<(usize, bool)>>>,
    /// The decision records that name this PRD or that it links to; `None` where nobody looked.
    pub decisions: Option<Vec<Decision>>,
    /// What the text alone does not say.
    pub facts: Facts,
    /// True where somebody will read what fills a slot; else nobody looks for it.
    pub quotes: bool,
    lines: LineIndex<'a>,
}

/// What the review knows of a heading.
#[derive(Debug, Clone)]
pub struct Section {
    /// Its own topics and those of the headings above it.
    pub topics: TopicSet,
    /// The topics that the heading itself names.
    pub own: TopicSet,
    /// The heading's words.
    pub words: Vec<Word>,
    /// True where the heading says that requirements follow.
    pub has_requirements: bool,
    /// True where the heading says that questions follow.
    pub has_questions: bool,
    /// True for the document's title.
    pub is_title: bool,
}

/// The kinds of statements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatementKind {
    /// A sentence of a paragraph.
    Prose,
    /// A list item.
    Item {
        /// True in a numbered list.
        ordered: bool,
        /// Its check box.
        task: Option<BoxState>,
    },
    /// A row of a table that is not its header.
    Row {
        /// The header's cells in lower case.
        header: Arc<[String]>,
        /// The cells.
        cells: Vec<String>,
    },
    /// A code block.
    Code {
        /// Its language.
        language: String,
    },
}

/// Something that the document says: a sentence, a list item, a table row or a code block.
///
/// Every check goes through all statements and looks at few: what is asked of all of them stands first and within a line
/// of the processor's cache.
#[derive(Debug, Clone)]
#[repr(C)]
pub struct Statement {
    /// What it is about: its section's topics and those of the label before it.
    pub topics: TopicSet,
    /// What its words are for word lists.
    pub signals: WordsRead,
    /// How much it is worth as evidence, 0 to 1000.
    pub quality: u32,
    /// How concrete it is, 0 to 1000: a statement that every document could have is 250.
    pub concreteness: u32,
    /// How much its words are like language.
    pub reading: Reading,
    /// True where it holds a blank.
    pub has_blank: bool,
    /// True for a code block.
    pub is_code: bool,
    /// How many statements say the same.
    pub copies: u32,
    /// All its words, those in code and links too; offsets are the document's.
    pub words: Vec<Word>,
    /// The same with code, links and quotations opaque, where it has any: see [`Self::prose`].
    pub masked: Option<Box<[Word]>>,
    /// Its sentences, as ranges of [`Self::prose`].
    pub sentences: Ranges,
    /// Line, from 1.
    pub line: usize,
    /// What it is.
    pub kind: StatementKind,
    /// Bytes of the document.
    pub span: Range<usize>,
    /// The heading above it.
    pub heading: Option<usize>,
    /// The calibration question that it answers.
    pub answers: Option<Box<str>>,
    /// What a report shows of it, once one did.
    pub quoted: OnceLock<Box<Evidence>>,
}

impl Statement {
    /// Its words with code, links and quotations opaque: what checks read.
    #[must_use]
    #[inline]
    pub fn prose(&self) -> &[Word] {
        self.masked.as_deref().unwrap_or(&self.words)
    }

    /// True for a list item.
    #[must_use]
    pub const fn is_item(&self) -> bool {
        matches!(self.kind, StatementKind::Item { .. })
    }

    /// True where its section or label is about the topic.
    #[must_use]
    #[inline]
    pub fn is_about(&self, topic: Topic) -> bool {
        self.topics.contains(&topic)
    }

    /// True where it names something in code, a number or a name in capitals: not only general words.
    #[must_use]
    pub fn is_concrete(&self) -> bool {
        self.signals.number || self.prose().iter().any(Word::is_opaque)
    }

    /// True where an entry of a word list may stand in it: where none may, it need not be read.
    #[must_use]
    #[inline]
    pub fn may_hold(&self, list: &Lexicon) -> bool {
        list.may_be_in(&self.signals.lists)
    }

    /// True where an entry of a word list stands among some of its words.
    #[must_use]
    #[inline]
    pub fn holds_among(&self, list: &Lexicon, words: &[Word]) -> bool {
        self.may_hold(list) && list.is_in(words)
    }

    /// True where an entry of a word list stands anywhere in it.
    #[must_use]
    pub fn mentions(&self, list: &Lexicon) -> bool {
        self.may_hold(list) && (list.is_told_by_marks() || list.is_in(&self.words))
    }

    /// True where an entry of a word list stands in it, outside of code, links and quotations.
    #[must_use]
    pub fn says(&self, list: &Lexicon) -> bool {
        self.holds_among(list, self.prose())
    }

    /// Stems of its words that carry a meaning of their own.
    pub fn content(&self) -> impl Iterator<Item = &str> {
        content_of(&self.words)
    }
}

/// Stems of words that are neither function words nor said of everything.
pub fn content_of(words: &[Word]) -> impl Iterator<Item = &str> {
    telling(words).map(|word| word.stem.as_str())
}

/// The words that are neither function words nor said of everything.
pub fn telling(words: &[Word]) -> impl Iterator<Item = &Word> {
    words.iter().filter(|word| word.is_telling())
}

/// A document of which no more is known than its structure. Who has many takes this step with all of them before the next.
#[derive(Debug)]
pub struct Outlined<'a>(Document<'a>);

impl<'a> Outlined<'a> {
    /// Finds the structure of a text.
    #[must_use]
    pub fn new(prd: &'a Prd, text: &'a str, facts: Facts) -> Self {
        let lines = LineIndex::new(text);
        let outline = Outline::parse_with(text, &lines);
        Self(Document {
            prd,
            text,
            sections: sections_of(&outline, prd),
            statements: Vec::new(),
            by_topic: ByTopic::default(),
            has_answers: false,
            ignores: ignores_of(text, &outline, &lines),
            soundness: 1000,
            linked_contracts: Vec::new(),
            contracts: OnceLock::new(),
            goals: OnceLock::new(),
            decisions: None,
            facts,
            quotes: true,
            outline,
            lines,
        })
    }

    /// Reads all that it says.
    #[must_use]
    pub fn read(self) -> Document<'a> {
        let Self(mut document) = self;
        document.statements = statements_of(&document);
        document.by_topic = ByTopic::of(document.statements.iter().map(|statement| statement.topics));
        document.has_answers = document.statements.iter().any(|statement| statement.answers.is_some());
        document.weigh();
        document
    }
}

/// A comment that silences a rule: `<!-- prd-ignore: vague-word reason -->`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignore {
    /// The rule.
    pub rule: String,
    /// Why; empty where nothing was written.
    pub reason: String,
    /// Lines that it covers: its own and the block that follows, from 1, both included.
    pub lines: std::ops::RangeInclusive<usize>,
}

impl<'a> Document<'a> {
    /// Reads a document of which nothing is known from outside.
    #[must_use]
    pub fn new(prd: &'a Prd, text: &'a str) -> Self {
        Self::with_facts(prd, text, Facts::default())
    }

    /// Reads a document.
    #[must_use]
    pub fn with_facts(prd: &'a Prd, text: &'a str, facts: Facts) -> Self {
        Outlined::new(prd, text, facts).read()
    }

    /// With what somebody who can read files found beside it, and for whom it is read.
    #[must_use]
    pub fn beside(mut self, settings: &Settings) -> Self {
        self.linked_contracts.clone_from(&settings.linked_contracts);
        self.decisions.clone_from(&settings.decisions);
        self
    }

    /// The contracts in its fenced blocks, those that do not read among them.
    #[must_use]
    pub fn contracts(&self) -> &[ContractBlock] {
        self.contracts.get_or_init(|| contract_blocks(self.text, &self.outline))
    }

    /// Its goals, each with whether some acceptance criterion speaks of it; `None` where it has no criteria.
    pub fn goals(&self) -> Option<impl Iterator<Item = (&Statement, bool)>> {
        let goals = self.goals.get_or_init(|| goals_met(self)).as_ref()?;
        Some(goals.iter().filter_map(|(at, is_met)| Some((self.statements.get(*at)?, *is_met))))
    }

    /// Line and column of a byte, both from 1.
    #[must_use]
    pub fn place(&self, offset: usize) -> (usize, usize) {
        self.lines.place(offset)
    }

    /// The line of a byte, from 1.
    #[must_use]
    pub fn line(&self, offset: usize) -> usize {
        self.lines.line(offset)
    }

    /// The byte at a line and column, both from 1; the line's beginning where the column is beyond its end.
    #[must_use]
    pub fn offset(&self, line: usize, column: usize) -> usize {
        let start = self.lines.start_of(line).unwrap_or(0);
        let mut chars = self.lines.text_of(line).char_indices();
        start + chars.nth(column.saturating_sub(1)).map_or(0, |(at, _)| at)
    }

    /// The text of a line, from 1.
    #[must_use]
    pub fn line_text(&self, line: usize) -> &'a str {
        self.lines.text_of(line)
    }

    /// The number of the outline's block that a statement stands in.
    #[must_use]
    pub fn block_of(&self, statement: &Statement) -> Option<usize> {
        self.outline.blocks.partition_point(|block| block.span.start <= statement.span.start).checked_sub(1)
    }

    /// A word as it is written.
    #[must_use]
    pub fn written(&self, word: &Word) -> &'a str {
        self.text.get(word.span()).unwrap_or_default()
    }

    /// What stands between a word and a later one: space and marks.
    #[must_use]
    pub fn between(&self, word: &Word, later: &Word) -> &'a str {
        self.text.get(word.end()..later.start()).unwrap_or_default()
    }

    /// What stands between a word and the next one; where there is none, the character of ASCII behind it.
    #[must_use]
    pub fn behind(&self, word: &Word, next: Option<&Word>) -> &'a str {
        let end = next.map_or(word.end() + 1, Word::start);
        self.text.get(word.end()..end).unwrap_or_default()
    }

    /// The section of a statement.
    #[must_use]
    pub fn section_of(&self, statement: &Statement) -> Option<&Section> {
        self.sections.get(statement.heading?)
    }

    /// What a sentence of a statement is for.
    #[must_use]
    pub fn kind_of(&self, statement: &Statement, words: &[Word]) -> SentenceKind {
        let section = self.section_of(statement);
        let obliges = || statement.holds_among(list!("obligation"), words);
        kind_of(&statement.topics, section.is_some_and(|section| section.has_requirements), obliges)
    }

    /// The source of a statement.
    #[must_use]
    pub fn source(&self, statement: &Statement) -> &'a str {
        self.text.get(statement.span.clone()).unwrap_or_default()
    }

    /// Statements of sections about a topic.
    pub fn about(&self, topic: Topic) -> impl Iterator<Item = &Statement> {
        self.by_topic.about(topic).filter_map(|at| self.statements.get(at))
    }

    /// True where a heading is about the topic.
    #[must_use]
    pub fn has_section(&self, topic: Topic) -> bool {
        self.sections.iter().any(|section| !section.is_title && section.topics.contains(&topic))
    }

    /// Acceptance criteria: items, rows and Given/When/Then sentences under headings of that name.
    pub fn criteria(&self) -> impl Iterator<Item = &Statement> {
        self.about(Topic::Criteria).filter(|statement| match statement.kind {
            StatementKind::Item { .. } | StatementKind::Row { .. } => true,
            StatementKind::Prose => statement.words.first().is_some_and(|word| word.lower == "given"),
            StatementKind::Code { .. } => false,
        })
    }

    /// The byte where findings about the whole document are shown: its title.
    #[must_use]
    pub fn title_offset(&self) -> usize {
        self.outline.headings.first().map_or(0, |heading| heading.span.start)
    }

    /// Gives every statement its quality, once all are known.
    fn weigh(&mut self) {
        let repeated = repetitions(&self.statements);
        let mut read = 0_u32;
        let mut sound = 0_u32;
        for (statement, (copies, like)) in self.statements.iter_mut().zip(repeated) {
            statement.copies = copies;
            let heading = statement.heading.and_then(|at| self.sections.get(at));
            let own = own_quality(statement, heading.map_or(&[], |section| &section.words));
            // Twice is emphasis; a text that is only repeated is worth two statements in all.
            let once = if statement.copies > 2 { own * 2 / statement.copies } else { own };
            // Four rows may differ in numbers alone; a sentence that counts from one to forty is worth four.
            let among = if like > 4 { own * 4 / like } else { own };
            // A heading that names everything is about nothing.
            let topics = heading.map_or(0, |section| section.own.len());
            let about = if topics > MOST_TOPICS { own * 3 / topics } else { own };
            statement.quality = once.min(among).min(about);
            if statement.prose().len() >= 6 && !statement.has_blank && !statement.is_code {
                read += 1;
                sound += u32::from(statement.reading == Reading::Sound);
            }
        }
        let grammar = (sound * 1000).checked_div(read).map_or(1000, |share| {
            // Full from nine tenths on, nothing at a half.
            (share.saturating_sub(500) * 10 / 4).min(1000)
        });
        let written = richness(&self.statements) * affirmation(&self.statements) / 1000;
        self.soundness = grammar * written / 1000;
        if self.soundness == 0 {
            self.statements.iter_mut().for_each(|statement| statement.quality = 0);
        }
    }
}

/// The most topics that one heading may name and still count for each of them wholly.
const MOST_TOPICS: u32 = 5;

/// The worth of a statement by itself, 0 to 1000.
fn own_quality(statement: &Statement, heading: &[Word]) -> u32 {
    if statement.has_blank {
        return 0;
    }
    if statement.is_code {
        return if statement.words.len() >= 3 { 1000 } else { 0 };
    }
    let count = statement.words.len();
    let says_heading = statement.words.iter().all(|word| heading.iter().any(|known| known.term == word.term));
    if count < 2 || says_heading || statement.reading == Reading::Filler {
        return 0;
    }
    match (count, statement.is_concrete()) {
        (6.., _) | (4.., true) => 1000,
        (4.., false) => 800,
        (3, true) => 700,
        _ => 300,
    }
}

/// Topics of what is not built here, whatever section it stands in.
const NOT_BUILT: [Topic; 3] = [Topic::OutOfScope, Topic::Terms, Topic::Dependencies];

fn sections_of(outline: &Outline, prd: &Prd) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::with_capacity(outline.headings.len());
    for (at, heading) in outline.headings.iter().enumerate() {
        let words = words(&heading.text);
        let is_title = at == 0 && (heading.level == 1 || heading.text.contains(&prd.title));
        let own = if is_title { TopicSet::new() } else { topics_of(&words) };
        let parent = outline.headings[..at].iter().rposition(|above| above.level < heading.level);
        let mut topics = own;
        if let Some(parent) = parent.and_then(|parent| sections.get(parent)) {
            // "Out of scope" and "Assumptions" under "Scope" are not in scope.
            let is_built = NOT_BUILT.iter().all(|topic| !own.contains(topic));
            topics.extend(
                parent
                    .topics
                    .iter()
                    .filter(|topic| is_built || !matches!(topic, Topic::InScope | Topic::Outcome)),
            );
        }
        let has_requirements = list!("requirement-heading").is_in(&words);
        let has_questions = list!("question-heading").is_in(&words);
        sections.push(Section { topics, own, words, has_requirements, has_questions, is_title });
    }
    sections
}

/// Where a few characters stand first in a long text.
fn find(text: &str, sought: &str) -> Option<usize> {
    memchr::memmem::find(text.as_bytes(), sought.as_bytes())
}

/// The comments of a text that silence rules, in their order; those in code silence nothing.
#[must_use]
pub fn ignores_of(text: &str, outline: &Outline, lines: &LineIndex<'_>) -> Vec<Ignore> {
    let mut ignores = Vec::new();
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| find(rest, "<!-- prd-ignore:")).map(|at| at + from)
    {
        let body = at + "<!-- prd-ignore:".len();
        let Some(end) = text.get(body..).and_then(|rest| find(rest, "-->")).map(|end| end + body) else {
            break;
        };
        let before = outline.blocks.partition_point(|block| block.span.start <= at);
        let in_code = before.checked_sub(1).and_then(|own| outline.blocks.get(own)).is_some_and(|block| {
            (block.is_code() && block.span.contains(&at))
                || block.code_spans.iter().any(|code| code.contains(&at))
        });
        let content = text.get(body..end).unwrap_or_default().trim();
        let (rule, reason) = content.split_once(char::is_whitespace).unwrap_or((content, ""));
        if !rule.is_empty() && !in_code {
            let alone = lines.text_of(lines.line(at)).trim_start().starts_with("<!--");
            let next = outline.blocks.get(outline.blocks.partition_point(|block| block.span.start < end));
            let last = match next {
                Some(block) if alone => lines.line(block.span.end),
                _ => lines.line(end),
            };
            ignores.push(Ignore {
                rule: rule.to_owned(),
                reason: reason.trim().to_owned(),
                lines: lines.line(at)..=last.max(lines.line(end)),
            });
        }
        from = end;
    }
    ignores
}

#[cfg(test)]
#[path = "document_tests.rs"]
mod tests;
