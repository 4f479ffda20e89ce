//! The dependency graph as SVG.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::escape::xml;
use super::mermaid::critical_edges;
use crate::domain::graph::layout::{Layout, Point, Room, layout};
use crate::domain::model::dependency::DependencyKind;
use crate::domain::model::id::PrdId;
use crate::domain::model::people::TeamName;
use crate::domain::orchestrate::health::Health;
use crate::domain::orchestrate::report::{PrdRow, Report};

/// The colours and lines of all pictures, for light, dark and paper.
pub const STYLE: &str = include_str!("../../../templates/report/picture.css");

/// Up to so many PRDs stand in a picture one by one; beyond that it shows teams.
pub const MOST_SHOWN: usize = 500;

/// How wide a character of the pictures' text is taken to be, in pixels.
const CHARACTER: f64 = 7.0;

const ROOM: Room =
    Room { width: 196.0, height: 62.0, between_layers: 84.0, between_nodes: 18.0, margin: 16.0, in_a_row: 4 };

/// A picture that can stand alone: from left to right, from prerequisite to dependent, coloured by health, the
/// critical path in thick lines.
#[must_use]
pub fn alone(report: &Report) -> String {
    let style = format!("<style>{STYLE}</style>");
    graph(report).replacen("<title", &format!("{style}<title"), 1) + "\n"
}

/// The picture for a page that has [`STYLE`] already.
#[must_use]
pub fn graph(report: &Report) -> String {
    if report.prds.len() > MOST_SHOWN { by_team(report) } else { by_prd(report) }
}

/// One box of a picture.
struct Node {
    class: String,
    lines: [String; 3],
    title: String,
}

/// One line of a picture.
struct Line {
    from: usize,
    to: usize,
    class: String,
    critical: bool,
    title: String,
}

fn by_prd(report: &Report) -> String {
    let at: HashMap<&PrdId, usize> = report.prds.iter().enumerate().map(|(at, row)| (&row.id, at)).collect();
    let round: BTreeSet<&PrdId> = report
        .prds
        .iter()
        .filter(|row| {
            use crate::domain::orchestrate::report::UnknownReason::Cycle;
            row.eta_unknown.as_ref().is_some_and(|why| why.reason == Cycle && why.id == row.id)
        })
        .map(|row| &row.id)
        .collect();
    let critical = critical_edges(report);
    let on_path: BTreeSet<&PrdId> =
        report.critical_path.iter().flat_map(|path| &path.ids).filter(|id| at.contains_key(id)).collect();
    let nodes = report.prds.iter().map(|row| node(row, round.contains(&row.id), on_path.contains(&row.id)));
    let mut lines = Vec::new();
    for (to, row) in report.prds.iter().enumerate() {
        for edge in row.depends_on.iter().filter(|edge| !edge.implied) {
            if let Some(from) = at.get(&edge.id) {
                lines.push(Line {
                    from: *from,
                    to,
                    class: edge.kind.to_string(),
                    critical: critical.contains(&(&edge.id, &row.id)),
                    title: told(edge.kind, &row.id, &edge.id),
                });
            }
        }
        if let Some(from) = row.parent.as_ref().and_then(|parent| at.get(parent)) {
            lines.push(Line {
                from: to,
                to: *from,
                class: "soft".to_owned(),
                critical: false,
                title: format!("{} is a part of {}", row.id, report.prds[*from].id),
            });
        }
    }
    let what = format!("{} PRDs and {} dependencies", report.prds.len(), lines.len());
    draw("Dependency graph", &what, &nodes.collect::<Vec<_>>(), &lines)
}

fn told(kind: DependencyKind, dependent: &PrdId, prerequisite: &PrdId) -> String {
    match kind {
        DependencyKind::Complete => format!("{dependent} waits until {prerequisite} is complete"),
        DependencyKind::Contract => format!("{dependent} waits for the contract of {prerequisite}"),
        DependencyKind::Finish => format!("{dependent} cannot finish before {prerequisite}"),
        DependencyKind::Soft => format!("{dependent} would like {prerequisite} first"),
    }
}

fn class_of(health: Option<Health>) -> &'static str {
    match health {
        Some(Health::Blocked) => "blocked",
        Some(Health::AtRisk) => "at-risk",
        Some(Health::Ahead) => "ahead",
        Some(Health::OnTrack) => "on-track",
        Some(Health::NoTarget) => "no-target",
        Some(Health::NoEstimate) => "no-estimate",
        None => "unknown",
    }
}

/// The class of a PRD in all pictures.
pub(super) fn health_class(row: &PrdRow) -> &'static str {
    class_of(row.health)
}

