//! The layered layout of one connected graph.
//!
//! The steps are those of Sugiyama, Tagawa and Toda (1981): edges of cycles are turned round; every node gets a
//! layer behind those it comes from; edges that pass a layer are led through it; the order within the layers is
//! improved by medians (Gansner et al., 1993) and by swapping neighbours; and heights are the least squares
//! under that order, which the pool-adjacent-violators algorithm finds (Ayer et al., 1955).

use super::layout::{Layout, Point, Room};

/// How often the layers are gone through to and fro.
const SWEEPS: usize = 12;

/// How near two edges may pass each other, as a share of the room between nodes.
const PASSING: f64 = 0.6;

/// How often heights are evened out.
const EVENINGS: usize = 10;

/// Lays out one connected graph.
pub(super) fn layered(count: usize, edges: &[(usize, usize)], room: &Room) -> Layout {
    let mut layers = Layers::of(count, edges);
    layers.order();
    layers.place(room)
}

/// How many crossings of edges the layered layout of one connected graph has.
#[cfg(test)]
pub(super) fn crossings(count: usize, edges: &[(usize, usize)]) -> usize {
    let mut layers = Layers::of(count, edges);
    layers.order();
    layers.crossings()
}

/// One node of a layer, or a place where an edge passes it.
#[derive(Debug, Clone, Default)]
struct Vertex {
    layer: usize,
    /// Neighbours in the layers before and behind.
    before: Vec<usize>,
    behind: Vec<usize>,
    y: f64,
}

#[derive(Debug)]
struct Layers {
    /// The nodes first, then the places where edges pass.
    vertices: Vec<Vertex>,
    count: usize,
    /// For each layer its vertices, from the top.
    layers: Vec<Vec<usize>>,
    /// For each edge its way through the layers, from where it begins.
    ways: Vec<Vec<usize>>,
}

impl Layers {
    fn of(count: usize, edges: &[(usize, usize)]) -> Self {
        let forward = turned(count, edges);
        let layer = layer_of(count, &forward);
        let mut vertices: Vec<Vertex> =
            layer.iter().map(|layer| Vertex { layer: *layer, ..Vertex::default() }).collect();
        let mut ways = Vec::with_capacity(edges.len());
        for (edge, forward) in edges.iter().zip(&forward) {
            let Some((first, last)) = *forward else {
                ways.push(Vec::new());
                continue;
            };
            let mut way = vec![first];
            for passed in vertices[first].layer + 1..vertices[last].layer {
                way.push(vertices.len());
                vertices.push(Vertex { layer: passed, ..Vertex::default() });
            }
            way.push(last);
            for (one, next) in way.iter().zip(way.iter().skip(1)) {
                vertices[*one].behind.push(*next);
                vertices[*next].before.push(*one);
            }
            if first != edge.0 {
                way.reverse();
            }
            ways.push(way);
        }
        let deep = vertices.iter().map(|vertex| vertex.layer + 1).max().unwrap_or(0);
        let mut layers = vec![Vec::new(); deep];
        for (at, vertex) in vertices.iter().enumerate() {
            layers[vertex.layer].push(at);
        }
        Self { vertices, count, layers, ways }
    }

    /// Puts the vertices of each layer in an order with few crossings.
    fn order(&mut self) {
        self.begin_order();
        let mut best = (self.crossings(), self.layers.clone());
        let mut without_gain = 0;
        for sweep in 0..SWEEPS {
            let forward = sweep % 2 == 0;
            let deep = self.layers.len();
            for step in 1..deep {
                let at = if forward { step } else { deep - 1 - step };
                self.sort_by_medians(at, forward);
            }
            self.swap_neighbours();
            let crossings = self.crossings();
            if crossings < best.0 {
                best = (crossings, self.layers.clone());
                without_gain = 0;
            } else {
                without_gain += 1;
            }
            if best.0 == 0 || without_gain == 4 {
                break;
            }
        }
        self.layers = best.1;
    }

