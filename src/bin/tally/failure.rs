//! Why there is no answer for a file.

use std::io;

use tally::{Error, ReadError};

pub(crate) enum Failure {
    /// The file cannot be read; the next one may be.
    Input(String),
    /// Nothing can be printed any more.
    Output(io::Error),
}

impl Failure {
    /// An error of opening or reading.
    #[expect(clippy::needless_pass_by_value, reason = "it is a step of `map_err`")]
    pub(crate) fn reading(error: io::Error) -> Self {
        Self::Input(reason(&error))
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Io(error) => Self::reading(error),
            error => Self::Input(error.to_string()),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Input(error.to_string())
    }
}

/// An error of the output. For one of the input, there is [`Failure::reading`].
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// The reason of an error, without its number.
pub(crate) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    match error.raw_os_error() {
        Some(number) => text.trim_end_matches(&format!(" (os error {number})")).to_owned(),
        None => text,
    }
}
