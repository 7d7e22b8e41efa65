#!/bin/sh
# The C++ header with each compiler and standard, and under the sanitizers of g++.
#
#     sh tests/cpp/run.sh FOLDER-OF-THE-LIBRARY FOLDER-OF-THE-ONE-THAT-PANICS BUILD-FOLDER
set -eu
cd "$(dirname "$0")/../.."
library=$1 panicking=$2 build=$3
cases=tests/cases/counter.txt
flags='-Iinclude -Ibindings/cpp -pthread -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror'

# skip WHAT: a user is told so; CI fails.
skip() {
    echo "C++: $1"
    [ "${CI:-}" != true ]
}

# compile FOLDER PROGRAM COMPILER...: a program that is linked to the library in FOLDER.
compile() {
    folder=$1 program=$2
    shift 2
    # shellcheck disable=SC2086
    "$@" $flags -o "$build/$program" -L"$folder" -ltally -Wl,-rpath,"$(realpath "$folder")"
}

# tests NAME COMPILER...: all but the panics.
tests() {
    name=$1
    shift
    compile "$library" "cpp-cases-$name" "$@" tests/cpp/cases.cpp
    compile "$library" "cpp-bindings-$name" "$@" tests/cpp/bindings.cpp tests/cpp/header.cpp
    echo "$*:"
    "$build/cpp-cases-$name" "$cases"
    "$build/cpp-bindings-$name"
}

# panics NAME COMPILER...: what the library says of its panics is shown if it was not meant.
panics() {
    name=$1
    shift
    compile "$panicking" "cpp-panics-$name" "$@" tests/cpp/panics.cpp
    if ! RUST_BACKTRACE=0 "$build/cpp-panics-$name" "$cases" 2>"$build/panics.txt"; then
        cat "$build/panics.txt" >&2
        exit 1
    fi
}

# Every function of the library is there, and each that returns a status is tested with a panic.
while read -r function; do
    if ! grep -q "\\b$function(" bindings/cpp/tally.hpp; then
        echo "bindings/cpp/tally.hpp does without $function" >&2
        exit 1
    fi
    case $function in
    *_free | tally_version | tally_backend | tally_status_message) continue ;;
    esac
    if ! grep -q "\"$function\"" tests/cpp/panics.cpp; then
        echo "tests/cpp/panics.cpp does without $function" >&2
        exit 1
    fi
done <tests/exports.txt
# It leaves no macro behind but its guard.
[ "$(grep '^ *# *define' bindings/cpp/tally.hpp)" = '#define TALLY_HPP' ]

for compiler in g++ clang++; do
    if ! command -v "$compiler" >/dev/null; then
        skip "$compiler skipped, as it is not installed"
        continue
    fi
    for std in c++17 c++20 c++2b; do
        for example in examples/cpp/*.cpp; do
            # shellcheck disable=SC2086
            "$compiler" "-std=$std" $flags -fsyntax-only "$example"
        done
        tests "$compiler-$std" "$compiler" "-std=$std" -O2 -g
    done
done

sanitize='-fsanitize=address,undefined -fno-sanitize-recover=all'
# shellcheck disable=SC2086
if echo 'int main() {}' | g++ $sanitize -x c++ - -o "$build/sanitized" 2>/dev/null; then
    tests sanitized g++ -std=c++20 -O1 -g $sanitize
    panics sanitized g++ -std=c++20 -O1 -g $sanitize
else
    skip 'sanitizers skipped, as g++ has none'
    panics plain "${CXX:-c++}" -std=c++17 -g
fi