    /// Connected vertices together, in the order in which a walk meets them.
    fn begin_order(&mut self) {
        let mut met = vec![usize::MAX; self.vertices.len()];
        let mut next = 0;
        let firsts: Vec<usize> = self.layers.iter().flatten().copied().collect();
        for first in firsts {
            let mut stack = vec![first];
            while let Some(vertex) = stack.pop() {
                if met[vertex] == usize::MAX {
                    met[vertex] = next;
                    next += 1;
                    let around = self.vertices[vertex].before.iter().chain(&self.vertices[vertex].behind);
                    stack.extend(around.rev().filter(|other| met[**other] == usize::MAX));
                }
            }
        }
        for layer in &mut self.layers {
            layer.sort_by_key(|vertex| met[*vertex]);
        }
    }

    /// The place of each vertex in its layer.
    fn places(&self) -> Vec<usize> {
        let mut places = vec![0; self.vertices.len()];
        for layer in &self.layers {
            for (place, vertex) in layer.iter().enumerate() {
                places[*vertex] = place;
            }
        }
        places
    }

    fn sort_by_medians(&mut self, at: usize, forward: bool) {
        let places = self.places();
        let median = |vertex: usize| {
            let around = if forward { &self.vertices[vertex].before } else { &self.vertices[vertex].behind };
            let mut around: Vec<usize> = around.iter().map(|other| places[*other]).collect();
            around.sort_unstable();
            let middle = around.len() / 2;
            match around.as_slice() {
                [] => None,
                several if several.len() % 2 == 1 => Some(2 * several[middle]),
                several => Some(several[middle - 1] + several[middle]),
            }
        };
        let medians: Vec<(usize, Option<usize>)> =
            self.layers[at].iter().map(|vertex| (*vertex, median(*vertex))).collect();
        // Whoever has no neighbour there stays where it is.
        let mut sorted: Vec<(usize, usize)> =
            medians.iter().filter_map(|(vertex, median)| Some((*vertex, (*median)?))).collect();
        sorted.sort_by_key(|(_, median)| *median);
        let mut sorted = sorted.into_iter();
        let layer = medians.iter().map(|(vertex, median)| match median {
            None => *vertex,
            Some(_) => sorted.next().map_or(*vertex, |(vertex, _)| vertex),
        });
        self.layers[at] = layer.collect();
    }

    /// Swaps two that stand side by side where that saves crossings.
    fn swap_neighbours(&mut self) {
        let mut places = self.places();
        for at in 0..self.layers.len() {
            let mut swapped = true;
            let mut rounds = 0;
            while swapped && rounds < 4 {
                swapped = false;
                rounds += 1;
                for upper in 1..self.layers[at].len() {
                    let (one, other) = (self.layers[at][upper - 1], self.layers[at][upper]);
                    if self.between(one, other, &places) > self.between(other, one, &places) {
                        self.layers[at].swap(upper - 1, upper);
                        places.swap(one, other);
                        swapped = true;
                    }
                }
            }
        }
    }

    /// Crossings of the edges of two vertices of a layer, with the one above the other.
    fn between(&self, one: usize, other: usize, places: &[usize]) -> usize {
        let count = |ours: &[usize], theirs: &[usize]| -> usize {
            let above = |mine: &usize| theirs.iter().filter(|their| places[**their] < places[*mine]).count();
            ours.iter().map(above).sum()
        };
        let (one, other) = (&self.vertices[one], &self.vertices[other]);
        count(&one.before, &other.before) + count(&one.behind, &other.behind)
    }

    /// Crossings of all edges, counted with a Fenwick tree for each pair of layers (Barth et al., 2002).
    fn crossings(&self) -> usize {
        let places = self.places();
        let mut all = 0;
        for (layer, next) in self.layers.iter().zip(self.layers.iter().skip(1)) {
            let mut tree = vec![0_usize; next.len() + 1];
            let mut seen = 0;
            for vertex in layer {
                let mut ends: Vec<usize> =
                    self.vertices[*vertex].behind.iter().map(|other| places[*other]).collect();
                ends.sort_unstable();
                for end in &ends {
                    let (mut at, mut not_below) = (end + 1, 0);
                    while at > 0 {
                        not_below += tree[at];
                        at &= at - 1;
                    }
                    all += seen - not_below;
                }
                for end in ends {
                    seen += 1;
                    let mut at = end + 1;
                    while at < tree.len() {
                        tree[at] += 1;
                        at += at & at.wrapping_neg();
                    }
                }
            }
        }
        all
    }

