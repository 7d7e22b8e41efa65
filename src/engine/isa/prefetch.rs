//! Prefetching, on every processor.

/// Prefetches the cache line at `at`, which may be any address. Only x86-64 does.
#[inline(always)]
pub(in crate::engine) fn prefetch<T>(at: *const T) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: x86-64 has SSE, and a prefetch of an address that is not mapped does nothing.
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T0>(at.cast());
    }
    let _ = at;
}
