#!/bin/sh
# Builds the wheel, and tests it in a fresh environment of each Python, over each back end.
#
#     sh test.sh BUILD [PYTHON...]
#
# BUILD is a folder for the results. Pythons that cannot load the cffi module are tested over
# ctypes alone.
set -eu
build=$(mkdir -p "$1" && cd "$1" && pwd)
shift
cd "$(dirname "$0")"
[ $# -gt 0 ] || set -- python3
cargo=${CARGO:-cargo}

# Files that setuptools left there would be packed, even if their sources are gone.
rm -rf "$build/wheels" build
"$1" -m venv --clear "$build/tools"
"$build/tools/bin/pip" wheel --quiet --no-deps --wheel-dir "$build/wheels" .

# The same library, which can also be made to panic.
target=${CARGO_TARGET_DIR:-target}/inject-panic
(cd ../.. && "$cargo" build --quiet --release --lib --features inject-panic --target-dir "$target")
LIBTALLY_WITH_PANICS=$(cd ../.. && cd "$target/release" && pwd)/libtally.so
export LIBTALLY_WITH_PANICS

# Whether a Python can load the cffi module.
has_cffi='
import sys, sysconfig
free_threaded = sysconfig.get_config_var("Py_GIL_DISABLED")
sys.exit(sys.implementation.name != "cpython" or bool(free_threaded))'

for python in "$@"; do
    environment=$build/environment-$("$python" -c 'import sys; print(sys.implementation.cache_tag)')
    "$python" -m venv --clear "$environment"
    "$environment/bin/pip" install --quiet "$(echo "$build"/wheels/*.whl)[progress,test]"
    for backend in cffi ctypes; do
        if [ $backend = cffi ] && ! "$python" -c "$has_cffi"; then
            continue
        fi
        echo "python: $("$python" -VV | tr '\n' ' ')over $backend"
        LIBTALLY_BACKEND=$backend "$environment/bin/python" -m pytest -p no:cacheprovider --quiet
    done
done