fn node(row: &PrdRow, round: bool, on_path: bool) -> Node {
    let health = row.health.map_or_else(|| row.state.to_string(), |health| health.words().to_owned());
    let reason = row.health_text.as_ref().map_or(String::new(), |text| format!(": {text}"));
    let eta = row.eta_date.map_or(String::new(), |day| format!(" · {day}"));
    let mut class = health_class(row).to_owned();
    if on_path {
        class.push_str(" on-path");
    }
    if round {
        class.push_str(" round");
    }
    Node {
        class,
        lines: [row.id.to_string(), row.service.clone(), format!("{}%{eta}", row.progress)],
        title: format!("{} {}: {health}{reason}", row.id, row.title),
    }
}

/// One box for each lead team, and one line for each pair of teams that waits for each other.
fn by_team(report: &Report) -> String {
    let mut at: BTreeMap<Option<&TeamName>, usize> = BTreeMap::new();
    let mut rows: Vec<(Option<&TeamName>, Vec<&PrdRow>)> = Vec::new();
    let mut team_of: HashMap<&PrdId, usize> = HashMap::new();
    for row in &report.prds {
        let team = *at.entry(row.team.as_ref()).or_insert_with(|| {
            rows.push((row.team.as_ref(), Vec::new()));
            rows.len() - 1
        });
        rows[team].1.push(row);
        team_of.insert(&row.id, team);
    }
    let nodes: Vec<Node> = rows
        .iter()
        .map(|(team, rows)| {
            let blocked = rows.iter().filter(|row| row.health == Some(Health::Blocked)).count();
            let at_risk = rows.iter().filter(|row| row.health == Some(Health::AtRisk)).count();
            let worst = if blocked > 0 {
                Some(Health::Blocked)
            } else if at_risk > 0 {
                Some(Health::AtRisk)
            } else {
                Some(Health::OnTrack)
            };
            let name = team.map_or("no team".to_owned(), ToString::to_string);
            let counts = format!("{blocked} blocked, {at_risk} at risk");
            let title = format!("{name}: {} PRDs, {counts}", rows.len());
            Node {
                class: class_of(worst).to_owned(),
                lines: [name, format!("{} PRDs", rows.len()), counts],
                title,
            }
        })
        .collect();
    let mut between: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for row in &report.prds {
        for edge in &row.depends_on {
            if let (Some(from), Some(to)) = (team_of.get(&edge.id), team_of.get(&row.id))
                && from != to
            {
                *between.entry((*from, *to)).or_default() += 1;
            }
        }
    }
    let lines: Vec<Line> = between
        .into_iter()
        .map(|((from, to), count)| Line {
            from,
            to,
            class: "complete".to_owned(),
            critical: false,
            title: format!("{} waits for {}: {count} dependencies", nodes[to].lines[0], nodes[from].lines[0]),
        })
        .collect();
    let what =
        format!("{} PRDs are too many for one picture, so it shows {} teams", report.prds.len(), nodes.len());
    draw("Dependency graph by team", &what, &nodes, &lines)
}

fn draw(title: &str, description: &str, nodes: &[Node], lines: &[Line]) -> String {
    let ends: Vec<(usize, usize)> = lines.iter().map(|line| (line.from, line.to)).collect();
    let Layout { nodes: places, edges, width, height } = layout(nodes.len(), &ends, &ROOM);
    let mut svg = open(title, description, width.max(320.0), height);
    svg.push_str(
        "<defs><marker id=\"head\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" \
         markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path class=\"head\" d=\"M0 0 8 4 0 8z\"/></marker>\
         <marker id=\"head-critical\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"11\" markerHeight=\"11\" \
         markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path class=\"head critical\" d=\"M0 0 8 4 0 8z\"/></marker></defs>",
    );
    // The critical path lies above the other lines.
    let mut order: Vec<usize> = (0..lines.len()).collect();
    order.sort_by_key(|at| lines[*at].critical);
    for at in order {
        let (line, points) = (&lines[at], &edges[at]);
        let (class, head) = if line.critical { (" critical", "head-critical") } else { ("", "head") };
        // Writing to a string cannot fail.
        let _ = write!(
            svg,
            "<path class=\"edge {}{class}\" marker-end=\"url(#{head})\" d=\"{}\"><title>{}</title></path>",
            line.class,
            curve(points),
            xml(&line.title)
        );
    }
    for (node, place) in nodes.iter().zip(&places) {
        let _ = write!(
            svg,
            "<g><title>{}</title><rect class=\"box {}\" x=\"{:.1}\" y=\"{:.1}\" width=\"{}\" height=\"{}\" rx=\"8\"/>",
            xml(&node.title),
            node.class,
            place.x,
            place.y,
            ROOM.width,
            ROOM.height
        );
        for ((line, class), down) in node.lines.iter().zip(["name", "", "small"]).zip([20.0, 37.0, 53.0]) {
            let _ = write!(
                svg,
                "<text class=\"{class}\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
                place.x + 12.0,
                place.y + down,
                xml(&fitted(line, ROOM.width - 24.0))
            );
        }
        svg.push_str("</g>");
    }
    svg.push_str("</svg>");
    svg
}

