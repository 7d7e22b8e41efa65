#!/bin/sh
# The library, the command and the Python package's library build with an old Rust, and the library
# gives the right answers:
#
#     CARGO=... RUSTC=... sh packaging/test-old-rust.sh OUTPUT
#
# OUTPUT is the folder for what is built. The Rust has to be of the version that Cargo.toml names
# and no later one. `.ci/run` says how Debian 12 gets it; Debian 13 has it.
set -eu
mkdir -p "$1"
output=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."
oldest=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml)
found=$("$RUSTC" --version)
case $found in
"rustc $oldest."*) ;;
*) echo "test-old-rust: the oldest supported is $oldest, but this is $found" >&2 && exit 1 ;;
esac
export RUSTC CARGO CARGO_TARGET_DIR="$output/target"

sh packaging/build.sh "$output"
"${CC:-cc}" -std=c99 -Iinclude tests/c/cases.c "$output/libtally.a" -o "$output/cases" \
    -lpthread -lm -ldl
for backend in avx2 sse2 sse2-only portable; do
    echo "$backend"
    TALLY_BACKEND=$backend "$output/cases" tests/cases/counter.txt tests/cases/records.txt
done
echo "test-old-rust: passed with $found"
