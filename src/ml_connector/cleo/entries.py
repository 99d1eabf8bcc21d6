"""Cleo's records out of the entries of its lists."""

from collections.abc import Mapping
from typing import Final, Literal

from ml_connector.cleo.gate import unreadable
from ml_connector.cleo.members import (
    clean,
    pick,
    read_clean,
    read_count,
    read_flag,
    read_id,
    read_text,
    read_time,
    spell,
)
from ml_connector.cleo.objects import Action, ActionRun, Connection, Event, Folder, RemoteFile, Transfer
from ml_connector.cleo.profile import (
    ActionsProfile,
    ConnectionsProfile,
    EventFields,
    FilesProfile,
    FoldersProfile,
    TransferFields,
)
from ml_connector.cleo.profile_keys import Names
from ml_connector.cleo.wire import Request

_LONGEST_TEXT: Final = 1000


def read_folder(request: Request, entry: object, *, names: FoldersProfile) -> Folder:
    """Raises AnswerUnreadable for an entry without id or path."""
    path = read_text(entry, names.key)
    if path is None:
        raise unreadable(request, f"has a folder without {spell(names.key)}", key="folders.key")
    return Folder(
        id=require_id(request, entry, names.id, key="folders.id"),
        path=clean(path),
        files_href=read_text(entry, names.files_link),
    )


def read_remote_file(request: Request, entry: object, *, names: FilesProfile, folder: Folder) -> RemoteFile:
    """Raises AnswerUnreadable for an entry without id; a file without a name is shown by its id."""
    file_id = require_id(request, entry, names.fields.id, key="files.fields.id")
    return RemoteFile(
        id=file_id,
        name=read_clean(entry, names.fields.name) or file_id,
        length=read_count(entry, names.fields.length),
        modified=read_time(entry, names.fields.modified),
        folder=folder,
        move_href=read_text(entry, names.move.link),
        delete_href=read_text(entry, names.delete.link),
        content_href=read_text(entry, names.content_link),
    )


def read_connection(request: Request, entry: object, *, names: ConnectionsProfile) -> Connection:
    """Raises AnswerUnreadable for an entry without id."""
    fields = names.fields
    return Connection(
        id=require_id(request, entry, fields.id, key="connections.fields.id"),
        alias=read_clean(entry, fields.alias),
        external_id=read_clean(entry, fields.external_id),
        type=read_clean(entry, fields.type),
        folder=read_clean(entry, fields.folder),
        enabled=read_flag(entry, fields.enabled) is not False,
        ready=read_flag(entry, fields.ready),
        not_ready_reason=read_clean(entry, fields.not_ready_reason),
        self_href=read_text(entry, names.self_link),
        transfers_href=read_text(entry, names.transfers_link),
    )


def read_transfer(request: Request, entry: object, *, names: TransferFields) -> Transfer:
    """Raises AnswerUnreadable for an entry without id."""
    return Transfer(
        id=require_id(request, entry, names.id, key="transfers.fields.id"),
        status=read_clean(entry, names.status),
        direction=read_clean(entry, names.direction),
        transport=read_clean(entry, names.transport),
        message_id=read_clean(entry, names.message_id),
        files=read_count(entry, names.files),
        length=read_count(entry, names.length),
        created=read_time(entry, names.created),
    )


def read_action(request: Request, entry: object, *, names: ActionsProfile) -> Action:
    """Raises AnswerUnreadable for an entry without id."""
    fields = names.fields
    return Action(
        id=require_id(request, entry, fields.id, key="actions.fields.id"),
        alias=read_clean(entry, fields.alias),
        type=read_clean(entry, fields.type),
        enabled=read_flag(entry, fields.enabled) is not False,
        ready=read_flag(entry, fields.ready),
        run_href=read_text(entry, names.run_link),
    )


def read_run(request: Request, document: Mapping[str, object], *, names: ActionsProfile) -> ActionRun:
    """Raises AnswerUnreadable for an answer without a status."""
    status = read_clean(document, names.status)
    if not status:
        raise unreadable(request, f"has no {spell(names.status)}", key="actions.status")
    result = read_clean(document, names.result)
    said = pick(document, names.messages)
    messages = tuple(clean(each) for each in said if isinstance(each, str)) if isinstance(said, list) else ()
    if status != names.completed:
        outcome: Literal["succeeded", "failed", "running"] = "running"
    else:
        outcome = "succeeded" if result == names.success else "failed"
    return ActionRun(status=status, result=result, messages=messages, outcome=outcome)


def read_event(request: Request, entry: object, *, names: EventFields) -> Event:
    """Raises AnswerUnreadable for an entry without id."""
    return Event(
        id=require_id(request, entry, names.id, key="events.fields.id"),
        created=read_time(entry, names.created),
        sequence=read_count(entry, names.sequence),
        kind=read_clean(entry, names.kind),
        name=read_clean(entry, names.name),
        job=read_clean(entry, names.job),
        folder=read_clean(entry, names.folder),
        file=read_clean(entry, names.file),
        text=clean(read_text(entry, names.text) or "", longest=_LONGEST_TEXT),
    )


def require_id(request: Request, entry: object, names: Names, *, key: str) -> str:
    """Raises AnswerUnreadable when there is none."""
    value = read_id(entry, names)
    if value is None:
        raise unreadable(request, f"has an entry without a usable {spell(names)}", key=key)
    return value
