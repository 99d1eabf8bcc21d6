"""What the gate reads out of an answer, and what the client returns of it."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from ml_connector.intacct.errors import AnswerUnreadable, ErrorDetail
from ml_connector.intacct.refusals import is_throttled

_DATE = re.compile("[0-9]{2}/[0-9]{2}/[0-9]{4}")
_DECIMAL = re.compile(r"-?[0-9]*\.?[0-9]+")
_INTEGER = re.compile("-?[0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One record of a query's answer.

    The readers return None (or "" for `text`) for a field without a value, and raise AnswerUnreadable,
    naming record and field, for a value in a form the gateway does not document.
    """

    object: str
    record_no: int
    values: Mapping[str, str] = field(repr=False)  #: exactly as spelled, by upper-case field name

    def text(self, name: str) -> str:
        return self.values.get(name, "")

    def flag(self, name: str) -> bool:
        return self.text(name) == "true"

    def date(self, name: str) -> dt.date | None:
        """A date as MM/DD/YYYY; it has no time zone (Intacct documentation, 'Parameter formats')."""
        wanted = "a date as MM/DD/YYYY"
        text = self._matching(_DATE, name, wanted)
        try:
            return dt.date(int(text[6:]), int(text[:2]), int(text[3:5])) if text else None
        except ValueError:
            raise self._unreadable(name, wanted) from None

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

    @property
    def succeeded(self) -> bool:
        return self.status == "success"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer whose control and authentication levels are both success."""

    authentication: Authentication
    results: tuple[Result, ...]
    raw: bytes = field(default=b"", repr=False)  #: redacted and bounded, for errors found later on

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
        return self.status == "refused" and is_throttled(self.errors)
