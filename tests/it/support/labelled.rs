//! How right the checks of the review are, on sentences and documents that people labelled.
//!
//! The data lie in `tests/fixtures/labelled/`, in two halves: checks are tuned on one, and the figures that are
//! published are those of the other, which nobody looks at. So nothing here shows a sentence of the held-out half.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::LazyLock;

use prd::domain::markdown::read::{Reading, read_prd};
use prd::domain::model::id::IdFormat;
use prd::domain::model::path::RepoPath;
use prd::domain::model::state::State;
use prd::domain::review::checks::registry;
use prd::domain::review::document;
use prd::domain::review::facts::{DeadLink, Facts, dead_links};
use prd::domain::review::report::{Review, review_of};
use prd::domain::review::settings::Settings;
use rayon::prelude::*;
use serde::Deserialize;

use crate::book;

/// The checks that a single sentence is labelled for.
const OF_SENTENCES: [&str; 21] = [
    "ambiguous-pronoun",
    "and-or",
    "comparative-without-baseline",
    "compound-requirement",
    "criterion-not-observable",
    "escape-clause",
    "mis-decoded-text",
    "number-without-unit",
    "open-list",
    "open-question-without-owner",
    "over-long-sentence",
    "percentile-missing",
    "placeholder-left",
    "quality-word-without-number",
    "risk-without-mitigation",
    "several-imperatives",
    "stub-sentence",
    "unbounded",
    "undefined-term",
    "vague-word",
    "weak-modal",
];

/// Checks that only a sentence of one kind can be labelled for.
const OF_ONE_KIND: [(&str, Kind); 2] =
    [("criterion-not-observable", Kind::Criterion), ("risk-without-mitigation", Kind::Risk)];

/// One of the two halves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Half {
    /// Looked at while checks are written.
    Tuning,
    /// Never looked at.
    HeldOut,
}

impl Half {
    /// The files of the half, in `tests/fixtures/labelled/`.
    const fn files(self) -> &'static [&'static str] {
        match self {
            Self::Tuning => {
                &["tuning.toml", "tuning-2.toml", "tuning-3.toml", "tuning-4.toml", "tuning-5.toml"]
            }
            Self::HeldOut => &["heldout.toml", "heldout-2.toml"],
        }
    }
}

/// How often a check and the labels agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Figures {
    /// Labelled and found.
    pub(crate) found: usize,
    /// Labelled and not found.
    pub(crate) missed: usize,
    /// Found where no label is.
    pub(crate) wrong: usize,
}

impl Figures {
    /// How many labels there are.
    pub(crate) const fn labels(self) -> usize {
        self.found + self.missed
    }

    /// The share of findings that are right, in thousandths; `None` without a finding.
    pub(crate) fn precision(self) -> Option<usize> {
        (self.found * 1000).checked_div(self.found + self.wrong)
    }

    /// The share of labels that are found, in thousandths; `None` without a label.
    pub(crate) fn recall(self) -> Option<usize> {
        (self.found * 1000).checked_div(self.labels())
    }

    const fn and(self, other: Self) -> Self {
        Self {
            found: self.found + other.found,
            missed: self.missed + other.missed,
            wrong: self.wrong + other.wrong,
        }
    }
}

/// Thousandths as a share with two digits: `0.94`.
pub(crate) fn share(thousandths: Option<usize>) -> String {
    thousandths.map_or("–".to_owned(), |share| format!("{}.{:02}", share / 1000, share % 1000 / 10))
}

/// What a check is measured to be, on the held-out half; `None` where no label is about it.
pub(crate) fn figures(id: &str) -> Option<Figures> {
    HELD_OUT.figures.get(id).copied().filter(|figures| figures.labels() > 0)
}

/// All findings and labels of a half together.
pub(crate) fn overall(half: Half) -> Figures {
    measured(half).figures.values().fold(Figures::default(), |sum, figures| sum.and(*figures))
}

/// How many sentences and documents a half has.
pub(crate) fn size(half: Half) -> (usize, usize) {
    let measured = measured(half);
    (measured.sentences, measured.documents)
}

/// Where checks and labels of the tuning half differ, one line for each.
pub(crate) fn differences() -> &'static str {
    &TUNING.differences
}

/// The names that labels use and no check has.
pub(crate) fn unknown_labels(half: Half) -> BTreeSet<String> {
    measured(half).labels.iter().filter(|id| registry::find(id).is_none()).cloned().collect()
}

fn measured(half: Half) -> &'static Measured {
    match half {
        Half::Tuning => &TUNING,
        Half::HeldOut => &HELD_OUT,
    }
}

static TUNING: LazyLock<Measured> = LazyLock::new(|| Measured::of(Half::Tuning));
static HELD_OUT: LazyLock<Measured> = LazyLock::new(|| Measured::of(Half::HeldOut));

/// A half, measured.
struct Measured {
    sentences: usize,
    documents: usize,
    figures: BTreeMap<&'static str, Figures>,
    labels: BTreeSet<String>,
    differences: String,
}

#[derive(Deserialize, Default)]
struct Labelled {
    #[serde(default)]
    sentence: Vec<Sentence>,
    #[serde(default)]
    document: Vec<Document>,
}

impl Labelled {
    /// All that some files hold.
    fn of(files: &[&str]) -> Self {
        files.iter().fold(Self::default(), |mut all, file| {
            let text = book::read(&format!("tests/fixtures/labelled/{file}"));
            let one: Self = toml::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
            all.sentence.extend(
                one.sentence.into_iter().map(|sentence| Sentence { file: (*file).to_owned(), ..sentence }),
            );
            all.document.extend(
                one.document.into_iter().map(|document| Document { file: (*file).to_owned(), ..document }),
            );
            all
        })
    }
}

