"""One transaction set of a file → the document row that stands for it."""

from typing import Final

from ml_connector.edi import Transaction, reread, write_excerpt
from ml_connector.flows.contents import read_content
from ml_connector.mapping.identity import derive_document_key, hash_content
from ml_connector.records.documents import NewDocument, Slices
from ml_connector.records.keys import BusinessKey
from ml_connector.store.payloads import PayloadReader

PARSER_VERSION: Final = "1"
"""To be raised when the reader would give the same bytes another meaning; every posting pins it."""
_ENVELOPE: Final = 1024  # the ISA, and what follows it as far as the reader looks
_HEADER: Final = 64 * 1024  # no GS is longer: the reader takes no longer segment
_LONGEST_CODE: Final = 6  # ST01 has 3 characters; what is longer is shown cut


def describe_document(link: str, transaction: Transaction) -> NewDocument:
    """The row for a transaction set: `read` when it is a document we know, `filed` when its set has no use yet,
    `rejected` when it cannot be used, with the reason.
    """
    interchange, group = transaction.interchange, transaction.group
    sender = f"{interchange.sender.qualifier}/{interchange.sender.id}"
    group_sender = group.sender if group is not None else ""
    content = read_content(transaction)
    set_code = transaction.set_code[:_LONGEST_CODE]
    key = BusinessKey(
        link=link,
        partner=f"{sender}/{group_sender}",
        set_code=set_code,
        number=content.number,
        kind=content.kind,
    )
    return NewDocument(
        index=transaction.index,
        set_code=set_code,
        slices=Slices(
            envelope_offset=interchange.offset,
            group_offset=group.offset if group is not None else None,
            offset=transaction.offset,
            length=transaction.length,
        ),
        sender=sender,
        group_sender=group_sender,
        receiver=f"{interchange.receiver.qualifier}/{interchange.receiver.id}",
        partner_name="",
        key=key,
        document_key=derive_document_key(key, content.date),
        content_hash=hash_content(transaction.segments, usage=interchange.usage),
        date=content.date,
        amount=content.amount,
        currency=content.currency,
        due=content.due,
        discount=content.discount.amount if content.discount is not None else None,
        discount_until=content.discount.until if content.discount is not None else None,
        status=content.status,
        reason=content.reason,
    )


class DocumentReader:
    """Reads documents of one file again, each under its own envelope; that of many in turn is read once."""

    def __init__(self, payload: PayloadReader) -> None:
        self._payload = payload
        self._place: tuple[int, int | None] | None = None
        self._opening = (b"", b"")

    def reread(self, document: NewDocument) -> Transaction:
        """The document's transaction set. Raises `NotReadable` where the bytes are no set any more."""
        return reread(*self._read(document))

    def write_excerpt(self, document: NewDocument) -> bytes:
        """The document alone as an interchange, without secrets. Raises `NotReadable` as well."""
        return write_excerpt(*self._read(document))

    def _read(self, document: NewDocument) -> tuple[bytes, bytes, bytes]:
        """Envelope, group and body."""
        slices = document.slices
        place = (slices.envelope_offset, slices.group_offset)
        if place != self._place:
            group = b"" if slices.group_offset is None else self._payload.read(slices.group_offset, _HEADER)
            self._opening = (self._payload.read(slices.envelope_offset, _ENVELOPE), group)
            self._place = place
        return (*self._opening, self._payload.read(slices.offset, slices.length))
