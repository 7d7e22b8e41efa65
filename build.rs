//! Nothing to do.
fn main() {}
