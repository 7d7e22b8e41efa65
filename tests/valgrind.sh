#!/bin/sh
# The C tests under valgrind: no error, and no byte lost.
#
#     sh tests/valgrind.sh FOLDER-WITH-THE-PROGRAMS CASES
set -eu
folder=$1 cases=$2

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
        --error-exitcode=9 --log-file="$folder/valgrind.txt" "$@"; then
        cat "$folder/valgrind.txt" >&2
        exit 1
    fi
    passed=$((passed + 1))
    sed -n 's/^==[0-9]*== /    /; /in use at exit/p; /All heap blocks/p; /ERROR SUMMARY/p' \
        "$folder/valgrind.txt"
}

for backend in avx2 sse2 portable; do
    TALLY_BACKEND=$backend check "$folder/test-cases" "$cases"
done
check "$folder/test-arguments"
check "$folder/test-threads" short
[ ! -e "$folder/test-files" ] || check "$folder/test-files" short
echo "valgrind: $passed passed, 0 failed"
