//! Keyed hashes of words.
//!
//! Whoever chooses the words must not be able to choose them so that they collide. So both ways have
//! a secret key of 128 bits, and are designed for that:
//!
//! - [`Aes`], with the processor's rounds of AES, follows Pelican (Daemen and Rijmen, "The Pelican
//!   MAC Function", 2005): the state starts as a secret; each 16 bytes are added to it, and four
//!   rounds mix them in. After four rounds any difference of two words has become any other with a
//!   probability of at most 2⁻¹¹³ (Keliher and Sui, 2007). So the bits that are used are as good as
//!   random to anyone who does not know the state, and a table shows no hashes. A word takes 12 to
//!   16 cycles, but the processor mixes several at once.
//! - [`Sip`], SipHash-1-3 (Aumasson and Bernstein, 2012), for all other processors. It is several
//!   times as slow.

use super::block::low_bits;

/// The longest word that fits a [`Key`] whole.
pub(crate) const SHORT: usize = 15;

/// A word in 16 bytes, in which equal words are equal.
///
/// Of up to [`SHORT`] bytes: these, zeros, and the length in the last byte. Of a longer word: the
/// place where its bytes are, its length, and [`Key::LONG`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[repr(C, align(8))]
pub(crate) struct Key(pub(crate) [u8; 16]);

impl Key {
    /// The last byte of the key of a long word.
    const LONG: u8 = 0xFF;

    /// Of a word of 1 to [`SHORT`] bytes.
    #[inline(always)]
    pub(crate) fn short(word: &[u8]) -> Self {
        let mut bytes = [0; 16];
        bytes[..word.len()].copy_from_slice(word);
        bytes[SHORT] = word.len() as u8;
        Self(bytes)
    }

    /// Of a word of more than [`SHORT`] bytes, which are at the place `at`.
    #[inline(always)]
    pub(crate) fn long(at: usize, len: usize) -> Self {
        let len = len as u64 | u64::from(Self::LONG) << 56;
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&(at as u64).to_le_bytes());
        bytes[8..].copy_from_slice(&len.to_le_bytes());
        Self(bytes)
    }

    /// The place and the length of a long word.
    #[inline(always)]
    pub(crate) fn place(&self) -> Option<(usize, usize)> {
        if self.0[SHORT] != Self::LONG {
            return None;
        }
        let (at, len) = self.0.split_at(8);
        let number = |bytes: &[u8]| bytes.try_into().map_or(0, u64::from_le_bytes);
        Some((number(at) as usize, (number(len) & low_bits(56)) as usize))
    }

    /// The bytes of a short word.
    #[inline(always)]
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0[..usize::from(self.0[SHORT]).min(SHORT)]
    }
}

/// The secrets of a table.
#[derive(Clone)]
pub(crate) struct Seed {
    sip: [u64; 2],
    /// The state at the start, and the constants of four rounds.
    #[cfg_attr(not(target_arch = "x86_64"), allow(dead_code, reason = "AES is for x86-64"))]
    rounds: [[u64; 2]; 5],
}

impl Seed {
    pub(crate) fn new(sip: [u64; 2]) -> Self {
        let mut next = 0;
        let mut number = || {
            next += 1;
            sip13(sip, &u64::to_le_bytes(next))
        };
        let rounds = [(); 5].map(|()| [number(), number()]);
        Self { sip, rounds }
    }
}

/// A way to hash.
pub(crate) trait Hash {
    /// The hash of a long word: more than [`SHORT`] bytes.
    ///
    /// # Safety
    ///
    /// The processor has the instructions.
    unsafe fn long(seed: &Seed, word: &[u8]) -> u32;

    /// The hash of a short word's key.
    ///
    /// # Safety
    ///
    /// The processor has the instructions.
    #[inline(always)]
    unsafe fn short(seed: &Seed, key: &Key) -> u32 {
        // SAFETY: the caller's promise.
        unsafe { Self::long(seed, &key.0) }
    }

    /// The key of a word of 1 to [`SHORT`] bytes.
    ///
    /// # Safety
    ///
    /// The processor has the instructions, and `len` bytes at `at` are in `data`.
    #[inline(always)]
    unsafe fn key(data: &[u8], at: usize, len: usize) -> Key {
        Key::short(&data[at..at + len])
    }

