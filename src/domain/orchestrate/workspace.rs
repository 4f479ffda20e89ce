//! Several repositories as one portfolio.
//!
//! An id stays as it is where only one repository has it, and is qualified with its repository's name where several
//! have it: `payments#SVC-129`. What a PRD says of ids is meant in its own repository, unless it names another.
//! Paths begin with the repository's name, so no two files have one path.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;

use crate::domain::graph::dependencies::GraphFacts;
use crate::domain::graph::facts::{Facts, PrdFacts};
use crate::domain::graph::milestone;
use crate::domain::model::dependency::{Declared, DependencyKind};
use crate::domain::model::effort::EffortUnits;
use crate::domain::model::finding::{Finding, Place, Severity};
use crate::domain::model::id::{IdFormat, PrdId};
use crate::domain::model::path::RepoPath;
use crate::domain::model::portfolio::Portfolio;
use crate::domain::model::prd::Prd;
use crate::domain::model::repository::RepositoryName;

/// One repository.
#[derive(Debug)]
pub struct Member<'a> {
    /// What the workspace calls it.
    pub name: &'a RepositoryName,
    /// Its PRDs.
    pub portfolio: &'a Portfolio,
    /// What its graph depends on besides.
    pub graph_facts: GraphFacts,
    /// What its schedule depends on besides.
    pub facts: Facts,
}

/// The repositories as one.
#[derive(Debug)]
pub struct Joined {
    /// All PRDs.
    pub portfolio: Portfolio,
    /// What the graph depends on besides.
    pub graph_facts: GraphFacts,
    /// What the schedule depends on besides.
    pub facts: Facts,
    /// Repositories that PRDs name and the workspace does not: `unknown-repository`, by place.
    pub problems: Vec<Finding>,
}

/// What each id is called in the workspace.
#[derive(Debug)]
pub struct Names<'a> {
    members: Vec<(&'a RepositoryName, &'a Portfolio)>,
    /// In which repository an id is; `None` where several have it.
    owner: HashMap<&'a PrdId, Option<usize>>,
}

impl<'a> Names<'a> {
    /// Looks which ids several repositories have.
    #[must_use]
    pub fn of(members: Vec<(&'a RepositoryName, &'a Portfolio)>) -> Self {
        let mut owner: HashMap<&PrdId, Option<usize>> = HashMap::new();
        for (at, (_, portfolio)) in members.iter().enumerate() {
            for prd in portfolio.prds() {
                let known = owner.entry(&prd.id).or_insert(Some(at));
                if *known != Some(at) {
                    *known = None;
                }
            }
        }
        Self { members, owner }
    }

    /// What the PRD of an id in the repository at a place is called.
    ///
    /// # Panics
    /// Where there is no such place.
    #[must_use]
    pub fn id(&self, at: usize, id: &PrdId) -> PrdId {
        match self.owner.get(id) {
            Some(Some(owner)) if *owner == at => id.clone(),
            Some(_) | None => id.in_repository(self.members[at].0),
        }
    }

    /// What an id means that a PRD of the repository at a place writes; one that is nobody's is qualified.
    fn meant(&self, at: usize, id: &PrdId) -> PrdId {
        let known = self.members[at].1.find_meant(id).map(|(prd, _)| &prd.id);
        known.map_or_else(|| id.in_repository(self.members[at].0), |id| self.id(at, id))
    }

    /// What an id means that names its repository; `None` where the workspace has no such repository.
    fn elsewhere(&self, id: &PrdId) -> Option<PrdId> {
        let (name, id) = id.split_repository();
        let name = name?;
        let at = self.members.iter().position(|(known, _)| known.is(name))?;
        Some(self.meant(at, &id))
    }
}

