//! The dependency graph as Mermaid text.

use std::collections::{BTreeMap, HashMap};

use super::escape;
use super::grouped::{Groups, dependencies};
use super::marks::{self, Marks};
use crate::domain::model::dependency::DependencyKind;
use crate::domain::model::id::PrdId;
use crate::domain::model::people::TeamName;
use crate::domain::orchestrate::health::Health;
use crate::domain::orchestrate::report::{PrdRow, Report};

/// Class, fill, border and text of each health, readable on light and dark pages.
pub(super) const CLASSES: [(Health, &str, &str, &str); 6] = [
    (Health::Blocked, "blocked", "#fee2e2", "#b91c1c"),
    (Health::AtRisk, "atRisk", "#fef3c7", "#b45309"),
    (Health::Ahead, "ahead", "#dcfce7", "#15803d"),
    (Health::OnTrack, "onTrack", "#ecfdf5", "#047857"),
    (Health::NoTarget, "noTarget", "#f3f4f6", "#4b5563"),
    (Health::NoEstimate, "noEstimate", "#f3f4f6", "#4b5563"),
];

/// More edges than these Mermaid refuses to draw (`maxEdges`), and longer texts (`maxTextSize`).
const MOST_EDGES: usize = 500;
const MOST_BYTES: usize = 50_000;

/// A flowchart from left to right, from prerequisite to dependent: a class for each health, the critical path
/// in thick edges, soft edges dotted, teams as boxes; what no PRD is has a dashed border, and what goes round a
/// thick red one. More than one picture can show are drawn as teams. It ends with a line end.
#[must_use]
pub fn mermaid(report: &Report) -> String {
    if let Some(groups) = Groups::needed(report) {
        return by_team(&groups);
    }
    let text = by_prd(report);
    let edges = text.lines().filter(|line| is_edge(line)).count();
    if edges > MOST_EDGES || text.len() > MOST_BYTES { by_team(&Groups::of(report)) } else { text }
}

/// True for a line that draws an edge: unlike nodes, teams and styles it has an arrow and no label in brackets.
fn is_edge(line: &str) -> bool {
    let arrow = ["-->", "==>", "-.->", "-.-o"].iter().any(|arrow| line.contains(arrow));
    arrow && !line.contains('[')
}

fn by_team(groups: &Groups) -> String {
    let mut lines = vec!["flowchart LR".to_owned(), format!("  note[\"{}\"]", groups.note())];
    for (at, group) in groups.teams.iter().enumerate() {
        let class = class(Some(group.worst()));
        let name = escape::mermaid(&group.name());
        lines.push(format!("  t{at}[\"{name}<br/>{} PRDs<br/>{}\"]{class}", group.prds, group.counts()));
    }
    for ((from, to), count) in &groups.between {
        lines.push(format!("  t{from} -->|{}| t{to}", dependencies(*count)));
    }
    closed(lines, groups.teams.iter().map(|group| group.worst()))
}

/// The lines with the classes of the healths that occur.
fn closed(mut lines: Vec<String>, healths: impl Iterator<Item = Health>) -> String {
    let used: Vec<Health> = healths.collect();
    for (health, class, fill, line) in CLASSES {
        if used.contains(&health) {
            lines.push(format!("  classDef {class} fill:{fill},stroke:{line},color:#111827"));
        }
    }
    let mut text = lines.join("\n");
    text.push('\n');
    text
}

