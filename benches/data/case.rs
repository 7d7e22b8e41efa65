//! Questions about lines, each with the data to ask it about.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Adversarial, Aligned, Alphabet, Place};

/// Does any line of `data` contain `needle` at least `min_number` times?
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) data: Arc<Aligned>,
    pub(crate) needle: u8,
    pub(crate) min_number: u64,
}

/// For all but `Early` the answer is no, so that all of the data is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum CaseKind {
    Absent,
    Rare,
    Common,
    /// As `Common`, but not at a multiple of 64 bytes.
    Shifted,
    Dense,
    Random,
    Early,
    /// Every line is one hit short of this number.
    OneShort(usize),
}

impl CaseKind {
    /// The case with `len` bytes of data.
    pub(crate) fn case(self, len: usize) -> Case {
        let new = |bytes: Vec<u8>| Arc::new(Aligned::new(&bytes));
        let (name, data, needle, min_number) = match self {
            Self::Absent => ("text, no hit", cached_text(len), 0, 1),
            Self::Rare => ("text, rare hits", cached_text(len), b'q', 9),
            Self::Common => ("text, common hits", cached_text(len), b'e', 65),
            Self::Shifted => {
                let text = Aligned::shifted(&cached_text(len), 16);
                ("the same, 16 bytes off", Arc::new(text), b'e', 65)
            }
            Self::Dense => ("source code, dense hits", new(super::source(len)), b' ', 129),
            Self::Random => ("random bytes", new(super::random(len)), b'e', 65),
            Self::Early => ("text, early match", cached_text(len), b'e', 3),
            Self::OneShort(number) => {
                let place = Place::Random;
                let lines = Adversarial::OneShort { number, fill: 3 * number, varied: true, place };
                return Case {
                    name: format!("one short of {number}"),
                    data: new(lines.data(Alphabet::BYTE, len)),
                    needle: b'c',
                    min_number: number as u64,
                };
            }
        };
        Case { name: name.to_owned(), data, needle, min_number }
    }
}

/// [`super::text`], made once for each length, since 256 MiB take seconds.
pub(crate) fn cached_text(len: usize) -> Arc<Aligned> {
    static TEXTS: Mutex<BTreeMap<usize, Arc<Aligned>>> = Mutex::new(BTreeMap::new());
    let mut texts = TEXTS.lock().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(texts.entry(len).or_insert_with(|| Arc::new(Aligned::new(&super::text(len)))))
}
