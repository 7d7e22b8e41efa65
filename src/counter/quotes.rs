use crate::bytes::ByteSet;
use crate::engine::{self, QuoteRule};
use crate::error::Error;

/// Quotes, and what they hide: quoted bytes, quotes, escapes and the bytes that these make literal
/// are neither hits nor resets, closing bytes or delimiters.
///
/// ```
/// use tally::{CounterOptions, Quotes, Reset};
///
/// // A row that does not have two fields.
/// let counter = CounterOptions::new(',')
///     .outside(1..=1)
///     .reset(Reset::Newlines)
///     .skip_empty(true)
///     .quotes(Quotes::fields())
///     .build()?;
/// assert!(!counter.has_count(b"name,\"a, b\"\n\"two\nlines\",c\n"));
/// # Ok::<(), tally::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Quotes {
    rule: QuoteRule,
    quote: u8,
    escape: Option<u8>,
    delimiters: ByteSet,
}

impl Quotes {
    const fn of(rule: QuoteRule) -> Self {
        Self { rule, quote: b'"', escape: None, delimiters: ByteSet::EMPTY }
    }

    /// The quotes of CSV, as Python's `csv.reader` reads them: a quote opens only where a field
    /// starts, which is at the start of the data and behind a reset byte or a delimiter. Inside, a
    /// doubled quote is a literal one; any other closes, and what follows up to the next delimiter
    /// or reset byte is ordinary. The quote is `"`; no escape.
    pub const fn fields() -> Self {
        Self::of(QuoteRule::Fields)
    }

    /// The quotes of JSON, programs and logs: every quote that is not escaped opens or closes. The
    /// quote is `"`; no escape.
    pub const fn anywhere() -> Self {
        Self::of(QuoteRule::Anywhere)
    }

    /// The quote byte.
    pub const fn quote(mut self, quote: u8) -> Self {
        self.quote = quote;
        self
    }

    /// A byte that makes the next one literal, inside quotes and outside. For
    /// [`fields`](Self::fields), directly behind a closing quote it is an ordinary byte.
    pub const fn escape(mut self, escape: Option<u8>) -> Self {
        self.escape = escape;
        self
    }

    /// The bytes that end a field, besides the reset bytes; for [`fields`](Self::fields) alone. The
    /// empty set, which is the default, stands for the bytes of the needle.
    pub const fn delimiters(mut self, delimiters: ByteSet) -> Self {
        self.delimiters = delimiters;
        self
    }

    /// The quotes as the engine follows them. `needle` and `is_string`: the bytes of the needle, and
    /// whether it has several; `others`: the other bytes of the question.
    pub(super) fn compile(
        self,
        needle: &ByteSet,
        is_string: bool,
        others: [&ByteSet; 2],
    ) -> Result<engine::Quotes, Error> {
        let Self { rule, quote, escape, mut delimiters } = self;
        match rule {
            QuoteRule::Anywhere if !delimiters.is_empty() => return Err(Error::NotFields),
            QuoteRule::Fields if delimiters.is_empty() && is_string => {
                return Err(Error::NoDelimiters);
            }
            QuoteRule::Fields if delimiters.is_empty() => delimiters = *needle,
            _ => {}
        }
        let is_used = |byte: u8| {
            let [one, other] = others;
            byte == 0 || [needle, one, other, &delimiters].iter().any(|set| set.contains(byte))
        };
        if is_used(quote) || escape.is_some_and(|escape| escape == quote || is_used(escape)) {
            return Err(Error::QuoteInUse);
        }
        Ok(engine::Quotes { rule, quote, escape, delimiters })
    }
}
