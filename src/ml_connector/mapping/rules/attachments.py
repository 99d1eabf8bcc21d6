"""The rules on attachments: what of the EDI is put beside the record that is made of it."""

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from ml_connector.mapping.rules.toml_reading import Model

Attach = Literal["none", "edi", "edi+rendering"]


class AttachmentRules(Model):
    """What is attached unless a route says otherwise, where it is kept, and how much of it."""

    attach: Attach = "none"
    folder: str = Field(default="", max_length=100)  #: the folder for attachments in Intacct
    largest_kb: int = Field(default=1000, ge=1, le=20_000)  #: what is larger is left out


class AttachmentFile(Model):
    """The table on attachments that may stand in one file."""

    attachments: AttachmentRules | None = None


def merge_attachments(files: Sequence[AttachmentFile]) -> AttachmentRules:
    """The rules of the one file that has them."""
    return next((file.attachments for file in files if file.attachments), AttachmentRules())
