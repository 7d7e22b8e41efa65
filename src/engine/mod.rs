//! Reading the data, 64 bytes at a time.
//!
//! The seam to the rest of the crate is [`Plan`]. Below it are four floors; calls only go down:
//!
//! ```text
//! plan, words                            the seam, and that for words
//! scan/    driver, strategy, query       the way through the data
//!          records, visible              the way with quotes, final counts, closing bytes
//!          strings                       many short strings at once
//!          edges                         what segments start and end with
//!          kernels                       what is below, compiled for each instruction set
//!          words                         the loops over words, likewise
//! decide/  batch, block, strings         masks -> exact answers
//!          condition, range, depth       the same for final counts and closing bytes
//! find/    needle, bytes, short, long    bytes -> masks of hits and of resets
//!          quotes, hide                  what quotes remove from them
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
//! **What hides bytes** (a quoted comma is neither hit nor reset) is in [`find::quotes`] and
//! [`find::hide`]. It works on masks, behind the finders: it removes hidden bytes from those of hits
//! and of resets. Strings are looked for again in each run of visible bytes, as a hidden occurrence
//! must not suppress a visible one that overlaps it.
//!
//! Whether a byte is hidden depends on all data before it, so no group can be passed over by its hits
//! alone: the light tests of the driver do not apply. Such questions, those about a final count and
//! those with closing bytes have a way of their own, [`scan::records`], on which all masks are filled
//! in. [`Plan::is_plain`](plan::Plan::is_plain) says which way a question takes. A place in the data at
//! which reading begins comes with the state of the quotes there ([`Place`]).

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

pub(crate) use decide::condition::{Goal, Stretch};
pub(crate) use find::needle::Needle;
pub(crate) use find::quotes::{QuoteRule, QuoteState, Quotes};
pub(crate) use isa::Backend;
pub(crate) use plan::{Plan, Question};
pub(crate) use scan::edges::Edge;
pub(crate) use scan::query::{OpenSegment, Sink};
pub(crate) use scan::records::{Place, Run};
pub(crate) use scan::strings::MAX_LEN as MAX_STRINGS_LEN;
pub(crate) use words::{Batch, Before, Bucket, Entry, Key, SHORT, Seed, WordPlan};
