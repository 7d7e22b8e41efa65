#!/bin/sh
# Builds the wheel, and tests it in a fresh environment of each Python, over each binding.
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

# Whether a Python can load the cffi module.
has_cffi='
import sys, sysconfig
free_threaded = sysconfig.get_config_var("Py_GIL_DISABLED")
sys.exit(sys.implementation.name != "cpython" or bool(free_threaded))'

# Files that setuptools left there would be packed, even if their sources are gone.
rm -rf "$build/wheels" build
"$1" -m venv --clear "$build/tools"
tools=$build/tools/bin
"$tools/pip" install --quiet 'setuptools>=77'
# One that cannot load the module builds none.
! "$tools/python" -c "$has_cffi" || "$tools/pip" install --quiet cffi

# What is missing is said in one line.
if CARGO=no-such-cargo "$tools/pip" wheel --no-deps --no-build-isolation \
    --wheel-dir "$build/wheels" . >"$build/no-cargo" 2>&1; then
    echo 'test.sh: built without cargo' && exit 1
fi
grep -q "^ *libtally: building needs Rust .* there is no 'no-such-cargo'" "$build/no-cargo"

# The wheel is built from the sdist, which has all it needs: the home of cargo is empty.
rm -rf "$build/sdist" "$build/cargo-home"
"$tools/python" -c "from setuptools import build_meta; build_meta.build_sdist('$build/sdist')" \
    >"$build/sdist-log"
CARGO_HOME=$build/cargo-home CARGO_NET_OFFLINE=true CARGO_TARGET_DIR=$build/target \
    "$tools/pip" wheel --quiet --no-deps --no-build-isolation \
    --wheel-dir "$build/wheels" "$build"/sdist/*.tar.gz
LIBTALLY_WHEEL=$(echo "$build"/wheels/*.whl)
export LIBTALLY_WHEEL

# The same library, which can also be made to panic, and a package built for the system's library:
# which one that is, is said when it is used.
target=${CARGO_TARGET_DIR:-target}/inject-panic
(cd ../.. && "$cargo" build --quiet --release --lib --features inject-panic --target-dir "$target")
LIBTALLY_WITH_PANICS=$(cd ../.. && cd "$target/release" && pwd)/libtally.so
export LIBTALLY_WITH_PANICS
# Its SONAME.
ln -sf libtally.so "$LIBTALLY_WITH_PANICS.0"
LIBTALLY_SYSTEM_PACKAGE=$build/system-package
export LIBTALLY_SYSTEM_PACKAGE
rm -rf build "$LIBTALLY_SYSTEM_PACKAGE"
LIBTALLY_SYSTEM=1 LIBRARY_PATH=$(dirname "$LIBTALLY_WITH_PANICS") \
    "$tools/pip" install --quiet --no-deps --no-build-isolation \
    --target "$LIBTALLY_SYSTEM_PACKAGE" .
rm -rf build
if [ -e "$LIBTALLY_SYSTEM_PACKAGE/libtally/libtally.so" ]; then
    echo 'test.sh: the package for the system has a library of its own' && exit 1
fi

for python in "$@"; do
    environment=$build/environment-$("$python" -c 'import sys; print(sys.implementation.cache_tag)')
    "$python" -m venv --clear "$environment"
    if "$python" -c "$has_cffi"; then
        "$environment/bin/pip" install --quiet "$LIBTALLY_WHEEL[progress,test,test-columns]"
    else
        # Where cffi is refused, as by free-threaded 3.13.
        "$environment/bin/pip" install --quiet --no-deps "$LIBTALLY_WHEEL"
        "$environment/bin/pip" install --quiet pytest tqdm trio
        for package in numpy pandas polars pyarrow; do
            "$environment/bin/pip" install --quiet --only-binary :all: $package 2>/dev/null ||
                echo "test.sh: not tested with $package, which has no wheel for $python"
        done
    fi
    for binding in cffi ctypes; do
        if [ $binding = cffi ] && ! "$python" -c "$has_cffi"; then
            continue
        fi
        echo "python: $("$python" -VV | tr '\n' ' ')over $binding"
        LIBTALLY_BINDING=$binding "$environment/bin/python" -m pytest -p no:cacheprovider --quiet
    done
done
