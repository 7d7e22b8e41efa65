//! From bytes to masks: where the hits are, and where the resets.
//!
//! A [`Finder`](finder::Finder) is one kind of needle: it compares the 64 bytes of a block and
//! returns a bit for each byte that completes a hit. Resets are a needle too, of single bytes. Which
//! finder made a mask makes no difference to what follows.
//!
//! - [`needle`]: the needle as a counter keeps it, in one of several forms, each with its finder;
//! - [`bytes`]: finders of single bytes; `kinds`: of several sets of them in one pass; `both`: of hits
//!   and a reset in one pass;
//! - [`short`]: of strings of up to 16 bytes; [`overlap`]: which of their occurrences count, where
//!   these can overlap; [`long`]: of longer strings;
//! - [`quotes`]: what quotes hide in a block; [`hide`]: in many blocks at once;
//! - [`passes`]: the loops over blocks that are written for every finder: counting, filling in
//!   masks, searching, and the two tests that pass over data;
//! - [`space`]: white space between words, in its ASCII and its Unicode sense.

#[cfg(has_avx512)]
pub(super) mod both;
pub(super) mod bytes;
pub(super) mod finder;
pub(super) mod hide;
#[cfg(has_avx512)]
pub(super) mod kinds;
pub(super) mod long;
pub(super) mod needle;
mod overlap;
pub(super) mod passes;
pub(super) mod quotes;
pub(super) mod short;
pub(super) mod space;
