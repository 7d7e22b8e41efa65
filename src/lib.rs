//! Does this character occur at least N times, in any word, in any line, or in the whole text?
//!
//! tally answers that at the speed of memory, and reads no more than it must. Around the question
//! it answers its neighbours: where, how often, the most in one line, how many lines.
//!
//! - [`Counter`] is the question; its methods answer it for data in memory.
//! - [`What`] is counted, and a [`Reset`] says where counting starts again.
//! - [`Match`] is a place found.
//! - [`Stream`] answers for data that comes in chunks, or from a file.
//! - [`Summary`] counts everything on one way through the data; those of parts can be merged, and
//!   travel between processes and machines.
//!
//! Data is bytes, and any bytes are answered for; text in UTF-8 needs no decoding.
//!
//! The same is offered to C by `tally.h`.
//!
//! The environment variable `TALLY_BACKEND` forces the instruction set used (see [`backend`]), for
//! tests and bug reports.

mod counter;
mod edge;
mod engine;
mod error;
mod parallel;
mod read;
mod stream;
mod summary;

#[doc(hidden)]
pub mod capi;

pub use counter::{ByteSet, Counter, Match, Matches, Reset, What};
pub use error::Error;
pub use read::{ReadError, ReadOptions};
pub use stream::Stream;
pub use summary::{Summary, Totals};

/// The instruction set in use: `"avx512"`, `"avx2"`, `"sse2"`, `"neon"` or `"portable"`.
///
/// It is chosen at the first use of the library, for the life of the process: the one that the
/// environment variable `TALLY_BACKEND` names, if this processor has it, or else the fastest that
/// it has.
#[must_use]
pub fn backend() -> &'static str {
    engine::Backend::chosen().name().to_str().unwrap_or_default()
}

/// The names of the backends that this processor has. Not part of the stable interface.
#[doc(hidden)]
pub fn backends() -> impl Iterator<Item = &'static str> {
    let here = |name: &&str| engine::Backend::named(name).is_some();
    engine::Backend::NAMES.into_iter().filter(here)
}

/// The README's Rust code compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
