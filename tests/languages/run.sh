#!/bin/sh
# Runs the examples in other languages on the shared cases:
#
#     sh tests/languages/run.sh LIBRARY FOLDER [LANGUAGE]...
#
# LIBRARY is the shared library; FOLDER is for what is built. Without a name, all languages are run.
# One that is not installed is skipped with a line; if it was named, that is a failure. Node.js needs
# the network, for npm. `run.sh --install [LANGUAGE]...` installs, as root, what they need on Debian 12.
set -eu
cd "$(dirname "$0")/../.."

all='python ruby lua perl node java go csharp r'

packages() {
    case $1 in
    python) echo python3 ;;
    ruby) echo ruby ;;
    lua) echo luajit ;;
    perl) echo libffi-platypus-perl ;;
    node) echo nodejs npm ;;
    java) echo default-jdk-headless libjna-java ;;
    go) echo golang-go ;;
    csharp) echo mono-mcs mono-runtime ;;
    r) echo r-base-core ;;
    esac
}

if [ "$1" = --install ]; then
    shift
    names=$(for language in ${*:-$all}; do packages "$language"; done)
    apt-get update
    # shellcheck disable=SC2086
    apt-get install --yes --no-install-recommends $names
    exit
fi

library=$(realpath "$1")
mkdir -p "$2"
build=$(realpath "$2")
shift 2
named=$*

# Where programs look for the library, as if it were installed.
mkdir -p "$build/lib"
ln -sf "$library" "$build/lib/libtally.so"
ln -sf "$library" "$build/lib/libtally.so.0"
export LD_LIBRARY_PATH="$build/lib"
cases=$build/cases.tsv
python3 tests/languages/plain.py "$cases"

# has LANGUAGE: whether it is installed.
has() {
    case $1 in
    python) true ;;
    ruby) ruby -e 'require "fiddle"' ;;
    lua) luajit -v ;;
    perl) perl -MFFI::Platypus=2 -e 1 ;;
    node) npm --version && node --version ;;
    java) javac -version && test -e "$jna" ;;
    go) go version ;;
    csharp) mcs --version && mono --version ;;
    r) R --version ;;
    *)
        echo "languages: $1: not one of $all" >&2
        exit 2
        ;;
    esac >/dev/null 2>&1
}
jna=${JNA_JAR:-/usr/share/java/jna.jar}

# run LANGUAGE: builds and runs its example.
run() {
    case $1 in
    python) python3 -W error examples/python/cases.py "$cases" ;;
    ruby) ruby -w examples/ruby/cases.rb "$cases" ;;
    lua) luajit examples/lua/cases.lua "$cases" ;;
    perl) perl examples/perl/cases.pl "$cases" ;;
    node)
        mkdir -p "$build/node"
        cp examples/node/*.js examples/node/package.json "$build/node"
        (cd "$build/node" && npm install --silent --no-audit --no-fund && node cases.js "$cases")
        ;;
    java)
        mkdir -p "$build/java"
        javac -Xlint:all -Werror -cp "$jna" -d "$build/java" examples/java/*.java
        java -Djna.library.path="$build/lib" -cp "$jna:$build/java" Cases "$cases"
        ;;
    go)
        rm -rf "$build/go"
        mkdir -p "$build/go/cases"
        cp examples/go/tally.go examples/go/go.mod "$build/go"
        cp examples/go/cases/main.go "$build/go/cases"
        (cd "$build/go" && CGO_CFLAGS="-I$OLDPWD/include" CGO_LDFLAGS="-L$build/lib" \
            go run ./cases "$cases")
        ;;
    csharp)
        mkdir -p "$build/csharp"
        mcs -warnaserror -out:"$build/csharp/cases.exe" examples/csharp/*.cs
        mono "$build/csharp/cases.exe" "$cases"
        ;;
    r)
        mkdir -p "$build/r"
        cp examples/r/* "$build/r"
        (cd "$build/r" && PKG_CPPFLAGS="-I$OLDPWD/include" PKG_LIBS="-L$build/lib -ltally" \
            R CMD SHLIB tally.c >build.txt 2>&1 && Rscript cases.R "$cases")
        ;;
    esac
}

failed=0 skipped=0
for language in ${named:-$all}; do
    if has "$language"; then
        run "$language" || { failed=1 && echo "languages: $language failed" >&2; }
    elif [ -n "$named" ]; then
        failed=1
        echo "languages: $language: missing one of: $(packages "$language")" >&2
    else
        skipped=$((skipped + 1))
        echo "languages: $language skipped, missing one of: $(packages "$language")"
    fi
done
[ "$failed" = 0 ] || exit 1
echo "languages: all that are installed passed, $skipped skipped"
