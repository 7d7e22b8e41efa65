"""Translates declarations.h, which cbindgen generates, to Python.

python make_declarations.py FOLDER   writes _constants.py and _declarations.py to FOLDER
"""

import re
import sys
from pathlib import Path

from pycparser import c_ast, c_parser

HEADER = Path(__file__).with_name("declarations.h")
MANIFESTS = [HEADER.parent / "crate/Cargo.toml", HEADER.parents[2] / "Cargo.toml"]
MADE = '"""Generated from the library\'s C declarations by `make header`."""\n\n'

# C's types and their names in ctypes.
TYPES = {
    "bool": "c_bool",
    "char": "c_char",
    "int": "c_int",
    "int32_t": "c_int32",
    "int64_t": "c_int64",
    "size_t": "c_size_t",
    "uint8_t": "c_uint8",
    "uint32_t": "c_uint32",
    "uint64_t": "c_uint64",
    "void": "None",
}
KNOWN = "".join(f"typedef int {name};" for name in TYPES if name not in ("char", "int", "void"))


def version() -> str:
    """The version of the crate: in an sdist it is carried along, in the repository it is above."""
    manifest = next(path for path in MANIFESTS if path.exists()).read_text(encoding="utf-8")
    found = re.search(r'^version = "(.+)"$', manifest, re.MULTILINE)
    assert found is not None
    return found[1]


def translate(header: str) -> dict[str, str]:
    """The Python files for a C header, by their names."""
    constants = re.findall(r"^#define (\w+ )(\d+)$", header, re.MULTILINE)
    bare = re.sub(r"^#.*$|/\*.*?\*/", "", header, flags=re.MULTILINE)
    names = dict(TYPES)
    handles: set[str] = set()

    def convert(node: c_ast.Node, is_place: bool = False) -> str:
        """The name of a type in ctypes. `is_place`: of what a pointer points to, or of a field."""
        if isinstance(node, c_ast.PtrDecl):
            to = "None" if isinstance(node.type, c_ast.FuncDecl) else convert(node.type, True)
            plain = {"None": "c_void_p", "c_char": "c_char_p"}
            # An opaque struct has a class for its handles. In memory, one is an address.
            if to in handles:
                return "c_void_p" if is_place else to
            return plain.get(to) or f"POINTER({to})"
        if isinstance(node.type, c_ast.Struct):
            return names[node.type.name]
        return names[node.type.names[0]]

    def parameters(node: c_ast.FuncDecl) -> list[str]:
        types = [convert(parameter.type) for parameter in node.args.params]
        return [] if types == ["None"] else types

    types: list[str] = []
    functions: list[str] = []
    for node in c_parser.CParser().parse(KNOWN + bare).ext:
        if node.name in TYPES:
            continue
        if isinstance(node.type, c_ast.Struct):
            # One that others declare: its address.
            names[node.type.name] = "None"
            continue
        inner = node.type
        if isinstance(node, c_ast.Decl):
            arguments = "".join(f"            {name},\n" for name in parameters(inner))
            block = f"[\n{arguments}        ]" if arguments else "[]"
            entry = (
                f'    "{node.name}": (\n        {convert(inner.type)},\n        {block},\n    ),\n'
            )
            functions.append(entry)
        elif isinstance(inner, c_ast.PtrDecl):
            signature = ", ".join([convert(inner.type.type), *parameters(inner.type)])
            types.append(f"{node.name} = CFUNCTYPE({signature})\n")
            names[node.name] = node.name
        elif not isinstance(inner.type, c_ast.Struct):
            names[node.name] = convert(inner)
        elif inner.type.decls is None:
            types.append(f'class {node.name}(Handle):\n    __slots__ = ("address",)\n')
            names[node.name] = node.name
            handles.add(node.name)
        else:
            fields = "".join(
                f'        ("{field.name}", {convert(field.type, True)}),\n'
                for field in inner.type.decls
            )
            types.append(
                f"class {node.name}(Structure):\n    _fields_: ClassVar[Any] = [\n{fields}    ]\n"
            )
            names[node.name] = node.name

    used = "\n".join([*types, *functions])
    words = ["CFUNCTYPE", "POINTER", "Structure", *sorted(TYPES.values()), "c_char_p", "c_void_p"]
    imports = ", ".join(
        sorted({word for word in words if re.search(rf"\b{word}\b", used)} - {"None"})
    )
    return {
        "_constants.py": f'{MADE}VERSION = "{version()}"\n'
        + "".join(f"{name}= {value}\n" for name, value in constants),
        "_declarations.py": f"{MADE}from ctypes import {imports}\n"
        "from typing import Any, ClassVar\n\n"
        "from ._handle import Handle\n\n"
        + "\n".join(types)
        + "\n# The result and the parameters of each function.\n"
        + "FUNCTIONS: dict[str, tuple[Any, list[Any]]] = {\n"
        + "".join(functions)
        + "}\n",
    }


if __name__ == "__main__":
    for name, text in translate(HEADER.read_text(encoding="utf-8")).items():
        Path(sys.argv[1], name).write_text(text, encoding="utf-8")