fn by_prd(report: &Report) -> String {
    let names: HashMap<&PrdId, usize> =
        report.prds.iter().enumerate().map(|(at, row)| (&row.id, at)).collect();
    let mut lines = vec!["flowchart LR".to_owned()];
    // Whatever has no team comes last, and in no box.
    let mut teams: BTreeMap<(bool, Option<&TeamName>), Vec<usize>> = BTreeMap::new();
    for (at, row) in report.prds.iter().enumerate() {
        teams.entry((row.team.is_none(), row.team.as_ref())).or_default().push(at);
    }
    for (number, ((_, team), rows)) in teams.into_iter().enumerate() {
        if let Some(team) = team {
            lines.push(format!("  subgraph t{number}[\"{}\"]", escape::mermaid(team.as_str())));
        }
        let indent = if team.is_some() { "    " } else { "  " };
        lines.extend(rows.into_iter().map(|at| format!("{indent}{}", node(at, &report.prds[at]))));
        if team.is_some() {
            lines.push("  end".to_owned());
        }
    }
    let marks = Marks::of(report);
    let mut drawn = 0_usize;
    let mut round = Vec::new();
    for (at, row) in report.prds.iter().enumerate() {
        for edge in row.depends_on.iter().filter(|edge| !edge.implied) {
            if let Some(from) = names.get(&edge.id) {
                let arrow = arrow(edge.kind, marks.is_critical(&edge.id, &row.id));
                lines.push(format!("  n{from} {arrow} n{at}"));
                if marks.goes_round(&edge.id, &row.id) {
                    round.push(drawn.to_string());
                }
                drawn += 1;
            }
        }
        if let Some(parent) = row.parent.as_ref().and_then(|parent| names.get(parent)) {
            lines.push(format!("  n{at} -.-o n{parent}"));
            drawn += 1;
        }
    }
    if !round.is_empty() {
        lines.push(format!("  linkStyle {} stroke:#b91c1c,stroke-width:3px", round.join(",")));
    }
    for (at, row) in report.prds.iter().enumerate().filter(|(_, row)| marks::is_round(row)) {
        lines.push(format!("  %% {} goes round", escape::mermaid(&row.id.to_string())));
        lines.push(format!("  style n{at} stroke:#b91c1c,stroke-width:3px"));
    }
    for (number, row) in report.missing.iter().enumerate() {
        let id = escape::mermaid(&row.id.to_string());
        lines.push(format!("  m{number}[\"{id}<br/>no PRD has this id\"]:::missing"));
        let named =
            |ids: &[PrdId]| -> Vec<usize> { ids.iter().filter_map(|id| names.get(id)).copied().collect() };
        lines.extend(named(&row.needed_by).into_iter().map(|at| format!("  m{number} --> n{at}")));
        lines.extend(named(&row.needs).into_iter().map(|at| format!("  n{at} --> m{number}")));
    }
    if !report.missing.is_empty() {
        let style = "fill:#ffffff,stroke:#b91c1c,stroke-dasharray:4 3,color:#111827";
        lines.push(format!("  classDef missing {style}"));
    }
    closed(lines, report.prds.iter().filter_map(|row| row.health))
}

fn node(at: usize, row: &PrdRow) -> String {
    format!(
        "n{at}[\"{}<br/>{}<br/>{}#37;\"]{}",
        escape::mermaid(&row.id.to_string()),
        escape::mermaid(&row.service),
        row.progress,
        class(row.health)
    )
}

fn class(health: Option<Health>) -> String {
    let class = CLASSES.iter().find(|(known, ..)| health == Some(*known));
    class.map_or(String::new(), |(_, class, ..)| format!(":::{class}"))
}

const fn arrow(kind: DependencyKind, critical: bool) -> &'static str {
    match (kind, critical) {
        (DependencyKind::Complete, true) => "==>",
        (DependencyKind::Complete, false) => "-->",
        (DependencyKind::Contract, true) => "==>|contract|",
        (DependencyKind::Contract, false) => "-->|contract|",
        (DependencyKind::Finish, true) => "==>|finish|",
        (DependencyKind::Finish, false) => "-->|finish|",
        (DependencyKind::Soft, _) => "-.->",
    }
}

#[cfg(test)]
mod tests {
    use crate::cli::render::report_markdown::tests::{made, worked};
    use crate::domain::model::sample::prd;
    use crate::domain::orchestrate::options::Options;

    use super::*;

