//! A bar for a file that takes its time.

use std::cell::{Cell, RefCell};
use std::fmt::Write;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{
    BinaryBytes, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle,
};

/// How long a file is read before there is a bar.
const PATIENCE: Duration = Duration::from_secs(1);

/// The most characters of a name that leave room for the bar.
const LONGEST_NAME: usize = 30;

/// The bar, at the foot of the terminal that standard error is.
pub(crate) struct Progress {
    wanted: bool,
    file: RefCell<Option<File>>,
    bar: RefCell<Option<ProgressBar>>,
    done: Cell<u64>,
}

struct File {
    name: String,
    total: u64,
    since: Instant,
}

impl Progress {
    /// One that never shows a thing unless it is `wanted` and standard error is a terminal.
    pub(crate) fn new(wanted: bool) -> Self {
        Self {
            wanted: wanted && std::io::stderr().is_terminal(),
            file: RefCell::new(None),
            bar: RefCell::new(None),
            done: Cell::new(0),
        }
    }

    /// A file of `total` bytes begins.
    pub(crate) fn begin(&self, name: &str, total: u64) {
        if self.wanted {
            // The end tells most of a long name. A name may hold what moves the cursor.
            let long = name.chars().count().saturating_sub(LONGEST_NAME);
            let shown = name.chars().skip(long).map(|c| if c.is_control() { '?' } else { c });
            let name = if long > 0 { "…" } else { "" }.chars().chain(shown).collect();
            self.done.set(0);
            self.file.replace(Some(File { name, total, since: Instant::now() }));
        }
    }

    /// So many bytes of it are read, besides those told before.
    pub(crate) fn advance(&self, bytes: u64) {
        let file = self.file.borrow();
        let Some(file) = &*file else { return };
        self.done.set(self.done.get() + bytes);
        let mut bar = self.bar.borrow_mut();
        if bar.is_none() && file.since.elapsed() >= PATIENCE {
            *bar = Some(new_bar(file));
        }
        if let Some(bar) = &*bar {
            bar.set_position(self.done.get());
        }
    }

    /// The file ends, and the bar with it.
    pub(crate) fn end(&self) {
        self.file.replace(None);
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }

    /// Writes to the terminal by `write`, without the bar in between.
    pub(crate) fn without<T>(&self, write: impl FnOnce() -> T) -> T {
        match &*self.bar.borrow() {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }
}

fn new_bar(file: &File) -> ProgressBar {
    let style = ProgressStyle::with_template(
        "{msg} [{wide_bar}] {bytes}/{total_bytes}, {mean_speed}/s, {left} left",
    );
    let bar = ProgressBar::with_draw_target(Some(file.total), ProgressDrawTarget::stderr())
        .with_elapsed(file.since.elapsed())
        .with_message(file.name.clone());
    // Since the bar comes late, its own estimates would take what was read before for a leap.
    let mean_speed = |state: &ProgressState, out: &mut dyn Write| {
        let speed = u128::from(state.pos()) * 1000 / state.elapsed().as_millis().max(1);
        let _ = write!(out, "{}", BinaryBytes(speed as u64));
    };
    let left = |state: &ProgressState, out: &mut dyn Write| {
        let left = state.len().unwrap_or(0).saturating_sub(state.pos());
        let millis =
            state.elapsed().as_millis() * u128::from(left) / u128::from(state.pos().max(1));
        let _ = write!(out, "{:#}", HumanDuration(Duration::from_millis(millis as u64)));
    };
    match style {
        Ok(style) => bar.with_style(
            style.progress_chars("=> ").with_key("mean_speed", mean_speed).with_key("left", left),
        ),
        Err(_) => bar,
    }
}
