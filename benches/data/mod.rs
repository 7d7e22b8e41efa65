//! Data to count in. The program makes it, and makes the same on every run.

#![allow(
    dead_code,
    unused_imports,
    clippy::cast_precision_loss,
    reason = "each benchmark uses a part of this; probabilities need no more digits"
)]

mod adversarial;
mod case;
mod records;
mod source;

use std::ops::Deref;

pub(crate) use adversarial::{Adversarial, Alphabet, Place};
pub(crate) use case::{Case, CaseKind, cached_text};
pub(crate) use records::{Fields, json, records};
pub(crate) use source::source;

/// Random numbers, the same for the same seed (xorshift64*).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        // The multiplication makes similar seeds differ in many bits. A state of 0 would stay 0.
        Self(seed.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// From 0 to `bound - 1`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (((self.next() >> 32) * bound as u64) >> 32) as usize
    }

    /// True with this probability.
    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        const UNIT: f64 = (1_u64 << 53) as f64;
        ((self.next() >> 11) as f64) < probability * UNIT
    }

    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

/// Bytes at a fixed offset from a multiple of 64. A vector load that straddles two cache lines costs
/// twice, so figures would depend on where the allocator puts the data.
pub(crate) struct Aligned {
    memory: Vec<u8>,
    start: usize,
}

impl Aligned {
    pub(crate) fn new(bytes: &[u8]) -> Self {
        Self::shifted(bytes, 0)
    }

    /// `shift` bytes (at most 64) behind a multiple of 64.
    pub(crate) fn shifted(bytes: &[u8], shift: usize) -> Self {
        let mut memory: Vec<u8> = Vec::with_capacity(bytes.len() + 128);
        // The capacity suffices, so the vector does not move.
        let start = memory.as_ptr().align_offset(64) + shift;
        memory.resize(start, 0);
        memory.extend_from_slice(bytes);
        Self { memory, start }
    }
}

impl Deref for Aligned {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.memory[self.start..]
    }
}

/// English words, the most frequent first.
const WORDS: &str = "\
    the of and to a in is that it was for on are as with his they at be this from have or by \
    one had not but what all were when we there can an your which their said if do will each \
    about how up out them then she many some so these would other into has more her two like \
    him see time could no make than first been its who now people my made over did down only \
    way find use may water long little very after words called just where most know through \
    back much before good new write our used me man too day same right look think also \
    around another came come work three must because does part even place well such here \
    take why things help put years different away again off went old number great tell men \
    say small every found still between name should home big give air line set own under \
    read last never us left end along while might next sound below saw something thought \
    both few those always looked show large often together asked house world going want \
    school important until form food keep children feet land side without boy once animals \
    life enough took sometimes four head above kind began almost live page got earth need \
    far hand high year mother light country father let night following picture being study \
    second eyes soon times story boys since white days ever paper hard near sentence better \
    best across during today others however sure means knew try told young miles sun ways \
    thing whole hear example heard several change answer room sea against top turned learn \
    point city play toward five using himself usually question zero café naïve quick squeeze \
    equal puzzle";

/// Text: words by Zipf's law, sentences, and lines of 0 to 120 bytes. It is valid UTF-8 with some
/// typographic apostrophes (3 bytes), except that the end may cut a character.
pub(crate) fn text(len: usize) -> Vec<u8> {
    let mut random = Random::new(1);
    let words = zipf_slots();
    let mut data: Vec<u8> = Vec::with_capacity(len + 256);
    let mut words_left = 0;
    while data.len() < len {
        let room = if random.below(12) == 0 { 0 } else { 20 + random.below(101) };
        let start = data.len();
        loop {
            let word = words[random.below(words.len())];
            // With the space before it and the longest punctuation after it.
            if data.len() - start + word.len() + "’s,".len() + 1 > room {
                break;
            }
            if data.len() > start {
                data.push(b' ');
            }
            let first = data.len();
            data.extend_from_slice(word.as_bytes());
            if words_left == 0 {
                words_left = 4 + random.below(20);
                data[first].make_ascii_uppercase();
            }
            words_left -= 1;
            if random.below(32) == 0 {
                data.extend_from_slice("’s".as_bytes());
            }
            if words_left == 0 {
                data.push(random.pick(b"......?!"));
            } else if random.below(10) == 0 {
                data.push(random.pick(b",,,,,,;:"));
            }
        }
        data.push(b'\n');
    }
    data.truncate(len);
    data
}

/// Each word as often as its frequency, which is proportional to 1 / (rank + 2).
fn zipf_slots() -> Vec<&'static str> {
    let mut slots = Vec::new();
    for (rank, word) in WORDS.split(' ').enumerate() {
        slots.extend(vec![word; 8192 / (rank + 2)]);
    }
    slots
}

/// Bytes, each value equally likely.
pub(crate) fn random(len: usize) -> Vec<u8> {
    let mut random = Random::new(2);
    let mut data = Vec::with_capacity(len + 8);
    while data.len() < len {
        data.extend_from_slice(&random.next().to_le_bytes());
    }
    data.truncate(len);
    data
}
