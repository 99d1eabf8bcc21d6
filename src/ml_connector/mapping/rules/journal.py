"""The rules on what becomes an entry in a journal of the general ledger: documents of a set, and accruals."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Final, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from ml_connector.mapping.rules.fields import read_tuple
from ml_connector.mapping.rules.purchasing import AGREED
from ml_connector.mapping.rules.toml_reading import Model
from ml_connector.records.xref import CrossReference

ACCRUALS: Final = "accruals"  #: stands where a set is named


class JournalRule(Model):
    """How a set's documents, or what is to be accrued, are booked in a journal."""

    set_code: Literal["810", "812", "820", "856", "accruals"] = Field(alias="set")
    partner: str | None = None
    journal: str = Field(min_length=1, max_length=4)  #: its symbol
    offset: str  #: the account on the other side of every amount
    account: str | None = (
        None  #: of a remittance's amount, and of accruals without one; of others coding rules give it
    )
    location: str | None = None  #: of accruals without one
    reverse: Literal["next_day", "next_month"] | None = (
        None  #: the day it is taken back; the first of the next month
    )
    state: Literal["draft", "post"] = "draft"

    @model_validator(mode="after")
    def _check(self) -> Self:
        is_for_all = self.set_code == ACCRUALS
        if is_for_all and self.partner is not None:
            raise ValueError("accruals are those of all partners; leave out partner")
        if not is_for_all and self.location is not None:
            raise ValueError("location: for accruals only; documents have that of their coding rule or route")
        return self


class JournalFile(Model):
    """The tables on journals that may stand in one file."""

    journal: Annotated[tuple[JournalRule, ...], BeforeValidator(read_tuple)] = ()


class JournalRules(Model):
    """All rules on journals of a link."""

    journals: tuple[JournalRule, ...] = ()
    agreed: frozenset[tuple[str, str]] = frozenset()
    """By people: the entries that may be made, by partner and name."""

    def add_answers(self, answers: Mapping[str, Sequence[CrossReference]]) -> "JournalRules":
        """The rules with what people have agreed to besides."""
        agreed = ((a.partner, a.code) for a in answers.get("journal", ()) if a.target == AGREED)
        return self.model_copy(update={"agreed": self.agreed.union(agreed)})

    def find(self, set_code: str, partner: str) -> JournalRule | None:
        """The partner's own rule for a set before the general one."""
        rules = [rule for rule in self.journals if rule.set_code == set_code]
        own = [rule for rule in rules if rule.partner == partner]
        return next(iter([*own, *(rule for rule in rules if rule.partner is None)]), None)

    def list_named(self) -> set[str]:
        """The partners that these rules name."""
        return {rule.partner for rule in self.journals if rule.partner is not None}

    def find_doubles(self) -> Iterator[str]:
        """What is written twice and may be there once."""
        names = Counter(f"{rule.set_code} of {rule.partner or 'any partner'}" for rule in self.journals)
        yield from (
            f"journal {name!r} is there twice; keep one" for name, count in sorted(names.items()) if count > 1
        )


def merge_journals(files: Sequence[JournalFile]) -> JournalRules:
    """The rules of all files."""
    return JournalRules(journals=tuple(rule for file in files for rule in file.journal))
