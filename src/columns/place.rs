/// The most bytes of a value that is in a view itself.
pub(super) const INLINE: usize = 12;

/// Where a value lies: at `buffer[start..end]`.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) buffer: &'a [u8],
    pub(super) start: usize,
    pub(super) end: usize,
    /// Whether it is in a view, of which [`INLINE`] bytes from `start` on may be read.
    pub(super) is_inline: bool,
}

impl<'a> Place<'a> {
    pub(super) const EMPTY: Self = Self::new(&[], 0, 0);

    #[inline]
    pub(super) const fn new(buffer: &'a [u8], start: usize, end: usize) -> Self {
        Self { buffer, start, end, is_inline: false }
    }

    #[inline]
    pub(super) fn len(&self) -> usize {
        self.end - self.start
    }

    #[inline]
    pub(super) fn bytes(&self) -> &'a [u8] {
        &self.buffer[self.start..self.end]
    }
}
