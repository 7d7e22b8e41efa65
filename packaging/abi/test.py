#!/usr/bin/env python3
"""Tests of the ABI gate, on libraries built from changed sources:

    test.py FOLDER    builds in FOLDER, which may be kept for the next time

Each change that breaks programs has to be refused, against the stored description and, once that is
updated, against the one that was released. Each allowed one has to pass after the update.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import abi

# The change, whether it is allowed, and the edits: a file of src/capi, what stands there (a regular
# expression that has to be found once), and what replaces it.
Edit = tuple[str, str, str]


def grown(options: str, file: str, field: str, default: str) -> list[Edit]:
    """A field at the end of a struct of options, and its default."""
    return [
        (file, rf"(pub struct {options} \{{.*?)\n\}}", rf"\1\n    /// New.\n    pub {field},\n}}"),
        (file, r"(const DEFAULT: Self = Self \{.*?)\n    \};", rf"\1\n        {default},\n    }};"),
    ]


NEW_FUNCTION = (
    "\n/// New.\n#[unsafe(no_mangle)]\n"
    "pub extern \"C\" fn tally_new_function(number: u32) -> u32 {\n    number\n}\n"
)

CHANGES: list[tuple[str, bool, list[Edit]]] = [
    ("no change", True, []),
    ("an added function", True, [("information.rs", r"\Z", NEW_FUNCTION)]),
    (
        "options that grew at their end",
        True,
        grown("tally_counter_options", "options.rs", "new_field: u64", "new_field: 0"),
    ),
    (
        "a removed function",
        False,
        [("information.rs", r"#\[unsafe\(no_mangle\)\]\n(?=pub extern \"C\" fn tally_version)", "")],
    ),
    (
        "a parameter of another type of the same size",
        False,
        [
            ("counter.rs", r"(fn tally_counter_new\(.*?min_number: )u64", r"\1i64"),
            ("counter.rs", r"(tally_counter_new\".*?at_least\()min_number", r"\1min_number as u64"),
        ],
    ),
    (
        "an added parameter",
        False,
        [("information.rs", r"fn tally_backend\(\)", "fn tally_backend(_kind: u32)")],
    ),
    (
        "a changed result",
        False,
        [
            ("information.rs", r"(fn tally_backend\(\) -> \*const )c_char", r"\1std::ffi::c_void"),
            ("information.rs", r"(\.name\(\)\)\.as_ptr\(\))", r"\1.cast()"),
        ],
    ),
    (
        "a callback, a parameter of which changed",
        False,
        [
            ("files.rs", r"(type tally_progress =.*?done: )u64", r"\1i64"),
            ("files.rs", r"progress\(self\.context, done,", "progress(self.context, done as i64,"),
        ],
    ),
    (
        "a struct without size that grew",
        False,
        [
            ("summary.rs", r"(pub struct tally_totals \{.*?)\n\}", r"\1\n    /// N.\n    pub n: u64,\n}"),
            ("summary.rs", r"\bSelf \{ (?=bytes, count)", r"\g<0>n: 0, "),
        ],
    ),
    (
        "two fields in each other's place",
        False,
        [("counter.rs", r"(pub start: u64,)(.*?)(pub end: u64,)", r"\3\2\1")],
    ),
    (
        "options that grew in their middle",
        False,
        [
            ("options.rs", r"pub min_number: u64,", r"/// New.\n    pub new_field: u64,\n    \g<0>"),
            ("options.rs", r"(const DEFAULT: Self = Self \{)", r"\1 new_field: 0,"),
        ],
    ),
    (
        "options that grew, and a field of another type",
        False,
        [
            *grown("tally_counter_options", "options.rs", "new_field: u64", "new_field: 0"),
            ("options.rs", r"pub character: u32", "pub character: i32"),
            ("options.rs", r"from_u32\(self\.character\)", "from_u32(self.character as u32)"),
        ],
    ),
]


class Sources:
    """A copy of the project in which src can be changed; the rest is links."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.copy = folder, folder / "sources"
        shutil.rmtree(self.copy, ignore_errors=True)
        self.copy.mkdir(parents=True)
        for entry in abi.ROOT.iterdir():
            if entry.name not in ("src", "target", "build", ".git"):
                (self.copy / entry.name).symlink_to(entry)

    def library(self, edits: list[Edit]) -> str:
        """Builds the library with these changes; what was changed before is as it was."""
        for source in (abi.ROOT / "src").rglob("*.rs"):
            self.write(source.relative_to(abi.ROOT), source.read_text())
        for file, old, new in edits:
            path = Path("src/capi") / file
            text, number = re.subn(old, new, (self.copy / path).read_text(), flags=re.DOTALL)
            assert number == 1, f"{file}: {old} found {number} times: adapt the test"
            self.write(path, text)
        target = str(self.folder / "target")
        return abi.build(self.copy, CARGO_TARGET_DIR=target, RUSTFLAGS="--cap-lints allow")

    def write(self, path: Path, text: str) -> None:
        """Leaves alone what is the same, so that cargo builds what changed."""
        path = self.copy / path
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text() != text:
            path.write_text(text)


def main(folder: Path) -> int:
    if abi.is_skipped():
        return 0
    sources = Sources(folder)
    updated = folder / "updated.xml"
    # Against the sources as they are: the test does not depend on what was released.
    abi.write(abi.describe(sources.library([])), folder / "before.xml")
    failed = 0
    for change, allowed, edits in CHANGES:
        library = sources.library(edits)
        stored, released = folder / "before.xml", folder / "before.xml"
        at_once = abi.check(library, stored, released)
        abi.write(abi.describe(library), updated)
        after_update = abi.check(library, updated, released)
        right = (at_once is None) is (not edits) and (after_update is None) is allowed
        failed += not right
        verdict = "passes" if at_once is None else "passes once stored"
        verdict = verdict if after_update is None else "is refused"
        print(f"{'ok' if right else 'WRONG'}: {change}: {verdict}", flush=True)
    print(f"abi gate: {len(CHANGES) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1]).resolve()))
