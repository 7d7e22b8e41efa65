#!/bin/sh
# The examples do what their comments promise, and the README's C and C++ code compiles.
#
#     sh tests/examples.sh FOLDER-WITH-THE-PROGRAMS
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
programs=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
passed=0

# expect STATUS OUTPUT COMMAND...: what the command prints and how it ends.
expect() {
    status=$1 output=$2
    shift 2
    got=0
    "$@" >out 2>&1 || got=$?
    printf '%s' "$output" >expected
    if [ "$got" != "$status" ] || ! diff expected out; then
        echo "examples: $*: exit status $got, not $status, or other output" >&2
        exit 1
    fi
    passed=$((passed + 1))
}

printf 'a,b\na,b,c,d\n\na,b,c\n' >table.csv
: >empty
expect 0 'table.csv:2:4: a,b,c,d
table.csv:4:4: a,b,c
2 lines found; 6 hits in all, at most 3 in a line
' "$programs/lines_that_reach" table.csv , 2
expect 1 '0 lines found; 6 hits in all, at most 3 in a line
' "$programs/lines_that_reach" table.csv , 4
expect 1 '0 lines found; 0 hits in all, at most 0 in a line
' "$programs/lines_that_reach" empty , 1
expect 2 'lines_that_reach: missing: No such file or directory
' "$programs/lines_that_reach" missing , 1
expect 2 'lines_that_reach: 3x: not a number
' "$programs/lines_that_reach" table.csv , 3x
expect 2 'lines_that_reach: : invalid argument
' "$programs/lines_that_reach" table.csv '' 3

expect 0 '' "$programs/separator_guard" table.csv , 3
expect 1 'table.csv:2:6: more than 2 separators
' "$programs/separator_guard" table.csv , 2
expect 0 '' "$programs/separator_guard" table.csv '\t' 0
expect 0 '' "$programs/separator_guard" empty , 0
expect 2 'separator_guard: missing: No such file or directory
' "$programs/separator_guard" missing , 1
expect 2 'separator_guard: ::: the separator is one byte, and not a newline
' "$programs/separator_guard" table.csv :: 1
expect 2 'separator_guard: -1: not a number, or too large
' "$programs/separator_guard" table.csv , -1

# More lines than are found at a time.
yes 'x;x;x' | head -n 1000 >long.txt
"$programs/lines_that_reach" long.txt x 3 >out
[ "$(wc -l <out)" = 1001 ]
[ "$(sed -n 1000p out)" = 'long.txt:1000:5: x;x;x' ]
passed=$((passed + 1))

sed -n '/^```c$/,/^```$/p' "$root/README.md" | grep -v '^```' >readme.c
${CC:-cc} -std=c99 -Wall -Wextra -Wpedantic -Werror -I"$root/include" -fsyntax-only readme.c
passed=$((passed + 1))
sed -n '/^```cpp$/,/^```$/p' "$root/README.md" | grep -v '^```' >readme.cpp
${CXX:-c++} -std=c++17 -Wall -Wextra -Wpedantic -Werror -I"$root/include" -I"$root/bindings/cpp" \
    -fsyntax-only readme.cpp
passed=$((passed + 1))

echo "examples: $passed passed, 0 failed"
