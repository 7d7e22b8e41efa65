//! The way through the data, for every question.
//!
//! - [`kernels`]: the loops of `find` and `decide`, compiled for an instruction set, and the table
//!   from which they are called;
//! - [`query`]: what each query does with blocks that are decided;
//! - [`strategy`]: which test the data is passed over with, a state machine;
//! - [`driver`]: the loop over the data, which puts these together;
//! - [`visible`]: the masks of what no quote hides; [`records`]: the loop over them, for questions that
//!   are not plain;
//! - [`strings`]: many short strings at once, which need no scan;
//! - [`edges`]: which segments start or end with the needle;
//! - [`words`]: the loops over words, and their kernels.

pub(super) mod driver;
pub(super) mod edges;
pub(super) mod kernels;
pub(super) mod query;
pub(super) mod records;
mod strategy;
pub(super) mod strings;
pub(super) mod visible;
pub(super) mod words;
