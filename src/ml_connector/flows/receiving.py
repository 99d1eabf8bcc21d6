"""Files come in: from a folder of Cleo, or handed to us. Their bytes are stored before anything else happens."""

import json
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import chain
from typing import Final

from ml_connector.cleo.errors import CleoError, FileGone, Unavailable
from ml_connector.cleo.objects import Folder, PutAway, RemoteFile
from ml_connector.flows.beside import Begin, open_lanes
from ml_connector.flows.run import Run, Trouble
from ml_connector.records.audit import Fact
from ml_connector.records.documents import LeftFile, Origin
from ml_connector.store.payloads import Kept

HANDED: Final = "local"
"""The host of files that were handed to us."""
#: A file younger than this may change once more without its time changing: it is looked at again.
_SETTLED: Final = timedelta(seconds=5)
READ_AGAIN: Final = timedelta(days=1)
"""A file that stays and shows no time is read again this long after, and its bytes are compared."""
_MOST_OUTAGES: Final = 20  # in a row: then Cleo cannot be had now, and the next run goes on
_TOGETHER: Final = 20  # small files whose bytes are stored in one transaction
_SMALL: Final = 256 * 1024  # bytes of such a file
_A_MOMENT: Final = timedelta(seconds=1)
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
        inbound, *archives = run.mailbox.find_folders(*filter(None, (run.link.inbound, run.link.archive)))
        # All of it first: files that move shift the pages.
        listed = list(run.mailbox.list_files(inbound, on_odd=partial(_note, run)))
    except CleoError as error:
        _note(run, error)
        return
    if not listed:
        return
    with run.store.begin() as work:
        left = work.files.list_left(run.link.name, host=run.link.host, folder=run.link.inbound)
    known = {file.id: left[file.id] for file in listed if _is_same(run, file, left.get(file.id))}
    archive = next(iter(archives), None)
    _take_fresh(run, [file for file in listed if file.id not in known], archive)
    # Without a time nothing tells whether it is still what was read: then it is not put away unread.
    stays = [file for file in listed if file.id in known and file.modified is not None]
    with open_lanes(run.lanes) as begin:
        _put_away(run, [(file, known[file.id].id) for file in stays], archive, begin=begin, known=True)


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
    waiting = deque(sorted(fresh, key=lambda file: times.get(file.id, 0)))
    with open_lanes(run.lanes) as begin:
        _take_all(run, waiting, _Basket(run=run, archive=archive, begin=begin), times)
    if times != missed:
        with run.store.begin() as work:
            work.files.put_missed(run.link.name, **place, times=times)


def _take_all(run: Run, waiting: deque[RemoteFile], basket: "_Basket", times: dict[str, int]) -> None:
    """Some files at a time, until a run has enough of them or Cleo cannot be had; `times` is how often each failed."""
    most = min(len(waiting), run.link.most_files)
    outages = 0
    while waiting and basket.taken < most and outages < _MOST_OUTAGES:
        if basket.is_empty:  # what was downloaded shall not be lost to somebody who comes first
            run.report("receive", basket.taken, most)
        some = [waiting.popleft() for _ in range(min(run.lanes, len(waiting), most - basket.taken))]
        answers = [basket.begin(partial(_fetch, run, file)) for file in some]
        wait(answers)  # nobody talks to Cleo while something is stored
        for file, fetched in zip(some, answers, strict=True):
            try:
                basket.add(file, fetched.result())
                outages = 0
                times.pop(file.id, None)
            except (CleoError, TooLarge) as error:  # one that cannot be had does not stop the others
                _note(run, error)
                outages = outages + 1 if isinstance(error, Unavailable) else 0
                times[file.id] = times.get(file.id, 0) + 1
    basket.store()
    run.report("receive", basket.taken, most)


