//! No contract where one is required. The empty slot takes the points.

use super::check::{Applies, Check, Family, Hit, Touches};
use crate::domain::model::finding::Severity;
use crate::domain::review::document::Document;
use crate::domain::review::guard::has_contract;

/// The check.
pub(super) const CHECK: Check = Check {
    id: "contract-missing",
    severity: Severity::Error,
    family: Family::Consistency,
    touches: Touches::Dimensions(&["api"]),
    penalty: 0,
    applies: Applies::ContractRequired,
    source: "written for this project: consumers start from the contract",
    hint: "add a fenced OpenAPI, AsyncAPI, protobuf or GraphQL block, or link the file",
    question: "Where is the contract?",
    bad: "# P\n\n## API\n\nThe service returns orders.\n",
    good: "# P\n\n## API\n\nSee [the contract](api/orders.proto).\n",
    run,
};

fn run(document: &Document<'_>) -> Vec<Hit> {
    if has_contract(document.text, &document.outline) {
        return Vec::new();
    }
    vec![Hit::of_document(document, "an API contract is required, and there is none")]
}
