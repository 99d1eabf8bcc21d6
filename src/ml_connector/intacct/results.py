"""What the gate reads out of an answer, and what the client returns of it."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from lxml import etree

from ml_connector.intacct.catalogue import ErrorClass, classify
from ml_connector.intacct.errors import AnswerUnreadable, ErrorDetail
from ml_connector.intacct.formats import UserFormat

_DECIMAL = re.compile(r"-?[0-9]*\.?[0-9]+")
_INTEGER = re.compile("-?[0-9]{1,18}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One record of a query's answer.

    The readers return None (or "" for `text`) for a field without a value, and raise AnswerUnreadable,
    naming record and field, for a value in a form the gateway does not document.
    """

    object: str
    record_no: int
    values: Mapping[str, str] = field(repr=False)  #: exactly as spelled, by upper-case field name
    lines: Mapping[str, tuple["Row", ...]] = field(
        repr=False, default_factory=dict
    )  #: owned records of `read`
    format: UserFormat | None = field(repr=False, default=None)  #: of the user who asked for it

    def text(self, name: str) -> str:
        return self.values.get(name, "")

    def flag(self, name: str) -> bool:
        text = self.text(name)
        if text not in {"", "true", "false"}:
            raise self._unreadable(name, "true or false")
        return text == "true"

    def date(self, name: str) -> dt.date | None:
        """A date; it has no time zone (Intacct documentation, 'Parameter formats')."""
        text = self.text(name)
        if not text:
            return None
        form = self._demand_format(name)
        try:
            return form.read_date(text)
        except ValueError:
            raise self._unreadable(name, f"a date as {form.date_pattern}") from None

    def time(self, name: str) -> dt.datetime | None:
        """A time stamp in UTC, read in the API user's zone; one that is a date only means its midnight."""
        text = self.text(name)
        if not text:
            return None
        form = self._demand_format(name)
        try:
            return form.read_time(text)
        except ValueError:
            raise self._unreadable(name, f"a time stamp as {form.date_pattern} HH:MM:SS") from None

    def _demand_format(self, name: str) -> UserFormat:
        """Raises ValueError where none is known: neither the order of a date nor a zone is to be guessed."""
        if self.format is None:
            raise ValueError(f"{self.object}, field {name}: the user's format of dates is unknown")
        return self.format

    def decimal(self, name: str) -> Decimal | None:
        text = self._matching(_DECIMAL, name, "a number such as 118.40")
        return Decimal(text) if text else None

    def integer(self, name: str) -> int | None:
        text = self._matching(_INTEGER, name, "a whole number")
        return int(text) if text else None

    def _matching(self, pattern: re.Pattern[str], name: str, wanted: str) -> str:
        text = self.text(name)
        if text and not pattern.fullmatch(text):
            raise self._unreadable(name, wanted)
        return text

    def _unreadable(self, name: str, wanted: str) -> AnswerUnreadable:
        place = f"{self.object} {self.record_no}, field {name}"
        return AnswerUnreadable(f"{place}: {self.text(name)!r} is not {wanted}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Rows of one `query` and how many Intacct says remain behind them; None when it does not say."""

    rows: tuple[Row, ...]
    remaining: int | None
    result_id: str = ""  #: what `readMore` continues with
    asked: dt.datetime | None = None  #: when, by Intacct's clock; by ours where it does not say


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiSession:
    """What getAPISession hands out."""

    session_id: str = field(repr=False)
    endpoint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Authentication:
    """The second level of an answer: whose session it is, and until when."""

    company_id: str
    user_id: str
    entity: str
    session_timeout: dt.datetime | None  #: aware; None in answers of old releases
    session_time: dt.datetime | None = None  #: Intacct's own clock; aware


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One `<result>`. Only `succeeded` decides about success; data may come with a failure as well."""

    control_id: str
    function: str
    status: str  #: the gateway's word; success, failure and aborted are documented
    key: str | None
    errors: tuple[ErrorDetail, ...]
    page: Page | None = None
    session: ApiSession | None = None
    data: etree._Element | None = field(default=None, repr=False, compare=False)

    @property
    def succeeded(self) -> bool:
        return self.status == "success"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer whose control and authentication levels are both success."""

    authentication: Authentication
    results: tuple[Result, ...]
    raw: bytes = field(default=b"", repr=False)  #: redacted and bounded, for errors found later on
    asked: dt.datetime | None = None  #: when, by Intacct's clock; by ours where it does not say

    def find(self, control_id: str) -> Result | None:
        """The result for a control id; None when there is none, or more than one."""
        found = [result for result in self.results if result.control_id == control_id]
        return found[0] if len(found) == 1 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallResult:
    """What became of one write.

    created: executed; `key` is the RECORDNO, unless Intacct did not name it.
    refused: not executed, `errors` say why; with `throttled` only for now.
    aborted: undone together with another function.
    unclear: may have been executed: read back by business key.
    """

    control_id: str
    status: Literal["created", "refused", "aborted", "unclear"]
    key: str | None = None
    errors: tuple[ErrorDetail, ...] = ()

    @property
    def throttled(self) -> bool:
        """Refused only because the gateway was busy: send again, with the same control id."""
        return self.status == "refused" and self.kind is ErrorClass.THROTTLED

    @property
    def kind(self) -> ErrorClass | None:
        """What kind of trouble it was; None when it was created."""
        if self.status == "created":
            return None
        return ErrorClass.AMBIGUOUS if self.status == "unclear" else classify(self.errors)


def judge(control_id: str, result: Result | None) -> CallResult:
    """What a result says about a write. A word the gateway does not document says nothing."""
    if result is None:
        return CallResult(control_id=control_id, status="unclear")
    if result.succeeded:
        return CallResult(control_id=control_id, status="created", key=result.key)
    if result.status == "aborted":
        return CallResult(control_id=control_id, status="aborted", errors=result.errors)
    refused = result.status == "failure" and classify(result.errors) is not ErrorClass.AMBIGUOUS
    return CallResult(control_id=control_id, status="refused" if refused else "unclear", errors=result.errors)


def judge_all(control_ids: Iterable[str], reply: Reply) -> tuple[CallResult, ...]:
    """What an answer says about each write, in their order; of one that it names twice it says nothing."""
    named = Counter(result.control_id for result in reply.results)
    alone = {result.control_id: result for result in reply.results if named[result.control_id] == 1}
    return tuple(judge(control_id, alone.get(control_id)) for control_id in control_ids)
