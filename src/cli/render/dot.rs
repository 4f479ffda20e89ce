//! The dependency graph in the language of Graphviz.

use super::escape;
use super::mermaid::critical_edges;
use crate::domain::model::dependency::DependencyKind;
use crate::domain::orchestrate::health::Health;
use crate::domain::orchestrate::report::{PrdRow, Report};

/// A directed graph from left to right, from prerequisite to dependent: colours by health, the critical path
/// in thick edges, soft edges dotted. It ends with a line end.
#[must_use]
pub fn dot(report: &Report) -> String {
    let mut lines = vec![
        "digraph prds {".to_owned(),
        "  rankdir=LR;".to_owned(),
        "  node [shape=box, style=\"rounded,filled\", fontname=\"sans-serif\"];".to_owned(),
    ];
    lines.extend(report.prds.iter().map(node));
    let critical = critical_edges(report);
    let shown = |id| report.prds.binary_search_by(|row| row.id.cmp(id)).is_ok();
    for row in &report.prds {
        for edge in row.depends_on.iter().filter(|edge| !edge.implied && shown(&edge.id)) {
            let mut attributes = Vec::new();
            match edge.kind {
                DependencyKind::Complete => {}
                DependencyKind::Soft => attributes.push("style=dotted".to_owned()),
                DependencyKind::Contract | DependencyKind::Finish => {
                    attributes.push(format!("label=\"{}\"", edge.kind));
                }
            }
            if critical.contains(&(&edge.id, &row.id)) {
                attributes.push("penwidth=3".to_owned());
            }
            lines.push(arrow(&edge.id.to_string(), &row.id.to_string(), &attributes));
        }
        if let Some(parent) = row.parent.as_ref().filter(|parent| shown(parent)) {
            let attributes = ["style=dashed".to_owned(), "arrowhead=odot".to_owned()];
            lines.push(arrow(&row.id.to_string(), &parent.to_string(), &attributes));
        }
    }
    lines.push("}\n".to_owned());
    lines.join("\n")
}

fn arrow(from: &str, to: &str, attributes: &[String]) -> String {
    let list = if attributes.is_empty() { String::new() } else { format!(" [{}]", attributes.join(", ")) };
    format!("  \"{}\" -> \"{}\"{list};", escape::dot(from), escape::dot(to))
}

fn node(row: &PrdRow) -> String {
    let id = escape::dot(&row.id.to_string());
    let fill = match row.health {
        Some(Health::Blocked) => "#fee2e2",
        Some(Health::AtRisk) => "#fef3c7",
        Some(Health::Ahead | Health::OnTrack) => "#dcfce7",
        Some(Health::NoTarget | Health::NoEstimate) | None => "#f3f4f6",
    };
    let service = escape::dot(&row.service);
    format!("  \"{id}\" [label=\"{id}\\n{service}\\n{}%\", fillcolor=\"{fill}\"];", row.progress)
}

#[cfg(test)]
mod tests {
    use crate::cli::render::report_markdown::tests::worked;

    use super::*;

    #[test]
    fn the_worked_example_is_drawn() {
        insta::assert_snapshot!(dot(&worked()), @r##"
        digraph prds {
          rankdir=LR;
          node [shape=box, style="rounded,filled", fontname="sans-serif"];
          "SVC-128" [label="SVC-128\ncheckout-service\n60%", fillcolor="#dcfce7"];
          "SVC-129" [label="SVC-129\npayment-service\n75%", fillcolor="#dcfce7"];
          "SVC-130" [label="SVC-130\nrefund-service\n30%", fillcolor="#fef3c7"];
          "SVC-131" [label="SVC-131\ninventory-service\n85%", fillcolor="#dcfce7"];
          "SVC-132" [label="SVC-132\nwarehouse-integration\n10%", fillcolor="#fee2e2"];
          "SVC-129" -> "SVC-128" [label="finish"];
          "SVC-131" -> "SVC-128" [label="finish"];
          "SVC-129" -> "SVC-130" [label="contract"];
          "SVC-131" -> "SVC-132" [penwidth=3];
        }
        "##);
    }
}
