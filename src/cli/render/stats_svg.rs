//! Statistics as a picture: the cycle time of each finished PRD by the day of its completion, with the 50th and 85th
//! percentile, and below it how many were finished in each week.

use std::fmt::Write as _;

use chrono::NaiveDate;

use super::escape::xml;
use super::picture::{STYLE, open};
use crate::domain::model::people::TeamName;
use crate::domain::orchestrate::wording::date;
use crate::domain::report::stats::{Finished, Stats, Week};

const WIDTH: f64 = 960.0;
const LEFT: f64 = 56.0;
const RIGHT: f64 = 120.0;
const TOP: f64 = 40.0;
const UPPER: f64 = 260.0;
const BETWEEN: f64 = 64.0;
const LOWER: f64 = 130.0;
const BOTTOM: f64 = 30.0;

/// Room that the name of a day needs, in pixels.
const TICK: f64 = 80.0;

/// A picture that can stand alone.
#[must_use]
pub fn svg(stats: &Stats) -> String {
    let style = format!("<style>{STYLE}</style>");
    let height = TOP + UPPER + BETWEEN + LOWER + BOTTOM;
    let what =
        format!("{} PRDs finished from {} to {}", stats.all.finished, date(stats.since), date(stats.until));
    let mut svg = open("Cycle time and throughput", &what, WIDTH, height);
    let axis = Axis { first: stats.since, days: (stats.until - stats.since).num_days().max(1) };
    cycle_times(&mut svg, stats, &axis);
    throughput(&mut svg, stats, &axis);
    svg.push_str("</svg>");
    svg.replacen("<title", &format!("{style}<title"), 1) + "\n"
}

/// Days from left to right.
struct Axis {
    first: NaiveDate,
    days: i64,
}

impl Axis {
    fn x(&self, day: NaiveDate) -> f64 {
        let at = (day - self.first).num_days().clamp(0, self.days);
        LEFT + number(at) / number(self.days) * (WIDTH - LEFT - RIGHT)
    }
}

fn cycle_times(svg: &mut String, stats: &Stats, axis: &Axis) {
    let bottom = TOP + UPPER;
    let points: Vec<(&Finished, i64)> =
        stats.prds.iter().filter_map(|prd| Some((prd, prd.cycle_days?))).collect();
    let most = points.iter().map(|(_, days)| *days).max().unwrap_or(1);
    let (step, top) = scale(most);
    let y = |days: i64| bottom - number(days) / number(top) * UPPER;
    // Writing to a string cannot fail.
    let _ = write!(svg, "<text class=\"name\" x=\"{LEFT}\" y=\"22\">Cycle time in working days</text>");
    rules(svg, step, top, &y);
    if let Some(spread) = &stats.all.cycle_days {
        let near = y(spread.p50) - y(spread.p85) < 14.0;
        for (percent, days, drop) in [(50, spread.p50, if near { 12.0 } else { 4.0 }), (85, spread.p85, 4.0)]
        {
            let at = y(days);
            let end = WIDTH - RIGHT;
            let _ = write!(
                svg,
                "<line class=\"today\" x1=\"{LEFT}\" x2=\"{end}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/>\
                 <text class=\"small\" x=\"{:.1}\" y=\"{:.1}\">{percent} %: {days} days</text>",
                end + 8.0,
                at + drop
            );
        }
    }
    for (prd, days) in points {
        let team = prd.team.as_ref().map_or("", TeamName::as_str);
        let comma = if team.is_empty() { "" } else { ", " };
        let plural = if days == 1 { "day" } else { "days" };
        let _ = write!(
            svg,
            "<circle class=\"on-track\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"4.5\"><title>{}{comma}{}: {days} {plural}, done {}\
             </title></circle>",
            axis.x(prd.completed),
            y(days),
            prd.id,
            xml(team),
            date(prd.completed)
        );
    }
}

