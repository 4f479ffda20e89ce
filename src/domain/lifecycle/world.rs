//! A repository in memory, for tests: files, and applying plans to them.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset};

use super::check_in::CheckIn;
use super::contract::ContractRecord;
use super::edits::TransitionError;
use super::event::{Event, RecordKind, Waiver};
use super::guard::Override;
use super::plan::{Action, Plan, TextHash};
use super::snapshot::{QueuedIssues, Records, Request, Snapshot, Subject};
use crate::domain::config::schema::Config;
use crate::domain::graph::dependencies::{Graph, GraphFacts};
use crate::domain::markdown::read::{Reading, is_prd_file, read_prd};
use crate::domain::model::id::PrdId;
use crate::domain::model::path::RepoPath;
use crate::domain::model::people::Person;
use crate::domain::model::portfolio::Portfolio;
use crate::domain::model::state::State;
use crate::domain::review::record::{Approval, ReviewRecord};

/// Files by path, and the configuration.
#[derive(Debug, Clone, Default)]
pub(crate) struct World {
    pub(crate) config: Config,
    pub(crate) files: BTreeMap<RepoPath, String>,
    pub(crate) work_plan: Option<(RepoPath, String)>,
    pub(crate) github: Option<QueuedIssues>,
    clock: i64,
    actor: usize,
}

/// People who act, told apart by their addresses.
const PEOPLE: [(&str, &str); 3] =
    [("Ada", "ada@example.org"), ("Ben", "ben@example.org"), ("Cleo", "cleo@example.org")];

impl World {
    /// A world with one PRD for each pair of a state and header lines; ids count from PRD-001.
    pub(crate) fn of(prds: &[(State, &str)]) -> Self {
        let mut world = Self::default();
        for (at, (state, header)) in prds.iter().enumerate() {
            let number = at + 1;
            let folder = world.config.directories().folder(*state).unwrap().clone();
            let path = folder.join(&format!("PRD-{number:03}-thing-{number}.md")).unwrap();
            world.files.insert(
                path,
                format!("# PRD-{number:03}: Thing {number}\n\n{header}\n\n## Summary\n\nIt is.\n"),
            );
        }
        world
    }

    /// The next acts are this person's.
    pub(crate) fn act_as(&mut self, person: usize) {
        self.actor = person % PEOPLE.len();
    }

    /// The portfolio as its files say.
    pub(crate) fn portfolio(&self) -> Portfolio {
        let directories = self.config.directories();
        let files = self.files.iter().filter(|(path, _)| is_prd_file(path.file_name()));
        let prds = files.filter_map(|(path, text)| {
            let state = directories.state_of(path)?;
            match read_prd(path, state, text.as_bytes(), self.config.id_format()) {
                Reading::Prd(prd) => Some(*prd),
                Reading::Stray(_) => None,
            }
        });
        Portfolio::new(self.config.id_format().clone(), prds.collect(), Vec::new(), Vec::new())
    }

    /// The records as their files say.
    pub(crate) fn records(&self) -> Records {
        let mut records = Records::default();
        let folder = self.config.directories().records();
        let of_prds = |path: &RepoPath| path.is_below(&folder) && !path.as_str().contains("/notes/");
        for (path, text) in self.files.iter().filter(|(path, _)| of_prds(path)) {
            let kind = RecordKind::ALL
                .into_iter()
                .find(|kind| path.as_str().contains(&format!("/{}/", kind.folder())))
                .unwrap();
            match kind {
                RecordKind::Events => {
                    let event: Event = serde_json::from_str(text).unwrap();
                    records.events.entry(event.prd.clone()).or_default().push(event);
                }
                RecordKind::Reviews => {
                    let review: ReviewRecord = serde_json::from_str(text).unwrap();
                    records.reviews.entry(review.id.clone()).or_default().push(review);
                }
                RecordKind::Approvals => {
                    let approval: Approval = serde_json::from_str(text).unwrap();
                    records.approvals.entry(approval.id.clone()).or_default().push(approval);
                }
                RecordKind::Waivers => {
                    let waiver: Waiver = serde_json::from_str(text).unwrap();
                    records.waivers.entry(waiver.prd.clone()).or_default().push(waiver);
                }
                RecordKind::Contracts => {
                    let record: ContractRecord = serde_json::from_str(text).unwrap();
                    records.contracts.entry(record.prd.clone()).or_default().push(record);
                }
                RecordKind::CheckIns => {
                    let check_in: CheckIn = serde_json::from_str(text).unwrap();
                    records.check_ins.entry(check_in.prd.clone()).or_default().push(check_in);
                }
            }
        }
        records
    }

