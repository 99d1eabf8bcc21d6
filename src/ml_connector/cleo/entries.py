"""Folders and files out of the entries of a list."""

from ml_connector.cleo.gate import unreadable
from ml_connector.cleo.members import clean, read_count, read_id, read_text, read_time
from ml_connector.cleo.objects import Folder, RemoteFile
from ml_connector.cleo.profile import FilesProfile, FoldersProfile
from ml_connector.cleo.wire import Request


def read_folder(request: Request, entry: object, *, names: FoldersProfile) -> Folder:
    """Raises AnswerUnreadable for an entry without id or path."""
    path = read_text(entry, names.key)
    if path is None:
        raise unreadable(request, f"has a folder without {names.key!r}", key="folders.key")
    return Folder(
        id=_require_id(request, entry, names.id, key="folders.id"),
        path=clean(path),
        files_href=read_text(entry, names.files_link),
    )


def read_remote_file(request: Request, entry: object, *, names: FilesProfile, folder: Folder) -> RemoteFile:
    """Raises AnswerUnreadable for an entry without id; a file without a name is shown by its id."""
    file_id = _require_id(request, entry, names.fields.id, key="files.fields.id")
    return RemoteFile(
        id=file_id,
        name=clean(read_text(entry, names.fields.name) or "") or file_id,
        length=read_count(entry, names.fields.length),
        modified=read_time(entry, names.fields.modified),
        folder=folder,
        self_href=read_text(entry, names.self_link),
        content_href=read_text(entry, names.content_link),
    )


def _require_id(request: Request, entry: object, name: str, *, key: str) -> str:
    value = read_id(entry, name)
    if value is None:
        raise unreadable(request, f"has an entry without a usable {name!r}", key=key)
    return value
