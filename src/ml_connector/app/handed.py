"""Files of this machine that are handed to a run."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ml_connector.flows.receiving import HandedFile

_PIECE: Final = 1 << 20


def hand_over(path: Path) -> HandedFile:
    """The file, to be read when its turn comes."""
    return HandedFile(folder=str(path.resolve().parent), name=path.name, pieces=_read(path))


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece
