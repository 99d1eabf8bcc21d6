"""What `edi show` and `edi check` do: read files or a pipe, and say what is in them and what is wrong with it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import typer
from rich.console import RenderableType
from rich.rule import Rule
from rich.text import Text

from ml_connector.cli.edi.input import Inputs, read_chunks
from ml_connector.cli.edi.render import render_finding, render_group, render_interchange, render_set
from ml_connector.cli.edi.render_answers import render_answer
from ml_connector.cli.edi.render_check import render_checked, render_tally
from ml_connector.cli.edi.rules import Rules, load_inspector, refuse_rules
from ml_connector.cli.edi.tally import CheckedSet, Tally, describe_tally, view_checked
from ml_connector.cli.edi.views import (
    FindingView,
    describe_group,
    describe_interchange,
    describe_set,
    view_finding,
    view_set,
    write_record,
)
from ml_connector.cli.exits import Exit
from ml_connector.cli.foreign_text import clean
from ml_connector.cli.terminal import end_quietly, open_terminal, print_parts
from ml_connector.edi.envelope import Group, Interchange, Transaction
from ml_connector.edi.inspection import InspectedAnswer, Inspector, Ruling

#: Documents of a file that people are shown unless they ask for more.
USUAL_LIMIT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """How much of each file to show; None is all."""

    limit: int | None  #: documents
    rows: int | None  #: of a document
    segments: bool  #: each of them, beside the picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """What a limit left out of a file."""

    interchanges: int = 0
    documents: int = 0
    findings: int = 0


Shown = Interchange | InspectedAnswer | Group | Transaction | Ruling | Rest


def show(paths: Sequence[Path], wishes: Wishes, rules: Rules, *, as_json: bool) -> Exit:
    """Print a picture of every file."""
    inputs, inspector = Inputs(paths), load_inspector(rules)
    with refuse_rules(), end_quietly():
        if as_json:
            for line in _list_records(inputs, inspector, wishes):
                typer.echo(line)
        else:
            terminal = open_terminal()
            print_parts(terminal, _draw(inputs, inspector, wishes, terminal.width))
    return Exit.USAGE if inputs.failed else Exit.DONE


def _draw(inputs: Inputs, inspector: Inspector, wishes: Wishes, width: int) -> Iterator[RenderableType]:
    for name, stream in inputs.open_each():
        if inputs.several:
            yield Rule(Text(clean(name), style="bold"), align="left", style="dim")
        for item in _pick(inspector, stream, wishes.limit):
            yield from _draw_item(name, item, inspector, wishes, width)


def _draw_item(
    name: str, item: Shown, inspector: Inspector, wishes: Wishes, width: int
) -> Iterator[RenderableType]:
    match item:
        case Interchange():
            yield render_interchange(clean(item))
        case InspectedAnswer():
            yield render_answer(clean(item))
        case Group():
            yield render_group(clean(item))
        case Transaction():
            view = view_set(name, inspector.inspect_set(item))
            yield from render_set(clean(view), width=width, rows=wishes.rows, segments=wishes.segments)
        case Ruling():
            yield render_finding(clean(view_finding(item)))
        case Rest():
            yield _say_rest(item)


def _pick(inspector: Inspector, stream: BinaryIO, limit: int | None) -> Iterator[Shown]:
    """What is to be shown of a file, and what is left out of it."""
    shown, rest = 0, Rest()
    for item in inspector.walk(read_chunks(stream)):
        if limit is None or shown < limit or (isinstance(item, Ruling) and rest == Rest()):
            shown += isinstance(item, Transaction)
            yield item
        else:
            rest = _leave_out(rest, item)
    if rest != Rest():
        yield rest


def _leave_out(rest: Rest, item: Interchange | InspectedAnswer | Group | Transaction | Ruling) -> Rest:
    match item:
        case Interchange():
            return replace(rest, interchanges=rest.interchanges + 1)
        case Transaction():
            return replace(rest, documents=rest.documents + 1)
        case Ruling():
            return replace(rest, findings=rest.findings + 1)
        case InspectedAnswer() | Group():
            return rest


def _say_rest(rest: Rest) -> Text:
    counts = (
        (rest.interchanges, "interchange"),
        (rest.documents, "document"),
        (rest.findings, "finding of envelopes"),
    )
    said = ", ".join(f"{count:,} more {noun}{'s' * (count > 1)}" for count, noun in counts if count)
    return Text(f"… and {said}; all of them: --limit 0", style="dim")


def _list_records(inputs: Inputs, inspector: Inspector, wishes: Wishes) -> Iterator[str]:
    for name, stream in inputs.open_each():
        for item in _pick(inspector, stream, wishes.limit):
            yield _write_item(name, item, inspector, wishes)


def _write_item(name: str, item: Shown, inspector: Inspector, wishes: Wishes) -> str:
    match item:
        case Interchange():
            return write_record("interchange", name, describe_interchange(item))
        case InspectedAnswer():
            return write_record("answer", name, {"answer": item.document})
        case Group():
            return write_record("group", name, describe_group(item))
        case Transaction():
            view = view_set(name, inspector.inspect_set(item))
            return write_record("set", name, describe_set(view, segments=wishes.segments))
        case Ruling():
            return write_record("finding", name, {"finding": view_finding(item)})
        case Rest():
            return write_record("rest", name, {"rest": item})


def check(paths: Sequence[Path], rules: Rules, *, as_json: bool) -> Exit:
    """Print what is wrong, and say by the exit status whether it matters."""
    inputs, inspector, tally = Inputs(paths), load_inspector(rules), Tally()
    with refuse_rules(), end_quietly():
        found = _find_all(inputs, inspector, tally)
        if as_json:
            for line in _write_found(found):
                typer.echo(line)
            typer.echo(write_record("summary", "", describe_tally(tally)))
        else:
            terminal = open_terminal()
            print_parts(terminal, _draw_found(found, tally, inputs))
    if inputs.failed:
        return Exit.USAGE
    return Exit.FINDINGS if tally.matters else Exit.DONE


def _find_all(
    inputs: Inputs, inspector: Inspector, tally: Tally
) -> Iterator[tuple[str, CheckedSet | FindingView]]:
    """Every set with findings, and every finding of an envelope, with the name of its file; all are counted."""
    for name, stream in inputs.open_each():
        tally.files += 1
        for item in inspector.walk(read_chunks(stream)):
            if isinstance(item, Transaction):
                checked = view_checked(inspector.inspect_set(item))
                tally.count_set(name, checked)
                if checked.findings:
                    yield name, checked
            elif isinstance(item, Ruling):
                found = view_finding(item)
                tally.count(name, found)
                yield name, found


def _write_found(found: Iterable[tuple[str, CheckedSet | FindingView]]) -> Iterator[str]:
    for name, each in found:
        kind, fields = (
            ("set", each.as_fields()) if isinstance(each, CheckedSet) else ("finding", {"finding": each})
        )
        yield write_record(kind, name, fields)


def _draw_found(
    found: Iterable[tuple[str, CheckedSet | FindingView]], tally: Tally, inputs: Inputs
) -> Iterator[RenderableType]:
    last = None
    for name, each in found:
        if inputs.several and name != last:
            yield Rule(Text(clean(name), style="bold"), align="left", style="dim")
        last = name
        yield render_checked(clean(each)) if isinstance(each, CheckedSet) else render_finding(clean(each))
    yield from render_tally(clean(tally.freeze()))