/// The beginning of a picture, with its name and what it shows for those who do not see it.
pub(super) fn open(title: &str, description: &str, width: f64, height: f64) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"picture\" role=\"img\" width=\"{width:.0}\" \
         height=\"{height:.0}\" viewBox=\"0 0 {width:.0} {height:.0}\"><title>{}</title><desc>{}</desc>\
         <rect class=\"paper\" width=\"100%\" height=\"100%\"/>",
        xml(title),
        xml(description)
    )
}

/// A line that runs level through the layers and swings between them.
fn curve(points: &[Point]) -> String {
    let Some(first) = points.first() else { return String::new() };
    let mut path = format!("M{:.1} {:.1}", first.x, first.y);
    for (at, (one, next)) in points.iter().zip(points.iter().skip(1)).enumerate() {
        // Between two layers, then through one, and so on.
        let _ = if at % 2 == 0 {
            let middle = f64::midpoint(one.x, next.x);
            write!(path, "C{middle:.1} {:.1} {middle:.1} {:.1} {:.1} {:.1}", one.y, next.y, next.x, next.y)
        } else {
            write!(path, "L{:.1} {:.1}", next.x, next.y)
        };
    }
    path
}

/// As much of a text as fits, with a mark where something is left out.
pub(super) fn fitted(text: &str, width: f64) -> String {
    let pixels = |columns: usize| f64::from(u32::try_from(columns).unwrap_or(u32::MAX)) * CHARACTER;
    if pixels(text.width()) <= width {
        return text.to_owned();
    }
    let mut fits = String::new();
    let mut columns = 1;
    for c in text.chars() {
        columns += c.width().unwrap_or(0);
        if pixels(columns) > width {
            break;
        }
        fits.push(c);
    }
    fits.push('…');
    fits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::render::report_markdown::tests::{made, worked};
    use crate::domain::model::sample::prd;
    use crate::domain::orchestrate::options::Options;

    #[test]
    fn the_worked_example_is_drawn() {
        let svg = alone(&worked());
        assert_eq!(svg.matches("<rect class=\"box").count(), 5);
        assert_eq!(svg.matches("<path class=\"edge").count(), 4);
        assert_eq!(svg.matches("class=\"edge complete critical\"").count(), 1);
        assert_eq!(svg.matches(" on-path\"").count(), 2);
        for said in ["SVC-132 waits until SVC-131 is complete", "warehouse-integration", "10% · 2025-06-27"]
        {
            assert!(svg.contains(said), "no {said}");
        }
        assert_eq!(svg.matches("<style>").count(), 1);
        assert!(!graph(&worked()).contains("<style>"));
    }

    #[test]
    fn what_people_write_is_never_markup() {
        let report = made(
            vec![
                prd("SVC-1")
                    .service("<script>alert(1)</script> & \"co\"")
                    .with(|prd| prd.title = "</title>".into()),
            ],
            &Options::default(),
        );
        let svg = alone(&report);
        assert!(!svg.contains("<script") && !svg.contains("</title> "), "{svg}");
        assert!(svg.contains("&lt;/title&gt;"));
    }

    #[test]
    fn a_cycle_is_marked() {
        let report = made(
            vec![prd("SVC-1").estimate("1d").depends("SVC-2"), prd("SVC-2").estimate("1d").depends("SVC-1")],
            &Options::default(),
        );
        assert_eq!(graph(&report).matches(" round\"").count(), 2);
    }

    #[test]
    fn too_many_are_drawn_by_team() {
        let samples = (1..=501).map(|number| {
            let team = if number % 2 == 0 { "Even" } else { "Odd" };
            let sample = prd(&format!("SVC-{number}")).estimate("1d").team(team);
            if number == 1 { sample.depends("SVC-2") } else { sample }
        });
        let svg = graph(&made(samples.collect(), &Options::default()));
        assert_eq!(svg.matches("<rect class=\"box").count(), 2);
        assert!(svg.contains("501 PRDs are too many for one picture, so it shows 2 teams"));
        assert!(svg.contains("Odd waits for Even: 1 dependencies"));
    }

    #[test]
    fn long_names_are_cut_where_they_end() {
        assert_eq!(fitted("short", 100.0), "short");
        assert_eq!(fitted("twenty-two characters!", 70.0), "twenty-tw…");
        assert_eq!(fitted("日本語日本語", 49.0), "日本語…");
    }
}
