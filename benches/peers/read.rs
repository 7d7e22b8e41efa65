//! A plain read of data: the limit for everything that looks at each byte.

#![allow(unsafe_code, reason = "vector loads, and functions for detected processor features")]

/// Loads all bytes in order, with the widest vectors of the processor, and combines them by OR: the
/// least work for which the compiler has to keep the loads.
pub(crate) fn read(data: &[u8]) -> u64 {
    #[cfg(target_arch = "x86_64")]
    {
        if std::arch::is_x86_feature_detected!("avx512f") {
            // SAFETY: the processor has AVX-512, as just detected.
            return unsafe { read_avx512(data) };
        }
        if std::arch::is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has AVX2, as just detected.
            return unsafe { read_avx2(data) };
        }
    }
    read_words(data)
}

/// Four accumulators, so that one load does not wait for another.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
fn read_avx512(data: &[u8]) -> u64 {
    use std::arch::x86_64::{
        _mm512_loadu_si512, _mm512_or_si512, _mm512_reduce_or_epi64, _mm512_setzero_si512,
    };

    let mut all = [_mm512_setzero_si512(); 4];
    let groups = data.chunks_exact(256);
    let rest = groups.remainder();
    for group in groups {
        for (vector, all) in group.chunks_exact(64).zip(&mut all) {
            // SAFETY: `vector` has 64 bytes.
            *all = _mm512_or_si512(*all, unsafe { _mm512_loadu_si512(vector.as_ptr().cast()) });
        }
    }
    let [a, b, c, d] = all;
    let all = _mm512_or_si512(_mm512_or_si512(a, b), _mm512_or_si512(c, d));
    _mm512_reduce_or_epi64(all).cast_unsigned() | read_words(rest)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn read_avx2(data: &[u8]) -> u64 {
    use std::arch::x86_64::{
        _mm256_extract_epi64, _mm256_loadu_si256, _mm256_or_si256, _mm256_setzero_si256,
    };

    let mut all = [_mm256_setzero_si256(); 4];
    let groups = data.chunks_exact(128);
    let rest = groups.remainder();
    for group in groups {
        for (vector, all) in group.chunks_exact(32).zip(&mut all) {
            // SAFETY: `vector` has 32 bytes.
            *all = _mm256_or_si256(*all, unsafe { _mm256_loadu_si256(vector.as_ptr().cast()) });
        }
    }
    let [a, b, c, d] = all;
    let all = _mm256_or_si256(_mm256_or_si256(a, b), _mm256_or_si256(c, d));
    let halves = _mm256_extract_epi64::<0>(all) | _mm256_extract_epi64::<1>(all);
    let others = _mm256_extract_epi64::<2>(all) | _mm256_extract_epi64::<3>(all);
    (halves | others).cast_unsigned() | read_words(rest)
}

/// The compiler vectorizes this loop for the target's baseline instruction set.
fn read_words(data: &[u8]) -> u64 {
    let (words, rest) = data.as_chunks::<8>();
    let all = words.iter().fold(0, |all, word| all | u64::from_ne_bytes(*word));
    rest.iter().fold(all, |all, &byte| all | u64::from(byte))
}
