"""Fails unless enough of each package was run by the tests: all of edi, mapping and flows, nine tenths of the others.

`make test` calls it when pytest has left its measurements (lines and branches count alike).
"""

import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Any, Final

from coverage import Coverage

TREE: Final = Path(__file__).parents[1] / "src" / "ml_connector"
WHOLLY: Final = frozenset({"edi", "mapping", "flows"})
MOSTLY: Final = 90.0


def main() -> int:
    """Print a table of the packages; 0 when each has what it needs."""
    tallies = count(measure())
    low = False
    print(f"{'package':<10}{'covered':>9}{'needed':>9}  not covered")
    for package in sorted(list_packages()):
        covered, all_of_it, gaps = tallies.get(package, (0, 0, []))
        percent = 100 * covered / all_of_it if all_of_it else 0.0
        needed = 100.0 if package in WHOLLY else MOSTLY
        low = low or percent < needed
        told = ", ".join(gaps) if percent < needed else ""
        print(
            f"{package:<10}{percent:>8.1f}%{needed:>8.0f}%  {told or ('' if percent == 100 else '…')}".rstrip()
        )
    if low:
        print("too little of a package is covered by the tests; write the missing ones", file=sys.stderr)
    return int(low)


def list_packages() -> set[str]:
    """Every package and module of the product that holds code, measured or not."""
    return {path.parent.name for path in TREE.glob("*/__init__.py")} | {
        path.stem for path in TREE.glob("*.py") if path.stem != "__init__"
    }


def measure() -> dict[str, Any]:
    """What coverage knows of each file, from one data file or from several that wait to be combined."""
    coverage = Coverage()
    if list(Path.cwd().glob(".coverage.*")):
        coverage.combine(strict=True, keep=True)
    coverage.load()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "coverage.json"
        coverage.json_report(outfile=str(report), ignore_errors=True)
        files: dict[str, Any] = json.loads(report.read_text())["files"]
    return files


def count(files: Mapping[str, Any]) -> dict[str, tuple[int, int, list[str]]]:
    """By package: lines and branches that ran, those there are, and the files with gaps."""
    found: dict[str, tuple[int, int, list[str]]] = defaultdict(lambda: (0, 0, []))
    for name, measured in files.items():
        parts = PurePath(name).parts
        inside = parts[parts.index("ml_connector") + 1 :]
        package = inside[0].removesuffix(".py")
        covered, all_of_it, gaps = found[package]
        said = measured["summary"]
        ran = said["covered_lines"] + said["covered_branches"]
        there = said["num_statements"] + said["num_branches"]
        if ran < there:
            lines = ",".join(map(str, measured["missing_lines"][:8])) or "branches"
            gaps = [*gaps, f"{'/'.join(inside)}:{lines}"]
        found[package] = (covered + ran, all_of_it + there, gaps)
    return found


if __name__ == "__main__":
    sys.exit(main())