    #[test]
    fn the_worked_example_is_drawn() {
        insta::assert_snapshot!(mermaid(&worked()), @r#"
        flowchart LR
          subgraph t0["Checkout"]
            n0["SVC-128<br/>checkout-service<br/>60#37;"]:::onTrack
          end
          subgraph t1["Inventory"]
            n3["SVC-131<br/>inventory-service<br/>85#37;"]:::ahead
            n4["SVC-132<br/>warehouse-integration<br/>10#37;"]:::blocked
          end
          subgraph t2["Payments"]
            n1["SVC-129<br/>payment-service<br/>75#37;"]:::onTrack
            n2["SVC-130<br/>refund-service<br/>30#37;"]:::atRisk
          end
          n1 -->|finish| n0
          n3 -->|finish| n0
          n1 -->|contract| n2
          n3 ==> n4
          classDef blocked fill:#fee2e2,stroke:#b91c1c,color:#111827
          classDef atRisk fill:#fef3c7,stroke:#b45309,color:#111827
          classDef ahead fill:#dcfce7,stroke:#15803d,color:#111827
          classDef onTrack fill:#ecfdf5,stroke:#047857,color:#111827
        "#);
    }

    #[test]
    fn what_is_missing_and_what_goes_round_is_marked() {
        let samples = vec![
            prd("SVC-1").estimate("1d").depends("SVC-2, SVC-9"),
            prd("SVC-2").estimate("1d").depends("SVC-1").blocks("SVC-8"),
        ];
        insta::assert_snapshot!(mermaid(&made(samples, &Options::default())), @r##"
        flowchart LR
          n0["SVC-1<br/>slug-svc-1<br/>0#37;"]:::blocked
          n1["SVC-2<br/>slug-svc-2<br/>0#37;"]:::blocked
          n1 --> n0
          n0 --> n1
          linkStyle 0,1 stroke:#b91c1c,stroke-width:3px
          %% SVC-1 goes round
          style n0 stroke:#b91c1c,stroke-width:3px
          %% SVC-2 goes round
          style n1 stroke:#b91c1c,stroke-width:3px
          m0["SVC-8<br/>no PRD has this id"]:::missing
          n1 --> m0
          m1["SVC-9<br/>no PRD has this id"]:::missing
          m1 --> n0
          classDef missing fill:#ffffff,stroke:#b91c1c,stroke-dasharray:4 3,color:#111827
          classDef blocked fill:#fee2e2,stroke:#b91c1c,color:#111827
        "##);
    }

    #[test]
    fn too_many_are_drawn_as_teams() {
        let samples = (1..=501).map(|number| {
            let team = if number % 2 == 0 { "Even" } else { "O\"dd" };
            let sample = prd(&format!("SVC-{number}")).estimate("1d").team(team);
            if number == 1 { sample.depends("SVC-2") } else { sample }
        });
        insta::assert_snapshot!(mermaid(&made(samples.collect(), &Options::default())), @r#"
        flowchart LR
          note["501 PRDs are too many for one picture, so it shows 2 teams"]
          t0["O#quot;dd<br/>251 PRDs<br/>1 blocked, 0 at risk"]:::blocked
          t1["Even<br/>250 PRDs<br/>0 blocked, 0 at risk"]:::onTrack
          t1 -->|1 dependency| t0
          classDef blocked fill:#fee2e2,stroke:#b91c1c,color:#111827
          classDef onTrack fill:#ecfdf5,stroke:#047857,color:#111827
        "#);
    }

    #[test]
    fn more_edges_than_mermaid_draws_are_drawn_as_teams_whatever_kind_they_are() {
        for kind in ["complete", "contract", "finish", "soft"] {
            let waits = prd("SVC-1").estimate("1d").depends(&format!("SVC-2 ({kind})"));
            let mut report = made(vec![waits, prd("SVC-2").estimate("1d")], &Options::default());
            let edge = report.prds[0].depends_on[0].clone();
            report.prds[0].depends_on = vec![edge.clone(); MOST_EDGES];
            assert!(!mermaid(&report).contains("too many"), "{kind}");
            report.prds[0].depends_on.push(edge);
            assert!(mermaid(&report).contains("too many for one picture"), "{kind}");
        }
    }

    #[test]
    fn labels_cannot_break_out_and_parts_hang_on_their_feature() {
        let samples = vec![
            prd("SVC-1").team("a\"]; click n0 \"x\n").estimate("1d"),
            prd("SVC-2").parent("SVC-1").estimate("1d").depends("SVC-3 (soft)"),
            prd("SVC-3").estimate("1d"),
        ];
        insta::assert_snapshot!(mermaid(&made(samples, &Options::default())), @r#"
        flowchart LR
          subgraph t0["a#quot;]#59; click n0 #quot;x"]
            n0["SVC-1<br/>slug-svc-1<br/>0#37;"]:::noTarget
          end
          n1["SVC-2<br/>slug-svc-2<br/>0#37;"]:::noTarget
          n2["SVC-3<br/>slug-svc-3<br/>0#37;"]:::noTarget
          n2 -.-> n1
          n1 -.-o n0
          classDef noTarget fill:#f3f4f6,stroke:#4b5563,color:#111827
        "#);
    }
}
