"""What a company or the gateway can be set to by the admin route; everything has a default."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any, Final

from mlc_sim.intacct.problems import Problem

#: Longest values of fields. RECORDID and DOCNUMBER are the published sizes of billno and documentno,
#: ENTRYDESCRIPTION that of memo; DESCRIPTION is inferred (the published 80 is older than the field in use).
LENGTHS: Final = {"RECORDID": 30, "DOCNUMBER": 20, "DESCRIPTION": 1000, "ENTRYDESCRIPTION": 500}

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
    lengths: Mapping[str, int] = field(default_factory=lambda: LENGTHS)


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
    return replace(Settings(), **read)


def _read_closed_days(value: str | Mapping[str, str] | None) -> dict[str, date]:
    by_entity = value if isinstance(value, Mapping) else {"": value or ""}
    return {entity: date.fromisoformat(day) for entity, day in by_entity.items() if day}
