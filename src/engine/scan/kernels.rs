//! The kernels: the loops of `find` and `decide`, compiled for an instruction set, and the table
//! from which they are called.
//!
//! The kernels are a sum, not a product. Some depend on the needle, some on the resets, some on
//! neither; each is compiled on its own, and they meet in 64-bit masks. There are two exceptions:
//! [`passes::pass_by_resets`] is fused for the pairs of needle and reset that `by_resets` lists; and on
//! processors that move masks slowly, the masks of single bytes and of a reset that is a byte are
//! written in one pass (`find/both.rs`).

use std::mem::MaybeUninit;
use std::ops::Range;

use crate::engine::decide::batch::{Batch, Outcome};
use crate::engine::decide::range::CountRange;
use crate::engine::decide::strings::StringMasks;
use crate::engine::decide::{block, depth};
#[cfg(has_avx512)]
use crate::engine::find::both;
use crate::engine::find::bytes::{AnyOf, Byte, ByteFinder, Spread, Twins};
use crate::engine::find::finder::Carried;
use crate::engine::find::hide::QuoteBatch;
#[cfg(has_avx512)]
use crate::engine::find::kinds;
use crate::engine::find::long::Long;
use crate::engine::find::needle::{self, Needle};
use crate::engine::find::passes::{self, FAR, Passed, SHORT, Stop};
use crate::engine::find::quotes::{QuoteState, Quotes};
use crate::engine::find::short::{MORE, OfLen, Overlapping};
#[cfg(has_avx512)]
use crate::engine::isa::avx512::Avx512;
use crate::engine::isa::block::{BLOCK, Block, GROUP, Hits, low_bits};
use crate::engine::isa::kinds::{KINDS, Kinds};
#[cfg(all(target_arch = "aarch64", target_endian = "little"))]
use crate::engine::isa::neon::Neon;
use crate::engine::isa::portable::Portable;
use crate::engine::isa::{Backend, Kind, for_each_backend};
#[cfg(target_arch = "x86_64")]
use crate::engine::isa::{
    avx2::Avx2,
    sse2::{Sse2, Sse2Popcnt},
};

/// Kernels of a needle and resets.
type FillBoth = unsafe fn(&Needle, &Needle, &[u8], usize, [&mut [MaybeUninit<u64>]; 2]);
type PassByResets = unsafe fn(&Needle, &Needle, &[u8], Passed, usize, u64) -> Passed;

/// The kernels that depend on what is looked for, the needle or the resets: a list for the macro `make`.
/// Each is called with the needle, and is compiled for each form `F`, of which it is given the finder.
/// Called with a needle of another form it finds nothing, which is what is behind `else`.
///
/// Its caller promises a processor with the instructions, and what the function called in its body asks
/// for; but for `count`, that `from` is not behind the end of the data, and for `one_block`, that there
/// are 1 to 64 bytes from `at` on, and for a string that `at` is 0.
macro_rules! for_each_hit_kernel {
    ($make:ident $($given:tt)*) => {
        $make! {
            $($given)*
            |needle, finder: F|

            /// How often it occurs in the data from a place on.
            count(data: &[u8], from: usize) -> u64 {
                if let Needle::Long(long) = needle {
                    return long.count(&data[from..]);
                }
                // Said as a constant, which makes two branches of the tests above and below, and not one:
                // `cargo bench --bench ratios -- sizes`, Zen 4: 65 bytes in 3.3 instead of 3.6 ns.
                let at = if F::IS_OF_BYTES { from } else { from + needle.lookback() };
                if at >= data.len() {
                    return 0;
                }
                // That is what the two functions ask for: `at` is in the data, and the lookback between
                // `from` and it.
                if F::IS_OF_BYTES && data.len() - at < SHORT {
                    return passes::count_short::<Self, F>(finder, data, at);
                }
                let carried = Carried { free: from, ..Carried::default() };
                Self::count_long(needle, finder, data, at, carried)
            } else { 0 }

            /// The mask of the bytes from a place to the end of the data, which are 1 to 64, and how many
            /// bits of it are set. Of a string, if they are all data.
            one_block(data: &[u8], at: usize) -> (u64, u64) {
                let none = &mut Carried::default();
                let mask = if F::IS_OF_BYTES {
                    finder.at_edge::<Self>(data, at..data.len(), none)
                } else {
                    // With no room, the loop stops at once.
                    Self::pass_blocks::<F>(needle, data, at, none, 0).hits
                };
                (mask, mask.count_ones().into())
            } else { (0, 0) }

            /// [`passes::pass_blocks`].
            pass_blocks(data: &[u8], at: usize, carried: &mut Carried, room: u64) -> Stop {
                passes::pass_blocks::<Self, F>(finder, data, at, carried, room)
            } else { Stop { at, hits: 0 } }

            /// [`passes::fill`].
            fill(
                data: &[u8], at: usize, carried: &mut Carried, masks: &mut [MaybeUninit<u64>]
            ) -> () {
                passes::fill::<Self, F>(finder, data, at, carried, masks)
            } else { masks.fill(MaybeUninit::new(0)) }

            /// [`passes::pass_by_hits`].
            pass(
                data: &[u8], carried: &mut Carried, from: Passed, last: usize, threshold: u64
            ) -> Passed {
                passes::pass_by_hits::<Self, F>(finder, data, carried, from, last, threshold)
            } else { from }

            /// [`passes::last`], of single bytes.
            last(data: &[u8], from: usize) -> Option<usize> {
                if F::IS_OF_BYTES { passes::last::<Self, F>(finder, data, from) } else { None }
            } else { None }
        }
    };
}

