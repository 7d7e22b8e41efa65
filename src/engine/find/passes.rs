//! The loops over blocks, written once for every finder.
//!
//! Each is inlined into a kernel, a function compiled for an instruction set, which has all
//! registers for this one loop. Long data is read in groups of four blocks that begin at an aligned
//! place; what is before them and behind them is read block by block.

use std::mem::MaybeUninit;

use super::bytes::ByteFinder;
use super::finder::{Carried, Finder};
use crate::engine::isa::block::{BLOCK, Block, GROUP, GROUP_BLOCKS, Hits};
use crate::engine::isa::prefetch::prefetch;

/// How far a pass over the data has come. (Two numbers, which are returned in registers.)
#[derive(Clone, Copy, Debug)]
pub(crate) struct Passed {
    /// The offset of the next byte.
    pub(crate) at: usize,
    /// At least the count of the segment that is open there.
    pub(crate) bound: u64,
}

/// From this length on, data comes from memory, or from a cache that is nearly as slow.
pub(crate) const FAR: usize = 8 << 20;

/// The pages across whose ends the processor does not prefetch by itself.
const PAGE: usize = 4 << 10;

/// The longest data that may come from the second-level cache.
const NEAR: usize = 1 << 20;

/// How far ahead the lines of such data are prefetched.
const AHEAD: usize = 2 << 10;

/// Prefetches for a loop that is at the group at `at`.
///
/// **Data that is far away**: the first group of the next page, at the first group of each. After these
/// lines, the processor prefetches the rest of the page by itself. To prefetch everything fills the queues
/// of the first-level cache. Counting a byte in a loop like that of [`count_groups`] with AVX2, Zen 4, GB/s:
///
/// | size    | nothing | every group, 2 KiB ahead | the first group of every page, a page ahead |
/// |---------|---------|--------------------------|---------------------------------------------|
/// | 1 MiB   | 80      | 87                       | 74                                          |
/// | 4 MiB   | 89      | 91                       | 77                                          |
/// | 16 MiB  | 39      | 36                       | 44                                          |
/// | 256 MiB | 21      | 16                       | 26                                          |
///
/// Two pages ahead, passing by hits is 10 % faster in 256 MiB, but 5 to 16 % slower in 16 MiB, and slower
/// loops are up to 24 % slower.
///
/// **Data from the length `near` on, up to [`NEAR`]**: every group, [`AHEAD`] bytes ahead. In most loops,
/// what the processor prefetches by itself is enough, and they are up to 10 % slower with this; `near` is
/// then [`FAR`] or more. `cargo bench --bench ratios -- cache2`, Zen 4, GB/s:
///
/// | size    | by resets, AVX-512: without | with | by resets, AVX2: without | with | by hits, SSE2: without | with |
/// |---------|-----------------------------|------|--------------------------|------|------------------------|------|
/// | 256 KiB | 78                          | 84   | 63                       | 62   | 74                     | 74   |
/// | 768 KiB | 72                          | 78   | 59                       | 61   | 68                     | 72   |
/// | 1 MiB   | 69                          | 74   | 58                       | 60   | 66                     | 71   |
/// | 4 MiB   | 76                          | 69   | 61                       | 60   | 72                     | 69   |
#[inline(always)]
pub(crate) fn prefetch_ahead<B: Block>(data: &[u8], at: usize, near: usize) {
    let start = data.as_ptr().wrapping_add(at);
    if !B::PREFETCHES || data.len() < near.min(FAR) {
        return;
    }
    let ahead = match data.len() {
        ..=NEAR => AHEAD,
        FAR.. if start.addr() % PAGE < GROUP => PAGE,
        _ => return,
    };
    for block in 0..GROUP_BLOCKS {
        prefetch(start.wrapping_add(ahead + block * BLOCK));
    }
}

/// From this length on, aligned loads save more time than the extra block at the edge costs.
const ALIGN_FROM: usize = 4 * GROUP;

/// The first place at or behind `from` at which to begin with whole groups.
#[inline(always)]
pub(crate) fn aligned(data: &[u8], from: usize) -> usize {
    if data.len() - from >= ALIGN_FROM {
        from + data.as_ptr().addr().wrapping_add(from).wrapping_neg() % BLOCK
    } else {
        from
    }
}

/// Less data than this is counted by [`count_short`], wherever it begins. `cargo bench --bench ratios --
/// sizes`, Zen 4: 1 KiB takes 7.1 instead of 9.3 ns. 2 KiB at a place that is not aligned take as long
/// as in groups.
pub(crate) const SHORT: usize = 2 << 10;

