//! Pages kept by hand beside the state folders that say which PRD is in which state.
//!
//! The folder is the truth. A table with a column of ids and one of states repeats it, and is forgotten when a PRD
//! moves: each row that says another state is a finding. The page is not written: its author keeps it.

use crate::domain::markdown::line_index::LineIndex;
use crate::domain::markdown::outline::{BlockKind, Cell, Outline};
use crate::domain::model::finding::{Finding, Place, Severity};
use crate::domain::model::id::IdFormat;
use crate::domain::model::path::RepoPath;
use crate::domain::model::portfolio::Portfolio;
use crate::domain::model::state::State;

/// A warning `status-page-drift` for each row of a page's tables that says another state than the folder.
///
/// Without a folder for reviews a draft may be said to be in review.
#[must_use]
pub fn drift(portfolio: &Portfolio, has_review: bool, path: &RepoPath, text: &str) -> Vec<Finding> {
    let outline = Outline::parse(text);
    let lines = LineIndex::new(text);
    let mut columns = None;
    let mut findings = Vec::new();
    for block in &outline.blocks {
        match &block.kind {
            BlockKind::TableHeader { cells } => columns = Columns::of(cells),
            BlockKind::TableRow { cells } => {
                let Some(row) = columns.as_ref().and_then(|columns| columns.row(cells, portfolio.format()))
                else {
                    continue;
                };
                let Some((prd, _)) = portfolio.find_meant(&row.id) else { continue };
                let in_place = !has_review && row.state == State::Review && prd.state == State::Draft;
                if row.state != prd.state && !in_place {
                    let (line, column) = lines.place(row.cell.span.start);
                    let message =
                        format!("`{}` is said of {}, which lies in {}", row.cell.text, prd.id, prd.path);
                    let place = Place { path: path.clone(), line, column };
                    findings.push(
                        Finding::new("status-page-drift", Severity::Warning, place, message)
                            .hint(format!("write `{}`; the folder is the truth", prd.state.title())),
                    );
                }
            }
            BlockKind::Paragraph
            | BlockKind::ListItem { .. }
            | BlockKind::Code { .. }
            | BlockKind::Quote
            | BlockKind::Html => {}
        }
    }
    findings
}

/// Where a table keeps ids and states.
struct Columns {
    id: usize,
    state: usize,
}

/// What one row says.
struct Row<'a> {
    id: crate::domain::model::id::PrdId,
    state: State,
    cell: &'a Cell,
}

impl Columns {
    fn of(header: &[Cell]) -> Option<Self> {
        let find = |names: &[&str]| {
            header.iter().position(|cell| names.contains(&cell.text.trim().to_lowercase().as_str()))
        };
        Some(Self {
            id: find(&["prd id", "id", "prd", "prds", "#", "document"])?,
            state: find(&["status", "state", "stage"])?,
        })
    }

    /// The row's id and state; `None` where it has none, or several ids.
    fn row<'a>(&self, cells: &'a [Cell], format: &IdFormat) -> Option<Row<'a>> {
        let text = cells.get(self.id)?.text.trim();
        let id = match format.find(text).as_slice() {
            [found] => found.id.clone(),
            _ => format.id(text.trim_start_matches('#').parse().ok()?),
        };
        let cell = cells.get(self.state)?;
        Some(Row { id, state: State::from_status_word(&cell.text)?, cell })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::markdown::read::{Reading, read_prd};

    fn portfolio() -> Portfolio {
        let format = IdFormat::new("PRD", "-", 3).unwrap();
        let prds = [("draft/PRD-001-a.md", State::Draft), ("done/PRD-002-b.md", State::Complete)];
        let prds = prds.map(|(path, state)| {
            match read_prd(&RepoPath::new(path).unwrap(), state, b"# A title\n", &format) {
                Reading::Prd(prd) => *prd,
                Reading::Stray(stray) => panic!("{stray:?}"),
            }
        });
        Portfolio::new(format, prds.to_vec(), Vec::new(), Vec::new())
    }

    fn found(text: &str, has_review: bool) -> Vec<(usize, usize, String)> {
        let path = RepoPath::new("status.md").unwrap();
        drift(&portfolio(), has_review, &path, text)
            .into_iter()
            .map(|finding| (finding.place.line, finding.place.column, finding.message))
            .collect()
    }

    #[test]
    fn a_row_that_says_another_state_is_found_at_its_cell() {
        let text = "# Status\n\n| PRD ID | Title | Status |\n|---|---|---|\n| PRD-001 | [A](draft/x.md) | Draft |\n\
| [PRD-002](draft/PRD-002-b.md) | B | **In Progress** 🚧 |\n| PRD-009 | C | Draft |\n| PRD-002 | D | soon |\n";
        assert_eq!(
            found(text, true),
            [(6, 39, "`In Progress 🚧` is said of PRD-002, which lies in done/PRD-002-b.md".to_owned())]
        );
    }

    #[test]
    fn a_draft_may_be_in_review_where_reviews_have_no_folder() {
        let text = "| PRD | State |\n|---|---|\n| 1 | In review |\n";
        assert_eq!(found(text, false), []);
        assert_eq!(found(text, true).len(), 1);
    }

    #[test]
    fn a_table_without_ids_or_states_says_nothing() {
        assert_eq!(found("| Stage | Directory |\n|---|---|\n| Draft | PRD-002 |\n", true), []);
        assert_eq!(found("| PRD | Status |\n|---|---|\n| PRD-001, PRD-002 | Done |\n", true), []);
    }
}