    /// Which of the tags equal `tag`, a bit for each.
    ///
    /// # Safety
    ///
    /// The processor has the instructions.
    #[inline(always)]
    unsafe fn equal(tags: &[u32; 8], tag: u32) -> u32 {
        let mut equal = 0;
        for (place, &other) in tags.iter().enumerate() {
            equal |= u32::from(other == tag) << place;
        }
        equal
    }
}

/// For every processor.
pub(crate) struct Sip;

impl Hash for Sip {
    #[inline(always)]
    unsafe fn long(seed: &Seed, word: &[u8]) -> u32 {
        sip13(seed.sip, word) as u32
    }
}

/// SipHash-1-3.
fn sip13([k0, k1]: [u64; 2], data: &[u8]) -> u64 {
    #[inline(always)]
    fn round(v: &mut [u64; 4]) {
        v[0] = v[0].wrapping_add(v[1]);
        v[2] = v[2].wrapping_add(v[3]);
        v[1] = v[1].rotate_left(13) ^ v[0];
        v[3] = v[3].rotate_left(16) ^ v[2];
        v[0] = v[0].rotate_left(32);
        v[2] = v[2].wrapping_add(v[1]);
        v[0] = v[0].wrapping_add(v[3]);
        v[1] = v[1].rotate_left(17) ^ v[2];
        v[3] = v[3].rotate_left(21) ^ v[0];
        v[2] = v[2].rotate_left(32);
    }
    let mut v = [
        k0 ^ 0x736f_6d65_7073_6575,
        k1 ^ 0x646f_7261_6e64_6f6d,
        k0 ^ 0x6c79_6765_6e65_7261,
        k1 ^ 0x7465_6462_7974_6573,
    ];
    let words = data.chunks_exact(8);
    let rest = words.remainder();
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    last[7] = data.len() as u8;
    for word in words.chain([&last[..]]) {
        let word = word.try_into().map_or(0, u64::from_le_bytes);
        v[3] ^= word;
        round(&mut v);
        v[0] ^= word;
    }
    v[2] ^= 0xFF;
    for _ in 0..3 {
        round(&mut v);
    }
    v[0] ^ v[1] ^ v[2] ^ v[3]
}

#[cfg(target_arch = "x86_64")]
pub(crate) use aes::Aes;

