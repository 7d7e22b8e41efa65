//! Does this character occur at least N times, in any word, in any line, or in the whole text?
//!
//! tally answers this for arbitrary bytes, at memory speed, and stops at the first match. It also
//! answers the related questions: where, how many, the most in any line, how many lines.
//!
//! - [`Counter`] is the question, for data in memory. [`CounterOptions`] has all its options.
//! - [`Needle`] is what is counted, and a [`Reset`] says where counting restarts.
//! - [`Match`] is a segment that matches, and where.
//! - [`Stream`] answers for data in chunks or files, up to the first match or for each.
//! - [`Summary`] counts everything in one pass; summaries of parts can be merged, and saved for
//!   other processes and machines.
//! - [`Column`] is many strings, which are answered in one call; so are many [`Question`]s.
//! - [`count_words`] and [`WordCounter`] count words; [`Words`] counts how often each occurs,
//!   and [`TopWords`] the most frequent ones, approximately and in fixed memory.
//!
//! Data is bytes, and any bytes have an answer; UTF-8 text needs no decoding. `tally.h` offers the
//! same to C.
//!
//! The environment variable `TALLY_BACKEND` forces an instruction set (see [`backend`]), for tests
//! and bug reports.

// Each module calls only those below it in this list; `tests/floors.rs` checks it.

#[doc(hidden)]
pub mod capi;

mod stream;
mod summary;
mod words;

mod columns;

mod counter;
mod parallel;

mod chunk;
mod io;

mod engine;

mod bytes;
mod error;
#[doc(hidden)]
pub mod fault;
mod sys;

pub use bytes::{ByteSet, Condition, Match, WordRule};
pub use chunk::Totals;
pub use columns::{Column, Key, Offset, Question, Validity};
pub use counter::{Counter, CounterOptions, Matches, Needle, Quotes, Reset};
pub use error::Error;
pub use io::{ReadError, ReadOptions};
pub use stream::Stream;
pub use summary::Summary;
pub use words::{TopWord, TopWords, Word, WordCounter, Words, WordsOptions, count_words};

/// The widest instruction set in use: `"avx512"`, `"avx2"`, `"sse2"`, `"neon"` or `"portable"`.
///
/// It is chosen when the library is loaded or first used, for the life of the process: the one that
/// the environment variable `TALLY_BACKEND` names, if this processor has it; otherwise the fastest
/// way on this processor, which may mix instruction sets.
#[must_use]
pub fn backend() -> &'static str {
    engine::Backend::chosen().name().to_str().unwrap_or_default()
}

/// The names by which this processor's backends can be forced. Not part of the stable interface.
#[doc(hidden)]
pub fn backends() -> impl Iterator<Item = &'static str> {
    engine::Backend::all().map(|(name, _)| name)
}

/// The README's Rust code compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
