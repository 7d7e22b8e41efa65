#!/bin/sh
# Builds what is installed, as shipped:
#
#     sh packaging/build.sh OUTPUT [library]
#
# OUTPUT is the folder for libtally.so, libtally.a, the command, its manual page and completions;
# with `library`, for the first two alone. The same sources and compiler make the same bytes, whatever
# folder they are in: no path of this machine is in them.
#
# CARGO names cargo; with CARGO_C=1, cargo-c builds the library. What cargo builds is in the folder
# `shipped` of CARGO_TARGET_DIR or target.
set -eu
mkdir -p "$1"
output=$(cd "$1" && pwd)
part=${2-}
cd "$(dirname "$0")/.."
root=$(pwd)
cargo=${CARGO:-cargo}
target=${CARGO_TARGET_DIR:-target}/shipped

# Flags, with a separator that no path has. The last one that fits a path counts.
separator=$(printf '\037')
flags=$(printf '%s' "${CARGO_ENCODED_RUSTFLAGS-${RUSTFLAGS-}}" | tr ' ' '\037')
home=${CARGO_HOME:-$HOME/.cargo}
for folder in "$root" "$home" "$home"/registry/src/* "$root/vendor"; do
    flags="${flags:+$flags$separator}--remap-path-prefix=$folder=/crates"
done
export CARGO_ENCODED_RUSTFLAGS="$flags"

build() {
    "$cargo" "$@" --release --locked --target-dir "$target"
}

if [ -n "${CARGO_C-}" ]; then
    # It puts what it builds for a target into a folder of its own.
    host=$("${RUSTC:-rustc}" -vV | sed -n 's/^host: //p')
    build cbuild --lib --library-type cdylib --library-type staticlib
    built=$target/$host/release
else
    build build --lib
    built=$target/release
fi
cp "$built/libtally.so" "$output/"
sh packaging/static.sh "$built/libtally.a" tests/exports.txt "$output/libtally.a"
[ "$part" != library ] || exit 0

build build --features command --bin tally
cp "$target/release/tally" "$output/"
"$output/tally" --man >"$output/tally.1"
for shell in bash zsh fish; do
    "$output/tally" --completions $shell >"$output/tally.$shell"
done
