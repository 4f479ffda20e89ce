use super::*;
use crate::domain::model::sample::{Sample, id, portfolio, prd};

fn edges(graph: &Graph) -> Vec<String> {
    let line = |edge: &Edge| {
        let met = if edge.met { ", met" } else { "" };
        format!("{} → {} ({}{met})", graph.id(edge.dependent), graph.id(edge.prerequisite), edge.kind)
    };
    graph.edges().iter().map(line).collect()
}

fn rules(graph: &Graph) -> Vec<(&'static str, Severity)> {
    graph.problems().iter().map(|finding| (finding.rule, finding.severity)).collect()
}

fn with(samples: Vec<Sample>, facts: &GraphFacts, test: impl FnOnce(&Graph)) {
    let portfolio = portfolio(samples);
    test(&Graph::build(&portfolio, facts));
}

fn plain(samples: Vec<Sample>, test: impl FnOnce(&Graph)) {
    with(samples, &GraphFacts::default(), test);
}

#[test]
fn both_directions_make_one_edge() {
    plain(vec![prd("SVC-1").blocks("SVC-2"), prd("SVC-2").depends("SVC-1")], |graph| {
        assert_eq!(edges(graph), ["SVC-2 → SVC-1 (complete)"]);
        let edge = &graph.edges()[0];
        assert!(edge.in_dependent && edge.in_prerequisite);
        assert_eq!(edge.declared_at.path.file_name(), "SVC-2.md");
        assert!(graph.problems().is_empty() && graph.missing_mirrors().is_empty());
    });
}

#[test]
fn the_word_of_the_dependent_counts() {
    for first in ["SVC-1", "SVC-9"] {
        plain(
            vec![prd(first).blocks("SVC-5 (complete)"), prd("SVC-5").depends(&format!("{first} (contract)"))],
            |g| {
                assert_eq!(edges(g), [format!("SVC-5 → {first} (contract)")]);
            },
        );
    }
}

#[test]
fn a_written_kind_counts_before_none() {
    plain(vec![prd("SVC-1"), prd("SVC-2").depends("SVC-1, SVC-1 (contract), SVC-1 (soft)")], |graph| {
        assert_eq!(edges(graph), ["SVC-2 → SVC-1 (contract)"]);
        assert_eq!(graph.edges()[0].declared_at.line, 2);
    });
}

#[test]
fn a_reverse_declaration_without_a_mirror_is_an_edge_and_a_hint() {
    plain(vec![prd("SVC-1").blocks("SVC-2"), prd("SVC-2")], |graph| {
        assert_eq!(edges(graph), ["SVC-2 → SVC-1 (complete)"]);
        let hints = graph.missing_mirrors();
        assert_eq!(hints.len(), 1);
        assert_eq!((hints[0].rule, hints[0].severity), ("mirror-missing", Severity::Hint));
        assert_eq!(hints[0].place.path.file_name(), "SVC-1.md");
    });
}

#[test]
fn a_file_that_says_what_it_blocks_is_held_to_it() {
    let samples = vec![
        prd("SVC-1").blocks("SVC-2"),
        prd("SVC-2").depends("SVC-1"),
        prd("SVC-3").depends("SVC-1, SVC-2"), // SVC-2 says nothing of what it blocks
    ];
    plain(samples, |graph| {
        let hints: Vec<String> = graph.missing_mirrors().into_iter().map(|finding| finding.message).collect();
        assert_eq!(hints, ["SVC-3 depends on SVC-1, which does not name it among those it blocks"]);
    });
}

#[test]
fn a_prerequisite_is_met_when_complete_or_archived_from_complete() {
    let samples = vec![
        prd("SVC-1").state(State::Complete),
        prd("SVC-2").state(State::Archived),
        prd("SVC-3").state(State::Archived),
        prd("SVC-4").state(State::Ready),
        prd("SVC-5").depends("SVC-1, SVC-2, SVC-3, SVC-4"),
    ];
    let facts = GraphFacts { was_complete: [id("SVC-2")].into(), ..GraphFacts::default() };
    with(samples, &facts, |graph| {
        assert_eq!(graph.edges().iter().map(|edge| edge.met).collect::<Vec<_>>(), [true, true, false, false]);
        assert_eq!(rules(graph), [("cancelled-prerequisite", Severity::Warning)]);
        assert!(graph.problems()[0].message.contains("SVC-3"));
    });
}

