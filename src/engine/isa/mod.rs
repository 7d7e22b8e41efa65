//! The instruction sets: what each does with 64 bytes, and which the processor has.
//!
//! [`block`] and [`lanes`] are the traits that a backend implements, [`set`] the tables in which it
//! looks bytes up, and [`kinds`] those for several sets at once. [`Backend`] says which instruction
//! sets the processor has.

pub(super) mod block;
pub(super) mod hash;
pub(super) mod kinds;
pub(super) mod lanes;
pub(super) mod prefetch;
pub(super) mod set;

#[cfg(target_arch = "x86_64")]
pub(super) mod avx2;
#[cfg(has_avx512)]
pub(super) mod avx512;
#[cfg(all(target_arch = "aarch64", target_endian = "little"))]
pub(super) mod neon;
pub(super) mod portable;
#[cfg(target_arch = "x86_64")]
pub(super) mod sse2;

use std::ffi::CStr;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::sys;

/// Whether the processor has all of these.
#[cfg(target_arch = "x86_64")]
macro_rules! has {
    ($($feature:tt),*) => {
        $(std::arch::is_x86_feature_detected!($feature))&&*
    };
}

/// A choice of kernels that this processor can run. Only [`Backend::all`] and [`Backend::chosen`]
/// make one, after they have checked the processor, so a value is the proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Backend(pub(super) Kind);

/// A kind, the name that forces it, the widest instruction set that it uses, and whether this processor
/// has it.
type Candidate = (Kind, &'static str, &'static CStr, fn() -> bool);

