//! A table without lines: columns as wide as their content, the last one cut to the width of the place.

use owo_colors::{OwoColorize, Style};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// One cell: its text, one line, and how it is drawn.
#[derive(Debug, Clone)]
pub struct Cell {
    text: String,
    style: Style,
}

impl Cell {
    /// A plain cell. Control characters become spaces, so that no text can leave its cell.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "callers give temporaries and references alike")]
    pub fn new(text: impl ToString) -> Self {
        let text = text.to_string().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        Self { text, style: Style::new() }
    }

    /// A cell of an optional value: empty where there is none.
    #[must_use]
    pub fn of(value: Option<impl ToString>) -> Self {
        value.map_or_else(|| Self::new(""), Self::new)
    }

    /// With a style.
    #[must_use]
    pub const fn style(mut self, style: Style) -> Self {
        self.style = style;
        self
    }
}

/// Lays rows out under a header, two spaces between columns. Without a width nothing is cut.
#[must_use]
pub fn table<const N: usize>(header: [&'static str; N], rows: &[[Cell; N]], width: Option<usize>) -> String {
    let mut columns = Columns::new(header);
    rows.iter().for_each(|row| columns.fit(row));
    let before: usize = columns.widths.iter().take(N.saturating_sub(1)).map(|width| width + 2).sum();
    let rest = width.map(|width| width.saturating_sub(before).max(20));
    let mut text = columns.header();
    for row in rows {
        line(&mut text, row, &columns.widths, rest);
    }
    text
}

/// The columns of a table whose rows are written before all of them are known.
#[derive(Debug, Clone)]
pub struct Columns<const N: usize> {
    titles: [&'static str; N],
    widths: [usize; N],
}

impl<const N: usize> Columns<N> {
    /// As wide as their titles.
    #[must_use]
    pub fn new(titles: [&'static str; N]) -> Self {
        Self { titles, widths: titles.map(UnicodeWidthStr::width) }
    }

    /// Makes room for a row.
    pub fn fit(&mut self, row: &[Cell; N]) {
        for (width, cell) in self.widths.iter_mut().zip(row) {
            *width = (*width).max(cell.text.width());
        }
    }

    /// The line of the titles.
    #[must_use]
    pub fn header(&self) -> String {
        let dim = Style::new().dimmed();
        let mut text = String::new();
        line(&mut text, &self.titles.map(|title| Cell::new(title).style(dim)), &self.widths, None);
        text
    }

    /// The line of a row, uncut; a cell wider than its column moves those after it.
    #[must_use]
    pub fn row(&self, row: &[Cell; N]) -> String {
        let mut text = String::new();
        line(&mut text, row, &self.widths, None);
        text
    }
}

fn line<const N: usize>(text: &mut String, row: &[Cell; N], widths: &[usize; N], rest: Option<usize>) {
    use std::fmt::Write as _;
    let last = row.iter().rposition(|cell| !cell.text.is_empty()).unwrap_or(0);
    for (at, (cell, width)) in row.iter().zip(widths).enumerate().take(last + 1) {
        let cut = if at + 1 == N { rest.and_then(|rest| cut(&cell.text, rest)) } else { None };
        let shown = cut.as_deref().unwrap_or(&cell.text);
        let _ = write!(text, "{}", shown.style(cell.style));
        if at < last {
            text.extend(std::iter::repeat_n(' ', width.saturating_sub(shown.width()) + 2));
        }
    }
    text.push('\n');
}

/// The text cut to a width with an ellipsis; `None` where it fits.
fn cut(text: &str, width: usize) -> Option<String> {
    if text.width() <= width {
        return None;
    }
    let mut room = width.saturating_sub(1);
    let mut kept: String = text
        .chars()
        .take_while(|c| {
            let wide = c.width().unwrap_or(0);
            let fits = wide <= room;
            room = room.saturating_sub(wide);
            fits
        })
        .collect();
    kept.push('…');
    Some(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_whatever_the_letters() {
        let rows = [[Cell::new("日本"), Cell::new("a\nb")], [Cell::new("x"), Cell::new("")]];
        let drawn = anstream::adapter::strip_str(&table(["ID", "TITLE"], &rows, None)).to_string();
        assert_eq!(drawn, "ID    TITLE\n日本  a b\nx\n");
    }

    #[test]
    fn only_the_last_column_is_cut() {
        let rows = [[Cell::new("SVC-1"), Cell::new("word ".repeat(20))]];
        let drawn = anstream::adapter::strip_str(&table(["ID", "TITLE"], &rows, Some(40))).to_string();
        assert!(drawn.lines().all(|line| line.width() <= 40), "{drawn}");
        assert!(drawn.contains('…'));
    }
}
