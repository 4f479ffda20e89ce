//! The schedule as a Gantt chart in SVG: what is left of each PRD, from its start to its finish.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use chrono::{Datelike as _, Days, NaiveDate};

use super::escape::xml;
use super::grouped::MOST_SHOWN;
use super::picture::{Teams, fitted, health_class, open};
use crate::domain::model::calendar;
use crate::domain::model::people::TeamName;
use crate::domain::orchestrate::report::{PrdRow, Report};
use crate::domain::orchestrate::wording::date;

/// How the chart is divided, in pixels.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    /// Where the names begin and how much room they have.
    names: f64,
    /// Where the days begin, and how much room they have.
    left: f64,
    days: f64,
    /// The height of a row, and of what in it stands above the bar.
    row: f64,
    above: f64,
}

impl Shape {
    /// Names stand beside the bars.
    pub(super) const WIDE: Self = Self { names: 230.0, left: 250.0, days: 760.0, row: 26.0, above: 5.0 };
    /// For narrow screens: names stand above the bars.
    pub(super) const NARROW: Self = Self { names: 320.0, left: 12.0, days: 316.0, row: 42.0, above: 21.0 };
}

const RIGHT: f64 = 24.0;
const TOP: f64 = 34.0;
const BAR: f64 = 16.0;

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
    /// What a page filters by.
    filter: String,
}

/// The chart for a page that has the pictures' style; `None` where no finish is known. Bars run from start to
/// finish of the remaining work, diamonds are targets, a whisker ends at the 85th percentile of the forecast.
#[must_use]
pub(super) fn gantt(report: &Report, shape: &Shape, teams: &Teams) -> Option<String> {
    let grouped = report.prds.len() > MOST_SHOWN;
    let bars = if grouped { by_team(report, teams) } else { by_prd(report, teams) };
    let last = bars.iter().flat_map(|bar| [Some(bar.end), bar.late]).flatten().max()?;
    // A target far behind everything else would leave no room for the rest.
    let days = (last - report.as_of).num_days().max(7);
    let targets = bars.iter().filter_map(|bar| bar.target).map(|target| (target - report.as_of).num_days());
    let shown = targets.filter(|target| *target <= days * 3 / 2).max().unwrap_or(days).max(days) + 2;
    let scale = Scale { shape, today: report.as_of, shown };
    let rows = number(i64::try_from(bars.len()).unwrap_or(i64::MAX));
    let (width, height) = (shape.left + shape.days + RIGHT, TOP + rows * shape.row + 12.0);
    let what = format!("{} bars from {} to {}", bars.len(), date(report.as_of), date(last));
    let mut svg = open("Schedule", &what, width, height);
    scale.grid(&mut svg, height);
    let mut top = TOP;
    let mut team = None;
    for (at, bar) in bars.iter().enumerate() {
        if at > 0 && team != Some(bar.team) {
            // Writing to a string cannot fail.
            let _ = write!(svg, "<line class=\"grid\" x1=\"0\" x2=\"{width}\" y1=\"{top}\" y2=\"{top}\"/>");
        }
        team = Some(bar.team);
        scale.draw(&mut svg, bar, top);
        top += shape.row;
    }
    svg.push_str("</svg>");
    Some(svg)
}

/// What is left of a PRD: its start is the beginning of the first day of work.
fn bar<'a>(report: &Report, row: &'a PrdRow, teams: &Teams) -> Option<Bar<'a>> {
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
        filter: teams.attribute(row.team.as_ref()),
    })
}

/// By lead team, in each by start, then by id.
fn by_prd<'a>(report: &'a Report, teams: &Teams) -> Vec<Bar<'a>> {
    let mut bars: Vec<Bar> = report.prds.iter().filter_map(|row| bar(report, row, teams)).collect();
    bars.sort_by(|a, b| {
        (a.team.is_none(), a.team, a.start, a.end).cmp(&(b.team.is_none(), b.team, b.start, b.end))
    });
    bars
}

fn by_team<'a>(report: &'a Report, teams: &Teams) -> Vec<Bar<'a>> {
    let mut groups: BTreeMap<(bool, Option<&TeamName>), Vec<Bar>> = BTreeMap::new();
    for bar in report.prds.iter().filter_map(|row| bar(report, row, teams)) {
        groups.entry((bar.team.is_none(), bar.team)).or_default().push(bar);
    }
    let joined = |((_, team), bars): ((bool, Option<&'_ TeamName>), Vec<Bar<'_>>)| {
        let (start, end) = (bars.iter().map(|bar| bar.start).min()?, bars.iter().map(|bar| bar.end).max()?);
        let name = format!("{} ({} PRDs)", team.map_or("no team", TeamName::as_str), bars.len());
        let title = format!("{name}: {} to {}", date(start), date(end));
        let late = bars.iter().filter_map(|bar| bar.late).max().filter(|late| *late > end);
        let on_path = bars.iter().any(|bar| bar.on_path);
        let filter = teams.attribute(team);
        Some(Bar {
            class: "unknown",
            name,
            title,
            start,
            end,
            on_path,
            target: None,
            late,
            team: None,
            filter,
        })
    };
    groups.into_iter().filter_map(joined).collect()
}

