//! The kernels of a backend: [`scan`](super::scan) made for each kind of pattern, compiled for the
//! backend's instructions, and picked once for a counter.

use super::batch::Batch;
use super::block::Block;
use super::goal::{Goal, Seen};
use super::pattern::{
    Alone, AnyOf, Ascii, Byte, Needle, Never, Overlapping, Pattern, Short, String,
};
use super::scan::Scan;

/// An instruction set, with the ways through the data compiled for it; [`backend!`] writes them.
/// Each loop is a function of its own, so that it has the registers for itself.
///
/// # Safety
///
/// Each function needs what the function of the same name in [`scan`](super::scan), or the method
/// of its first argument, needs; [`fill_and_take`](Self::fill_and_take) what [`Scan::fill`] does.
pub(super) trait Backend: Block {
    /// Whether data that hurts is gone through in columns at once, or decided in batches until the
    /// backend [prefers](Self::prefers_columns) columns.
    const COLUMNS_FIRST: bool = true;

    /// Whether columns are faster, for this number and data in which so many rows of a batch took a
    /// look [inside](super::batch::Outcome) blocks.
    fn prefers_columns(_number: u64, _looked_inside: u32) -> bool {
        false
    }

    unsafe fn scan<W: Pattern, R: Pattern>(what: &W, reset: &R, data: &[u8], goal: &mut Goal<'_>);
    unsafe fn scan_long<W: Pattern, R: Pattern>(
        what: &W,
        reset: &R,
        data: &[u8],
        goal: &mut Goal<'_>,
    );
    unsafe fn pass_by_hits<W: Pattern, R: Pattern>(
        scan: &mut Scan<'_, W, R>,
        last: usize,
        threshold: u64,
    ) -> bool;
    unsafe fn pass_by_pairs<W: Pattern, R: Pattern>(
        scan: &mut Scan<'_, W, R>,
        last: usize,
        threshold: u64,
    ) -> bool;

    /// None where there are no columns, for now.
    #[inline(always)]
    unsafe fn pass_by_columns<W: Pattern, R: Pattern>(
        _scan: &mut Scan<'_, W, R>,
        _last: usize,
        _goal: &mut Goal<'_>,
    ) -> Option<bool> {
        None
    }

    unsafe fn fill<W: Pattern, R: Pattern>(
        scan: &mut Scan<'_, W, R>,
        last: usize,
        batch: &mut Batch,
    );

    /// [`Scan::fill`] for `next`, and [`Goal::take_batch`] for `batch`, which ends where `next`
    /// begins, and begins where the exact count is known; in this order, or together.
    #[inline(always)]
    unsafe fn fill_and_take<W: Pattern, R: Pattern>(
        scan: &mut Scan<'_, W, R>,
        last: usize,
        next: &mut Batch,
        batch: &Batch,
        goal: &mut Goal<'_>,
    ) -> Option<u64> {
        // SAFETY: the caller's promise is the same.
        unsafe {
            Self::fill(scan, last, next);
            Self::take_batch(goal, batch, scan.exact_count())
        }
    }

    unsafe fn look_back<W: Pattern, R: Pattern>(scan: &Scan<'_, W, R>, at: usize) -> u64;
    unsafe fn take_batch(goal: &mut Goal<'_>, batch: &Batch, carry: u64) -> Option<u64>;
    unsafe fn take_block(goal: &mut Goal<'_>, seen: &Seen) -> Option<u64>;
    unsafe fn count<W: Pattern>(what: &W, data: &[u8]) -> u64;
    unsafe fn first<R: Pattern>(reset: &R, data: &[u8], from: usize) -> Option<usize>;
    unsafe fn last<R: Pattern>(reset: &R, data: &[u8]) -> Option<usize>;
}

/// Makes a [`Block`] a [`Backend`]: compiles [`scan`](super::scan) with the target features
/// named. It goes through columns of the kind named, or has the methods in braces.
macro_rules! backend {
    ($block:ty, $features:literal, columns: $column:ty) => {
        backend!($block, $features, {
            #[target_feature(enable = $features)]
            #[inline(never)]
            unsafe fn pass_by_columns<W: Pattern, R: Pattern>(
                scan: &mut scan::Scan<'_, W, R>,
                last: usize,
                goal: &mut Goal<'_>,
            ) -> Option<bool> {
                // SAFETY: the caller's promise is the same.
                unsafe { scan.pass_by_columns::<Self, $column>(last, goal, <$column>::ROWS) }
            }
        });
    };
    ($block:ty $(, $features:literal)? $(, { $($method:item)* })?) => {
        impl crate::engine::kernels::Backend for $block {
            $($($method)*)?

            $(#[target_feature(enable = $features)])?
            unsafe fn scan<W: Pattern, R: Pattern>(
                what: &W,
                reset: &R,
                data: &[u8],
                goal: &mut Goal<'_>,
            ) {
                // SAFETY: the caller's promise is the same.
                unsafe { scan::scan::<Self, W, R>(what, reset, data, goal) }
            }

            $(#[target_feature(enable = $features)])?
            #[inline(never)]
            unsafe fn scan_long<W: Pattern, R: Pattern>(
                what: &W,
                reset: &R,
                data: &[u8],
                goal: &mut Goal<'_>,
            ) {
                // SAFETY: the caller's promise is the same.
                unsafe { scan::scan_long::<Self, W, R>(what, reset, data, goal) }
            }

            $(#[target_feature(enable = $features)])?
            #[inline(never)]
            unsafe fn pass_by_hits<W: Pattern, R: Pattern>(
                scan: &mut scan::Scan<'_, W, R>,
                last: usize,
                threshold: u64,
            ) -> bool {
                // SAFETY: the caller's promise is the same.
                unsafe { scan.pass_by_hits::<Self>(last, threshold) }
            }

            $(#[target_feature(enable = $features)])?
            #[inline(never)]
            unsafe fn pass_by_pairs<W: Pattern, R: Pattern>(
                scan: &mut scan::Scan<'_, W, R>,
                last: usize,
                threshold: u64,
            ) -> bool {
                // SAFETY: the caller's promise is the same.
                unsafe { scan.pass_by_pairs::<Self>(last, threshold) }
            }

            $(#[target_feature(enable = $features)])?
            #[inline(never)]
            unsafe fn fill<W: Pattern, R: Pattern>(
                scan: &mut scan::Scan<'_, W, R>,
                last: usize,
                batch: &mut crate::engine::batch::Batch,
            ) {
                // SAFETY: the caller's promise is the same.
                unsafe { scan.fill::<Self>(last, batch) }
            }

            $(#[target_feature(enable = $features)])?
            #[inline(never)]
            unsafe fn look_back<W: Pattern, R: Pattern>(
                scan: &scan::Scan<'_, W, R>,
                at: usize,
            ) -> u64 {
                // SAFETY: the caller's promise is the same.
                unsafe { scan.look_back::<Self>(at) }
            }

            $(#[target_feature(enable = $features)])?
            #[inline(never)]
            unsafe fn take_batch(
                goal: &mut Goal<'_>,
                batch: &crate::engine::batch::Batch,
                carry: u64,
            ) -> Option<u64> {
                // SAFETY: the caller's promise is the same.
                unsafe { goal.take_batch::<Self>(batch, carry) }
            }

            $(#[target_feature(enable = $features)])?
            #[inline(never)]
            unsafe fn take_block(
                goal: &mut Goal<'_>,
                seen: &crate::engine::goal::Seen,
            ) -> Option<u64> {
                // SAFETY: the caller's promise is the same.
                unsafe { goal.take_block::<Self>(seen) }
            }

            $(#[target_feature(enable = $features)])?
            unsafe fn count<W: Pattern>(what: &W, data: &[u8]) -> u64 {
                // SAFETY: the caller's promise is the same.
                unsafe { scan::count::<Self, W>(what, data, 0, data.len()) }
            }

            $(#[target_feature(enable = $features)])?
            unsafe fn first<R: Pattern>(reset: &R, data: &[u8], from: usize) -> Option<usize> {
                // SAFETY: the caller's promise is the same.
                unsafe { scan::first::<Self, R>(reset, data, from) }
            }

            $(#[target_feature(enable = $features)])?
            unsafe fn last<R: Pattern>(reset: &R, data: &[u8]) -> Option<usize> {
                // SAFETY: the caller's promise is the same.
                unsafe { scan::last::<Self, R>(reset, data, 0, data.len()) }
            }
        }
    };
}
pub(super) use backend;

/// The functions that read data for a counter. Each takes the *what* and the reset that it was
/// picked for, and needs the processor to have the backend's instructions.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kernels {
    /// Finds out the goal.
    pub(super) scan: unsafe fn(&Needle, &Needle, &[u8], &mut Goal<'_>),
    /// How often *what* occurs.
    pub(super) count: unsafe fn(&Needle, &[u8]) -> u64,
    /// How many reset bytes there are.
    pub(super) count_resets: unsafe fn(&Needle, &[u8]) -> u64,
    /// The first reset byte from an offset on, which may be past the end.
    pub(super) first_reset: unsafe fn(&Needle, &[u8], usize) -> Option<usize>,
    /// The last reset byte.
    pub(super) last_reset: unsafe fn(&Needle, &[u8]) -> Option<usize>,
}

impl Kernels {
    /// The kernels of `B` for this pair. A [`Needle::Long`] is looked for in other ways; its
    /// kernels find the resets alone.
    pub(super) fn pick<B: Backend>(what: &Needle, reset: &Needle) -> Self {
        match what {
            Needle::Never(_) | Needle::Long(_) => Self::pick_reset::<B, Never>(reset),
            Needle::Byte(_) => Self::pick_reset::<B, Byte>(reset),
            Needle::AnyOf(any) if B::HAS_WAYS && any.set().is_alone => {
                Self::pick_reset::<B, Alone>(reset)
            }
            Needle::AnyOf(any) if B::HAS_WAYS && any.set().is_ascii => {
                Self::pick_reset::<B, Ascii>(reset)
            }
            Needle::AnyOf(_) => Self::pick_reset::<B, AnyOf>(reset),
            Needle::String(string) => match string.len() {
                2 if B::HAS_SHORT => Self::pick_reset::<B, Short<2>>(reset),
                3 if B::HAS_SHORT => Self::pick_reset::<B, Short<3>>(reset),
                4 if B::HAS_SHORT => Self::pick_reset::<B, Short<4>>(reset),
                _ => Self::pick_reset::<B, String>(reset),
            },
            Needle::Overlapping(_) => Self::pick_reset::<B, Overlapping>(reset),
        }
    }

    fn pick_reset<B: Backend, W: Pattern>(reset: &Needle) -> Self {
        match reset {
            Needle::Byte(_) => Self::of::<B, W, Byte>(),
            Needle::AnyOf(any) if B::HAS_WAYS && any.set().is_alone => Self::of::<B, W, Alone>(),
            Needle::AnyOf(_) => Self::of::<B, W, AnyOf>(),
            _ => Self::of::<B, W, Never>(),
        }
    }

    fn of<B: Backend, W: Pattern, R: Pattern>() -> Self {
        Self {
            scan: scan::<B, W, R>,
            count: count::<B, W>,
            count_resets: count::<B, R>,
            first_reset: |reset, data, from| {
                // SAFETY: the caller vouches for the processor.
                R::of(reset).and_then(|reset| unsafe { B::first(reset, data, from) })
            },
            last_reset: |reset, data| {
                // SAFETY: the caller vouches for the processor.
                R::of(reset).and_then(|reset| unsafe { B::last(reset, data) })
            },
        }
    }
}

/// [`Backend::scan`], where the needles are of the kinds it was made for.
///
/// # Safety
///
/// The processor has the instructions of `B`.
unsafe fn scan<B: Backend, W: Pattern, R: Pattern>(
    what: &Needle,
    reset: &Needle,
    data: &[u8],
    goal: &mut Goal<'_>,
) {
    if W::OCCURS
        && let (Some(what), Some(reset)) = (W::of(what), R::of(reset))
    {
        // SAFETY: the caller's promise is the same.
        unsafe { B::scan(what, reset, data, goal) }
    }
}

/// [`Backend::count`], where the needle is of the kind it was made for.
///
/// # Safety
///
/// The processor has the instructions of `B`.
unsafe fn count<B: Backend, W: Pattern>(what: &Needle, data: &[u8]) -> u64 {
    match W::of(what) {
        // SAFETY: the caller's promise is the same.
        Some(what) if W::OCCURS => unsafe { B::count(what, data) },
        _ => 0,
    }
}
