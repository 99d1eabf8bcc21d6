"""What a change in Intacct's reference means, in words; and whether plans may use it before a person agreed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ml_connector.records.reference import Approval, ReferenceRow, RowChange

PAY_TO: Final = "pay_to_contact"
PAID_AT: Final = "paid_at"
#: What money depends on, by kind and field, as people call it. A change of these waits for a second person.
MONEY: Final[Mapping[str, Mapping[str, str]]] = {
    "vendor": {
        PAY_TO: "remit-to",
        PAID_AT: "remit-to address",
        "return_to_contact": "return-to",
        "term": "terms",
        "tax_id": "tax id",
        "currency": "currency",
        "payment_method": "payment method",
    }
}
_NAMES: Final = ("name", "title")
_SILENT: Final = frozenset({"record_no", "modified", "tax_id", *_NAMES, "status", "on_hold", "edi_fields"})
_TAX: Final = "tax:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """The values plans go on with, and those a person is asked about; the same fields in both."""

    approved: Mapping[str, str]
    asked: Mapping[str, str]


def describe_change(change: RowChange) -> str:
    """The change in one sentence: `vendor V-0815 renamed to Quill, terms N30 → N45`.

    Empty when nothing changed that both states know of: a field we did not keep before is no change of Intacct's.
    """
    who = f"{change.kind.replace('_', ' ')} {change.key}"
    if change.before is None:
        return f"{who} is new{_name(change.after)}"
    if change.after is None:
        return f"{who} is gone{_name(change.before)}"
    said = list(_list_differences(change.kind, change.before, change.after))
    return f"{who} {', '.join(said)}" if said else ""


def find_waiting(change: RowChange, standing: Approval | None) -> Waiting | None:
    """What of a change plans must not use yet; None when they may use all of it.

    `standing` is what plans are kept from already, also while the record is gone: it may come back, as one that a
    reading has lost. A new record does not wait, and what restricts (inactive, on hold) acts at once.
    """
    if change.after is None:
        return Waiting(approved=standing.approved, asked=standing.asked) if standing is not None else None
    before = read_money(change.before) if change.before is not None else {}
    approved = before | dict(standing.approved if standing is not None else {})
    now = read_money(change.after)
    fields = [name for name in approved if name in now and approved[name] != now[name]]
    if not fields:
        return None
    return Waiting(
        approved={name: approved[name] for name in fields}, asked={name: now[name] for name in fields}
    )


def read_money(row: ReferenceRow) -> dict[str, str]:
    """The values money depends on, by field; of a tax id the hash it goes by."""
    values = {name: str(row.body[name]) for name in MONEY.get(row.kind, {}) if name in row.body}
    if "tax_id" in values:
        values["tax_id"] = next((alias for alias in row.aliases if alias.startswith(_TAX)), "")
    return values


def describe_waiting(kind: str, waiting: Waiting) -> str:
    """The values asked about: `terms N30 → N45, tax id changed`."""
    labels = MONEY[kind]
    return ", ".join(
        _tell(name, labels[name], waiting.approved[name], waiting.asked[name]) for name in waiting.asked
    )


def _list_differences(kind: str, before: ReferenceRow, after: ReferenceRow) -> Iterator[str]:
    old, new = before.body, after.body
    changed = [name for name in new if name in old and old[name] != new[name]]
    yield from (f"renamed to {new[name]}" for name in _NAMES if name in changed)
    if "status" in changed:
        yield f"made {new['status']}"
    if "on_hold" in changed:
        yield "put on hold" if new["on_hold"] else "taken off hold"
    labels = MONEY.get(kind, {})
    was, now = read_money(before), read_money(after)
    if "tax_id" in labels and was.get("tax_id") != now.get("tax_id") and "tax_id" in was:
        yield f"{labels['tax_id']} changed"
    for name in changed:
        if name not in _SILENT:
            yield _tell(name, labels.get(name, name.replace("_", " ")), old[name], new[name])


def _tell(name: str, label: str, old: Any, new: Any) -> str:  # noqa: ANN401 (what JSON can say)
    if name == "tax_id":
        return f"{label} changed"  # what is kept of it is a hash, which tells nobody anything
    return f"{label} {_spell(old)} → {_spell(new)}"


def _spell(value: Any) -> str:  # noqa: ANN401 (what JSON can say)
    match value:
        case bool():
            return "yes" if value else "no"
        case list() | tuple():
            return " ".join(map(str, value)) or "none"
        case None | "":
            return "none"
        case _:
            return str(value)


def _name(row: ReferenceRow | None) -> str:
    found = [str(row.body[name]) for name in _NAMES if row is not None and row.body.get(name)]
    return f" ({found[0]})" if found else ""