@dataclass(slots=True, kw_only=True)
class _Basket:
    """Files that are stored together and then put away: one by one, most of the time would go into transactions."""

    run: Run
    archive: Folder | None
    begin: Begin
    taken: int = 0  #: with those that are in it
    _small: list[tuple[RemoteFile, bytes]] = field(default_factory=list)
    _until: datetime | None = None

    @property
    def is_empty(self) -> bool:
        return not self._small

    def add(self, file: RemoteFile, content: bytes | Kept | None) -> None:
        """A file with its bytes; one whose bytes are stored already; or none, that somebody else has taken.

        The first waits for others but a moment: Cleo may be slow.
        """
        match content:
            case None:
                self._note_vanished(file)
            case Kept():
                self.taken += 1
                self._add_long(file, content)
            case _:
                self.taken += 1
                now = self.run.clock()
                self._until = self._until or now + _A_MOMENT
                self._small.append((file, content))
                if len(self._small) == _TOGETHER or now >= self._until:
                    self.store()

    def _note_vanished(self, file: RemoteFile) -> None:
        fact = Fact(record=f"link:{self.run.link.name}", action="file vanished", detail={"name": file.name})
        with self.run.store.begin() as work:
            work.audit.append([fact])

    def _add_long(self, file: RemoteFile, kept: Kept) -> None:
        with self.run.store.begin() as work:
            id_ = work.files.add(link=self.run.link.name, origin=_describe_origin(self.run, file), kept=kept)
        _put_away(self.run, [(file, id_)], self.archive, begin=self.begin)

    def store(self) -> None:
        """Store what is in it, and put it away. What an earlier run stored and could not move is known by its bytes."""
        small, self._small, self._until = self._small, [], None
        if not small:
            return
        found = [(_describe_origin(self.run, file), content) for file, content in small]
        with self.run.store.begin() as work:
            ids = work.files.add_small(self.run.link.name, found)
        stored = list(zip((file for file, _ in small), ids, strict=True))
        _put_away(self.run, stored, self.archive, begin=self.begin)


def _fetch(run: Run, file: RemoteFile) -> bytes | Kept | None:
    """The file's bytes; a long one is stored as it comes. None when somebody else has taken it."""
    if file.length is not None and file.length > run.link.largest_file:
        raise _refuse(run, file.name)
    try:
        with run.mailbox.download(file) as pieces:
            limited = _limit(run, file.name, pieces)
            head = _take_head(limited)
            return run.store.keep(chain([head], limited)) if len(head) > _SMALL else head
    except FileGone:
        return None


def _take_head(pieces: Iterator[bytes]) -> bytes:
    """All of a small file; of a longer one the beginning."""
    head = bytearray()
    for piece in pieces:
        head += piece
        if len(head) > _SMALL:
            break
    return bytes(head)


def _describe_origin(run: Run, file: RemoteFile) -> Origin:
    return Origin(host=run.link.host, folder=run.link.inbound, remote_id=file.id, name=file.name)


def _put_away(
    run: Run,
    stored: Sequence[tuple[RemoteFile, int]],
    archive: Folder | None,
    *,
    begin: Begin,
    known: bool = False,
) -> None:
    """Put stored files away. Those that have to stay, for whatever reason, are remembered, unless they are known."""
    ends: dict[PutAway | None, list[tuple[RemoteFile, int]]] = {}
    for each, asked in [(each, begin(partial(_ask_away, run, each[0], archive))) for each in stored]:
        ends.setdefault(asked.result(), []).append(each)
    left = ends.pop(PutAway.LEFT, [])
    if known:
        left = []
    if not ends and not left:
        return
    ids = {end: [id_ for _, id_ in those] for end, those in ends.items()}
    with run.store.begin() as work:
        work.files.mark_moved(ids.get(PutAway.MOVED, ()), to=run.link.archive)
        work.files.mark_deleted(ids.get(PutAway.DELETED, ()))
        work.files.mark_gone(ids.get(None, ()))
        for file, id_ in left:
            young = file.modified is not None and run.clock() - file.modified < _SETTLED
            work.files.mark_left(id_, listed=None if young else _describe(file))


def _ask_away(run: Run, file: RemoteFile, archive: Folder | None) -> PutAway | None:
    """What became of it; None when somebody else has put it away, which is what we wanted."""
    try:
        return run.mailbox.put_away(file, archive)
    except FileGone:
        return None
    except CleoError as error:
        _note(run, error)
        return PutAway.LEFT


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
