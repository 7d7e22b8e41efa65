//! Words: how many there are, and how often each occurs.

mod count;
mod file;
mod state;
mod table;

pub use count::{WordCounter, count_words};
pub use table::{Word, Words, WordsOptions};
