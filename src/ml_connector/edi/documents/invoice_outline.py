"""How an 810 is divided into header, lines and summary: told by the tags of its segments alone, and remembered."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from ml_connector.edi.documents.loops import TEXT_ELEMENTS, are_right_tags, span_loops
from ml_connector.edi.remembering import remember
from ml_connector.edi.segments import split_skeleton

#: What may follow the head of a loop and belong to it.
LOOPS = {"N1": frozenset({"N2", "N3", "N4", "REF", "PER", "DMG"})}


class Places(Struct, frozen=True, kw_only=True, gc=False):
    """Where the segments of an invoice stand that is usual by its tags: one BIG and TDS, no text, lines all alike."""

    big: int
    tds: int
    heads: slice  #: as in Outline
    currency: int | None
    count: int | None  #: CTT
    parties: Sequence[slice]  #: N1 and what belongs to it
    references: Sequence[int]
    terms: Sequence[int]
    dates: Sequence[int]
    adjustments: Sequence[int]
    taxes: Sequence[int]


class Outline(Struct, frozen=True, kw_only=True, gc=False):
    """The places of the segments, from 0."""

    whole: Mapping[str, Sequence[slice]]  #: of what is about the whole invoice, as the `spans` of Loops
    lines: Sequence[slice]  #: each line, from its IT1 on
    heads: slice | None  #: every IT1, if all lines are nothing else (a step of 1) or an IT1 and a PID (of 2)
    currencies: Sequence[int]  #: every CUR
    has_notes: bool  #: whether free texts are about the whole invoice
    right_tags: bool  #: whether all tags are segment ids, and none is that of a control segment
    places: Places | None = None  #: of an invoice that may be read at once


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
    outline = Outline(
        whole=whole,
        lines=lines,
        heads=_find_heads(tags, lines),
        currencies=[place for place, tag in enumerate(tags) if tag == "CUR"],
        has_notes=not whole.keys().isdisjoint(TEXT_ELEMENTS),
        right_tags=are_right_tags(tags),
    )
    return replace(outline, places=_find_places(outline))


def _find_places(outline: Outline) -> Places | None:
    starts = {tag: [span.start for span in spans] for tag, spans in outline.whole.items()}
    counts, currencies = starts.get("CTT", []), outline.currencies
    is_usual = outline.right_tags and not outline.has_notes and max(len(counts), len(currencies)) <= 1
    if outline.heads is None or not is_usual or any(len(starts.get(tag, ())) != 1 for tag in ("BIG", "TDS")):
        return None
    return Places(
        big=starts["BIG"][0],
        tds=starts["TDS"][0],
        heads=outline.heads,
        currency=currencies[0] if currencies else None,
        count=counts[0] if counts else None,
        parties=outline.whole.get("N1", ()),
        references=starts.get("REF", ()),
        terms=starts.get("ITD", ()),
        dates=starts.get("DTM", ()),
        adjustments=starts.get("SAC", ()),
        taxes=starts.get("TXI", ()),
    )


def _find_heads(tags: Sequence[str], lines: Sequence[slice]) -> slice | None:
    if not lines:
        return None
    first, last = lines[0].start, lines[-1].stop
    for line in (["IT1"], ["IT1", "PID"]):
        if tags[first:last] == line * len(lines):
            return slice(first, last, len(line))
    return None
