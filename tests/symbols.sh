#!/bin/sh
# The library exports the functions in tests/exports.txt, and nothing else; and these are the
# functions that the header declares.
#
#     sh tests/symbols.sh LIBRARY BUILD-FOLDER
set -eu
cd "$(dirname "$0")/.."
library=$1 build=$2

nm -D --defined-only "$library" | awk '{ print $3 }' | LC_ALL=C sort >"$build"/exported.txt
diff tests/exports.txt "$build"/exported.txt

grep -v '^[ /]\*' include/tally.h | grep -oE '\btally_[a-z_]+\(' | tr -d '(' |
    LC_ALL=C sort >"$build"/declared.txt
diff tests/exports.txt "$build"/declared.txt

echo "symbols: $(wc -l <"$build"/exported.txt) passed, 0 failed"
