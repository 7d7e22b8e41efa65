use std::ops::{Deref, DerefMut};

use super::ReadError;

/// Memory to read into, which starts at a page: the kernel copies to such a place faster.
pub(crate) struct Buffer {
    bytes: Vec<u8>,
    start: usize,
}

impl Buffer {
    /// The size of a page, or a multiple of it, on the processors that are in use.
    const PAGE: usize = 4096;

    /// A buffer of `len` bytes.
    pub(crate) fn try_new(len: usize) -> Result<Self, ReadError> {
        let mut bytes: Vec<u8> = Vec::new();
        bytes.try_reserve_exact(len + Self::PAGE).map_err(|_| ReadError::NoMemory)?;
        // Where the address cannot be aligned, which the function may claim, nothing is lost.
        let start = bytes.as_ptr().align_offset(Self::PAGE).min(Self::PAGE);
        bytes.resize(start + len, 0);
        Ok(Self { bytes, start })
    }
}

impl Deref for Buffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes[self.start..]
    }
}

impl DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.bytes[self.start..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffers_start_at_a_page() {
        for len in [1, 4095, 4096, 4097, 1 << 18] {
            let buffer = Buffer::try_new(len).unwrap();
            assert_eq!((buffer.len(), buffer.as_ptr().addr() % Buffer::PAGE), (len, 0));
        }
        assert!(Buffer::try_new(isize::MAX as usize).is_err());
    }
}
