//! What the environment says about terminals.

use std::env::var_os;
use std::ffi::OsString;

/// Whether output to a terminal has colors.
pub(crate) fn allows_color() -> bool {
    var_os("NO_COLOR").is_none_or(|value| value.is_empty()) && allows_escapes()
}

/// Whether the terminal knows escape sequences.
pub(crate) fn allows_escapes() -> bool {
    knows_escapes(var_os("TERM"))
}

/// On Windows, terminals have no `TERM`.
fn knows_escapes(terminal: Option<OsString>) -> bool {
    terminal.map_or(cfg!(windows), |terminal| terminal != "dumb")
}

/// The longest bar of a histogram that fits into a line of the terminal, behind its two numbers.
pub(crate) fn bar_width() -> usize {
    const NUMBERS: usize = 26;
    columns().max(NUMBERS + 10) - NUMBERS - 1
}

/// The number of characters in a line of the terminal.
pub(crate) fn columns() -> usize {
    let columns = var_os("COLUMNS").and_then(|columns| columns.to_str()?.parse().ok());
    columns.unwrap_or(80_usize).min(200)
}
