//! The schedule as a Gantt chart in SVG: what is left of each PRD, from its start to its finish.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use chrono::{Datelike as _, Days, NaiveDate};

use super::escape::xml;
use super::picture::{MOST_SHOWN, fitted, health_class, open};
use crate::domain::model::calendar;
use crate::domain::model::people::TeamName;
use crate::domain::orchestrate::report::{PrdRow, Report};
use crate::domain::orchestrate::wording::date;

const LABELS: f64 = 250.0;
const CHART: f64 = 760.0;
const RIGHT: f64 = 24.0;
const ROW: f64 = 26.0;
const TOP: f64 = 34.0;

/// Room that the name of a day needs, in pixels.
const TICK: f64 = 78.0;

/// One bar.
struct Bar<'a> {
    class: &'static str,
    name: String,
    title: String,
    start: NaiveDate,
    end: NaiveDate,
    on_path: bool,
    target: Option<NaiveDate>,
    late: Option<NaiveDate>,
    team: Option<&'a TeamName>,
}

/// The chart for a page that has the pictures' style; `None` where no finish is known. Bars run from start to
/// finish of the remaining work, diamonds are targets, a whisker ends at the 85th percentile of the forecast.
#[must_use]
pub fn gantt(report: &Report) -> Option<String> {
    let bars = if report.prds.len() > MOST_SHOWN { by_team(report) } else { by_prd(report) };
    let last = bars.iter().flat_map(|bar| [Some(bar.end), bar.late]).flatten().max()?;
    // A target far behind everything else would leave no room for the rest.
    let days = (last - report.as_of).num_days().max(7);
    let targets = bars.iter().filter_map(|bar| bar.target).map(|target| (target - report.as_of).num_days());
    let shown = targets.filter(|target| *target <= days * 3 / 2).max().unwrap_or(days).max(days) + 2;
    let x = |day: NaiveDate| {
        let at = (day - report.as_of).num_days().clamp(0, shown);
        LABELS + number(at) / number(shown) * CHART
    };
    let rows = number(i64::try_from(bars.len()).unwrap_or(i64::MAX));
    let (width, height) = (LABELS + CHART + RIGHT, TOP + rows * ROW + 12.0);
    let what = format!("{} bars from {} to {}", bars.len(), date(report.as_of), date(last));
    let mut svg = open("Schedule", &what, width, height);
    grid(&mut svg, report.as_of, shown, &x, height);
    let mut top = TOP;
    let mut team = None;
    for (at, bar) in bars.iter().enumerate() {
        if at > 0 && team != Some(bar.team) {
            let _ = write!(svg, "<line class=\"grid\" x1=\"0\" x2=\"{width}\" y1=\"{top}\" y2=\"{top}\"/>");
        }
        team = Some(bar.team);
        draw(&mut svg, bar, top, &x);
        top += ROW;
    }
    svg.push_str("</svg>");
    Some(svg)
}

/// What is left of a PRD: its start is the beginning of the first day of work.
fn bar<'a>(report: &Report, row: &'a PrdRow) -> Option<Bar<'a>> {
    let end = row.eta_date?;
    let start = calendar::date_of_day(report.as_of, row.start_day? + 1).unwrap_or(report.as_of).min(end);
    let target = row.target_date.map_or(String::new(), |target| format!(", target {}", date(target)));
    let late = row.forecast.as_ref().and_then(|outlook| outlook.finish.p85_date).filter(|late| *late > end);
    Some(Bar {
        class: health_class(row),
        name: format!("{} {}", row.id, row.service),
        title: format!("{} {}: {} to {}{target}", row.id, row.service, date(start), date(end)),
        start,
        end,
        on_path: report.critical_path.as_ref().is_some_and(|path| path.ids.contains(&row.id)),
        target: row.target_date,
        late,
        team: row.team.as_ref(),
    })
}

/// By lead team, in each by start, then by id.
fn by_prd(report: &Report) -> Vec<Bar<'_>> {
    let mut bars: Vec<Bar> = report.prds.iter().filter_map(|row| bar(report, row)).collect();
    bars.sort_by(|a, b| {
        (a.team.is_none(), a.team, a.start, a.end).cmp(&(b.team.is_none(), b.team, b.start, b.end))
    });
    bars
}

