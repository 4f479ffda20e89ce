use proptest::prelude::*;

use super::super::layers::crossings;
use super::*;

const ROOM: Room =
    Room { width: 100.0, height: 40.0, between_layers: 60.0, between_nodes: 20.0, margin: 10.0, in_a_row: 3 };

#[test]
fn prerequisites_stand_to_the_left() {
    let picture = layout(3, &[(2, 0), (0, 1)], &ROOM);
    assert_eq!(picture.nodes.iter().map(|node| node.x).collect::<Vec<_>>(), [170.0, 330.0, 10.0]);
    assert_eq!((picture.width, picture.height), (440.0, 60.0));
    let expected = [Point { x: 110.0, y: 30.0 }, Point { x: 170.0, y: 30.0 }];
    assert_eq!(picture.edges[0], expected);
}

#[test]
fn an_edge_over_a_layer_is_led_past_what_stands_there() {
    // 0 → 1 → 2, and 0 → 2 past node 1.
    let picture = layout(3, &[(0, 1), (1, 2), (0, 2)], &ROOM);
    let long = &picture.edges[2];
    assert_eq!(long.len(), 4);
    let (top, bottom) = (picture.nodes[1].y, picture.nodes[1].y + ROOM.height);
    for point in &long[1..3] {
        assert!(point.y < top || point.y > bottom, "{point:?} goes through {top} to {bottom}");
    }
}

#[test]
fn two_that_would_cross_change_places() {
    // 0 → 3 and 1 → 2 cross in the order of their numbers.
    assert_eq!(crossings(4, &[(0, 3), (1, 2)]), 0);
    // A complete graph of two times two always crosses once.
    assert_eq!(crossings(4, &[(0, 2), (0, 3), (1, 2), (1, 3)]), 1);
}

#[test]
fn trees_cross_nothing() {
    let tree: Vec<(usize, usize)> = (1..40).map(|node| ((node - 1) / 3, node)).collect();
    assert_eq!(crossings(40, &tree), 0);
    let against: Vec<(usize, usize)> = tree.iter().map(|(from, to)| (39 - to, 39 - from)).collect();
    assert_eq!(crossings(40, &against), 0);
}

#[test]
fn what_goes_round_is_drawn_all_the_same() {
    let picture = layout(3, &[(0, 1), (1, 2), (2, 0)], &ROOM);
    assert!(picture.edges.iter().all(|edge| edge.len() >= 2), "{picture:?}");
    // One of them leads back, from the left side of a node to the right side of one before it.
    let back = picture.edges.iter().filter(|edge| edge[0].x > edge[edge.len() - 1].x).count();
    assert_eq!(back, 1);
}

#[test]
fn who_has_no_edge_stands_in_rows_below() {
    let picture = layout(6, &[(4, 5)], &ROOM);
    let rows: Vec<(f64, f64)> = picture.nodes[..4].iter().map(|node| (node.x, node.y)).collect();
    assert_eq!(rows, [(10.0, 90.0), (170.0, 90.0), (330.0, 90.0), (10.0, 150.0)]);
    assert_eq!(picture.height, 200.0);
}

#[test]
fn nothing_is_drawn_of_nothing() {
    let picture = layout(0, &[(0, 1)], &ROOM);
    assert_eq!((picture.nodes.len(), picture.edges.len(), picture.edges[0].len()), (0, 1, 0));
    assert!(layout(1, &[(0, 0)], &ROOM).edges[0].is_empty());
}

#[test]
fn parts_stand_beside_each_other_where_there_is_room() {
    // A chain of four, and two of two that fit side by side below it.
    let picture = layout(8, &[(0, 1), (1, 2), (2, 3), (4, 5), (6, 7)], &ROOM);
    let corner = |node: usize| (picture.nodes[node].x, picture.nodes[node].y);
    assert_eq!((corner(0), corner(3)), ((10.0, 10.0), (490.0, 10.0)));
    assert_eq!((corner(4), corner(5), corner(6)), ((10.0, 90.0), (170.0, 90.0), (330.0, 90.0)));
    assert_eq!((picture.width, picture.height), (600.0, 140.0));
}

/// A graph of up to 14 nodes with any edges.
fn graph() -> impl Strategy<Value = (usize, Vec<(usize, usize)>)> {
    (1_usize..14).prop_flat_map(|count| (Just(count), proptest::collection::vec((0..count, 0..count), 0..24)))
}

proptest! {
    #[test]
    fn no_two_nodes_overlap_and_everything_is_on_the_picture((count, edges) in graph()) {
        let picture = layout(count, &edges, &ROOM);
        prop_assert_eq!(&picture, &layout(count, &edges, &ROOM));
        for (at, node) in picture.nodes.iter().enumerate() {
            prop_assert!(node.x >= 0.0 && node.y >= 0.0);
            prop_assert!(node.x + ROOM.width <= picture.width && node.y + ROOM.height <= picture.height + 1e-6);
            for other in &picture.nodes[at + 1..] {
                let apart = (node.x - other.x).abs() >= ROOM.width || (node.y - other.y).abs() >= ROOM.height - 1e-6;
                prop_assert!(apart, "{node:?} {other:?}");
            }
        }
        for ((from, to), points) in edges.iter().zip(&picture.edges) {
            prop_assert_eq!(points.is_empty(), from == to);
            for point in points {
                prop_assert!(point.x >= 0.0 && point.x <= picture.width);
                prop_assert!(point.y >= -1e-6 && point.y <= picture.height + 1e-6, "{point:?} {}", picture.height);
            }
        }
    }

    #[test]
    fn without_a_cycle_every_edge_leads_to_the_right((count, edges) in graph()) {
        let forward: Vec<(usize, usize)> = edges.into_iter().filter(|(from, to)| from < to).collect();
        let picture = layout(count, &forward, &ROOM);
        for (from, to) in forward {
            prop_assert!(picture.nodes[from].x < picture.nodes[to].x);
        }
    }
}
