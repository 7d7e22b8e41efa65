//! The C interface: what `tally.h` declares, one file for each handle.
//!
//! This is the only place that touches a caller's pointers. `call.rs` holds what all functions
//! share: a function turns its arguments into references through it, which checks them, and writes
//! its results last.
//!
//! The comments of public items become those of the header, and so are written for C. build.rs has
//! the order of the files in the header, and cbindgen.toml the text at its top.

#![allow(
    unsafe_code,
    unreachable_pub,
    non_camel_case_types,
    clippy::doc_markdown,
    clippy::missing_safety_doc,
    reason = "names and comments are those of the C header, which says what callers have to keep to"
)]

mod arrow;
mod ask;
mod call;
mod columns;
mod count_words;
mod counter;
mod files;
mod information;
mod lists;
mod options;
mod status;
mod stream;
mod summary;
mod threads;
mod top;
mod words;

pub use arrow::{ArrowArray, ArrowSchema};
pub use ask::*;
pub use columns::*;
pub use count_words::*;
pub use counter::*;
pub use files::*;
pub use information::*;
pub use lists::*;
pub use options::*;
pub use status::*;
pub use stream::*;
pub use summary::*;
pub use threads::*;
pub use top::*;
pub use words::*;

#[cfg(feature = "inject-panic")]
pub use call::tally_inject_panic;
