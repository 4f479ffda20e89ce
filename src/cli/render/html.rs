//! The orchestration report as one page of HTML that loads nothing and runs nothing.

use std::collections::BTreeMap;

use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use pulldown_cmark::{Event, Options, Parser};
use serde::Serialize;

use super::grouped::Groups;
use super::{gantt, picture, report_markdown};
use crate::domain::model::people::TeamName;
use crate::domain::model::repository::RepositoryName;
use crate::domain::model::state::State;
use crate::domain::orchestrate::health::Health;
use crate::domain::orchestrate::report::{PrdRow, Report};
use crate::domain::orchestrate::wording::{date, duration};

const PAGE: &str = include_str!("../../../templates/report/report.html");

/// Beyond so many teams nobody picks one from a row of buttons; a report of one team is `--team`.
const MOST_TEAMS: usize = 200;

#[derive(Serialize)]
struct Page<'a> {
    style: &'a str,
    version: &'a str,
    as_of: String,
    workspace: Option<String>,
    in_progress: usize,
    ready: usize,
    active: usize,
    healths: Vec<Count>,
    end: Option<String>,
    teams: Vec<Team<'a>>,
    graph: Option<String>,
    gantt: Option<String>,
    gantt_narrow: Option<String>,
    /// Why the pictures show teams, where they do.
    grouped: Option<String>,
    forecast: bool,
    sections: String,
}

#[derive(Serialize)]
struct Count {
    class: &'static str,
    words: &'static str,
    count: usize,
}

#[derive(Serialize)]
struct Team<'a> {
    name: &'a str,
    rows: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    id: String,
    repository: Option<&'a str>,
    service: &'a str,
    title: &'a str,
    progress: i64,
    class: &'static str,
    health: String,
    why: Option<&'a str>,
    finish: String,
    p85: Option<String>,
    target: String,
    slack: String,
}

/// The page.
///
/// # Errors
/// The template does not fit the report: a mistake in the program, not in the report.
pub fn html(report: &Report) -> Result<String, minijinja::Error> {
    let count = |state: State| report.prds.iter().filter(|row| row.state == state).count();
    let active: Vec<&PrdRow> = report.prds.iter().filter(|row| row.state.is_active()).collect();
    let healths = Health::ALL.into_iter().filter_map(|health| {
        let rows: Vec<_> = active.iter().filter(|row| row.health == Some(health)).collect();
        let first = rows.first()?;
        Some(Count { class: picture::health_class(first), words: health.words(), count: rows.len() })
    });
    let end = report
        .critical_path
        .as_ref()
        .filter(|path| path.days > 0)
        .and_then(|_| report.prds.iter().filter_map(|row| row.eta_date).max().map(date));
    let (teams, names) = teams(&active);
    let page = Page {
        style: picture::STYLE,
        version: env!("CARGO_PKG_VERSION"),
        as_of: date(report.as_of),
        workspace: report.workspace.as_ref().map(|workspace| {
            let names: Vec<&str> = workspace.repositories.iter().map(RepositoryName::as_str).collect();
            let name = workspace.name.as_ref().map_or(String::new(), |name| format!("{name}: "));
            format!("{name}{}", names.join(", "))
        }),
        in_progress: count(State::InProgress),
        ready: count(State::Ready),
        active: active.len(),
        healths: healths.collect(),
        end,
        teams,
        graph: (!report.prds.is_empty()).then(|| picture::graph(report, &names)),
        gantt: gantt::gantt(report, &gantt::Shape::WIDE, &names),
        gantt_narrow: gantt::gantt(report, &gantt::Shape::NARROW, &names),
        grouped: Groups::needed(report).map(|groups| groups.note()),
        forecast: report.forecast.is_some(),
        sections: from_markdown(&report_markdown::after_the_graph(report)),
    };
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.render_str(PAGE, minijinja::value::Serde(&page))
}

