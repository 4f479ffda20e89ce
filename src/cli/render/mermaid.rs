//! The dependency graph as Mermaid text.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write;

use super::escape;
use crate::domain::model::dependency::DependencyKind;
use crate::domain::model::id::PrdId;
use crate::domain::model::people::TeamName;
use crate::domain::orchestrate::health::Health;
use crate::domain::orchestrate::report::{PrdRow, Report};

/// Class, fill, border and text of each health, readable on light and dark pages.
const CLASSES: [(Health, &str, &str, &str); 6] = [
    (Health::Blocked, "blocked", "#fee2e2", "#b91c1c"),
    (Health::AtRisk, "atRisk", "#fef3c7", "#b45309"),
    (Health::Ahead, "ahead", "#dcfce7", "#15803d"),
    (Health::OnTrack, "onTrack", "#ecfdf5", "#047857"),
    (Health::NoTarget, "noTarget", "#f3f4f6", "#4b5563"),
    (Health::NoEstimate, "noEstimate", "#f3f4f6", "#4b5563"),
];

/// A flowchart from left to right, from prerequisite to dependent: a class for each health, the critical path
/// in thick edges, soft edges dotted, teams as boxes. It ends with a line end.
#[must_use]
pub fn mermaid(report: &Report) -> String {
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
    let critical = critical_edges(report);
    for (at, row) in report.prds.iter().enumerate() {
        for edge in row.depends_on.iter().filter(|edge| !edge.implied) {
            if let Some(from) = names.get(&edge.id) {
                let arrow = arrow(edge.kind, critical.contains(&(&edge.id, &row.id)));
                lines.push(format!("  n{from} {arrow} n{at}"));
            }
        }
        if let Some(parent) = row.parent.as_ref().and_then(|parent| names.get(parent)) {
            lines.push(format!("  n{at} -.-o n{parent}"));
        }
    }
    let used: HashSet<Health> = report.prds.iter().filter_map(|row| row.health).collect();
    for (health, class, fill, line) in CLASSES {
        if used.contains(&health) {
            lines.push(format!("  classDef {class} fill:{fill},stroke:{line},color:#111827"));
        }
    }
    let mut text = lines.join("\n");
    text.push('\n');
    text
}

/// The edges of the critical path, prerequisite first.
pub(super) fn critical_edges(report: &Report) -> HashSet<(&PrdId, &PrdId)> {
    let ids = report.critical_path.as_ref().map_or(&[][..], |path| path.ids.as_slice());
    ids.iter().zip(ids.iter().skip(1)).collect()
}

fn node(at: usize, row: &PrdRow) -> String {
    let mut text = format!(
        "n{at}[\"{}<br/>{}<br/>{}#37;\"]",
        escape::mermaid(&row.id.to_string()),
        escape::mermaid(&row.service),
        row.progress
    );
    let class = CLASSES.iter().find(|(health, ..)| row.health == Some(*health));
    if let Some((_, class, ..)) = class {
        // Writing to a string cannot fail.
        let _ = write!(text, ":::{class}");
    }
    text
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
