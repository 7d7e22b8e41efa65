#!/bin/sh
# Builds the wheel, and tests it in a fresh environment of each Python, over each back end.
#
#     sh test.sh BUILD [PYTHON...]
#
# BUILD is a folder for what is made. Pythons that cannot load the cffi module are tested over
# ctypes alone.
set -eu
build=$(mkdir -p "$1" && cd "$1" && pwd)
shift
cd "$(dirname "$0")"
[ $# -gt 0 ] || set -- python3
cargo=${CARGO:-cargo}

rm -rf "$build/wheels"
"$1" -m venv --clear "$build/tools"
"$build/tools/bin/pip" wheel --quiet --no-deps --wheel-dir "$build/wheels" .

# The same library, but that it can be made to panic.
target=${CARGO_TARGET_DIR:-../../target}/inject-panic
(cd ../.. && "$cargo" build --quiet --release --lib --features inject-panic --target-dir "$target")
LIBTALLY_WITH_PANICS=$(cd ../.. && cd "$target/release" && pwd)/libtally.so
export LIBTALLY_WITH_PANICS

for python in "$@"; do
    environment=$build/$(basename "$(dirname "$(dirname "$(command -v "$python")")")")-$(basename "$python")
    "$python" -m venv --clear "$environment"
    "$environment/bin/pip" install --quiet "$(echo "$build"/wheels/*.whl)[progress,test]"
    for backend in cffi ctypes; do
        if ! LIBTALLY_BACKEND=$backend "$environment/bin/python" -c 'import libtally' 2>/dev/null; then
            echo "python: $("$environment/bin/python" -VV | head -1): no $backend"
            [ "$backend" = cffi ]
            continue
        fi
        LIBTALLY_BACKEND=$backend "$environment/bin/python" -m pytest -p no:cacheprovider --quiet
    done
done
