"""Builds the library with cargo and copies it into the package; pyproject.toml has the rest.

On CPython a cffi module and a C module are built too, for the limited API: one wheel works with
every Python, and those that cannot load the modules use ctypes. The modules find the library beside
themselves, which ELF systems support; other systems have no modules and use ctypes.
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

from setuptools import Extension, setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_ext import build_ext
from setuptools.command.sdist import sdist

HERE = Path(__file__).resolve().parent
# An sdist carries the crate along; in the repository it is above.
CARRIED = HERE / "crate"
CRATE = CARRIED if CARRIED.exists() else HERE.parents[1]
WITH_CFFI = (
    platform.python_implementation() == "CPython"
    and sys.platform not in ("darwin", "win32", "cygwin")
    and not sysconfig.get_config_var("Py_GIL_DISABLED")
)


def cargo(*arguments):
    command = [os.environ.get("CARGO", "cargo"), *arguments]
    return subprocess.run(command, cwd=CRATE, check=True, stdout=subprocess.PIPE, text=True).stdout


def version():
    manifest = (CRATE / "Cargo.toml").read_text(encoding="utf-8")
    return re.search(r'^version = "(.+)"$', manifest, re.MULTILINE)[1]


class BuildLibrary(build_ext):
    def run(self):
        folder = Path(self.get_ext_fullpath("libtally.any")).parent
        folder.mkdir(parents=True, exist_ok=True)
        messages = cargo(
            "build", "--release", "--lib", "--locked", "--message-format=json-render-diagnostics"
        )
        for message in map(json.loads, messages.splitlines()):
            if message.get("target", {}).get("name") != "tally":
                continue
            for file in map(Path, message.get("filenames", [])):
                if file.suffix in (".so", ".dylib", ".dll"):
                    # Removed first: a program may be using the old one.
                    (folder / file.name).unlink(missing_ok=True)
                    shutil.copy2(file, folder)
                    self.library_dirs = [str(folder)]
        super().run()


class Sdist(sdist):
    def make_release_tree(self, base_dir, files):
        super().make_release_tree(base_dir, files)
        for name in cargo("package", "--list", "--allow-dirty").splitlines():
            # Cargo makes some files on the way.
            if (CRATE / name).exists() and not name.endswith(".orig"):
                target = Path(base_dir, CARRIED.name, name)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(CRATE / name, target)


class Wheel(bdist_wheel):
    """For every Python of this platform."""

    def get_tag(self):
        return ("py3", "none", super().get_tag()[2])


if WITH_CFFI:
    quick = Extension(
        "libtally._quick",
        ["src/libtally/_quick.c"],
        include_dirs=[str(CRATE / "include")],
        libraries=["tally"],
        extra_link_args=["-Wl,-rpath,$ORIGIN"],
        py_limited_api=True,
    )
    modules = {
        "setup_requires": ["cffi>=1.15"],
        "cffi_modules": ["build_cffi.py:ffi"],
        "ext_modules": [quick],
    }
else:
    modules = {}

distribution = setup(
    version=version(),
    cmdclass={"bdist_wheel": Wheel, "build_ext": BuildLibrary, "sdist": Sdist},
    **modules,
)
