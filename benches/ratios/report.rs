//! Tables, and the page that shows them.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::{env, fs, io};

/// A table in Markdown.
pub(crate) struct Table(Vec<Vec<String>>);

impl Table {
    pub(crate) fn new(head: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self(vec![head.into_iter().map(Into::into).collect()])
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = impl Into<String>>) {
        self.0.push(cells.into_iter().map(Into::into).collect());
    }

    fn lines(&self) -> String {
        let columns = self.0[0].len();
        let width = |column: usize| {
            self.0.iter().map(|row| row[column].chars().count()).max().unwrap_or_default().max(3)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let mut lines = String::new();
        for (number, row) in self.0.iter().enumerate() {
            for (cell, width) in row.iter().zip(&widths) {
                let _ = write!(lines, "| {cell:width$} ");
            }
            lines.push_str("|\n");
            if number == 0 {
                for width in &widths {
                    let _ = write!(lines, "|-{}-", "-".repeat(*width));
                }
                lines.push_str("|\n");
            }
        }
        lines.push('\n');
        lines
    }
}

/// Needle is shown: printed as it comes, and kept for the page.
#[derive(Default)]
pub(crate) struct Report {
    shown: String,
    /// Lines of the table that sums up, with a figure for each backend.
    summary: Vec<Vec<String>>,
}

impl Report {
    /// A heading, and what is measured below it.
    pub(crate) fn section(&mut self, title: &str, about: &str) {
        self.show(&format!("## {title}\n\n{about}\n\n"));
    }

    pub(crate) fn paragraph(&mut self, words: &str) {
        self.show(&format!("{words}\n\n"));
    }

    /// A line for the table that sums up: a figure for each backend.
    pub(crate) fn sum_up(&mut self, line: &str, figures: impl Iterator<Item = String>) {
        self.summary.push([line.to_owned()].into_iter().chain(figures).collect());
    }

    pub(crate) fn summary(&self) -> String {
        if self.summary.is_empty() {
            return String::new();
        }
        let mut table =
            Table::new([String::new()].into_iter().chain(tally::backends().map(Into::into)));
        for line in &self.summary {
            table.row(line);
        }
        format!("## In short\n\n{}", table.lines())
    }

    pub(crate) fn table(&mut self, table: &Table) {
        self.show(&table.lines());
    }

    fn show(&mut self, words: &str) {
        print!("{words}");
        self.shown.push_str(words);
    }

    /// The page.
    pub(crate) fn write(&self, page: &Path) -> io::Result<()> {
        let machine = machine();
        let summary = Summary::new(&self);
        let body = self.shown.trim_end();
        fs::write(
            page,
            format!(
                "\
# Benchmarks

Two kinds of them:

- `cargo bench --bench ratios` measures all contenders side by side and writes this page and
  `speed.svg`. With names of sections behind `--` it prints those alone and writes nothing:
  `cache`, `cache2`, `memory`, `worst`, `others`, `count`, `strings`, `kinds`, `short`, `early`,
  `sizes`.
- `cargo bench --bench has_count`, `--bench count` and `--bench short` measure one contender after
  another with criterion, which keeps the results and tells what changed since the last time.

The data is made by the program: text with words by Zipf's law in lines of 0 to 120 bytes, source
code (this crate's own), random bytes, and data made to hurt (`data/hurt.rs`). It starts at a
multiple of 64 bytes.

![Speed by the size of the data](speed.svg)

{machine}

The contenders take turns, round after round; a figure is the median of its rounds, and a ratio the
ratio of two medians. One thread. GB/s are 10⁹ bytes of data in a second. The *plain loop* goes a
byte at a time, as the compiler leaves it; a *plain read* loads all bytes with the widest loads of
the processor, in order, and does next to nothing with them.

{summary}{body}
"
            ),
        )
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

/// Needle it was measured on and with.
fn machine() -> String {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let compiler = Command::new(rustc)
        .arg("--version")
        .output()
        .map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
        .unwrap_or_default();
    format!(
        "Measured on: {}; {compiler}; memchr {}, bytecount {}.",
        processor(),
        version("memchr"),
        version("bytecount")
    )
}

/// The processor's name and caches, as far as the system tells.
pub(crate) fn processor() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let field = |name: &str| {
        let line = info.lines().find(|line| line.split(':').next().map(str::trim) == Some(name))?;
        line.split(':').nth(1).map(str::trim)
    };
    let mut words = field("model name").unwrap_or(env::consts::ARCH).to_owned();
    if let (Some(family), Some(model)) = (field("cpu family"), field("model")) {
        let _ = write!(words, " (family {family}, model {model})");
    }
    let caches = Path::new("/sys/devices/system/cpu/cpu0/cache");
    for index in 0..8 {
        let read = |name: &str| {
            let text = fs::read_to_string(caches.join(format!("index{index}")).join(name)).ok()?;
            Some(text.trim().to_owned())
        };
        if let (Some(level), Some(size), Some(kind)) = (read("level"), read("size"), read("type"))
            && kind != "Instruction"
        {
            let _ = write!(words, ", L{level} {size}");
        }
    }
    words
}

/// The version of a package that was built in.
fn version(package: &str) -> String {
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock");
    let lock = fs::read_to_string(lock).unwrap_or_default();
    lock.split_once(&format!("name = \"{package}\"\nversion = \""))
        .and_then(|(_, rest)| rest.split('"').next())
        .unwrap_or("of some version")
        .to_owned()
}
