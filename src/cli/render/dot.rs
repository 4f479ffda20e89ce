//! The dependency graph in the language of Graphviz.

use super::escape;
use super::marks::{self, Marks};
use crate::domain::model::dependency::DependencyKind;
use crate::domain::model::id::PrdId;
use crate::domain::orchestrate::health::Health;
use crate::domain::orchestrate::report::{PrdRow, Report};

/// A directed graph from left to right, from prerequisite to dependent: colours by health, the critical path
/// in thick edges, soft edges dotted, what goes round red, what no PRD is dashed. It ends with a line end.
#[must_use]
pub fn dot(report: &Report) -> String {
    let mut lines = vec![
        "digraph prds {".to_owned(),
        "  rankdir=LR;".to_owned(),
        "  node [shape=box, style=\"rounded,filled\", fontname=\"sans-serif\"];".to_owned(),
    ];
    lines.extend(report.prds.iter().map(node));
    let marks = Marks::of(report);
    let shown = |id: &PrdId| report.prds.binary_search_by(|row| row.id.cmp(id)).is_ok();
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
            if marks.is_critical(&edge.id, &row.id) {
                attributes.push("penwidth=3".to_owned());
            }
            if marks.goes_round(&edge.id, &row.id) {
                attributes.push("color=\"#b91c1c\"".to_owned());
            }
            lines.push(arrow(&edge.id.to_string(), &row.id.to_string(), &attributes));
        }
        if let Some(parent) = row.parent.as_ref().filter(|parent| shown(parent)) {
            let attributes = ["style=dashed".to_owned(), "arrowhead=odot".to_owned()];
            lines.push(arrow(&row.id.to_string(), &parent.to_string(), &attributes));
        }
    }
    for row in &report.missing {
        let id = row.id.to_string();
        lines.push(format!(
            "  \"{0}\" [label=\"{0}\\nno PRD has this id\", style=\"rounded,dashed\", color=\"#b91c1c\"];",
            escape::dot(&id)
        ));
        let known = |ids: &[_]| -> Vec<String> {
            ids.iter().filter(|id| shown(id)).map(ToString::to_string).collect()
        };
        lines.extend(known(&row.needed_by).iter().map(|other| arrow(&id, other, &[])));
        lines.extend(known(&row.needs).iter().map(|other| arrow(other, &id, &[])));
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
    let round = if marks::is_round(row) { ", color=\"#b91c1c\", penwidth=3" } else { "" };
    format!("  \"{id}\" [label=\"{id}\\n{service}\\n{}%\", fillcolor=\"{fill}\"{round}];", row.progress)
}

#[cfg(test)]
mod tests {
    use crate::cli::render::report_markdown::tests::{made, worked};
    use crate::domain::model::sample::prd;
    use crate::domain::orchestrate::options::Options;

    use super::*;

    #[test]
    fn what_is_missing_and_what_goes_round_is_marked() {
        let samples = vec![
            prd("SVC-1").estimate("1d").depends("SVC-2, SVC-9"),
            prd("SVC-2").estimate("1d").depends("SVC-1"),
        ];
        insta::assert_snapshot!(dot(&made(samples, &Options::default())), @r##"
        digraph prds {
          rankdir=LR;
          node [shape=box, style="rounded,filled", fontname="sans-serif"];
          "SVC-1" [label="SVC-1\nslug-svc-1\n0%", fillcolor="#fee2e2", color="#b91c1c", penwidth=3];
          "SVC-2" [label="SVC-2\nslug-svc-2\n0%", fillcolor="#fee2e2", color="#b91c1c", penwidth=3];
          "SVC-2" -> "SVC-1" [color="#b91c1c"];
          "SVC-1" -> "SVC-2" [color="#b91c1c"];
          "SVC-9" [label="SVC-9\nno PRD has this id", style="rounded,dashed", color="#b91c1c"];
          "SVC-9" -> "SVC-1";
        }
        "##);
    }

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
