"""Acknowledgements and advices, as people read them in a terminal: what they answer, and what was wrong with it."""

from collections.abc import Iterable, Iterator
from typing import Final

from rich.console import Group as Stack
from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from ml_connector.cli.edi.render_parts import (
    describe_parties,
    describe_references,
    find_meaning,
    join,
    lay_facts,
    say_more,
    spell_amount,
    spell_code,
    spell_date,
)
from ml_connector.cli.edi.views import SetView, name_code
from ml_connector.edi.documents.acknowledgments import FunctionalAcknowledgment, SegmentError, SetAnswer
from ml_connector.edi.documents.advice824 import AdviceAnswer, AdviceError, ApplicationAdvice
from ml_connector.edi.documents.coded import Purpose
from ml_connector.edi.documents.explained_codes import ExplainedCode
from ml_connector.edi.inspection import InspectedAnswer

_GOOD: Final = frozenset({"A", "TA", "GA", "IA", "BA"})  # accepted: group, set, item or batch
_INDENT: Final = 2


def render_answer(inspected: InspectedAnswer) -> RenderableType:
    """What became of an interchange of ours, as a TA1 says."""
    answer = inspected.document
    if answer is None:
        return Text("TA1 that cannot be read", style="bold")
    title = Text(f"TA1 answers interchange {answer.control_number or '–'}", style="bold")
    facts: list[tuple[str, str | Text | None]] = [
        ("sent", spell_date(answer.date, answer.time)),
        ("result", _say_result(answer.result)),
        ("note", _say(answer.note)),
    ]
    return Stack(title, Padding(lay_facts(facts), (0, 0, 0, _INDENT)))


def render_functional(
    _: SetView, answer: FunctionalAcknowledgment, *, width: int, rows: int | None
) -> Iterator[RenderableType]:
    """What became of a group, and of each set in it that is named."""
    del width
    counts = (("included", answer.included), ("received", answer.received), ("accepted", answer.accepted))
    group = join(
        answer.group_number or "–",
        spell_code(answer.functional_code, name_code("AK1", 1, answer.functional_code)),
        answer.version,
    )
    yield lay_facts(
        [
            ("answers group", group),
            ("result", _say_result(answer.result)),
            ("sets", join(*(f"{count} {name}" for name, count in counts if count is not None))),
            ("errors", _say_all(answer.errors)),
        ]
    )
    yield from _limit((_draw_set(each) for each in answer.sets), len(answer.sets), rows, "set")


def _limit(
    parts: Iterable[RenderableType], count: int, rows: int | None, noun: str
) -> Iterator[RenderableType]:
    shown = [part for _, part in zip(range(count if rows is None else rows), parts, strict=False)]
    if shown:
        yield Stack(*shown)
    if len(shown) < count:
        yield say_more(count - len(shown), noun)


def _draw_set(answer: SetAnswer) -> RenderableType:
    title = Text(f"{answer.set_code} {answer.control_number}  ", style="bold").append_text(
        _say_result(answer.result)
    )
    parts: list[RenderableType] = [Text(_say(error), style="yellow") for error in answer.errors]
    parts += [_draw_segment(error) for error in answer.segments]
    return Stack(title, *(Padding(part, (0, 0, 0, _INDENT)) for part in parts))


def _draw_segment(error: SegmentError) -> RenderableType:
    """What is wrong with a segment and its elements, with the value as it was sent."""
    position = f"segment {error.position}" if error.position is not None else ""
    where = join(position, f"loop {error.loop}" if error.loop else "", by=", ")
    name = f"{error.tag or 'a segment'} ({where})" if where else error.tag or "a segment"
    text = Text(f"{name}: {_say(error.error) or 'see its elements'}")
    for each in error.elements:
        place = f"{each.position:02}" if each.position is not None else ""
        place += f"-{each.component}" if each.component is not None else ""
        value = f" {each.value!r}" if each.value else ""
        text.append(f"\n  {error.tag}{place}{value}: {_say(each.error)}")
    return text


def render_advice(
    _: SetView, advice: ApplicationAdvice, *, width: int, rows: int | None
) -> Iterator[RenderableType]:
    """What the business of the receiver says to each document."""
    del width
    yield lay_facts(
        [
            ("advice", join(advice.number or "–", spell_date(advice.date, advice.time), by=" of ")),
            ("purpose", spell_code(advice.purpose, find_meaning(Purpose, advice.purpose))),
            ("about", advice.original_number),
            *describe_parties(advice.parties),
        ]
    )
    yield from _limit((_draw_answer(each) for each in advice.answers), len(advice.answers), rows, "answer")


def _draw_answer(answer: AdviceAnswer) -> RenderableType:
    kind = name_code("REF", 1, answer.qualifier) or answer.qualifier
    sent = join(
        answer.set_code,
        answer.group_number and f"group {answer.group_number}",
        answer.control_number and f"set {answer.control_number}",
    )
    title = Text(f"{join(kind, answer.number or '–', by=' ')}  ", style="bold").append_text(
        _say_result(answer.result)
    )
    facts = [("sent as", sent), *describe_references(answer.references)]
    facts += [(f"amount {each.qualifier}", spell_amount(each.amount)) for each in answer.amounts]
    errors = (_draw_error(error) for error in answer.errors)
    return Stack(
        title,
        Padding(lay_facts(facts), (0, 0, 0, _INDENT)),
        *(Padding(each, (0, 0, 0, _INDENT)) for each in errors),
    )


def _draw_error(error: AdviceError) -> Text:
    place = f"{error.tag}{error.element}" if error.element else error.tag
    where = join(place, f"segment {error.position}" if error.position is not None else "", by=", ")
    value = f"{error.value!r}" if error.value else ""
    return Text(join(where, _say(error.error), error.text, value, *error.notes), style="yellow")


def _say(code: ExplainedCode) -> str:
    return spell_code(code.code, code.meaning)


def _say_all(codes: Iterable[ExplainedCode]) -> str:
    return "\n".join(map(_say, codes))


def _say_result(code: ExplainedCode) -> Text:
    return Text(_say(code) or "no result", style="green" if code.code in _GOOD else "yellow")
