//! Events and the links between them: the form in which time is computed.
//!
//! A PRD is one event, its work. A feature is two: a gate that holds the start of all its parts, and an end
//! that waits for them. So the parts of a feature inherit its prerequisites, and whoever waits for it waits
//! for them, without an edge for each pair.

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use super::dependencies::{Edge, Graph, Node};

/// An event, by its place in its network.
pub type EventIndex = usize;

/// What happens in an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// The work of a PRD.
    Work(Node),
    /// The start of a feature: it takes no time.
    Gate(Node),
    /// The end of a feature: it takes no time.
    End(Node),
}

impl Event {
    /// The PRD or feature.
    #[must_use]
    pub const fn node(self) -> Node {
        match self {
            Self::Work(node) | Self::Gate(node) | Self::End(node) => node,
        }
    }
}

/// What a link holds up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// The later event cannot start before the earlier one is finished.
    Start,
    /// The later event can start, but not finish before the earlier one.
    Finish,
}

/// Why there is a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The edge of this place in [`Graph::edges`].
    Edge(usize),
    /// The later event is a part of the feature whose gate the earlier one is.
    PartOf,
    /// The earlier event is a part of the feature whose end the later one is.
    HasPart,
    /// The earlier event frees the place that the later one takes.
    Place,
}

/// One link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// The earlier event.
    pub from: EventIndex,
    /// The later event.
    pub to: EventIndex,
    /// What it holds up.
    pub holds: Holds,
    /// Why.
    pub cause: Cause,
}

/// Which edges and PRDs belong to a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// All PRDs and all edges, soft ones too: where a way round is looked for.
    Everything,
    /// Unfinished PRDs and the binding edges that are not met: what takes time.
    Unfinished,
    /// Unfinished PRDs and all hard edges, also where a published contract has met one: what is merged first.
    Hard,
}

/// Events and links.
#[derive(Debug, Clone)]
pub struct Network {
    events: Vec<Event>,
    links: Vec<Link>,
    incoming: Vec<Vec<usize>>,
    outgoing: Vec<Vec<usize>>,
    start_of: Vec<Option<EventIndex>>,
    finish_of: Vec<Option<EventIndex>>,
}

impl Network {
    /// The network of a graph.
    #[must_use]
    pub fn of(graph: &Graph, scope: Scope) -> Self {
        let count = graph.prds().len();
        let mut network = Self {
            events: Vec::with_capacity(count),
            links: Vec::with_capacity(graph.edges().len()),
            incoming: Vec::new(),
            outgoing: Vec::new(),
            start_of: vec![None; count],
            finish_of: vec![None; count],
        };
        for (node, prd) in graph.prds().iter().enumerate() {
            let wanted = match scope {
                Scope::Everything => true,
                Scope::Unfinished | Scope::Hard => prd.state.is_unfinished(),
            };
            if !wanted {
                continue;
            }
            let at = network.events.len();
            network.start_of[node] = Some(at);
            if graph.family().is_parent(node) {
                network.events.extend([Event::Gate(node), Event::End(node)]);
                network.finish_of[node] = Some(at + 1);
            } else {
                network.events.push(Event::Work(node));
                network.finish_of[node] = Some(at);
            }
        }
        network.link_families(graph);
        for (at, edge) in graph.edges().iter().enumerate() {
            let wanted = match scope {
                Scope::Everything => true,
                Scope::Unfinished => edge.blocks_completion(),
                Scope::Hard => edge.kind.is_hard(),
            };
            if wanted {
                network.link_edge(graph, at, edge);
            }
        }
        network.incoming = vec![Vec::new(); network.events.len()];
        network.outgoing = vec![Vec::new(); network.events.len()];
        for (at, link) in network.links.iter().enumerate() {
            network.incoming[link.to].push(at);
            network.outgoing[link.from].push(at);
        }
        network
    }

