"""Reading one transaction set again from the slices of its file that were kept."""

import re
from functools import lru_cache

from msgspec import Struct

from ml_connector.edi.delimiters import HEAD_SIZE, ISA_START, IsaHeader, discover
from ml_connector.edi.envelope import Group, Interchange, Transaction, read_group, read_interchange
from ml_connector.edi.errors import NotReadable
from ml_connector.edi.segments import LONGEST_SEGMENT, Splitter
from ml_connector.edi.sets import JOINT_SIZE, Joint, SetReader, Slice, find_joint

_INTERCHANGE_START = re.compile(ISA_START, re.DOTALL)


class Opening(Struct, frozen=True, kw_only=True):
    """An interchange and a group, opened."""

    header: IsaHeader
    interchange: Interchange
    group: Group | None
    joint: Joint


def reread(envelope: bytes, group: bytes, body: bytes) -> Transaction:
    """The set in `body`, equal to what `read` gave but for its places in the input.

    `envelope` begins at the ISA and `group` at the GS of the set; both run on as far as the input
    does, or 512 bytes and 64 KiB. `group` is empty for a set outside any group. `body` is exactly the
    `length` bytes from `offset` on. Places in the input (offsets of interchange, group and set,
    index) are 0, and that an earlier set has its number (ST02_REPEATED) is not told; those of segments and findings count from the ST and are the same.

    Raises NotReadable when a slice does not begin with the segment it should.
    """
    opening = open_slices(envelope, group)
    interchange, joint = opening.interchange, opening.joint
    if Splitter(interchange.delimiters).split_control(_cut(body, joint.delimiters.terminator), 0).tag != "ST":
        raise NotReadable("The body does not begin with an ST: pass the slice that read gave for the set.")
    return SetReader(interchange, joint).read_one(Slice(data=body, offset=0, index=0), opening.group)


@lru_cache(maxsize=8)  # the sets of a group are mostly read again one after another
def open_slices(envelope: bytes, group: bytes) -> Opening:
    """What stands before the sets of a group, from slices as `reread` takes them. Raises NotReadable as it does."""
    header = discover(envelope[:HEAD_SIZE]) if _INTERCHANGE_START.match(envelope) else None
    if header is None:
        raise NotReadable(
            "The envelope does not begin with an ISA that tells its delimiters: pass the bytes from it on."
        )
    interchange = read_interchange(header, 0)
    joint = find_joint(header.delimiters, envelope[header.size : header.size + JOINT_SIZE])
    if not group:
        return Opening(header=header, interchange=interchange, group=None, joint=joint)
    opening = Splitter(header.delimiters).split_control(_cut(group, header.delimiters.terminator), 0)
    if opening.tag != "GS":
        raise NotReadable("The group does not begin with a GS: pass the bytes from it on, or none.")
    return Opening(
        header=header, interchange=interchange, group=read_group(opening, interchange), joint=joint
    )


def _cut(data: bytes, terminator: bytes) -> str:
    return data[:LONGEST_SEGMENT].split(terminator, 1)[0].decode("latin-1")
