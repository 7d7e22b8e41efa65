//! One text on several threads.
//!
//! [`in_order`] is a work queue; [`Parts`] uses it for data in memory. (Files use it in
//! [`Summary`](crate::Summary).)

mod parts;
mod queue;

pub(crate) use parts::{Parts, part_len};
pub(crate) use queue::in_order;