fn by_team(report: &Report) -> Vec<Bar<'_>> {
    let mut teams: BTreeMap<(bool, Option<&TeamName>), Vec<Bar>> = BTreeMap::new();
    for bar in report.prds.iter().filter_map(|row| bar(report, row)) {
        teams.entry((bar.team.is_none(), bar.team)).or_default().push(bar);
    }
    let joined = |((_, team), bars): ((bool, Option<&'_ TeamName>), Vec<Bar<'_>>)| {
        let (start, end) = (bars.iter().map(|bar| bar.start).min()?, bars.iter().map(|bar| bar.end).max()?);
        let name = format!("{} ({} PRDs)", team.map_or("no team", TeamName::as_str), bars.len());
        let title = format!("{name}: {} to {}", date(start), date(end));
        let late = bars.iter().filter_map(|bar| bar.late).max().filter(|late| *late > end);
        let on_path = bars.iter().any(|bar| bar.on_path);
        Some(Bar { class: "unknown", name, title, start, end, on_path, target: None, late, team: None })
    };
    teams.into_iter().filter_map(joined).collect()
}

fn draw(svg: &mut String, bar: &Bar, top: f64, x: &impl Fn(NaiveDate) -> f64) {
    let (left, right) = (x(bar.start), x(after(bar.end)).max(x(bar.start) + 3.0));
    let on_path = if bar.on_path { " on-path" } else { "" };
    // Writing to a string cannot fail.
    let _ = write!(
        svg,
        "<g><title>{}</title><text x=\"8\" y=\"{:.1}\">{}</text><rect class=\"box {}{on_path}\" x=\"{left:.1}\" \
         y=\"{:.1}\" width=\"{:.1}\" height=\"{}\" rx=\"3\"/>",
        xml(&bar.title),
        top + 17.0,
        xml(&fitted(&bar.name, LABELS - 20.0)),
        bar.class,
        top + 5.0,
        right - left,
        ROW - 10.0
    );
    let middle = top + ROW / 2.0;
    if let Some(late) = bar.late {
        let end = x(after(late));
        let _ = write!(
            svg,
            "<path class=\"whisker\" d=\"M{right:.1} {middle:.1}H{end:.1}M{end:.1} {:.1}v8\"/>",
            middle - 4.0
        );
    }
    if let Some(target) = bar.target {
        let at = x(after(target));
        let _ = write!(svg, "<path class=\"target\" d=\"M{at:.1} {:.1}l5 6 -5 6 -5 -6z\"/>", middle - 6.0);
    }
    svg.push_str("</g>");
}

/// Mondays, first days of months or first days of years, as many as have room; and today.
fn grid(svg: &mut String, today: NaiveDate, days: i64, x: &impl Fn(NaiveDate) -> f64, height: f64) {
    let room = number(days) / CHART * TICK;
    let (every_weeks, every_months) = match room {
        room if room <= 7.0 => (1, 0),
        room if room <= 14.0 => (2, 0),
        room if room <= 30.0 => (0, 1),
        room if room <= 91.0 => (0, 3),
        room if room <= 365.0 => (0, 12),
        room => (0, 12 * whole_years(room)),
    };
    let end = today.checked_add_days(Days::new(u64::try_from(days).unwrap_or(0)));
    let mut day = if every_weeks > 0 { monday_after(today) } else { month_after(today, every_months) };
    while let (Some(tick), Some(end)) = (day, end)
        && tick <= end
    {
        let (at, label) =
            (x(tick), if every_months >= 12 { tick.format("%Y") } else { tick.format("%b %-d") });
        let _ = write!(
            svg,
            "<line class=\"grid\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"22\" y2=\"{height:.0}\"/>\
             <text class=\"small\" x=\"{at:.1}\" y=\"15\" text-anchor=\"middle\">{label}</text>"
        );
        day = if every_weeks > 0 {
            tick.checked_add_days(Days::new(7 * every_weeks))
        } else {
            month_after(tick, every_months)
        };
    }
    let at = x(today);
    let _ = write!(
        svg,
        "<line class=\"today\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"22\" y2=\"{height:.0}\"><title>today, {}</title></line>",
        date(today)
    );
}

