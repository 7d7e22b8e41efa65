//! The C interface: what `tally.h` declares, one file for each handle.
//!
//! This is the only place that touches a caller's pointers. `call.rs` holds the rules that all
//! functions share: a function checks its arguments through it, works on references, and writes
//! its results last.
//!
//! The comments here are the header's: they are written for C.

#![allow(
    unsafe_code,
    unreachable_pub,
    non_camel_case_types,
    clippy::doc_markdown,
    clippy::missing_safety_doc,
    reason = "this is C's side: its names, and its comments say what a caller must keep to"
)]

mod call;
mod counter;
mod files;
mod information;
mod lists;
mod options;
mod status;
mod stream;
mod summary;
mod threads;

pub use counter::*;
pub use files::*;
pub use information::*;
pub use lists::*;
pub use options::*;
pub use status::*;
pub use stream::*;
pub use summary::*;
pub use threads::*;

#[cfg(feature = "inject-panic")]
pub use call::tally_inject_panic;
