"""create_supdocfolder, create_supdoc: files beside a record (Intacct documentation, 'Attachments')."""

import base64
import re
from dataclasses import dataclass, field
from typing import ClassVar

from ml_connector.intacct.markup import branch, leaf, optional
from ml_connector.intacct.writing.checks import check_lengths, require

_EXTENSION = re.compile("[A-Za-z0-9]{1,10}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFolder:
    """A folder for attachments. It has to exist before anything is put into it."""

    NAME: ClassVar[str] = "create_supdocfolder"

    name: str
    description: str | None = None
    parent: str | None = None

    def __post_init__(self) -> None:
        require(self, "name")
        check_lengths(self, {"name": 100, "description": 1000, "parent": 100})

    def render(self) -> str:
        return branch(
            "create_supdocfolder",
            leaf("supdocfoldername", self.name),
            optional("supdocfolderdescription", self.description),
            optional("supdocparentfoldername", self.parent),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachedFile:
    """One file. Its name has no extension, and its type is one without a dot: `pdf`."""

    name: str
    type: str
    content: bytes = field(repr=False)

    def __post_init__(self) -> None:
        require(self, "name", "content")
        if not _EXTENSION.fullmatch(self.type):
            raise ValueError(
                f"AttachedFile {self.name!r}: type is {self.type!r}; give an extension such as pdf"
            )

    def render(self) -> str:
        return branch(
            "attachment",
            leaf("attachmentname", self.name),
            leaf("attachmenttype", self.type),
            leaf("attachmentdata", base64.b64encode(self.content).decode("ascii")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAttachment:
    """An attachment of one or several files: records name it by its id."""

    NAME: ClassVar[str] = "create_supdoc"

    attachment_id: str  #: is our mark; empty where the company numbers them
    name: str
    folder: str
    description: str | None = None
    files: tuple[AttachedFile, ...]

    def __post_init__(self) -> None:
        require(self, "name", "folder", "files")
        check_lengths(self, {"attachment_id": 100, "name": 200, "folder": 100, "description": 1000})

    @property
    def size(self) -> int:
        """About how many bytes its files take in a request, as base64."""
        return sum(len(file.content) for file in self.files) * 4 // 3

    def render(self) -> str:
        return branch(
            "create_supdoc",
            leaf("supdocid", self.attachment_id),
            leaf("supdocname", self.name),
            leaf("supdocfoldername", self.folder),
            optional("supdocdescription", self.description),
            branch("attachments", *(file.render() for file in self.files)),
        )
