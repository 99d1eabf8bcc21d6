"""How an 810 is divided into header, lines and summary: told by the tags of its segments alone, and remembered."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from msgspec import Struct

from ml_connector.edi.documents.loops import TEXT_ELEMENTS, are_right_tags, span_loops
from ml_connector.edi.remembering import remember
from ml_connector.edi.segments import split_skeleton

#: What may follow the head of a loop and belong to it.
LOOPS = {"N1": frozenset({"N2", "N3", "N4", "REF", "PER", "DMG"})}


class Outline(Struct, frozen=True, kw_only=True, gc=False):
    """The places of the segments, from 0."""

    whole: Mapping[str, Sequence[slice]]  #: of what is about the whole invoice, as the `spans` of Loops
    lines: Sequence[slice]  #: each line, from its IT1 on
    heads: slice | None  #: every IT1, if all lines are nothing else (a step of 1) or an IT1 and a PID (of 2)
    currencies: Sequence[int]  #: every CUR
    has_notes: bool  #: whether free texts are about the whole invoice
    right_tags: bool  #: whether all tags are segment ids, and none is that of a control segment


@remember
def outline_invoice(skeleton: str) -> Outline:
    """The outline of an 810 with these tags.

    The summary begins at TDS: a SAC or TXI after it is the whole invoice's, not the last line's.
    """
    tags = split_skeleton(skeleton)
    whole: dict[str, list[slice]] = {}
    lines: list[slice] = []
    starts = [place for place, tag in enumerate(tags) if tag in ("IT1", "TDS")]
    for start, end in pairwise([0, *starts, len(tags)]):
        if tags[start] == "IT1" and end > start:
            lines.append(slice(start, end))
        else:
            for tag, spans in span_loops(tags[start:end], LOOPS, start).items():
                whole.setdefault(tag, []).extend(spans)
    return Outline(
        whole=whole,
        lines=lines,
        heads=_find_heads(tags, lines),
        currencies=[place for place, tag in enumerate(tags) if tag == "CUR"],
        has_notes=not whole.keys().isdisjoint(TEXT_ELEMENTS),
        right_tags=are_right_tags(tags),
    )


def _find_heads(tags: Sequence[str], lines: Sequence[slice]) -> slice | None:
    if not lines:
        return None
    first, last = lines[0].start, lines[-1].stop
    for line in (["IT1"], ["IT1", "PID"]):
        if tags[first:last] == line * len(lines):
            return slice(first, last, len(line))
    return None
