//! A review as text for a terminal and as Markdown for a pull request.

use std::fmt::Write;

use owo_colors::{OwoColorize, Style};
use unicode_width::UnicodeWidthStr;

use super::escape;
use super::table::{Cell, table};
use crate::domain::model::finding::Severity;
use crate::domain::model::grade::{Grade, Letter, Score};
use crate::domain::review::questions::Question;
use crate::domain::review::report::{DimensionReport, Review, ReviewFinding};
use crate::domain::review::verdict::Verdict;

/// Cells of a dimension's bar.
const BAR: usize = 20;

/// How a review is printed.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// With colours.
    pub color: bool,
    /// Columns of the terminal.
    pub width: usize,
    /// With the evidence of every slot.
    pub evidence: bool,
}

/// The review for a terminal; ends with a line end.
#[must_use]
pub fn terminal(review: &Review, look: Look) -> String {
    let mut out = String::new();
    let _ =
        writeln!(out, "{}", paint(&format!("{} · {}", review.id, review.title), Style::new().bold(), look));
    if let (Some(grade), Some(score)) = (review.grade, review.score) {
        let verdict = if review.passed { "passes" } else { "is under" };
        let shown = paint(&grade.to_string(), grade_style(grade), look);
        let _ = writeln!(
            out,
            "Grade {shown} ({}), {verdict} the minimum {}",
            number(score),
            review.minimum_grade
        );
        if let Some(name) = &review.capped_by {
            let _ = writeln!(out, "Held down by {name}: no more than one band above it");
        }
    }
    out.push('\n');
    let longest = review.dimensions.iter().map(|dimension| dimension.name.width()).max().unwrap_or(0);
    for dimension in &review.dimensions {
        dimension_line(&mut out, dimension, longest, look);
    }
    findings(&mut out, review, look);
    questions(&mut out, review, look);
    if !review.suppressed.is_empty() {
        let _ = writeln!(out, "\n{} silenced in the text", count(review.suppressed.len(), "finding"));
    }
    out
}

/// Many reviews, one line each, in the order given. Without a width nothing is cut.
#[must_use]
pub fn overview(reviews: &[Verdict], width: Option<usize>) -> String {
    let rows: Vec<[Cell; 6]> = reviews
        .iter()
        .map(|review| {
            [
                Cell::new(&review.id),
                Cell::of(review.grade).style(review.grade.map_or_else(Style::new, grade_style)),
                Cell::of(review.score.map(number)),
                Cell::new(if review.passed { "passes" } else { "under" }),
                Cell::new(count(review.findings, "finding")),
                Cell::new(&review.title),
            ]
        })
        .collect();
    let under = reviews.iter().filter(|review| !review.passed).count();
    let table = table(["ID", "GRADE", "SCORE", "", "FINDINGS", "TITLE"], &rows, width);
    format!("{table}\n{}, {under} under the minimum\n", count(reviews.len(), "PRD"))
}

fn dimension_line(out: &mut String, dimension: &DimensionReport, longest: usize, look: Look) {
    let pad = " ".repeat(longest - dimension.name.width());
    let custom = if dimension.resolved_as == "custom" { "  (graded by its own section)" } else { "" };
    match (dimension.score, dimension.grade) {
        (Some(score), Some(grade)) => {
            let width = if custom.is_empty() { 0 } else { 2 };
            let shown = paint(&format!("{:<width$}", grade.to_string()), grade_style(grade), look);
            let bar = paint(&bar(score), grade_style(grade), look);
            let _ = writeln!(out, "  {}{pad}  {bar} {:>5} {shown}{custom}", dimension.name, number(score));
        }
        _ => {
            let _ = writeln!(out, "  {}{custom}", dimension.name);
        }
    }
    if look.evidence {
        for slot in &dimension.slots {
            let _ = writeln!(out, "      {:>4.0} % {}", slot.fill * 100.0, slot.id);
            for evidence in &slot.evidence {
                let line = format!("line {}: {}", evidence.line, evidence.excerpt);
                let _ = writeln!(out, "             {}", fit(&line, look.width.saturating_sub(13)));
            }
        }
    }
}

/// Filled cells for points, and a half cell for what is left over.
fn bar(score: Score) -> String {
    let step = 100 / BAR;
    let points = usize::from(score.rounded());
    let full = points / step;
    let half = usize::from(points % step * 2 >= step);
    format!("{}{}{}", "█".repeat(full), "▌".repeat(half), "░".repeat(BAR - full - half))
}

fn findings(out: &mut String, review: &Review, look: Look) {
    let findings = review.findings();
    if findings.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{}", paint("Findings", Style::new().bold(), look));
    for finding in findings {
        let place = format!("{}:{}:{}", review.path, finding.line, finding.column);
        let severity = paint(&finding.severity.to_string(), severity_style(finding.severity), look);
        let cost = cost(finding);
        let _ = writeln!(out, "  {place} {severity}: {} [{}]{cost}", finding.message, finding.rule);
        if !finding.excerpt.is_empty() {
            let _ = writeln!(out, "      > {}", fit(&finding.excerpt, look.width.saturating_sub(8)));
        }
        let _ = writeln!(out, "      {}", paint(finding.hint, Style::new().dimmed(), look));
    }
}

fn cost(finding: &ReviewFinding) -> String {
    if finding.penalty > 0.0 { format!(" -{}", finding.penalty) } else { String::new() }
}

