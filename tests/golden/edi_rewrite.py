"""Writes what EDI cases expect anew, showing each difference: `python -m tests.golden.edi_rewrite [SET/CASE ...]`."""

import difflib
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TextIO

from tests.golden.edi_cases import EXPECTED, FOLDER, list_edi_cases, make_picture


def main(names: Sequence[str], environ: Mapping[str, str], out: TextIO, folder: Path = FOLDER) -> int:
    """Rewrite the cases named, or all. Refuses where CI runs: there, a difference is a failure."""
    if "CI" in environ:
        out.write("refused: CI is set; golden cases are rewritten by people, who read the difference\n")
        return 1
    for case in [folder / name for name in names] or list_edi_cases(folder):
        made = make_picture(case)
        out.writelines(compare(case, made))
        (case / EXPECTED).write_text(made, "utf-8")
    return 0


def compare(case: Path, made: str) -> Iterable[str]:
    """The difference between what stands there and what comes now, as a patch."""
    path = case / EXPECTED
    before = path.read_text("utf-8") if path.exists() else ""
    label = f"{case.parent.name}/{case.name}/{EXPECTED}"
    yield from difflib.unified_diff(
        before.splitlines(keepends=True), made.splitlines(keepends=True), label, label
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ, sys.stdout))