/// The kernels that count the bits of masks: a list for the macro `make`.
macro_rules! for_each_mask_kernel {
    ($make:ident $($given:tt)*) => {
        $make! {
            $($given)*

            /// [`Batch::decide`]: how many segments reach the number.
            matching(batch: Batch<'_>, count: u64, number: u64) -> Outcome {
                batch.decide::<Self, false>(count, number)
            }
            /// [`Batch::decide`]: the largest count.
            largest(batch: Batch<'_>, count: u64, least: u64) -> Outcome {
                batch.decide::<Self, true>(count, least)
            }
            /// [`block::highest`].
            highest(hits: u64, resets: u64, count: u64, least: u64) -> (u64, u64) {
                block::highest(hits, resets, count, least)
            }
            /// [`block::reached`].
            reached(hits: u64, resets: u64, count: u64, number: u64) -> (u64, u64) {
                block::reached(hits, resets, count, number)
            }
            /// [`Batch::outside`].
            outside(batch: Batch<'_>, count: u64, range: CountRange) -> Outcome {
                batch.outside::<Self>(count, range)
            }
            /// How many bits are set.
            ones(masks: &[u64]) -> u64 {
                masks.iter().fold(0, |sum, mask| sum + u64::from(mask.count_ones()))
            }
            /// [`depth::pass`] for the masks of hits, resets and closing bytes.
            pass_depth(masks: [&[u64]; 3], count: u64, number: u64) -> (usize, u64) {
                depth::pass::<Self>(masks, count, number)
            }
            /// [`StringMasks::split`].
            split(masks: &StringMasks, ends: &[u32], numbers: &mut [u64]) -> () {
                masks.split(ends, numbers)
            }
        }
    };
}