/// Makes one portfolio of several repositories, on a day.
#[must_use]
pub fn join(today: NaiveDate, members: &[Member]) -> Joined {
    let names = Names::of(members.iter().map(|member| (member.name, member.portfolio)).collect());
    let mut prds = Vec::new();
    let mut problems = Vec::new();
    let mut unread = Vec::new();
    let mut graph_facts = GraphFacts::default();
    let mut known: BTreeMap<PrdId, PrdFacts> = BTreeMap::new();
    for (at, member) in members.iter().enumerate() {
        let moving = Moving { at, member, names: &names };
        prds.extend(member.portfolio.prds().iter().map(|prd| moving.prd(prd, &mut problems)));
        unread.extend(member.portfolio.problems.iter().map(|problem| moving.finding(problem)));
        let moved = |ids: &BTreeSet<PrdId>| -> Vec<PrdId> { ids.iter().map(|id| names.id(at, id)).collect() };
        graph_facts.published.extend(moved(&member.graph_facts.published));
        graph_facts.was_complete.extend(moved(&member.graph_facts.was_complete));
        known.extend(member.facts.prds.iter().map(|(id, facts)| (names.id(at, id), facts.clone())));
    }
    problems.sort_by(|a, b| (&a.place, &a.message).cmp(&(&b.place, &b.message)));
    let milestones = milestone::dues(&prds);
    let format = members.first().map_or_else(IdFormat::default, |member| member.portfolio.format().clone());
    Joined {
        portfolio: Portfolio::new(format, prds, Vec::new(), unread),
        graph_facts,
        // Efforts are in days already, and every PRD has its milestone's date.
        facts: Facts { prds: known, units: EffortUnits::default(), milestones, ..Facts::on(today) },
        problems,
    }
}

/// A repository on its way into the workspace.
struct Moving<'a> {
    at: usize,
    member: &'a Member<'a>,
    names: &'a Names<'a>,
}

