# make demo    the wrong rows of a CSV file, then lines of a file; TABLE=, FILE=, CHAR=, MIN=
# make test    all tests
# make command the command line program, target/release/tally
# make help    the rest

CARGO ?= cargo
CC ?= cc
CXX ?= c++
PYTHON ?= python3
CFLAGS ?= -O2 -g
CXXFLAGS ?= -O2 -g
TARGET := $(or $(CARGO_TARGET_DIR),target)
BUILD := build
# With these features the tests cover everything.
FEATURES := header,inject-panic,command

# Where `make install` puts the files. DESTDIR precedes all of these.
PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
LIBDIR ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
DATADIR ?= $(PREFIX)/share
MANDIR ?= $(DATADIR)/man
ZSHDIR ?= $(DATADIR)/zsh/site-functions
FOLDERS := PREFIX BINDIR LIBDIR INCLUDEDIR DATADIR MANDIR ZSHDIR DESTDIR
# What it installs, and what that is built from.
SHIPPED := $(BUILD)/shipped
SOURCES = Cargo.toml Cargo.lock build.rs include/tally.h tests/exports.txt packaging/build.sh \
	packaging/static.sh $(shell find src -name '*.rs')

# For `make demo`: a CSV file; then a file, what to count in its lines, and how often.
TABLE := examples/data/stations.csv
FILE := README.md
CHAR := |
MIN := 3

