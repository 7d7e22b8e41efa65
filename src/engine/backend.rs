//! The one place that chooses an instruction set.

use std::ffi::CStr;
use std::sync::OnceLock;

use super::kernels::Kernels;
#[cfg(all(target_arch = "aarch64", target_endian = "little"))]
use super::neon::Neon;
use super::pattern::Needle;
use super::portable::Portable;
#[cfg(target_arch = "x86_64")]
use super::{avx2::Avx2, avx512::Avx512, sse2::Sse2};

/// An instruction set that this processor has. [`Backend::named`] alone makes one, and looks; so
/// to hold one is the proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Backend(Kind);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    #[cfg(target_arch = "x86_64")]
    Avx512,
    #[cfg(target_arch = "x86_64")]
    Avx2 {
        squeezes: bool,
    },
    #[cfg(target_arch = "x86_64")]
    Sse2,
    #[cfg(all(target_arch = "aarch64", target_endian = "little"))]
    Neon,
    Portable,
}

/// The environment variable that forces a backend.
const VARIABLE: &str = "TALLY_BACKEND";

impl Backend {
    /// The names of all backends, the fastest first. The last runs everywhere.
    ///
    /// `avx2-moves` is what AVX2 falls back to where `pext` is slow; it has a name of its own so
    /// that it can be forced and tested.
    pub(crate) const NAMES: [&'static str; 6] =
        ["avx512", "avx2", "avx2-moves", "sse2", "neon", "portable"];

    /// The backend in use: the one that the environment names, if this processor has it, or the
    /// fastest. Chosen at the first call, for the life of the process.
    pub(crate) fn chosen() -> Self {
        static CHOSEN: OnceLock<Backend> = OnceLock::new();
        *CHOSEN.get_or_init(|| {
            let forced = std::env::var(VARIABLE).ok();
            let forced = forced.as_deref().and_then(Self::named);
            let fastest = || Self::NAMES.into_iter().find_map(Self::named);
            forced.or_else(fastest).unwrap_or(Self(Kind::Portable))
        })
    }

    /// The backend of that name, if this processor has it.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let kind = match name {
            #[cfg(target_arch = "x86_64")]
            "avx512" if has_avx512() => Kind::Avx512,
            #[cfg(target_arch = "x86_64")]
            "avx2" if has_avx2() => Kind::Avx2 { squeezes: !has_slow_pext() },
            #[cfg(target_arch = "x86_64")]
            "avx2-moves" if has_avx2() => Kind::Avx2 { squeezes: false },
            #[cfg(target_arch = "x86_64")]
            "sse2" => Kind::Sse2,
            #[cfg(all(target_arch = "aarch64", target_endian = "little"))]
            "neon" if std::arch::is_aarch64_feature_detected!("neon") => Kind::Neon,
            "portable" => Kind::Portable,
            _ => return None,
        };
        Some(Self(kind))
    }

    pub(crate) fn name(self) -> &'static CStr {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => c"avx512",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 { .. } => c"avx2",
            #[cfg(target_arch = "x86_64")]
            Kind::Sse2 => c"sse2",
            #[cfg(all(target_arch = "aarch64", target_endian = "little"))]
            Kind::Neon => c"neon",
            Kind::Portable => c"portable",
        }
    }

    /// The kernels for this pair. This processor runs them.
    pub(super) fn kernels(self, what: &Needle, reset: &Needle) -> Kernels {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => Kernels::pick::<Avx512>(what, reset),
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 { .. } => Kernels::pick::<Avx2>(what, reset),
            #[cfg(target_arch = "x86_64")]
            Kind::Sse2 => Kernels::pick::<Sse2>(what, reset),
            #[cfg(all(target_arch = "aarch64", target_endian = "little"))]
            Kind::Neon => Kernels::pick::<Neon>(what, reset),
            Kind::Portable => Kernels::pick::<Portable>(what, reset),
        }
    }

    /// Whether the processor squeezes bits together, and fast.
    pub(super) fn squeezes(self) -> bool {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => true,
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 { squeezes } => squeezes,
            _ => false,
        }
    }
}

/// Something to find true of the blocks of every backend.
#[cfg(test)]
pub(super) trait Check {
    /// # Safety
    ///
    /// The processor has the instructions of `B`.
    unsafe fn check<B: super::block::Block>(&self);
}

#[cfg(test)]
pub(super) fn check_on_all(check: &impl Check) {
    for backend in Backend::NAMES.into_iter().filter_map(Backend::named) {
        // SAFETY: this processor has the backend.
        unsafe {
            match backend.0 {
                #[cfg(target_arch = "x86_64")]
                Kind::Avx512 => check.check::<Avx512>(),
                #[cfg(target_arch = "x86_64")]
                Kind::Avx2 { .. } => check.check::<Avx2>(),
                #[cfg(target_arch = "x86_64")]
                Kind::Sse2 => check.check::<Sse2>(),
                #[cfg(all(target_arch = "aarch64", target_endian = "little"))]
                Kind::Neon => check.check::<Neon>(),
                Kind::Portable => check.check::<Portable>(),
            }
        }
    }
}

/// AVX-512 with its byte instructions and the counting of bits in vectors. The first processors
/// with AVX-512 count no bits so, and lower their clock for it: AVX2 suits them better. All that
/// count so have the lookups (VBMI) and the matrices (GFNI) too.
#[cfg(target_arch = "x86_64")]
fn has_avx512() -> bool {
    has_avx2()
        && std::arch::is_x86_feature_detected!("avx512f")
        && std::arch::is_x86_feature_detected!("avx512bw")
        && std::arch::is_x86_feature_detected!("avx512cd")
        && std::arch::is_x86_feature_detected!("avx512vpopcntdq")
        && std::arch::is_x86_feature_detected!("avx512dq")
        && std::arch::is_x86_feature_detected!("avx512vbmi")
        && std::arch::is_x86_feature_detected!("gfni")
}

/// AVX2, and the bit manipulation that came with it.
#[cfg(target_arch = "x86_64")]
fn has_avx2() -> bool {
    std::arch::is_x86_feature_detected!("avx2")
        && std::arch::is_x86_feature_detected!("bmi1")
        && std::arch::is_x86_feature_detected!("bmi2")
        && std::arch::is_x86_feature_detected!("lzcnt")
        && std::arch::is_x86_feature_detected!("popcnt")
}

/// Whether `pext` is there, but slow: AMD's processors before Zen 3 (family 19h) take hundreds of
/// cycles for it.
#[cfg(target_arch = "x86_64")]
fn has_slow_pext() -> bool {
    use std::arch::x86_64::__cpuid;

    // SAFETY: every x86-64 processor has `cpuid`. (It needs `unsafe` before Rust 1.94.)
    #[allow(unused_unsafe)]
    let (maker, version) = unsafe { (__cpuid(0).ebx, __cpuid(1).eax) };
    // The makers' names are "AuthenticAMD" and "HygonGenuine", who built Zen 1 under licence.
    let is_amd = [*b"Auth", *b"Hygo"].map(u32::from_le_bytes).contains(&maker);
    let family = (version >> 8 & 0xF) + (version >> 20 & 0xFF);
    is_amd && family < 0x19
}