/// The kinds of a [`Backend`], and in the same order the table [`BACKENDS`], from its lines.
macro_rules! backends {
    ($($(#[$on:meta])? $kind:ident: $name:literal, $widest:literal, $is_here:expr;)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Kind {
            $($(#[$on])? $kind,)*
        }

        /// All there is to choose from.
        const BACKENDS: &[Candidate] = &[$($(#[$on])? (Kind::$kind, $name, $widest, $is_here),)*];
    };
}

// The fastest first. Every processor has the last.
backends! {
    #[cfg(has_avx512)]
    Avx512: "avx512", c"avx512", has_avx512;
    // For processors that execute 512-bit operations in halves: AVX-512 where it is faster, AVX2 where
    // that is.
    #[cfg(has_avx512)]
    Avx512InHalves: "avx512-halves", c"avx512", has_avx512;
    #[cfg(target_arch = "x86_64")]
    Avx2: "avx2", c"avx2", has_avx2;
    // SSE2, and POPCNT for masks.
    #[cfg(target_arch = "x86_64")]
    Sse2: "sse2", c"sse2", || has!("popcnt");
    // SSE2 alone.
    #[cfg(target_arch = "x86_64")]
    Sse2Only: "sse2-only", c"sse2", || true;
    #[cfg(all(target_arch = "aarch64", target_endian = "little"))]
    Neon: "neon", c"neon", || std::arch::is_aarch64_feature_detected!("neon");
    Portable: "portable", c"portable", || true;
}

/// Calls the macro `$compile` with each backend's block, and with the attribute that compiles a function
/// for its instruction sets (for none, one that does nothing). The names of the blocks have to be imported.
macro_rules! for_each_backend {
    ($compile:ident) => {
        #[cfg(has_avx512)]
        $compile!(
            Avx512,
            target_feature(
                enable = "avx512f,avx512bw,avx512cd,avx512dq,avx512vbmi,avx512vpopcntdq,gfni,bmi1,bmi2,lzcnt,popcnt"
            )
        );
        #[cfg(target_arch = "x86_64")]
        $compile!(Avx2, target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt"));
        #[cfg(target_arch = "x86_64")]
        $compile!(Sse2, target_feature(enable = "sse2"));
        #[cfg(all(target_arch = "aarch64", target_endian = "little"))]
        $compile!(Neon, target_feature(enable = "neon"));
        $compile!(Portable, cfg(all()));
    };
}
pub(super) use for_each_backend;

/// The environment variable that forces a backend.
const VARIABLE: &CStr = c"TALLY_BACKEND";

impl Backend {
    /// Those that this processor has, with the names that force them; the fastest first.
    pub(crate) fn all() -> impl Iterator<Item = (&'static str, Self)> {
        let here = BACKENDS.iter().filter(|(.., is_here)| is_here());
        here.map(|&(kind, name, ..)| (name, Self(kind)))
    }

    /// The backend in use: the one that the environment names, if this processor has it; otherwise
    /// the fastest way on this processor, which may mix instruction sets. Chosen at the first call,
    /// for the life of the process.
    ///
    /// No lock is taken: the child of a process that forks meanwhile would wait for it for ever.
    pub(crate) fn chosen() -> Self {
        /// 0, or 1 more than the place in [`BACKENDS`].
        static CHOSEN: AtomicUsize = AtomicUsize::new(0);
        let mut chosen = CHOSEN.load(Ordering::Relaxed);
        if chosen == 0 {
            let forced = sys::variable(VARIABLE, |name| {
                std::str::from_utf8(name).ok().and_then(Self::named)
            });
            chosen = forced.flatten().unwrap_or_else(Self::fastest).0 as usize + 1;
            // Threads that choose at the same time may disagree if the environment changes. The
            // first one wins.
            let first = CHOSEN.compare_exchange(0, chosen, Ordering::Relaxed, Ordering::Relaxed);
            chosen = first.err().unwrap_or(chosen);
        }
        Self(BACKENDS[chosen - 1].0)
    }

    /// The backend of that name, if this processor has its instructions.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::all().find(|&(own, _)| own == name).map(|(_, backend)| backend)
    }

    /// The fastest way on this processor.
    fn fastest() -> Self {
        match Self::all().next() {
            #[cfg(has_avx512)]
            Some((_, Self(Kind::Avx512))) if halves_512_bits() => Self(Kind::Avx512InHalves),
            Some((_, widest)) => widest,
            None => Self(Kind::Portable),
        }
    }

    /// The name of the widest instruction set in use.
    pub(crate) fn name(self) -> &'static CStr {
        BACKENDS[self.0 as usize].2
    }
}

/// AVX-512 with its byte instructions and the counting of bits in vectors. The first processors
/// with AVX-512 lack the latter and lower their clock for 512-bit operations: AVX2 suits them
/// better. All that have it have VBMI and GFNI too.
#[cfg(has_avx512)]
fn has_avx512() -> bool {
    has_avx2()
        && has!(
            "avx512f",
            "avx512bw",
            "avx512cd",
            "avx512dq",
            "avx512vbmi",
            "avx512vpopcntdq",
            "gfni"
        )
}

/// AVX2, and the bit manipulation that came with it.
#[cfg(target_arch = "x86_64")]
fn has_avx2() -> bool {
    has!("avx2", "bmi1", "bmi2", "lzcnt", "popcnt")
}

/// Whether the processor executes 512-bit operations in two halves, and moves masks to general
/// registers slowly: AMD's family 19h (Zen 4). Zen 5 (family 1Ah) and Intel have whole units.
#[cfg(has_avx512)]
fn halves_512_bits() -> bool {
    use std::arch::x86_64::__cpuid;

    // SAFETY: every x86-64 processor has `cpuid`. (It needs `unsafe` before Rust 1.94.)
    #[allow(unused_unsafe)]
    let (maker, version) = unsafe { (__cpuid(0).ebx, __cpuid(1).eax) };
    let family = (version >> 8 & 0xF) + (version >> 20 & 0xFF);
    // The maker's name is "AuthenticAMD".
    maker == u32::from_le_bytes(*b"Auth") && family == 0x19
}

/// A check that is to hold for the blocks of every backend.
#[cfg(test)]
pub(super) trait Check {
    /// # Safety
    ///
    /// The processor has the instructions of `B`.
    unsafe fn check<B: block::Block>(&self);
}

#[cfg(test)]
pub(super) fn check_on_all(check: &impl Check) {
    for (_, backend) in Backend::all() {
        // SAFETY: this processor has the backend.
        unsafe {
            match backend.0 {
                #[cfg(has_avx512)]
                Kind::Avx512 => check.check::<avx512::Avx512>(),
                #[cfg(target_arch = "x86_64")]
                Kind::Avx2 => check.check::<avx2::Avx2>(),
                #[cfg(target_arch = "x86_64")]
                Kind::Sse2Only => check.check::<sse2::Sse2>(),
                #[cfg(all(target_arch = "aarch64", target_endian = "little"))]
                Kind::Neon => check.check::<neon::Neon>(),
                Kind::Portable => check.check::<portable::Portable>(),
                // They have the blocks of others.
                #[cfg(has_avx512)]
                Kind::Avx512InHalves => {}
                #[cfg(target_arch = "x86_64")]
                Kind::Sse2 => {}
            }
        }
    }
}

/// A check that is to hold for the arithmetic of every backend.
#[cfg(test)]
pub(super) trait CheckArithmetic {
    /// # Safety
    ///
    /// The processor has the instructions of `A`.
    unsafe fn check<A: lanes::Arithmetic>(&self);
}

#[cfg(test)]
pub(super) fn check_arithmetic(check: &impl CheckArithmetic) {
    struct OfBlocks<'a, C>(&'a C);

    impl<C: CheckArithmetic> Check for OfBlocks<'_, C> {
        unsafe fn check<B: block::Block>(&self) {
            // SAFETY: the caller's promise is the same.
            unsafe { self.0.check::<B>() }
        }
    }

    check_on_all(&OfBlocks(check));
    #[cfg(target_arch = "x86_64")]
    if Backend::named("sse2").is_some() {
        // SAFETY: this processor has POPCNT.
        unsafe { check.check::<sse2::Sse2Popcnt>() }
    }
}
