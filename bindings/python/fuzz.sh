#!/bin/sh
# Fuzzes the package over both bindings, under AddressSanitizer:
#
#     sh fuzz.sh BUILD SECONDS PYTHON
#
# BUILD is a folder for the results. PYTHON has setuptools and cffi. The library and the modules are
# instrumented, and Python takes each object's memory from malloc, so that every byte read outside
# of one is found. Needs gcc, on Linux.
set -eu
build=$(mkdir -p "$1" && cd "$1" && pwd)
seconds=$2 python=$3
cd "$(dirname "$0")"

# Its options are ones that a stable compiler otherwise keeps to itself. With a target, the flags
# are not those of build scripts.
CARGO_BUILD_TARGET=$(rustc -vV | sed -n 's/^host: //p')
export CARGO_BUILD_TARGET RUSTC_BOOTSTRAP=1
export RUSTFLAGS='-Zsanitizer=address -Zexternal-clangrt'
export CARGO_TARGET_DIR="$build/target"
export CC=gcc LDSHARED='gcc -shared'
export CFLAGS='-O1 -fsanitize=address' LDFLAGS='-fsanitize=address'
rm -rf build "$build/package"
"$python" -m pip install --quiet --no-deps --no-build-isolation --target "$build/package" .
rm -rf build

# Without the preloaded runtime, Python would not be able to load what is instrumented.
runtime=$(gcc -print-file-name=libasan.so)
checked() {
    env LD_PRELOAD="$runtime" ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1 \
        PYTHONMALLOC=malloc PYTHONPATH="$build/package" LIBTALLY_BINDING="$binding" "$python" "$@"
}

# A length that is not that of the data.
planted='
from libtally import Counter
from libtally._library import library
library.counter_count(Counter("c", 1)._handle, b"c" * 100, 200)'

for binding in cffi ctypes; do
    if checked -c "$planted" 2>"$build/planted"; then
        echo "fuzz: over $binding a planted read past the end was not found"
        exit 1
    fi
    grep -q 'ERROR: AddressSanitizer: heap-buffer-overflow' "$build/planted"
    checked tests/fuzz.py "$seconds"
done
