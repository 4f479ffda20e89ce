//! What keeps a PRD from being approved, whatever its grade: blanks, a missing contract, a missing decision.

use super::placeholder;
use super::text::mask;
use crate::domain::contract::{Contract, judge};
use crate::domain::markdown::line_index::LineIndex;
use crate::domain::markdown::outline::{BlockKind, Outline};
use crate::domain::model::finding::{Finding, Place, Severity};
use crate::domain::model::path::RepoPath;

/// The rule of blanks.
pub const PLACEHOLDER_LEFT: &str = "placeholder-left";

/// Blanks outside of code, comments and quotations, also in header fields: they keep a PRD from `ready`.
#[must_use]
pub fn placeholders(path: &RepoPath, text: &str) -> Vec<Finding> {
    let outline = Outline::parse(text);
    let lines = LineIndex::new(text);
    let mut findings = Vec::new();
    let blocks = outline
        .blocks
        .iter()
        .filter(|block| !block.is_code() && !matches!(block.kind, BlockKind::Quote | BlockKind::Html));
    let spans = blocks.map(|block| &block.span).chain(outline.headings.iter().map(|heading| &heading.span));
    let mut spans: Vec<_> = spans.collect();
    spans.sort_by_key(|span| span.start);
    for span in spans {
        let masked = mask(text.get(span.clone()).unwrap_or_default());
        for blank in placeholder::find(&masked) {
            let (line, column) = lines.place(span.start + blank.start);
            let what = masked.get(blank).unwrap_or_default();
            let place = Place { path: path.clone(), line, column };
            findings.push(
                Finding::new(
                    PLACEHOLDER_LEFT,
                    Severity::Error,
                    place,
                    format!("`{what}` is still to be filled in"),
                )
                .hint("write what belongs there, or take the line out"),
            );
        }
    }
    findings
}

/// A contract in a fenced block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractBlock {
    /// Bytes of the block.
    pub span: std::ops::Range<usize>,
    /// Bytes of the line of the first flaw, without the space around it; `None` where all reads.
    pub flaw_span: Option<std::ops::Range<usize>>,
    /// The contract; lines of its flaw count from the block's first.
    pub contract: Contract,
}

impl ContractBlock {
    /// True for a contract that reads.
    #[must_use]
    pub const fn is_good(&self) -> bool {
        self.contract.flaw.is_none()
    }
}

/// All contracts in fenced blocks, in order, those that do not read among them.
#[must_use]
pub fn contract_blocks(text: &str, outline: &Outline) -> Vec<ContractBlock> {
    let fenced = outline.blocks.iter().filter_map(|block| match &block.kind {
        BlockKind::Code { language, fenced: true } => Some((block, language)),
        BlockKind::Code { .. }
        | BlockKind::Paragraph
        | BlockKind::ListItem { .. }
        | BlockKind::TableHeader { .. }
        | BlockKind::TableRow { .. }
        | BlockKind::Quote
        | BlockKind::Html => None,
    });
    fenced
        .filter_map(|(block, language)| {
            let contract = judge::block(language, &block.text)?;
            let source = text.get(block.span.clone()).unwrap_or_default();
            let flaw_span = contract.flaw.as_ref().map(|flaw| {
                // The line of the fence is before the block's first.
                let mut lines = source.split_inclusive('\n');
                let before: usize = lines.by_ref().take(flaw.line).map(str::len).sum();
                let line = lines.next().unwrap_or_default();
                let start =
                    block.span.start + before.min(source.len()) + (line.len() - line.trim_start().len());
                start..start + line.trim().len()
            });
            Some(ContractBlock { span: block.span.clone(), flaw_span, contract })
        })
        .collect()
}

/// Where links to contract files stand and lead, in order: paths or addresses.
pub fn contract_links<'t>(text: &'t str, outline: &'t Outline) -> impl Iterator<Item = (usize, &'t str)> {
    links(text, outline).filter(|(_, target)| judge::file_kind(target).is_some())
}

/// What a link to a contract leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedContract {
    /// The link's target, as the text has it.
    pub target: String,
    /// What is there.
    pub found: Linked,
}

/// What is at the end of a link to a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Linked {
    /// An address outside of the repository: nobody looked.
    Elsewhere,
    /// No file.
    Nothing,
    /// A file and the contract in it.
    File(RepoPath, Contract),
}

impl LinkedContract {
    /// True where it is a contract that reads.
    #[must_use]
    pub const fn is_good(&self) -> bool {
        matches!(&self.found, Linked::File(_, Contract { flaw: None, .. }))
    }

