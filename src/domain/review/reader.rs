//! Turns a document's blocks into statements.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::calibration;
use super::clause::clause_at;
use super::dimension::homes::topic_of_slot;
use super::document::{Document, Statement, StatementKind};
use super::language::{Reading, reading};
use super::lexicon::list;
use super::placeholder;
use super::sentence::{Ranges, sentences, sentences_of_row};
use super::signal::WordsRead;
use super::text::mask;
use super::topic::{Topic, TopicSet, topics_of, topics_of_label};
use super::vocabulary::Term;
use super::word::{Word, words, words_unmasked};
use super::worth::concreteness;
use crate::domain::markdown::outline::{Block, BlockKind};

/// Everything that a document says, in its order, not yet weighed.
pub(super) fn statements_of(document: &Document<'_>) -> Vec<Statement> {
    Reader::new(document).read()
}

/// Turns blocks into statements.
struct Reader<'d, 'a> {
    document: &'d Document<'a>,
    statements: Vec<Statement>,
    /// Topics of the label before a list: `**Out of scope**:`, with the heading it stands under.
    label: Option<(Option<usize>, TopicSet)>,
    /// The table header above.
    header: Arc<[String]>,
    /// The calibration question above.
    question: Option<String>,
    /// Room for [`concreteness`].
    seen: Vec<&'static Term>,
}

impl<'d, 'a> Reader<'d, 'a> {
    fn new(document: &'d Document<'a>) -> Self {
        let statements = Vec::with_capacity(document.outline.blocks.len() * 3 / 2);
        Self { document, statements, label: None, header: Arc::default(), question: None, seen: Vec::new() }
    }

    fn read(mut self) -> Vec<Statement> {
        let blocks = &self.document.outline.blocks;
        for (at, block) in blocks.iter().enumerate() {
            if self.is_field(block) {
                continue;
            }
            match &block.kind {
                BlockKind::Paragraph => {
                    let lists = blocks.get(at + 1).is_some_and(|next| {
                        next.heading == block.heading && matches!(next.kind, BlockKind::ListItem { .. })
                    });
                    self.paragraph(block, lists);
                }
                BlockKind::ListItem { ordered, task, .. } => {
                    let kind = StatementKind::Item { ordered: *ordered, task: *task };
                    self.whole(block, kind);
                }
                BlockKind::TableHeader { cells } => {
                    self.header = cells.iter().map(|cell| cell.text.to_lowercase()).collect();
                }
                BlockKind::TableRow { cells } => {
                    let cells = cells.iter().map(|cell| cell.text.clone()).collect();
                    self.whole(block, StatementKind::Row { header: Arc::clone(&self.header), cells });
                }
                BlockKind::Code { language, .. } => {
                    self.code(block, language);
                }
                BlockKind::Quote | BlockKind::Html => {}
            }
        }
        self.statements
    }

    /// True for a header field of the PRD.
    fn is_field(&self, block: &Block) -> bool {
        self.document.prd.fields.iter().any(|field| field.lines.contains(&block.span.start))
    }

    /// Bytes of the block's text, without list marks and boxes but with the marks of its first words.
    fn inner(&self, block: &Block) -> Range<usize> {
        let text = self.document.text;
        let mut start = block.text_start.max(block.span.start);
        while let Some(before) = text.get(block.span.start..start).and_then(|head| head.chars().next_back()) {
            if !matches!(before, '[' | '!' | '*' | '_' | '~' | '`' | '"' | '“' | '<') {
                break;
            }
            start -= before.len_utf8();
        }
        start..block.span.end.max(start)
    }

    fn topics(&self, heading: Option<usize>) -> TopicSet {
        heading
            .and_then(|at| self.document.sections.get(at))
            .map_or_else(TopicSet::new, |section| section.topics)
    }

    /// `lists` is true where a list follows.
    fn paragraph(&mut self, block: &Block, lists: bool) {
        let inner = self.inner(block);
        let source = self.document.text.get(inner.clone()).unwrap_or_default();
        let masked = mask(source);
        let section = self.topics(block.heading);
        let mut topics = section;
        let title = if lists { title_of_list(source) } else { None };
        let (label, is_whole) = match title {
            Some(label) => (Some(label), true),
            None => label_of(source),
        };
        let of_label: fn(&[Word]) -> TopicSet = if is_whole { topics_of } else { topics_of_label };
        let label_topics = label.map(|label| of_label(&words(label))).unwrap_or_default();
        if !label_topics.is_empty() {
            apply_label(&mut topics, &label_topics);
        }
        self.label = (is_whole && !label_topics.is_empty()).then_some((block.heading, label_topics));
        if is_whole {
            return;
        }
        for range in sentences(source, &masked) {
            let span = inner.start + range.start..inner.start + range.end;
            let part = masked.get(range).unwrap_or_default();
            // "In: refunds by mail. Out: refunds by phone." has a label for each of its sentences.
            let own = sentence_label(self.document.text.get(span.clone()).unwrap_or_default());
            let own = own.map(|label| topics_of_label(&words(label))).unwrap_or_default();
            if !own.is_empty() {
                topics = section;
                apply_label(&mut topics, &own);
            }
            self.push(block, StatementKind::Prose, span, (part, words(part)), topics);
        }
    }

