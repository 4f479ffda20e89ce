//! The difference between two orchestration reports as Markdown.

use chrono::NaiveDate;

use super::escape::markdown;
use crate::domain::orchestrate::difference::{Difference, Happened, PrdDifference};
use crate::domain::orchestrate::wording::{date, duration, list};

/// The difference; it ends with a line end.
#[must_use]
pub fn difference(difference: &Difference) -> String {
    let title = if difference.supposed.is_empty() {
        format!("# Since {}", date(difference.before.as_of))
    } else {
        format!("# What if {}", list(&difference.supposed))
    };
    let mut lines = vec![title, String::new(), format!("- The end: {}", end(difference))];
    let path = |ids: &[crate::domain::model::id::PrdId]| match ids {
        [] => "none".to_owned(),
        ids => ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(" → "),
    };
    let (before, after) = (&difference.before, &difference.after);
    lines.push(if before.critical_path == after.critical_path {
        format!("- Critical path: {}, as before", path(&after.critical_path))
    } else {
        format!("- Critical path: {} (before: {})", path(&after.critical_path), path(&before.critical_path))
    });
    if before.bottleneck != after.bottleneck {
        let name = |id: &Option<_>| id.as_ref().map_or("none".to_owned(), ToString::to_string);
        lines.push(format!(
            "- Bottleneck: {} (before: {})",
            name(&after.bottleneck),
            name(&before.bottleneck)
        ));
    }
    lines.push(String::new());
    if difference.prds.is_empty() {
        lines.push("Nothing else is different.".to_owned());
    }
    lines.extend(difference.prds.iter().map(row));
    lines.push(String::new());
    lines.join("\n")
}

fn end(difference: &Difference) -> String {
    let day = |day: Option<NaiveDate>| day.map_or("not known".to_owned(), date);
    let (before, after) = (difference.before.end, difference.after.end);
    match difference.days {
        Some(0) => format!("{}, as before", day(after)),
        Some(days) => format!("{}, {} (before: {})", day(after), moved(days), day(before)),
        None => format!("{} (before: {})", day(after), day(before)),
    }
}

fn moved(days: i64) -> String {
    if days < 0 { format!("{} sooner", duration(-days)) } else { format!("{} later", duration(days)) }
}

fn row(row: &PrdDifference) -> String {
    let day = |day: Option<NaiveDate>| day.map_or("no date".to_owned(), date);
    let by = row
        .days
        .map_or(String::new(), |days| if days == 0 { String::new() } else { format!("{}, ", moved(days)) });
    let health = match (row.health_before, row.health_after) {
        (Some(before), Some(after)) if before != after => format!("; {after} (before: {before})"),
        _ => String::new(),
    };
    let what = match row.happened {
        Happened::Finished => "finished".to_owned(),
        Happened::Gone => "not scheduled any longer".to_owned(),
        Happened::Added => format!("new, {}", day(row.eta_after)),
        Happened::Blocked => format!("newly blocked, {by}{}{health}", day(row.eta_after)),
        Happened::Later | Happened::Sooner => {
            format!("{by}{} (before: {}){health}", day(row.eta_after), day(row.eta_before))
        }
        Happened::Health => format!("{}{health}", day(row.eta_after)),
    };
    format!("- **{}** ({}): {what}", row.id, markdown(&row.service))
}
