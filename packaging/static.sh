#!/bin/sh
# Makes the static library that is shipped, from the one that cargo makes:
#
#     sh packaging/static.sh FOLDER/libtally.a EXPORTS OUTPUT
#
# Cargo's archive has the objects of Rust's standard library in it. Two such archives in one program
# define the same symbols (rust_eh_personality), and the objects carry bitcode, which tools of another
# LLVM misread. So all objects are linked into one, of which only the functions in the file EXPORTS
# stay global. Section groups are dissolved: the linker would take the other library's copy of a
# group for ours, in which the names are no longer global. The same input makes the same bytes.
#
# Needs GNU ld, objcopy and ar (binutils), and ELF. For another processor, LD, OBJCOPY and AR name
# those tools. On macOS and Windows there is no such archive: cargo's own libtally.a or tally.lib is
# linked, to which the above applies. There a program should have no second Rust library that is
# linked statically.
set -eu
archive=$1 exports=$2 output=$3
LD=${LD:-ld} OBJCOPY=${OBJCOPY:-objcopy} AR=${AR:-ar}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Only what the functions need is linked.
sed 's/^/--undefined=/' "$exports" >"$work/roots"
"$LD" -r --gc-sections --force-group-allocation "@$work/roots" -o "$work/all.o" "$archive"
"$OBJCOPY" --keep-global-symbols="$exports" --remove-section=.llvmbc --remove-section=.llvmcmd \
    "$work/all.o" "$work/libtally.o"
"$OBJCOPY" --strip-debug --strip-unneeded "$work/libtally.o"
mkdir -p "$(dirname "$output")"
rm -f "$output"
"$AR" rcsD "$output" "$work/libtally.o"
