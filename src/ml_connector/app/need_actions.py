"""The one action that frees what waits for a need, as a command to paste, and what else would."""

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from ml_connector.app.need_steps import (
    ACTIONS,
    ASK,
    ASKS,
    BY_HAND,
    COMING,
    HELD_ORDERS,
    LOST_CONTACT,
    PAY_TO,
    TO_COME,
    TOO_LITTLE,
    TOO_MANY_LINES,
    UNNAMED,
    Step,
)
from ml_connector.mapping.answers import Question
from ml_connector.mapping.rules.purchasing import AGREED, OVERRULING
from ml_connector.mapping.vendors.new_vendor import CREATE, NEW_VENDOR
from ml_connector.records.xref import CrossReference, StoredXref

WHY: Final = "TEXT"
"""Stands in a command for the reason that a person gives."""
_TOLD: Final[Mapping[tuple[str, str], Sequence[Step]]] = {
    ("order_state", "/coming/"): COMING,
    ("lines", "/max_lines/"): TOO_MANY_LINES,
    ("lines", "/split/"): TOO_LITTLE,
    ("remit_to", "/pay-to/"): LOST_CONTACT,
}
"""By kind, what a subject says of its need."""
_PLAIN: Final = re.compile(r"[\w /:.,+#*=@%&()-]*")  # in quotes no shell makes anything of these


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What people have answered of one link so far, and how its commands name it."""

    prepared: Sequence[StoredXref]  #: answers that wait for a second person
    link: str = ""  #: in the commands, where there are several

    def list_answers(self, question: Question | None) -> tuple[StoredXref, ...]:
        """Those that wait for a second person."""
        return tuple(each for each in self.prepared if _is_answer(each.xref, question))

    def name_steps(self, need: str, question: Question | None, *, since: datetime) -> tuple[Step, ...]:
        """What frees what has waited for a need since then: first what is to be done, then what else would.

        `question` is what the need asks, where one value can answer it. Once it is answered, another person approves.
        """
        answers = self.list_answers(question)
        steps = _approve(answers) if answers else _name_steps(need, question, since)
        return tuple(_add_link(step, self.link) for step in steps)

    def name_creation(self, need: str) -> Step:
        """How the vendor that is proposed is made."""
        command = f"ml-connector needs answer {quote(need)} {CREATE}"
        return _add_link(Step(do="have the vendor made as it is proposed", command=command), self.link)

    def name_approval(self, answer: StoredXref) -> Step:
        """How another person approves an answer."""
        return _add_link(next(_approve([answer])), self.link)


def _is_answer(xref: CrossReference, question: Question | None) -> bool:
    """Whether a cross-reference names what is asked for, or says that it is to be created."""
    if question is None:
        return False
    given = question.answer(xref.target)
    return xref in {given, replace(given, kind=NEW_VENDOR)}


def _name_steps(need: str, question: Question | None, since: datetime) -> Iterator[Step]:
    steps = [*_choose(need, question, since)]
    if question is not None:
        answer = _answer(question)
        steps.insert(len(steps) if question.kind in OVERRULING else 0, answer)
    for step in steps:
        yield replace(step, command=step.command.replace("{need}", quote(need)))


def _approve(answers: Iterable[StoredXref]) -> Iterator[Step]:
    """The newest answer first."""
    for each in sorted(answers, key=lambda each: each.id, reverse=True):
        target = f"{each.xref.target}, answered by {each.prepared_by}"
        yield Step(do=f"another person approves {target}", command=f"ml-connector xref approve {each.id}")
        decline = f'ml-connector xref decline {each.id} --reason "not right"'
        yield Step(do=f"decline {target}", command=decline)


def quote(text: str) -> str:
    """A text as one word of a command: what documents say can do nothing else there."""
    return f'"{text}"' if _PLAIN.fullmatch(text) else shlex.quote(text)


def _choose(need: str, question: Question | None, since: datetime) -> Sequence[Step]:
    """By kind of need, and where its subject tells more, by that."""
    kind, _, subject = need.partition(":")
    if kind == "order" and question is None:
        return UNNAMED if "/none/" in subject else HELD_ORDERS
    if kind == "remit_to" and question is not None:
        return [step for step in ACTIONS[kind] if step is not ASK]
    if kind == "remit_to" and subject.endswith("/pay-to"):
        return PAY_TO
    if kind == "date":
        return _choose_by_day(subject.partition("/")[0], since)
    told = ((place, steps) for (of, place), steps in _TOLD.items() if of == kind)
    return next((steps for place, steps in told if place in f"{subject}/"), ACTIONS.get(kind, BY_HAND))


def _choose_by_day(day: str, since: datetime) -> Sequence[Step]:
    try:
        return TO_COME if date.fromisoformat(day) > since.date() else ACTIONS["date"]
    except ValueError:
        return UNNAMED


def _answer(question: Question) -> Step:
    value = AGREED if question.wanted == "agreement" else question.wanted.upper()
    command = f"ml-connector needs answer {{need}} {value}"
    if question.kind not in OVERRULING:
        return Step(do=ASKS[question.wanted], command=command)
    return Step(do="let just this pass", command=f"{command} --reason {WHY}")


def _add_link(step: Step, link: str) -> Step:
    return replace(step, command=f"{step.command} --link {quote(link)}") if link else step