    /// What is wrong with it, without a full stop; `None` where nothing is, or nobody looked.
    #[must_use]
    pub fn problem(&self) -> Option<String> {
        match &self.found {
            Linked::Elsewhere | Linked::File(_, Contract { flaw: None, .. }) => None,
            Linked::Nothing => Some(format!("the link to `{}` leads to no file", self.target)),
            Linked::File(path, Contract { kind, flaw: Some(flaw) }) => Some(format!(
                "{path}:{}:{}: this {kind} does not parse: {}",
                flaw.line, flaw.column, flaw.message
            )),
        }
    }
}

/// Where links to architecture decision records lead, in order: paths or addresses with `adr` or `decision` in them.
#[must_use]
pub fn adr_links(text: &str, outline: &Outline) -> Vec<String> {
    let is_adr = |target: &str| {
        let lower = target.to_lowercase();
        let parts = || lower.split(['/', '-', '_', '.', '#']);
        parts().any(|part| part == "adr" || part == "adrs" || part == "decisions" || part == "decision")
    };
    let mut found: Vec<String> =
        links(text, outline).map(|(_, target)| target.to_owned()).filter(|target| is_adr(target)).collect();
    found.dedup();
    found
}

/// Links outside of code: the byte of their target and the target, in order.
fn links<'t>(text: &'t str, outline: &'t Outline) -> impl Iterator<Item = (usize, &'t str)> {
    outline.blocks.iter().filter(|block| !block.is_code()).flat_map(move |block| {
        let start = block.span.start;
        let source = text.get(block.span.clone()).unwrap_or_default();
        source
            .match_indices("](")
            .map(move |(at, open)| at + open.len())
            .filter(move |at| !block.code_spans.iter().any(|code| code.contains(&(start + at))))
            .filter_map(move |at| {
                let rest = source.get(at..)?;
                let end = rest.find([')', ' ', '\n'])?;
                Some((start + at, rest.get(..end)?.trim_matches(['<', '>'])))
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(text: &str) -> bool {
        let outline = Outline::parse(text);
        contract_blocks(text, &outline).iter().any(ContractBlock::is_good)
            || contract_links(text, &outline).next().is_some()
    }

    #[test]
    fn knows_contracts() {
        for text in [
            "```yaml\nopenapi: 3.1.0\npaths:\n  /orders: {}\n```\n",
            "```json\n{\n  \"asyncapi\": \"3.0.0\",\n  \"channels\": {}\n}\n```\n",
            "```proto\nservice Orders {\n  rpc Get(A) returns (B);\n}\n```\n",
            "```graphql\ntype Query {\n  a: Int\n}\n```\n",
            "```json\n{\"$schema\": \"http://json-schema.org/draft-07/schema#\", \"properties\": {}}\n```\n",
            "See [the contract](../contracts/orders.proto).\n",
            "- [api](api/openapi.yaml#/paths)\n",
        ] {
            assert!(has(text), "{text}");
        }
        for text in [
            "```yaml\nname: ci\non: push\n```\n",
            "```yaml\nopenapi: 3.1.0\npaths:\n  ____: {}\n```\n",
            "openapi: 3.1.0 and paths\n",
            "[text](notes.md) and `[x](a.proto)\n`",
            "```\nopenapi: 3\npaths:\n```\n",
        ] {
            assert!(!has(text), "{text}");
        }
    }

    #[test]
    fn a_flaw_is_where_it_stands_in_the_document() {
        let text = "# T\n\n- one\n\n  ```graphql\n  type A {\n    b Int\n  }\n  ```\n";
        let blocks = contract_blocks(text, &Outline::parse(text));
        let span = blocks[0].flaw_span.clone().unwrap();
        assert_eq!(&text[span], "b Int");
        assert!(!has(text));
        let cut = "```yaml\nopenapi: 3.1.0\npaths: [";
        let span = contract_blocks(cut, &Outline::parse(cut))[0].flaw_span.clone().unwrap();
        assert!(cut.get(span).is_some());
    }

    #[test]
    fn finds_decisions_and_blanks() {
        let text =
            "# T ____\n\nSee [ADR 4](../adr/0004-queue.md), [x](sadr.md), `[y](adr/1.md`.\n\n- Owner: TBD\n";
        let outline = Outline::parse(text);
        assert_eq!(adr_links(text, &outline).first().map(String::as_str), Some("../adr/0004-queue.md"));
        let path = RepoPath::new("a.md").unwrap();
        let places: Vec<_> = placeholders(&path, text)
            .into_iter()
            .map(|found| (found.place.line, found.place.column))
            .collect();
        assert_eq!(places, [(1, 5), (5, 10)]);
    }
}
