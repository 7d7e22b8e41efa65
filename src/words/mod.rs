//! Words: how many there are, and how often each occurs.

mod column;
mod count;
mod encoding;
mod file;
mod state;
mod table;
mod top;
mod top_state;

pub use count::{WordCounter, count_words};
pub use table::{Word, Words, WordsOptions};
pub use top::{TopWord, TopWords};