#[derive(Deserialize)]
struct Sentence {
    kind: Kind,
    text: String,
    labels: Vec<String>,
    #[serde(default)]
    accept: Vec<String>,
    /// The file that it stands in.
    #[serde(skip)]
    file: String,
}

/// The section that a sentence stands in.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Requirement,
    Criterion,
    Goal,
    Risk,
    Prose,
    Scope,
}

#[derive(Deserialize)]
struct Document {
    text: String,
    labels: Vec<String>,
    about: Vec<String>,
    #[serde(default)]
    accept: Vec<String>,
    /// The file that it stands in.
    #[serde(skip)]
    file: String,
}

/// What is compared: what it shows as, what was found in it, what is labelled, and what counts.
struct Case {
    file: String,
    text: String,
    found: Vec<(&'static str, String)>,
    labels: Vec<String>,
    accept: Vec<String>,
    about: Vec<String>,
}

impl Measured {
    fn of(half: Half) -> Self {
        let data = Labelled::of(half.files());
        let (sentences, documents) = (data.sentence.len(), data.document.len());
        let of_sentences: Vec<Case> = data.sentence.into_par_iter().map(Case::of_sentence).collect();
        let of_documents: Vec<Case> = data.document.into_par_iter().map(Case::of_document).collect();
        let cases = || of_sentences.iter().chain(&of_documents);
        let mut measured = Self {
            sentences,
            documents,
            figures: registry::CHECKS.iter().map(|check| (check.id, Figures::default())).collect(),
            labels: cases().flat_map(|case| case.labels.iter().chain(&case.accept).cloned()).collect(),
            differences: String::new(),
        };
        for case in cases() {
            measured.compare(case);
        }
        measured
    }

    fn compare(&mut self, case: &Case) {
        for (id, figures) in &mut self.figures {
            let is = |names: &[String]| names.iter().any(|name| name == id);
            let found: Vec<&str> = case
                .found
                .iter()
                .filter(|(rule, _)| rule == id)
                .map(|(_, message)| message.as_str())
                .collect();
            let differs = match (found.is_empty(), is(&case.labels)) {
                (false, true) => {
                    figures.found += 1;
                    continue;
                }
                (true, true) => {
                    figures.missed += 1;
                    "missed"
                }
                (false, false) if is(&case.about) && !is(&case.accept) => {
                    figures.wrong += 1;
                    "wrong"
                }
                (_, false) => continue,
            };
            let _ = writeln!(
                self.differences,
                "{id}\t{differs}\t{}\t{}\t{}",
                case.file,
                case.text,
                found.join("; ")
            );
        }
    }
}

impl Case {
    fn of_sentence(sentence: Sentence) -> Self {
        let (document, lines) = sentence.document();
        let about = OF_SENTENCES
            .iter()
            .filter(|id| OF_ONE_KIND.iter().all(|(only, kind)| only != *id || *kind == sentence.kind));
        let found = reviewed(&document)
            .findings()
            .into_iter()
            .filter(|finding| lines.contains(&finding.line))
            .map(|finding| (finding.rule, finding.message.clone()))
            .collect();
        Self {
            file: sentence.file,
            text: sentence.text,
            found,
            labels: sentence.labels,
            accept: sentence.accept,
            about: about.map(|id| (*id).to_owned()).collect(),
        }
    }

    fn of_document(document: Document) -> Self {
        let found = reviewed(&document.text);
        let found = found.findings().into_iter();
        Self {
            file: document.file,
            found: found
                .map(|finding| (finding.rule, format!("{}: {}", finding.line, finding.message)))
                .collect(),
            text: document.text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().to_owned(),
            labels: document.labels,
            accept: document.accept,
            about: document.about,
        }
    }
}

impl Sentence {
    /// A document that holds the sentence in the section of its kind, and the lines where it stands there.
    fn document(&self) -> (String, std::ops::RangeInclusive<usize>) {
        let (heading, mark) = match self.kind {
            Kind::Requirement => ("Requirements", "- "),
            Kind::Criterion => ("Acceptance criteria", "- [ ] "),
            Kind::Goal => ("Goals", "- "),
            Kind::Risk => ("Risks", "- "),
            Kind::Prose => ("Background", ""),
            Kind::Scope => ("Scope", "- "),
        };
        let head = format!(
            "# SVC-001: A change\n\n**Owner**: Dana Reyes\n**Estimate**: 3 days\n**Target**: 2026-12-18\n\n## {heading}\n\n"
        );
        let first = head.lines().count() + 1;
        let indent = format!("\n{}", " ".repeat(mark.len().min(2)));
        let body = self.text.trim_end().replace('\n', &indent);
        let last = first + body.lines().count().saturating_sub(1);
        (format!("{head}{mark}{body}\n"), first..=last)
    }
}

/// The review of a text that is a repository of its own: only links to itself lead somewhere.
fn reviewed(text: &str) -> Review {
    let path = RepoPath::new("docs/prds/draft/SVC-001-labelled.md").unwrap();
    let format = IdFormat::new("SVC", "-", 3).unwrap();
    let Reading::Prd(prd) = read_prd(&path, State::Draft, text.as_bytes(), &format) else {
        panic!("the file's name has an id");
    };
    let dead_links = dead_links(text, |_, _| Some(DeadLink::NoFile));
    let facts = Facts { dead_links, ..Facts::default() };
    // What the guideline of the labels says that a reader looks for.
    let dimensions = ["Clarity & Scope", "Technical Feasibility", "Acceptance Criteria", "Risk Assessment"];
    let dimensions = dimensions.map(str::to_owned).into();
    review_of(
        document::Document::with_facts(&prd, text, facts),
        &Settings { dimensions, ..Settings::default() },
    )
}