fn throughput(svg: &mut String, stats: &Stats, axis: &Axis) {
    let top_of = TOP + UPPER + BETWEEN;
    let bottom = top_of + LOWER;
    let most = stats.weeks.iter().map(|week| week.finished).max().unwrap_or(1);
    let (step, top) = scale(most);
    let y = |count: i64| bottom - number(count) / number(top) * LOWER;
    let _ = write!(
        svg,
        "<text class=\"name\" x=\"{LEFT}\" y=\"{:.1}\">Finished in each week</text>",
        top_of - 18.0
    );
    rules(svg, step, top, &y);
    let week = number(7) / number(axis.days) * (WIDTH - LEFT - RIGHT);
    let width = (week - 2.0).clamp(1.0, 60.0);
    // No more names of weeks than have room.
    let every = (1..).find(|every| week * f64::from(*every) >= TICK).unwrap_or(1);
    for (at, Week { monday, finished }) in stats.weeks.iter().enumerate() {
        let x = axis.x((*monday).max(axis.first)).min(WIDTH - RIGHT - 1.0);
        if *finished > 0 {
            let width = width.min(WIDTH - RIGHT - x);
            let _ = write!(
                svg,
                "<rect class=\"box on-track\" x=\"{x:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"{:.1}\">\
                 <title>week of {}: {finished} finished</title></rect>",
                y(*finished),
                bottom - y(*finished),
                date(*monday)
            );
        }
        if u32::try_from(at).is_ok_and(|at| at % every == 0) && x < WIDTH - RIGHT - 40.0 {
            let _ =
                write!(svg, "<text class=\"small\" x=\"{x:.1}\" y=\"{:.1}\">{monday}</text>", bottom + 18.0);
        }
    }
}

fn rules(svg: &mut String, step: i64, top: i64, y: &impl Fn(i64) -> f64) {
    let mut value = 0;
    while value <= top {
        let at = y(value);
        let _ = write!(
            svg,
            "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/>\
             <text class=\"small\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{value}</text>",
            WIDTH - RIGHT,
            LEFT - 8.0,
            at + 4.0
        );
        value += step;
    }
}

/// Steps of 1, 2 or 5 times a power of ten, four to eight of them, and the last one at or above a number.
fn scale(most: i64) -> (i64, i64) {
    let most = most.max(1);
    let mut power = 1_i64;
    loop {
        for step in [power, power.saturating_mul(2), power.saturating_mul(5)] {
            if most / step < 6 {
                return (step, (most + step - 1) / step * step);
            }
        }
        power = power.saturating_mul(10);
    }
}

/// A number of days or PRDs: never so many that a float could not hold them.
fn number(count: i64) -> f64 {
    i32::try_from(count).map_or(f64::from(i32::MAX), f64::from)
}

#[cfg(test)]
mod tests {
    use super::super::stats::tests::{made, twelve};
    use super::*;

    #[test]
    fn each_finished_prd_is_a_point_and_each_week_with_one_a_bar() {
        let svg = svg(&twelve());
        assert_eq!(svg.matches("<circle").count(), 12);
        assert_eq!(svg.matches("<rect class=\"box").count(), 12);
        assert!(svg.contains("SVC-11, Checkout &lt;b&gt;: 55 days"), "{svg}");
        assert!(svg.contains("85 %: 55 days") && svg.contains("50 %: 30 days"));
    }

    #[test]
    fn nothing_leaves_the_picture() {
        for stats in [twelve(), made(Vec::new())] {
            let svg = svg(&stats);
            for part in svg.split(" x=\"").skip(1) {
                let at: f64 = part.split('"').next().unwrap().parse().unwrap();
                assert!((0.0..=WIDTH).contains(&at), "{at}");
            }
            assert!(!svg.contains("NaN") && !svg.contains("inf"));
        }
    }

    #[test]
    fn scales_have_round_steps() {
        assert_eq!(
            [0, 1, 5, 6, 12, 60, 1234].map(scale),
            [(1, 1), (1, 1), (1, 5), (2, 6), (5, 15), (20, 60), (500, 1500)]
        );
        assert!(scale(i64::MAX / 4).1 > 0);
    }
}
