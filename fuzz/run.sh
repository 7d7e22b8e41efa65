#!/bin/sh
# Runs every fuzz target for SECONDS seconds: fuzz/run.sh SECONDS
#
# Needs cargo-fuzz (cargo install cargo-fuzz) and a C++ compiler, on Linux or macOS. A finding is
# kept in fuzz/artifacts, and `cargo fuzz fmt TARGET FILE` prints what it stands for.
set -eu
cd "$(dirname "$0")/.."
seconds=${1:?"usage: fuzz/run.sh SECONDS"}

if ! cargo fuzz --version >/dev/null 2>&1; then
    echo 'skipped: cargo-fuzz is not installed'
    [ "${CI:-}" != true ] || exit 1
    exit 0
fi

# The sanitizer and the coverage are unstable options; this makes a stable compiler accept them.
export RUSTC_BOOTSTRAP=1
# Tracing comparisons finds magic numbers. There are none, and it would double the time.
options=--no-trace-compares
cargo fuzz build $options

log=$(mktemp)
trap 'rm -f "$log"' EXIT
found=0
for target in $(cargo fuzz list); do
    corpus=fuzz/corpus/$target
    mkdir -p "$corpus"
    # New inputs are kept in the first folder. Short inputs describe long data already.
    if cargo fuzz run $options "$target" "$corpus" "fuzz/seeds/$target" -- \
        -max_total_time="$seconds" -max_len=128 -len_control=0 -timeout=20 \
        -print_final_stats=1 >"$log" 2>&1; then
        runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
        echo "fuzz: $target: $runs runs in $seconds seconds, 0 findings"
    else
        found=1
        # Without the fuzzer's progress lines.
        grep -v '^#[0-9]' "$log"
        echo "fuzz: $target: a finding, see above"
    fi
done
exit "$found"
