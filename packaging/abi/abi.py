#!/usr/bin/env python3
"""The ABI gate: says when a change would break programs that were built before it.

    abi.py check      builds the library, and compares it with both stored descriptions
    abi.py update     builds the library, and stores its description: current.xml
    abi.py release    makes current.xml the interface that is kept: released.xml

CARGO names cargo. Without abidw, and on another system than x86-64 Linux, of which the descriptions
are, check and update are skipped with a message; in CI a missing abidw is a failure.

Two descriptions are stored beside this file. current.xml is that of the sources, so that each change
of the interface is seen in a diff; `check` fails while the library differs from it. released.xml is
the one that programs may rely on; against it current.xml may add functions, and fields at the end
of structs that begin with `size`. Nothing else. `update` does not touch released.xml, so it cannot
accept a break, and `release` refuses one.

A description is what abidw (of libabigail) writes of the library's debug information, without what
C callers cannot see: abidw describes all of Rust. What remains is the functions of tally.h, their
parameters, and the types that these name; a struct that tally.h only declares has no fields. Names
of types are Rust's. abidiff compares descriptions. The library needs full debug information, as the
profile `abi` of Cargo.toml has it: from less, abidw does not see parameters.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CURRENT, RELEASED = HERE / "current.xml", HERE / "released.xml"

Types = dict[str, ET.Element]


class Description:
    """Collects functions and the types that they name, each type under a name of its own."""

    def __init__(self, corpus: ET.Element) -> None:
        header = (ROOT / "include/tally.h").read_text()
        self.opaque = re.findall(r"^(?:typedef )?struct (\w+)(?: \1)?;$", header, re.MULTILINE)
        self.visible = re.findall(r"^(?:typedef )?struct (\w+) \{$", header, re.MULTILINE)
        assert self.opaque and self.visible, "tally.h declares no structs"
        self.types: Types = {}
        for element in corpus.iter():
            if "id" in element.attrib and (
                element.get("is-declaration-only") != "yes" or element.get("id") not in self.types
            ):
                self.types[element.attrib["id"]] = element
        self.written: Types = {}

    def function(self, element: ET.Element) -> ET.Element:
        name = element.attrib["name"]
        keep = {"mangled-name": name, "visibility": "default", "binding": "global"}
        made = ET.Element("function-decl", {"name": name, **keep, "elf-symbol-id": name})
        self.signature(element, made)
        return made

    def signature(self, element: ET.Element, made: ET.Element) -> None:
        for child in element:
            if child.tag in ("parameter", "return"):
                attributes = {"type-id": self.type(child.attrib["type-id"])}
                if "name" in child.attrib:
                    attributes["name"] = child.attrib["name"]
                ET.SubElement(made, child.tag, attributes)

    def type(self, id: str) -> str:
        """Writes a type, unless it is written, and returns its name, which is its id."""
        element = self.types[id]
        kind, name = element.tag, element.get("name", "")
        if kind == "pointer-type-def":
            to = self.type(element.attrib["type-id"])
            return self.write(f"*{to}", kind, {"type-id": to, "size-in-bits": "64"})
        if kind == "enum-decl" and name == "c_void":
            return self.write("void", "type-decl", {"name": "void"})
        if kind == "type-decl":
            size = {"size-in-bits": element.attrib["size-in-bits"]} if name != "void" else {}
            return self.write(name, kind, {"name": name, **size})
        if kind == "class-decl" and name.startswith("Option<unsafe extern"):
            # A pointer to a function, which may be NULL: abidw has no more than its name.
            name = re.sub(r'^Option<unsafe extern "C" (.*)>$', r"\1", name)
            name = re.sub(r"\b([a-z_]+::)+", "", name).replace("c_void", "void")
            return self.write(name, "type-decl", {"name": name, "size-in-bits": "64"})
        if kind == "class-decl" and name in self.opaque:
            return self.write(name, kind, {"name": name, "is-struct": "yes"}, declared="yes")
        if kind == "class-decl" and name in self.visible:
            return self.struct(name, element)
        sys.exit(f"abi: {name or id} ({kind}) in the interface: not a type of C")

    def struct(self, name: str, element: ET.Element) -> str:
        if name not in self.written:
            size = {"size-in-bits": element.attrib["size-in-bits"]}
            self.write(name, "class-decl", {"name": name, **size, "is-struct": "yes"})
            for member in element.findall("data-member"):
                offset = {"layout-offset-in-bits": member.attrib["layout-offset-in-bits"]}
                made = ET.SubElement(self.written[name], "data-member", {"access": "public", **offset})
                field = member.find("var-decl")
                assert field is not None
                id = self.type(field.attrib["type-id"])
                attributes = {"name": field.attrib["name"], "type-id": id, "visibility": "default"}
                ET.SubElement(made, "var-decl", attributes)
        return name

    def write(self, id: str, kind: str, attributes: dict[str, str], declared: str = "") -> str:
        if id not in self.written:
            extra = {"visibility": "default"} if kind == "class-decl" else {}
            if declared:
                extra["is-declaration-only"] = declared
            self.written[id] = ET.Element(kind, {**attributes, **extra, "id": id})
        return id


def is_skipped() -> bool:
    """Whether this machine cannot make descriptions; says so."""
    reason = ""
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        reason = "this is not x86-64 Linux"
    elif shutil.which("abidw") is None or shutil.which("abidiff") is None:
        reason = "abidw and abidiff (abigail-tools) are not installed"
        if os.environ.get("CI") == "true":
            sys.exit(f"abi: {reason}")
    if reason:
        print(f"abi: skipped, as {reason}")
    return reason != ""


def build(folder: Path, **environment: str) -> str:
    """Builds the library of the sources in a folder."""
    command = [*os.environ.get("CARGO", "cargo").split(), "build", "--quiet", "--profile", "abi"]
    environment = {**os.environ, **environment}
    subprocess.run([*command, "--lib"], check=True, cwd=folder, env=environment)
    return str(folder / environment.get("CARGO_TARGET_DIR", "target") / "abi/libtally.so")


def describe(library: str) -> ET.ElementTree:
    options = ["--no-elf-needed", "--no-show-locs", "--no-corpus-path", "--no-comp-dir-path"]
    text = subprocess.run(["abidw", *options, library], check=True, capture_output=True).stdout
    corpus = ET.fromstring(text)
    description = Description(corpus)
    made = ET.Element("abi-corpus", {"version": "2.1", "architecture": "elf-amd-x86_64"})
    if corpus.get("architecture") != made.get("architecture"):
        sys.exit(f"abi: {library}: not a library for x86-64 Linux")
    symbols = ET.SubElement(made, "elf-function-symbols")
    symbols.extend(corpus.iter("elf-symbol"))
    names = sorted(symbol.attrib["name"] for symbol in symbols)
    declared = {f.get("elf-symbol-id"): f for f in corpus.iter("function-decl")}
    missing = [name for name in names if name not in declared]
    if missing or not names:
        sys.exit(f"abi: {library}: no full debug information; build it with `--profile abi`")
    functions = [description.function(declared[name]) for name in names]
    place = {"address-size": "64", "path": "tally.h", "language": "LANG_C99"}
    unit = ET.SubElement(made, "abi-instr", place)
    unit.extend(sorted(description.written.values(), key=lambda type: type.attrib["id"]))
    unit.extend(functions)
    return ET.ElementTree(made)


def write(tree: ET.ElementTree, path: Path) -> None:
    ET.indent(tree)
    tree.write(path, encoding="unicode")
    with path.open("a") as file:
        file.write("\n")


def structs(tree: ET.ElementTree) -> Types:
    """The structs that have fields."""
    found = tree.getroot().iter("class-decl")
    return {struct.attrib["id"]: struct for struct in found if len(struct)}


def without_growth(current: ET.ElementTree, released: ET.ElementTree) -> ET.ElementTree:
    """`current` without the fields that a struct which begins with `size` has gained behind its
    released end. Padding counts as the struct's: programs that do not know a field in it may have
    any bytes there."""
    before = structs(released)
    for id, struct in structs(current).items():
        old = before.get(id)
        if old is None or old[0][0].get("name") != "size" or old[0][0].get("type-id") != "usize":
            continue
        end = int(old.attrib["size-in-bits"])
        new = [m for m in struct if int(m.attrib["layout-offset-in-bits"]) >= end]
        for member in new:
            struct.remove(member)
        if new:
            struct.set("size-in-bits", str(end))
    return current


def differs(before: Path, after: Path, *options: str) -> bool:
    """Prints what abidiff says, if it finds a difference."""
    command = ["abidiff", *options, str(before), str(after)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode not in (0, 4, 8, 12):
        sys.exit(f"abi: {' '.join(command)}: {done.stdout}{done.stderr}")
    if done.returncode:
        print(done.stdout)
    return done.returncode != 0


def keeps(current: Path, released: Path, folder: Path) -> bool:
    """Whether programs that were built for `released` work with `current`."""
    trimmed = folder / "without-growth.xml"
    write(without_growth(ET.parse(current), ET.parse(released)), trimmed)
    return not differs(released, trimmed, "--no-added-syms")


def check(library: str, current: Path = CURRENT, released: Path = RELEASED) -> str | None:
    """What is wrong with a library; None if nothing is."""
    with tempfile.TemporaryDirectory() as name:
        made = Path(name) / "library.xml"
        write(describe(library), made)
        if not keeps(made, released, Path(name)):
            return "programs that were built before would break"
        if differs(current, made):
            return "packaging/abi/current.xml is not up to date: run `make header`"
    return None


def main(arguments: list[str]) -> str | None:
    if arguments in (["check"], ["update"]) and is_skipped():
        return None
    match arguments:
        case ["check"]:
            if problem := check(build(ROOT)):
                return f"abi: {problem}"
            print("abi: the interface is as stored, and keeps what was released")
        case ["update"]:
            write(describe(build(ROOT)), CURRENT)
        case ["release"]:
            with tempfile.TemporaryDirectory() as name:
                if RELEASED.exists() and not keeps(CURRENT, RELEASED, Path(name)):
                    return "abi: programs that were built before would break"
            RELEASED.write_bytes(CURRENT.read_bytes())
        case _:
            return __doc__
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
