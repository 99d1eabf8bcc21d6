"""Files come in: from a folder of Cleo, or handed to us. Their bytes are stored before anything else happens."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final

from ml_connector.cleo.errors import CleoError, FileGone, Unavailable
from ml_connector.cleo.objects import Folder, PutAway, RemoteFile
from ml_connector.flows.run import Run, Trouble
from ml_connector.records.audit import Fact
from ml_connector.records.documents import LeftFile, Origin

HANDED: Final = "local"
"""The host of files that were handed to us."""
#: A file younger than this may change once more without its time changing: it is looked at again.
_SETTLED: Final = timedelta(seconds=5)
READ_AGAIN: Final = timedelta(days=1)
"""A file that stays and shows no time is read again this long after, and its bytes are compared."""
_MOST_OUTAGES: Final = 20  # in a row: then Cleo cannot be had now, and the next run goes on
_LONGEST: Final = 255  # of what the store keeps of an origin


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedFile:
    """A file that somebody gives us instead of Cleo."""

    folder: str
    name: str
    pieces: Iterable[bytes]


class TooLarge(Exception):
    """A file is larger than the link takes."""


def receive(run: Run) -> None:
    """Take every new file of the inbound folder, and put it away once its bytes are stored."""
    try:
        inbound = run.mailbox.find_folder(run.link.inbound)
        archive = run.mailbox.find_folder(run.link.archive) if run.link.archive else None
        # All of it first: files that move shift the pages.
        listed = list(run.mailbox.list_files(inbound, on_odd=partial(_note, run)))
    except CleoError as error:
        _note(run, error)
        return
    with run.store.begin() as work:
        left = work.files.list_left(run.link.name, host=run.link.host, folder=run.link.inbound)
    known = {file.id: left[file.id] for file in listed if _is_same(run, file, left.get(file.id))}
    _take_fresh(run, [file for file in listed if file.id not in known], archive)
    for file in listed:
        # Without a time nothing tells whether it is still what was read: then it is not put away unread.
        if file.id in known and file.modified is not None:
            _put_away(run, file, archive, known[file.id].id, known=True)


def take_handed(run: Run, handed: Iterable[HandedFile]) -> None:
    """Take files that are handed to us, each as if it had come from a folder of Cleo."""
    for file in handed:
        folder, name = _spell(file.folder), _spell(file.name)
        origin = Origin(host=HANDED, folder=folder[-_LONGEST:], remote_id=name[-_LONGEST:], name=name)
        try:
            kept = run.store.keep(_limit(run, name, file.pieces))
        except TooLarge as error:
            _note(run, error)
            continue
        with run.store.begin() as work:
            work.files.add(link=run.link.name, origin=origin, kept=kept)


def _is_same(run: Run, file: RemoteFile, left: LeftFile | None) -> bool:
    """Whether this is the very file that was read and had to stay; another under its id is a new one."""
    if left is None or left.listed != _describe(file):
        return False
    return file.modified is not None or run.clock() - left.read_at < READ_AGAIN


def _describe(file: RemoteFile) -> str:
    """How Cleo lists a file, to know it by."""
    modified = None if file.modified is None else file.modified.isoformat()
    return json.dumps([file.name, file.length, modified])


def _take_fresh(run: Run, fresh: Sequence[RemoteFile], archive: Folder | None) -> None:
    """Take the new files, up to as many as a run may. Those that could not be had before come last."""
    place = {"host": run.link.host, "folder": run.link.inbound}
    with run.store.begin() as work:
        missed = work.files.list_missed(run.link.name, **place)
    times = {file.id: missed[file.id] for file in fresh if file.id in missed}
    most = min(len(fresh), run.link.most_files)
    taken = outages = 0
    for file in sorted(fresh, key=lambda file: times.get(file.id, 0)):
        if taken == most or outages == _MOST_OUTAGES:
            break
        run.report("receive", taken, most)
        try:
            taken += _take(run, file, archive)
            outages = 0
            times.pop(file.id, None)
        except (CleoError, TooLarge) as error:  # one that cannot be had does not stop the others
            _note(run, error)
            outages = outages + 1 if isinstance(error, Unavailable) else 0
            times[file.id] = times.get(file.id, 0) + 1
    run.report("receive", taken, most)
    if times != missed:
        with run.store.begin() as work:
            work.files.put_missed(run.link.name, **place, times=times)


def _take(run: Run, file: RemoteFile, archive: Folder | None) -> bool:
    """Store the file's bytes, then put it away. What an earlier run stored and could not move is known by its bytes.

    False when somebody else has taken it.
    """
    if file.length is not None and file.length > run.link.largest_file:
        raise _refuse(run, file.name)
    try:
        with run.mailbox.download(file) as pieces:
            kept = run.store.keep(_limit(run, file.name, pieces))
    except FileGone:
        with run.store.begin() as work:
            fact = Fact(record=f"link:{run.link.name}", action="file vanished", detail={"name": file.name})
            work.audit.append([fact])
        return False
    origin = Origin(host=run.link.host, folder=run.link.inbound, remote_id=file.id, name=file.name)
    with run.store.begin() as work:
        file_id = work.files.add(link=run.link.name, origin=origin, kept=kept)
    _put_away(run, file, archive, file_id)
    return True


def _put_away(
    run: Run, file: RemoteFile, archive: Folder | None, file_id: int, *, known: bool = False
) -> None:
    """Put a stored file away. One that has to stay, for whatever reason, is remembered instead."""
    done: PutAway | None = None
    try:
        done = run.mailbox.put_away(file, archive)
    except FileGone:
        pass  # somebody else has put it away, which is what we wanted
    except CleoError as error:
        _note(run, error)
        done = PutAway.LEFT
    if done is PutAway.LEFT and known:
        return
    with run.store.begin() as work:
        match done:
            case PutAway.MOVED:
                work.files.mark_moved(file_id, to=run.link.archive)
            case PutAway.DELETED:
                work.files.mark_deleted(file_id)
            case PutAway.LEFT:
                young = file.modified is not None and run.clock() - file.modified < _SETTLED
                work.files.mark_left(file_id, listed=None if young else _describe(file))
            case _:
                work.files.mark_gone(file_id)


def _limit(run: Run, name: str, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The bytes, until there are too many of them."""
    length = 0
    for piece in pieces:
        length += len(piece)
        if length > run.link.largest_file:
            raise _refuse(run, name)
        yield piece


def _refuse(run: Run, name: str) -> TooLarge:
    return TooLarge(
        f"the file {name} is larger than the {run.link.largest_file // 1_000_000} MB this link takes; "
        f"raise max_file_mb in [link.{run.link.name}.cleo], or take it away"
    )


def _spell(name: str) -> str:
    """The name of a local file, which need not be made of characters."""
    return name.encode("utf-8", "replace").decode("utf-8")


def _note(run: Run, error: Exception) -> None:
    run.troubles.append(Trouble(step="receive", system="cleo", message=str(error)))
