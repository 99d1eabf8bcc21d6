"""What the `edi` commands tell of an input: plain records, to be cleaned for people or written as JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ml_connector.cli.foreign_text import escape
from ml_connector.cli.json_form import simplify
from ml_connector.edi.arithmetic import Arithmetic
from ml_connector.edi.delimiters import Delimiters
from ml_connector.edi.documents.masking import mask_row
from ml_connector.edi.documents.routes import Document
from ml_connector.edi.envelope import Group, Interchange
from ml_connector.edi.inspection import InspectedSet, Ruling
from ml_connector.edi.schema_loading import choose_version, load_dictionary
from ml_connector.edi.severity import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    """A finding as the policy sees it."""

    code: str
    severity: Severity
    message: str
    offset: int | None  #: from the first byte of the input
    position: int | None
    tag: str | None
    element: int | None
    loop: str | None
    value: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentView:
    """A segment with its place and the name of its kind."""

    position: int
    name: str
    parts: tuple[str, ...]  #: the tag and the elements, those that are secret masked


@dataclass(frozen=True, slots=True, kw_only=True)
class SetView:
    """A transaction set, what it says, and what is wrong with it."""

    file: str
    index: int
    set_code: str
    name: str
    control_number: str
    version: str
    offset: int
    length: int
    separator: str
    segments: tuple[SegmentView, ...]
    document: Document | None
    arithmetic: Arithmetic | None
    severity: Severity | None
    findings: tuple[FindingView, ...]


def view_set(file: str, inspected: InspectedSet) -> SetView:
    transaction = inspected.transaction
    version = transaction.group.version if transaction.group else ""
    return SetView(
        file=file,
        index=transaction.index,
        set_code=transaction.set_code,
        name=inspected.schema.name if inspected.schema else "",
        control_number=transaction.control_number,
        version=version,
        offset=transaction.offset,
        length=transaction.length,
        separator=show_mark(transaction.interchange.delimiters.element),
        segments=tuple(
            SegmentView(position=n, name=name_segment(tag, version), parts=tuple(mask_row((tag, *elements))))
            for n, (tag, elements, *_) in enumerate(transaction.segments, 1)
        ),
        document=inspected.document,
        arithmetic=inspected.arithmetic,
        severity=inspected.severity,
        findings=tuple(view_finding(ruling, transaction.offset) for ruling in inspected.rulings),
    )


def view_finding(ruling: Ruling, base: int = 0) -> FindingView:
    """The finding, its offset counted from `base`."""
    found = ruling.finding
    return FindingView(
        code=str(found.code),
        severity=ruling.severity,
        message=found.message,
        offset=None if found.offset is None else base + found.offset,
        position=found.position,
        tag=found.tag,
        element=found.element,
        loop=found.loop,
        value=found.value,
    )


def name_segment(tag: str, version: str) -> str:
    """What a segment is, or "" for one that is not known."""
    definition = load_dictionary(choose_version(version)).get(tag)
    return definition.name if definition else ""


def name_code(tag: str, number: int, code: str) -> str:
    """The meaning of a code in element `number` of a segment, or "" where it is not known."""
    definition = load_dictionary("004010").get(tag)
    codes = definition.elements[number - 1].codes if definition else None
    return codes.meanings.get(code, "") if codes else ""


def show_mark(mark: bytes) -> str:
    """A delimiter as people can read it: itself, or its bytes in hexadecimal; a dash for none."""
    text = mark.decode("ascii", errors="replace")
    if mark in (b"\n", b"\r"):
        return {b"\n": "LF", b"\r": "CR"}[mark]
    return (
        text if text.isprintable() and text.isascii() and text.strip() else f"0x{mark.hex()}" if mark else "–"
    )


def write_record(kind: str, file: str, fields: Mapping[str, Any]) -> str:
    """One line of JSON."""
    return escape(json.dumps({"type": kind, "file": file, **simplify(fields)}, ensure_ascii=False))


def describe_interchange(interchange: Interchange) -> dict[str, Any]:
    """What there is to say of an interchange in JSON; its findings come as records of their own."""
    return {
        **{name: getattr(interchange, name) for name in _INTERCHANGE_FIELDS},
        "delimiters": _describe_delimiters(interchange.delimiters),
    }


_INTERCHANGE_FIELDS = (
    *("control_number", "sender", "receiver", "date", "time", "version", "usage"),
    *("acknowledgment_requested", "offset"),
)


def _describe_delimiters(delimiters: Delimiters) -> dict[str, str]:
    return {name: show_mark(getattr(delimiters, name)) for name in delimiters.__struct_fields__}


def describe_group(group: Group) -> dict[str, Any]:
    return {name: getattr(group, name) for name in group.__struct_fields__}


def describe_set(view: SetView, *, segments: bool) -> dict[str, Any]:
    """What there is to say of a set in JSON."""
    fields = {
        **{name: getattr(view, name) for name in _SET_FIELDS},
        "document_type": type(view.document).__name__ if view.document is not None else None,
        "document": view.document,
        "arithmetic": view.arithmetic
        and {name: getattr(view.arithmetic, name) for name in _ARITHMETIC_FIELDS},
        "findings": view.findings,
    }
    return fields | ({"segments": [segment.parts for segment in view.segments]} if segments else {})


_ARITHMETIC_FIELDS = ("total", "rule", "attempts", "components")
_SET_FIELDS = (
    *("index", "set_code", "name", "control_number", "version"),
    *("offset", "length", "severity"),
)
