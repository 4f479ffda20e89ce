//! What keeps a PRD from being approved, whatever its grade: blanks, a missing contract, a missing decision.

use super::placeholder;
use super::text::mask;
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

/// Endings of contract files.
const CONTRACT_FILES: [&str; 6] = [".proto", ".graphql", ".graphqls", ".avsc", ".wsdl", ".schema.json"];

/// True where a fenced block holds a contract, or a link leads to a file that does.
#[must_use]
pub fn has_contract(text: &str, outline: &Outline) -> bool {
    has_contract_block(text, outline) || contract_link(text, outline).is_some()
}

/// True where a fenced block holds a contract.
#[must_use]
pub fn has_contract_block(text: &str, outline: &Outline) -> bool {
    outline.blocks.iter().any(|block| {
        matches!(block.kind, BlockKind::Code { fenced: true, .. })
            && text.get(block.span.clone()).is_some_and(is_contract_block)
    })
}

/// True for the source of a fenced block that is an OpenAPI, AsyncAPI or JSON Schema document, protobuf or GraphQL.
///
/// A block with blanks in it is none.
#[must_use]
pub fn is_contract_block(source: &str) -> bool {
    let mut lines = source.lines();
    let info = lines.next().unwrap_or_default().trim_start_matches(['`', '~', ' ']);
    let language = info.split_whitespace().next().unwrap_or_default().to_lowercase();
    let body: Vec<&str> = lines.collect();
    if source.contains("____") || source.contains("${") {
        return false;
    }
    let begins =
        |words: &[&str]| body.iter().any(|line| words.iter().any(|word| line.trim_start().starts_with(word)));
    let has = |word: &str| source.contains(word);
    match language.as_str() {
        "proto" | "protobuf" | "proto3" => begins(&["message ", "service "]) && has("{"),
        "graphql" | "gql" | "graphqls" => {
            begins(&["type ", "schema ", "extend type ", "interface ", "input "])
        }
        "avsc" | "avro" => has("\"fields\""),
        "yaml" | "yml" | "json" | "openapi" | "asyncapi" | "jsonschema" | "jsonc" => {
            let api =
                begins(&["openapi:", "swagger:", "asyncapi:", "\"openapi\"", "\"swagger\"", "\"asyncapi\""]);
            let schema = has("$schema") || begins(&["type: object", "\"type\": \"object\""]);
            (api && (has("paths") || has("channels") || has("operations"))) || (schema && has("properties"))
        }
        _ => false,
    }
}

/// The byte of the first link to a contract file.
#[must_use]
pub fn contract_link(text: &str, outline: &Outline) -> Option<usize> {
    links(text, outline).find(|(_, target)| is_contract_file(target)).map(|(offset, _)| offset)
}

/// Where links to contract files lead, in order: paths or addresses.
pub fn contract_links<'t>(text: &'t str, outline: &'t Outline) -> impl Iterator<Item = &'t str> {
    links(text, outline).map(|(_, target)| target).filter(|target| is_contract_file(target))
}

fn is_contract_file(target: &str) -> bool {
    let target = target.split(['#', '?']).next().unwrap_or_default().to_lowercase();
    let name = target.rsplit('/').next().unwrap_or_default();
    CONTRACT_FILES.iter().any(|ending| name.ends_with(ending))
        || ([".yaml", ".yml", ".json"].iter().any(|ending| name.ends_with(ending))
            && ["openapi", "asyncapi", "swagger", "schema"].iter().any(|word| name.contains(word)))
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
        has_contract(text, &Outline::parse(text))
    }

    #[test]
    fn knows_contracts() {
        for text in [
            "```yaml\nopenapi: 3.1.0\npaths:\n  /orders: {}\n```\n",
            "```json\n{\n  \"asyncapi\": \"3.0.0\",\n  \"channels\": {}\n}\n```\n",
            "```proto\nservice Orders {\n  rpc Get(A) returns (B);\n}\n```\n",
            "```graphql\ntype Query {\n  a: Int\n}\n```\n",
            "```json\n{\"$schema\": \"x\", \"properties\": {}}\n```\n",
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