    fn link_families(&mut self, graph: &Graph) {
        for node in 0..graph.prds().len() {
            let (Some(gate), Some(end)) = (self.start_of[node], self.finish_of[node]) else { continue };
            if gate == end {
                continue;
            }
            // A feature does not end before it could start, also where all its parts are done.
            self.links.push(Link { from: gate, to: end, holds: Holds::Finish, cause: Cause::PartOf });
            for child in graph.family().children(node) {
                if let (Some(start), Some(finish)) = (self.start_of[*child], self.finish_of[*child]) {
                    self.links.extend([
                        Link { from: gate, to: start, holds: Holds::Start, cause: Cause::PartOf },
                        Link { from: finish, to: end, holds: Holds::Finish, cause: Cause::HasPart },
                    ]);
                }
            }
        }
    }

    fn link_edge(&mut self, graph: &Graph, at: usize, edge: &Edge) {
        let (Some(from), Some(start), Some(finish)) = (
            self.finish_of[edge.prerequisite],
            self.start_of[edge.dependent],
            self.finish_of[edge.dependent],
        ) else {
            return;
        };
        // A feature that waits for one of its own parts: the others need not.
        let own_part = start != finish && graph.family().is_within(edge.prerequisite, edge.dependent);
        let (to, holds) = if edge.kind.holds_start() && !own_part {
            (start, Holds::Start)
        } else {
            (finish, Holds::Finish)
        };
        self.links.push(Link { from, to, holds, cause: Cause::Edge(at) });
    }

    /// Lets one event start only when another has freed its place.
    pub fn link_place(&mut self, from: EventIndex, to: EventIndex) {
        let at = self.links.len();
        self.links.push(Link { from, to, holds: Holds::Start, cause: Cause::Place });
        self.outgoing[from].push(at);
        self.incoming[to].push(at);
    }

    /// The events.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The links.
    #[must_use]
    pub fn links(&self) -> &[Link] {
        &self.links
    }

    /// The links that an event waits for, with their places.
    pub fn incoming(&self, event: EventIndex) -> impl Iterator<Item = (usize, &Link)> {
        self.incoming.get(event).into_iter().flatten().filter_map(|at| Some((*at, self.links.get(*at)?)))
    }

    /// The links that wait for an event, with their places.
    pub fn outgoing(&self, event: EventIndex) -> impl Iterator<Item = (usize, &Link)> {
        self.outgoing.get(event).into_iter().flatten().filter_map(|at| Some((*at, self.links.get(*at)?)))
    }

    /// The event in which a PRD starts: its work, or its gate.
    #[must_use]
    pub fn start_of(&self, node: Node) -> Option<EventIndex> {
        self.start_of.get(node).copied().flatten()
    }

    /// The event in which a PRD finishes: its work, or its end.
    #[must_use]
    pub fn finish_of(&self, node: Node) -> Option<EventIndex> {
        self.finish_of.get(node).copied().flatten()
    }

    /// All events in groups: every group before those that wait for it, and a group of more than one goes
    /// round. Only links that pass the filter count.
    #[must_use]
    pub fn groups(&self, counts: impl Fn(&Link) -> bool) -> Vec<Vec<EventIndex>> {
        let mut graph: DiGraph<(), (), usize> = DiGraph::default();
        for _ in &self.events {
            graph.add_node(());
        }
        for link in self.links.iter().filter(|link| counts(link)) {
            graph.add_edge(NodeIndex::new(link.from), NodeIndex::new(link.to), ());
        }
        let mut groups: Vec<Vec<EventIndex>> = kosaraju_scc(&graph)
            .into_iter()
            .map(|group| {
                let mut group: Vec<EventIndex> = group.into_iter().map(NodeIndex::index).collect();
                group.sort_unstable();
                group
            })
            .collect();
        groups.reverse(); // they come in postorder: what waits first
        groups
    }

    /// The events from which one of these can be reached along links, these included.
    #[must_use]
    pub fn ancestors(&self, of: impl IntoIterator<Item = EventIndex>) -> Vec<bool> {
        let mut reached = vec![false; self.events.len()];
        let mut stack: Vec<EventIndex> = of.into_iter().collect();
        while let Some(event) = stack.pop() {
            if !std::mem::replace(&mut reached[event], true) {
                stack.extend(self.incoming(event).map(|(_, link)| link.from).filter(|from| !reached[*from]));
            }
        }
        reached
    }
}
