#!/bin/sh
# Runs the tests on other processors, which qemu emulates:
#
#     aarch64  64-bit Arm: the NEON backend
#     s390x    IBM Z: big-endian
#     armv7    32-bit Arm
#
#     sh packaging/cross-test.sh [--install] [aarch64] [s390x] [armv7]
#
# Without a name, on all of them. What it needs on Debian 12, `--install` installs, as root:
#
# apt-get install --no-install-recommends make qemu-user cargo-web rustc-web rust-web-src g++-aarch64-linux-gnu libc6-dev-arm64-cross g++-s390x-linux-gnu libc6-dev-s390x-cross g++-arm-linux-gnueabihf libc6-dev-armhf-cross
#
# Rust's standard library is built from its source for each processor. RUST_BIN is the folder of a
# cargo and rustc that come with that source; TALLY_TEST_CASES is the number of random cases.
set -eu
cd "$(dirname "$0")/.."

install=$(sed -n 's/^# \(apt-get install .*\)/\1/p' packaging/cross-test.sh)
if [ "${1-}" = --install ]; then
    shift
    apt-get update
    $install --yes
fi

rust=${RUST_BIN:-/usr/bin}
export RUSTC="$rust/rustc" RUSTDOC="$rust/rustdoc"
export RUSTC_BOOTSTRAP=1 # for -Zbuild-std
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$PWD/target/cross}"

# need TEST...: stops where something that the tests need is missing.
need() {
    if ! "$@" >/dev/null 2>&1; then
        printf 'cross-test: missing (%s); the packages are\n\n    %s\n' "$*" "$install" >&2
        exit 1
    fi
}

# run_tests TARGET GNU QEMU: on a processor as Rust, the GNU compilers and qemu call it.
run_tests() {
    run="qemu-$3 -L /usr/$2"
    need command -v make
    need command -v "qemu-$3"
    need command -v "$2-g++"
    need test -e "/usr/$2/include/stdio.h"
    need test -x "$rust/cargo"
    need test -d "$("$RUSTC" --print sysroot)/lib/rustlib/src/rust/library"

    echo "== $1"
    variable=CARGO_TARGET_$(echo "$1" | tr a-z- A-Z_)
    env "${variable}_LINKER=$2-gcc" "${variable}_RUNNER=$run" CARGO_BUILD_TARGET="$1" \
        make CARGO="$rust/cargo -Zbuild-std" FEATURES=header,inject-panic test-rust
}

[ $# -gt 0 ] || set -- aarch64 s390x armv7
for processor; do
    case $processor in
    aarch64) run_tests aarch64-unknown-linux-gnu aarch64-linux-gnu aarch64 ;;
    s390x) run_tests s390x-unknown-linux-gnu s390x-linux-gnu s390x ;;
    armv7) run_tests armv7-unknown-linux-gnueabihf arm-linux-gnueabihf arm ;;
    *)
        echo "cross-test: $processor: not one of aarch64, s390x, armv7" >&2
        exit 2
        ;;
    esac
done
echo "cross-test: passed on $*"
