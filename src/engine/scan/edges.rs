//! Which segments start, or end, with the needle.
//!
//! A segment is its bytes, without the reset bytes around it. It starts with a string as Python's
//! `startswith` has it, and with a set if its first byte is in it; whether [`count`] would count
//! that occurrence does not matter ("...." ends with "...", though the only hit is the first one).
//! White space at the edge may be left out first, one separator of a rule for words at a time.
//!
//! ```text
//! data        \t - a . . . \n \n x ... \n
//! resets      .  . . . . . |  |  . ... |
//! segments    |---------|  ||  |-----| ||      the second and the last have no byte
//! ```
//!
//! Resets are found by the kernel of their own finder, a batch of blocks at a time; then a few bytes
//! of each segment are looked at. Cost: that of the kernel, a few steps for each segment, and one
//! for each separator that is left out. With quotes, which hide bytes, the way is that of
//! [`records`](super::records), and a segment that ends with the needle is read once more.
//!
//! **Quotes.** An occurrence with a hidden byte does not count. The needle has no quote and no
//! escape, and the first byte of a segment is not hidden. So the start needs no look at the quotes,
//! if white space that is a quote or an escape is not left out.
//!
//! [`count`]: crate::engine::Plan::count

use super::kernels::Kernels;
use super::visible::{Masks, Visible};
use crate::bytes::{ByteSet, WordRule};
use crate::engine::decide::batch::BLOCKS;
use crate::engine::find::needle::Needle;
use crate::engine::find::space::separator_len;
use crate::engine::isa::block::{BLOCK, GROUP};

/// One of the two edges of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edge {
    Start,
    End,
}

/// What an edge has to be.
#[derive(Clone, Copy)]
pub(in crate::engine) struct Edges<'a> {
    pub(in crate::engine) needle: &'a Needle,
    pub(in crate::engine) edge: Edge,
    /// The white space that is left out.
    pub(in crate::engine) trim: Option<WordRule>,
    /// Bytes that are never left out.
    pub(in crate::engine) kept: ByteSet,
    /// The separators of one byte that may be left out, each as the bit of its number.
    short: u64,
}

impl<'a> Edges<'a> {
    pub(in crate::engine) fn new(
        needle: &'a Needle,
        edge: Edge,
        trim: Option<WordRule>,
        kept: ByteSet,
    ) -> Self {
        let is_short = |&byte: &u8| {
            trim.is_some_and(|rule| separator_len(rule, [0, 0, byte]) == Some(1))
                && !kept.contains(byte)
        };
        let short = (0..=b' ').filter(is_short).fold(0, |short, byte| short | 1 << byte);
        Self { needle, edge, trim, kept, short }
    }

    /// Where the bytes of the needle end, if `segment` has it at its edge.
    #[inline(always)]
    pub(in crate::engine) fn find(&self, segment: &[u8]) -> Option<usize> {
        let Self { needle, edge, trim, .. } = *self;
        let mut rest = segment;
        if let Some(rule) = trim {
            // Most white space is of one byte.
            loop {
                rest = self.without_short(rest);
                let Some(len) = self.longer(rule, rest) else { break };
                rest = match edge {
                    Edge::Start => &rest[len..],
                    Edge::End => &rest[..rest.len() - len],
                };
            }
        }
        let (is_there, len) = match (needle.string(), edge) {
            (Some(string), Edge::Start) => (rest.starts_with(string), string.len()),
            (Some(string), Edge::End) => (rest.ends_with(string), string.len()),
            (None, Edge::Start) => (rest.first().is_some_and(|&byte| self.is_hit(byte)), 1),
            (None, Edge::End) => (rest.last().is_some_and(|&byte| self.is_hit(byte)), 1),
        };
        let end = match edge {
            Edge::Start => segment.len() - rest.len() + len,
            Edge::End => rest.len(),
        };
        is_there.then_some(end)
    }

    #[inline(always)]
    fn is_hit(&self, byte: u8) -> bool {
        self.needle.set().contains(byte)
    }

    #[inline(always)]
    fn is_short(&self, byte: u8) -> bool {
        byte <= b' ' && self.short >> byte & 1 != 0
    }

