//! PRDs for tests, made in one expression.

use num_rational::Ratio;

use super::checklist::{Checklist, Progress};
use super::dependency::{Declared, DependencyKind, Direction};
use super::effort::Effort;
use super::id::{IdFormat, PrdId};
use super::path::RepoPath;
use super::people::TeamName;
use super::portfolio::Portfolio;
use super::prd::Prd;
use super::priority::Priority;
use super::slug::Slug;
use super::state::State;

/// The id of a text that is one.
pub(crate) fn id(text: &str) -> PrdId {
    PrdId::parse(text).unwrap()
}

/// A PRD in progress of that id, with nothing else in it; each step below adds one thing.
pub(crate) fn prd(text: &str) -> Sample {
    let id = id(text);
    Sample(Prd {
        title: format!("Title of {id}"),
        slug: Slug::from_text(&format!("slug {id}")),
        state: State::InProgress,
        path: path(State::InProgress, &id),
        id,
        priority: None,
        team: None,
        teams: Vec::new(),
        service: None,
        services: Vec::new(),
        owner: None,
        author: None,
        created: None,
        started: None,
        completed: None,
        target: None,
        milestone: None,
        estimate: None,
        remaining: None,
        timeline: None,
        progress_field: None,
        checklist: Checklist::default(),
        dependencies: Vec::new(),
        external: Vec::new(),
        elsewhere: Vec::new(),
        parent: None,
        children: Vec::new(),
        superseded_by: None,
        blocked: None,
        contract_eta: None,
        branch: None,
        worktree: None,
        issue: None,
        pull_request: None,
        files: Vec::new(),
        fields: Vec::new(),
        problems: Vec::new(),
    })
}

/// A portfolio of these, in the format `SVC-{number}`.
pub(crate) fn portfolio(prds: impl IntoIterator<Item = Sample>) -> Portfolio {
    let format = IdFormat::from_pattern("SVC-{number}").unwrap();
    Portfolio::new(format, prds.into_iter().map(|sample| sample.0).collect(), Vec::new(), Vec::new())
}

fn path(state: State, id: &PrdId) -> RepoPath {
    RepoPath::new(&format!("docs/prds/{state}/{id}.md")).unwrap()
}

/// A PRD that is being made.
#[derive(Debug, Clone)]
pub(crate) struct Sample(pub(crate) Prd);

impl Sample {
    pub(crate) fn state(mut self, state: State) -> Self {
        self.0.state = state;
        self.0.path = path(state, &self.0.id);
        self
    }

    pub(crate) fn team(mut self, name: &str) -> Self {
        self.0.team = TeamName::new(name);
        self.0.teams = self.0.team.iter().cloned().collect();
        self
    }

    pub(crate) fn service(mut self, name: &str) -> Self {
        self.0.service = Some(name.to_owned());
        self
    }

    pub(crate) fn priority(mut self, priority: Priority) -> Self {
        self.0.priority = Some(priority);
        self
    }

    pub(crate) fn estimate(mut self, text: &str) -> Self {
        self.0.estimate = Effort::read(text);
        assert!(self.0.estimate.is_some(), "`{text}` is no effort");
        self
    }

    pub(crate) fn percent(mut self, percent: i64) -> Self {
        self.0.progress_field = Some(Progress::new(Ratio::new(percent, 100)));
        self
    }

    pub(crate) fn target(mut self, date: &str) -> Self {
        self.0.target = Some(date.parse().unwrap());
        self
    }

    pub(crate) fn parent(mut self, text: &str) -> Self {
        self.0.parent = Some(id(text));
        self
    }

    /// Depends on these: `SVC-131, SVC-129 (contract)`; the line is the place in the list, from 1.
    pub(crate) fn depends(self, list: &str) -> Self {
        self.declare(Direction::DependsOn, list)
    }

    /// Depends on some of the PRDs `SVC-1` to `SVC-{at}`: pairs of a place from 0, where it is before `at`, and of a
    /// kind from 0 to 2.
    pub(crate) fn depends_on_earlier(self, at: usize, edges: &[(usize, usize)]) -> Self {
        edges.iter().filter(|(before, _)| *before < at).fold(self, |sample, (before, kind)| {
            let kind = ["complete", "finish", "contract"][*kind];
            sample.depends(&format!("SVC-{} ({kind})", before + 1))
        })
    }

    /// Blocks these; written as in [`Sample::depends`].
    pub(crate) fn blocks(self, list: &str) -> Self {
        self.declare(Direction::Blocks, list)
    }

    fn declare(mut self, direction: Direction, list: &str) -> Self {
        for part in list.split(',') {
            let (name, kind) = part.trim().split_once(" (").unwrap_or((part.trim(), "complete)"));
            let kind: DependencyKind = kind.trim_end_matches(')').parse().unwrap();
            let line = self.0.dependencies.len() + 1;
            self.0.dependencies.push(Declared { id: id(name), direction, kind, reason: None, line });
        }
        self
    }

    /// Any other change.
    pub(crate) fn with(mut self, change: impl FnOnce(&mut Prd)) -> Self {
        change(&mut self.0);
        self
    }
}

/// Five PRDs of three teams, with today a Monday, 2025-06-02: SVC-131 and SVC-132 are the critical path of
/// 20 days, and SVC-129 costs most.
pub(crate) fn worked_example() -> Vec<Sample> {
    vec![
        prd("SVC-128")
            .service("checkout-service")
            .team("Checkout")
            .estimate("25d")
            .percent(60)
            .depends("SVC-131 (finish), SVC-129 (finish)")
            .target("2025-06-16"),
        prd("SVC-129")
            .service("payment-service")
            .team("Payments")
            .estimate("20d")
            .percent(75)
            .target("2025-06-09"),
        prd("SVC-130")
            .service("refund-service")
            .team("Payments")
            .estimate("14d")
            .percent(30)
            .depends("SVC-129 (contract)")
            .target("2025-06-13"),
        prd("SVC-131")
            .service("inventory-service")
            .team("Inventory")
            .estimate("20d")
            .percent(85)
            .target("2025-06-11"),
        prd("SVC-132")
            .service("warehouse-integration")
            .team("Inventory")
            .estimate("18d")
            .percent(10)
            .depends("SVC-131")
            .target("2025-07-04"),
    ]
}
