//! A text with everything that several readers look at, made once.

use super::header;
use super::line_index::LineIndex;
use super::outline::{Block, Outline};
use super::section_name::fold_name;
use super::skim;
use crate::domain::model::field::Field;
use crate::domain::model::finding::Severity;

/// A text, its outline and its header fields.
pub(super) struct Document<'a> {
    pub(super) text: &'a str,
    pub(super) outline: Outline,
    /// The folded name of each heading.
    pub(super) names: Vec<String>,
    pub(super) lines: LineIndex<'a>,
    pub(super) fields: Vec<Field>,
}

/// Something that reading found, before it is known in which file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) rule: &'static str,
    pub(super) severity: Severity,
    pub(super) offset: usize,
    pub(super) message: String,
    pub(super) hint: Option<String>,
    pub(super) fixable: bool,
}

impl Problem {
    pub(super) const fn warning(rule: &'static str, offset: usize, message: String) -> Self {
        Self { rule, severity: Severity::Warning, offset, message, hint: None, fixable: false }
    }

    pub(super) fn hint(mut self, hint: &str) -> Self {
        self.hint = Some(hint.to_owned());
        self
    }

    pub(super) const fn fixable(mut self) -> Self {
        self.fixable = true;
        self
    }
}

impl<'a> Document<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self::with(text, text)
    }

    /// As [`Document::new`], without the blocks of sections that hold nothing that reading a PRD looks for.
    pub(super) fn skimmed(text: &'a str) -> Self {
        match skim::without_prose(text) {
            Some(structure) => Self::with(text, &structure),
            None => Self::new(text),
        }
    }

    /// `structure` is the text with parts blanked out that are not to become blocks.
    fn with(text: &'a str, structure: &str) -> Self {
        let lines = LineIndex::new(text);
        let outline = Outline::parse_lean(text, structure, &lines);
        let names: Vec<String> = outline.headings.iter().map(|heading| fold_name(&heading.text)).collect();
        let fields = header::fields(text, &outline, &names, &lines);
        Self { text, outline, names, lines, fields }
    }

    /// The source of a block.
    pub(super) fn source(&self, block: &Block) -> &'a str {
        self.text.get(block.span.clone()).unwrap_or_default()
    }
}
