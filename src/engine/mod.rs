//! Reading the data, 64 bytes at a time.
//!
//! The seam to the rest of the crate is [`Plan`]. Below it, floor by floor; calls go down alone:
//!
//! ```text
//! plan                                   the seam
//! scan/    driver, strategy, query       the way through the data, for every question
//!          kernels                       what is below, compiled for each instruction set
//! decide/  batch, block                  masks -> exact answers
//! find/    needle, bytes, short, long    bytes -> masks of hits and of resets
//!          passes                        the loops over blocks
//! isa/     avx512, avx2, sse2, ...       what an instruction set does with 64 bytes
//! ```
//!
//! **One way through.** The scan ([`scan::driver`]) passes over groups of four blocks with a light
//! test as long as that proves that no segment can reach the number. Where it fails, masks are
//! filled in ([`find::passes::fill`]), one bit for each byte, for hits and for resets; and decided
//! ([`decide::batch`]).
//!
//! **How a segment that spans blocks is decided** stands in [`decide::block`]: its hits are the
//! tail of one block, all of the next and the lead of the last, and a count carried between them.
//!
//! **Where something that hides bytes would go** (a quoted comma is neither hit nor reset): it is a
//! third mask, which is taken away from the other two between filling and deciding, where
//! [`scan::driver`] says `MODIFIERS`: for a batch, and for less than a block. `Hits` stays right, as
//! hiding hits only lowers counts. `Pairs` and looking back do not: a hidden reset ends no segment.
//! So a plan with a modifier has no kernel for pairs, and looks back with the mask.

#![allow(unsafe_code, reason = "vector instructions, and loads that the bounds were checked for")]
#![allow(clippy::cast_ptr_alignment, reason = "only unaligned loads are used on such pointers")]
#![allow(clippy::wildcard_imports, reason = "the names of intrinsics say what they are")]
#![allow(clippy::manual_ilog2, reason = "ilog2 checks for 0")]
#![allow(clippy::many_single_char_names, reason = "the four registers of a block are a to d")]

mod decide;
mod find;
mod isa;
mod plan;
mod scan;

pub(crate) use find::needle::Needle;
pub(crate) use isa::Backend;
pub(crate) use plan::Plan;
pub(crate) use scan::query::OpenSegment;
