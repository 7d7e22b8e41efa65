//! Tables in Markdown, and the text of the results page.

use std::fmt::Write as _;

use crate::backends;

/// A table in Markdown.
pub(crate) struct Table(Vec<Vec<String>>);

impl Table {
    pub(crate) fn new(head: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self(vec![head.into_iter().map(Into::into).collect()])
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = impl Into<String>>) {
        self.0.push(cells.into_iter().map(Into::into).collect());
    }

    fn markdown(&self) -> String {
        let columns = self.0[0].len();
        let width = |column: usize| {
            self.0.iter().map(|row| row[column].chars().count()).max().unwrap_or_default().max(3)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let mut markdown = String::new();
        for (number, row) in self.0.iter().enumerate() {
            for (cell, width) in row.iter().zip(&widths) {
                let _ = write!(markdown, "| {cell:width$} ");
            }
            markdown.push_str("|\n");
            if number == 0 {
                for width in &widths {
                    let _ = write!(markdown, "|-{}-", "-".repeat(*width));
                }
                markdown.push_str("|\n");
            }
        }
        markdown.push('\n');
        markdown
    }
}

/// What the sections report. It is printed at once, and kept for the page.
#[derive(Default)]
pub(crate) struct Report {
    text: String,
    /// Rows of the summary, with a figure for each choice of backend.
    summary: Vec<Vec<String>>,
}

impl Report {
    /// A heading, and what the section measures.
    pub(crate) fn section(&mut self, title: &str, about: &str) {
        self.add(&format!("## {title}\n\n{about}\n\n"));
    }

    pub(crate) fn paragraph(&mut self, text: &str) {
        self.add(&format!("{text}\n\n"));
    }

    pub(crate) fn table(&mut self, table: &Table) {
        self.add(&table.markdown());
    }

    fn add(&mut self, text: &str) {
        print!("{text}");
        self.text.push_str(text);
    }

    /// Adds a row to the summary: a figure for each choice of backend.
    pub(crate) fn sum_up(&mut self, title: &str, figures: impl IntoIterator<Item = String>) {
        self.summary.push([title.to_owned()].into_iter().chain(figures).collect());
    }

    /// The text of all sections.
    pub(crate) fn text(&self) -> &str {
        self.text.trim_end()
    }

    pub(crate) fn summary(&self) -> String {
        if self.summary.is_empty() {
            return String::new();
        }
        let mut table = Table::new([""].into_iter().chain(backends::choices()));
        for row in &self.summary {
            table.row(row);
        }
        format!("## Summary\n\n{}", table.markdown())
    }
}

/// Three significant digits.
pub(crate) fn digits(number: f64) -> String {
    match number {
        100.0.. => format!("{number:.0}"),
        10.0.. => format!("{number:.1}"),
        _ => format!("{number:.2}"),
    }
}

/// GB/s.
pub(crate) fn speed(bytes: usize, seconds: f64) -> f64 {
    bytes as f64 / seconds / 1e9
}

/// A size with its unit.
pub(crate) fn size_name(bytes: usize) -> String {
    match bytes {
        0x10_0000.. => format!("{} MiB", bytes >> 20),
        0x400.. => format!("{} KiB", bytes >> 10),
        _ => format!("{bytes} B"),
    }
}
