"""Cleo in memory, honest about what it keeps and scriptable in what goes wrong.

It is the port of `ml_connector.flows` written a second time; `tests/contract` holds it to the same suite as the real
client. It refuses to be called while a transaction of the store is open.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import Literal

from ml_connector.cleo import (
    Action,
    ActionRun,
    Ambiguous,
    AnswerUnreadable,
    Capability,
    CleoError,
    Conflict,
    Connection,
    ConnectionDraft,
    Event,
    FileGone,
    Folder,
    FolderMissing,
    PutAway,
    RemoteFile,
    Transfer,
    Unavailable,
    Unsupported,
)

Verb = Literal[
    "find_folder",
    "list_files",
    "find_file",
    "download",
    "upload",
    "move",
    "delete",
    "list_connections",
    "create_connection",
    "update_connection",
    "list_transfers",
    "list_actions",
    "run_action",
    "list_events",
]
SUCCEEDED = ActionRun(status="completed", result="success", messages=(), outcome="succeeded")


def _no_blocks() -> int:
    return 0


class FakeMailbox:
    """Cleo's folders. A file keeps its id when it is moved; one that is sent again gets another."""

    def __init__(self, *folders: str, open_blocks: Callable[[], int] = _no_blocks) -> None:
        self._folders = {
            path: Folder(id=f"F{n}", path=path, files_href=None) for n, path in enumerate(folders)
        }
        self._files: dict[str, tuple[RemoteFile, bytes]] = {}
        self.open_blocks = open_blocks  #: asked at each call
        self._ids = count(1)
        self._errors: list[tuple[Verb, str, BaseException, bool]] = []
        self._vanishing: dict[str, Verb] = {}
        self._connections: dict[str, Connection] = {}
        self._transfers: dict[str, list[Transfer]] = {}
        self._actions: dict[str, ActionRun] = {}  #: what the next run of each amounts to, by its alias
        self.calls: list[Verb] = []
        self.runs: list[str] = []  #: aliases of the actions that were run
        self.events: list[Event] = []
        self.lacks: set[Capability] = set()  #: what this tenant does not offer
        self.after_read: Literal["move", "delete", "ledger"] = "move"
        self.odd_entries: list[AnswerUnreadable] = []  #: what each listing leaves out
        self.refuses_names = False  #: whether a file is not moved to where its name is taken

    def add_action(self, alias: str, run: ActionRun = SUCCEEDED) -> None:
        """The tenant has this action, whose runs end so."""
        self._actions[alias] = run

    def log_uploads(self, now: datetime) -> None:
        """The tenant logs what became of every file that was handed in."""
        for file, _ in list(self._files.values()):
            self.events.append(
                Event(
                    id=f"event-{next(self._ids)}",
                    created=now,
                    sequence=len(self.events),
                    kind="job",
                    name="SENT",
                    job=f"job-{file.id}",
                    folder=file.folder.path,
                    file=file.name,
                    text=f"Sent {file.name}",
                )
            )

    def add_transfer(self, connection: Connection, transfer: Transfer) -> None:
        self._transfers.setdefault(connection.id, []).append(transfer)

    def read(self, name: str, folder: str) -> bytes:
        """The bytes of the one file of this name."""
        (content,) = (
            c for file, c in self._files.values() if (file.name, file.folder.path) == (name, folder)
        )
        return content

    def drop(
        self,
        name: str,
        content: bytes,
        *,
        folder: str = "/edi/inbound",
        modified: datetime | None = None,
        length_known: bool = True,
    ) -> str:
        """A partner's file arrives; returns its id."""
        id_ = f"file-{next(self._ids)}"
        file = RemoteFile(
            id=id_,
            name=name,
            length=len(content) if length_known else None,
            modified=modified,
            folder=self._folders[folder],
            move_href=None,
            delete_href=None,
            content_href=None,
        )
        self._files[id_] = (file, content)
        return id_

    def list_names(self, folder: str) -> list[str]:
        """What a folder really holds."""
        return [file.name for file, _ in self._files.values() if file.folder.path == folder]

    def remove(self, id_: str) -> None:
        """Somebody else takes the file."""
        del self._files[id_]

    def put_back(self, id_: str, folder: str) -> None:
        """Somebody moves the file by hand."""
        file, content = self._files[id_]
        self._files[id_] = (replace(file, folder=self._folders[folder]), content)

    def replace_content(self, name: str, content: bytes, *, modified: datetime | None = None) -> None:
        """Other bytes under the same name and id."""
        ((file, _),) = [kept for kept in self._files.values() if kept[0].name == name]
        self._files[file.id] = (replace(file, length=len(content), modified=modified), content)

    def remove_folder(self, path: str) -> None:
        del self._folders[path]

    def let_vanish(self, id_: str, *, at: Verb) -> None:
        """The file is taken by somebody else just before the next call of this kind."""
        self._vanishing[id_] = at

    def order(self, verb: Verb, error: BaseException, *, of: str = "", done: bool = False) -> None:
        """The next such call (for the file of that name) fails, after it was `done` or without."""
        self._errors.append((verb, of, error, done))

    def forget_faults(self) -> None:
        self._errors.clear()
        self._vanishing.clear()

    def find_folder(self, path: str) -> Folder:
        self._enter("find_folder", path)
        if path not in self._folders:
            raise FolderMissing(f"the account sees no folder {path!r}; it sees: {', '.join(self._folders)}")
        return self._folders[path]

    def find_folders(self, *paths: str) -> tuple[Folder, ...]:
        return tuple(self.find_folder(path) for path in paths)

    def list_files(
        self, folder: Folder, *, on_odd: Callable[[AnswerUnreadable], None] | None = None
    ) -> Iterator[RemoteFile]:
        self._enter("list_files", folder.path)
        if on_odd is not None:
            for error in self.odd_entries:
                on_odd(error)
        self._demand_folder(folder)
        return iter([file for file, _ in self._files.values() if file.folder == folder])

    @contextmanager
    def download(self, file: RemoteFile) -> Iterator[Iterator[bytes]]:
        self._enter("download", file.name)
        content = self._demand(file, "download")
        yield (content[first : first + 100] for first in range(0, len(content), 100))

    def find_file(self, folder: Folder, name: str) -> RemoteFile | None:
        self._enter("find_file", name)
        self._demand_folder(folder)
        return next((f for f, _ in self._files.values() if f.folder == folder and f.name == name), None)

    def upload(
        self, folder: Folder, *, name: str, pieces: Callable[[], Iterable[bytes]], length: int
    ) -> RemoteFile:
        error = self._take_error("upload", name, done=True)
        if error is None:
            self._enter("upload", name)
        self._demand_folder(folder)
        content = b"".join(pieces())
        if len(content) != length:
            raise ValueError(f"{len(content)} bytes where {length} were announced")
        there = next((f for f, _ in self._files.values() if f.folder == folder and f.name == name), None)
        if there is not None and there.length != length:
            raise Conflict(f"{folder.path} has another file {name}")
        if there is None:
            there = self._files[self.drop(name, content, folder=folder.path)][0]
        if error is not None:
            raise error
        return there

    def delete(self, file: RemoteFile) -> None:
        self._enter("delete", file.name)
        self._demand_capability(Capability.DELETE)
        self._demand(file, "delete")
        del self._files[file.id]

    def put_away(self, file: RemoteFile, target: Folder | None) -> PutAway:
        with suppress(Unsupported, Conflict):
            if self.after_read == "move" and target is not None:
                self.move(file, target)
                return PutAway.MOVED
            if self.after_read == "delete":
                self.delete(file)
                return PutAway.DELETED
        return PutAway.LEFT

    def list_connections(self, where: str = "") -> tuple[Connection, ...]:
        self._enter("list_connections", where)
        return tuple(self._connections.values())

    def find_connection(self, *, external_id: str = "", alias: str = "") -> Connection | None:
        self._enter("list_connections", external_id or alias)
        known = self._connections.values()
        keyed = [each for each in known if external_id and each.external_id == external_id]
        named = [each for each in known if alias and each.alias == alias]
        return next(iter([*keyed, *named]), None)

    def create_connection(self, draft: ConnectionDraft) -> Connection:
        error = self._take_error("create_connection", draft.alias or "", done=True)
        if error is None:
            self._enter("create_connection", draft.alias or "")
        if any(each.alias == draft.alias for each in self._connections.values()):
            raise Conflict(f"there is a connection {draft.alias!r}")
        id_ = f"connection-{next(self._ids)}"
        made = Connection(
            id=id_,
            alias=id_,
            external_id="",
            type="",
            folder="",
            enabled=True,
            ready=False,
            not_ready_reason="Server Address is required.",
            self_href=None,
            transfers_href=None,
        )
        made = _apply(made, draft)
        self._connections[id_] = made
        if error is not None:
            raise error
        return made

    def update_connection(self, connection: Connection, draft: ConnectionDraft) -> Connection:
        self._enter("update_connection", connection.alias)
        changed = _apply(self._connections[connection.id], draft)
        self._connections[connection.id] = changed
        return changed

    def list_transfers(self, connection: Connection) -> tuple[Transfer, ...]:
        self._enter("list_transfers", connection.alias)
        return tuple(self._transfers.get(connection.id, ()))

    def list_actions(self) -> tuple[Action, ...]:
        self._enter("list_actions", "")
        return tuple(
            Action(id=f"A-{alias}", alias=alias, type="Commands", enabled=True, ready=True, run_href=None)
            for alias in self._actions
        )

    def run_action(self, action: Action, *, wait: int = 30) -> ActionRun:  # noqa: ARG002  # nobody waits here
        self._enter("run_action", action.alias)
        self.runs.append(action.alias)
        return self._actions[action.alias]

    def list_events(self, since: datetime | None = None) -> tuple[Event, ...]:
        self._enter("list_events", "")
        self._demand_capability(Capability.EVENTS)
        floor = since or datetime.min.replace(tzinfo=UTC)
        wanted = [event for event in self.events if event.created is None or event.created >= floor]
        return tuple(sorted(wanted, key=lambda event: event.created or datetime.max.replace(tzinfo=UTC)))

    def move(self, file: RemoteFile, target: Folder) -> None:
        self._demand_capability(Capability.MOVE)
        error = self._take_error("move", file.name, done=True)
        if error is None:
            self._enter("move", file.name)
        content = self._demand(file, "move")
        if self.refuses_names and file.name in self.list_names(target.path):
            raise Conflict(f"{target.path} has a file {file.name}")
        self._files[file.id] = (replace(file, folder=target), content)
        if error is not None:
            raise error

    def _demand_folder(self, folder: Folder) -> None:
        if folder not in self._folders.values():
            raise FolderMissing(f"there is no folder {folder.path!r}")

    def _demand_capability(self, capability: Capability) -> None:
        if capability in self.lacks:
            raise Unsupported(f"this tenant does not offer {capability}")

    def _demand(self, file: RemoteFile, verb: Verb) -> bytes:
        if self._vanishing.get(file.id) == verb:
            del self._vanishing[file.id]
            self.remove(file.id)
        known, content = self._files.get(file.id, (None, b""))
        if known is None or known.folder != file.folder:
            raise FileGone(f"{file.name} is no longer in {file.folder.path}")
        return content

    def _enter(self, verb: Verb, name: str) -> None:
        self.calls.append(verb)
        assert not self.open_blocks(), "Cleo is called while a transaction of the store is open"
        error = self._take_error(verb, name, done=False)
        if error is not None:
            raise error

    def _take_error(self, verb: Verb, name: str, *, done: bool) -> BaseException | None:
        for order in self._errors:
            if (order[0], order[3]) == (verb, done) and order[1] in {"", name}:
                self._errors.remove(order)
                return order[2]
        return None


def _apply(connection: Connection, draft: ConnectionDraft) -> Connection:
    return replace(
        connection,
        type=draft.type if draft.type is not None else connection.type,
        alias=draft.alias if draft.alias is not None else connection.alias,
        external_id=draft.external_id if draft.external_id is not None else connection.external_id,
        folder=draft.folder if draft.folder is not None else connection.folder,
        enabled=draft.enabled if draft.enabled is not None else connection.enabled,
    )


def describe_lost_answer() -> Ambiguous:
    """What the client says when no answer came to an upload."""
    return Ambiguous(
        "POST /api/folders/F1/files got no answer; look whether it was done before doing it again"
    )


def describe_outage() -> CleoError:
    """What Cleo says when it cannot answer."""
    return Unavailable("GET /api/folders got no answer; try again later")
