//! Numbers and words in saved states.
//!
//! A *number* has seven bits in each byte, the lowest first; the highest bit of a byte says that
//! another one follows.

/// The most bytes of a number.
const LONGEST: usize = 10;

/// Passes a number to `put`.
pub(super) fn put_number(mut number: u64, put: &mut impl FnMut(&[u8])) {
    let mut bytes = [0; LONGEST];
    let mut len = 0;
    loop {
        bytes[len] = number as u8 & 0x7F | if number > 0x7F { 0x80 } else { 0 };
        len += 1;
        number >>= 7;
        if number == 0 {
            return put(&bytes[..len]);
        }
    }
}

/// What is left of a state.
pub(super) struct State<'a>(&'a [u8]);

impl<'a> State<'a> {
    pub(super) fn new(state: &'a [u8]) -> Self {
        Self(state)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(taken)
    }

    /// A number; in its shortest form, so that a state can be loaded in one form only.
    pub(super) fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for place in 0..LONGEST {
            let byte = *self.take(1)?.first()?;
            let bits = u64::from(byte & 0x7F);
            number |=
                bits.checked_shl(7 * place as u32).filter(|part| part >> (7 * place) == bits)?;
            if byte < 0x80 {
                return (byte > 0 || place == 0).then_some(number);
            }
        }
        None
    }

    /// A number, and as many bytes.
    pub(super) fn word(&mut self) -> Option<&'a [u8]> {
        let len = usize::try_from(self.number()?).ok()?;
        self.take(len)
    }
}
