#!/usr/bin/env python3
"""Writes `docs/reference/edi-samples.md`: what the EDI library finds in a folder of public sample files.

Run `.venv/bin/python docs/samples.py FOLDER`. The folder holds the files and an `index.json`, a list of
records with `file`, `repo`, `path`, `commit` and `licence`. Nothing of what the files say gets into the page.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ml_connector.edi import InspectedAnswer, InspectedSet, Inspector, Ruling, Severity

PAGE: Final = Path(__file__).parent / "reference" / "edi-samples.md"
_OPENING: Final = """\
# The EDI library on public samples

What [the EDI library](edi.md) says of the X12 files that public repositories keep as samples and test cases. They were written by many hands for many guides; some are wrong on purpose, and some are no X12. Nothing in them makes it raise. The files are not part of this repository; [the list](#the-files) says where each of them stands.

## By set

*Clean* is a set without any finding, *deviating* one that was read and only noted. The rest would be held or rejected, for the reasons named: a set counts once for each code.
"""


@dataclass(slots=True)
class Count:
    """Sets of one code."""

    clean: int = 0
    deviating: int = 0
    rest: int = 0
    codes: Counter[str] = field(default_factory=Counter)

    def add(self, rulings: Sequence[Ruling]) -> None:
        grave = {str(each.finding.code) for each in rulings if each.severity is not Severity.NOTE}
        if grave:
            self.rest += 1
            self.codes.update(grave)
        elif rulings:
            self.deviating += 1
        else:
            self.clean += 1

    @property
    def total(self) -> int:
        return self.clean + self.deviating + self.rest


def main() -> int:
    folder = Path(sys.argv[1])
    files = sorted(json.loads((folder / "index.json").read_text("utf-8")), key=lambda each: each["file"])
    counts, outside = count_sets(folder / each["file"] for each in files)
    PAGE.write_text("".join(f"{line}\n" for line in _write_page(counts, outside, files)), "utf-8")
    return 0


def count_sets(paths: Iterable[Path]) -> tuple[Mapping[str, Count], Counter[str]]:
    """What is found in the sets of the files by their code, and how often each code is found outside of any set."""
    counts: dict[str, Count] = {}
    outside: Counter[str] = Counter()
    for path in paths:
        for item in Inspector().inspect([path.read_bytes()]):
            if isinstance(item, InspectedSet):
                counts.setdefault(item.transaction.set_code or "none", Count()).add(item.rulings)
            elif isinstance(item, InspectedAnswer):
                counts.setdefault("TA1", Count()).add(())
            elif isinstance(item, Ruling):
                outside[str(item.finding.code)] += 1
    return counts, outside


def _write_page(
    counts: Mapping[str, Count], outside: Counter[str], files: Iterable[Mapping[str, str]]
) -> Iterator[str]:
    yield _OPENING
    yield "| set | sets | clean | deviating | rest | findings of the rest |"
    yield "|---|---|---|---|---|---|"
    for code, each in sorted(counts.items()):
        reasons = _write_codes(each.codes)
        yield f"| {code} | {each.total} | {each.clean} | {each.deviating} | {each.rest} | {reasons} |"
    sums = (
        sum(getattr(each, name) for each in counts.values())
        for name in ("total", "clean", "deviating", "rest")
    )
    yield f"| all | {' | '.join(map(str, sums))} | |"
    yield f"\nOutside of sets, in envelopes and between them: {_write_codes(outside)}."
    yield "\n## The files\n"
    yield "| file | repository | path | commit | licence |"
    yield "|---|---|---|---|---|"
    for file in files:
        commit = file["commit"].partition(" ")[0][:12]
        yield f"| {file['file']} | {file['repo']} | {file['path']} | {commit} | {file['licence'] or '–'} |"


def _write_codes(codes: Counter[str]) -> str:
    ordered = sorted(codes.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"`{code}` {count}" for code, count in ordered) or "–"


if __name__ == "__main__":
    sys.exit(main())
