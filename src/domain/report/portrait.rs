//! The whole of one PRD, as `prd show` gives it.

use serde::Serialize;

use super::history::Entry;
use crate::domain::graph::dependencies::{Edge, Graph};
use crate::domain::model::dependency::DependencyKind;
use crate::domain::model::finding::Finding;
use crate::domain::model::id::PrdId;
use crate::domain::model::prd::Prd;
use crate::domain::model::state::State;

/// One PRD with what the others and its records say of it.
#[derive(Debug, Clone, Serialize)]
pub struct Portrait<'a> {
    /// The model.
    pub prd: &'a Prd,
    /// In per cent; null where nothing says it.
    pub progress: Option<i64>,
    /// Where the progress was read.
    pub progress_source: String,
    /// What it waits for, from both files' declarations.
    pub prerequisites: Vec<Link>,
    /// What waits for it.
    pub dependents: Vec<Link>,
    /// What is wrong with it.
    pub findings: Vec<Finding>,
    /// What happened to it, newest first.
    pub history: Vec<Entry>,
}

/// One edge, seen from one of its ends.
#[derive(Debug, Clone, Serialize)]
pub struct Link {
    /// The PRD at the other end.
    pub id: PrdId,
    /// Its title.
    pub title: String,
    /// Its state.
    pub state: State,
    /// The kind.
    pub kind: DependencyKind,
    /// True where what the edge demands is there.
    pub met: bool,
    /// Why.
    pub reason: Option<String>,
}

impl<'a> Portrait<'a> {
    /// The portrait of a PRD.
    #[must_use]
    pub fn of(
        prd: &'a Prd,
        graph: &Graph<'_>,
        progress_source: String,
        findings: Vec<Finding>,
        history: Vec<Entry>,
    ) -> Self {
        let node = graph.node(&prd.id);
        let link = |edge: &Edge, other: usize| {
            let other = graph.prd(other);
            Link {
                id: other.id.clone(),
                title: other.title.clone(),
                state: other.state,
                kind: edge.kind,
                met: edge.met,
                reason: edge.reason.clone(),
            }
        };
        Self {
            prd,
            progress: prd.progress().map(|progress| progress.percent()),
            progress_source,
            prerequisites: node
                .into_iter()
                .flat_map(|node| graph.prerequisites(node))
                .map(|edge| link(edge, edge.prerequisite))
                .collect(),
            dependents: node
                .into_iter()
                .flat_map(|node| graph.dependents(node))
                .map(|edge| link(edge, edge.dependent))
                .collect(),
            findings,
            history,
        }
    }
}
