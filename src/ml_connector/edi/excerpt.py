"""One transaction set as an interchange of its own, to be handed on: nothing of its neighbours, and no secrets."""

from collections.abc import Iterator

from ml_connector.edi.delimiters import IsaHeader
from ml_connector.edi.documents.masking import mask_row
from ml_connector.edi.envelope import Transaction
from ml_connector.edi.enveloping import cut_gs, write_ge, write_iea
from ml_connector.edi.reread import open_slices, reread

_LINE_ENDS = b"\r\n"
_AROUND = b" \r\n"  #: never all that Python strips: delimiters may be among it
_PASSWORDS = slice(0, 4)


def write_excerpt(envelope: bytes, group: bytes, body: bytes) -> bytes:
    """The set in `body` under its own ISA and GS, with trailers that count it alone; the slices are those of `reread`.

    All stands as it was sent, but ISA02 and ISA04 are blank, and bank accounts and social security numbers are
    starred. Raises NotReadable as `reread` does.
    """
    opening = open_slices(envelope, group)
    header, joint = opening.header, opening.joint
    content = _write_set(reread(envelope, group, body)) + joint.whole
    if group:
        gs = cut_gs(group, header.delimiters)
        content = gs + joint.whole + content + write_ge(gs, 1, joint)
    isa = _write_isa(envelope[: header.size], header)
    return isa + joint.whole + content + write_iea(header, 1 if group else 0, joint)


def _write_isa(isa: bytes, header: IsaHeader) -> bytes:
    """The ISA without passwords, and without the line ends of a file that was wrapped."""
    element = header.delimiters.element
    sent = [each.translate(None, _LINE_ENDS) for each in header.elements[_PASSWORDS]]
    blank = [b"00", b" " * len(sent[1]), b"00", b" " * len(sent[3])]
    before, after = (element.join((b"ISA", *elements, b"")) for elements in (sent, blank))
    return isa.translate(None, _LINE_ENDS).replace(before, after, 1)


def _write_set(transaction: Transaction) -> bytes:
    return "".join(_mask(transaction)).strip(_AROUND.decode()).encode("latin-1")


def _mask(transaction: Transaction) -> Iterator[str]:
    """The text of a set, in pieces: all but the segments with secrets as sent."""
    text, delimiters = transaction.text, transaction.interchange.delimiters
    terminator = delimiters.terminator.decode("latin-1")
    start = 0
    for segment in transaction.segments:
        row = [segment.tag, *segment.elements]
        shown = [*mask_row(row)]
        if shown != row:
            yield text[start : segment.offset]
            yield delimiters.element.join(each.encode() for each in shown).decode("latin-1")
            start = text.find(terminator, segment.offset) % (len(text) + 1)  # the last one has none
    yield text[start:]