impl Moving<'_> {
    fn prd(&self, prd: &Prd, problems: &mut Vec<Finding>) -> Prd {
        let meant = |id: &PrdId| self.names.meant(self.at, id);
        let mut moved = prd.clone();
        moved.id = self.names.id(self.at, &prd.id);
        moved.path = self.path(&prd.path);
        moved.target = self.member.facts.target(prd);
        for effort in [&mut moved.estimate, &mut moved.remaining, &mut moved.timeline] {
            *effort = effort.as_ref().and_then(|effort| effort.in_days(&self.member.facts.units));
        }
        moved.parent = prd.parent.as_ref().map(meant);
        moved.children = prd.children.iter().map(meant).collect();
        moved.superseded_by = prd.superseded_by.as_ref().map(meant);
        moved.problems = prd.problems.iter().map(|problem| self.finding(problem)).collect();
        let own =
            prd.dependencies.iter().map(|declared| Declared { id: meant(&declared.id), ..declared.clone() });
        moved.dependencies = own.collect();
        for declared in &prd.elsewhere {
            match self.names.elsewhere(&declared.id) {
                Some(id) => {
                    let written = declared.id.to_string();
                    moved.external.retain(|external| !external.text.contains(&written));
                    moved.dependencies.push(Declared { id, ..declared.clone() });
                }
                None => problems.push(self.unknown_repository(&moved, declared)),
            }
        }
        if !self.member.graph_facts.resolution {
            // There edges are drawn and none binds.
            moved.dependencies.iter_mut().for_each(|declared| declared.kind = DependencyKind::Soft);
        }
        moved
    }

    fn unknown_repository(&self, prd: &Prd, declared: &Declared) -> Finding {
        let place = Place::line(prd.path.clone(), declared.line);
        let message = format!("{} names {}, and the workspace has no such repository", prd.id, declared.id);
        let known: Vec<&str> = self.names.members.iter().map(|(name, _)| name.as_str()).collect();
        Finding::new("unknown-repository", Severity::Warning, place, message)
            .hint(format!("its repositories are {}", known.join(", ")))
    }

    fn finding(&self, finding: &Finding) -> Finding {
        let place = Place { path: self.path(&finding.place.path), ..finding.place.clone() };
        Finding { place, ..finding.clone() }
    }

    fn path(&self, path: &RepoPath) -> RepoPath {
        // A name and a path make a path, so the second arm is never taken.
        RepoPath::new(&format!("{}/{path}", self.member.name)).unwrap_or_else(|_| path.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::graph::dependencies::Graph;
    use crate::domain::graph::schedule::Schedule;
    use crate::domain::model::dependency::Direction;
    use crate::domain::model::effort::Size;
    use crate::domain::model::repository::qualified_at;
    use crate::domain::model::sample::{Sample, portfolio, prd};

    fn elsewhere(sample: Sample, id: &str, direction: Direction, kind: DependencyKind) -> Sample {
        sample.with(|prd| {
            let (id, _) = qualified_at(id).unwrap();
            prd.external.push(crate::domain::model::dependency::External { text: id.to_string(), line: 4 });
            prd.elsewhere.push(Declared { id: id.clone(), direction, kind, reason: None, line: 4 });
        })
    }

    /// The graph of two repositories, told edge by edge with the day on which the dependent is finished.
    fn told(shop: Vec<Sample>, payments: Vec<Sample>, units: &EffortUnits) -> (Vec<String>, Vec<String>) {
        let names = [RepositoryName::new("shop").unwrap(), RepositoryName::new("payments").unwrap()];
        let portfolios = [portfolio(shop), portfolio(payments)];
        let today = "2025-06-02".parse().unwrap();
        let members: Vec<Member> = names
            .iter()
            .zip(&portfolios)
            .map(|(name, portfolio)| Member {
                name,
                portfolio,
                graph_facts: GraphFacts::default(),
                facts: Facts { units: units.clone(), ..Facts::on(today) },
            })
            .collect();
        let joined = join(today, &members);
        let graph = Graph::build(&joined.portfolio, &joined.graph_facts);
        let schedule = Schedule::of(&graph, &joined.facts);
        let day = |node| schedule.entry(node).and_then(|entry| entry.finish).unwrap_or(-1);
        let edges = graph.edges().iter().map(|edge| {
            let (dependent, prerequisite) = (graph.id(edge.dependent), graph.id(edge.prerequisite));
            format!("{dependent} <- {prerequisite} {} @{}", edge.kind, day(edge.dependent))
        });
        let problems = joined.problems.iter().chain(graph.problems());
        let problems = problems.map(|problem| format!("{}: {}", problem.place.path, problem.message));
        (edges.collect(), problems.collect())
    }

    #[test]
    fn edges_lead_across_repositories_and_clashing_ids_are_qualified() {
        let shop = vec![
            elsewhere(
                prd("SVC-1").estimate("2d").depends("SVC-2"),
                "Payments#PAY-7",
                Direction::DependsOn,
                DependencyKind::Contract,
            ),
            prd("SVC-2").estimate("3d"),
        ];
        let payments = vec![
            elsewhere(
                prd("PAY-7").estimate("4d").depends("SVC-2"),
                "shop#SVC-1",
                Direction::Blocks,
                DependencyKind::Complete,
            ),
            prd("SVC-2").estimate("5d"),
        ];
        let (edges, problems) = told(shop, payments, &EffortUnits::default());
        assert_eq!(
            edges,
            [
                "PAY-7 <- payments#SVC-2 complete @9",
                "SVC-1 <- PAY-7 contract @11",
                "SVC-1 <- shop#SVC-2 complete @11",
            ]
        );
        assert!(problems.is_empty(), "{problems:?}");
    }

    #[test]
    fn what_nobody_has_is_told_with_its_repository() {
        let shop = vec![elsewhere(
            elsewhere(
                prd("SVC-1").depends("SVC-9"),
                "payments#PAY-8",
                Direction::DependsOn,
                DependencyKind::Soft,
            ),
            "ledger#LED-1",
            Direction::DependsOn,
            DependencyKind::Complete,
        )];
        let (edges, problems) = told(shop, vec![prd("PAY-7"), prd("SVC-9")], &EffortUnits::default());
        assert!(edges.is_empty(), "an id without a repository never leads to another one: {edges:?}");
        assert_eq!(problems.len(), 3, "{problems:?}");
        let all = problems.join("\n");
        for part in [
            "SVC-1 names ledger#LED-1, and the workspace has no such repository",
            "SVC-1 depends on payments#PAY-8, and no PRD has that id",
            "SVC-1 depends on shop#SVC-9, and no PRD has that id",
        ] {
            assert!(all.contains(part), "no {part} in {all}");
        }
        assert!(problems.iter().all(|problem| problem.starts_with("shop/docs/prds/")), "{all}");
    }

    #[test]
    fn efforts_keep_the_worth_that_they_have_at_home() {
        let units = EffortUnits { days_per_size: vec![(Size::M, 4.into())], ..EffortUnits::default() };
        let shop = vec![prd("SVC-1").estimate("M"), prd("SVC-2").estimate("1d").depends("SVC-1")];
        let (edges, _) = told(shop, Vec::new(), &units);
        assert_eq!(edges, ["SVC-2 <- SVC-1 complete @5"]);
    }
}
