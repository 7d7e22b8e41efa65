//! Programs that were built against the header of the first version, which `tests/abi` keeps.

use super::programs::{Compiler, Library, WARNINGS, build_folder, succeed};

const FIRST: &str = include_str!("../abi/tally.h");
const CURRENT: &str = include_str!("../../include/tally.h");

/// The program includes the header beside it, not the current one.
#[test]
fn a_program_of_the_first_version_runs() {
    let options = [&WARNINGS[..], &["-D_GNU_SOURCE"]].concat();
    let program =
        Compiler::c("c99").program("c-abi", &["tests/abi/program.c"], &options, Library::Shared);
    succeed(program.command().arg(build_folder().join("c-abi.txt")));
}

fn constants(header: &str) -> Vec<&str> {
    let lines = header.lines().filter(|line| line.starts_with("#define TALLY_"));
    lines.filter(|line| !line.contains("TALLY_VERSION_") && line.split(' ').count() > 2).collect()
}

/// No function shows the values of constants, so no description of the library has them.
#[test]
fn constants_of_the_first_version_keep_their_values() {
    let (first, current) = (constants(FIRST), constants(CURRENT));
    assert!(first.len() > 20, "{first:?}");
    for line in first {
        assert!(current.contains(&line), "{line}");
    }
}

/// Two errors, or two values for the same field, must not share a number.
#[test]
fn no_status_is_used_twice() {
    let mut numbers: Vec<u32> = constants(CURRENT)
        .iter()
        .filter_map(|line| line.strip_prefix("#define TALLY_ERROR_")?.split(' ').nth(1))
        .map(|number| number.parse().expect("a number"))
        .collect();
    let all = numbers.len();
    numbers.sort_unstable();
    numbers.dedup();
    assert!(all >= 13 && numbers.len() == all && !numbers.contains(&0), "{numbers:?}");
}
