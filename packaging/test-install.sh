#!/bin/sh
# Installs the library into empty folders, and builds programs against what is installed: in C and
# C++, shared and static, by pkg-config and CMake. Each of them runs the cases of the tests.
#
#     sh packaging/test-install.sh BUILT
#
# BUILT is what packaging/build.sh has made. What is missing is named and skipped; in CI it fails.
set -eu
built=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."
root=$(pwd)
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
major=${version%%.*}
CC=${CC:-cc} CXX=${CXX:-c++}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
    echo "test-install: $*" >&2
    exit 1
}

# has TOOL: whether it is there.
has() {
    command -v "$1" >/dev/null && return
    [ "${CI-}" != true ] || fail "$1 is not installed"
    echo "test-install: skipped what needs $1"
    return 1
}

# install_to DESTDIR PREFIX [VARIABLE=...]
install_to() {
    destdir=$1 prefix=$2
    shift 2
    make --no-print-directory -s install DESTDIR="$destdir" PREFIX="$prefix" "$@"
}

# files_of FOLDER: its files and links, and where links lead.
files_of() {
    (cd "$1" && find . ! -type d | sort | while read -r file; do
        [ -h "$file" ] && echo "$file -> $(readlink "$file")" || echo "$file"
    done)
}

# expected PREFIX LIBDIR: the files of an installation.
expected() {
    sort <<EOF
.$1/bin/tally
.$1/include/tally.h
.$1/include/tally.hpp
.$2/cmake/Tally/TallyConfig.cmake
.$2/cmake/Tally/TallyConfigVersion.cmake
.$2/libtally.a
.$2/libtally.so -> libtally.so.$major
.$2/libtally.so.$major -> libtally.so.$version
.$2/libtally.so.$version
.$2/pkgconfig/libtally.pc
.$1/share/bash-completion/completions/tally
.$1/share/fish/vendor_completions.d/tally.fish
.$1/share/man/man1/tally.1
.$1/share/zsh/site-functions/_tally
EOF
}

# check_files DESTDIR PREFIX LIBDIR
check_files() {
    files_of "$1" | grep -v /man3/ >"$work/found"
    expected "$2" "$3" | LC_ALL=C sort >"$work/expected"
    LC_ALL=C sort "$work/found" | diff "$work/expected" - || fail "not these files in $1"
}

# check_versions PREFIX: the version of the crate is that of all that is shipped. pkg-config's and
# CMake's are asked for when programs are built; the wheel's is read from Cargo.toml by its setup.py.
check_versions() {
    header=$(sed -n 's/^#define TALLY_VERSION_[A-Z]* //p' "$1/include/tally.h" | tr '\n' '.')
    [ "$header" = "$version." ] || fail "the header is of version $header"
    [ "$("$1/bin/tally" --version | cut -d ' ' -f 2)" = "$version" ] || fail 'tally --version'
    grep -qxF "VERSION = \"$version\"" bindings/python/src/libtally/_constants.py ||
        fail 'the Python package is of another version'
    grep -qx "dynamic = \[\"version\"\]" bindings/python/pyproject.toml ||
        fail 'the wheel has a version of its own'
    head -n 1 debian/changelog | grep -q "^libtally ($version-" || fail "Debian's is another version"
    grep -qx "Package: libtally$major" debian/control || fail "Debian's is another library"
    grep -qF "libtally.so.$major libtally$major " packaging/symbols.awk ||
        fail "Debian's symbols are of another library"
}

