//! What stands beside a review: what changed since the last one, and the opinion of another program.

use std::fmt::Write as _;

use owo_colors::{OwoColorize as _, Style};

use super::escape;
use super::review::number;
use crate::domain::config::problem::printable;
use crate::domain::model::grade::Score;
use crate::domain::review::compare::{Comparison, Step};
use crate::domain::review::opinion::{FindingAnswer, Opinion};
use crate::domain::review::outcome::Outcome;
use crate::domain::review::record::FindingRecord;

/// Comparison and opinion for a terminal; empty where there is neither.
#[must_use]
pub fn terminal(outcome: &Outcome, color: bool) -> String {
    let head = |text: &str| if color { text.style(Style::new().bold()).to_string() } else { text.to_owned() };
    let mut out = String::new();
    if let Some(compared) = &outcome.compared {
        let _ = writeln!(out, "\n{}", head(&since(compared)));
        for line in comparison(compared) {
            let _ = writeln!(out, "  {line}");
        }
    }
    if let Some(opinion) = &outcome.opinion {
        let _ = writeln!(out, "\n{}", head("Opinion"));
        for line in opinion_lines(opinion, &printable) {
            let _ = writeln!(out, "  {line}");
        }
    }
    out
}

/// Comparison and opinion as Markdown; empty where there is neither.
#[must_use]
pub fn markdown(outcome: &Outcome) -> String {
    let mut out = String::new();
    if let Some(compared) = &outcome.compared {
        let _ = writeln!(out, "\n### {}\n", escape::markdown(&since(compared)));
        for line in comparison(compared) {
            let _ = writeln!(out, "- {}", escape::markdown(&line));
        }
    }
    if let Some(opinion) = &outcome.opinion {
        out.push_str("\n### Opinion\n\n");
        for line in opinion_lines(opinion, &|text| text.to_owned()) {
            let _ = writeln!(out, "- {}", escape::markdown(&line));
        }
    }
    out
}

fn since(compared: &Comparison) -> String {
    format!("Since the review of {} by {}", compared.since.format("%Y-%m-%d %H:%M"), compared.reviewer)
}

fn comparison(compared: &Comparison) -> Vec<String> {
    if !compared.text_changed && !compared.overall.moved() && !compared.dimensions.iter().any(Step::moved) {
        return vec!["the text is the same, and so are its grades".to_owned()];
    }
    let mut lines = Vec::new();
    if !compared.text_changed {
        lines.push("the text is the same; what it is graded by has changed".to_owned());
    }
    lines.extend(
        std::iter::once(&compared.overall).chain(&compared.dimensions).filter(|step| step.moved()).map(step),
    );
    for (word, list) in [("gone", &compared.gone), ("new", &compared.new)] {
        match list {
            Some(list) => lines.extend(list.iter().map(|finding| finding_line(word, finding))),
            None if word == "gone" => {
                lines.push(
                    "which findings are gone or new is not known: that review did not keep them".to_owned(),
                );
            }
            None => {}
        }
    }
    for (word, ids) in [("answered", &compared.answered), ("asked anew", &compared.asked)] {
        if !ids.is_empty() {
            lines.push(format!("{word}: {}", ids.join(", ")));
        }
    }
    if lines.is_empty() {
        lines.push("the text changed, and no grade, finding or question did".to_owned());
    }
    lines
}

fn step(step: &Step) -> String {
    let shown = |grade: Option<crate::domain::model::grade::Grade>, score: Option<f64>| match (grade, score) {
        (Some(grade), Some(score)) => format!("{grade} {}", number(Score::new(score))),
        _ => "not graded".to_owned(),
    };
    let before = shown(step.grade_before, step.score_before);
    format!("{}: {before} → {}", step.name, shown(step.grade_after, step.score_after))
}

fn finding_line(word: &str, finding: &FindingRecord) -> String {
    format!("{word}: line {}, {}: {}", finding.line, finding.rule, finding.message)
}

fn opinion_lines(opinion: &Opinion, clean: &dyn Fn(&str) -> String) -> Vec<String> {
    let command = clean(&opinion.command);
    if let Some(problem) = &opinion.problem {
        return vec![format!("`{command}` counts for nothing: {}", clean(problem))];
    }
    let mut lines = Vec::new();
    let from = if opinion.cached { " (kept from an earlier review of this text)" } else { "" };
    if let (Some(grade), Some(score)) = (opinion.grade, opinion.score) {
        let verdict = if opinion.passed { "passes" } else { "does not pass" };
        lines.push(format!("with `{command}`{from}: {grade} ({}), which {verdict}", number(score)));
    } else {
        lines.push(format!("of `{command}`{from}"));
    }
    lines.extend(opinion.summary.as_deref().map(clean));
    for moved in &opinion.dimensions {
        let reason = moved.reason.as_deref().map(|reason| format!(": {}", clean(reason))).unwrap_or_default();
        let held = if moved.opinion == moved.score {
            String::new()
        } else {
            format!(" (it says {}, and moves by one band at most)", number(moved.opinion))
        };
        let (before, after) = (number(moved.deterministic), number(moved.score));
        lines.push(format!("{}: {before} → {after} {}{held}{reason}", clean(&moved.name), moved.grade));
    }
    lines.extend(opinion.findings.iter().map(|finding| opinion_finding(finding, clean)));
    lines.extend(opinion.left_out.iter().map(|why| format!("left out: {}", clean(why))));
    lines
}

fn opinion_finding(finding: &FindingAnswer, clean: &dyn Fn(&str) -> String) -> String {
    let line = finding.line.map(|line| format!("line {line}, ")).unwrap_or_default();
    let hint = finding.hint.as_deref().map(|hint| format!(" ({})", clean(hint))).unwrap_or_default();
    format!("{line}{}: {}{hint}", finding.severity, clean(&finding.message))
}