LIBRARY := $(TARGET)/release/libtally$(if $(filter Darwin,$(shell uname -s)),.dylib,.so)
# Programs look for the shared library by this number: see build.rs.
MAJOR := $(shell sed -n 's/^version = "\([0-9]*\).*/\1/p' Cargo.toml | head -n 1)
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror
# Programs find the library in the folder in which cargo builds it.
LINK = -Iinclude -L$(TARGET)/release -ltally -Wl,-rpath,$(abspath $(TARGET)/release)
EXAMPLES := $(patsubst examples/c/%.c,$(BUILD)/%,$(wildcard examples/c/*.c)) \
	$(patsubst examples/cpp/%.cpp,$(BUILD)/cpp/%,$(wildcard examples/cpp/*.cpp))
# For work on the Python binding, and the Pythons to test it with.
VENV := $(BUILD)/python
PYTHONS := $(PYTHON)

.PHONY: all demo command static shipped install uninstall dist deb test test-install \
	test-old-rust test-equal-builds test-long test-forks test-platforms wheels fuzz bench bench-csv header \
	help clean lint test-rust test-command test-c test-cpp test-release test-abi test-languages \
	test-python test-engines fuzz-python py-dev

all: $(LIBRARY) $(EXAMPLES)

help:
	@sed -n 's/^# make/make/p' Makefile
	@echo 'make static     the static library, build/libtally.a, as shipped and tested'
	@echo 'make install    library, headers, command and manual, below PREFIX=/usr/local (DESTDIR=, LIBDIR=, ...)'
	@echo 'make uninstall  removes them again'
	@echo 'make dist       the source archives, with the crates that builds without a network need'
	@echo 'make deb        Debian packages from these archives, without a network'
	@echo 'make test-old-rust  builds and tests with Rust 1.85: OLD_CARGO=, OLD_RUSTC='
	@echo 'make test-equal-builds  two builds in two folders are the same bytes'
	@echo 'make test-install  installs, and builds programs against what is installed'
	@echo 'make test-forks 100 000 forks while other threads use the library (about five minutes)'
	@echo 'make test-languages  the examples in other languages that are installed (or LANGUAGES=)'
	@echo 'make test-long  70 million random cases and 40 million cuts against plain loops (about 45 minutes)'
	@echo 'make test-platforms the tests on other processors, musl, Windows and WebAssembly (or PLATFORMS=)'
	@echo 'make wheels     wheels for all platforms, in build/wheels/dist'
	@echo 'make test-engines  Dask and Spark, with two worker processes each: installs them; Spark needs Java'
	@echo 'make fuzz       the fuzz targets, for ten minutes each (or SECONDS=)'
	@echo 'make fuzz-python calls of the Python package under AddressSanitizer, for ten minutes (or SECONDS=)'
	@echo 'make bench      all contenders side by side; writes a page to benches/results'
	@echo 'make bench-csv  the command against other tools, on a whole CSV file (or SIZE=, ROUNDS=)'
	@echo 'make header     include/tally.h, the declarations for Python and the description of the ABI'
	@echo 'make py-dev     the Python package for work on it, and its tests'
	@echo 'make clean      removes what was built'

# Whether anything has to be built is decided by cargo.
.PHONY: FORCE
$(LIBRARY): FORCE
	$(CARGO) build --release --lib
	@case $@ in *.so) ln -sf libtally.so $@.$(MAJOR) ;; esac

# Examples in C++ may have the names of those in C.
$(BUILD) $(BUILD)/cpp:
	mkdir -p $@

$(BUILD)/%: examples/c/%.c examples/c/read_file.h include/tally.h $(LIBRARY) | $(BUILD)
	$(CC) -std=c99 $(CFLAGS) $(WARNINGS) $< -o $@ $(LINK)

$(BUILD)/cpp/%: examples/cpp/%.cpp bindings/cpp/tally.hpp include/tally.h $(LIBRARY) | $(BUILD)/cpp
	$(CXX) -std=c++17 $(CXXFLAGS) $(WARNINGS) -pthread -Ibindings/cpp $< -o $@ $(LINK)

# One object, in which the functions of tests/exports.txt alone are global: see packaging/static.sh.
static: $(LIBRARY)
	sh packaging/static.sh $(TARGET)/release/libtally.a tests/exports.txt $(BUILD)/libtally.a

# What is installed is built separately: no path of this machine is in it.
$(SHIPPED)/tally: $(SOURCES)
	CARGO='$(CARGO)' sh packaging/build.sh $(SHIPPED)
	@touch $@

shipped: $(SHIPPED)/tally

install: $(SHIPPED)/tally
install uninstall:
	$(foreach name,$(FOLDERS),$(name)='$($(name))') sh packaging/install.sh $@ $(SHIPPED)

test-install: $(SHIPPED)/tally
	sh packaging/test-install.sh $(SHIPPED)

# The source archives, and what is made of them.
DIST := $(BUILD)/dist

dist:
	sh packaging/dist.sh $(DIST)

deb:
	sh packaging/deb.sh $(DIST)

# PART=library for the libraries alone.
test-equal-builds:
	sh packaging/test-equal-builds.sh $(BUILD)/equal $(PART)

# With a cargo and rustc of the oldest version that is supported.
OLD_CARGO := /usr/bin/cargo
OLD_RUSTC := /usr/bin/rustc
test-old-rust:
	CARGO='$(OLD_CARGO)' RUSTC='$(OLD_RUSTC)' sh packaging/test-old-rust.sh $(BUILD)/old-rust

# A status of 1 says that nothing is found.
demo: command
	@echo
	@echo 'Rows of $(TABLE) that have more or fewer fields than the first, and why:'
	@$(TARGET)/release/tally --ragged -n --line-buffered '$(TABLE)' 2>&1 || [ $$? -eq 1 ]
	@echo
	@echo "Lines of $(FILE) with at least $(MIN) of '$(CHAR)', as LINE:COLUMN:COUNT:TEXT:"
	@$(TARGET)/release/tally -nN '$(MIN)' --column --show-count -- '$(CHAR)' '$(FILE)' || [ $$? -eq 1 ]

command:
	$(CARGO) build --release --features command --bin tally

# The last command needs pycparser, which the environment for Python has.
header: $(VENV)
	TALLY_HEADER=include/tally.h TALLY_DECLARATIONS=bindings/python/declarations.h \
		$(CARGO) check --features header
	$(VENV)/bin/python bindings/python/make_declarations.py bindings/python/src/libtally
	CARGO='$(CARGO)' $(PYTHON) packaging/abi/abi.py update

test: lint test-rust test-release test-abi test-python
	@echo 'test: all suites passed'

# Without rustfmt and clippy this is skipped with a message; in CI it fails.
lint:
	@if $(CARGO) fmt --version >/dev/null && $(CARGO) clippy --version >/dev/null; then \
		$(CARGO) fmt --check && \
		$(CARGO) clippy --all-targets --features $(FEATURES) -- -D warnings; \
	else \
		echo 'lint: skipped, as rustfmt and clippy are not installed'; [ "$$CI" != true ]; \
	fi
	RUSTDOCFLAGS='-D warnings' $(CARGO) doc --no-deps --lib

test-rust:
	$(CARGO) test --features $(FEATURES) -- --show-output

# Parts of test-rust.
test-command test-c test-cpp: test-%:
	$(CARGO) test --features $(FEATURES) --test $* -- --show-output

# The library as shipped, called from C and C++.
test-release:
	$(CARGO) test --release --test c --test cpp -- --show-output

# Whether programs that were built before still work, and whether this check notices what breaks them.
test-abi:
	CARGO='$(CARGO)' $(PYTHON) packaging/abi/abi.py check
	CARGO='$(CARGO)' $(PYTHON) packaging/abi/test.py $(BUILD)/abi

# The examples in other languages, on the shared cases: in all languages that are installed, or in those
# of LANGUAGES, each of which then has to be.
test-languages: $(LIBRARY)
	sh tests/languages/run.sh $(LIBRARY) $(BUILD)/languages $(LANGUAGES)

test-long:
	TALLY_TEST_CASES=50000000 $(CARGO) test --profile release --test properties -- --show-output
	TALLY_TEST_CUTS=20000000 $(CARGO) test --profile release --test streams -- --show-output
	TALLY_TEST_CASES=20000000 TALLY_TEST_CUTS=20000000 $(CARGO) test --profile release \
		--test records -- --show-output
	TALLY_TEST_CUTS=65535 $(CARGO) test --profile release --features command --test command -- \
		--show-output a_pipe_cut_anywhere

test-forks:
	TALLY_TEST_FORKS=50000 $(CARGO) test --release --test c processes -- --show-output

$(VENV):
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install --quiet cffi mypy numpy pyright pytest ruff 'setuptools>=77' tqdm trio \
		duckdb pandas polars pyarrow

# Edits of the Python sources take effect at once; those of the library, at the next py-dev.
py-dev: $(VENV)
	$(VENV)/bin/pip install --quiet --no-build-isolation --editable bindings/python
	for binding in cffi ctypes; do \
		LIBTALLY_BINDING=$$binding $(VENV)/bin/python -m pytest --quiet bindings/python || exit 1; \
	done

test-python: $(VENV)
	cd bindings/python && $(abspath $(VENV))/bin/ruff check && \
		$(abspath $(VENV))/bin/ruff format --check
	cd bindings/python && $(abspath $(VENV))/bin/mypy src tests make_declarations.py build_cffi.py
	cd bindings/python && $(abspath $(VENV))/bin/pyright src
	$(CC) -std=c99 $(WARNINGS) -fsyntax-only -Iinclude -isystem "$$($(VENV)/bin/python -c \
		'import sysconfig; print(sysconfig.get_path("include"))')" \
		bindings/python/src/libtally/_quick.c
	CARGO='$(CARGO)' sh bindings/python/test.sh $(BUILD)/python-test $(PYTHONS)

# In an environment of its own, since Spark is half a gigabyte. WHEEL is what is tested: the sources,
# or a wheel. Without Java, Spark is skipped with a message; in CI that fails.
WHEEL := bindings/python
ENGINES := $(abspath $(BUILD))/engines/bin
test-engines:
	$(PYTHON) -m venv $(BUILD)/engines
	$(ENGINES)/pip install --quiet cffi 'setuptools>=77'
	$(ENGINES)/pip install --quiet --force-reinstall --no-deps --no-build-isolation $(WHEEL)
	$(ENGINES)/pip install --quiet --no-build-isolation '$(WHEEL)[test-engines]'
	@command -v java >/dev/null || { \
		echo 'test-engines: Spark is skipped, as there is no java'; [ "$$CI" != true ]; }
	cd bindings/python && $(ENGINES)/python -m pytest -p no:cacheprovider --quiet \
		tests/test_ranges.py tests/test_dask.py tests/test_spark.py

# For SECONDS each; without cargo-fuzz this is skipped with a message; in CI it fails.
SECONDS := 600
fuzz:
	sh fuzz/run.sh $(SECONDS)

# Over each back end.
fuzz-python: $(VENV)
	sh bindings/python/fuzz.sh $(BUILD)/python-fuzz $(SECONDS) $(abspath $(VENV))/bin/python

# PLATFORMS=--install, alone or before names, installs on Debian what this needs.
test-platforms:
	sh packaging/test-platforms.sh $(PLATFORMS)

wheels:
	sh packaging/wheels.sh $(BUILD)/wheels

bench:
	$(CARGO) bench --bench ratios

# A whole CSV file of SIZE MiB, ROUNDS times, against other tools that are installed.
SIZE := 1024
ROUNDS := 15
bench-csv: command
	$(PYTHON) benches/csv.py $(TARGET)/release/tally $(BUILD)/bench $(SIZE) $(ROUNDS)

clean:
	$(CARGO) clean
	rm -rf $(BUILD) bindings/python/build bindings/python/src/libtally/*.so