fn questions(out: &mut String, review: &Review, look: Look) {
    let (answered, open): (Vec<&Question>, Vec<&Question>) =
        review.questions.iter().partition(|question| question.answer.is_some());
    if !open.is_empty() {
        let _ = writeln!(out, "\n{}", paint("Questions", Style::new().bold(), look));
    }
    for (at, question) in open.iter().enumerate() {
        let critical = if question.critical { " (must be answered)" } else { "" };
        let _ = writeln!(out, "  {}. {}{critical}", at + 1, question.text);
        let about = question.dimension.as_deref().unwrap_or("the whole text");
        let detail = format!("{}, line {}, {about}: {}", question.id, question.line, question.effect);
        let _ = writeln!(out, "     {}", paint(&detail, Style::new().dimmed(), look));
    }
    if !answered.is_empty() {
        let _ = writeln!(out, "\n{} answered in the text", count(answered.len(), "question"));
    }
}

/// The review as Markdown: for a comment on a pull request.
#[must_use]
pub fn markdown(review: &Review) -> String {
    let mut out = String::new();
    let title = escape::markdown(&review.title);
    match (review.grade, review.score) {
        (Some(grade), Some(score)) => {
            let verdict = if review.passed { "passes" } else { "is under" };
            let _ = writeln!(out, "## Review of {}: {title} — {grade}\n", review.id);
            let _ = writeln!(out, "Score {}, {verdict} the minimum {}.", number(score), review.minimum_grade);
        }
        _ => {
            let _ = writeln!(out, "## Review of {}: {title}", review.id);
        }
    }
    if let Some(name) = &review.capped_by {
        let _ = writeln!(out, "Held down by {}: no more than one band above it.", escape::markdown(name));
    }
    if review.grade.is_some() {
        out.push_str("\n| Dimension | Grade | Score |\n| --- | --- | ---: |\n");
        for dimension in &review.dimensions {
            if let (Some(score), Some(grade)) = (dimension.score, dimension.grade) {
                let _ =
                    writeln!(out, "| {} | {grade} | {} |", escape::markdown(&dimension.name), number(score));
            }
        }
    }
    let findings = review.findings();
    if !findings.is_empty() {
        out.push_str("\n### Findings\n\n");
    }
    for finding in findings {
        let excerpt = if finding.excerpt.is_empty() {
            String::new()
        } else {
            format!(" — {}", escape::markdown(&finding.excerpt))
        };
        let _ = writeln!(
            out,
            "- line {}, {} `{}`: {}{excerpt}. {}.",
            finding.line,
            finding.severity,
            finding.rule,
            finding.message,
            capital(finding.hint)
        );
    }
    let open = review.questions.iter().filter(|question| question.answer.is_none());
    let open: Vec<&Question> = open.collect();
    if !open.is_empty() {
        out.push_str("\n### Questions\n\n");
    }
    for (at, question) in open.iter().enumerate() {
        let critical = if question.critical { " **Must be answered.**" } else { "" };
        let _ = writeln!(
            out,
            "{}. {} (`{}`, line {}){critical}",
            at + 1,
            question.text,
            question.id,
            question.line
        );
    }
    if !review.suppressed.is_empty() {
        let _ = writeln!(out, "\n{} silenced in the text.", count(review.suppressed.len(), "finding"));
    }
    out
}

/// The most characters of a comment on GitHub, with some room for what others put around it.
const COMMENT: usize = 60_000;

/// Many reviews as Markdown for one comment: all grades in a table, then each review folded, those under the minimum
/// first, as long as they fit.
#[must_use]
pub fn markdown_many(reviews: &[Review]) -> String {
    let under = reviews.iter().filter(|review| !review.passed).count();
    let mut out = format!("## Review of {}: {under} under the minimum\n\n", count(reviews.len(), "PRD"));
    out.push_str("| PRD | Title | Grade | Score | | Findings |\n| --- | --- | --- | ---: | --- | ---: |\n");
    for review in reviews {
        let (grade, score) = (review.grade.map(|grade| grade.to_string()), review.score.map(number));
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} |",
            review.id,
            escape::markdown(&review.title),
            grade.unwrap_or_default(),
            score.unwrap_or_default(),
            if review.passed { "passes" } else { "**under**" },
            review.findings().len()
        );
    }
    let mut left_out = Vec::new();
    let (good, bad): (Vec<&Review>, Vec<&Review>) = reviews.iter().partition(|review| review.passed);
    for review in bad.into_iter().chain(good) {
        let summary =
            format!("{}: {}", review.id, review.grade.map_or_else(String::new, |grade| grade.to_string()));
        let part = format!("\n<details><summary>{summary}</summary>\n\n{}\n</details>\n", markdown(review));
        if out.chars().count() + part.chars().count() > COMMENT {
            left_out.push(review.id.to_string());
        } else {
            out.push_str(&part);
        }
    }
    if !left_out.is_empty() {
        let _ = writeln!(out, "\nNo room here for {}: `prd review ID --dry-run`.", left_out.join(", "));
    }
    out
}

/// A score with one decimal, and none where it is whole.
pub(super) fn number(score: Score) -> String {
    let text = format!("{:.1}", score.points());
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The text in at most so many columns.
fn fit(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut fitted = String::new();
    for c in text.chars() {
        if fitted.width() + 2 > width {
            break;
        }
        fitted.push(c);
    }
    fitted + "…"
}

fn paint(text: &str, style: Style, look: Look) -> String {
    if look.color { text.style(style).to_string() } else { text.to_owned() }
}

const fn grade_style(grade: Grade) -> Style {
    match grade.letter() {
        Letter::A | Letter::B => Style::new().green(),
        Letter::C => Style::new().yellow(),
        Letter::D | Letter::F => Style::new().red(),
    }
}

const fn severity_style(severity: Severity) -> Style {
    match severity {
        Severity::Hint => Style::new().cyan(),
        Severity::Warning => Style::new().yellow(),
        Severity::Error => Style::new().red(),
    }
}

#[cfg(test)]
#[path = "review_tests.rs"]
mod tests;
