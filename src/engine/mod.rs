//! Reading the data, 64 bytes at a time.
//!
//! The seam to the rest of the crate is [`Plan`], and for words [`WordPlan`]. Below are four
//! floors; calls only go down:
//!
//! ```text
//! plan                                   the seam
//! words                                  that for words, with its kernels
//! scan/    driver, strategy, query       the way through the data
//!          records, visible              the way with quotes, final counts, closing bytes
//!          strings                       many short strings at once
//!          edges                         what segments start and end with
//!          kernels                       what is below, compiled for each instruction set
//!          words                         the loops over words
//! decide/  batch, block, strings         masks -> exact answers
//!          condition, range, depth       the same for final counts and closing bytes
//! find/    needle, bytes, short, long    bytes -> masks of hits and of resets
//!          both, kinds                   bytes -> masks of both, or of several kinds, at once
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
//! **How a segment that spans blocks is decided.** Its hits are those from the last reset of one
//! block on (the *tail*), all of the next, and those before the first reset of the last (the
//! *lead*). So of each block, its lead, its tail and whether it has a reset are enough. Carried
//! from block to block is the count of the segment that is open: lead is added to it, and a reset
//! replaces it by tail.
//!
//! ```text
//!                block 0            block 1            block 2          (of 8 bytes here)
//! hits           . x . . x x . .    . . x . . . . .    x . . x . . x .
//! resets         . . . | . . . .    . . . . . . . .    . . . . | . . .
//! lead, tail     1, 2               1, none            2, 1
//! count          0 + 1, ends        2 + 1, goes on     3 + 2, ends
//! open behind    2                  3                  1
//! ```
//!
//! The segment that spans all three has 5 hits, which are compared with the number at the reset of
//! block 2. [`decide::block`] has the parts of a block and the segments that lie inside it;
//! [`decide::batch`] does this for many blocks side by side, with
//! [`CountLanes::carried`](isa::lanes::CountLanes::carried).
//!
//! **Where bytes are hidden** (a quoted comma is neither hit nor reset). What hides bytes works on
//! masks, between finding and deciding: [`scan::visible`] fills in the masks of hits, resets and
//! quotes, has [`find::hide`] remove what is hidden from the first two, and hands them on. Neither
//! the finders nor `decide` know of it. [`find::quotes`] has the rules. Strings are looked for once
//! more, in each span of visible bytes, as a hidden occurrence must not suppress a visible one that
//! overlaps it.
//!
//! Whether a byte is hidden depends on all quotes before it. So no group can be passed over by its
//! hits alone, as the state behind it would not be known: the light tests of the driver do not
//! apply. Such questions, those about a final count and those with closing bytes have a way of
//! their own, [`scan::records`], on which all masks are filled in.
//! [`Plan::is_plain`](plan::Plan::is_plain) says which way a question takes. Where reading begins
//! in the middle of a text, the state of the quotes comes with the place ([`Place`]).
//!
//! Another modifier that hides bytes goes where the quotes are:
//!
//! - its rule in `find`, which makes a mask of the hidden bytes and the state behind the block;
//! - in [`scan::visible`], the kernel for its bytes, the call of the rule, and what [`Marking`]
//!   says of quotes: others ask no more than that, and `hides_bytes` makes the question not plain;
//! - its state in one type with [`QuoteState`]: the compiler then finds all that carry it, such as
//!   [`Place`] and [`Run`].
//!
//! Nothing in `decide` changes.
//!
//! [`Marking`]: scan::visible::Marking

#![allow(unsafe_code, reason = "vector instructions, and loads whose bounds have been checked")]
#![allow(clippy::manual_ilog2, reason = "ilog2 checks for 0")]
#![allow(clippy::wildcard_imports, reason = "the names of intrinsics say what they are")]

mod decide;
mod find;
mod isa;
mod plan;
mod scan;
mod words;

pub(crate) use decide::condition::{Criterion, Stretch};
pub(crate) use find::needle::Needle;
pub(crate) use find::quotes::{QuoteRule, QuoteState, Quotes};
pub(crate) use isa::Backend;
pub(crate) use plan::{Plan, Question};
pub(crate) use scan::edges::Edge;
pub(crate) use scan::query::{OpenSegment, Sink};
pub(crate) use scan::records::{Place, Run};
pub(crate) use scan::strings::MAX_LEN as MAX_STRINGS_LEN;
pub(crate) use words::{Batch, Before, Bucket, Entry, Key, SHORT, Seed, WordPlan};
