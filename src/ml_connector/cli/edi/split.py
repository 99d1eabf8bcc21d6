"""What `edi split` does: every set, group or interchange into a file of its own, its sets as they were sent."""

import errno
import filecmp
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Final

import typer

from ml_connector.cli.edi.input import Advance, Inputs, open_seekable, read_chunks, show_bytes_read
from ml_connector.cli.edi.units import Unit
from ml_connector.cli.edi.views import view_finding, write_record
from ml_connector.cli.exits import Exit
from ml_connector.cli.foreign_text import clean
from ml_connector.cli.terminal import end_quietly
from ml_connector.edi.delimiters import HEAD_SIZE, Delimiters, IsaHeader, discover
from ml_connector.edi.envelope import Group, Interchange, Transaction
from ml_connector.edi.enveloping import cut_gs, write_ge, write_iea
from ml_connector.edi.inspection import Inspector, Ruling
from ml_connector.edi.segments import BLANKS, LARGEST_SET, LONGEST_SEGMENT
from ml_connector.edi.sets import JOINT_SIZE, Joint, find_joint
from ml_connector.edi.severity import Severity

_UNSAFE: Final = re.compile(r"[^A-Za-z0-9]+")
_LONGEST_PART: Final = 20
_LISTED: Final = 20


class State(StrEnum):
    """What became of a file."""

    WRITTEN = "written"
    SAME = "same"  #: it was there already, with the same content
    KEPT = "kept"  #: another one of that name was there, and was not touched


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A file, and what became of it."""

    path: Path
    state: State
    sets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """An ISA as sent, and what its other control segments are made with."""

    interchange: Interchange
    header: IsaHeader
    joint: Joint
    isa: bytes


def split(paths: Sequence[Path], into: Path, by: Unit, *, as_json: bool) -> Exit:
    """Write the files, and tell which."""
    inputs = Inputs(paths)
    pieces: list[Piece] = []
    complaints: list[str] = []
    try:
        into.mkdir(parents=True, exist_ok=True)
        with show_bytes_read(inputs.paths, quiet=as_json) as advance:
            for name, stream in inputs.open_each(open_seekable):
                cutter = _Cutter(stream, into, by, len(pieces))
                pieces += cutter.cut(advance)
                complaints += [f"{name}: {said}" for said in cutter.complaints]
    except OSError as error:
        typer.echo(f"stopped: {clean(str(error.filename or into))}: {error.strerror}", err=True)
        return Exit.CONFIG
    with end_quietly():
        _tell(pieces, into, as_json=as_json)
    return _judge(pieces, complaints, inputs)


def _tell(pieces: Sequence[Piece], into: Path, *, as_json: bool) -> None:
    if as_json:
        for piece in pieces:
            typer.echo(
                write_record(
                    "piece",
                    piece.path.name,
                    {"path": str(piece.path), "state": piece.state, "sets": piece.sets},
                )
            )
        return
    for piece in pieces[:_LISTED]:
        typer.echo(f"{piece.state:<8} {clean(str(piece.path))}")
    if len(pieces) > _LISTED:
        typer.echo(f"… and {len(pieces) - _LISTED:,} more")
    counts = (f"{sum(piece.state is state for piece in pieces):,} {state}" for state in State)
    noun = "file" if len(pieces) == 1 else "files"
    typer.echo(f"{len(pieces):,} {noun} in {clean(str(into))}: {', '.join(counts)}")


def _judge(pieces: Sequence[Piece], complaints: Sequence[str], inputs: Inputs) -> Exit:
    """Name what is in no file or not whole, and what stood in the way."""
    for said in complaints:
        typer.echo(clean(said), err=True)
    kept = [piece for piece in pieces if piece.state is State.KEPT]
    for piece in kept:
        typer.echo(f"{clean(str(piece.path))} was there with another content and was not touched", err=True)
    if kept or inputs.failed:
        return Exit.USAGE
    return Exit.FINDINGS if complaints else Exit.DONE


class _Cutter:
    """Cuts one input."""

    def __init__(self, stream: BinaryIO, into: Path, by: Unit, number: int) -> None:
        self._stream = stream
        self._into = into
        self._by = by
        self._number = number  #: of files made of earlier inputs
        self._draft: _Draft | None = None
        self._envelope: Envelope | None = None
        self._interchange: Interchange | None = None
        self.complaints: list[str] = []  #: of what is in no file, and of sets that are not whole

    def cut(self, advance: Advance) -> Iterator[Piece]:
        """The files, each as soon as it is whole."""
        try:
            for item in Inspector().walk(read_chunks(self._stream, advance)):
                if isinstance(item, Transaction):
                    yield from self._take(item)
                elif isinstance(item, Ruling) and item.severity is not Severity.NOTE:
                    self.complaints.append(view_finding(item).message)
            yield from self._finish()
        finally:
            if self._draft is not None:
                self._draft.discard()

    def _take(self, transaction: Transaction) -> Iterator[Piece]:
        body = self._read(transaction.offset, transaction.length)
        if not _is_whole(body, transaction.interchange.delimiters):
            name = f"The set {transaction.control_number} at byte {transaction.offset}"
            if transaction.length >= LARGEST_SET:
                self.complaints.append(f"{name} is larger than {LARGEST_SET:,} bytes: it is in no file.")
                return
            self.complaints.append(f"{name} has no SE: it is cut off, and its file holds what came of it.")
        if self._draft is None or not self._draft.goes_on_with(transaction, self._by):
            yield from self._finish()
            self._number += 1
            envelope = self._read_envelope(transaction.interchange)
            self._draft = _Draft(self._into, self._number, envelope, transaction)
        opening = b""
        if transaction.group is not None and transaction.group is not self._draft.group:
            data = self._read(transaction.group.offset, LONGEST_SEGMENT)
            opening = cut_gs(data, transaction.interchange.delimiters)
        self._draft.add(transaction, opening, body)

    def _finish(self) -> Iterator[Piece]:
        draft, self._draft = self._draft, None
        if draft is not None:
            yield draft.publish(self._by)

    def _read_envelope(self, interchange: Interchange) -> Envelope:
        if self._envelope is None or self._envelope.interchange is not interchange:
            head = self._read(interchange.offset, HEAD_SIZE + JOINT_SIZE)
            header = discover(head[:HEAD_SIZE])
            if header is None:
                raise OSError(errno.EIO, "the input changed while it was read")
            joint = find_joint(header.delimiters, head[header.size : header.size + JOINT_SIZE])
            self._envelope = Envelope(
                interchange=interchange, header=header, joint=joint, isa=head[: header.size]
            )
        return self._envelope

    def _read(self, offset: int, size: int) -> bytes:
        """Bytes from elsewhere, while the input is being read on."""
        place = self._stream.tell()
        self._stream.seek(offset)
        data = self._stream.read(size)
        self._stream.seek(place)
        return data


def _is_whole(body: bytes, delimiters: Delimiters) -> bool:
    """Whether the bytes of a set end in an SE."""
    last = body.removesuffix(delimiters.terminator).rpartition(delimiters.terminator)[2]
    return last.partition(delimiters.element)[0].strip(BLANKS) == b"SE"


class _Draft:
    """A file that is being written, under a name of its own until it is whole."""

    def __init__(self, folder: Path, number: int, envelope: Envelope, first: Transaction) -> None:
        self._folder = folder
        self._number = number
        self._envelope = envelope
        self._path = folder / f".{number:05}-{os.getpid()}.part"
        self._file = self._path.open("wb")
        self._file.write(envelope.isa + envelope.joint.whole)
        self._first = first
        self._groups = 0
        self._gs = b""
        self._sets_of_group = 0
        self.group: Group | None = None
        self.sets = 0

    def goes_on_with(self, transaction: Transaction, by: Unit) -> bool:
        """Whether the next set belongs into this file as well."""
        if by is Unit.SET or transaction.interchange is not self._envelope.interchange:
            return False
        return by is Unit.INTERCHANGE or transaction.group is self.group

    def add(self, transaction: Transaction, opening: bytes, body: bytes) -> None:
        """Write a set, after the GS of its group when that is new."""
        joint = self._envelope.joint
        if transaction.group is not self.group:
            self._close_group()
            self.group = transaction.group
            if transaction.group is not None:
                self._groups += 1
                self._gs = opening
                self._file.write(opening + joint.whole)
        terminated = body.endswith(joint.delimiters.terminator)
        self._file.write(body + (joint.trail if terminated else joint.whole))
        self._sets_of_group += 1
        self.sets += 1

    def _close_group(self) -> None:
        if self.group is not None:
            self._file.write(write_ge(self._gs, self._sets_of_group, self._envelope.joint))
        self._sets_of_group = 0

    def publish(self, by: Unit) -> Piece:
        """Close the interchange and give the file its name, unless there is one of that name."""
        self._close_group()
        self._file.write(write_iea(self._envelope.header, self._groups, self._envelope.joint))
        self._file.close()
        path = self._folder / f"{self._number:05}_{self._name(by)}.edi"
        try:
            os.link(self._path, path)
            state = State.WRITTEN
        except FileExistsError:
            state = State.SAME if filecmp.cmp(self._path, path, shallow=False) else State.KEPT
        finally:
            self._path.unlink()
        return Piece(path=path, state=state, sets=self.sets)

    def _name(self, by: Unit) -> str:
        interchange, first = self._envelope.interchange, self._first
        group = first.group
        parts = {
            Unit.SET: (
                first.set_code,
                interchange.control_number,
                group.control_number if group else "",
                first.control_number,
            ),
            Unit.GROUP: (
                "group",
                group.functional_code if group else "",
                interchange.control_number,
                group.control_number if group else "",
            ),
            Unit.INTERCHANGE: ("interchange", interchange.control_number),
        }
        return "_".join(_UNSAFE.sub("-", part)[:_LONGEST_PART].strip("-") or "none" for part in parts[by])

    def discard(self) -> None:
        """Leave nothing behind."""
        self._file.close()
        self._path.unlink(missing_ok=True)
