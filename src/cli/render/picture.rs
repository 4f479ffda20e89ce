//! The dependency graph as SVG.

use std::collections::HashMap;
use std::fmt::Write as _;

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::escape::xml;
use super::grouped::{Group, Groups, dependencies};
use super::marks::{self, Marks};
use crate::domain::graph::layout::{Layout, Point, Room, layout};
use crate::domain::model::dependency::DependencyKind;
use crate::domain::model::id::PrdId;
use crate::domain::model::people::TeamName;
use crate::domain::orchestrate::health::Health;
use crate::domain::orchestrate::report::{PrdRow, Report};

/// The colours and lines of all pictures, for light, dark and paper.
pub const STYLE: &str = include_str!("../../../templates/report/picture.css");

/// How wide a character of the pictures' text is taken to be, in pixels.
const CHARACTER: f64 = 7.0;

const ROOM: Room =
    Room { width: 196.0, height: 62.0, between_layers: 84.0, between_nodes: 18.0, margin: 16.0, in_a_row: 4 };

/// A picture that can stand alone: from left to right, from prerequisite to dependent, coloured by health, the
/// critical path in thick lines.
#[must_use]
pub fn alone(report: &Report) -> String {
    let style = format!("<style>{STYLE}</style>");
    graph(report, &Teams::default()).replacen("<title", &format!("{style}<title"), 1) + "\n"
}

/// The picture for a page that has [`STYLE`] already.
#[must_use]
pub(super) fn graph(report: &Report, teams: &Teams) -> String {
    Groups::needed(report).map_or_else(|| by_prd(report, teams), |groups| by_team(&groups, teams))
}

/// The numbers by which a page filters teams.
#[derive(Debug, Default)]
pub(super) struct Teams<'a>(HashMap<Option<&'a TeamName>, usize>);

impl<'a> Teams<'a> {
    /// Teams in the order of their buttons, the first of which has number 1; one alone is not filtered.
    pub(super) fn numbered(teams: impl IntoIterator<Item = Option<&'a TeamName>>) -> Self {
        let numbers: HashMap<_, _> = teams.into_iter().zip(1..).collect();
        if numbers.len() > 1 { Self(numbers) } else { Self::default() }
    }

    /// The number of a team; 0 for one that has no button, `None` where nothing is filtered.
    fn number(&self, team: Option<&TeamName>) -> Option<usize> {
        (!self.0.is_empty()).then(|| self.0.get(&team).copied().unwrap_or(0))
    }

    /// ` data-team="2"`
    pub(super) fn attribute(&self, team: Option<&TeamName>) -> String {
        self.number(team).map_or(String::new(), |number| format!(" data-team=\"{number}\""))
    }
}

/// One box of a picture.
struct Node {
    class: String,
    lines: [String; 3],
    title: String,
    team: Option<usize>,
}

/// One line of a picture.
struct Line {
    from: usize,
    to: usize,
    class: String,
    head: Head,
    /// True where it has a head at its beginning, too.
    both: bool,
    title: String,
}

/// What kind of arrow a line ends in; the later ones are drawn above the others.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Head {
    Plain,
    Critical,
    Round,
}

impl Head {
    const ALL: [Self; 3] = [Self::Plain, Self::Critical, Self::Round];

    /// Class of the line and of the head, and the head's size in pixels.
    const fn looks(self) -> (&'static str, u8) {
        match self {
            Self::Plain => ("", 8),
            Self::Critical => (" critical", 11),
            Self::Round => (" round", 11),
        }
    }
}

fn by_prd(report: &Report, teams: &Teams) -> String {
    let at: HashMap<&PrdId, usize> = report.prds.iter().enumerate().map(|(at, row)| (&row.id, at)).collect();
    let marks = Marks::of(report);
    let mut nodes: Vec<Node> =
        report.prds.iter().map(|row| node(row, marks.is_on_path(&row.id), teams)).collect();
    let mut lines = Vec::new();
    for (to, row) in report.prds.iter().enumerate() {
        for edge in row.depends_on.iter().filter(|edge| !edge.implied) {
            let Some(from) = at.get(&edge.id) else { continue };
            let head = if marks.goes_round(&edge.id, &row.id) {
                Head::Round
            } else if marks.is_critical(&edge.id, &row.id) {
                Head::Critical
            } else {
                Head::Plain
            };
            let title = told(edge.kind, &row.id, &edge.id);
            lines.push(Line { from: *from, to, class: edge.kind.to_string(), head, both: false, title });
        }
        if let Some(from) = row.parent.as_ref().and_then(|parent| at.get(parent)) {
            let title = format!("{} is a part of {}", row.id, report.prds[*from].id);
            let (class, head) = ("soft".to_owned(), Head::Plain);
            lines.push(Line { from: to, to: *from, class, head, both: false, title });
        }
    }
    for row in &report.missing {
        let here = nodes.len();
        let title = format!("no PRD has the id {}", row.id);
        let text = [row.id.to_string(), "no PRD has this id".to_owned(), String::new()];
        nodes.push(Node { class: "missing".to_owned(), lines: text, title, team: None });
        let line = |from: usize, to: usize, title: String| {
            let (class, head) = (DependencyKind::Complete.to_string(), Head::Plain);
            Line { from, to, class, head, both: false, title }
        };
        for (other, id) in row.needed_by.iter().filter_map(|id| Some((*at.get(id)?, id))) {
            lines.push(line(here, other, format!("{id} depends on {}, which no PRD is", row.id)));
        }
        for (other, id) in row.needs.iter().filter_map(|id| Some((*at.get(id)?, id))) {
            lines.push(line(other, here, format!("{id} blocks {}, which no PRD is", row.id)));
        }
    }
    let what = format!("{} PRDs and {}", report.prds.len(), dependencies(lines.len()));
    draw("Dependency graph", &what, None, &nodes, &lines)
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

fn node(row: &PrdRow, on_path: bool, teams: &Teams) -> Node {
    let health = row.health.map_or_else(|| row.state.to_string(), |health| health.words().to_owned());
    let reason = row.health_text.as_ref().map_or(String::new(), |text| format!(": {text}"));
    let eta = row.eta_date.map_or(String::new(), |day| format!(" · {day}"));
    let mut class = health_class(row).to_owned();
    if on_path {
        class.push_str(" on-path");
    }
    let mut last = format!("{}%{eta}", row.progress);
    if marks::is_round(row) {
        class.push_str(" round");
        last.push_str(" · goes round");
    }
    Node {
        class,
        lines: [row.id.to_string(), row.service.clone(), last],
        title: format!("{} {}: {health}{reason}", row.id, row.title),
        team: teams.number(row.team.as_ref()),
    }
}

/// One box for each lead team, and one line for each pair of teams that waits for each other.
fn by_team(groups: &Groups, teams: &Teams) -> String {
    let node = |group: &Group| Node {
        class: class_of(Some(group.worst())).to_owned(),
        lines: [group.name(), format!("{} PRDs", group.prds), group.counts()],
        title: format!("{}: {} PRDs, {}", group.name(), group.prds, group.counts()),
        team: teams.number(group.team),
    };
    let nodes: Vec<Node> = groups.teams.iter().map(node).collect();
    let waits = |from: usize, to: usize, count: usize| {
        let (prerequisite, dependent) = (groups.teams[from].name(), groups.teams[to].name());
        format!("{dependent} waits for {prerequisite}: {}", dependencies(count))
    };
    let mut lines = Vec::new();
    for ((from, to), count) in &groups.between {
        // Two teams that wait for each other have one line, which leads the way that more dependencies lead.
        let back = groups.between.get(&(*to, *from)).copied();
        if back.is_some_and(|back| (back, *from) > (*count, *to)) {
            continue;
        }
        let mut title = waits(*from, *to, *count);
        if let Some(back) = back {
            title = format!("{title}; {}", waits(*to, *from, back));
        }
        let (class, head) = (DependencyKind::Complete.to_string(), Head::Plain);
        lines.push(Line { from: *from, to: *to, class, head, both: back.is_some(), title });
    }
    let note = groups.note();
    draw("Dependency graph by team", &note, Some(&note), &nodes, &lines)
}

/// Height of the line that says why a picture is not the whole.
const NOTE: f64 = 28.0;

fn draw(title: &str, description: &str, note: Option<&str>, nodes: &[Node], lines: &[Line]) -> String {
    let ends: Vec<(usize, usize)> = lines.iter().map(|line| (line.from, line.to)).collect();
    let Layout { nodes: places, edges, width, height } = layout(nodes.len(), &ends, &ROOM);
    let down = if note.is_some() { NOTE } else { 0.0 };
    let width = if note.is_some() { width.max(520.0) } else { width.max(228.0) };
    let mut svg = open(title, description, width, height + down);
    // Writing to a string cannot fail.
    if let Some(note) = note {
        let _ = write!(svg, "<text class=\"note\" x=\"16\" y=\"24\">{}</text>", xml(note));
    }
    svg.push_str("<defs>");
    for head in Head::ALL {
        let (class, size) = head.looks();
        let _ = write!(
            svg,
            "<marker id=\"head{}\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"{size}\" \
             markerHeight=\"{size}\" markerUnits=\"userSpaceOnUse\" orient=\"auto-start-reverse\"><path class=\"head{class}\" \
             d=\"M0 0 8 4 0 8z\"/></marker>",
            class.replace(' ', "-")
        );
    }
    svg.push_str("</defs>");
    let mut order: Vec<usize> = (0..lines.len()).collect();
    order.sort_by_key(|at| lines[*at].head);
    for line in order.iter().map(|at| (&lines[*at], &edges[*at])) {
        draw_line(&mut svg, line.0, line.1, down, nodes);
    }
    for (node, place) in nodes.iter().zip(&places) {
        draw_node(&mut svg, node, &Point { x: place.x, y: place.y + down });
    }
    svg.push_str("</svg>");
    svg
}

fn draw_line(svg: &mut String, line: &Line, points: &[Point], down: f64, nodes: &[Node]) {
    let points: Vec<Point> = points.iter().map(|point| Point { x: point.x, y: point.y + down }).collect();
    let (class, _) = line.head.looks();
    let teams = match (nodes[line.from].team, nodes[line.to].team) {
        (Some(from), Some(to)) => format!(" data-from=\"{from}\" data-to=\"{to}\""),
        (_, _) => String::new(),
    };
    let begin = if line.both { " marker-start=\"url(#head)\"" } else { "" };
    let _ = write!(
        svg,
        "<path class=\"edge {}{class}\"{teams}{begin} marker-end=\"url(#head{})\" d=\"{}\"><title>{}</title></path>",
        line.class,
        class.replace(' ', "-"),
        curve(&points),
        xml(&line.title)
    );
}

fn draw_node(svg: &mut String, node: &Node, place: &Point) {
    let team = node.team.map_or(String::new(), |number| format!(" data-team=\"{number}\""));
    let _ = write!(
        svg,
        "<g{team}><title>{}</title><rect class=\"box {}\" x=\"{:.1}\" y=\"{:.1}\" width=\"{}\" height=\"{}\" rx=\"8\"/>",
        xml(&node.title),
        node.class,
        place.x,
        place.y,
        ROOM.width,
        ROOM.height
    );
    for ((line, class), down) in node.lines.iter().zip(["name", "", "small"]).zip([20.0, 37.0, 53.0]) {
        if line.is_empty() {
            continue;
        }
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

/// The beginning of a picture, with its name and what it shows for those who do not see it.
pub(super) fn open(title: &str, description: &str, width: f64, height: f64) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"picture\" role=\"img\" style=\"--width:{width:.0}px\" \
         width=\"{width:.0}\" height=\"{height:.0}\" viewBox=\"0 0 {width:.0} {height:.0}\"><title>{}</title><desc>{}</desc>\
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
        assert!(!graph(&worked(), &Teams::default()).contains("<style>"));
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
    fn what_is_missing_and_what_goes_round_is_marked() {
        let samples = vec![
            prd("SVC-1").estimate("1d").depends("SVC-2, SVC-9"),
            prd("SVC-2").estimate("1d").depends("SVC-1").blocks("SVC-8"),
        ];
        let svg = alone(&made(samples, &Options::default()));
        assert_eq!(svg.matches("<rect class=\"box blocked round\"").count(), 2);
        assert_eq!(svg.matches("<path class=\"edge complete round\"").count(), 2);
        assert_eq!(svg.matches("<rect class=\"box missing\"").count(), 2);
        for said in ["SVC-1 depends on SVC-9, which no PRD is", "SVC-2 blocks SVC-8, which no PRD is"] {
            assert!(svg.contains(said), "no {said}");
        }
    }

    #[test]
    fn too_many_are_drawn_by_team() {
        let samples = (1..=501).map(|number| {
            let team = if number % 2 == 0 { "Even" } else { "Odd" };
            let sample = prd(&format!("SVC-{number}")).estimate("1d").team(team);
            if number < 4 { sample.depends(&format!("SVC-{}", number + 1)) } else { sample }
        });
        let svg = alone(&made(samples.collect(), &Options::default()));
        assert_eq!(svg.matches("<rect class=\"box").count(), 2);
        assert!(svg.contains(">501 PRDs are too many for one picture, so it shows 2 teams</text>"));
        assert!(svg.contains("Odd waits for Even: 2 dependencies; Even waits for Odd: 1 dependency<"));
        assert_eq!(svg.matches("marker-start").count(), 1);
    }

    #[test]
    fn long_names_are_cut_where_they_end() {
        assert_eq!(fitted("short", 100.0), "short");
        assert_eq!(fitted("twenty-two characters!", 70.0), "twenty-tw…");
        assert_eq!(fitted("日本語日本語", 49.0), "日本語…");
    }
}
