//! The committed header is the one that the sources make, and so are the declarations for Python.

/// Needle `build.rs` has just made.
const MADE: &str = include_str!(concat!(env!("OUT_DIR"), "/tally.h"));
const COMMITTED: &str = include_str!("../include/tally.h");

const MADE_DECLARATIONS: &str = include_str!(concat!(env!("OUT_DIR"), "/declarations.h"));
const COMMITTED_DECLARATIONS: &str = include_str!("../bindings/python/declarations.h");

fn check(name: &str, made: &str, committed: &str) {
    for (number, (made, committed)) in made.lines().zip(committed.lines()).enumerate() {
        assert_eq!(made, committed, "{name}, line {}: `make header` mends it", number + 1);
    }
    assert_eq!(made.len(), committed.len(), "{name}: `make header` mends it");
}

#[test]
fn header_is_up_to_date() {
    check("include/tally.h", MADE, COMMITTED);
}

#[test]
fn declarations_are_up_to_date() {
    check("bindings/python/declarations.h", MADE_DECLARATIONS, COMMITTED_DECLARATIONS);
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
