#!/bin/sh
# Builds for other platforms and runs the tests there:
#
#     sh packaging/test-platforms.sh [--install] [--short] [NAME...]
#
#     i686     32-bit x86, which an x86-64 processor runs itself
#     aarch64  64-bit Arm, emulated: the NEON backend
#     armv7    32-bit Arm, emulated
#     s390x    IBM Z, emulated: big-endian
#     musl     x86-64 with musl in place of glibc: linked statically, and shared
#     windows  x86-64 with mingw-w64, under wine
#     wasm     WebAssembly with WASI, in Node.js
#     wheels   all wheels (see wheels.sh), their audits, and Python's tests on those for x86-64
#
# Without a name, on all of them. What is not installed is skipped, and said in one line.
# `--install` installs it on Debian 12, as root; each group of packages is with its platform below.
# `--short`: on the Linux systems above musl, only the C and C++ programs with the shared cases.
# TALLY_TEST_CASES is the number of random cases.
set -eu
cd "$(dirname "$0")/.."
cargo=${CARGO:-cargo}
target=$(mkdir -p "${CARGO_TARGET_DIR:-target}" && cd "${CARGO_TARGET_DIR:-target}" && pwd)
export TALLY_TEST_CASES="${TALLY_TEST_CASES:-2000}"
warnings='-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror'
install=no
if [ "${1-}" = --install ]; then
    install=yes
    shift
    apt-get update
fi
short=no
if [ "${1-}" = --short ]; then
    short=yes
    shift
fi
passed= skipped=

# packages NAME...: installs them, if that is asked for.
packages() {
    [ $install = no ] || apt-get install --yes --no-install-recommends "$@" >/dev/null
}

# has TRIPLE TOOL...: whether Rust's standard library for a target is there, and the tools are.
has() {
    triple=$1
    shift
    [ $install = no ] || rustup target add "$triple"
    if [ ! -d "$(${RUSTC:-rustc} --print sysroot)/lib/rustlib/$triple/lib" ]; then
        skip "rustup target add $triple"
        return 1
    fi
    for tool; do
        if ! command -v "$tool" >/dev/null; then
            skip "$tool"
            return 1
        fi
    done
}

skip() {
    echo "test-platforms: $platform: skipped, as this is missing: $1"
    skipped="$skipped $platform"
}

# run_cargo OPTION...: tests of cargo for $triple, linked with $linker and started with $runner.
run_cargo() {
    name=$(echo "$triple" | tr a-z- A-Z_)
    env "CARGO_TARGET_${name}_LINKER=$linker" "CARGO_TARGET_${name}_RUNNER=$runner" \
        "$cargo" test --target "$triple" "$@"
}

for_windows='g++-mingw-w64-x86-64-posix gcc-mingw-w64-x86-64 wine64'

# The tests of Rust that use the crate alone.
answers='--lib --test cases --test columns --test files --test properties --test records
    --test states --test streams --test threads --test top_words --test word_table --test words'

# What the tests of the command do with a shell, an emulator does not do.
emulated='--skip arrival:: --skip faults:: --skip habits:: --skip recipes:: --skip terminal::'

# linux TRIPLE GNU RUNNER [OPTION...]: all of it. The options are for the tests of Rust.
linux() {
    has "$1" "$2-g++" "${3%% *}" || return 0
    linker=$2-gcc runner=$3 cc=$2-gcc cxx=$2-g++ exe='' backends='neon portable'
    out=$target/platforms/$platform
    shift 3
    if [ $short = yes ]; then
        env "CARGO_TARGET_$(echo "$triple" | tr a-z- A-Z_)_LINKER=$linker" \
            "$cargo" build --release --lib --target "$triple"
        shared_library "$target/$triple/release"
        programs -L"$out" -ltally -Wl,-rpath,"$out"
        passed="$passed $platform"
        return 0
    fi
    run_cargo --features inject-panic,command -- --show-output "$@"
    passed="$passed $platform"
}

# shared_library FOLDER: copies it from there to $out, under the name by which programs look for it.
shared_library() {
    mkdir -p "$out"
    cp "$1/libtally.so" "$out/libtally.so.0"
    ln -sf libtally.so.0 "$out/libtally.so"
}

