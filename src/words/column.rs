use super::{TopWords, Words};
use crate::columns::Column;
use crate::error::Error;

/// The byte behind each value, which separates words by either rule.
const BEHIND: u8 = b'\n';

impl Words {
    /// Processes the values of a column, as if each was a line of a text: so no word is in two
    /// values, nor in a value and what was fed before. Nulls are left out. The newlines count as
    /// data.
    ///
    /// ```
    /// use tally::{Column, WordRule, Words};
    ///
    /// let mut words = Words::new(WordRule::Unicode)?;
    /// words.feed_column(&Column::from_offsets(b"to beor not to be", &[0_u32, 5, 17], None)?)?;
    /// assert_eq!((words.get(b"be"), words.get(b"or"), words.total()), (2, 1, 6));
    /// # Ok::<(), tally::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Limit`] or [`Error::NoMemory`]: then everything before the byte of that text that
    /// [`bytes`](Self::bytes) returns is counted.
    pub fn feed_column(&mut self, column: &Column<'_>) -> Result<(), Error> {
        if column.is_empty() {
            return Ok(());
        }
        self.finish()?;
        column.as_text(BEHIND, |text| self.feed(text))
    }
}

impl TopWords {
    /// Processes the values of a column, as [`Words::feed_column`].
    ///
    /// # Errors
    ///
    /// As [`feed`](Self::feed).
    pub fn feed_column(&mut self, column: &Column<'_>) -> Result<(), Error> {
        if column.is_empty() {
            return Ok(());
        }
        self.finish();
        column.as_text(BEHIND, |text| self.feed(text))
    }
}
