"""A file needs no more memory than the longest document in it, on its way in, when it is read, and in the balance."""

import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.unit.flows.scene import Scene, open_scene

from ml_connector.flows.balance import strike_balance
from ml_connector.flows.edi_to_intacct import read
from ml_connector.flows.receiving import HandedFile, take_handed
from ml_connector.records.status import FileStatus, Status

ORDERS = 60
LINES = 600
MIB = 1 << 20
MOST_MIB = 6  #: held whole, this file's documents take 18


def write_long_file() -> Iterator[bytes]:
    """One interchange of some 1.7 MB, in pieces."""
    head = "ISA*00*          *00*          *ZZ*ALNWICK        *ZZ*OURHOUSE       *310310*0930*U*00401*000000042*0*P*>~"
    yield f"{head}GS*PO*ALNWICK*OURHOUSE*20310310*0930*7*X*004010~".encode()
    lines = "".join(f"PO1*{n}*1*EA*2.50**VN*ITEM-{n:06}-LONG-NAME~" for n in range(1, LINES + 1))
    for number in range(1, ORDERS + 1):
        order = f"ST*850*{number:04}~BEG*00*SA*PO-{number}**20310310~{lines}CTT*{LINES}~SE*{LINES + 4}*{number:04}~"
        yield order.encode()
    yield f"GE*{ORDERS}*7~IEA*1*000000042~".encode()


def measure(act: Callable[[], object]) -> float:
    """The most MiB that were held at once on top of what there was before."""
    tracemalloc.start()
    try:
        act()
        return tracemalloc.get_traced_memory()[1] / MIB
    finally:
        tracemalloc.stop()


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """On SQLite alone: what is measured is this process."""
    with open_scene(f"sqlite:///{tmp_path / 'store.db'}") as opened:
        yield opened


def test_a_long_file_is_taken_read_and_balanced_piece_by_piece(scene: Scene) -> None:
    handed = HandedFile(folder="", name="long.edi", pieces=write_long_file())

    taking = measure(lambda: scene.do(lambda run: take_handed(run, [handed])))
    reading = measure(lambda: scene.do(read))
    balancing = measure(lambda: strike_balance(scene.store, "main", base_currency="USD"))

    (file,) = scene.files()
    assert (file.status, file.length > 1_500_000) == (FileStatus.READ, True)
    assert [document.status for document in scene.documents()] == [Status.READ] * ORDERS
    assert max(taking, reading, balancing) < MOST_MIB, (taking, reading, balancing)
