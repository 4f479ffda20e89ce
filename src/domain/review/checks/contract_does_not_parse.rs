//! A contract that its own language's parser does not take. Consumers generate clients from it, and cannot.

use super::check::{Applies, Check, Family, Hit, Touches};
use crate::domain::contract::Kind;
use crate::domain::model::finding::Severity;
use crate::domain::review::document::Document;
use crate::domain::review::guard::{Linked, contract_links};

/// The check.
pub const CHECK: Check = Check {
    id: "contract-does-not-parse",
    severity: Severity::Error,
    family: Family::Consistency,
    touches: Touches::Dimensions(&["api"]),
    penalty: 40,
    applies: Applies::Always,
    source: "OpenAPI 3, AsyncAPI 2 and 3, JSON Schema, protobuf and GraphQL: their own parsers and published schemas",
    hint: "mend the contract at this line; mark what is left out with a line `...`",
    question: "",
    bad: "# P\n\n## API\n\n```yaml\nopenapi: 3.1.0\npaths:\n  /orders:\n    get:\n      respones: {}\n```\n",
    good: "# P\n\n## API\n\n```yaml\nopenapi: 3.1.0\npaths:\n  /orders:\n    get:\n      responses: {'200': {description: The orders}}\n```\n",
    run,
};

fn run(document: &Document<'_>) -> Vec<Hit> {
    let blocks = document.contracts().iter().filter_map(|block| {
        let (span, flaw) = (block.flaw_span.clone()?, block.contract.flaw.as_ref()?);
        Some(Hit::new(span, message(block.contract.kind, &flaw.message)))
    });
    if document.linked_contracts.is_empty() {
        return blocks.collect();
    }
    let links = contract_links(document.text, &document.outline).filter_map(|(offset, target)| {
        let link = document.linked_contracts.iter().find(|link| link.target == target)?;
        if !matches!(link.found, Linked::File(..)) {
            return None;
        }
        Some(Hit::new(offset..offset + target.len(), link.problem()?))
    });
    blocks.chain(links).collect()
}

/// What is said of a contract that does not read.
#[must_use]
pub fn message(kind: Kind, flaw: &str) -> String {
    format!("this {kind} does not parse: {flaw}")
}
