//! Whether dependencies could go round through some PRDs, told from what each says of others and from nothing else.
//!
//! The answer is cautious: where the graph has a way round, it is yes; where it is yes, the graph has to be asked. So a hook
//! need not read all of thousands of PRDs whole for the one that is committed.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use petgraph::algo::kosaraju_scc;
use petgraph::graph::DiGraph;
use petgraph::visit::{Dfs, VisitMap as _};
use rustc_hash::{FxBuildHasher, FxHashMap};

use super::dependencies::Node;
use crate::domain::model::dependency::Direction;
use crate::domain::model::id::{IdFormat, PrdId};
use crate::domain::model::packed::{Packed, pack_text, packed_enum, unpack_text};
use crate::domain::model::prd::Prd;
use crate::domain::model::state::State;

/// An id as far as it tells PRDs apart: two are equal as the ids are.
#[derive(Debug, Clone, Copy)]
pub struct Name<'a> {
    prefix: &'a str,
    number: u32,
}

/// How a PRD is tied to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tie {
    DependsOn,
    Blocks,
    PartOf,
    HasPart,
    SupersededBy,
}

packed_enum!(Tie { DependsOn, Blocks, PartOf, HasPart, SupersededBy });

/// What a PRD says of others.
#[derive(Debug, Clone)]
pub struct Ties<'a> {
    name: Name<'a>,
    is_archived: bool,
    /// The first that it is tied to: most are to no other, and so take no memory of their own.
    first: Option<(Tie, Name<'a>)>,
    more: Vec<(Tie, Name<'a>)>,
}

impl<'a> Name<'a> {
    fn of(id: &'a PrdId) -> Self {
        Self { prefix: id.prefix(), number: id.number() }
    }

    fn pack(self, out: &mut Vec<u8>) {
        pack_text(self.prefix, out);
        self.number.pack(out);
    }

    fn unpack(input: &mut &'a [u8]) -> Option<Self> {
        Some(Self { prefix: unpack_text(input)?, number: u32::unpack(input)? })
    }

    fn cmp_as_ids(self, other: Self) -> Ordering {
        let folded = |name: Self| name.prefix.bytes().map(|byte| byte.to_ascii_lowercase());
        folded(self).cmp(folded(other)).then(self.number.cmp(&other.number))
    }
}

impl PartialEq for Name<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number && self.prefix.eq_ignore_ascii_case(other.prefix)
    }
}

impl Eq for Name<'_> {}

impl<'a> Ties<'a> {
    /// The ties of a PRD.
    #[must_use]
    pub fn of(prd: &'a Prd) -> Self {
        let declared = prd.dependencies.iter().map(|declared| {
            let tie = match declared.direction {
                Direction::DependsOn => Tie::DependsOn,
                Direction::Blocks => Tie::Blocks,
            };
            (tie, &declared.id)
        });
        let mut others = declared
            .chain(prd.parent.iter().map(|id| (Tie::PartOf, id)))
            .chain(prd.children.iter().map(|id| (Tie::HasPart, id)))
            .chain(prd.superseded_by.iter().map(|id| (Tie::SupersededBy, id)))
            .map(|(tie, id)| (tie, Name::of(id)));
        Self {
            name: Name::of(&prd.id),
            is_archived: prd.state == State::Archived,
            first: others.next(),
            more: others.collect(),
        }
    }

