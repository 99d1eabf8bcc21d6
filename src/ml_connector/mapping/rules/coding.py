"""The rules on where lines, charges, allowances and taxes go: accounts, dimensions, and how an amount is split."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Annotated, Final, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from ml_connector.intacct.writing.parts import CustomField
from ml_connector.mapping.rules.fields import Conditions, Measure, Money, read_tuple
from ml_connector.mapping.rules.toml_reading import Model

_SPREADABLE: Final = frozenset({"charge", "allowance", "tax"})
_DIMENSION: Final = re.compile(r"[A-Z][A-Z0-9_]{0,29}")
_WHOLE: Final = Decimal(100)


class CodingConditions(Conditions):
    """The same with limits of the amount, in the currency of the document and whatever its sign."""

    amount_from: Money | None = None  #: this much or more
    amount_below: Money | None = None  #: less than this

    @model_validator(mode="after")
    def check(self) -> Self:
        lowest, limit = self.amount_from, self.amount_below
        if limit is not None and (lowest or Decimal(0)) >= limit:
            raise ValueError("amount_below must be more than amount_from; no amount fits otherwise")
        return self

    def list_given(self) -> Iterator[tuple[str, str]]:
        yield from super().list_given()
        for name in ("amount_from", "amount_below"):
            limit = getattr(self, name)
            if limit is not None:
                yield name, str(limit)


class Place(Model):
    """Where an amount goes, by ids in Intacct."""

    account: str | None = None
    label: str | None = None  #: instead of the account, in companies that use labels
    department: str | None = None
    location: str | None = None
    class_id: str | None = Field(default=None, alias="class")
    project: str | None = None
    dimensions: dict[str, str] = Field(default_factory=dict)
    """The company's own: the number of a value by the dimension's name, such as `{ REGION = "10003" }`."""
    form_1099: str | None = Field(default=None, max_length=4)
    box_1099: str | None = Field(default=None, max_length=4)

    @property
    def is_placed(self) -> bool:
        """Whether it says where on the books an amount goes."""
        return self.account is not None or self.label is not None

    def list_own(self) -> tuple[CustomField, ...]:
        """The company's own dimensions as fields of a line."""
        named = sorted(self.dimensions.items())
        return tuple(CustomField(name=f"GLDIM{name}", value=value) for name, value in named)

    @model_validator(mode="after")
    def check_place(self) -> Self:
        for name in self.dimensions:
            if not _DIMENSION.fullmatch(name):
                raise ValueError(f"dimension {name!r}: write its name as Intacct does, such as REGION")
        if self.account is not None and self.label is not None:
            raise ValueError("give either an account or a label")
        if self.box_1099 is not None and self.form_1099 is None:
            raise ValueError("box_1099 needs the form_1099 it is on")
        return self


class Share(Place):
    """A part of an amount that goes its own way; what it does not name is as the rule says."""

    percent: Measure | None = None
    amount: Money | None = None  #: fixed; one share without per cent and amount takes the rest

    @property
    def is_rest(self) -> bool:
        return self.percent is None and self.amount is None

    def describe(self) -> str:
        """Such as `60 %`, `100.00` or `the rest`."""
        if self.percent is not None:
            return f"{self.percent:f} %"
        return "the rest" if self.amount is None else f"{self.amount:f}"


class CodingRule(Place):
    """How a line, charge, allowance or tax gets its account and dimensions."""

    name: str
    on: Literal["line", "charge", "allowance", "tax", "deduction"] = "line"
    when: CodingConditions = CodingConditions()
    spread: bool = False  #: no line of its own: apportioned to the goods by their amounts
    split: Annotated[tuple[Share, ...], BeforeValidator(read_tuple)] = ()

    @model_validator(mode="after")
    def check(self) -> Self:
        places: Sequence[Place] = self.split or (self,)
        if self.spread and (self.is_placed or self.split):
            raise ValueError("a rule with spread = true has neither an account nor a split")
        if not self.spread and not all(place.is_placed or self.is_placed for place in places):
            raise ValueError(
                "give the rule an account, also for each share of a split, or spread = true (charges, allowances and taxes only)"
            )
        if self.spread and self.on not in _SPREADABLE:
            raise ValueError(
                f"a rule on {self.on}s needs an account; only charges, allowances and taxes can be spread"
            )
        if self.label is not None and self.on == "deduction":
            raise ValueError("what a payment keeps back has an account, not a label")
        if self.split and self.on == "deduction":
            raise ValueError("what a payment keeps back cannot be split; give the rule an account")
        problem = _check_split(self.split) if self.split else ""
        if problem:
            raise ValueError(problem)
        return self


def _check_split(shares: Sequence[Share]) -> str:
    """What is wrong with a split; empty when it gives every cent a place, and only one."""
    if any(share.percent is not None and share.amount is not None for share in shares):
        return "give a share either a per cent or an amount"
    percents = [share.percent for share in shares if share.percent is not None]
    rests = sum(share.is_rest for share in shares)
    if percents and len(percents) + rests < len(shares):
        return "split by per cent or by amount, not by both"
    if len(shares) < 2 or rests > 1:
        return "a split has at least two shares, and at most one of them without per cent and amount: it takes the rest"
    if not percents and not rests:
        return "a split by amount needs one share without an amount, which takes the rest"
    whole = sum(percents, start=Decimal(0))
    if percents and (whole >= _WHOLE if rests else whole != _WHOLE):
        return (
            f"the shares add up to {whole:f} %; they must make 100, or less with a share that takes the rest"
        )
    return ""
