"""The rules on what may be the same invoice under another number or vendor. What is not written is the careful choice."""

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from ml_connector.mapping.rules.fields import Money, read_tuple
from ml_connector.mapping.rules.toml_reading import Model


class DuplicateRule(Model):
    """What becomes of an invoice that looks like another one. The same number is never let pass by a rule."""

    partner: str | None = None
    numbers: Literal["hold", "note"] = "hold"  #: the vendor's own number, spelled otherwise
    amounts: Literal["hold", "note"] = "hold"  #: the same amount at about the same time under another vendor
    days: int = Field(default=7, ge=0, le=366)  #: how far apart "about the same time" may be
    least: Money = Decimal(0)  #: smaller amounts are not compared


class DuplicateFile(Model):
    """The table on duplicates that may stand in one file."""

    duplicate: Annotated[tuple[DuplicateRule, ...], BeforeValidator(read_tuple)] = ()


class DuplicateRules(Model):
    """All rules on duplicates of a link."""

    rows: tuple[DuplicateRule, ...] = ()

    def find(self, partner: str) -> DuplicateRule:
        """The partner's own rule before the general one."""
        own = [rule for rule in self.rows if rule.partner == partner]
        return next(iter([*own, *(rule for rule in self.rows if rule.partner is None)]), DuplicateRule())

    def list_named(self) -> set[str]:
        """The partners that these rules name."""
        return {rule.partner for rule in self.rows if rule.partner is not None}

    def find_doubles(self) -> Iterator[str]:
        """What is written twice and may be there once."""
        counted = Counter(rule.partner or "any partner" for rule in self.rows)
        yield from (
            f"duplicate of {name} is there twice; keep one"
            for name, count in sorted(counted.items())
            if count > 1
        )


def merge_duplicates(files: Sequence[DuplicateFile]) -> DuplicateRules:
    """The rules of all files."""
    return DuplicateRules(rows=tuple(row for file in files for row in file.duplicate))
