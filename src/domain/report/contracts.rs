//! Contracts: which are published, promised and owed, and who waits for them.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::Serialize;

use crate::domain::contract::Kind;
use crate::domain::graph::dependencies::{Graph, Node};
use crate::domain::lifecycle::contract::{ContractRecord, Gathered};
use crate::domain::lifecycle::snapshot::Records;
use crate::domain::model::dependency::DependencyKind;
use crate::domain::model::id::PrdId;
use crate::domain::model::people::TeamName;
use crate::domain::model::state::State;

/// All contracts, by id of their PRD.
#[derive(Debug, Clone, Serialize)]
pub struct Contracts {
    /// The contracts.
    pub contracts: Vec<ContractRow>,
}

/// The contract of one PRD.
#[derive(Debug, Clone, Serialize)]
pub struct ContractRow {
    /// The PRD.
    pub id: PrdId,
    /// Its service, else its slug.
    pub service: String,
    /// Its lead team.
    pub team: Option<TeamName>,
    /// Its state.
    pub state: State,
    /// What was published last; null where nothing was.
    pub published: Option<Published>,
    /// The field `Contract ETA`.
    pub promised: Option<NaiveDate>,
    /// What is different now from what was published, one sentence each.
    pub changed: Vec<String>,
    /// Unfinished PRDs that cannot start before it is published, by id.
    pub waiting: Vec<PrdId>,
    /// All unfinished PRDs that depend on it, by id.
    pub consumers: Vec<PrdId>,
}

/// The last publication.
#[derive(Debug, Clone, Serialize)]
pub struct Published {
    /// The how-manieth it is, from 1.
    pub version: u32,
    /// When; null where a record was written by hand.
    pub time: Option<DateTime<FixedOffset>>,
    /// Who published it.
    pub by: Option<String>,
    /// True where its files were named.
    pub chosen: bool,
    /// What it consists of.
    pub parts: Vec<PartRow>,
}

/// One text of a contract.
#[derive(Debug, Clone, Serialize)]
pub struct PartRow {
    /// Where it was read: a file, or a block of the PRD.
    pub source: String,
    /// Its language.
    pub kind: Kind,
    /// What it says its version is.
    pub version: Option<String>,
    /// SHA-256 of its text.
    pub hash: String,
}

impl Published {
    fn of(record: &ContractRecord) -> Self {
        let parts = record.parts.iter().map(|part| PartRow {
            source: part.source.to_string(),
            kind: part.kind,
            version: part.version.clone(),
            hash: part.hash.to_string(),
        });
        Self {
            version: record.version,
            time: record.time,
            by: record.actor.as_ref().map(ToString::to_string),
            chosen: record.chosen,
            parts: parts.collect(),
        }
    }
}

/// PRDs that have published a contract, promise one, or owe one to somebody unfinished, by id. `now` is what is found
/// of those that were published.
#[must_use]
pub fn contracts(
    graph: &Graph<'_>,
    records: &Records,
    only: Option<&TeamName>,
    now: &BTreeMap<PrdId, Gathered>,
) -> Contracts {
    let rows = (0..graph.prds().len()).filter_map(|node| row(graph, records, node, now));
    let rows = rows.filter(|row| only.is_none_or(|team| row.team.as_ref() == Some(team)));
    Contracts { contracts: rows.collect() }
}

fn row(
    graph: &Graph<'_>,
    records: &Records,
    node: Node,
    now: &BTreeMap<PrdId, Gathered>,
) -> Option<ContractRow> {
    let prd = graph.prd(node);
    let published = records.contract(&prd.id);
    let dependents = |waiting: bool| -> Vec<PrdId> {
        let mut nodes: Vec<Node> = graph
            .dependents(node)
            .filter(|edge| edge.kind == DependencyKind::Contract && (!waiting || edge.blocks_start()))
            .map(|edge| edge.dependent)
            .filter(|dependent| graph.prd(*dependent).state.is_unfinished())
            .collect();
        nodes.sort_unstable();
        nodes.dedup();
        nodes.into_iter().map(|dependent| graph.id(dependent).clone()).collect()
    };
    let consumers = dependents(false);
    let promised = prd.contract_eta.filter(|_| prd.state.is_unfinished());
    if published.is_none() && promised.is_none() && consumers.is_empty() {
        return None;
    }
    let changed = match (published, now.get(&prd.id)) {
        (Some(record), Some(found)) => record.changes(found),
        _ => Vec::new(),
    };
    Some(ContractRow {
        id: prd.id.clone(),
        service: prd.service_name(),
        team: prd.team.clone(),
        state: prd.state,
        published: published.map(Published::of),
        promised,
        changed,
        waiting: dependents(true),
        consumers,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::graph::dependencies::GraphFacts;
    use crate::domain::model::sample::{id, portfolio, prd, worked_example};

    #[test]
    fn what_is_owed_promised_and_published_is_listed_and_nothing_else() {
        let mut samples = worked_example();
        samples.push(prd("SVC-140").with(|prd| prd.contract_eta = "2025-06-05".parse().ok()));
        samples.push(prd("SVC-141").state(State::Complete));
        samples.push(prd("SVC-142").depends("SVC-141 (contract)"));
        samples.push(prd("SVC-143"));
        let portfolio = portfolio(samples);
        let mut records = Records::default();
        let record = serde_json::from_str(r#"{"prd": "SVC-141"}"#).unwrap();
        records.contracts.insert(id("SVC-141"), vec![record]);
        let facts = GraphFacts { published: records.published(), ..GraphFacts::default() };
        let graph = Graph::build(&portfolio, &facts);
        let found = contracts(&graph, &records, None, &BTreeMap::new()).contracts;
        let told: Vec<_> = found
            .iter()
            .map(|row| {
                let numbers = |ids: &[PrdId]| ids.iter().map(PrdId::number).collect::<Vec<_>>();
                (row.id.number(), row.published.is_some(), numbers(&row.waiting), numbers(&row.consumers))
            })
            .collect();
        assert_eq!(
            told,
            [
                (129, false, vec![130], vec![130]),
                (140, false, vec![], vec![]),
                (141, true, vec![], vec![142])
            ]
        );
    }
}