#[test]
fn a_published_contract_meets_contract_edges_alone() {
    let samples = vec![
        prd("SVC-1"),
        prd("SVC-2").depends("SVC-1 (contract)"),
        prd("SVC-3").depends("SVC-1"),
        prd("SVC-4").depends("SVC-1 (finish)"),
    ];
    let facts = GraphFacts { published: [id("svc-001")].into(), ..GraphFacts::default() };
    with(samples, &facts, |graph| {
        assert_eq!(
            edges(graph),
            ["SVC-2 → SVC-1 (contract, met)", "SVC-3 → SVC-1 (complete)", "SVC-4 → SVC-1 (finish)"]
        );
    });
}

#[test]
fn a_superseded_prerequisite_passes_to_its_successor() {
    let superseded =
        |name: &str, by: &str| prd(name).state(State::Archived).with(|prd| prd.superseded_by = Some(id(by)));
    let samples = vec![
        superseded("SVC-1", "SVC-2"),
        superseded("SVC-2", "SVC-3"),
        prd("SVC-3"),
        prd("SVC-4").depends("SVC-1"),
        superseded("SVC-5", "SVC-6"),
        superseded("SVC-6", "SVC-5"),
        prd("SVC-7").depends("SVC-5"),
    ];
    plain(samples, |graph| {
        assert_eq!(edges(graph), ["SVC-4 → SVC-3 (complete)", "SVC-7 → SVC-5 (complete)"]);
    });
    plain(vec![superseded("SVC-1", "SVC-2"), prd("SVC-2").depends("SVC-1")], |graph| {
        assert!(edges(graph).is_empty(), "it replaced what it waited for");
    });
    plain(vec![superseded("SVC-1", "SVC-2").blocks("SVC-3"), prd("SVC-2"), prd("SVC-3")], |graph| {
        assert_eq!(edges(graph), ["SVC-3 → SVC-2 (complete)"]);
    });
}

#[test]
fn unknown_ids_and_dependencies_on_itself_are_errors() {
    plain(vec![prd("SVC-1").depends("SVC-9, SVC-1").blocks("SVC-8")], |graph| {
        assert!(edges(graph).is_empty());
        let expected = ["unknown-dependency", "self-dependency", "unknown-dependency"];
        assert_eq!(rules(graph), expected.map(|rule| (rule, Severity::Error)));
        assert_eq!(graph.problems()[0].place.line, 1);
        assert_eq!(graph.unresolved().len(), 2);
    });
}

#[test]
fn a_foreign_prefix_means_the_same_number_with_a_warning() {
    plain(vec![prd("SVC-129"), prd("SVC-130").depends("PRD-129")], |graph| {
        assert_eq!(edges(graph), ["SVC-130 → SVC-129 (complete)"]);
        assert_eq!(rules(graph), [("foreign-prefix", Severity::Warning)]);
    });
    plain(vec![prd("SVC-129"), prd("PRD-1"), prd("SVC-130").depends("PRD-129")], |graph| {
        assert_eq!(rules(graph), [("unknown-dependency", Severity::Error)]);
    });
}

#[test]
fn a_cycle_is_one_error_with_every_file_and_line_on_the_way_round() {
    let samples = vec![
        prd("SVC-1").depends("SVC-4, SVC-2"),
        prd("SVC-2").depends("SVC-3 (finish)"),
        prd("SVC-3").blocks("SVC-9").depends("SVC-1"),
        prd("SVC-4"),
        prd("SVC-9"),
    ];
    plain(samples, |graph| {
        assert_eq!(rules(graph), [("dependency-cycle", Severity::Error)]);
        assert_eq!(
            graph.problems()[0].message,
            "dependencies go round: SVC-1 → SVC-2 → SVC-3 → SVC-1: \
             SVC-1 waits for SVC-2 (docs/prds/in-progress/SVC-1.md:2), \
             SVC-2 waits for SVC-3 (docs/prds/in-progress/SVC-2.md:1), \
             SVC-3 waits for SVC-1 (docs/prds/in-progress/SVC-3.md:2)"
        );
    });
}

#[test]
fn a_diamond_is_no_cycle() {
    let samples = vec![
        prd("SVC-1"),
        prd("SVC-2").depends("SVC-1"),
        prd("SVC-3").depends("SVC-1"),
        prd("SVC-4").depends("SVC-2, SVC-3"),
    ];
    plain(samples, |graph| assert!(graph.problems().is_empty()));
}