#[cfg(target_arch = "x86_64")]
mod aes {
    #![allow(
        clippy::cast_possible_wrap,
        clippy::cast_sign_loss,
        reason = "the intrinsics have signed types for bits"
    )]

    use std::arch::x86_64::*;

    use super::{Hash, Key, SHORT, Seed};

    /// For processors with AES and AVX2.
    pub(crate) struct Aes;

    /// From byte 16 - n on, a mask of the first n of 16 bytes. In one cache line.
    #[repr(align(32))]
    struct Window([[u8; 16]; 2]);
    static WINDOW: Window = Window([[0xFF; 16], [0; 16]]);

    /// Four rounds.
    ///
    /// # Safety
    ///
    /// The processor has AES.
    #[inline(always)]
    unsafe fn mixed(seed: &Seed, mut state: __m128i) -> __m128i {
        // SAFETY: the caller vouches for the processor; each constant has 16 bytes.
        unsafe {
            for round in 1..5 {
                state =
                    _mm_aesenc_si128(state, _mm_loadu_si128(seed.rounds[round].as_ptr().cast()));
            }
        }
        state
    }

    impl Hash for Aes {
        #[inline(always)]
        unsafe fn short(seed: &Seed, key: &Key) -> u32 {
            // SAFETY: the caller vouches for the processor; keys and constants have 16 bytes.
            unsafe {
                let start = _mm_loadu_si128(seed.rounds[0].as_ptr().cast());
                let key = _mm_loadu_si128(key.0.as_ptr().cast());
                _mm_cvtsi128_si32(mixed(seed, _mm_xor_si128(start, key))) as u32
            }
        }

        #[inline(always)]
        unsafe fn long(seed: &Seed, word: &[u8]) -> u32 {
            // SAFETY: the caller vouches for the processor. Each load is of 16 bytes in the word,
            // whose length is at least 16; the last may overlap the one before.
            unsafe {
                let start = _mm_loadu_si128(seed.rounds[0].as_ptr().cast());
                // No short word has such a block first: its last byte is more than the length of one.
                let len = _mm_set_epi64x(-1, word.len() as i64);
                let mut state = mixed(seed, _mm_xor_si128(start, len));
                let blocks = word.chunks_exact(16);
                let rest = blocks.remainder();
                for block in blocks {
                    let block = _mm_loadu_si128(block.as_ptr().cast());
                    state = mixed(seed, _mm_xor_si128(state, block));
                }
                if !rest.is_empty() {
                    let last = word.as_ptr().add(word.len() - 16);
                    state = mixed(seed, _mm_xor_si128(state, _mm_loadu_si128(last.cast())));
                }
                _mm_cvtsi128_si32(state) as u32
            }
        }

        #[inline(always)]
        unsafe fn key(data: &[u8], at: usize, len: usize) -> Key {
            if data.len() - at < 16 {
                return Key::short(&data[at..at + len]);
            }
            let mut key = Key([0; 16]);
            // SAFETY: 16 bytes are in the data, in the key, and in the window from each of its first
            // 17 bytes on. x86-64 has SSE2.
            unsafe {
                let window = WINDOW.0.as_ptr().cast::<u8>();
                let bytes = _mm_loadu_si128(data.as_ptr().add(at).cast());
                let mask = _mm_loadu_si128(window.add(16 - (len & 15)).cast());
                _mm_storeu_si128(key.0.as_mut_ptr().cast(), _mm_and_si128(bytes, mask));
            }
            key.0[SHORT] = len as u8;
            key
        }

        /// Feeding a table is a sixth faster with this than with the loop (prose of 1 MiB, Zen 4).
        #[inline(always)]
        unsafe fn equal(tags: &[u32; 8], tag: u32) -> u32 {
            // SAFETY: the caller vouches for the processor; there are 32 bytes of tags.
            unsafe {
                let tags = _mm256_loadu_si256(tags.as_ptr().cast());
                let equal = _mm256_cmpeq_epi32(tags, _mm256_set1_epi32(tag as i32));
                _mm256_movemask_ps(_mm256_castsi256_ps(equal)) as u32
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From the reference implementation's rules: the standard library's hasher is SipHash-1-3 too.
    #[test]
    fn sip_is_that_of_the_standard_library() {
        use std::hash::Hasher;
        for len in 0..100_u8 {
            let data: Vec<u8> = (0..len).collect();
            let mut hasher = std::collections::hash_map::DefaultHasher::new();
            hasher.write(&data);
            assert_eq!(sip13([0, 0], &data), hasher.finish(), "{len}");
        }
    }

    #[test]
    fn keys_are_different() {
        let words: [&[u8]; 5] = [b"a", b"a\0", b"ab", b"abcdefghijklmno", b"\0"];
        for (place, word) in words.iter().enumerate() {
            assert_eq!(Key::short(word).bytes(), *word);
            assert_eq!(Key::short(word).place(), None);
            assert!(words[..place].iter().all(|other| Key::short(other) != Key::short(word)));
        }
        assert_eq!(Key::long(1 << 50, 1 << 40).place(), Some((1 << 50, 1 << 40)));
    }

    /// Words that differ in one byte, or in their length, have different hashes; and with another
    /// seed, all have.
    ///
    /// # Safety
    ///
    /// The processor has the instructions of `H`.
    unsafe fn check<H: Hash>() {
        use std::collections::HashSet;
        let seeds = [Seed::new([1, 2]), Seed::new([1, 3])];
        let hash = |seed: &Seed, word: &[u8]| {
            // SAFETY: the caller vouches for the processor.
            unsafe {
                if word.len() > SHORT {
                    H::long(seed, word)
                } else {
                    H::short(seed, &Key::short(word))
                }
            }
        };
        let mut of_lengths = HashSet::new();
        for len in 1..100 {
            let mut word = vec![b'a'; len];
            let mut hashes: HashSet<u32> = seeds.iter().map(|seed| hash(seed, &word)).collect();
            of_lengths.extend(hashes.iter().copied());
            for at in 0..len {
                word[at] = b'b';
                hashes.insert(hash(&seeds[0], &word));
                word[at] = b'a';
            }
            assert_eq!(hashes.len(), len + 2, "{len}");
        }
        assert_eq!(of_lengths.len(), 2 * 99);
    }

    #[test]
    fn every_byte_is_hashed() {
        // SAFETY: every processor has these instructions.
        unsafe { check::<Sip>() };
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("aes") && std::arch::is_x86_feature_detected!("avx2")
        {
            // SAFETY: this processor has them.
            unsafe { check::<Aes>() };
        }
    }
}