/// Where days are on the chart.
struct Scale<'a> {
    shape: &'a Shape,
    today: NaiveDate,
    shown: i64,
}

impl Scale<'_> {
    /// Where a day begins; a day that is not on the chart is at its side.
    fn x(&self, day: NaiveDate) -> f64 {
        let at = (day - self.today).num_days().clamp(0, self.shown);
        self.shape.left + number(at) / number(self.shown) * self.shape.days
    }

    fn draw(&self, svg: &mut String, bar: &Bar, top: f64) {
        let left = self.x(bar.start);
        let right = self.x(after(bar.end)).max(left + 3.0);
        let on_path = if bar.on_path { " on-path" } else { "" };
        let (begin, upper) = (if self.shape.above > BAR { 12.0 } else { 8.0 }, top + self.shape.above);
        let baseline = if self.shape.above > BAR { top + 15.0 } else { top + 17.0 };
        let _ = write!(
            svg,
            "<g{}><title>{}</title><text x=\"{begin}\" y=\"{baseline:.1}\">{}</text><rect class=\"box {}{on_path}\" \
             x=\"{left:.1}\" y=\"{upper:.1}\" width=\"{:.1}\" height=\"{BAR}\" rx=\"3\"/>",
            bar.filter,
            xml(&bar.title),
            xml(&fitted(&bar.name, self.shape.names)),
            bar.class,
            right - left,
        );
        let middle = upper + BAR / 2.0;
        if let Some(late) = bar.late {
            let end = self.x(after(late));
            let _ = write!(
                svg,
                "<path class=\"whisker\" d=\"M{right:.1} {middle:.1}H{end:.1}M{end:.1} {:.1}v8\"/>",
                middle - 4.0
            );
        }
        if let Some(target) = bar.target {
            let at = self.x(after(target));
            let beyond = if (target - self.today).num_days() >= self.shown { " beyond" } else { "" };
            let _ = write!(
                svg,
                "<path class=\"target{beyond}\" d=\"M{at:.1} {:.1}l5 6 -5 6 -5 -6z\"/>",
                middle - 6.0
            );
        }
        svg.push_str("</g>");
    }

    /// Weekends where there is room to see them; Mondays, first days of months or first days of years, as many as
    /// have room; and today.
    fn grid(&self, svg: &mut String, height: f64) {
        let room = number(self.shown) / self.shape.days * TICK;
        let end = self.today.checked_add_days(Days::new(u64::try_from(self.shown).unwrap_or(0)));
        if self.shape.days / number(self.shown) > 4.0 {
            self.weekends(svg, end, height);
        }
        let step = Step::of(room);
        let mut day = step.first(self.today);
        while let (Some(tick), Some(end)) = (day, end)
            && tick <= end
        {
            let at = self.x(tick);
            let _ = write!(
                svg,
                "<line class=\"grid\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"22\" y2=\"{height:.0}\"/>"
            );
            // Where today's name stands there is no room for another, nor where half of it would be cut off.
            let free = at - self.shape.left > TODAY && at < self.shape.left + self.shape.days;
            if free {
                let label = tick.format(step.form());
                let _ = write!(
                    svg,
                    "<text class=\"small\" x=\"{at:.1}\" y=\"15\" text-anchor=\"middle\">{label}</text>"
                );
            }
            day = step.next(tick);
        }
        let at = self.x(self.today);
        let anchor = if self.shape.left < TODAY { "start" } else { "middle" };
        let _ = write!(
            svg,
            "<line class=\"today\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"22\" y2=\"{height:.0}\"><title>today, {}</title>\
             </line><text class=\"now\" x=\"{at:.1}\" y=\"15\" text-anchor=\"{anchor}\">today</text>",
            date(self.today)
        );
    }

    fn weekends(&self, svg: &mut String, end: Option<NaiveDate>, height: f64) {
        let past = u64::from(self.today.weekday().num_days_from_monday());
        let mut saturday = self.today.checked_add_days(Days::new(if past == 6 { 6 } else { 5 - past }));
        if past == 6 {
            saturday = self.today.pred_opt();
        }
        while let (Some(day), Some(end)) = (saturday, end)
            && day <= end
        {
            let (from, to) = (self.x(day), day.checked_add_days(Days::new(2)).map_or(0.0, |day| self.x(day)));
            let _ = write!(
                svg,
                "<rect class=\"band\" x=\"{from:.1}\" y=\"22\" width=\"{:.1}\" height=\"{:.0}\"/>",
                (to - from).max(0.0),
                height - 22.0
            );
            saturday = day.checked_add_days(Days::new(7));
        }
    }
}

