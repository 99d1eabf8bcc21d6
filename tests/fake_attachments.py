"""Attachments and their folders of one company in memory; their files are kept and never read."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

from ml_connector.intacct import AttachedFile, NewAttachment, NewFolder, Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder(Record):
    """A folder as the older functions list it."""

    OBJECT: ClassVar[str] = "supdocfolder"

    name: Annotated[str, "NAME"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment(Record):
    """An attachment as the older functions list it."""

    OBJECT: ClassVar[str] = "supdoc"

    attachment_id: Annotated[str, "SUPDOCID"]
    name: Annotated[str, "SUPDOCNAME"]
    folder: Annotated[str, "FOLDER"]


class FakeAttachments:
    """Keeps folders and attachments by their ids."""

    def __init__(self, *, clock: Callable[[], dt.datetime]) -> None:
        self._clock = clock
        self._folders: dict[str, tuple[Folder, dt.datetime]] = {}
        self._attachments: dict[str, tuple[Attachment, dt.datetime]] = {}
        self.files: dict[str, tuple[AttachedFile, ...]] = {}  #: by the id of their attachment

    def list_records(self, until: dt.datetime) -> Iterator[Folder | Attachment]:
        """What was made until then."""
        kept: tuple[tuple[Folder | Attachment, dt.datetime], ...] = (
            *self._folders.values(),
            *self._attachments.values(),
        )
        return (record for record, at in kept if at <= until)

    def find_problems(self, body: NewFolder | NewAttachment) -> list[str]:
        """Why Intacct refuses this; nothing when it does not."""
        if isinstance(body, NewFolder):
            return _report_taken("Attachment folder", body.name) if body.name in self._folders else []
        if not body.attachment_id:
            return ["Required field supdocid is missing"]
        said = _report_taken("Attachment", body.attachment_id) if body.attachment_id in self.files else []
        unknown = (
            [] if body.folder in self._folders else [f"Invalid Attachment folder '{body.folder}' specified."]
        )
        return said + unknown

    def keep(self, body: NewFolder | NewAttachment) -> str:
        """Execute what was checked, and give its id."""
        if isinstance(body, NewFolder):
            folder = Folder(record_no=len(self._folders) + 1, name=body.name)
            self._folders[body.name] = folder, self._clock()
            return body.name
        attachment = Attachment(
            record_no=len(self._attachments) + 1,
            attachment_id=body.attachment_id,
            name=body.name,
            folder=body.folder,
        )
        self._attachments[body.attachment_id] = attachment, self._clock()
        self.files[body.attachment_id] = body.files
        return body.attachment_id


def _report_taken(word: str, key: str) -> list[str]:
    return [f"Another {word} with the given value(s) {key}  already exists"]
