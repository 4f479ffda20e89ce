//! Where the nodes and edges of a picture go: from left to right with few crossings.
//!
//! Every connected part is laid out in layers of its own; the parts stand in rows, the highest first, in no more width
//! than the widest needs; and nodes without edges stand in rows below. The same input always gives the same picture.

use super::layers::{layered, number};

/// How much room things take, in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Room {
    /// Width of a node.
    pub width: f64,
    /// Height of a node.
    pub height: f64,
    /// Between two layers.
    pub between_layers: f64,
    /// Between two nodes of a layer.
    pub between_nodes: f64,
    /// Around everything.
    pub margin: f64,
    /// How many nodes without edges stand in a row, where the layers are not wider.
    pub in_a_row: usize,
}

/// A place, in pixels from the left and from the top.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// From the left.
    pub x: f64,
    /// From the top.
    pub y: f64,
}

/// A picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout {
    /// The upper left corner of each node.
    pub nodes: Vec<Point>,
    /// The points of each edge, from the side of the one node to the side of the other; two at least.
    pub edges: Vec<Vec<Point>>,
    /// The width of all.
    pub width: f64,
    /// The height of all.
    pub height: f64,
}

/// Lays out nodes, by their number, and edges between them. Edges from a node to itself, or to one that is not
/// there, have no points.
#[must_use]
pub fn layout(count: usize, edges: &[(usize, usize)], room: &Room) -> Layout {
    let (parts, alone) = parts(count, edges);
    let mut drawn: Vec<(Part, Layout)> = parts
        .into_iter()
        .map(|part| {
            let layout = layered(part.nodes.len(), &part.edges, room);
            (part, layout)
        })
        .collect();
    // Parts of one height stay in the order of their first nodes.
    drawn.sort_by(|(_, one), (_, other)| other.height.total_cmp(&one.height));
    let widest = drawn.iter().map(|(_, layout)| layout.width).fold(0.0, f64::max);
    let step = room.width + room.between_layers;
    let at_least = 2.0 * room.margin + number(room.in_a_row) * step - room.between_layers;
    let widest = if drawn.len() > 1 { widest.max(at_least) } else { widest };
    let mut picture = Layout {
        nodes: vec![Point { x: 0.0, y: 0.0 }; count],
        edges: vec![Vec::new(); edges.len()],
        width: 2.0 * room.margin,
        height: room.margin,
    };
    let mut rows: Vec<Row> = Vec::new();
    for (part, layout) in &drawn {
        let (width, height) = (layout.width - 2.0 * room.margin, layout.height - 2.0 * room.margin);
        let fits = |row: &&mut Row| row.end + room.between_layers + width + room.margin <= widest;
        let offset = if let Some(row) = rows.iter_mut().find(fits) {
            let left = row.end + room.between_layers;
            row.end = left + width;
            Point { x: left, y: row.top }
        } else {
            let gap = if rows.is_empty() { 0.0 } else { 2.0 * room.between_nodes };
            let top = picture.height + gap;
            rows.push(Row { top, end: room.margin + width });
            picture.height = top + height;
            Point { x: room.margin, y: top }
        };
        picture.width = picture.width.max(offset.x + width + room.margin);
        picture.put(part, layout, &Point { x: offset.x - room.margin, y: offset.y - room.margin });
    }
    picture.put_alone(&alone, room);
    picture.height += room.margin;
    picture
}

/// A row of parts: where it begins from the top, and where its last part ends.
struct Row {
    top: f64,
    end: f64,
}

/// A connected part: its nodes, its edges by places among them, and the numbers of those edges.
#[derive(Debug, Default)]
struct Part {
    nodes: Vec<usize>,
    edges: Vec<(usize, usize)>,
    numbers: Vec<usize>,
}

impl Layout {
    /// Takes over the layout of a part.
    fn put(&mut self, part: &Part, layout: &Self, offset: &Point) {
        let moved = |point: &Point| Point { x: point.x + offset.x, y: point.y + offset.y };
        for (node, point) in part.nodes.iter().zip(&layout.nodes) {
            self.nodes[*node] = moved(point);
        }
        for (edge, points) in part.numbers.iter().zip(&layout.edges) {
            self.edges[*edge] = points.iter().map(moved).collect();
        }
    }

    /// Puts nodes without edges below everything, in rows as wide as it.
    fn put_alone(&mut self, alone: &[usize], room: &Room) {
        let step = room.width + room.between_layers;
        let wide = self.width - 2.0 * room.margin;
        let fits = |columns: &usize| {
            *columns <= room.in_a_row || number(*columns) * step - room.between_layers <= wide
        };
        let in_a_row = (1..=alone.len()).take_while(fits).last().unwrap_or(1);
        let gap = if self.height > room.margin { 2.0 * room.between_nodes } else { 0.0 };
        let top = self.height + gap;
        for (at, node) in alone.iter().enumerate() {
            let (column, row) = (number(at % in_a_row), number(at / in_a_row));
            let point =
                Point { x: room.margin + column * step, y: top + row * (room.height + room.between_nodes) };
            self.width = self.width.max(point.x + room.width + room.margin);
            self.height = self.height.max(point.y + room.height);
            self.nodes[*node] = point;
        }
    }
}

/// The connected parts by their first node, and the nodes without edges.
fn parts(count: usize, edges: &[(usize, usize)]) -> (Vec<Part>, Vec<usize>) {
    let usable = |&(from, to): &(usize, usize)| from != to && from < count && to < count;
    // Every node leads to the first one of its part.
    let mut first: Vec<usize> = (0..count).collect();
    for (from, to) in edges.iter().copied().filter(usable) {
        let (one, other) = (root(&mut first, from), root(&mut first, to));
        first[one.max(other)] = one.min(other);
    }
    let mut parts: Vec<Part> = Vec::new();
    let mut part_of: Vec<Option<usize>> = vec![None; count];
    let mut place = vec![0; count];
    for node in 0..count {
        let head = root(&mut first, node);
        let part = *part_of[head].get_or_insert_with(|| {
            parts.push(Part::default());
            parts.len() - 1
        });
        part_of[node] = Some(part);
        place[node] = parts[part].nodes.len();
        parts[part].nodes.push(node);
    }
    for (number, (from, to)) in edges.iter().enumerate().filter(|(_, edge)| usable(edge)) {
        if let Some(part) = part_of[*from].and_then(|part| parts.get_mut(part)) {
            part.edges.push((place[*from], place[*to]));
            part.numbers.push(number);
        }
    }
    let (parts, alone): (Vec<Part>, Vec<Part>) = parts.into_iter().partition(|part| part.nodes.len() > 1);
    (parts, alone.into_iter().flat_map(|part| part.nodes).collect())
}

/// The first node of a part; the way there is halved for the next one who asks.
fn root(first: &mut [usize], mut node: usize) -> usize {
    while first[node] != node {
        first[node] = first[first[node]];
        node = first[node];
    }
    node
}

#[cfg(test)]
#[path = "layout_tests.rs"]
mod tests;
