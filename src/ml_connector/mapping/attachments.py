"""What is attached of a document: its EDI alone, and the same in words."""

import re
from typing import Final

from ml_connector.edi import Transaction, read, write_readable
from ml_connector.intacct.writing.attachment import AttachedFile, NewAttachment
from ml_connector.mapping.rules.attachments import Attach, AttachmentRules
from ml_connector.records.documents import NewDocument

_LONGEST_NAME: Final = 200
_CONTENT_DIGITS: Final = 8
_KB: Final = 1000
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9]+")


def name_attachment_of(document: NewDocument) -> str:
    """The id of its attachment: its key, and digits of its content, as a replacement has the same key."""
    return f"{document.document_key}-{document.content_hash[:_CONTENT_DIGITS]}"


def make_attachment(
    document: NewDocument, excerpt: bytes, *, attach: Attach, rules: AttachmentRules
) -> NewAttachment:
    """The attachment of a document, whose own interchange is the excerpt; named by its control numbers."""
    (transaction,) = (item for item in read([excerpt]) if isinstance(item, Transaction))
    group = transaction.group.control_number if transaction.group is not None else ""
    numbers = (transaction.interchange.control_number, group, transaction.control_number)
    name = _UNSAFE.sub("-", "-".join((document.set_code, *numbers)))
    files = [AttachedFile(name=name, type="edi", content=excerpt)]
    if attach == "edi+rendering":
        files.append(AttachedFile(name=name, type="txt", content=write_readable(transaction).encode()))
    told = f"{document.set_code} {document.key.number} (ISA {numbers[0]}, GS {group}, ST {numbers[2]})"
    return NewAttachment(
        attachment_id=name_attachment_of(document),
        name=told[:_LONGEST_NAME],
        folder=rules.folder,
        description=f"{document.partner_name or document.sender} to {document.receiver}"[:_LONGEST_NAME],
        files=tuple(files),
    )


def find_obstacle(attachment: NewAttachment, rules: AttachmentRules) -> str:
    """Why it is not to be sent; empty when it is."""
    size = sum(len(file.content) for file in attachment.files)
    if size <= rules.largest_kb * _KB:
        return ""
    return f"it is {size / _KB:,.0f} kB, more than the {rules.largest_kb:,} of largest_kb in [attachments]"