# check_manual MANDIR: each function and type has a page, and the pages are correct.
check_manual() {
    while read -r name; do
        [ -e "$1/man3/$name.3" ] || fail "no manual page for $name"
    done <<EOF
libtally
$(cat tests/exports.txt)
$(sed -n 's/^typedef struct \(tally_[a-z_]*\).*/\1/p' include/tally.h)
EOF
    for page in "$1"/man1/* "$1"/man3/*; do
        to=$(sed -n 's/^\.so //p' "$page")
        [ -e "$1/${to:-man3}" ] || fail "$page refers to $to"
        if [ -z "$to" ] && has groff; then
            said=$(groff -man -Tutf8 -ww -z "$page" 2>&1)
            [ -z "$said" ] || fail "$said"
        fi
    done
}

# check_binaries PREFIX LIBDIR: what is in the files.
check_binaries() {
    for file in "$1/bin/tally" "$2/libtally.so.$version" "$2/libtally.a" "$2/pkgconfig/libtally.pc" \
        "$2/cmake/Tally/TallyConfig.cmake"; do
        for path in "$root" "${CARGO_HOME:-$HOME/.cargo}" "$work"; do
            ! grep -qF "$path" "$file" || fail "$file has the path $path"
        done
    done
    dynamic=$(readelf -dW "$2/libtally.so.$version")
    segments=$(readelf -lW "$2/libtally.so.$version")
    echo "$dynamic" | grep -qF "SONAME) " || fail 'no SONAME'
    echo "$dynamic" | grep -F 'SONAME' | grep -qF "[libtally.so.$major]" || fail 'another SONAME'
    echo "$dynamic" | grep -qF 'BIND_NOW' || fail 'symbols are bound late'
    ! echo "$dynamic" | grep -qE 'RPATH|RUNPATH|TEXTREL' || fail "$dynamic"
    ! echo "$dynamic" | grep NEEDED | grep -qvE '\[(libc|libgcc_s|libm|libdl|libpthread|ld-linux)' ||
        fail "$dynamic"
    echo "$segments" | grep -q GNU_RELRO || fail 'no RELRO'
    echo "$segments" | grep GNU_STACK | grep -q ' RW ' || fail 'an executable stack'
    nm -D --defined-only "$2/libtally.so.$version" | cut -d ' ' -f 3 | LC_ALL=C sort |
        diff tests/exports.txt - || fail 'other functions are exported'
}

# build_and_run LIBDIR WHERE: in an empty folder. WHERE tells CMake where to look.
build_and_run() {
    rm -rf "$work/empty"
    mkdir -p "$work/empty/c" "$work/empty/cpp"
    cp tests/c/cases.c tests/c/check.h tests/c/text.h "$work/empty/c"
    cp tests/cpp/cases.cpp tests/cpp/text.hpp "$work/empty/cpp"
    cp tests/cases/counter.txt tests/cases/records.txt packaging/consumer/CMakeLists.txt "$work/empty"
    (
        cd "$work/empty"
        if has pkg-config; then
            export PKG_CONFIG_PATH="$1/pkgconfig"
            [ "$(pkg-config --modversion libtally)" = "$version" ] || fail 'another version in .pc'
            flags=$(pkg-config --cflags --libs libtally)
            # shellcheck disable=SC2086 # These are words.
            {
                "$CC" -std=c99 c/cases.c -o c-shared $flags
                "$CXX" -std=c++17 cpp/cases.cpp -o cpp-shared $flags
                flags=$(pkg-config --static --cflags --libs libtally)
                "$CC" -std=c99 -static c/cases.c -o c-static $flags
                "$CXX" -std=c++17 -static cpp/cases.cpp -o cpp-static $flags
            }
            check_shared "$1" ./c-shared ./cpp-shared
            check_static ./c-static ./cpp-static
        fi
        if has cmake; then
            cmake -S . -B cmake -DVERSION="$version" "$2" >cmake.log 2>&1 &&
                cmake --build cmake >>cmake.log 2>&1 || fail "$(cat cmake.log)"
            check_shared "$1" cmake/c_tally cmake/cpp_tally
            check_static cmake/c_tally_static cmake/cpp_tally_static
        fi
    )
    echo "test-install: passed against $1"
}

# run_cases PROGRAM
run_cases() {
    "$1" counter.txt records.txt >"$work/said" || fail "$1: $(cat "$work/said")"
    echo "$1: $(tail -n 1 "$work/said")"
}

# check_shared LIBDIR PROGRAM...: they use the installed library, by its SONAME.
check_shared() {
    folder=$(cd "$1" && pwd -P)
    shift
    for program; do
        readelf -dW "$program" | grep -qF "NEEDED) " || fail "$program is not dynamic"
        readelf -dW "$program" | grep NEEDED | grep -qF "[libtally.so.$major]" ||
            fail "$program does not need libtally.so.$major"
        LD_LIBRARY_PATH=$folder ldd "$program" | grep -qF "$folder/libtally.so.$major" ||
            fail "$program uses another library"
        LD_LIBRARY_PATH=$folder run_cases "$program"
    done
}

# check_static PROGRAM...: they do without the shared library.
check_static() {
    for program; do
        ! readelf -dW "$program" | grep -qF libtally || fail "$program needs the shared library"
        run_cases "$program"
    done
}

# 1. Below a prefix, then moved somewhere else.
install_to '' "$work/first"
check_files "$work/first" '' /lib
check_binaries "$work/first" "$work/first/lib"
check_manual "$work/first/share/man"
check_versions "$work/first"
build_and_run "$work/first/lib" -DCMAKE_PREFIX_PATH="$work/first"
mkdir "$work/another"
mv "$work/first" "$work/another/place"
build_and_run "$work/another/place/lib" -DCMAKE_PREFIX_PATH="$work/another/place"

# 2. As a distribution does it.
install_to "$work/staged" /usr LIBDIR=/usr/lib/any-linux-gnu
check_files "$work/staged" /usr /usr/lib/any-linux-gnu
build_and_run "$work/staged/usr/lib/any-linux-gnu" \
    -DTally_DIR="$work/staged/usr/lib/any-linux-gnu/cmake/Tally"

# 3. Folders that are not below the prefix are named in full.
install_to "$work/odd" "$work/odd/a" LIBDIR="$work/odd/b" INCLUDEDIR="$work/odd/c" DESTDIR=
build_and_run "$work/odd/b" -DTally_DIR="$work/odd/b/cmake/Tally"

# 4. Nothing stays behind.
make --no-print-directory -s uninstall DESTDIR="$work/staged" PREFIX=/usr \
    LIBDIR=/usr/lib/any-linux-gnu
[ -z "$(files_of "$work/staged")" ] || fail "uninstall leaves $(files_of "$work/staged")"

# 5. cargo-c makes the same.
if "${CARGO:-cargo}" cinstall --version >/dev/null 2>&1; then
    CARGO_C=1 sh packaging/build.sh "$work/by-cargo-c"
    install_to "$work/cargo-c" /usr SHIPPED="$work/by-cargo-c" --old-file="$work/by-cargo-c/tally"
    check_files "$work/cargo-c" /usr /usr/lib
    check_binaries "$work/cargo-c/usr" "$work/cargo-c/usr/lib"
    build_and_run "$work/cargo-c/usr/lib" -DCMAKE_PREFIX_PATH="$work/cargo-c/usr"
else
    echo 'test-install: skipped what needs cargo-c'
fi
echo 'test-install: passed'
