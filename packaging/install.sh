#!/bin/sh
# Installs what packaging/build.sh has built, or removes it again:
#
#     sh packaging/install.sh install|uninstall FOLDER
#
# The variables PREFIX, BINDIR, LIBDIR, INCLUDEDIR, DATADIR, MANDIR and ZSHDIR name the folders, as
# they will be on the system that uses the files; DESTDIR precedes them here. What is below PREFIX
# can be moved together with it. For systems with ELF.
set -eu
action=$1 built=$2
cd "$(dirname "$0")/.."
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
major=${version%%.*}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for folder in "$PREFIX" "$BINDIR" "$LIBDIR" "$INCLUDEDIR" "$DATADIR" "$MANDIR" "$ZSHDIR"; do
    case $folder in
    /*) ;;
    *) echo "install.sh: not an absolute path: '$folder'" >&2 && exit 2 ;;
    esac
done

# put MODE FILE PATH: installs a file. A program that uses an earlier one keeps that.
put() {
    if [ "$action" = install ]; then
        mkdir -p "$DESTDIR${3%/*}"
        install -m "$1" "$2" "$DESTDIR$3"
    else
        rm -f "$DESTDIR$3"
    fi
}

# link TO PATH: a symbolic link.
link() {
    if [ "$action" = install ]; then
        ln -sf "$1" "$DESTDIR$2"
    else
        rm -f "$DESTDIR$2"
    fi
}

# below FOLDER BASE: FOLDER in terms of BASE, if it is below PREFIX; otherwise unchanged.
below() {
    case $1/ in
    "$PREFIX"/*) echo "$2${1#"$PREFIX"}" ;;
    *) echo "$1" ;;
    esac
}

# prefix_from FOLDER BASE: PREFIX in terms of BASE, which stands for FOLDER.
prefix_from() {
    case $1/ in
    "$PREFIX"/*) echo "$2$(echo "${1#"$PREFIX"}" | sed 's,/[^/]*,/..,g')" ;;
    *) echo "$PREFIX" ;;
    esac
}

# fill TEMPLATE FOLDER BASE PREFIX: installs a template in FOLDER. In it, BASE stands for FOLDER and
# PREFIX for the prefix.
fill() {
    name=$(basename "$1" .in)
    sed -e "s,@version@,$version,g" -e "s,@major@,$major,g" \
        -e "s,@prefix@,$(prefix_from "$2" "$3"),g" \
        -e "s,@libdir@,$(below "$LIBDIR" "$4"),g" \
        -e "s,@includedir@,$(below "$INCLUDEDIR" "$4"),g" "$1" >"$work/$name"
    put 644 "$work/$name" "$2/$name"
}

put 755 "$built/libtally.so" "$LIBDIR/libtally.so.$version"
link "libtally.so.$version" "$LIBDIR/libtally.so.$major"
link "libtally.so.$major" "$LIBDIR/libtally.so"
put 644 "$built/libtally.a" "$LIBDIR/libtally.a"
put 644 include/tally.h "$INCLUDEDIR/tally.h"
put 644 bindings/cpp/tally.hpp "$INCLUDEDIR/tally.hpp"
fill packaging/libtally.pc.in "$LIBDIR/pkgconfig" '${pcfiledir}' '${prefix}'
for file in TallyConfig TallyConfigVersion; do
    fill packaging/$file.cmake.in "$LIBDIR/cmake/Tally" '${CMAKE_CURRENT_LIST_DIR}' '${_prefix}'
done
put 755 "$built/tally" "$BINDIR/tally"
put 644 "$built/tally.1" "$MANDIR/man1/tally.1"
mkdir "$work/man3"
awk -v folder="$work/man3" -v version="$version" -f packaging/man3.awk include/tally.h
for page in "$work"/man3/*; do
    put 644 "$page" "$MANDIR/man3/${page##*/}"
done
put 644 "$built/tally.bash" "$DATADIR/bash-completion/completions/tally"
put 644 "$built/tally.zsh" "$ZSHDIR/_tally"
put 644 "$built/tally.fish" "$DATADIR/fish/vendor_completions.d/tally.fish"

# Others share the rest of the folders.
if [ "$action" = uninstall ] && [ -d "$DESTDIR$LIBDIR/cmake/Tally" ]; then
    rmdir "$DESTDIR$LIBDIR/cmake/Tally"
fi
