"""Writes what cases of the purchasing chain expect anew: `python -m tests.golden.chain_rewrite [SET/CASE ...]`."""

import difflib
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TextIO

from tests.databases import run_stores
from tests.golden.chain_cases import CHAIN, ENDS, list_chain_cases, read_texts, run_case


def main(names: Sequence[str], environ: Mapping[str, str], out: TextIO, folder: Path = CHAIN) -> int:
    """Rewrite the cases named, or all, showing each difference. Refuses where CI runs: there, it is a failure."""
    if "CI" in environ:
        out.write("refused: CI is set; golden cases are rewritten by people, who read the difference\n")
        return 1
    with run_stores("sqlite") as stores:
        for case in [folder / name for name in names] or list_chain_cases(folder):
            with stores.make() as url:
                made = run_case(case, url).texts
            out.writelines(_compare(f"{case.parent.name}/{case.name}", read_texts(case), made))
            for name in ENDS.values():
                (case / name).unlink(missing_ok=True)
            for name, text in made.items():
                (case / name).write_text(text, "utf-8")
    return 0


def _compare(label: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    """The difference between what stands there and what comes now, as a patch."""
    for name in ENDS.values():
        old, new = (text.get(name, "").splitlines(keepends=True) for text in (before, after))
        yield from difflib.unified_diff(old, new, f"{label}/{name}", f"{label}/{name}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ, sys.stdout))
