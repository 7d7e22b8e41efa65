//! Programs that were built against the header of the first version, which `tests/abi` keeps.

use std::collections::BTreeMap;

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

/// Two errors, or two values for the same field or argument, must not share a number.
#[test]
fn no_number_is_used_twice() {
    let mut numbers: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for line in constants(CURRENT) {
        let (name, number) = line["#define TALLY_".len()..].split_once(' ').expect("a number");
        // The conditions have no word in common.
        let is_condition = ["AT_LEAST", "OUTSIDE", "WITHIN"].contains(&name);
        let of = if is_condition { "condition" } else { name.split('_').next().expect("a word") };
        // One is the largest of its type, and the first version may stand behind a number.
        if let Ok(number) = number.split(' ').next().expect("a number").parse() {
            numbers.entry(of).or_default().push(number);
        }
    }
    let errors = numbers.get_mut("ERROR").expect("errors");
    assert!(errors.len() >= 13, "{errors:?}");
    errors.push(0);
    for of in ["condition", "NEEDLE", "QUOTES", "RESET", "RESULTS", "SKIP", "WORDS"] {
        assert!(numbers.get(of).is_some_and(|numbers| numbers.len() >= 2), "{of}");
    }
    for (of, mut numbers) in numbers {
        let all = numbers.len();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), all, "{of}: {numbers:?}");
    }
}
