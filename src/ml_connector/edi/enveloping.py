"""Putting sets that were sent into an interchange again: its GS as it stood, and trailers that count anew."""

from ml_connector.edi.delimiters import Delimiters, IsaHeader
from ml_connector.edi.segments import LONGEST_SEGMENT
from ml_connector.edi.sets import Joint

_AROUND = b" \r\n"  #: never all that Python strips: delimiters may be among it
_GS06 = 6
_ISA13 = 12  #: counted from 0


def cut_gs(data: bytes, delimiters: Delimiters) -> bytes:
    """The GS these bytes begin with, as sent, without its terminator and the blanks before that."""
    return data[:LONGEST_SEGMENT].split(delimiters.terminator, 1)[0].rstrip(_AROUND)


def write_ge(gs: bytes, sets: int, joint: Joint) -> bytes:
    """The end of the group that this GS opens, with the joint after it."""
    elements = gs.split(joint.delimiters.element)
    number = elements[_GS06] if len(elements) > _GS06 else b""
    return _write_trailer(b"GE", sets, number, joint)


def write_iea(header: IsaHeader, groups: int, joint: Joint) -> bytes:
    """The end of the interchange that this ISA opens, with the joint after it."""
    return _write_trailer(b"IEA", groups, header.elements[_ISA13], joint)


def _write_trailer(tag: bytes, count: int, number: bytes, joint: Joint) -> bytes:
    return joint.delimiters.element.join((tag, b"%d" % count, number.strip(_AROUND))) + joint.whole
