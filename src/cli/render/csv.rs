//! The orchestration report as comma-separated values (RFC 4180), one line for each PRD.

use crate::domain::orchestrate::report::{PrdRow, Report};

/// The names of the columns.
const HEAD: [&str; 16] = [
    "id",
    "title",
    "service",
    "team",
    "state",
    "priority",
    "progress",
    "remaining_days",
    "start_day",
    "finish_day",
    "eta_date",
    "slack_days",
    "target_date",
    "health",
    "depends_on",
    "p85_date",
];

/// The table; lines end with CR LF, as the standard says.
#[must_use]
pub fn csv(report: &Report) -> String {
    let mut head: Vec<String> = HEAD.map(str::to_owned).to_vec();
    if report.workspace.is_some() {
        head.push("repository".to_owned());
    }
    let rows = report.prds.iter().map(|prd| {
        let mut fields = row(prd).to_vec();
        fields.extend(prd.repository.as_ref().map(ToString::to_string));
        fields
    });
    let line = |fields: Vec<String>| fields.iter().map(|field| quoted(field)).collect::<Vec<_>>().join(",");
    std::iter::once(head).chain(rows).map(|fields| line(fields) + "\r\n").collect()
}

fn row(row: &PrdRow) -> [String; 16] {
    fn told<T: ToString>(value: Option<&T>) -> String {
        value.map(ToString::to_string).unwrap_or_default()
    }
    let depends: Vec<String> = row.depends_on.iter().map(|edge| edge.id.to_string()).collect();
    [
        row.id.to_string(),
        row.title.clone(),
        row.service.clone(),
        told(row.team.as_ref()),
        row.state.to_string(),
        told(row.priority.as_ref()),
        row.progress.to_string(),
        told(row.remaining_days.as_ref()),
        told(row.start_day.as_ref()),
        told(row.finish_day.as_ref()),
        told(row.eta_date.as_ref()),
        told(row.slack_days.as_ref()),
        told(row.target_date.as_ref()),
        row.health.map(|health| health.words().to_owned()).unwrap_or_default(),
        depends.join(" "),
        told(row.forecast.as_ref().and_then(|outlook| outlook.finish.p85_date.as_ref())),
    ]
}

/// A field; what a spreadsheet would take for a formula begins with an apostrophe, as OWASP advises against CSV
/// injection.
fn quoted(field: &str) -> String {
    let formula = field.starts_with(['=', '+', '-', '@', '\t', '\r']) && field.parse::<f64>().is_err();
    let field = if formula { format!("'{field}") } else { field.to_owned() };
    if field.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", field.replace('"', "\"\"")) } else { field }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::render::report_markdown::tests::worked;

    #[test]
    fn the_worked_example_is_a_table() {
        let table = csv(&worked());
        assert_eq!(table.lines().count(), 6);
        let last = "SVC-132,Title of SVC-132,warehouse-integration,Inventory,in-progress,,10,17,3,20,2025-06-27,0,\
                    2025-07-04,Blocked,SVC-131,";
        assert!(table.contains(&format!("{last}\r\n")), "{table}");
    }

    #[test]
    fn fields_are_quoted_and_never_formulas() {
        assert_eq!(quoted("a,b"), "\"a,b\"");
        assert_eq!(quoted("say \"no\""), "\"say \"\"no\"\"\"");
        assert_eq!(quoted("=cmd()"), "'=cmd()");
        assert_eq!((quoted("-3"), quoted("-x")), ("-3".to_owned(), "'-x".to_owned()));
    }
}
