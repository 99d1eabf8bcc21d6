"""What became of the entry of a day so far: its audit trail is all that is kept of it.

One writer at a time has the store, so that what was read of the trail is still so when it is gone on with.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from ml_connector.records.audit import AuditEntry, Detail, Fact
from ml_connector.store import Work


class Step(StrEnum):
    """What an entry of the trail says happened."""

    SENDING = "accruals sending"
    ENTERED = "accruals entered"
    IN_DOUBT = "accruals in doubt"
    NOT_SENT = "accruals not sent"
    REFUSED = "accruals refused"
    GONE = "accruals gone"


_ENDS = frozenset({Step.REFUSED, Step.GONE})
_UNCLEAR = frozenset({Step.SENDING, Step.IN_DOUBT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The entry of a link's accruals of a day."""

    record: str
    number: int = 0  #: of its last audit entry
    last: str = ""
    revision: int = 1  #: rises with a refusal, and once Intacct does not have the entry any more
    record_no: str = ""  #: of the entry, once Intacct has said it
    total: str = ""  #: what was sent, as people have agreed to it
    refusal: str = ""  #: Intacct's words to what was sent before as well
    look_until: datetime | None = None  #: while it is in doubt: no sooner is it sent again

    @property
    def is_entered(self) -> bool:
        return self.last == Step.ENTERED

    @property
    def is_unclear(self) -> bool:
        """Whether Intacct may have it although it never said so."""
        return self.last in _UNCLEAR


def name_record(link: str, as_of: date) -> str:
    """Whose audit trail it is: `accruals:main/2031-03-31`."""
    return f"accruals:{link}/{as_of.isoformat()}"


def read_story(work: Work, record: str) -> Story:
    """What the trail says."""
    entries = work.audit.list(record)
    if not entries:
        return Story(record=record)
    last = entries[-1]
    until = str(_find(entries, "look until"))
    return Story(
        record=record,
        number=last.number,
        last=last.action,
        revision=1 + sum(each.action in _ENDS for each in entries),
        record_no=str(last.detail.get("record", "")),
        total=str(_find(entries, "total")),
        refusal=str(last.detail.get("refusal", "")),
        look_until=datetime.fromisoformat(until) if until else None,
    )


def go_on(work: Work, story: Story, step: Step, detail: Detail, *, by: str = "") -> Story | None:
    """The story with one more entry; None where somebody has gone on with it meanwhile."""
    if read_story(work, story.record).number != story.number:
        return None
    work.audit.append([Fact(record=story.record, action=step, detail=detail, by=by)])
    return read_story(work, story.record)


def _find(entries: Sequence[AuditEntry], name: str) -> str | int:
    """What was said last under that name."""
    return next((each.detail[name] or "" for each in reversed(entries) if name in each.detail), "")
