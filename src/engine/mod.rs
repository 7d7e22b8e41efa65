//! Reading the data, 64 bytes at a time.
//!
//! The seam to the rest of the crate is [`Plan`]. Below it are four floors; calls only go down:
//!
//! ```text
//! plan, words                            the seam, and that for words
//! scan/    driver, strategy, query       the way through the data, for every question
//!          strings                       many short strings at once
//!          kernels                       what is below, compiled for each instruction set
//!          words                         the loops over words, likewise
//! decide/  batch, block, strings         masks -> exact answers
//! find/    needle, bytes, short, long    bytes -> masks of hits and of resets
//!          passes                        the loops over blocks
//!          space                         bytes -> masks of white space
//! isa/     avx512, avx2, sse2, ...       what an instruction set does with 64 bytes
//! ```
//!
//! **One way through.** The scan ([`scan::driver`]) passes over groups of four blocks with a light
//! test while that proves that no segment can reach the number. Where the test fails, the masks of
//! hits and resets are filled in ([`find::passes::fill`]), one bit for each byte, and decided
//! ([`decide::batch`]).
//!
//! **How a segment that spans blocks is decided** is described in [`decide::block`]: its hits are
//! the tail of one block, all of the next and the lead of the last. The count is carried from one
//! to the next by [`CountLanes::carried`](isa::lanes::CountLanes::carried).
//!
//! **Where something that hides bytes would go** (a quoted comma is neither hit nor reset): into
//! `find/`, as a finder that wraps another one, for hits and for resets alike. It removes hidden
//! bytes from the other's mask; for a string before leftmost occurrences are selected, as a hidden
//! occurrence must not suppress a visible one that overlaps it. Such a needle has no fused pairs.
//!
//! Removing them later, between finding and deciding, breaks an invariant: the bound is exact where
//! there is no reset. Groups that are passed over are never decided, so hidden hits would stay in
//! the bound, which `Scan::look_back` and `Plan::open_count` return as the count. It would also
//! miss what never decides: `Plan::count`, `count_resets` and the shortcut for no resets in
//! `max_count_from`.
//!
//! Whether a byte is hidden depends on all data before it. So the finder's state is part of
//! [`find::finder::Carried`], and has to be known where reading begins in the middle of the data,
//! or goes backwards. These are the places:
//!
//! - `Scan::decide`, `decide_edge` (for the resets) and `Scan::look_back`;
//! - `Find::report`, which numbers segments with `last_reset` and `count_resets`;
//! - `find_segments`, `count_at_end`, `last_hit` and `open_count` of [`Plan`];
//! - outside the engine, `Counter::find_each`, which begins at a `first_reset`; and `Cursor` and
//!   `Partial` in `chunk/`, which carry the state from chunk to chunk, and have to merge it.

#![allow(unsafe_code, reason = "vector instructions, and loads whose bounds have been checked")]
#![allow(clippy::cast_ptr_alignment, reason = "only unaligned loads are used on such pointers")]
#![allow(clippy::wildcard_imports, reason = "the names of intrinsics say what they are")]
#![allow(clippy::manual_ilog2, reason = "ilog2 checks for 0")]
#![allow(clippy::many_single_char_names, reason = "the four registers of a block are a to d")]

mod decide;
mod find;
mod isa;
mod plan;
mod scan;
mod words;

pub(crate) use find::needle::Needle;
pub(crate) use isa::Backend;
pub(crate) use plan::Plan;
pub(crate) use scan::query::OpenSegment;
pub(crate) use scan::strings::MAX_LEN as MAX_STRINGS_LEN;
pub(crate) use words::{Batch, Before, Bucket, Entry, Key, SHORT, Seed, WordPlan};