/// How often bytes occur from `at` on. Two blocks in each turn: `cargo bench --bench ratios -- sizes`,
/// Zen 4: 700 bytes in 6.3 instead of 6.8 ns. With four, 65 bytes take 3.6 instead of 3.3 ns.
///
/// # Safety
///
/// The processor has the instructions of `B`; these are the hits of bytes; `at` is in the data, or
/// at its end, and less than [`SHORT`] bytes follow.
#[inline(always)]
pub(crate) unsafe fn count_short<B: Block, F: Finder>(
    finder: &F,
    data: &[u8],
    mut at: usize,
) -> u64 {
    const { assert!(F::Hits::<B>::MAX_ADDS >= (SHORT - 1) / BLOCK, "they fit into one sum") }
    let (len, none) = (data.len(), &mut Carried::default());
    let mut total = 0;
    // SAFETY: the caller vouches for the processor; the blocks are inside the data, and need nothing
    // before them. What is left are less than 64 bytes.
    unsafe {
        if len - at >= BLOCK {
            let mut sum = F::Hits::<B>::no_hits();
            while len - at >= 2 * BLOCK {
                sum = finder.at::<B>(data, at, none).add(sum);
                sum = finder.at::<B>(data, at + BLOCK, none).add(sum);
                at += 2 * BLOCK;
            }
            if len - at >= BLOCK {
                sum = finder.at::<B>(data, at, none).add(sum);
                at += BLOCK;
            }
            total = F::Hits::<B>::total(sum);
        }
        if at < len {
            total += u64::from(finder.at_edge::<B>(data, at..len, none).count_ones());
        }
    }
    total
}

/// How often the needle occurs in the groups from `at` on; and the place behind them.
///
/// # Safety
///
/// The processor has the instructions of `B`; `at` is in the data, or at its end, with the lookback of
/// the needle before it.
#[inline(always)]
pub(crate) unsafe fn count_groups<B: Block, F: Finder>(
    finder: &F,
    data: &[u8],
    mut at: usize,
    carried: &mut Carried,
) -> (u64, usize) {
    /// Two, so that no addition waits for the one before.
    const SUMS: usize = 2;
    let len = data.len();
    let mut total = 0;
    while len - at >= GROUP {
        let most = F::Hits::<B>::MAX_ADDS / (GROUP_BLOCKS / SUMS);
        let groups = ((len - at) / GROUP).min(most);
        // SAFETY: the caller vouches for the processor; the groups are inside the data, and the
        // lookback is before `at`.
        unsafe {
            let mut sums = [F::Hits::<B>::no_hits(); SUMS];
            for group in 0..groups {
                let at = at + group * GROUP;
                prefetch_ahead::<B>(data, at, FAR);
                for block in 0..GROUP_BLOCKS {
                    let sum = &mut sums[block % SUMS];
                    *sum = finder.at::<B>(data, at + block * BLOCK, carried).add(*sum);
                }
            }
            for sum in sums {
                total += F::Hits::<B>::total(sum);
            }
        }
        at += groups * GROUP;
    }
    (total, at)
}

/// Where [`pass_blocks`] stopped. (Two numbers, which are returned in registers.)
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stop {
    /// The offset of a block; if there is none, the end of the data or what was asked for behind it.
    pub(crate) at: usize,
    /// The hits of that block.
    pub(crate) hits: u64,
}

/// Passes over the data from `at` on, block by block, while all hits are fewer than `room`. Where they
/// would not be, it stops; `carried` is then that behind this block, but has the number of hits before
/// it.
///
/// # Safety
///
/// The processor has the instructions of `B`.
#[inline(always)]
pub(crate) unsafe fn pass_blocks<B: Block, F: Finder>(
    finder: &F,
    data: &[u8],
    mut at: usize,
    carried: &mut Carried,
    room: u64,
) -> Stop {
    let len = data.len();
    carried.number = 0;
    while at < len {
        let (end, higher);
        // SAFETY: the caller vouches for the processor. The block is inside the data, and bytes have
        // no lookback; or these are 1 to 64 bytes of the data.
        unsafe {
            if F::IS_OF_BYTES && len - at >= BLOCK {
                end = at + BLOCK;
                let hits = finder.at::<B>(data, at, carried);
                higher = carried.number + hits.number();
                if higher >= room {
                    return Stop { at, hits: hits.mask() };
                }
            } else {
                end = len.min(at + BLOCK);
                let hits = finder.at_edge::<B>(data, at..end, carried);
                higher = carried.number + u64::from(hits.count_ones());
                if higher >= room {
                    return Stop { at, hits };
                }
            }
        }
        (at, carried.number) = (end, higher);
    }
    Stop { at, hits: 0 }
}

