"""Builds the library with cargo and copies it into the package; pyproject.toml has the rest.

On CPython a cffi module and a C module are built too, for the limited API: one wheel works with
every Python, and those that cannot load the modules use ctypes. Both modules are one file, and the
library is linked into it, with hidden names: no other library in the process can take its place.
Systems without ELF have no modules and use ctypes.

With LIBTALLY_SYSTEM=1, for distributions, nothing is built with cargo: the modules link to the
system's libtally, and ctypes loads that.

With LIBTALLY_TARGET, the wheel is for another platform or an older C library, and built by
cargo-zigbuild: packaging/wheels.sh sets it, and the compiler that the modules need.
"""

import json
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import setuptools
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_ext import build_ext
from setuptools.command.sdist import sdist

HERE = Path(__file__).resolve().parent
# An sdist carries the crate along; in the repository it is above.
CARRIED = HERE / "crate"
CRATE = CARRIED if CARRIED.exists() else HERE.parents[1]
SYSTEM = os.environ.get("LIBTALLY_SYSTEM", "0") != "0"
# As Rust calls it; behind a dot, the oldest version of glibc.
TARGET = os.environ.get("LIBTALLY_TARGET")
WITH_CFFI = (
    platform.python_implementation() == "CPython"
    and ("linux" in TARGET if TARGET else sys.platform not in ("darwin", "win32", "cygwin"))
    and not sysconfig.get_config_var("Py_GIL_DISABLED")
)
# What the standard library of Rust links to. Zig has an unwinder of its own, and links it in.
RUST_NEEDS = ["unwind" if TARGET else "gcc_s", "util", "rt", "pthread", "m", "dl", "c"]
# The modules export their entries alone.
EXPORTS = "{ global: PyInit_*; local: *; };"
# What an sdist has of the crate: what the library is built from, and the cases of the tests.
IN_SDIST = re.compile(r"(src/(?!bin/)|include/|tests/cases/|build\.rs|Cargo\.|LICENSE|README)")

VENDORED = """\
[source.crates-io]
replace-with = "vendored"

[source.vendored]
directory = "vendor"
"""


def cargo(*arguments, folder=CRATE, **environment):
    command = [os.environ.get("CARGO", "cargo"), *arguments]
    try:
        return subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, **environment},
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout
    except FileNotFoundError:
        sys.exit(f"libtally: building needs Rust 1.85 or later, and there is no {command[0]!r}")
    except subprocess.CalledProcessError as error:
        sys.exit(f"libtally: {' '.join(command)} failed with status {error.returncode}")


def version():
    manifest = (CRATE / "Cargo.toml").read_text(encoding="utf-8")
    return re.search(r'^version = "(.+)"$', manifest, re.MULTILINE)[1]


def rust_flags():
    """Flags that keep the paths of this machine out of the library."""
    home = Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo")
    sources = [CRATE, home, *home.glob("registry/src/*")]
    # The last one that fits a path counts.
    remaps = [f"--remap-path-prefix={path}=/crates" for path in [*sources, CRATE / "vendor"]]
    return "\x1f".join([*os.environ.get("RUSTFLAGS", "").split(), *remaps])


class BuildLibrary(build_ext):
    def run(self):
        folder = Path(self.get_ext_fullpath("libtally.any")).parent
        folder.mkdir(parents=True, exist_ok=True)
        # Of an earlier build. A program may be using it, so it is not written over.
        for name in ("libtally.so", "libtally.dylib", "tally.dll"):
            (folder / name).unlink(missing_ok=True)
        if not SYSTEM:
            self.build_library(folder)
        super().run()

    def build_library(self, folder):
        messages = cargo(
            *(["zigbuild", f"--target={TARGET}"] if TARGET else ["build"]),
            "--release",
            "--lib",
            "--locked",
            "--message-format=json-render-diagnostics",
            # Other builds have other flags.
            "--target-dir=" + os.environ.get("CARGO_TARGET_DIR", str(CRATE / "target/python")),
            CARGO_ENCODED_RUSTFLAGS=rust_flags(),
        )
        for message in map(json.loads, messages.splitlines()):
            if message.get("target", {}).get("name") != "tally":
                continue
            for file in map(Path, message.get("filenames", [])):
                if file.suffix in (".so", ".dylib", ".dll"):
                    shutil.copy2(file, folder)
                elif file.suffix == ".a":
                    self.archive = str(file)

    def build_extensions(self):
        # Not the paths of this machine in which Python's own library is.
        linker = self.compiler.linker_so
        self.compiler.linker_so = [word for word in linker if not word.startswith("-Wl,-rpath")]
        exports = Path(self.build_temp, "exports.map")
        exports.parent.mkdir(parents=True, exist_ok=True)
        exports.write_text(EXPORTS, encoding="utf-8")
        for extension in self.extensions:
            extension.include_dirs.append(str(CRATE / "include"))
            extension.extra_compile_args.append("-g0")
            if SYSTEM:
                extension.libraries.append("tally")
            else:
                extension.extra_objects.append(self.archive)
                extension.libraries += RUST_NEEDS
                extension.extra_link_args += [
                    f"-Wl,--version-script={exports}",
                    "-Wl,--gc-sections",
                    "-Wl,--strip-debug",
                ]
        super().build_extensions()


class Sdist(sdist):
    def make_release_tree(self, base_dir, files):
        super().make_release_tree(base_dir, files)
        crate = Path(base_dir, CARRIED.name).resolve()
        for name in cargo("package", "--list", "--allow-dirty").splitlines():
            # Cargo makes some files on the way.
            if IN_SDIST.match(name) and (CRATE / name).exists() and not name.endswith(".orig"):
                target = crate / name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(CRATE / name, target)
        if CRATE == CARRIED:
            shutil.copytree(CRATE / "vendor", crate / "vendor")
            shutil.copytree(CRATE / ".cargo", crate / ".cargo")
            return
        # With what the library depends on, so that building needs no network.
        manifest = crate / "Cargo.toml"
        manifest.write_text(library_manifest(manifest.read_text(encoding="utf-8")))
        cargo("vendor", "--quiet", "vendor", folder=crate)
        (crate / ".cargo").mkdir()
        (crate / ".cargo/config.toml").write_text(VENDORED)


def library_manifest(manifest):
    """A manifest without what only the command, the tests and the benchmarks need."""
    kept = []
    for section in re.split(r"^(?=\[)", manifest, flags=re.MULTILINE):
        if not re.match(r"\[(\[|dev-|build-)", section):
            kept.append(re.sub(r"^.*optional = true.*\n", "", section, flags=re.MULTILINE))
    text = "".join(kept)
    # Features of optional dependencies.
    return re.sub(r'(^#.*\n)*^\w+ = \[\s*"dep:[^\]]*\]\n', "", text, flags=re.MULTILINE)


class Distribution(setuptools.Distribution):
    """It has a library to build, even where no module is built."""

    def has_ext_modules(self):
        return True


class Wheel(bdist_wheel):
    """For every Python of this platform."""

    def get_tag(self):
        return ("py3", "none", super().get_tag()[2])


modules = {"setup_requires": ["cffi>=1.15"], "cffi_modules": ["build_cffi.py:ffi"]}
setuptools.setup(
    version=version(),
    distclass=Distribution,
    cmdclass={"bdist_wheel": Wheel, "build_ext": BuildLibrary, "sdist": Sdist},
    **(modules if WITH_CFFI else {}),
)