    fn place(mut self, room: &Room) -> Layout {
        self.even_out(room);
        let x = |layer: usize| room.margin + number(layer) * (room.width + room.between_layers);
        let half = room.height / 2.0;
        let node = |vertex: &Vertex| Point { x: x(vertex.layer), y: vertex.y - half };
        let (nodes, passing) = self.vertices.split_at(self.count);
        let bottom = |lowest: f64, y: f64| f64::max(lowest, y);
        let lowest = nodes.iter().map(|vertex| vertex.y + half).fold(room.margin, bottom);
        let lowest = passing.iter().map(|vertex| vertex.y).fold(lowest, bottom);
        Layout {
            nodes: nodes.iter().map(node).collect(),
            edges: self.ways.iter().map(|way| self.line(way, room, &x)).collect(),
            width: x(self.layers.len().saturating_sub(1)) + room.width + room.margin,
            height: lowest + room.margin,
        }
    }

    /// The points of an edge: it leaves and enters nodes in the middle of their sides, and passes layers level.
    fn line(&self, way: &[usize], room: &Room, x: &impl Fn(usize) -> f64) -> Vec<Point> {
        let (Some(first), Some(last)) = (way.first(), way.last()) else { return Vec::new() };
        let back = self.vertices[*first].layer > self.vertices[*last].layer;
        let (near, far) = if back { (room.width, 0.0) } else { (0.0, room.width) };
        let mut points = Vec::new();
        for vertex in way {
            let (left, y) = (x(self.vertices[*vertex].layer), self.vertices[*vertex].y);
            let begins = vertex == first;
            if !begins {
                points.push(Point { x: left + near, y });
            }
            if vertex != last {
                points.push(Point { x: left + far, y });
            }
        }
        points
    }

    /// Heights that keep the order and the room between, and lead edges as straight as that allows.
    fn even_out(&mut self, room: &Room) {
        let (count, height) = (self.count, room.height);
        let size = move |vertex: usize| if vertex < count { height } else { 0.0 };
        let apart = |one: usize, other: usize| {
            let gap =
                if one < count || other < count { room.between_nodes } else { room.between_nodes * PASSING };
            f64::midpoint(size(one), size(other)) + gap
        };
        for layer in &self.layers {
            let mut y = 0.0;
            let mut above = None;
            for vertex in layer {
                y += above.map_or(0.0, |above| apart(above, *vertex));
                self.vertices[*vertex].y = y;
                above = Some(*vertex);
            }
        }
        for round in 0..EVENINGS {
            let forward = round % 2 == 0;
            let deep = self.layers.len();
            for step in 0..deep {
                let layer = self.layers[if forward { step } else { deep - 1 - step }].clone();
                let wanted: Vec<(f64, f64)> = layer.iter().map(|vertex| self.wanted(*vertex)).collect();
                let gaps: Vec<f64> =
                    layer.iter().zip(layer.iter().skip(1)).map(|(one, other)| apart(*one, *other)).collect();
                for (vertex, y) in layer.iter().zip(pooled(&wanted, &gaps)) {
                    self.vertices[*vertex].y = y;
                }
            }
        }
        let top = self
            .layers
            .iter()
            .flatten()
            .map(|vertex| self.vertices[*vertex].y - size(*vertex) / 2.0)
            .fold(f64::INFINITY, f64::min);
        if top.is_finite() {
            for vertex in &mut self.vertices {
                vertex.y += room.margin - top;
            }
        }
    }

    /// The mean height of the neighbours, and how much it counts: edges through layers want to be straight.
    fn wanted(&self, vertex: usize) -> (f64, f64) {
        let (mut sum, mut weight) = (0.0, 0.0);
        let me = &self.vertices[vertex];
        for other in me.before.iter().chain(&me.behind) {
            let passing = usize::from(vertex >= self.count) + usize::from(*other >= self.count);
            let strength = [1.0, 2.0, 8.0][passing];
            sum += self.vertices[*other].y * strength;
            weight += strength;
        }
        if weight == 0.0 { (me.y, 0.1) } else { (sum / weight, weight) }
    }
}