#[test]
fn a_cycle_that_only_a_soft_edge_closes_is_a_warning() {
    plain(vec![prd("SVC-1").depends("SVC-2 (soft)"), prd("SVC-2").depends("SVC-1")], |graph| {
        assert_eq!(rules(graph), [("dependency-cycle", Severity::Warning)]);
        assert_eq!(graph.cycles()[0].way(graph), "SVC-1 → SVC-2 → SVC-1");
    });
}

#[test]
fn every_member_of_a_knot_is_on_a_named_way_round() {
    let samples = vec![
        prd("SVC-1").depends("SVC-2, SVC-3"),
        prd("SVC-2").depends("SVC-1"),
        prd("SVC-3").depends("SVC-1"),
    ];
    plain(samples, |graph| {
        let ways: Vec<String> = graph.cycles().iter().map(|cycle| cycle.way(graph)).collect();
        assert_eq!(ways, ["SVC-1 → SVC-2 → SVC-1", "SVC-1 → SVC-3 → SVC-1"]);
    });
}

#[test]
fn of_a_doubled_id_the_first_file_counts() {
    let twin = prd("SVC-1").state(State::Draft).depends("SVC-2");
    plain(vec![prd("SVC-1").state(State::Ready), twin, prd("SVC-2")], |graph| {
        assert_eq!(graph.prds().len(), 2);
        assert_eq!(graph.prd(0).state, State::Draft, "its path sorts first");
        assert_eq!(edges(graph), ["SVC-1 → SVC-2 (complete)"]);
    });
}

#[test]
fn without_resolution_edges_are_drawn_and_bind_nobody() {
    let facts = GraphFacts { resolution: false, ..GraphFacts::default() };
    with(vec![prd("SVC-1"), prd("SVC-2").depends("SVC-1")], &facts, |graph| {
        assert_eq!(edges(graph), ["SVC-2 → SVC-1 (complete)"]);
        assert_eq!(graph.start_blockers(1).count(), 0);
    });
}

#[test]
fn a_feature_is_done_when_its_parts_are() {
    let samples = vec![
        prd("SVC-1"),
        prd("SVC-2").parent("SVC-1").state(State::Complete),
        prd("SVC-3").parent("SVC-1").state(State::Archived),
        prd("SVC-4").depends("SVC-1"),
    ];
    plain(samples, |graph| {
        assert!(graph.is_done(0));
        assert_eq!(graph.start_blockers(3).count(), 0);
    });
}

#[test]
fn parts_inherit_what_their_feature_waits_for() {
    let samples = vec![
        prd("SVC-1").depends("SVC-9, SVC-2"),
        prd("SVC-2").parent("SVC-1"),
        prd("SVC-3").parent("SVC-1"),
        prd("SVC-9"),
    ];
    plain(samples, |graph| {
        assert!(graph.problems().is_empty(), "{:?}", graph.problems());
        for part in [1, 2] {
            let blockers: Vec<Node> = graph.start_blockers(part).map(|edge| edge.prerequisite).collect();
            assert_eq!(blockers, [3]);
        }
    });
}

#[test]
fn a_part_that_waits_for_its_own_feature_goes_round() {
    plain(vec![prd("SVC-1"), prd("SVC-2").parent("SVC-1").depends("SVC-1")], |graph| {
        assert_eq!(rules(graph), [("dependency-cycle", Severity::Error)]);
        assert_eq!(graph.cycles()[0].way(graph), "SVC-1 → SVC-2 → SVC-1");
    });
}

#[test]
fn rings_of_parents_are_broken_and_told() {
    let samples = vec![
        prd("SVC-1").parent("SVC-2"),
        prd("SVC-2").parent("SVC-1"),
        prd("SVC-3").parent("SVC-3"),
        prd("SVC-4").parent("SVC-77"),
        prd("SVC-5").with(|prd| prd.children = vec![id("SVC-6")]),
        prd("SVC-6").parent("SVC-4"),
    ];
    plain(samples, |graph| {
        assert_eq!(
            rules(graph),
            [
                ("family-cycle", Severity::Error),
                ("family-cycle", Severity::Error),
                ("unknown-family", Severity::Error),
                ("two-parents", Severity::Warning),
            ]
        );
        assert_eq!(graph.family().children(3), [5]);
    });
}