/// Active PRDs by lead team; those without one last. And the teams' numbers.
fn teams<'a>(active: &[&'a PrdRow]) -> (Vec<Team<'a>>, picture::Teams<'a>) {
    let mut teams: BTreeMap<(bool, Option<&TeamName>), Vec<&PrdRow>> = BTreeMap::new();
    for row in active {
        teams.entry((row.team.is_none(), row.team.as_ref())).or_default().push(row);
    }
    if teams.len() > MOST_TEAMS {
        let all = Team { name: "All teams", rows: active.iter().map(|row| row_of(row)).collect() };
        return (vec![all], picture::Teams::default());
    }
    let names = picture::Teams::numbered(teams.keys().map(|(_, team)| *team));
    let team = |((_, team), rows): ((bool, Option<&'a TeamName>), Vec<&'a PrdRow>)| Team {
        name: team.map_or("No team", TeamName::as_str),
        rows: rows.into_iter().map(row_of).collect(),
    };
    (teams.into_iter().map(team).collect(), names)
}

fn row_of(row: &PrdRow) -> Row<'_> {
    Row {
        id: row.id.to_string(),
        repository: row.repository.as_ref().map(RepositoryName::as_str),
        service: &row.service,
        title: &row.title,
        progress: row.progress,
        class: picture::health_class(row),
        health: row.health.map_or_else(|| row.state.to_string(), |health| health.words().to_owned()),
        why: row.health_text.as_deref(),
        finish: row.eta_date.map_or("not known".to_owned(), date),
        p85: row.forecast.as_ref().and_then(|outlook| outlook.finish.p85_date).map(date),
        target: row.target_date.map_or("–".to_owned(), date),
        slack: row.slack_days.map_or("–".to_owned(), duration),
    }
}

/// Markdown as HTML; HTML in it is text.
fn from_markdown(markdown: &str) -> String {
    let parser = Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS);
    let events = parser.map(|event| {
        if let Event::Html(text) | Event::InlineHtml(text) = event { Event::Text(text) } else { event }
    });
    let mut html = String::new();
    pulldown_cmark::html::push_html(&mut html, events);
    let region = "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table>";
    html.replace("<table>", region)
        .replace("</table>", "</table></div>")
        .replace("<th>", "<th scope=\"col\">")
        .replace(
            "<input disabled=\"\" type=\"checkbox\"/>",
            "<input disabled type=\"checkbox\" aria-label=\"to do\">",
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::render::report_markdown::tests::{made, worked};
    use crate::domain::model::sample::prd;
    use crate::domain::orchestrate::options::Options as Wanted;

    #[test]
    fn the_page_says_what_the_report_says_and_loads_nothing() {
        let page = html(&worked()).unwrap();
        for said in [
            "<h2>Critical Path</h2>",
            "SVC-131 → SVC-132",
            "<h2>Next Steps</h2>",
            "waiting for SVC-129&#x27;s API contract",
            "id=\"team-3\"",
            "[data-team]:not([data-team=\"3\"])",
            "Fri 2025-06-27",
        ] {
            assert!(page.contains(said), "no {said} in {page}");
        }
        for foreign in ["<script", "http:", "https:", "url(h", "@import"] {
            let rest = page.replace("http://www.w3.org/2000/svg", "");
            assert!(!rest.contains(foreign), "{foreign}");
        }
        assert_eq!(
            page.matches("<svg").count(),
            3,
            "the graph, and the chart for wide and for narrow screens"
        );
        assert_eq!(
            page.matches("<g data-team=\"3\">").count(),
            2 * 3,
            "two bars or boxes, in three pictures"
        );
        assert_eq!(page.matches("<input disabled").count(), page.matches("aria-label=\"to do\"").count());
        assert_eq!(page, html(&worked()).unwrap());
    }

    #[test]
    fn what_people_write_is_never_markup() {
        let evil = "<img src=x onerror=alert(1)>";
        let sample = prd("SVC-1").service(evil).team(evil).with(|prd| {
            prd.title = evil.to_owned();
            prd.blocked = Some(evil.to_owned());
        });
        let page = html(&made(vec![sample], &Wanted::default())).unwrap();
        assert!(!page.contains("<img"), "{page}");
        assert!(page.contains("&lt;img"));
    }

    #[test]
    fn an_empty_report_is_a_page_too() {
        let page = html(&made(Vec::new(), &Wanted::default())).unwrap();
        assert!(page.contains("Nothing is ready or in progress."));
        assert!(!page.contains("<svg"));
    }
}
