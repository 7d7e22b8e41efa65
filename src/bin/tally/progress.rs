//! A progress bar for a file that takes long to read.

use std::cell::RefCell;
use std::fmt::Write;
use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

use indicatif::{
    BinaryBytes, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle,
};
use tally::ReadOptions;

use crate::terminal;

/// How long a file is read before the bar appears.
const DELAY: Duration = Duration::from_secs(1);

/// How often the bar is drawn, per second.
const DRAW_RATE: u8 = (1000 / ReadOptions::PROGRESS_INTERVAL.as_millis()) as u8;

/// The longest name shown, in characters; the bar needs the rest of the line.
const MAX_NAME: usize = 30;

/// The bar, in the last line of the terminal that standard error is.
pub(crate) struct Progress {
    enabled: bool,
    file: RefCell<Option<File>>,
    bar: RefCell<Option<ProgressBar>>,
}

struct File {
    name: String,
    size: u64,
    begin: Instant,
}

impl Progress {
    /// A bar that appears only if it is `enabled` and standard error is a terminal.
    pub(crate) fn new(enabled: bool) -> Self {
        Self {
            enabled: enabled && io::stderr().is_terminal() && terminal::allows_escapes(),
            file: RefCell::new(None),
            bar: RefCell::new(None),
        }
    }

    /// A file begins. `size` is its length, if it has one.
    pub(crate) fn begin(&self, name: &[u8], size: impl FnOnce() -> Option<u64>) {
        if let Some(size) = self.enabled.then(size).flatten() {
            let name = String::from_utf8_lossy(name);
            // The end of a long name is the telling part. A control character could move the
            // cursor.
            let excess = name.chars().count().saturating_sub(MAX_NAME);
            let end = name.chars().skip(excess).map(|c| if c.is_control() { '?' } else { c });
            let name = if excess > 0 { "…" } else { "" }.chars().chain(end).collect();
            self.file.replace(Some(File { name, size, begin: Instant::now() }));
        }
    }

    /// `done` bytes of the file are read.
    pub(crate) fn set(&self, done: u64) {
        let file = self.file.borrow();
        let Some(file) = &*file else { return };
        let mut bar = self.bar.borrow_mut();
        if bar.is_none() && file.begin.elapsed() >= DELAY {
            *bar = Some(new_bar(file));
        }
        if let Some(bar) = &*bar {
            bar.set_position(done);
        }
    }

    /// The file ends, and the bar disappears.
    pub(crate) fn end(&self) {
        self.file.replace(None);
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }

    /// Calls `write`, which writes to the terminal, while the bar is hidden.
    pub(crate) fn hidden<T>(&self, write: impl FnOnce() -> T) -> T {
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
    let target = ProgressDrawTarget::stderr_with_hz(DRAW_RATE);
    let bar = ProgressBar::with_draw_target(Some(file.size), target)
        .with_elapsed(file.begin.elapsed())
        .with_message(file.name.clone());
    // The bar starts late, and its own estimates would mistake what was read before for one leap.
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