/// The heights nearest to what is wanted (value, weight), in least squares, each at least a gap below the one
/// before it: the pool-adjacent-violators algorithm.
fn pooled(wanted: &[(f64, f64)], gaps: &[f64]) -> Vec<f64> {
    let mut offset = 0.0;
    let mut offsets = vec![0.0];
    for gap in gaps {
        offset += gap;
        offsets.push(offset);
    }
    // Blocks of the sum of weighted values, of the weights, and how many.
    let mut blocks: Vec<(f64, f64, usize)> = Vec::new();
    for ((value, weight), offset) in wanted.iter().zip(&offsets) {
        let mut block = ((value - offset) * weight, *weight, 1);
        while let Some((sum, weight, count)) = blocks.last().copied()
            && sum / weight > block.0 / block.1
        {
            block = (block.0 + sum, block.1 + weight, block.2 + count);
            blocks.pop();
        }
        blocks.push(block);
    }
    let values = blocks.into_iter().flat_map(|(sum, weight, count)| std::iter::repeat_n(sum / weight, count));
    values.zip(offsets).map(|(value, offset)| value + offset).collect()
}

/// Each edge with its ends so that no edges go round; `None` for those that are not drawn.
fn turned(count: usize, edges: &[(usize, usize)]) -> Vec<Option<(usize, usize)>> {
    let mut behind: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (from, to) in edges.iter().filter(|(from, to)| from != to && *from < count && *to < count) {
        behind[*from].push(*to);
    }
    // Done nodes are numbered from the last one back: an edge to an earlier number goes back.
    let mut done: Vec<Option<usize>> = vec![None; count];
    let mut entered = vec![false; count];
    let mut number = 0;
    for first in 0..count {
        let mut stack = vec![(first, 0)];
        if std::mem::replace(&mut entered[first], true) {
            continue;
        }
        while let Some((node, next)) = stack.pop() {
            match behind[node].get(next) {
                Some(to) => {
                    stack.push((node, next + 1));
                    if !std::mem::replace(&mut entered[*to], true) {
                        stack.push((*to, 0));
                    }
                }
                None => {
                    done[node] = Some(number);
                    number += 1;
                }
            }
        }
    }
    edges
        .iter()
        .map(|(from, to)| {
            if from == to || *from >= count || *to >= count {
                return None;
            }
            Some(if done[*from] > done[*to] { (*from, *to) } else { (*to, *from) })
        })
        .collect()
}

/// The longest way to each node; then whoever nothing comes from moves next to the first that needs it.
fn layer_of(count: usize, edges: &[Option<(usize, usize)>]) -> Vec<usize> {
    let mut behind: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut before = vec![0_usize; count];
    for (from, to) in edges.iter().flatten() {
        behind[*from].push(*to);
        before[*to] += 1;
    }
    let is_first: Vec<bool> = before.iter().map(|number| *number == 0).collect();
    let mut layer = vec![0; count];
    let mut free: Vec<usize> = (0..count).filter(|node| is_first[*node]).collect();
    while let Some(node) = free.pop() {
        for to in &behind[node] {
            layer[*to] = layer[*to].max(layer[node] + 1);
            before[*to] -= 1;
            if before[*to] == 0 {
                free.push(*to);
            }
        }
    }
    for node in (0..count).filter(|node| is_first[*node]) {
        if let Some(nearest) = behind[node].iter().map(|to| layer[*to]).min() {
            layer[node] = nearest - 1;
        }
    }
    layer
}

/// A number of layers or rows: never so many that a float could not hold them.
pub(super) fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::pooled;

    #[test]
    fn pooled_heights_are_the_nearest_that_keep_their_distance() {
        assert_eq!(pooled(&[(5.0, 1.0), (5.0, 1.0)], &[10.0]), [0.0, 10.0]);
        assert_eq!(pooled(&[(0.0, 1.0), (50.0, 1.0)], &[10.0]), [0.0, 50.0]);
        assert_eq!(pooled(&[(0.0, 3.0), (0.0, 1.0)], &[8.0]), [-2.0, 6.0]);
        assert!(pooled(&[], &[]).is_empty());
    }
}
