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
WHOLE: Final = frozenset({"edi", "mapping", "flows"})
WHOLLY: Final = 100
MOSTLY: Final = 90


def main() -> int:
    """Write a table of the packages; 0 when each has what it needs."""
    tallies = count(measure())
    low = []
    lines = [f"{'package':<10}{'covered':>9}{'needed':>8}"]
    for package in sorted(list_packages()):
        covered, there, gaps = tallies.get(package, (0, 0, []))
        percent = 100 * covered / there if there else 0.0
        needed = WHOLLY if package in WHOLE else MOSTLY
        lines.append(f"{package:<10}{percent:>8.1f}%{needed:>7}%")
        if percent < needed:
            low += [package, *(f"  {gap}" for gap in gaps)]
    sys.stdout.write("\n".join(lines) + "\n")
    if low:
        sys.stderr.write(
            "\n".join(["too little was covered by the tests; write those that are missing:", *low, ""])
        )
    return int(bool(low))


def list_packages() -> set[str]:
    """Every package and module of the product that holds code, measured or not."""
    return {path.parent.name for path in TREE.glob("*/__init__.py")} | {
        path.stem for path in TREE.glob("*.py") if path.stem != "__init__"
    }


def measure() -> dict[str, Any]:
    """What coverage knows of each file, from one data file or from several that wait to be combined."""
    coverage = Coverage()
    data = Path(str(coverage.get_option("run:data_file"))).absolute()
    if data.exists():
        coverage.load()
    if list(data.parent.glob(f"{data.name}.*")):
        coverage.combine(strict=True)
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "coverage.json"
        coverage.json_report(outfile=str(report), ignore_errors=True)
        files: dict[str, Any] = json.loads(report.read_text())["files"]
    return files


def count(files: Mapping[str, Any]) -> dict[str, tuple[int, int, list[str]]]:
    """By package: the lines and branches that ran, those there are, and where the others stand."""
    found: dict[str, tuple[int, int, list[str]]] = defaultdict(lambda: (0, 0, []))
    for name, measured in files.items():
        parts = PurePath(name).parts
        inside = parts[parts.index("ml_connector") + 1 :]
        package = inside[0].removesuffix(".py")
        said = measured["summary"]
        covered = said["covered_lines"] + said["covered_branches"]
        there = said["num_statements"] + said["num_branches"]
        before = found[package]
        gaps = before[2] if covered == there else [*before[2], f"{name}: {describe_gaps(measured)}"]
        found[package] = (before[0] + covered, before[1] + there, gaps)
    return found


def describe_gaps(measured: Mapping[str, Any]) -> str:
    """Lines, and branches as `from→to`, that never ran; only so many as a person looks at."""
    lines = [str(line) for line in measured["missing_lines"]]
    branches = [f"{start}→{end if end > 0 else 'exit'}" for start, end in measured["missing_branches"]]
    gaps = lines + branches
    return ", ".join(gaps[:12]) + (", …" if len(gaps) > 12 else "")


if __name__ == "__main__":
    sys.exit(main())
