//! Questions about lines, with the data to ask them about.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Aligned, Alphabet, Hurt, Place};

/// Has any line of `data` at least `number` times `what`?
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) data: Arc<Aligned>,
    pub(crate) what: u8,
    pub(crate) number: u64,
}

/// The cases. For all but `Early` the answer is no, so that all of the data is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Named {
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

impl Named {
    pub(crate) fn case(self, len: usize) -> Case {
        let new = |bytes: Vec<u8>| Arc::new(Aligned::new(&bytes));
        let (name, data, what, number) = match self {
            Self::Absent => ("text, no hit", text_once(len), 0, 1),
            Self::Rare => ("text, rare hits", text_once(len), b'q', 9),
            Self::Common => ("text, common hits", text_once(len), b'e', 65),
            Self::Shifted => {
                let text = Aligned::shifted(&text_once(len), 16);
                ("the same, 16 bytes off", Arc::new(text), b'e', 65)
            }
            Self::Dense => ("source code, dense hits", new(super::source(len)), b' ', 129),
            Self::Random => ("random bytes", new(super::random(len)), b'e', 65),
            Self::Early => ("text, reached early", text_once(len), b'e', 3),
            Self::OneShort(number) => {
                let hurt =
                    Hurt::OneShort { number, fill: 3 * number, varied: true, place: Place::Random };
                let data = new(hurt.data(Alphabet::BYTE, len));
                let name = format!("one short of {number}");
                return Case { name, data, what: b'c', number: number as u64 };
            }
        };
        Case { name: name.to_owned(), data, what, number }
    }
}

/// [`super::text`], made once for each length: 256 MiB take seconds.
pub(crate) fn text_once(len: usize) -> Arc<Aligned> {
    static MADE: Mutex<BTreeMap<usize, Arc<Aligned>>> = Mutex::new(BTreeMap::new());
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(made.entry(len).or_insert_with(|| Arc::new(Aligned::new(&super::text(len)))))
}
