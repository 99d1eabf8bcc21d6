"""The rules on which taxes of invoices are claimed back, under which tax detail of Intacct's, and which are cost."""

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, model_validator

from ml_connector.mapping.rules.fields import Conditions, Measure, read_tuple
from ml_connector.mapping.rules.toml_reading import Model


class TaxConditions(Conditions):
    """The same with the rate of the tax."""

    percent: Measure | None = None  #: TXI03, whether it is sent as `20` or as `0.2`

    def list_given(self) -> Iterator[tuple[str, str]]:
        yield from super().list_given()
        if self.percent is not None:
            yield "percent", str(self.percent)


class TaxRule(Model):
    """What becomes of a tax: an entry of the lines it is on, or cost, which `[[coding]]` on taxes books."""

    name: str
    when: TaxConditions = TaxConditions()
    treatment: Literal["recoverable", "cost"] = "recoverable"
    detail: str | None = None  #: the tax detail of Intacct's that it is claimed back under
    solution: str | None = None  #: sent with the bill, in companies with several tax solutions only

    @model_validator(mode="after")
    def check(self) -> Self:
        if (self.treatment == "recoverable") is (self.detail is None):
            raise ValueError(
                'give the rule a detail, under which the tax is claimed back, or treatment = "cost", and not both'
            )
        if self.solution is not None and self.detail is None:
            raise ValueError("a solution goes with a detail; take it out of a rule on cost")
        return self


class TaxFile(Model):
    """The table on taxes that may stand in one file."""

    tax: Annotated[tuple[TaxRule, ...], BeforeValidator(read_tuple)] = ()
