//! From masks to exact answers.
//!
//! Two masks hold all that matters of a block: `hits` has a bit for each byte that completes a hit,
//! `resets` one for each reset byte. A byte with both bits opens a segment and is its first hit.
//! Nothing here depends on the needle or the resets.
//!
//! - [`block`] decides one block: at which bytes a segment's count reaches a number;
//! - [`batch`] decides many: how many segments reach a number, or what the largest count is;
//! - [`range`] decides many by the final counts: how many segments are outside a range;
//! - [`depth`] passes over blocks in which closing bytes lower the count;
//! - [`condition`] says when a segment matches, and joins counts of parts of a segment;
//! - [`strings`] splits the masks of many strings at their ends.

pub(super) mod batch;
pub(super) mod block;
pub(super) mod condition;
pub(super) mod depth;
pub(super) mod range;
pub(super) mod strings;
