#!/bin/sh
# Builds the Debian packages from the source archives, without a network, and checks them:
#
#     sh packaging/deb.sh [--install] OUTPUT
#
# In a clone, the archives are made first (dist.sh); elsewhere OUTPUT has to have them. With
# `--install`, as root, the packages are also installed, used and removed. Needs Debian 13 or later, or
# a system with the same versions, and the Build-Depends of debian/control; lintian, if it is there.
set -eu
install=
[ "$1" != --install ] || { install=1 && shift; }
mkdir -p "$1"
output=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)

rm -rf "$output/libtally-$version"
[ ! -e .git ] || sh packaging/dist.sh "$output"
cp "$output/libtally-$version.tar.xz" "$output/libtally_$version.orig.tar.xz"
for archive in "$output/libtally-$version.tar.xz" "$output/libtally-$version-vendor.tar.xz"; do
    tar -C "$output" -xf "$archive"
done
cd "$output/libtally-$version"
unset CARGO_TARGET_DIR
# No network, where this can be had.
network=
! unshare -rn true 2>/dev/null || network='unshare -rn'
$network dpkg-buildpackage --no-sign --build=binary
cd ..
if command -v lintian >/dev/null; then
    lintian --allow-root --fail-on error,warning --display-info libtally_*.changes
fi
[ -n "$install" ] || exit 0

apt-get install --yes --no-install-recommends ./*.deb
cp "libtally-$version/tests/c/cases.c" "libtally-$version/tests/c/check.h" \
    "libtally-$version/tests/c/text.h" "libtally-$version"/tests/cases/*.txt .
# shellcheck disable=SC2046 # These are words.
cc -std=c99 cases.c -o cases $(pkg-config --cflags --libs libtally)
./cases counter.txt records.txt
printf 'a,b,c\nd\n' | tally -N 2 ,
for binding in cffi ctypes; do
    LIBTALLY_BINDING=$binding python3 -c 'import libtally
assert libtally.Counter(",", 2).has_count("a,b,c")
print(libtally.binding())'
done
apt-get purge --yes libtally0 libtally-dev tally python3-libtally
left=$(find /usr -path '*tally*' ! -path '/usr/src/*' 2>/dev/null)
[ -z "$left" ] || { echo "deb.sh: left behind: $left" >&2 && exit 1; }
echo 'deb.sh: installed, used and removed'
