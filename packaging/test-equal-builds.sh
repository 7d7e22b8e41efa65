#!/bin/sh
# Two builds of the same commit, in two folders, are equal byte for byte: one with the crates as cargo
# downloads them, one from the source archives, without a network.
#
#     sh packaging/test-equal-builds.sh OUTPUT [library]
#
# OUTPUT is the folder for what is built. With `library`, the libraries alone are compared.
set -eu
mkdir -p "$1"
output=$(cd "$1" && pwd)
part=${2-}
cd "$(dirname "$0")/.."
unset CARGO_TARGET_DIR
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir -p "$work/some/where"
git archive HEAD | tar -C "$work/some/where" -xf -
(cd "$work/some/where" && sh packaging/build.sh "$output/first" $part)

sh packaging/dist.sh "$work/dist"
mkdir "$work/unpacked"
for archive in "$work"/dist/*.tar.xz; do
    tar -C "$work/unpacked" -xf "$archive"
done
(
    cd "$work"/unpacked/libtally-*
    CARGO_HOME=$work/empty CARGO_NET_OFFLINE=true sh packaging/build.sh "$output/second" $part
)
diff -r "$output/first" "$output/second"
(cd "$output/first" && sha256sum -- *)
echo 'test-equal-builds: equal'
