#!/bin/sh
# The C tests under valgrind: no error, and no byte lost.
#
#     sh tests/valgrind.sh FOLDER-WITH-THE-PROGRAMS CASES
set -eu

if ! command -v valgrind >/dev/null; then
    echo 'valgrind: skipped, as it is not installed'
    [ "${CI:-}" != true ] || exit 1
    exit 0
fi

passed=0
# check PROGRAM...: prints valgrind's summary, or all it said.
check() {
    if ! valgrind --leak-check=full --show-leak-kinds=all --errors-for-leak-kinds=all \
        --suppressions=tests/valgrind.supp --child-silent-after-fork=yes \
        --error-exitcode=9 --log-file=build/valgrind.txt "$@"; then
        cat build/valgrind.txt >&2
        exit 1
    fi
    passed=$((passed + 1))
    sed -n 's/^==[0-9]*== /    /; /in use at exit/p; /All heap blocks/p; /ERROR SUMMARY/p' \
        build/valgrind.txt
}

for backend in avx2 sse2 portable; do
    TALLY_BACKEND=$backend check "$1/test-cases" "$2"
done
check "$1/test-arguments"
check "$1/test-threads" short
[ ! -e "$1/test-files" ] || check "$1/test-files" short
echo "valgrind: $passed passed, 0 failed"
