use super::Summary;
use crate::columns::Column;
use crate::error::Error;

impl Summary {
    /// Processes the values of a column, as if it was text in which each value is followed by a
    /// reset byte. So values are segments; values of several segments are several. Nulls are left
    /// out.
    ///
    /// The reset bytes count as data. Behind the last value an empty segment is open, as behind the
    /// last newline of a text.
    ///
    /// ```
    /// use tally::{Column, Counter, Reset, Summary};
    ///
    /// let mut summary = Summary::new(&Counter::new('c', 2, Reset::Newlines)?)?;
    /// summary.feed_column(&Column::from_offsets(b"cbccc", &[0_u32, 1, 2, 5], None)?)?;
    /// let totals = summary.totals();
    /// assert_eq!((totals.count, totals.max_count, totals.matching_segments), (4, 3, 1));
    /// assert_eq!((totals.bytes, totals.segments), (8, 4));
    /// # Ok::<(), tally::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::NoReset`] if the counter has no reset byte, or all of them are in the needle.
    pub fn feed_column(&mut self, column: &Column<'_>) -> Result<(), Error> {
        let plan = self.counter.plan();
        let hits = plan.needle().set();
        let reset = plan.resets().iter().find(|&byte| !hits.contains(byte));
        let reset = reset.ok_or(Error::NoReset)?;
        column.as_text(reset, |text| {
            self.feed(text);
            Ok(())
        })
    }
}
