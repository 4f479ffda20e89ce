//! The rows of a list of PRDs, as scripts get them.

use serde::Serialize;

use crate::domain::graph::dependencies::Graph;
use crate::domain::model::dependency::{DependencyKind, Direction};
use crate::domain::model::id::PrdId;
use crate::domain::model::path::RepoPath;
use crate::domain::model::people::TeamName;
use crate::domain::model::prd::Prd;
use crate::domain::model::priority::Priority;
use crate::domain::model::state::State;

/// A list of PRDs.
#[derive(Debug, Clone, Serialize)]
pub struct Listing {
    /// The PRDs, in the order asked for.
    pub prds: Vec<Row>,
}

/// One PRD of a list.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// The id.
    pub id: PrdId,
    /// Its number.
    pub number: u32,
    /// The title.
    pub title: String,
    /// The state.
    pub state: State,
    /// The file.
    pub path: RepoPath,
    /// The service, else the slug.
    pub service: String,
    /// The lead team.
    pub team: Option<TeamName>,
    /// All teams, the lead first.
    pub teams: Vec<TeamName>,
    /// The priority.
    pub priority: Option<Priority>,
    /// In per cent; null where the text says nothing.
    pub progress: Option<i64>,
    /// What it waits for, whichever file declares it; ids that no PRD has are there too.
    pub depends_on: Vec<Dependency>,
    /// Declared prerequisites without an id.
    pub external: Vec<String>,
    /// The owner.
    pub owner: Option<String>,
    /// The branch.
    pub branch: Option<String>,
    /// The worktree.
    pub worktree: Option<String>,
    /// The GitHub issue.
    pub issue: Option<String>,
    /// Rules that reading found broken, each once.
    pub problems: Vec<&'static str>,
}

/// One prerequisite.
#[derive(Debug, Clone, Serialize)]
pub struct Dependency {
    /// The prerequisite.
    pub id: PrdId,
    /// The kind.
    pub kind: DependencyKind,
}

impl Row {
    /// The row of a PRD.
    #[must_use]
    pub fn of(prd: &Prd, graph: &Graph<'_>) -> Self {
        let mut problems: Vec<&'static str> = prd.problems.iter().map(|problem| problem.rule).collect();
        problems.sort_unstable();
        problems.dedup();
        Self {
            id: prd.id.clone(),
            number: prd.id.number(),
            title: prd.title.clone(),
            state: prd.state,
            path: prd.path.clone(),
            service: prd.service_name(),
            team: prd.team.clone(),
            teams: prd.teams.clone(),
            priority: prd.priority,
            progress: prd.progress().map(|progress| progress.percent()),
            depends_on: depends_on(prd, graph),
            external: prd.external.iter().map(|external| external.text.clone()).collect(),
            owner: prd.owner.clone(),
            branch: prd.branch.clone(),
            worktree: prd.worktree.clone(),
            issue: prd.issue.clone(),
            problems,
        }
    }
}

/// The edges of a PRD's node, then what its own file declares and no PRD is. Of two files with one id, the one that
/// the graph leaves out has only what it declares itself.
fn depends_on(prd: &Prd, graph: &Graph<'_>) -> Vec<Dependency> {
    let node = graph.node(&prd.id).filter(|node| graph.prd(*node).path == prd.path);
    let of_graph = node
        .into_iter()
        .flat_map(|node| graph.prerequisites(node))
        .map(|edge| Dependency { id: graph.id(edge.prerequisite).clone(), kind: edge.kind });
    let mut found: Vec<Dependency> = of_graph.collect();
    let own = prd.dependencies.iter().filter(|declared| declared.direction == Direction::DependsOn);
    for declared in own {
        if found.iter().any(|known| known.id == declared.id) {
            continue;
        }
        let is_unknown = node.is_none()
            || graph
                .unresolved()
                .iter()
                .any(|unknown| Some(unknown.node) == node && unknown.id == declared.id);
        if is_unknown {
            found.push(Dependency { id: declared.id.clone(), kind: declared.kind });
        }
    }
    found
}
