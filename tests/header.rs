//! The committed header is the one that the sources make.

/// What `build.rs` has just made.
const MADE: &str = include_str!(concat!(env!("OUT_DIR"), "/tally.h"));
const COMMITTED: &str = include_str!("../include/tally.h");

#[test]
fn header_is_up_to_date() {
    for (number, (made, committed)) in MADE.lines().zip(COMMITTED.lines()).enumerate() {
        assert_eq!(made, committed, "include/tally.h, line {}: `make header` mends it", number + 1);
    }
    assert_eq!(MADE.len(), COMMITTED.len(), "include/tally.h: `make header` mends it");
}

#[test]
fn header_has_this_version() {
    for (part, number) in [
        ("MAJOR", env!("CARGO_PKG_VERSION_MAJOR")),
        ("MINOR", env!("CARGO_PKG_VERSION_MINOR")),
        ("PATCH", env!("CARGO_PKG_VERSION_PATCH")),
    ] {
        assert!(COMMITTED.contains(&format!("#define TALLY_VERSION_{part} {number}\n")));
    }
}
