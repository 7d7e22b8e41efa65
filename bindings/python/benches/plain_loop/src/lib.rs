//! The plain loop over the characters of a str, and over the bytes of bytes: does `needle` occur at
//! least `min_number` times in a line?

use pyo3::prelude::*;

fn has_count_in<T: PartialEq + Copy>(
    data: impl Iterator<Item = T>,
    needle: T,
    min_number: u64,
    reset: T,
) -> bool {
    let mut count = 0;
    for item in data {
        if item == reset {
            count = 0;
        }
        if item == needle {
            count += 1;
            if count >= min_number {
                return true;
            }
        }
    }
    min_number == 0
}

#[pymodule]
mod plain_loop {
    use super::{has_count_in, pyfunction};

    #[pyfunction]
    fn has_count(data: &str, needle: char, min_number: u64) -> bool {
        has_count_in(data.chars(), needle, min_number, '\n')
    }

    #[pyfunction]
    fn has_count_bytes(data: &[u8], needle: u8, min_number: u64) -> bool {
        has_count_in(data.iter().copied(), needle, min_number, b'\n')
    }
}
