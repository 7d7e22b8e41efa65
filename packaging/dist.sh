#!/bin/sh
# Makes the source archives, from the commit that is checked out:
#
#     sh packaging/dist.sh OUTPUT
#
# libtally-VERSION.tar.xz has the sources; libtally-VERSION-vendor.tar.xz has the crates that the
# library and the command are built from, for builds without a network. Both unpack into one folder,
# libtally-VERSION. The same commit makes the same bytes. Crates that only tests, benchmarks, the
# making of the header, or Windows need are left out: an empty crate stands for each of them, as
# cargo wants to see all that Cargo.lock names.
set -eu
mkdir -p "$1"
output=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."
cargo=${CARGO:-cargo}
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
name=libtally-$version
date=$(git log -1 --format=%ct)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# pack ARCHIVE: of the folder. The date is that of the commit.
pack() {
    tar -C "$work" --sort=name --mtime="@$date" --owner=0 --group=0 --numeric-owner \
        --mode=u+rw,go+r,go-w --format=gnu -cf - "$name" | xz -T1 >"$output/$1"
    rm -rf "${work:?}/$name"
    echo "$output/$1"
}

git archive --format=tar --prefix="$name/" HEAD | tar -C "$work" -xf -
pack "$name.tar.xz"

vendor=$work/$name/vendor
mkdir -p "$work/$name/.cargo"
"$cargo" vendor --quiet --locked --versioned-dirs "$vendor" >/dev/null
cat >"$work/$name/.cargo/config.toml" <<EOF
[source.crates-io]
replace-with = "vendored"

[source.vendored]
directory = "vendor"
EOF

# What is built on systems with ELF, as NAME-VERSION.
for target in x86_64-unknown-linux-gnu aarch64-unknown-linux-musl x86_64-unknown-freebsd; do
    "$cargo" tree --locked --features command --edges normal,build --target $target --prefix none \
        --format '{p}'
done | sed -n 's/^\([^ ]*\) v\([^ ]*\).*/\1-\2/p' | sort -u >"$work/needed"

for crate in "$vendor"/*; do
    if ! grep -qxF "$(basename "$crate")" "$work/needed"; then
        sum=$(grep -o '"package":"[0-9a-f]*"' "$crate/.cargo-checksum.json")
        find "$crate" -mindepth 1 ! -name Cargo.toml -delete
        # Its programs, tests and the like are not there either.
        awk '/^\[/ { skip = /^\[\[(bin|test|example|bench)\]\]/ } !skip' "$crate/Cargo.toml" |
            sed 's/^build = .*/build = false/' >"$work/manifest"
        path=$(awk -F '"' '/^\[/ { lib = /^\[lib\]/ } lib && /^path = / { print $2 }' "$work/manifest")
        mv "$work/manifest" "$crate/Cargo.toml"
        mkdir -p "$crate/$(dirname "${path:-src/lib.rs}")"
        : >"$crate/${path:-src/lib.rs}"
        printf '{"files":{},%s}' "$sum" >"$crate/.cargo-checksum.json"
    fi
done
pack "$name-vendor.tar.xz"