    fn whole(&mut self, block: &Block, kind: StatementKind) {
        let inner = self.inner(block);
        let inner = self.without_question(block, inner);
        let source = self.document.text.get(inner.clone()).unwrap_or_default();
        let mut topics = self.topics(block.heading);
        if let Some((heading, label)) = &self.label {
            if *heading == block.heading {
                apply_label(&mut topics, label);
            } else {
                self.label = None;
            }
        }
        let may_be_labelled =
            matches!(kind, StatementKind::Item { .. }) && !topics.contains(&Topic::Criteria);
        let masked = mask(source);
        let read = words(&masked);
        if let Some(label) = label_of(source).0.filter(|_| may_be_labelled) {
            let own = match first_words(source, &masked, &read, label) {
                Some(first) => topics_of_label(first),
                None => topics_of_label(&words(label)),
            };
            if !own.is_empty() {
                apply_label(&mut topics, &own);
            }
        }
        let is_answer = topics.contains(&Topic::Calibration)
            && self.question.is_some()
            && calibration::read_question(source).is_none();
        if !is_answer {
            self.push(block, kind, inner, (&masked, read), topics);
            return;
        }
        // An answer stands in one line: each of its sentences says what an item of a list would say.
        for range in sentences(source, &masked) {
            let span = inner.start + range.start..inner.start + range.end;
            let part = masked.get(range).unwrap_or_default();
            self.push(block, kind.clone(), span, (part, words(part)), topics);
        }
    }

    fn code(&mut self, block: &Block, language: &str) {
        let topics = self.topics(block.heading);
        let kind = StatementKind::Code { language: language.to_lowercase() };
        let line = block.line;
        let words = words(&block.text);
        self.add(Statement {
            kind,
            span: block.span.clone(),
            line,
            heading: block.heading,
            topics,
            signals: WordsRead::of(&words, &[]),
            words,
            masked: Some(Box::default()),
            sentences: Ranges::new(),
            quality: 0,
            has_blank: block.text.contains("____") || block.text.contains("${"),
            reading: Reading::Sound,
            is_code: true,
            concreteness: 0,
            copies: 1,
            answers: None,
            quoted: OnceLock::new(),
        });
    }

    fn push(
        &mut self,
        block: &Block,
        kind: StatementKind,
        span: Range<usize>,
        (masked, read): (&str, Vec<Word>),
        mut topics: TopicSet,
    ) {
        let raw = self.document.text.get(span.clone()).unwrap_or_default();
        let shift = |mut found: Vec<Word>| {
            found.iter_mut().for_each(|word| *word = word.later(span.start));
            found
        };
        if kind == StatementKind::Prose && tells_goal(&topics, &read) {
            topics.insert(Topic::Outcome);
        }
        let reading = reading(masked, &read, &kind);
        let mut sentences = match kind {
            StatementKind::Row { .. } => sentences_of_row(raw, masked),
            StatementKind::Item { .. } => sentences(raw, masked),
            // A sentence of a paragraph was cut already.
            StatementKind::Prose | StatementKind::Code { .. } => std::iter::once(0..raw.len()).collect(),
        };
        for range in &mut sentences {
            let begin = read.partition_point(|word| word.start() < range.start);
            let end = read.partition_point(|word| word.start() < range.end);
            *range = begin..end;
        }
        sentences.retain(|range| range.start < range.end);
        // Where nothing is hidden, both readings are one.
        let is_plain = raw == masked;
        let all = (!is_plain).then(|| words_unmasked(raw, &read));
        let signals = WordsRead::of(all.as_ref().unwrap_or(&read), if is_plain { &[] } else { &read });
        let read = shift(read);
        let (words, apart) = match all {
            Some(all) => (shift(all), Some(read.into_boxed_slice())),
            None => (read, None),
        };
        let has_blank = !placeholder::find(masked).is_empty()
            || placeholder::is_bracketed(raw)
            || row_is_bracketed(&kind)
            || placeholder::is_nothing(raw);
        let answers = self.answer(raw, &topics);
        // What answers the question about a slot counts where the slot's own section would stand.
        topics.extend(answers.as_deref().and_then(topic_of_slot));
        let line = self.document.line(span.start);
        let statement = Statement {
            kind,
            line,
            heading: block.heading,
            topics,
            signals,
            words,
            masked: apart,
            sentences,
            quality: 0,
            has_blank,
            reading,
            is_code: false,
            concreteness: 0,
            copies: 1,
            answers,
            quoted: OnceLock::new(),
            span,
        };
        self.add(statement);
    }

    /// Adds a statement that says how concrete it is, while its words are at hand.
    fn add(&mut self, statement: Statement) {
        self.statements.push(statement);
        if let Some(added) = self.statements.last_mut() {
            added.concreteness = concreteness(added, &mut self.seen);
        }
    }