    #[inline(always)]
    fn without_short<'s>(&self, bytes: &'s [u8]) -> &'s [u8] {
        let is_kept = |&byte: &u8| !self.is_short(byte);
        match self.edge {
            Edge::Start => &bytes[bytes.iter().position(is_kept).unwrap_or(bytes.len())..],
            Edge::End => &bytes[..bytes.iter().rposition(is_kept).map_or(0, |last| last + 1)],
        }
    }

    /// The length of the longer separator at the edge of the bytes, if it may be left out.
    #[inline(always)]
    fn longer(&self, rule: WordRule, bytes: &[u8]) -> Option<usize> {
        let outermost = match self.edge {
            Edge::Start => bytes.first(),
            Edge::End => bytes.last(),
        };
        if outermost?.is_ascii() { None } else { self.not_ascii(rule, bytes) }
    }

    /// The same where it is known not to be ASCII.
    #[cold]
    fn not_ascii(&self, rule: WordRule, bytes: &[u8]) -> Option<usize> {
        let len = match (self.edge, bytes) {
            // The last bytes of a longer one may be those of a shorter one.
            (Edge::Start, &[a, b, ..]) if separator_len(rule, [0, a, b]) == Some(2) => Some(2),
            (Edge::Start, &[a, b, c, ..]) => separator_len(rule, [a, b, c]).filter(|&len| len == 3),
            (Edge::End, &[.., a, b, c]) => separator_len(rule, [a, b, c]),
            (Edge::End, &[a, b]) => separator_len(rule, [0, a, b]),
            (Edge::End, &[a]) => separator_len(rule, [0, 0, a]),
            _ => None,
        }?;
        let separator = match self.edge {
            Edge::Start => &bytes[..len],
            Edge::End => &bytes[bytes.len() - len..],
        };
        (!separator.iter().any(|&byte| self.kept.contains(byte))).then_some(len)
    }
}

/// Passes where each segment of `data` starts and ends to `sink`, in order. No quote hides resets.
#[inline(always)]
pub(in crate::engine) fn each(kernels: &Kernels, data: &[u8], mut sink: impl FnMut(usize, usize)) {
    let Kernels { reset_hits, resets, .. } = kernels;
    let mut masks = [0; BLOCKS];
    let (mut start, mut at) = (0, 0);
    while at < data.len() && !resets.is_never() {
        let len = data.len() - at;
        let end = at + if len < GROUP { len.min(BLOCK) } else { (len / GROUP * GROUP).min(MOST) };
        let masks = &mut masks[..(end - at).div_ceil(BLOCK)];
        // SAFETY: the processor runs this kernel. These are whole groups of the data, with a mask for
        // each block, or 1 to 64 bytes with one.
        unsafe { reset_hits.masks(resets, data, at..end, masks) };
        pass_segments(masks, at, &mut start, &mut sink);
        at = end;
    }
    sink(start, data.len());
}

/// The most bytes of a batch.
const MOST: usize = BLOCKS * BLOCK;

/// [`each`] for data in which quotes hide resets.
pub(in crate::engine) fn each_visible(
    visible: &mut Visible<'_>,
    mut sink: impl FnMut(usize, usize),
) {
    let mut masks = Masks::new();
    let mut start = 0;
    while visible.next(&mut masks) {
        let [_, resets, _] = masks.all();
        pass_segments(resets, masks.at, &mut start, &mut sink);
    }
    sink(start, visible.data.len());
}

/// Passes the segments to `sink` that end in the blocks at `at`, by the masks of their resets.
/// `start` is where the open one starts.
#[inline(always)]
fn pass_segments(masks: &[u64], at: usize, start: &mut usize, sink: &mut impl FnMut(usize, usize)) {
    for (block, &mask) in masks.iter().enumerate() {
        let mut left = mask;
        while left != 0 {
            let reset = at + block * BLOCK + left.trailing_zeros() as usize;
            sink(*start, reset);
            *start = reset + 1;
            left &= left - 1;
        }
    }
}

/// Whether the needle with which the data of `visible` ends is visible. `masks` may have anything.
pub(in crate::engine) fn ends_visibly(visible: &mut Visible<'_>, masks: &mut Masks) -> bool {
    let mut last = 0;
    while visible.next(masks) {
        let [hits, ..] = masks.all();
        last = hits.last().copied().unwrap_or(0);
    }
    let len = visible.data.len();
    match visible.kernels.needle.string() {
        // Its occurrence need not be a hit.
        Some(string) => len - visible.span >= string.len(),
        None => len > 0 && last >> ((len - 1) % BLOCK) & 1 != 0,
    }
}