    /// The state of a PRD.
    pub(crate) fn state(&self, number: u32) -> State {
        self.portfolio().find(&self.id(number)).unwrap().state
    }

    /// The text of a PRD.
    pub(crate) fn text(&self, number: u32) -> String {
        self.files[&self.portfolio().find(&self.id(number)).unwrap().path].clone()
    }

    /// The id of a number.
    pub(crate) fn id(&self, number: u32) -> PrdId {
        self.config.id_format().id(number)
    }

    fn now(&self) -> DateTime<FixedOffset> {
        DateTime::parse_from_rfc3339("2025-06-02T08:00:00+00:00").unwrap()
            + chrono::Duration::seconds(self.clock)
    }

    /// Plans one step for a PRD and applies it; time goes on by a second.
    pub(crate) fn step(
        &mut self,
        number: u32,
        plan: impl FnOnce(&Snapshot<'_>, Subject<'_>) -> Result<Plan, TransitionError>,
    ) -> Result<Plan, TransitionError> {
        self.clock += 1;
        let (portfolio, records) = (self.portfolio(), self.records());
        let facts = GraphFacts {
            published: records.published(),
            was_complete: records.completed_before_archiving(&portfolio),
            resolution: true,
            ..GraphFacts::default()
        };
        let graph = Graph::build(&portfolio, &facts);
        let (name, email) = PEOPLE[self.actor];
        let actor = Person { name: name.to_owned(), email: email.to_owned() };
        let snapshot = Snapshot {
            config: &self.config,
            portfolio: &portfolio,
            graph: &graph,
            records: &records,
            actor: &actor,
            now: self.now(),
            today: self.now().date_naive(),
            work_plan: self.work_plan.as_ref(),
            github: self.github.as_ref(),
        };
        let prd = portfolio.find(&self.id(number)).unwrap();
        let plan = plan(&snapshot, Subject { prd, text: &self.files[&prd.path] })?;
        self.apply(&plan);
        Ok(plan)
    }

    /// Applies the files of a plan as the store does: what is replaced must be what the plan was made from.
    fn apply(&mut self, plan: &Plan) {
        for change in plan.file_changes() {
            let hash = self.current(change.path).map(|text| TextHash::of(text.as_bytes()));
            assert_eq!(hash.as_ref(), change.replaces, "{} is not what the plan was made from", change.path);
        }
        for change in plan.file_changes() {
            match (change.content, &mut self.work_plan) {
                (Some(text), Some((path, old))) if path == change.path => text.clone_into(old),
                (Some(text), _) => {
                    self.files.insert(change.path.clone(), text.to_owned());
                }
                (None, _) => {
                    self.files.remove(change.path);
                }
            }
        }
    }

    fn current(&self, path: &RepoPath) -> Option<&String> {
        match &self.work_plan {
            Some((work_plan, text)) if work_plan == path => Some(text),
            _ => self.files.get(path),
        }
    }
}

/// A request without force and reason.
pub(crate) fn plainly() -> Request {
    Request::default()
}

/// A request with `--force --reason`.
pub(crate) fn forced() -> Request {
    Request {
        overriding: Override { force: true, reason: Some("the launch cannot wait".to_owned()) },
        acting_as: None,
    }
}

/// The rules that a refusal names.
pub(crate) fn rules(outcome: Result<Plan, TransitionError>) -> Vec<&'static str> {
    match outcome {
        Err(TransitionError::Refused(refusal)) => {
            refusal.failures.iter().map(|failure| failure.rule).collect()
        }
        Err(error) => panic!("{error}"),
        Ok(_) => Vec::new(),
    }
}

/// True where the plan has a step of the kind.
pub(crate) fn has(plan: &Plan, wanted: impl Fn(&Action) -> bool) -> bool {
    plan.actions.iter().any(wanted)
}
