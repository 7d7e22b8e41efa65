//! From masks to exact answers.
//!
//! Two masks say all that matters of a block: `hits` has a bit for each byte that completes a hit,
//! `resets` one for each reset byte. A byte with both bits opens a segment and is its first hit.
//! Which needle and which reset made the masks makes no difference here.
//!
//! - [`block`] decides one block: at which bytes a segment's count reaches a number;
//! - [`batch`] decides many: how many segments reach a number, or what the largest count is.

pub(super) mod batch;
pub(super) mod block;
