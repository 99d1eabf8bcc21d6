"""What a company or the gateway can be set to by the admin route; everything has a default."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, timedelta
from typing import Any, Final

from mlc_sim.intacct.problems import Problem

#: Longest values of fields. RECORDID and DOCNUMBER are the published sizes of billno and documentno,
#: ENTRYDESCRIPTION that of memo; DESCRIPTION is inferred (the published 80 is older than the field in use).
LENGTHS: Final = {"RECORDID": 30, "DOCNUMBER": 20, "DESCRIPTION": 1000, "ENTRYDESCRIPTION": 500}

_OFFSET: Final = re.compile(r"([+-])(\d\d):(\d\d)")

#: application -> the objects only its subscribers have [inferred]
APPLICATIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "Purchasing": ("PODOCUMENT", "PODOCUMENTENTRY", "PODOCUMENTPARAMS"),
    "Projects": ("PROJECT",),
    "Inventory": ("WAREHOUSE", "UOMGRP"),
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
    multi_source_conversion: bool = False  #: a purchasing document may be made from several
    #: What users may do, by user and object, as letters of create, read, update, delete; all that is not named here.
    permissions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    unsubscribed: tuple[str, ...] = ()  #: applications the company does not have
    audit_lag_seconds: float = 0  #: entries of AUDITHISTORY are seen so much later
    null_when_modified: bool = False  #: what was never changed has no WHENMODIFIED
    gmt_offset: str = "+00:00"  #: the zone of the users' time stamps
    #: The host of the endpoint that getAPISession answers; None: the one the gateway listens at.
    endpoint_host: str | None = None
    lengths: Mapping[str, int] = field(default_factory=lambda: LENGTHS)

    @property
    def offset(self) -> timedelta:
        """How far the users' time is ahead of GMT."""
        return read_offset(self.gmt_offset)


def read_offset(text: str) -> timedelta:
    """An offset such as -08:00. Raises ValueError for another form."""
    found = _OFFSET.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no offset like -08:00")
    offset = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return -offset if found[1] == "-" else offset


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
    unknown = set(read.get("unsubscribed", ())) - set(APPLICATIONS)
    if unknown:
        raise ValueError(f"unknown applications {sorted(unknown)}; known: {sorted(APPLICATIONS)}")
    read_offset(read.get("gmt_offset", "+00:00"))
    if "lengths" in read:
        read["lengths"] = {**LENGTHS, **read["lengths"]}
    return replace(Settings(), **read)


def _read_closed_days(value: str | Mapping[str, str] | None) -> dict[str, date]:
    by_entity = value if isinstance(value, Mapping) else {"": value or ""}
    return {entity: date.fromisoformat(day) for entity, day in by_entity.items() if day}