macro_rules! hit_kernels {
    (|$needle:ident, $finder:ident: $form:ident| $(
        $(#[$doc:meta])* $kernel:ident($($argument:ident: $type:ty),*) -> $result:ty
            $body:block else $nothing:block
    )*) => {
        /// The kernels for a needle, or for resets.
        #[derive(Clone, Copy, Debug)]
        pub(in crate::engine) struct HitKernels {
            $($(#[$doc])* pub(super) $kernel: unsafe fn(&Needle, $($type),*) -> $result,)*
        }
    };
}

for_each_hit_kernel!(hit_kernels);

macro_rules! mask_kernels {
    ($(
        $(#[$doc:meta])* $kernel:ident($($argument:ident: $type:ty),*) -> $result:ty $body:block
    )*) => {
        #[derive(Clone, Copy, Debug)]
        struct MaskKernels {
            $($kernel: unsafe fn($($type),*) -> $result,)*
        }

        impl Kernels {$(
            $(#[$doc])*
            pub(in crate::engine) fn $kernel(&self, $($argument: $type),*) -> $result {
                // SAFETY: the processor runs these kernels.
                unsafe { (self.masks.$kernel)($($argument),*) }
            }
        )*}
    };
}

for_each_mask_kernel!(mask_kernels);

/// A function of a backend's block.
macro_rules! of_backend {
    ($backend:ident, $function:ident) => {
        match $backend.0 {
            #[cfg(has_avx512)]
            Kind::Avx512 | Kind::Avx512InHalves => Avx512::$function,
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => Avx2::$function,
            #[cfg(target_arch = "x86_64")]
            Kind::Sse2 | Kind::Sse2Only => Sse2::$function,
            #[cfg(all(target_arch = "aarch64", target_endian = "little"))]
            Kind::Neon => Neon::$function,
            Kind::Portable => Portable::$function,
        }
    };
}

/// [`kinds::fill`](crate::engine::find::kinds::fill).
pub(super) type FillKinds = unsafe fn(&Kinds, &[u8], usize, [&mut [u64]; KINDS]);

/// The kernel that writes the masks of several kinds of bytes, where one pass is faster than one for
/// each: on processors that move masks slowly.
pub(super) fn fill_kinds(backend: Backend) -> Option<FillKinds> {
    match backend.0 {
        #[cfg(has_avx512)]
        Kind::Avx512InHalves => Some(kinds::fill),
        _ => None,
    }
}

impl HitKernels {
    pub(super) fn new(backend: Backend, needle: &Needle) -> Self {
        let hits: fn(&Needle) -> Self = of_backend!(backend, hits);
        hits(needle)
    }

    /// Writes the masks of `data[at]`.
    ///
    /// # Safety
    ///
    /// The processor runs these kernels, made for `bytes`, which are single bytes. `at` is in the data:
    /// whole groups with a mask for each block, or 1 to 64 bytes with one mask.
    #[inline(always)]
    pub(super) unsafe fn masks(
        &self,
        bytes: &Needle,
        data: &[u8],
        at: Range<usize>,
        masks: &mut [u64],
    ) {
        // SAFETY: the caller's promise.
        unsafe {
            match masks {
                [mask] => *mask = (self.one_block)(bytes, &data[..at.end], at.start).0,
                _ => (self.fill)(bytes, data, at.start, &mut Carried::default(), slots(masks)),
            }
        }
    }
}

/// Masks that are written, as the slots that a kernel writes.
///
/// # Safety
///
/// Only whole masks are written to them.
unsafe fn slots(masks: &mut [u64]) -> &mut [MaybeUninit<u64>] {
    // SAFETY: a mask is a valid slot for one, and by the caller's promise stays a valid mask.
    unsafe { std::slice::from_raw_parts_mut(masks.as_mut_ptr().cast(), masks.len()) }
}

/// Compiles the kernels that count the bits of masks for an instruction set, which the attribute
/// enables. A kernel's caller promises what the function called in its body asks for, and a processor with
/// the instructions.
macro_rules! compile_masks {
    ($arithmetic:ty, $enable:meta, $(
        $(#[$doc:meta])* $kernel:ident($($argument:ident: $type:ty),*) -> $result:ty $body:block
    )*) => {
        impl $arithmetic {
            $(
                #[$enable]
                #[allow(unused_unsafe, reason = "some functions are safe")]
                unsafe fn $kernel($($argument: $type),*) -> $result {
                    // SAFETY: the caller promises what the function in the body asks for.
                    unsafe { $body }
                }
            )*

            const MASKS: MaskKernels = MaskKernels { $($kernel: Self::$kernel,)* };
        }
    };
}

#[cfg(target_arch = "x86_64")]
for_each_mask_kernel!(compile_masks Sse2Popcnt, target_feature(enable = "sse2,popcnt"),);

/// Compiles the kernels for what is looked for, in the same way.
macro_rules! compile_hits {
    ($block:ty, $enable:meta, |$needle:ident, $finder:ident: $form:ident| $(
        $(#[$doc:meta])* $kernel:ident($($argument:ident: $type:ty),*) -> $result:ty
            $body:block else $nothing:block
    )*) => {
        impl $block {
            $(
                #[$enable]
                unsafe fn $kernel<$form: needle::Form>(
                    $needle: &Needle,
                    $($argument: $type),*
                ) -> $result {
                    let Some($finder) = $form::of($needle) else { return $nothing };
                    // SAFETY: the caller promises what the function in the body asks for, or, for `count`
                    // and `one_block`, what the list says, from which that follows.
                    unsafe { $body }
                }
            )*

            fn hits_of<$form: needle::Form>() -> HitKernels {
                HitKernels { $($kernel: Self::$kernel::<$form>,)* }
            }
        }
    };
}

/// Compiles all kernels for an instruction set, which the attribute enables. The caller of those that are in
/// no list promises what the function of the same name in [`passes`] or [`QuoteBatch`] asks for, and a
/// processor with the instructions.
macro_rules! compile {
    ($block:ty, $enable:meta) => {
        for_each_mask_kernel!(compile_masks $block, $enable,);
        for_each_hit_kernel!(compile_hits $block, $enable,);

        impl $block {
            /// Apart from [`count`](Self::count), as it needs registers that most data, which is
            /// shorter, should not have to save.
            ///
            /// # Safety
            ///
            /// The processor has the instructions; `finder` is that of the needle; `at` is in the
            /// data, with the lookback before it.
            #[$enable]
            #[inline(never)]
            unsafe fn count_long<F: needle::Form>(
                needle: &Needle,
                finder: &F,
                data: &[u8],
                at: usize,
                mut carried: Carried,
            ) -> u64 {
                let first = passes::aligned(data, at);
                let mut before = 0;
                // SAFETY: the caller's promise. `first` is behind `at` only if at least `ALIGN_FROM`
                // bytes follow that, so a whole block from `at` on is data, and then reaches beyond
                // `first`. Behind the groups there is less than a group.
                unsafe {
                    if at < first && F::IS_OF_BYTES {
                        let hits = finder.at::<Self>(data, at, &mut carried).mask();
                        before = (hits & low_bits(first - at)).count_ones().into();
                    } else if at < first {
                        Self::pass_blocks::<F>(needle, &data[..first], at, &mut carried, u64::MAX);
                        before = carried.number;
                    }
                    let (total, at) = passes::count_groups::<Self, F>(finder, data, first, &mut carried);
                    if F::IS_OF_BYTES {
                        return before + total + passes::count_short::<Self, F>(finder, data, at);
                    }
                    Self::pass_blocks::<F>(needle, data, at, &mut carried, u64::MAX);
                    before + total + carried.number
                }
            }

            #[$enable]
            unsafe fn pass_by_resets<
                F: needle::Form + ByteFinder,
                R: needle::Form + ByteFinder,
                const BLOCKS: usize,
            >(
                needle: &Needle,
                resets: &Needle,
                data: &[u8],
                from: Passed,
                last: usize,
                threshold: u64,
            ) -> Passed {
                let (Some(finder), Some(resets)) = (F::of(needle), R::of(resets)) else {
                    return from;
                };
                // SAFETY: the caller's promise is the same.
                unsafe {
                    passes::pass_by_resets::<Self, F, R, BLOCKS>(
                        finder, resets, data, from, last, threshold,
                    )
                }
            }

            #[$enable]
            unsafe fn hide(
                batch: &mut QuoteBatch<'_>,
                rules: &Quotes,
                state: QuoteState,
            ) -> QuoteState {
                // SAFETY: the caller's promise is the same.
                unsafe { batch.hide::<Self>(rules, state) }
            }

            /// The fused kernels: for each pair of a needle and a reset for which fusing pays.
            ///
            /// `cargo bench --bench ratios -- cache kinds`, 16 KiB, Zen 4, GB/s. A pair that is not
            /// fused has no such test: where counting hits alone fails, blocks are decided. The
            /// same test over masks that two kernels filled in reached 0.6 to 0.74 of the fused one
            /// for a byte, and half of it for a set.
            ///
            /// | needle      | reset    | AVX-512: fused | not fused | AVX2: fused | not fused |
            /// |-------------|----------|----------------|-----------|-------------|-----------|
            /// | a byte      | newline  | 77             | 31        | 60          | 16        |
            /// | a byte      | a set    | 70             | 26        | 65          | 16        |
            /// | a set of 16 | newline  | 67             | 29        | 34          | 16        |
            fn by_resets(needle: &Needle, resets: &Needle) -> Option<[PassByResets; 2]> {
                match (needle, resets) {
                    (_, resets) if resets.is_never() => None,
                    (Needle::Byte(_), Needle::Byte(_)) => Some(Self::by_resets_of::<Byte, Byte>()),
                    (Needle::Byte(_), Needle::Spread(_)) if Self::HAS_SPREAD => {
                        Some(Self::by_resets_of::<Byte, Spread>())
                    }
                    (Needle::Byte(_), Needle::AnyOf(_) | Needle::Spread(_) | Needle::Twins(_)) => {
                        Some(Self::by_resets_of::<Byte, AnyOf>())
                    }
                    (Needle::AnyOf(_) | Needle::Spread(_) | Needle::Twins(_), Needle::Byte(_)) => {
                        Some(Self::by_resets_of::<AnyOf, Byte>())
                    }
                    _ => None,
                }
            }

            fn by_resets_of<F: needle::Form + ByteFinder, R: needle::Form + ByteFinder>()
            -> [PassByResets; 2] {
                [Self::pass_by_resets::<F, R, 2>, Self::pass_by_resets::<F, R, 1>]
            }

            fn hits(needle: &Needle) -> HitKernels {
                match needle {
                    Needle::Byte(_) => Self::hits_of::<Byte>(),
                    Needle::Spread(_) if Self::HAS_SPREAD => Self::hits_of::<Spread>(),
                    Needle::AnyOf(_) | Needle::Spread(_) => Self::hits_of::<AnyOf>(),
                    Needle::Twins(_) => Self::hits_of::<Twins>(),
                    Needle::Two(_) => Self::hits_of::<OfLen<2>>(),
                    Needle::Three(_) => Self::hits_of::<OfLen<3>>(),
                    Needle::Four(_) => Self::hits_of::<OfLen<4>>(),
                    Needle::More(_) => Self::hits_of::<OfLen<MORE>>(),
                    Needle::Overlapping(_) => Self::hits_of::<Overlapping>(),
                    Needle::Long(_) => Self::hits_of::<Long>(),
                }
            }

            /// The kernels of this instruction set alone.
            fn kernels(needle: Needle, resets: Needle) -> Kernels {
                let (hits, mut reset_hits) = (Self::hits(&needle), Self::hits(&resets));
                if resets.is_never() {
                    reset_hits.last = |_, _, _| None;
                }
                Kernels {
                    hits,
                    narrow: hits,
                    far: hits,
                    reset_hits,
                    fill_both: None,
                    masks: Self::MASKS,
                    hide: Self::hide,
                    by_resets: Self::by_resets(&needle, &resets),
                    needle,
                    resets,
                }
            }
        }
    };
}

for_each_backend!(compile);

/// Of shorter data, much is read in blocks that are not whole, which AVX-512 can load.
const TINY: usize = 2 * GROUP;

/// Shorter data is in the first-level cache, or comes from the second fast enough.
const SMALL: usize = 128 << 10;

/// A needle and resets, and the kernels for both, which this processor runs.
#[derive(Debug)]
pub(in crate::engine) struct Kernels {
    pub(in crate::engine) needle: Needle,
    /// The bytes that reset.
    pub(in crate::engine) resets: Needle,
    pub(super) hits: HitKernels,
    /// Those that count and pass by hits in data of [`TINY`] to [`SMALL`] bytes, and from [`FAR`] on.
    narrow: HitKernels,
    far: HitKernels,
    pub(super) reset_hits: HitKernels,
    /// That which writes the masks of hits and resets in one pass, where that is faster:
    /// `find/both.rs`.
    fill_both: Option<FillBoth>,
    masks: MaskKernels,
    hide: unsafe fn(&mut QuoteBatch<'_>, &Quotes, QuoteState) -> QuoteState,
    /// [`passes::pass_by_resets`], where it is fused: for two blocks at a time, and for one.
    pub(super) by_resets: Option<[PassByResets; 2]>,
}

impl Kernels {
    pub(in crate::engine) fn new(backend: Backend, needle: Needle, resets: Needle) -> Self {
        let kernels: fn(Needle, Needle) -> Self = of_backend!(backend, kernels);
        #[allow(unused_mut, reason = "on other processors nothing is replaced")]
        let mut kernels = kernels(needle, resets);
        match backend.0 {
            #[cfg(has_avx512)]
            Kind::Avx512InHalves => kernels.mix(),
            #[cfg(target_arch = "x86_64")]
            Kind::Sse2 => kernels.masks = Sse2Popcnt::MASKS,
            _ => {}
        }
        kernels
    }

    /// Takes the kernels for a processor that executes 512-bit operations in halves, and moves masks to
    /// general registers slowly. There, adding up hits in vectors, as AVX2 does, is faster than
    /// counting the bits of masks, if a needle is compared so fast that this matters: a byte, or few.
    ///
    /// `cargo bench --bench ratios -- count cache kinds`, 16 KiB, Zen 4, GB/s:
    ///
    /// | kernel                 | AVX-512 | AVX2 |
    /// |------------------------|---------|------|
    /// | count, a byte          | 118     | 211  |
    /// | pass by hits, a byte   | 113     | 131  |
    /// | pass by resets, a byte | 77      | 60   |
    /// | count, 2 bytes         | 79      | 84   |
    /// | count, 3 bytes         | 56      | 54   |
    /// | count, any of 16 bytes | 117     | 55   |
    ///
    /// From 128 KiB on, where data is in the second-level cache or further away, both count a byte
    /// at the same speed, and AVX-512 passes faster. From memory AVX2 passes 10 % faster, and SSE2
    /// counts a byte 10 to 30 % faster than both: a loop with fewer loads under way leaves the
    /// processor's own prefetching more room. Three bytes AVX2 counts 10 % faster at all lengths
    /// (`-- auto`, 1 and 256 MiB).
    #[cfg(has_avx512)]
    fn mix(&mut self) {
        let narrow = Avx2::hits(&self.needle);
        match &self.needle {
            Needle::Byte(_) => {
                let count = Sse2::hits(&self.needle).count;
                (self.narrow, self.far) = (narrow, HitKernels { count, ..narrow });
            }
            Needle::Two(_) => {
                (self.narrow, self.far) = (narrow, HitKernels { count: self.far.count, ..narrow });
            }
            Needle::Three(_) => (self.narrow, self.hits, self.far) = (narrow, narrow, narrow),
            _ => {}
        }
        self.fill_both = match (&self.needle, &self.resets) {
            (Needle::Byte(_), Needle::Byte(_)) => Some(both::fill::<Byte>),
            (Needle::AnyOf(_) | Needle::Spread(_) | Needle::Twins(_), Needle::Byte(_)) => {
                Some(both::fill::<AnyOf>)
            }
            _ => None,
        };
    }

    #[inline(always)]
    pub(super) fn hits_for(&self, data: &[u8]) -> &HitKernels {
        match data.len() {
            TINY..SMALL => &self.narrow,
            FAR.. => &self.far,
            _ => &self.hits,
        }
    }

    /// The mask of the hits in all of the data, which is a block or less, and not empty; and their
    /// number.
    #[inline(always)]
    pub(super) fn hits_in_block(&self, data: &[u8]) -> (u64, u64) {
        assert!((1..=BLOCK).contains(&data.len()));
        // SAFETY: the processor runs this kernel, and the data has 1 to 64 bytes.
        unsafe { (self.hits.one_block)(&self.needle, data, 0) }
    }

    /// The mask of the reset bytes in `data[at..]`, which is a block or less, and not empty.
    #[inline(always)]
    pub(super) fn resets_from(&self, data: &[u8], at: usize) -> u64 {
        assert!(at < data.len() && data.len() - at <= BLOCK);
        // SAFETY: the processor runs this kernel, and these are 1 to 64 bytes of the data.
        unsafe { (self.reset_hits.one_block)(&self.resets, data, at).0 }
    }

    /// How often the needle occurs in the data.
    #[inline]
    pub(in crate::engine) fn count(&self, data: &[u8]) -> u64 {
        match data.len() {
            1..=BLOCK => self.hits_in_block(data).1,
            _ => self.count_hits(data, 0),
        }
    }

    /// How often the needle occurs in `data[from..]`.
    pub(crate) fn count_hits(&self, data: &[u8], from: usize) -> u64 {
        assert!(from <= data.len());
        // SAFETY: the processor runs these kernels.
        unsafe { (self.hits_for(data).count)(&self.needle, data, from) }
    }

    /// Writes the masks of the hits in `data[at]`.
    ///
    /// # Safety
    ///
    /// The bytes are in the data: whole groups, with the lookback before them and a mask for each
    /// block; or 1 to 64 bytes with one mask.
    pub(super) unsafe fn hit_masks(
        &self,
        data: &[u8],
        at: Range<usize>,
        carried: &mut Carried,
        masks: &mut [u64],
    ) {
        let (needle, HitKernels { pass_blocks, fill, .. }) = (&self.needle, self.hits);
        // SAFETY: the caller's promise, and the processor runs these kernels. With no room, the loop
        // stops at the first block.
        unsafe {
            match (masks, needle) {
                // It searches ahead: in data that is cut here, each call would search its whole
                // length again.
                ([mask], Needle::Long(long)) => *mask = long.hits(data, at, carried),
                ([mask], _) => {
                    *mask = pass_blocks(needle, &data[..at.end], at.start, carried, 0).hits;
                }
                (masks, _) => fill(needle, data, at.start, carried, slots(masks)),
            }
        }
    }

    /// Writes the masks of the hits and of the resets in the blocks from `at` on.
    ///
    /// # Safety
    ///
    /// The blocks are in the data: whole groups, with the lookback before them, and a place for each
    /// block in both masks.
    #[inline(always)]
    pub(super) unsafe fn fill(
        &self,
        data: &[u8],
        at: usize,
        carried: &mut Carried,
        [hit_masks, reset_masks]: [&mut [MaybeUninit<u64>]; 2],
    ) {
        let Self { needle, resets, hits, reset_hits, .. } = self;
        // SAFETY: the caller's promise, and the processor runs these kernels.
        unsafe {
            if let Some(fill_both) = self.fill_both {
                fill_both(needle, resets, data, at, [hit_masks, reset_masks]);
            } else {
                (hits.fill)(needle, data, at, carried, hit_masks);
                let end = at + reset_masks.len() * BLOCK;
                let none = &mut Carried::default();
                (reset_hits.fill)(resets, &data[at..end], 0, none, reset_masks);
            }
        }
    }

    /// How many reset bytes there are.
    pub(crate) fn count_resets(&self, data: &[u8]) -> u64 {
        // SAFETY: the processor runs these kernels.
        unsafe { (self.reset_hits.count)(&self.resets, data, 0) }
    }

    /// The offset of the first reset byte in `data[from..]`; `from` may be past the end.
    pub(crate) fn first_reset(&self, data: &[u8], from: usize) -> Option<usize> {
        if self.resets.is_never() {
            return None;
        }
        let none = &mut Carried::default();
        // SAFETY: the processor runs this kernel.
        let Stop { at, hits } =
            unsafe { (self.reset_hits.pass_blocks)(&self.resets, data, from, none, 1) };
        (hits != 0).then(|| at + hits.trailing_zeros() as usize)
    }

    /// The offset of the last reset byte in `data[from..]`.
    pub(crate) fn last_reset(&self, data: &[u8], from: usize) -> Option<usize> {
        assert!(from <= data.len());
        // SAFETY: the processor runs these kernels.
        unsafe { (self.reset_hits.last)(&self.resets, data, from) }
    }

    /// [`QuoteBatch::hide`].
    pub(super) fn hide(
        &self,
        batch: &mut QuoteBatch<'_>,
        rules: &Quotes,
        state: QuoteState,
    ) -> QuoteState {
        // SAFETY: the processor runs these kernels.
        unsafe { (self.hide)(batch, rules, state) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bytes::ByteSet;

    /// A long string is searched ahead for, even if the masks are asked for one at a time, as between
    /// quotes. A search for each mask would take time by the product of the lengths.
    #[test]
    fn single_masks_share_searches() {
        let (len, blocks) = (5000, 2000);
        let needle = || Needle::of_string(&vec![b'a'; len]).unwrap();
        let data: Vec<u8> =
            (0..blocks * BLOCK).map(|at| if at % len == len - 1 { b'b' } else { b'a' }).collect();
        for (name, backend) in Backend::all() {
            let kernels = Kernels::new(backend, needle(), Needle::of_set(&ByteSet::EMPTY));
            let (mut carried, mut mask) = (Carried::default(), [0]);
            let mut searches = 0;
            for at in (0..data.len()).step_by(BLOCK) {
                let end = at + BLOCK;
                searches += usize::from(carried.ahead.max(len) <= end);
                // SAFETY: these are 64 bytes of the data.
                unsafe { kernels.hit_masks(&data, at..end, &mut carried, &mut mask) };
                assert_eq!(mask, [0]);
            }
            assert!(searches <= data.len() / len + 1, "{name}: {searches} searches");
        }
    }
}