/// The day after: a bar ends where its last day ends.
fn after(day: NaiveDate) -> NaiveDate {
    day.succ_opt().unwrap_or(day)
}

fn monday_after(day: NaiveDate) -> Option<NaiveDate> {
    let past = u64::from(day.weekday().num_days_from_monday());
    // A name at the very left would stand on that of today's line.
    day.checked_add_days(Days::new(7 - past))
}

/// The first day of the next month whose number the step divides.
fn month_after(day: NaiveDate, step: u32) -> Option<NaiveDate> {
    let months = i64::from(day.year()) * 12 + i64::from(day.month0());
    let next = (months / i64::from(step) + 1) * i64::from(step);
    let month = u32::try_from(next.rem_euclid(12)).ok()?;
    NaiveDate::from_ymd_opt(i32::try_from(next.div_euclid(12)).ok()?, month + 1, 1)
}

/// How many whole years a number of days needs, rounded up.
fn whole_years(days: f64) -> u32 {
    (1..=1000).find(|years| f64::from(*years) * 365.0 >= days).unwrap_or(1000)
}

/// A number of days or rows: never so many that a float could not hold them.
fn number(count: i64) -> f64 {
    i32::try_from(count).map_or(f64::from(i32::MAX), f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::render::report_markdown::tests::{made, worked};
    use crate::domain::model::sample::prd;
    use crate::domain::orchestrate::options::Options;

    #[test]
    fn the_worked_example_has_a_bar_for_each_and_its_targets() {
        let svg = gantt(&worked()).unwrap();
        assert_eq!(svg.matches("<rect class=\"box").count(), 5);
        assert_eq!(svg.matches("class=\"target\"").count(), 5);
        assert_eq!(svg.matches(" on-path\"").count(), 2);
        assert!(svg.contains(
            "SVC-132 warehouse-integration: Thu 2025-06-05 to Fri 2025-06-27, target Fri 2025-07-04"
        ));
        assert_eq!(svg.matches("class=\"today\"").count(), 1);
        assert!(svg.contains(">Jun 9<"));
    }

    #[test]
    fn nothing_known_is_no_chart() {
        assert_eq!(gantt(&made(vec![prd("SVC-1")], &Options::default())), None);
    }

    #[test]
    fn bars_and_names_of_days_stay_on_the_chart_however_long_it_is() {
        for weeks in [0, 1, 10, 100, 1000, 10_000] {
            let report = made(
                vec![prd("SVC-1").estimate(&format!("{weeks}w")).target("2031-01-01")],
                &Options::default(),
            );
            let svg = gantt(&report).unwrap();
            let names = svg.matches("text-anchor=\"middle\"").count();
            assert!((1..=12).contains(&names), "{names} names of days for {weeks} weeks");
            for part in svg.split(" x=\"").skip(1) {
                let at: f64 = part.split('"').next().unwrap().parse().unwrap();
                assert!((0.0..=LABELS + CHART + RIGHT).contains(&at), "{at} for {weeks} weeks");
            }
        }
    }

    #[test]
    fn months_and_years_begin_where_the_calendar_says() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(month_after(day("2025-11-20"), 1), Some(day("2025-12-01")));
        assert_eq!(month_after(day("2025-12-01"), 1), Some(day("2026-01-01")));
        assert_eq!(month_after(day("2025-11-20"), 3), Some(day("2026-01-01")));
        assert_eq!(month_after(day("2025-11-20"), 12), Some(day("2026-01-01")));
        assert_eq!(month_after(day("2025-11-20"), 60), Some(day("2030-01-01")));
        assert_eq!(monday_after(day("2025-06-02")), Some(day("2025-06-09")));
        assert_eq!(monday_after(day("2025-06-08")), Some(day("2025-06-09")));
    }
}