# programs FLAG...: the programs in C and C++ as $cc and $cxx compile them, run by $runner in the
# folder $out, with each backend that is named in $backends.
programs() {
    mkdir -p "$out"
    for program in cases words columns arguments names; do
        # shellcheck disable=SC2086
        $cc -std=c99 -O2 $warnings -Iinclude "tests/c/$program.c" -o "$out/c-$program$exe" "$@"
    done
    for program in cases words bindings; do
        sources=tests/cpp/$program.cpp
        [ $program != bindings ] || sources="$sources tests/cpp/header.cpp"
        # shellcheck disable=SC2086
        [ -z "$cxx" ] || $cxx -std=c++17 -O2 $warnings -Iinclude -Ibindings/cpp $sources \
            -o "$out/cpp-$program$exe" "$@"
    done
    cp tests/cases/*.txt "$out"
    (
        cd "$out"
        for backend in $backends; do
            export TALLY_BACKEND="$backend"
            $runner "./c-cases$exe" counter.txt records.txt
            $runner "./c-words$exe" words.txt .
            $runner "./c-columns$exe"
            [ -z "$cxx" ] || $runner "./cpp-cases$exe" counter.txt records.txt
            [ -z "$cxx" ] || $runner "./cpp-words$exe" words.txt .
        done
        unset TALLY_BACKEND
        $runner "./c-arguments$exe"
        $runner "./c-names$exe"
        [ -z "$cxx" ] || $runner "./cpp-bindings$exe" emulated
    )
}

# The library with musl: shared, with an unwinder in it, as in the wheels; then linked statically,
# with the unwinder that comes with Rust.
musl() {
    triple=x86_64-unknown-linux-musl
    has $triple musl-gcc || return 0
    cc=musl-gcc cxx='' exe='' runner=env backends='avx512 avx512-halves avx2 sse2 sse2-only portable'
    # Rust brings its own musl; musl-gcc would make programs that mix both, and crash.
    linker=cc
    # shellcheck disable=SC2086 # These are words.
    run_cargo --features inject-panic,command $answers --test guard_pages --test panics \
        --test command -- --show-output
    "$cargo" build --release --lib --target $triple
    self=$(${RUSTC:-rustc} --print sysroot)/lib/rustlib/$triple/lib/self-contained
    out=$target/platforms/musl-static
    programs -static "$target/$triple/release/libtally.a" "$self/libunwind.a"
    sh packaging/wheels.sh "$target/platforms/wheels" tools
    out=$target/platforms/musl-shared
    CARGO_TARGET_DIR=$target/platforms/zig RUSTFLAGS='-C target-feature=-crt-static' \
        PATH="$target/platforms/wheels/tools/bin:$PATH" "$cargo" zigbuild --release --lib --target $triple
    shared_library "$target/platforms/zig/$triple/release"
    programs -L"$out" -ltally -Wl,-rpath,"$out"
    passed="$passed $platform"
}

# has_windows: whether there is what builds programs for Windows and runs them.
has_windows() {
    triple=x86_64-pc-windows-gnu
    has $triple x86_64-w64-mingw32-g++-posix || return 1
    wine=$(command -v wine64 || command -v wine || ls /usr/lib/wine/wine64 2>/dev/null || true)
    [ -n "$wine" ] || { skip wine; return 1; }
    work=$target/platforms/windows
    mkdir -p "$work"
    export WINEPREFIX="$work/prefix" WINEDEBUG=-all WINEDLLOVERRIDES='mscoree=;mshtml='
    # In this encoding wine reads and writes the names of files.
    export LC_ALL=C.UTF-8
    # Rust's standard library takes its random numbers from a DLL that wine has since version 9.
    x86_64-w64-mingw32-gcc -shared -O2 packaging/wine/bcryptprimitives.c \
        -o "$work/bcryptprimitives.dll" -ladvapi32
    export WINEPATH="$work;$(dirname "$(x86_64-w64-mingw32-g++-posix -print-file-name=libstdc++-6.dll)");$(dirname "$(x86_64-w64-mingw32-gcc -print-file-name=libwinpthread-1.dll)")"
    linker=x86_64-w64-mingw32-gcc runner=$wine
    cc=x86_64-w64-mingw32-gcc cxx=x86_64-w64-mingw32-g++-posix exe=.exe
    backends='avx512 avx512-halves avx2 sse2 sse2-only portable'
}

# A DLL, its import library, and the same linked statically.
windows() {
    has_windows || return 0
    export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER=$linker
    "$cargo" build --release --lib --target $triple
    folder=$target/$triple/release
    x86_64-w64-mingw32-objdump -p "$folder/tally.dll" |
        sed -n '/Ordinal\/Name Pointer/,/^$/s/.* \(tally_.*\)/\1/p' >"$work/exports"
    diff "$work/exports" tests/exports.txt
    version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
    strings -el "$folder/tally.dll" | grep -qx "$version"
    out=$work/shared
    mkdir -p "$out"
    cp "$folder/tally.dll" "$out"
    programs "$folder/libtally.dll.a"
    out=$work/static
    programs -DTALLY_STATIC "$folder/libtally.a" -lws2_32 -lntdll -luserenv

    # shellcheck disable=SC2086 # These are words.
    run_cargo --features inject-panic,command $answers --test panics -- --show-output
    # Wine takes long to start a program.
    (TALLY_TEST_CASES=60 && run_cargo --features inject-panic,command --test command -- --show-output)
    passed="$passed $platform"
}

# The C interface in a program of WASI. A panic ends the program there, and there are no threads.
wasm() {
    triple=wasm32-wasip1
    has $triple node || return 0
    sh packaging/wheels.sh "$target/platforms/wheels" tools
    "$cargo" build --release --lib --target $triple
    cc="$target/platforms/wheels/tools/bin/python -m ziglang cc -target wasm32-wasi"
    cxx='' exe=.wasm runner="node --no-warnings $PWD/packaging/wasi.mjs" backends=portable
    out=$target/platforms/wasm
    programs "$target/$triple/release/libtally.a"
    passed="$passed $platform"
}

wheels() {
    sh packaging/wheels.sh "$target/platforms/wheels"
    passed="$passed $platform"
    # There is no Python for wine: the library in the wheel for Windows is called from C. It is on
    # another C runtime than the program, so descriptors are not tested.
    platform='wheel for Windows'
    has_windows || return 0
    out=$work/wheel
    mkdir -p "$out"
    unzip -qoj "$target"/platforms/wheels/dist/*win_amd64.whl 'libtally/tally.dll' -d "$out"
    # shellcheck disable=SC2086
    $cc -std=c99 -O2 $warnings -Iinclude tests/c/cases.c -o "$out/c-cases.exe" "$out/tally.dll"
    cp tests/cases/*.txt "$out"
    (cd "$out" && $runner ./c-cases.exe counter.txt records.txt)
    passed="$passed, $platform"
}

[ $# -gt 0 ] || set -- i686 aarch64 armv7 s390x musl windows wasm wheels
for platform; do
    echo "== $platform"
    case $platform in
    i686)
        packages g++-i686-linux-gnu libc6-dev-i386-cross lib32stdc++6
        # An empty environment is a runner too: what is for this machine's own programs is skipped.
        linux i686-unknown-linux-gnu i686-linux-gnu env
        ;;
    aarch64)
        packages qemu-user g++-aarch64-linux-gnu libc6-dev-arm64-cross
        # shellcheck disable=SC2086
        linux aarch64-unknown-linux-gnu aarch64-linux-gnu \
            'qemu-aarch64 -L /usr/aarch64-linux-gnu' $emulated
        ;;
    armv7)
        packages qemu-user g++-arm-linux-gnueabihf libc6-dev-armhf-cross
        # shellcheck disable=SC2086
        linux armv7-unknown-linux-gnueabihf arm-linux-gnueabihf \
            'qemu-arm -L /usr/arm-linux-gnueabihf' $emulated
        ;;
    s390x)
        packages qemu-user g++-s390x-linux-gnu libc6-dev-s390x-cross
        # shellcheck disable=SC2086
        linux s390x-unknown-linux-gnu s390x-linux-gnu 'qemu-s390x -L /usr/s390x-linux-gnu' \
            $emulated
        ;;
    musl)
        packages musl-tools python3-venv
        musl
        ;;
    windows)
        # shellcheck disable=SC2086
        packages $for_windows
        windows
        ;;
    wasm)
        packages nodejs python3-venv
        wasm
        ;;
    wheels)
        # shellcheck disable=SC2086
        packages python3-venv binutils unzip $for_windows
        wheels
        ;;
    *)
        echo "test-platforms: $platform: no such platform" >&2
        exit 2
        ;;
    esac
done
echo "test-platforms: passed:${passed:- none}; skipped:${skipped:- none}"
