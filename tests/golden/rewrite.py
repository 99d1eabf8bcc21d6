"""Writes what golden cases expect anew, showing each difference: `python -m tests.golden.rewrite [SET/CASE ...]`."""

import difflib
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TextIO

from tests.golden.cases import ENDINGS, FOLDER, Outcome, list_cases, make_outcome


def main(names: Sequence[str], environ: Mapping[str, str], out: TextIO, folder: Path = FOLDER) -> int:
    """Rewrite the cases named, or all. Refuses where CI runs: there, a difference is a failure."""
    if "CI" in environ:
        out.write("refused: CI is set; golden cases are rewritten by people, who read the difference\n")
        return 1
    cases = [folder / name for name in names] or list_cases(folder)
    for case in cases:
        made = make_outcome(case)
        out.writelines(compare(case, made))
        for name in ENDINGS:
            (case / name).unlink(missing_ok=True)
        (case / made.name).write_text(made.text, "utf-8")
    return 0


def compare(case: Path, made: Outcome) -> Iterable[str]:
    """The difference between what stands there and what comes now, as a patch."""
    for name in ENDINGS:
        before = (case / name).read_text("utf-8") if (case / name).exists() else ""
        after = made.text if name == made.name else ""
        label = f"{case.parent.name}/{case.name}/{name}"
        yield from difflib.unified_diff(
            before.splitlines(keepends=True), after.splitlines(keepends=True), label, label
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ, sys.stdout))