/// Writes the masks of the blocks from `at` on: one for each slot in `masks`, which are whole
/// groups.
///
/// # Safety
///
/// The processor has the instructions of `B`; the blocks are in `data`, with the lookback of the
/// needle before them.
#[inline(always)]
pub(crate) unsafe fn fill<B: Block, F: Finder>(
    finder: &F,
    data: &[u8],
    at: usize,
    carried: &mut Carried,
    masks: &mut [MaybeUninit<u64>],
) {
    // What is read again at once should be written as a whole.
    let in_parts = masks.len() > GROUP_BLOCKS;
    for (group, masks) in masks.chunks_exact_mut(GROUP_BLOCKS).enumerate() {
        let at = at + group * GROUP;
        prefetch_ahead::<B>(data, at, FAR);
        for (block, mask) in masks.iter_mut().enumerate() {
            // SAFETY: the caller's promise.
            let hits = unsafe { finder.at::<B>(data, at + block * BLOCK, carried) };
            if in_parts {
                hits.write(mask);
            } else {
                mask.write(hits.mask());
            }
        }
    }
}

/// Passes over groups that start no later than at `last` while the bound, raised by all their hits,
/// stays below `threshold`: then no segment reaches it, wherever the resets are. Returns the place
/// where it stopped: behind `last`, or at the first group for which that did not hold.
///
/// # Safety
///
/// As [`fill`], for the groups up to `last`.
#[inline(always)]
pub(crate) unsafe fn pass_by_hits<B: Block, F: Finder>(
    finder: &F,
    data: &[u8],
    carried: &mut Carried,
    Passed { mut at, mut bound }: Passed,
    last: usize,
    threshold: u64,
) -> Passed {
    while at <= last {
        let mut next = *carried;
        // SAFETY: the caller's promise.
        let higher = bound
            + unsafe {
                prefetch_ahead::<B>(data, at, B::NEAR_BY_HITS);
                let mut sum = F::Hits::<B>::no_hits();
                for block in 0..GROUP_BLOCKS {
                    sum = finder.at::<B>(data, at + block * BLOCK, &mut next).add(sum);
                }
                F::Hits::<B>::total(sum)
            };
        if higher >= threshold {
            break;
        }
        bound = higher;
        *carried = next;
        at += GROUP;
    }
    Passed { at, bound }
}

/// Passes over groups as [`pass_by_hits`], but looks at the resets too: behind one or two blocks with
/// a reset, as `BLOCKS` says, the bound is the number of their hits.
///
/// ```text
/// threshold 9, bound 3; hits in four blocks: 2, 4, 1, 1; a reset in the first and in the last
/// two by two: 3 + 6 = 9                                                        fails
/// one by one: 3 + 2 = 5; behind its reset 2; 2 + 4 = 6; 6 + 1 = 7; 7 + 1 = 8   passes, bound 1
/// ```
///
/// # Safety
///
/// As [`fill`], for the groups up to `last`.
#[inline(always)]
pub(crate) unsafe fn pass_by_resets<B: Block, F: ByteFinder, R: ByteFinder, const BLOCKS: usize>(
    finder: &F,
    resets: &R,
    data: &[u8],
    Passed { mut at, mut bound }: Passed,
    last: usize,
    threshold: u64,
) -> Passed {
    const { assert!(GROUP_BLOCKS % BLOCKS == 0, "all blocks of a group are looked at") };
    while at <= last {
        let mut highest = 0;
        let mut behind = bound;
        prefetch_ahead::<B>(data, at, B::NEAR_BY_RESETS);
        for first in (0..GROUP_BLOCKS).step_by(BLOCKS) {
            // SAFETY: the caller's promise.
            let (hits, has_reset) = unsafe {
                let start = data.as_ptr().add(at + first * BLOCK);
                let mut hits = B::Hits::no_hits();
                for block in 0..BLOCKS {
                    hits = finder.in_block(B::load(start.add(block * BLOCK))).add(hits);
                }
                let mut has_reset = resets.in_block(B::load(start));
                for block in 1..BLOCKS {
                    let other = resets.in_block(B::load(start.add(block * BLOCK)));
                    has_reset = has_reset.or(other);
                }
                (B::Hits::total(hits), has_reset.any())
            };
            highest = highest.max(behind + hits);
            // Whether there is a reset cannot be predicted, so no branch is taken on it.
            behind = hits + (behind & u64::from(has_reset).wrapping_sub(1));
        }
        if highest >= threshold {
            break;
        }
        bound = behind;
        at += GROUP;
    }
    Passed { at, bound }
}

/// The offset of the last of these bytes in `data[from..]`. Not for strings: nothing is carried from one
/// block to the next.
///
/// # Safety
///
/// The processor has the instructions of `B`, and `from <= data.len()`.
#[inline(always)]
pub(crate) unsafe fn last<B: Block, R: Finder>(
    resets: &R,
    data: &[u8],
    from: usize,
) -> Option<usize> {
    let mut to = data.len();
    while to > from {
        let at = from.max(to.saturating_sub(BLOCK));
        // SAFETY: the caller vouches for the processor; these are at most 64 bytes of the data.
        let mask = unsafe { resets.at_edge::<B>(&data[..to], at..to, &mut Carried::default()) };
        if mask != 0 {
            return Some(at + 63 - mask.leading_zeros() as usize);
        }
        to = at;
    }
    None
}
