//! No contract where one is required. The empty slot takes the points.

use super::check::{Applies, Check, Family, Hit, Touches};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::Document;
use crate::domain::review::guard::{ContractBlock, LinkedContract, contract_links};

/// The check.
pub(super) const CHECK: Check = Check {
    id: "contract-missing",
    severity: Severity::Error,
    family: Family::Consistency,
    touches: Touches::Dimensions(&["api"]),
    penalty: 0,
    applies: Applies::ContractRequired,
    source: "written for this project: consumers start from the contract",
    hint: "add a fenced OpenAPI, AsyncAPI, protobuf, GraphQL or JSON Schema block, or link the file",
    question: "Where is the contract?",
    bad: "# P\n\n## API\n\nThe service returns orders.\n",
    good: "# P\n\n## API\n\nSee [the contract](api/orders.proto).\n",
    run,
};

fn run(document: &Document<'_>) -> Vec<Hit> {
    if document.contracts().iter().any(ContractBlock::is_good) {
        return Vec::new();
    }
    let links: Vec<(usize, &str)> = contract_links(document.text, &document.outline).collect();
    let problem = |target: &str| {
        document.linked_contracts.iter().find(|link| link.target == target).and_then(LinkedContract::problem)
    };
    if links.iter().any(|(_, target)| problem(target).is_none()) {
        return Vec::new();
    }
    match links.first().and_then(|(offset, target)| Some((*offset, target, problem(target)?))) {
        Some((offset, target, problem)) => {
            let message = format!("an API contract is required; {problem}");
            vec![Hit::new(offset..offset + target.len(), message)]
        }
        None => {
            vec![Hit::of_document(document, "an API contract is required, and there is none that parses")]
        }
    }
}
