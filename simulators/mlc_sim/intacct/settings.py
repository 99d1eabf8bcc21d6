"""What a company or the gateway can be set to by the admin route; everything has a default."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from mlc_sim.intacct.problems import Problem
from mlc_sim.intacct.store import Store
from mlc_sim.intacct.user_format import UserFormat

#: Longest values of fields. RECORDID and DOCNUMBER are the published sizes of billno and documentno,
#: ENTRYDESCRIPTION that of memo; DESCRIPTION is inferred (the published 80 is older than the field in use).
LENGTHS: Final = {"RECORDID": 30, "DOCNUMBER": 20, "DESCRIPTION": 1000, "ENTRYDESCRIPTION": 500}

#: application -> the objects only its subscribers have [inferred]
APPLICATIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "Purchasing": ("PODOCUMENT", "PODOCUMENTENTRY", "PODOCUMENTPARAMS"),
    "Projects": ("PROJECT",),
    "Inventory": ("WAREHOUSE", "UOM", "UOMDETAIL"),
}

#: Number and text of the refusal are inferred: no document gives them.
DUPLICATE: Final = Problem(
    errorno="XL03000009",
    description2="A function with this control id was executed and completed before.",
    correction="Use a unique control id.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Settings in force for one company."""

    session_minutes: float = 60
    duplicate_memory: bool = True
    duplicate_memory_seconds: float | None = None  #: None: for ever; its lifetime is not documented
    duplicate_error: Problem = DUPLICATE
    #: Last closed day, by entity; the empty entity stands for all.
    books_closed_through: Mapping[str, date] = field(default_factory=dict)
    approvals: bool = False  #: submitted bills wait for approval
    multi_currency: bool = False
    named_bill_summaries: bool = False  #: bills must name the summary they go to, PRBATCH
    account_labels: bool = False  #: lines of bills and adjustments name labels instead of accounts
    vendor_sequence: str = ""  #: the prefix of the ids that vendors get; none: they have to be sent
    vendor_approvals: bool = (
        False  #: new vendors wait for approval; STATE tells it [inferred: no document does]
    )
    #: What get_companyprefs tells, by application.
    preferences: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    #: By currency, what one unit is worth in the base currency: the daily rates.
    exchange_rates: Mapping[str, str] = field(default_factory=dict)
    multi_source_conversion: bool = False  #: a purchasing document may be made from several
    drafts_convert: bool = True  #: a purchasing draft uses up what it converts [inferred: nobody says]
    #: What users may do, by user and object, as letters of create, read, update, delete; all that is not named here.
    permissions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    unsubscribed: tuple[str, ...] = ()  #: applications the company does not have
    audit_lag_seconds: float = 0  #: entries of AUDITHISTORY are seen so much later
    null_when_modified: bool = False  #: what was never changed has no WHENMODIFIED
    late_seconds: float = 0  #: what is written bears a time stamp so much older, as after a long transaction
    stamp_grain_seconds: int = 1  #: time stamps are cut to so many seconds, so that many are equal
    unaudited: tuple[str, ...] = ()  #: objects that leave no entries in AUDITHISTORY
    gmt_offset: str = "+00:00"  #: the zone of the users' time stamps
    date_format: str = "/mdY"  #: the users' dates in answers and filters: a separator and the order
    clock: int = 24  #: the users' hours: 24 or 12
    #: The host of the endpoint that getAPISession answers; None: the one the gateway listens at.
    endpoint_host: str | None = None
    #: By object, the company's own fields: text, integer, decimal, date or timestamp, or a list of the values there are.
    custom_fields: Mapping[str, Mapping[str, str | Sequence[str]]] = field(default_factory=dict)
    user_dimensions: tuple[str, ...] = ()  #: names of the company's own dimensions; each is an object
    lengths: Mapping[str, int] = field(default_factory=lambda: LENGTHS)
    #: The largest file that an attachment may have, in bytes; None: any [inferred: no document says].
    largest_file: int | None = None

    def stamp(self, now: datetime) -> datetime:
        """The time that records bear which are written now."""
        seconds = int(now.timestamp() - self.late_seconds)
        return datetime.fromtimestamp(seconds - seconds % self.stamp_grain_seconds, UTC)

    @property
    def user_format(self) -> UserFormat:
        """How the users see dates and times. Raises ValueError for formats nobody can have."""
        return UserFormat(gmt_offset=self.gmt_offset, date_format=self.date_format, clock=self.clock)


def read_settings(values: Mapping[str, Any]) -> Settings:
    """Settings from their JSON form. Raises ValueError or TypeError for an unknown name or a value of another shape."""
    unknown = values.keys() - {each.name for each in fields(Settings)}
    if unknown:
        raise ValueError(
            f"unknown settings {sorted(unknown)}; known: {[each.name for each in fields(Settings)]}"
        )
    read = dict(values)
    if "duplicate_error" in read:
        read["duplicate_error"] = Problem(**read["duplicate_error"])
    if "books_closed_through" in read:
        read["books_closed_through"] = _read_closed_days(read["books_closed_through"])
    if "lengths" in read:
        read["lengths"] = {**LENGTHS, **read["lengths"]}
    settings = replace(Settings(), **read)
    _check(settings)
    return settings


def _check(settings: Settings) -> None:
    """Raises ValueError for values nobody can work with."""
    _ = settings.user_format
    for rate in settings.exchange_rates.values():
        if not Decimal(rate) > 0:
            raise ValueError(f"{rate!r} is no exchange rate")
    if settings.stamp_grain_seconds < 1:
        raise ValueError("stamp_grain_seconds is below 1")
    unknown = set(settings.unsubscribed) - set(APPLICATIONS)
    if unknown:
        raise ValueError(f"unknown applications {sorted(unknown)}; known: {sorted(APPLICATIONS)}")


def find_settings(store: Store, company_id: str) -> Settings:
    """The settings in force for a company: its own before those for all."""
    return read_settings({**store.find_setting(""), **store.find_setting(company_id)})


def _read_closed_days(value: str | Mapping[str, str] | None) -> dict[str, date]:
    by_entity = value if isinstance(value, Mapping) else {"": value or ""}
    return {entity: date.fromisoformat(day) for entity, day in by_entity.items() if day}