    /// Whose they are.
    #[must_use]
    pub const fn name(&self) -> Name<'a> {
        self.name
    }

    /// Appends them.
    pub fn pack(&self, out: &mut Vec<u8>) {
        self.name.pack(out);
        self.is_archived.pack(out);
        self.all().count().pack(out);
        for (tie, name) in self.all() {
            tie.pack(out);
            name.pack(out);
        }
    }

    /// Takes them off the front of `input`; `None` where the bytes are none of ours.
    pub fn unpack(input: &mut &'a [u8]) -> Option<Self> {
        let (name, is_archived) = (Name::unpack(input)?, bool::unpack(input)?);
        let count = usize::unpack(input)?;
        let mut one = || Some((Tie::unpack(input)?, Name::unpack(input)?));
        let first = if count == 0 { None } else { Some(one()?) };
        let more = (1..count).map(|_| one()).collect::<Option<_>>()?;
        Some(Self { name, is_archived, first, more })
    }

    fn all(&self) -> impl Iterator<Item = &(Tie, Name<'a>)> {
        self.first.iter().chain(&self.more)
    }

    fn others(&self, wanted: Tie) -> impl Iterator<Item = Name<'a>> {
        self.all().filter(move |(tie, _)| *tie == wanted).map(|(_, name)| *name)
    }
}

/// False where no way round leads through any of the PRDs `through`, soft dependencies included. `all` are the ties of all
/// PRDs of a portfolio, by path: of a doubled id the first file counts, as in the graph.
#[must_use]
pub fn may_go_round<'a>(
    all: impl IntoIterator<Item = &'a Ties<'a>>,
    through: &[Name<'_>],
    format: &IdFormat,
) -> bool {
    let own = format.id(0);
    let web = Web::new(all, own.prefix());
    let Some(parents) = web.parents() else { return true };
    let links = web.links(&parents);
    let is_through = |node: &Node| through.contains(&web.ties[*node].name);
    // What does not wait for one of them, directly or by way of others, is on no way round through it.
    let mut walk = Dfs::empty(&links);
    for event in links.node_indices().filter(|event| is_through(&links[*event])) {
        walk.move_to(event);
        while walk.next(&links).is_some() {}
    }
    let near =
        links.filter_map(|event, node| walk.discovered.is_visited(&event).then_some(*node), |_, ()| Some(()));
    kosaraju_scc(&near).into_iter().filter(|group| group.len() > 1).any(|group| {
        let nodes: BTreeSet<Node> = group.into_iter().map(|event| near[event]).collect();
        nodes.len() > 1 && nodes.iter().any(is_through)
    })
}

/// All ties, and finding them by id.
struct Web<'a, 'o> {
    ties: Vec<&'a Ties<'a>>,
    prefixes: Vec<&'a str>,
    nodes: FxHashMap<(usize, u32), Node>,
    /// The repository's own prefix.
    own: &'o str,
}

fn place_of(prefixes: &[&str], prefix: &str) -> Option<usize> {
    prefixes.iter().position(|known| known.eq_ignore_ascii_case(prefix))
}

impl<'a, 'o> Web<'a, 'o> {
    fn new(all: impl IntoIterator<Item = &'a Ties<'a>>, own: &'o str) -> Self {
        let all = all.into_iter();
        let expected = all.size_hint().1.unwrap_or_default();
        let (mut prefixes, mut nodes) =
            (Vec::new(), FxHashMap::with_capacity_and_hasher(expected, FxBuildHasher));
        let mut ties: Vec<&Ties<'_>> = Vec::with_capacity(expected);
        for one in all {
            let Name { prefix, number } = one.name;
            let prefix = place_of(&prefixes, prefix).unwrap_or_else(|| {
                prefixes.push(prefix);
                prefixes.len() - 1
            });
            nodes.entry((prefix, number)).or_insert_with(|| {
                ties.push(one);
                ties.len() - 1
            });
        }
        Self { ties, prefixes, nodes, own }
    }

    /// The PRD that an id means, as [`crate::domain::model::portfolio::Portfolio::find_meant`] tells it.
    fn meant(&self, Name { prefix, number }: Name<'_>) -> Option<Node> {
        let prefix = match place_of(&self.prefixes, prefix) {
            Some(prefix) => prefix,
            None => place_of(&self.prefixes, self.own)?,
        };
        self.nodes.get(&(prefix, number)).copied()
    }

