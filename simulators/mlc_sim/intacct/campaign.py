"""A mix of changes to master records, drawn by a seed: the same seed on the same company makes the same changes.

What people do in a day is our own choice: new records, new names, other terms, one set inactive, one deleted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from mlc_sim.intacct.by_hand import edit, enter, remove
from mlc_sim.intacct.catalogue import MASTERS
from mlc_sim.intacct.company_types import find_type
from mlc_sim.intacct.dimensions import Books
from mlc_sim.intacct.settings import Settings

_KINDS: Final = ("create", "rename", "terms", "inactivate", "activate", "delete")
_NAMES: Final = ("TITLE", "NAME", "DESCRIPTION", "BANKNAME")


def make_changes(
    books: Books, asked: Mapping[str, Any], settings: Settings, now: datetime
) -> list[dict[str, str]]:
    """Make `steps` changes of `kinds` to `objects` by `seed`; returns what was changed, in order.

    With `late_seconds` a third of them bear a time stamp up to so much older. Raises KeyError, ValueError or TypeError
    for another shape.
    """
    objects, kinds = asked.get("objects", ["VENDOR"]), asked.get("kinds", _KINDS)
    wrong = [*(set(objects) - set(MASTERS)), *(set(kinds) - set(_KINDS))]
    if wrong:
        raise ValueError(f"{wrong}: objects are of {MASTERS}, kinds of {_KINDS}")
    dice, late = Random(int(asked["seed"])), int(asked.get("late_seconds", 0))  # noqa: S311 - the same again is wanted
    made = []
    for step in range(int(asked["steps"])):
        name, kind = dice.choice(objects), dice.choice(kinds)
        older = dice.randrange(late + 1) if dice.randrange(3) == 0 else 0
        stamp = settings.stamp(now - timedelta(seconds=older))
        hand = _Hand(books=books, settings=settings, dice=dice, stamp=stamp)
        number = hand.change(name, kind, f"{asked['seed']}-{step}")
        if number:
            made.append({"object": name, "kind": kind, "RECORDNO": number})
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hand:
    """Who makes the changes: with which dice, and which time stamp they bear."""

    books: Books
    settings: Settings
    dice: Random
    stamp: datetime

    def change(self, name: str, kind: str, label: str) -> str:
        """Make one change; returns the RECORDNO, or nothing where the record drawn is not fit for it."""
        object_type = find_type(name, self.settings)
        title = next((each for each in _NAMES if each in object_type.fields and each != object_type.key), "")
        if kind == "create":
            fields = {object_type.key: f"{name[:3]}-{label}", **({title: f"New {label}"} if title else {})}
            return enter(self.books, name, fields, self.settings, self.stamp)
        number, key = self._draw(name)
        changes = {
            "rename": {title: f"Renamed {label}"},
            "terms": {"TERMNAME": self._draw("APTERM")[1]},
            "inactivate": {"STATUS": "inactive"},
            "activate": {"STATUS": "active"},
            "delete": {},
        }[kind]
        if not number or not changes.keys() <= object_type.fields.keys():
            return ""
        if kind != "delete":
            edit(self.books, name, number, changes, self.settings, self.stamp)
        elif self._is_used(name, key):
            return ""
        else:
            remove(self.books, name, number, self.settings, self.stamp)
        return number

    def _draw(self, name: str) -> tuple[str, str]:
        """RECORDNO and id of any record."""
        count = self.books.store.read_tally(self.books.company.id, name).count("", shows_private=True)
        found = self.books.store.select(
            "SELECT record_no, id FROM record WHERE company = ? AND object = ? ORDER BY record_no LIMIT 1 OFFSET ?",
            (self.books.company.id, name, self.dice.randrange(count) if count else 0),
        )
        return (str(found[0][0]), found[0][1]) if found else ("", "")

    def _is_used(self, name: str, key: str) -> bool:
        """Whether bills name a vendor; other objects are deleted unasked."""
        where = "SELECT 1 FROM bill WHERE company = ? AND vendor_id = ? LIMIT 1"
        return name == "VENDOR" and bool(self.books.store.select(where, (self.books.company.id, key)))