    /// Takes the question off an item that holds its answer too.
    fn without_question(&mut self, block: &Block, inner: Range<usize>) -> Range<usize> {
        let raw = self.document.text.get(inner.clone()).unwrap_or_default();
        if !self.topics(block.heading).contains(&Topic::Calibration) {
            return inner;
        }
        match calibration::read_question(raw) {
            Some((id, rest)) => match calibration::answer_offset(rest) {
                Some(at) => {
                    self.question = Some(id.to_owned());
                    inner.end - rest.len() + at..inner.end
                }
                None => inner,
            },
            None => inner,
        }
    }

    /// The question that a statement of the calibration section answers. A question itself is no statement.
    fn answer(&mut self, raw: &str, topics: &TopicSet) -> Option<Box<str>> {
        if !topics.contains(&Topic::Calibration) {
            self.question = None;
            return None;
        }
        if let Some((id, _)) = calibration::read_question(raw) {
            self.question = Some(id.to_owned());
            return None;
        }
        self.question.as_deref().map(Into::into)
    }
}

/// Topics under which a sentence that begins like a goal is none of this work.
const NO_GOALS: [Topic; 5] =
    [Topic::OutOfScope, Topic::Alternatives, Topic::Risks, Topic::Calibration, Topic::Other];

/// True for a sentence that begins as a goal does: "The goal is that …", "After this change …".
fn tells_goal(topics: &TopicSet, sentence: &[Word]) -> bool {
    list!("outcome-opening").at(sentence, 0) > 0 && !NO_GOALS.iter().any(|topic| topics.contains(topic))
}

fn row_is_bracketed(kind: &StatementKind) -> bool {
    match kind {
        StatementKind::Row { cells, .. } => cells.iter().any(|cell| placeholder::is_bracketed(cell)),
        StatementKind::Prose | StatementKind::Item { .. } | StatementKind::Code { .. } => false,
    }
}

/// A label takes the place of scope topics and adds its own.
fn apply_label(topics: &mut TopicSet, label: &TopicSet) {
    if label.contains(&Topic::OutOfScope) {
        topics.remove(&Topic::InScope);
        topics.remove(&Topic::Outcome);
        topics.remove(&Topic::Minimal);
    }
    // "Rationale" and "Context" of a decision tell why it was taken, and of no problem that is to be solved.
    let mut added = *label;
    if topics.contains(&Topic::Alternatives) {
        added.remove(&Topic::Problem);
    }
    *topics = topics.with(added);
}

/// True for a text of at most so many words.
fn has_at_most(most: usize, text: &str) -> bool {
    text.split_whitespace().nth(most).is_none()
}

/// A paragraph of few words above a list that is no sentence: `We will not do`.
fn title_of_list(source: &str) -> Option<&str> {
    let line = source.trim().trim_end_matches([':', '*', '_']).trim_start_matches(['*', '_']);
    let fits = !line.contains(['\n', '.', ',']) && has_at_most(6, line);
    fits.then_some(line)
}

/// The label of one sentence: `Out: umbrellas`, `**Pain.** Coins`, `**Out** umbrellas`. What stands before a colon and has
/// a subject and a verb is a sentence itself: `This doubles the risk: coins are lost`.
fn sentence_label(sentence: &str) -> Option<&str> {
    const LONGEST: usize = 6;
    let (label, is_plain) = match sentence.strip_prefix("**") {
        Some(rest) => (rest.split_once("**")?.0, false),
        None => (sentence.split_once(':')?.0, true),
    };
    let label = label.trim().trim_end_matches([':', '.', ',']);
    let fits = !label.contains(['.', '`', '"', '(']) && has_at_most(LONGEST, label);
    (fits && !(is_plain && clause_at(&words(label), 0).is_some())).then_some(label)
}

/// The words of a label that a source begins with, where they are among those of its masked form.
fn first_words<'w>(source: &str, masked: &str, read: &'w [Word], label: &str) -> Option<&'w [Word]> {
    let start = source.len() - source.trim_start().len();
    let end = start + label.len();
    let (first, rest) = read.split_at(read.partition_point(|word| word.end() <= end));
    let is_whole = rest.first().is_none_or(|next| next.start() >= end);
    (is_whole && masked.get(start..end) == Some(label)).then_some(first)
}

/// The label at the beginning of a paragraph or item, and whether it is all of it: `**Out of scope**:`.
fn label_of(source: &str) -> (Option<&str>, bool) {
    let line = source.trim();
    let plain_end = |text: &str| text.trim_end_matches(['*', '_', ':', ' ']).len();
    let bold_only = line.starts_with("**") && line.ends_with("**") && line.matches("**").count() == 2;
    if (line.ends_with([':']) || line.ends_with(":**") || bold_only) && has_at_most(8, line) {
        return (line.get(..plain_end(line)), true);
    }
    let label = line.split_once(':').map(|(label, _)| label);
    (label.filter(|label| has_at_most(4, label) && !label.contains(['.', '`'])), false)
}