/// Room that today's name takes from where it stands, and half of the next one's, in pixels.
const TODAY: f64 = 50.0;

/// From one line of the grid to the next.
enum Step {
    Weeks(u64),
    Months(u32),
}

impl Step {
    /// The smallest that has so many days at least.
    fn of(days: f64) -> Self {
        match days {
            days if days <= 7.0 => Self::Weeks(1),
            days if days <= 14.0 => Self::Weeks(2),
            days if days <= 30.0 => Self::Months(1),
            days if days <= 91.0 => Self::Months(3),
            days if days <= 365.0 => Self::Months(12),
            days => Self::Months(12 * whole_years(days)),
        }
    }

    const fn form(&self) -> &'static str {
        match self {
            Self::Months(12..) => "%Y",
            Self::Weeks(_) | Self::Months(_) => "%b %-d",
        }
    }

    fn first(&self, today: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Weeks(_) => monday_after(today),
            Self::Months(months) => month_after(today, *months),
        }
    }

    fn next(&self, day: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Weeks(weeks) => day.checked_add_days(Days::new(7 * weeks)),
            Self::Months(months) => month_after(day, *months),
        }
    }
}

/// The day after: a bar ends where its last day ends.
fn after(day: NaiveDate) -> NaiveDate {
    day.succ_opt().unwrap_or(day)
}

fn monday_after(day: NaiveDate) -> Option<NaiveDate> {
    let past = u64::from(day.weekday().num_days_from_monday());
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

    fn wide(report: &Report) -> Option<String> {
        gantt(report, &Shape::WIDE, &Teams::default())
    }

    #[test]
    fn the_worked_example_has_a_bar_for_each_and_its_targets() {
        let svg = wide(&worked()).unwrap();
        assert_eq!(svg.matches("<rect class=\"box").count(), 5);
        assert_eq!(svg.matches("class=\"target\"").count(), 5);
        assert_eq!(svg.matches(" on-path\"").count(), 2);
        assert!(svg.contains(
            "SVC-132 warehouse-integration: Thu 2025-06-05 to Fri 2025-06-27, target Fri 2025-07-04"
        ));
        assert_eq!(svg.matches("class=\"today\"").count(), 1);
        assert!(svg.contains(">Jun 9<") && svg.contains(">today<"));
        assert_eq!(svg.matches("class=\"band\"").count(), 5, "weekends until 2025-07-06");
    }

    #[test]
    fn nothing_known_is_no_chart() {
        assert_eq!(wide(&made(vec![prd("SVC-1")], &Options::default())), None);
    }

    #[test]
    fn bars_and_names_of_days_stay_on_the_chart_however_long_it_is() {
        for weeks in [0, 1, 10, 100, 1000, 10_000] {
            let report = made(
                vec![prd("SVC-1").estimate(&format!("{weeks}w")).target("2031-01-01")],
                &Options::default(),
            );
            for shape in [Shape::WIDE, Shape::NARROW] {
                let svg = gantt(&report, &shape, &Teams::default()).unwrap();
                let names = svg.matches("class=\"small\"").count();
                assert!((1..=12).contains(&names), "{names} names of days for {weeks} weeks");
                for part in svg.split(" x=\"").skip(1) {
                    let at: f64 = part.split('"').next().unwrap().parse().unwrap();
                    let width = shape.left + shape.days + RIGHT;
                    assert!((0.0..=width).contains(&at), "{at} for {weeks} weeks");
                }
            }
        }
    }

    #[test]
    fn weekends_lie_where_the_calendar_says_whatever_today_is() {
        for today in ["2025-06-02", "2025-06-06", "2025-06-07", "2025-06-08"] {
            let scale = Scale { shape: &Shape::WIDE, today: today.parse().unwrap(), shown: 14 };
            let mut svg = String::new();
            let end = scale.today.checked_add_days(Days::new(14));
            scale.weekends(&mut svg, end, 100.0);
            let monday = scale.x("2025-06-09".parse().unwrap());
            let first = svg.split(" x=\"").nth(1).unwrap();
            let number = |text: &str| text.split('"').next().unwrap().parse::<f64>().unwrap();
            let width = number(first.split(" width=\"").nth(1).unwrap());
            assert!((number(first) + width - monday).abs() < 0.2, "{today}: {svg}");
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