    /// The feature of each PRD; `None` where features are parts of themselves.
    fn parents(&self) -> Option<Vec<Option<Node>>> {
        let mut parents: Vec<Option<Node>> =
            self.ties.iter().map(|ties| self.meant(ties.others(Tie::PartOf).next()?)).collect();
        // What a part says of itself counts first, then what the feature of the lowest id says.
        let mut claims: Vec<(Node, Node)> = Vec::new();
        for (node, ties) in self.ties.iter().enumerate() {
            claims.extend(ties.others(Tie::HasPart).filter_map(|name| Some((node, self.meant(name)?))));
        }
        claims.sort_by(|(one, _), (other, _)| self.ties[*one].name.cmp_as_ids(self.ties[*other].name));
        for (node, child) in claims {
            parents[child].get_or_insert(node);
        }
        let mut seen_from: Vec<Option<Node>> = vec![None; parents.len()];
        for start in 0..parents.len() {
            let mut at = Some(start);
            while let Some(node) = at.filter(|node| seen_from[*node].is_none()) {
                seen_from[node] = Some(start);
                at = parents[node];
            }
            if at.is_some_and(|node| seen_from[node] == Some(start)) {
                return None;
            }
        }
        Some(parents)
    }

    fn successor(&self, node: Node) -> Node {
        let mut at = node;
        for _ in 0..self.ties.len() {
            let ties = self.ties[at];
            let next = ties.others(Tie::SupersededBy).next().filter(|_| ties.is_archived);
            match next.and_then(|name| self.meant(name)) {
                Some(next) if next != at => at = next,
                _ => return at,
            }
        }
        node
    }

