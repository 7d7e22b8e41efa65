"""Which library is loaded: the package's own, whatever else there is, or none."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import libtally
from libtally import _constants as constants
from libtally._declarations import FUNCTIONS
from libtally._library import fits, library

FOLDER = Path(libtally.__file__).parent
LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="as ELF systems do it")
PROGRAM = (
    "import libtally; c = libtally.Counter('c', 1); print(libtally.__version__, c.count('cc'))"
)


def run(program: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "LIBTALLY_BINDING": libtally.binding(), **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )


def compiled(path: Path, source: str) -> str:
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("there is no C compiler")
    code = path.with_suffix(".c")
    code.write_text(source)
    subprocess.run([compiler, "-shared", "-fPIC", "-o", path, code], check=True)
    return str(path)


def foreign(folder: Path, version: str = "0.0.1", functions: int = 1000) -> str:
    """A library with the same names, of which every function returns 42."""
    names = [name for name in FUNCTIONS if name != "tally_version"][:functions]
    source = "".join(f"long {name}(void) {{ return 42; }}\n" for name in names)
    source += f'const char *tally_version(void) {{ return "{version}"; }}\n'
    return compiled(folder / "libtally.so", source)


@LINUX
def test_another_library_in_the_process(tmp_path: Path) -> None:
    other = foreign(tmp_path, "9.9.9")
    right = f"{constants.VERSION} 2\n"
    first = f"import ctypes; ctypes.CDLL({other!r}, ctypes.RTLD_GLOBAL); "
    for program, environment in (
        (PROGRAM, {}),
        (PROGRAM, {"LD_LIBRARY_PATH": str(tmp_path)}),
        (PROGRAM, {"LD_PRELOAD": other}),
        (first + PROGRAM, {}),
        (PROGRAM, {"LD_PRELOAD": other, "LD_LIBRARY_PATH": str(tmp_path)}),
    ):
        done = run(program, **environment)
        assert (done.stdout, done.stderr) == (right, ""), environment


@LINUX
def test_both_back_ends_in_one_process() -> None:
    program = (
        "import libtally, libtally._over_ctypes as other;"
        "print(libtally.Counter('c', 1).count('cc'), other.LIBRARY.functions.tally_version())"
    )
    assert run(program).stdout == f"2 {constants.VERSION.encode()!r}\n"


@pytest.mark.parametrize(
    ("version", "right"),
    [
        (constants.VERSION, True),
        ("0.1.1", True),
        ("0.2.0", True),
        ("0.0.9", False),
        ("1.0.0", False),
        ("", False),
        ("0.1.x", False),
    ],
)
def test_versions(version: str, right: bool) -> None:
    assert fits(version) is right


def test_version_of_the_library() -> None:
    assert libtally.__version__ == library.text(library.functions.tally_version())
    assert fits(libtally.__version__)


@LINUX
def test_a_foreign_library_is_an_error(tmp_path: Path) -> None:
    """LIBTALLY_LIBRARY names one: it is loaded or there is an ImportError, and nothing else."""
    if libtally.binding() != "ctypes":
        pytest.skip("LIBTALLY_LIBRARY is for ctypes")
    (tmp_path / "few").mkdir()
    for path, reason in (
        (foreign(tmp_path), "needs libtally .* the library found is 0.0.1"),
        (foreign(tmp_path / "few", functions=3), "is not the libtally that is needed"),
        (compiled(tmp_path / "any.so", "int x;"), "is not the libtally that is needed"),
        (str(tmp_path / "missing.so"), "is not the libtally that is needed"),
        (__file__, "is not the libtally that is needed"),
    ):
        done = run(PROGRAM, LIBTALLY_LIBRARY=path)
        assert done.returncode == 1, path
        assert re.search(f"^ImportError: .*{reason}", done.stderr, re.MULTILINE), done.stderr


@LINUX
def test_a_broken_module_is_an_error(tmp_path: Path) -> None:
    """Not a silent use of the other binding."""
    if libtally.binding() != "cffi":
        pytest.skip("the module is that of cffi")
    broken = tmp_path / "libtally"
    shutil.copytree(FOLDER, broken, ignore=shutil.ignore_patterns("*.so"))
    program = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {PROGRAM}"
    forced = {"LIBTALLY_BINDING": ""}
    # Without the module and without a library.
    done = run(program.replace("print(", "print(libtally.binding(), "), **forced)
    assert "ImportError" in done.stderr or "ctypes" in done.stdout
    compiled(broken / "_cffi.abi3.so", "extern int tally_nowhere(void);\nint x(void) { return 1; }")
    shutil.copy2(FOLDER / "libtally.so", broken)
    done = run(program, **forced)
    assert done.returncode == 1
    assert "ImportError" in done.stderr


@pytest.mark.parametrize("name", ["cfi", "ctypes "])
def test_unknown_back_ends(name: str) -> None:
    done = run(PROGRAM, LIBTALLY_BINDING=name)
    assert "ImportError: LIBTALLY_BINDING is" in done.stderr


def paths_of_this_machine() -> list[bytes]:
    home = str(Path.home())
    folders = {home, sys.base_prefix, sys.prefix, str(Path(__file__).resolve().parents[3])}
    return [os.fsencode(folder) for folder in folders if len(Path(folder).parts) > 1]


def test_wheel(tmp_path: Path) -> None:
    """The wheel has no path of the machine that built it, and needs no library but the system's."""
    wheel = os.environ.get("LIBTALLY_WHEEL")
    if not wheel:
        pytest.skip("LIBTALLY_WHEEL names no wheel; `make test-python` builds one")
    forbidden = [*paths_of_this_machine(), b"/.cargo/", b"index.crates.io", b"/tmp/"]
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        assert "libtally/_counter.py" in names
        libraries = ["libtally.so", "libtally.dylib", "tally.dll"]
        assert any(f"libtally/{library}" in names for library in libraries)
        for name in names:
            content = archive.read(name)
            for word in forbidden:
                assert word not in content, f"{name} has {word!r}"
            if name.endswith(".so") and shutil.which("readelf"):
                path = tmp_path / Path(name).name
                path.write_bytes(content)
                dynamic = output("readelf", "-dW", path)
                assert "RPATH" not in dynamic
                assert "RUNPATH" not in dynamic
                needed = re.findall(r"NEEDED.*\[(.*?)\]", dynamic)
                assert needed
                assert all(re.match(r"(libc|libgcc_s|libm|ld-linux)[.-]", one) for one in needed)
                exported = output("nm", "-D", "--defined-only", path)
                found = set(re.findall(r" [A-Z] (\w+)", exported))
                if name.endswith("/libtally.so"):
                    assert found >= FUNCTIONS.keys()
                else:
                    assert found == {"PyInit__cffi", "PyInit__quick"}


def output(*command: object) -> str:
    return subprocess.run(
        list(map(str, command)), capture_output=True, text=True, check=True
    ).stdout
