"""The EDI library under damaged input: nothing but its own errors, no loop, no growth.

python -m tests.fuzz.campaign --count 1000000 [--seed 1] [--jobs 2]
python -m tests.fuzz.campaign --replay SEED/NUMBER
"""

import argparse
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Final

from msgspec.structs import replace
from rich.progress import track
from tests.fuzz.mutations import mutate

from ml_connector.cli.edi.views import describe_set, view_set, write_record
from ml_connector.edi import InspectedSet, Item, Ruling, Schema, Transaction, inspect, read, reread
from ml_connector.edi.checking import Checker
from ml_connector.edi.documents.invoice810 import parse_invoice, parse_invoice_with_care
from ml_connector.edi.documents.invoice_lines import read_lines, take_lines
from ml_connector.edi.documents.invoice_outline import outline_invoice
from ml_connector.edi.documents.reading import ElementReader
from ml_connector.edi.inspection import prepare_check
from ml_connector.edi.patterns import Marks
from ml_connector.edi.reader import read_source
from ml_connector.edi.source import Source

CORPUS: Final = Path(__file__).parents[1] / "golden"
BATCH: Final = 2_000
MOST_FINDINGS: Final = 2_000
"""For a file of a few kilobytes; more would be a flood."""
CHECKED_TWICE: Final = 20
"""Every so many inputs the quick ways and the careful ones are compared."""
LOOKED_INTO: Final = 50
"""Every so many inputs the views of the command line are made, and the input is read again whole."""


def load_corpus() -> list[bytes]:
    """Our own files, each small."""
    return [path.read_bytes() for path in sorted(CORPUS.rglob("in.edi")) if path.stat().st_size < 8_000]


def make_input(seed: int, number: int, corpus: list[bytes]) -> bytes:
    return mutate(Random(f"{seed}/{number}"), corpus)


def exercise(data: bytes, number: int) -> int:
    """Do with an input all that the library offers; the number of findings."""
    findings, dice = 0, Random(number)
    for item in inspect(_chop(data, dice)):
        if isinstance(item, InspectedSet):
            findings += len(item.rulings)
            _exercise_set(item.transaction, data)
            if number % CHECKED_TWICE == 0 and item.schema is not None:
                compare_checks(item.transaction, item.schema)
                compare_invoices(item.transaction)
            if number % LOOKED_INTO == 0:
                write_record("set", "", describe_set(view_set("", item), segments=True))
        else:
            findings += isinstance(item, Ruling)
    if number % CHECKED_TWICE == 0:
        compare_ways(data)
    if number % LOOKED_INTO == 0:
        assert list(read(_chop(data, dice))) == list(read([data])), "read in pieces it is another input"
    return findings


def compare_ways(data: bytes) -> None:
    """That an input is the same, its sets read in runs or each with care."""
    quick, careful = (list(read_source(Source([data]), quick=way)) for way in (True, False))
    assert [*map(_trim, quick)] == [*map(_trim, careful)], "read in runs it is another input"


def _trim(item: Item) -> Item:
    """A set without the blanks that either way leaves at the end of elements and segments."""
    if not isinstance(item, Transaction):
        return item
    return replace(item, rows=item.contents.rows)


def compare_checks(item: Transaction, schema: Schema) -> bool:
    """Whether the quick check of a set and the careful one were compared: an expression takes long to make."""
    marks, rows, text, skeleton = prepare_check(item)
    if (marks.element, marks.terminator) != ("*", "~"):
        return False
    careful = Checker(schema, marks, patience=sys.maxsize).check(rows, text, skeleton)
    assert _make_quick(schema, marks).check(rows, text, skeleton) == careful, (
        "quickly checked it is another set"
    )
    return True


def compare_invoices(item: Transaction) -> None:
    """That an invoice and its lines are the same, read at once or one by one."""
    reader = ElementReader(item)
    outline = outline_invoice(reader.skeleton)
    quick = take_lines(outline.heads, reader.rows)
    if quick is not None:
        careful = read_lines(replace(outline, heads=None), reader)
        assert (repr(quick), reader.findings) == (repr(careful), ()), "read at once they are other lines"
    readings = (parse_invoice(item), parse_invoice_with_care(item))
    assert repr(readings[0]) == repr(readings[1]), "read at once it is another invoice"


@lru_cache(maxsize=64)
def _make_quick(schema: Schema, marks: Marks) -> Checker:
    return Checker(schema, marks, patience=0)


def _exercise_set(item: Transaction, data: bytes) -> None:
    again = reread(
        data[item.interchange.offset :][:70_000],
        data[item.group.offset :][:70_000] if item.group else b"",
        data[item.offset : item.offset + item.length],
    )
    assert again.rows == item.rows, "read again it is another set"


def _chop(data: bytes, dice: Random) -> Iterator[bytes]:
    size = dice.choice((1 << 20, 4_096, 97))
    return (data[at : at + size] for at in range(0, len(data), size))


def run_batch(seed: int, first: int, count: int) -> str:
    """What went wrong first in a batch, and how to see it again; "" when all is well."""
    corpus = load_corpus()
    for number in range(first, first + count):
        data = make_input(seed, number, corpus)
        try:
            findings = exercise(data, number)
        except Exception as error:  # noqa: BLE001  # whatever comes out is what this looks for
            return (
                f"{type(error).__name__}: {error}\n  python -m tests.fuzz.campaign --replay {seed}/{number}"
            )
        if findings > MOST_FINDINGS:
            return f"{findings} findings for {len(data)} bytes\n  python -m tests.fuzz.campaign --replay {seed}/{number}"
    return ""


def run(count: int, seed: int, jobs: int) -> str:
    """The first failure of a campaign, or ""."""
    firsts = range(0, count, BATCH)
    with ProcessPoolExecutor(jobs) as pool:
        pending = [pool.submit(run_batch, seed, first, min(BATCH, count - first)) for first in firsts]
        for done in track(pending, description=f"seed {seed}", disable=not sys.stderr.isatty()):
            if failure := done.result():
                pool.shutdown(cancel_futures=True)
                return failure
    return ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--replay", metavar="SEED/NUMBER")
    asked = parser.parse_args()
    if asked.replay:
        seed, number = map(int, asked.replay.split("/"))
        data = make_input(seed, number, load_corpus())
        sys.stdout.write(f"{data!r}\n{exercise(data, number)} findings\n")
        return 0
    start = time.monotonic()
    failure = run(asked.count, asked.seed, asked.jobs)
    seconds = time.monotonic() - start
    said = failure or f"{asked.count} damaged files, no failure, {asked.count / seconds:,.0f} a second"
    sys.stdout.write(f"{said}\n")
    return 1 if failure else 0


if __name__ == "__main__":
    sys.exit(main())