    /// What waits for what, as in [`super::network`]: a feature is a gate and an end, any other PRD one event.
    fn links(&self, parents: &[Option<Node>]) -> DiGraph<Node, ()> {
        let mut is_feature = vec![false; self.ties.len()];
        let parts = || {
            let parts = parents.iter().enumerate().filter(|(part, _)| !self.ties[*part].is_archived);
            parts.filter_map(|(part, feature)| Some((part, (*feature)?)))
        };
        parts().for_each(|(_, feature)| is_feature[feature] = true);
        let mut graph = DiGraph::with_capacity(self.ties.len(), self.ties.len() * 2);
        let mut start = Vec::with_capacity(self.ties.len());
        let mut finish = Vec::with_capacity(self.ties.len());
        for (node, is_feature) in is_feature.iter().enumerate() {
            let event = graph.add_node(node);
            start.push(event);
            finish.push(if *is_feature { graph.add_node(node) } else { event });
            if *is_feature {
                graph.add_edge(event, finish[node], ());
            }
        }
        for (part, feature) in parts() {
            graph.add_edge(start[feature], start[part], ());
            graph.add_edge(finish[part], finish[feature], ());
        }
        let mut wait = |dependent: Node, prerequisite: Node| {
            let is_own_part = is_feature[dependent]
                && std::iter::successors(parents[prerequisite], |node| parents[*node])
                    .any(|node| node == dependent);
            let to = if is_own_part { finish[dependent] } else { start[dependent] };
            if dependent != prerequisite {
                graph.add_edge(finish[prerequisite], to, ());
            }
        };
        for (node, ties) in self.ties.iter().enumerate() {
            for (tie, name) in ties.all() {
                let Some(other) = self.meant(*name).filter(|other| *other != node) else { continue };
                match tie {
                    Tie::DependsOn => wait(node, self.successor(other)),
                    Tie::Blocks => wait(other, self.successor(node)),
                    Tie::PartOf | Tie::HasPart | Tie::SupersededBy => {}
                }
            }
        }
        graph
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::graph::dependencies::{Graph, GraphFacts};
    use crate::domain::model::portfolio::Portfolio;
    use crate::domain::model::sample::{Sample, id, portfolio, prd};

    fn may(portfolio: &Portfolio, through: &PrdId) -> bool {
        let mut prds: Vec<&Prd> = portfolio.prds().iter().collect();
        prds.sort_by_key(|prd| &prd.path);
        let mut packed = Vec::new();
        prds.into_iter().for_each(|prd| Ties::of(prd).pack(&mut packed));
        let mut rest = packed.as_slice();
        let ties: Vec<Ties<'_>> = portfolio.prds().iter().map(|_| Ties::unpack(&mut rest).unwrap()).collect();
        may_go_round(&ties, &[Name::of(through)], portfolio.format())
    }

    fn all(samples: Vec<Sample>) -> Vec<(String, bool)> {
        let portfolio = portfolio(samples);
        portfolio.prds().iter().map(|prd| (prd.id.to_string(), may(&portfolio, &prd.id))).collect()
    }

    fn round(samples: Vec<Sample>) -> Vec<String> {
        all(samples).into_iter().filter(|(_, may)| *may).map(|(id, _)| id).collect()
    }

    #[test]
    fn a_way_round_is_seen_by_those_on_it() {
        let chain = |last: &str| {
            vec![
                prd("SVC-1").depends(last),
                prd("SVC-2").depends("SVC-1"),
                prd("SVC-3").depends("SVC-2").blocks("SVC-4"),
                prd("SVC-4"),
            ]
        };
        assert!(round(chain("SVC-9")).is_empty());
        assert_eq!(round(chain("SVC-3")), ["SVC-1", "SVC-2", "SVC-3"]);
        assert_eq!(round(chain("OLD-4")), ["SVC-1", "SVC-2", "SVC-3", "SVC-4"], "a prefix that no PRD has");
    }

    #[test]
    fn a_feature_and_its_parts_are_no_way_round() {
        let parts = vec![
            prd("SVC-1").depends("SVC-2"),
            prd("SVC-2").parent("SVC-1"),
            prd("SVC-3").parent("SVC-1").depends("SVC-2"),
            prd("SVC-4").depends("SVC-1"),
        ];
        assert!(round(parts).is_empty());
    }

    const PRDS: usize = 6;

    /// A PRD of so many, of an own or a foreign prefix, that says anything of any others.
    fn any_prd(number: usize) -> impl Strategy<Value = Sample> {
        let name =
            |(foreign, number): (bool, usize)| format!("{}-{number}", if foreign { "PAY" } else { "SVC" });
        let other = (proptest::bool::weighted(0.2), 1..=PRDS).prop_map(name);
        let list = proptest::collection::vec(other.clone(), 0..2);
        let state = prop_oneof![Just(State::Ready), Just(State::Complete), Just(State::Archived)];
        let relations = (
            list.clone(),
            list.clone(),
            list,
            proptest::option::weighted(0.3, other.clone()),
            proptest::option::of(other),
        );
        let own = (proptest::bool::weighted(0.2), Just(number)).prop_map(name);
        (own, state, relations).prop_map(|(own, state, (depends, blocks, children, parent, successor))| {
            let mut sample = prd(&own).state(state);
            if !depends.is_empty() {
                sample = sample.depends(&depends.join(", "));
            }
            if !blocks.is_empty() {
                sample = sample.blocks(&blocks.join(", "));
            }
            sample.0.children = children.iter().map(|text| id(text)).collect();
            sample.0.parent = parent.as_deref().map(id);
            sample.0.superseded_by = successor.as_deref().map(id);
            sample
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn whatever_the_graph_finds_could_go_round(
            samples in (1..=PRDS).map(any_prd).collect::<Vec<_>>(),
            double in any_prd(1),
        ) {
            let portfolio = portfolio(samples.into_iter().chain([double]));
            let graph = Graph::build(&portfolio, &GraphFacts::default());
            for cycle in graph.cycles() {
                for node in &cycle.nodes {
                    prop_assert!(may(&portfolio, graph.id(*node)), "{}", cycle.way(&graph));
                }
            }
        }
    }
}
