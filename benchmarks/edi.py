"""The EDI library beside two baselines and other readers, on the same file, in interleaved runs.

    python -m benchmarks.edi [--sizes 10 100] [--rounds 5] [--peers] [--write]

Every case is a process of its own; the figures are medians, and what counts are ratios within one run.
`--peers` fetches other readers into benchmarks/.peers first; `--write` puts the tables into
docs/reference/performance.md.
"""

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.edi_files import write_invoices

HERE: Final = Path(__file__).parent
PEERS: Final = HERE / ".peers"
PAGE: Final = HERE.parent / "docs" / "reference" / "performance.md"
OPENING, END = "<!-- measured: edi -->", "<!-- end: edi -->"
MB: Final = 10**6
WARM_UP: Final = MB // 3  # enough for the checker to have made its expressions
LARGEST_FOR_OBJECTS: Final = 10 * MB
SEGMENTS, OBJECTS = "segments of each set", "objects of each set"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One thing to be measured."""

    name: str
    step: str
    command: tuple[str, ...]
    version: str = "004010"
    largest: int = 1000 * MB
    folder: Path = HERE.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Another reader: where it comes from, and its cases by step."""

    package: str
    version: str
    cases: tuple[tuple[str, str], ...]
    needs: tuple[str, ...] = ()
    input_version: str = "004010"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What one run of a case gave."""

    speed: float  #: megabytes a second of processor time: a machine that does other things as well disturbs it least
    peak: float  #: mebibytes of memory
    count: int


OURS: Final = tuple(
    Case(name=name, step=step, command=(sys.executable, "-m", "benchmarks.edi_cases", case))
    for name, step, case in (
        ("interpreter and library alone", "", "nothing"),
        ("baseline: bare reader", SEGMENTS, "bare"),
        ("ml_connector.edi: sets", SEGMENTS, "sets"),
        ("baseline: dict with Decimal", OBJECTS, "dict"),
        ("ml_connector.edi: typed invoices, exact arithmetic", OBJECTS, "invoices"),
        ("ml_connector.edi: the same with all findings", OBJECTS, "checked"),
    )
)
PYTHON_PEERS: Final = (
    Peer(package="pyx12", version="4.0.0", cases=(("pyx12", SEGMENTS),)),
    Peer(
        package="linuxforhealth-x12",
        version="0.57.0",
        cases=(("linuxforhealth", SEGMENTS),),
        needs=("pydantic<2",),
    ),
    Peer(
        package="x12-python",
        version="0.1.0",
        cases=(("x12_python_segments", SEGMENTS), ("x12_python_objects", OBJECTS)),
        input_version="005010",
    ),
    Peer(package="x12-edi-tools", version="0.1.2", cases=(("x12_edi_tools", OBJECTS),)),
    Peer(package="badX12", version="0.2.2", cases=(("badx12", OBJECTS),)),
)
NODE_PEERS: Final = (
    Peer(package="x12-parser", version="1.3.0", cases=(("x12-parser segments", SEGMENTS),)),
    Peer(
        package="node-x12",
        version="1.7.1",
        cases=(("node-x12 segments", SEGMENTS), ("node-x12 objects", OBJECTS)),
    ),
    Peer(package="@stedi/x12-tools", version="1.12.0", cases=(("stedi metadata", SEGMENTS),)),
)


def install_peers() -> Iterator[Case]:
    """Fetch the other readers; one that cannot be fetched is named and left out."""
    for peer in PYTHON_PEERS:
        home = PEERS / peer.package
        python = home / "bin" / "python"
        wanted = [f"{peer.package}=={peer.version}", *peer.needs]
        if python.exists() or (
            _succeeds([sys.executable, "-m", "venv", str(home)])
            and _succeeds([str(python), "-m", "pip", "install", "--quiet", *wanted])
        ):
            yield from _list_cases(peer, (str(python), str(HERE / "edi_peers.py")))
        else:
            shutil.rmtree(home, ignore_errors=True)
            print(f"{peer.package} could not be installed and is left out", file=sys.stderr)
    home, node = PEERS / "node", shutil.which("node")
    home.mkdir(parents=True, exist_ok=True)
    wanted = [f"{peer.package}@{peer.version}" for peer in NODE_PEERS]
    if node and _succeeds(["npm", "install", "--silent", "--no-save", "--prefix", str(home), *wanted]):
        for peer in NODE_PEERS:
            yield from _list_cases(peer, (node, str(HERE / "edi_peers.mjs")), home)
    else:
        print("no Node here: its readers are left out", file=sys.stderr)


def _list_cases(peer: Peer, command: tuple[str, ...], folder: Path = HERE.parent) -> Iterator[Case]:
    for name, step in peer.cases:
        yield Case(
            name=f"{peer.package} {peer.version}",
            step=step,
            command=(*command, name),
            version=peer.input_version,
            largest=LARGEST_FOR_OBJECTS,
            folder=folder,
        )


def _succeeds(command: Sequence[str]) -> bool:
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def measure(cases: Sequence[Case], size: int, rounds: int) -> dict[Case, list[Figures]]:
    """Run the cases in turn, as often as asked; one that fails or counts wrongly is left out."""
    results: dict[Case, list[Figures]] = {}
    with tempfile.TemporaryDirectory() as folder:
        versions = {case.version for case in cases}
        files = {version: Path(folder, f"{version}.edi") for version in versions}
        small = {version: Path(folder, f"{version}-small.edi") for version in versions}
        counts = {version: write_invoices(files[version], size, version=version) for version in versions}
        for version in versions:
            write_invoices(small[version], WARM_UP, version=version)
        todo = [case for case in cases if size <= case.largest]
        for round_ in range(rounds):
            for case in list(todo):
                print(f"\r{size // MB} MB, round {round_ + 1}: {case.name:60}", end="", file=sys.stderr)
                figures = run_case(case, files[case.version], small[case.version])
                if figures is None or (case.step and figures.count != counts[case.version]):
                    print(f"\n{case.name} does not read the file and is left out", file=sys.stderr)
                    todo.remove(case)
                else:
                    results.setdefault(case, []).append(figures)
    print(file=sys.stderr)
    return results


def run_case(case: Case, file: Path, small: Path) -> Figures | None:
    """One run; None when it fails."""
    done = subprocess.run(  # commands of this file
        [*case.command, str(file), str(small)], capture_output=True, text=True, check=False, cwd=case.folder
    )
    if done.returncode:
        return None
    said = json.loads(done.stdout.splitlines()[-1])
    size = file.stat().st_size / MB
    return Figures(speed=size / said["seconds"], peak=said["peak_kib"] / 1024, count=said["count"])


def render(results: dict[Case, list[Figures]], size: int) -> str:
    """The table of one size, in Markdown."""
    speeds = {case: statistics.median(f.speed for f in runs) for case, runs in results.items()}
    peaks = {case: max(f.peak for f in runs) for case, runs in results.items()}
    nothing = next(peaks[case] for case in results if not case.step)
    best = {case.step: speeds[case] for case in results if case.name.startswith("baseline")}
    lines = [
        f"### {size // MB} MB",
        "",
        "| reader | step | MB/s | of the baseline | MiB above the interpreter |",
        "|---|---|---:|---:|---:|",
    ]
    lines += [
        f"| {case.name} | {case.step} | {speeds[case]:.1f} | {speeds[case] / best[case.step]:.0%} "
        f"| {peaks[case] - nothing:.0f} |"
        for case in sorted(results, key=lambda case: (case.step != SEGMENTS, -speeds[case]))
        if case.step
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10, 100], metavar="MB")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    cases = [*OURS, *(install_peers() if asked.peers else ())]
    tables = [render(measure(cases, size * MB, asked.rounds), size * MB) for size in asked.sizes]
    print("\n\n".join(tables))
    if asked.write:
        head, _, rest = PAGE.read_text(encoding="utf-8").partition(OPENING)
        _, _, tail = rest.partition(END)
        PAGE.write_text("\n\n".join([head + OPENING, *tables, END + tail]), encoding="utf-8")


if __name__ == "__main__":
    main()
