"""The main question on the command line. Exits with 0 for yes, 1 for no, 2 for an error."""

from __future__ import annotations

import argparse
import sys
from typing import Optional

from . import Counter, Reset, find_file


def main(arguments: Optional[list[str]] = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m libtally",
        description="Does NEEDLE occur at least N times in any line, or other segment, of a FILE? "
        "Prints the first match. Exits with 0 if there is one, 1 if not, 2 after an error.",
    )
    parser.add_argument("needle", metavar="NEEDLE", help="a character or a string")
    parser.add_argument("files", metavar="FILE", nargs="*", help="none, or -: the standard input")
    parser.add_argument("-n", type=int, default=1, metavar="N", help="the number (default: 1)")
    parser.add_argument(
        "-r",
        "--reset",
        choices=[reset.name.lower() for reset in Reset],
        default="newlines",
        help="where counting starts again (default: newlines)",
    )
    chosen = parser.parse_args(arguments)
    try:
        counter = Counter(chosen.needle, chosen.n, Reset[chosen.reset.upper()])
    except ValueError as error:
        parser.error(str(error))
    status = 1
    for name in chosen.files or ["-"]:
        try:
            match = find_file(counter, 0 if name == "-" else name)
        except OSError as error:
            print(f"{name}: {error.strerror}", file=sys.stderr)
            status = 2
            continue
        if match is not None:
            print(f"{name}: segment {match.segment + 1}, byte {match.end - match.start}")
            status = 0 if status == 1 else status
    return status


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
