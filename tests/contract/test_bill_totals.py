"""What stands in Intacct is what the invoice asks for: taxes, splits, charges and allowances included, read back."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import count
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.contract.simulators.intacct.driver import SEED, Gateway, compare, query, seed
from tests.unit.mapping.crediting import make_credit, plan_adjustment
from tests.unit.mapping.trade import BOOKS, ROUTE, Trade, make_tax_detail, make_trade, plan_bill

from ml_connector.intacct.writing.bill import ApBill
from ml_connector.mapping.bill_setup import BillSetup
from mlc_sim.intacct.app import make_app

CENT: Final = Decimal("0.01")
RATES: Final = {"20": "P20", "5": "P05", "0": "P00"}
RULES: Final = (
    """
[[coding]]
name = "A"
account = "5000"
when = { item = "A" }
split = [{ percent = "33.3333" }, { percent = "16.5", account = "5100" }, {}]

[[coding]]
name = "else"
account = "5100"

[[coding]]
name = "freight"
on = "charge"
account = "5200"
when = { code = "D240" }

[[coding]]
name = "charges"
on = "charge"
spread = true

[[coding]]
name = "allowances"
on = "allowance"
spread = true

[[coding]]
name = "levies"
on = "tax"
spread = true
"""
    + "".join(
        f'[[tax]]\nname = "rate {rate}"\nwhen = {{ code = "VA", percent = "{rate}" }}\ndetail = "{detail}"\n'
        for rate, detail in RATES.items()
    )
    + '[[tax]]\nname = "levy"\nwhen = { code = "LV" }\ntreatment = "cost"\n'
)
DETAILS: Final = tuple(make_tax_detail(detail, rate) for rate, detail in RATES.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Wares:
    """A line, with its own charge, and its tax where the invoice states taxes by line."""

    quantity: Decimal
    price: Decimal
    item: str
    charge: Decimal
    rate: str

    @property
    def net(self) -> Fraction:
        return Fraction(self.quantity) * Fraction(self.price) + Fraction(self.charge)

    @property
    def tax(self) -> Decimal:
        return take(self.rate, self.net)

    def write(self, number: int, *, taxed: bool) -> list[str]:
        line = f"IT1*{number}*{self.quantity:f}*EA*{self.price:f}**VN*{self.item}"
        charge = [f"SAC*C*B999***{self.charge * 100:.0f}"] if self.charge else []
        return [line, *charge, *([f"TXI*VA*{self.tax:f}*{self.rate}"] if taxed else [])]


@dataclass(frozen=True, slots=True, kw_only=True)
class Basket:
    """An invoice with freight, and taxes of its lines; or with an allowance and a levy too, and a tax of all of it.

    What is spread over the goods is in the base of their taxes, so that only the second kind has any.
    """

    lines: list[Wares]
    freight: Decimal
    allowance: Decimal
    levy: Decimal
    rate: str
    by_line: bool

    @property
    def tax(self) -> Decimal:
        if self.by_line:
            return sum((line.tax for line in self.lines), Decimal(0))
        return take(self.rate, self.net)

    @property
    def net(self) -> Fraction:
        spread = Decimal(0) if self.by_line else self.levy - self.allowance
        return sum((line.net for line in self.lines), Fraction(self.freight + spread))

    @property
    def total(self) -> Decimal:
        return to_cents(self.net + Fraction(self.tax))

    def write(self) -> tuple[list[str], list[str]]:
        body = [each for no, line in enumerate(self.lines, 1) for each in line.write(no, taxed=self.by_line)]
        freight = f"SAC*C*D240***{self.freight * 100:.0f}"
        if self.by_line:
            return body, [freight]
        allowance = f"SAC*A*B999***{self.allowance * 100:.0f}"
        return body, [freight, allowance, f"TXI*VA*{self.tax:f}*{self.rate}", f"TXI*LV*{self.levy:f}"]


def to_cents(amount: Fraction) -> Decimal:
    return (Decimal(amount.numerator) / amount.denominator).quantize(CENT, ROUND_HALF_UP)


def take(rate: str, net: Fraction) -> Decimal:
    return to_cents(net * Fraction(rate) / 100)


def _decimals(low: str, high: str, places: int) -> st.SearchStrategy[Decimal]:
    return st.decimals(low, high, places=places, allow_nan=False, allow_infinity=False)


BASKETS: Final = st.builds(
    Basket,
    lines=st.lists(
        st.builds(
            Wares,
            quantity=_decimals("1", "5000", 3),
            price=_decimals("0.01", "900", 4),
            item=st.sampled_from("AB"),
            charge=st.just(Decimal(0)) | _decimals("0", "99", 2),
            rate=st.sampled_from(list(RATES)),
        ),
        min_size=1,
        max_size=6,
    ),
    freight=_decimals("0", "300", 2),
    allowance=_decimals("0", "200", 2),
    levy=_decimals("0", "90", 2),
    rate=st.sampled_from(list(RATES)),
    by_line=st.booleans(),
)


@dataclass(frozen=True, slots=True)
class Company:
    """A company with a tax solution, to which bills are written one after the other."""

    gateway: Gateway
    numbers: Iterator[int]

    def keep(self, request: str, object_name: str) -> tuple[Decimal, list[Decimal]]:
        """Write a record; its total as Intacct has it, and its lines with their taxes."""
        written = self.gateway.ask(request).result
        assert written.status == "success", written.errors
        key = written.element.findtext(".//RECORDNO") or written.element.findtext("key") or ""
        header = query(object_name, "TRX_TOTALENTERED", compare("equalto", "RECORDNO", key))
        (total,) = self.gateway.ask(header).result.column("TRX_TOTALENTERED")
        lines = query(f"{object_name}ITEM", "TOTALTRXAMOUNT TRX_AMOUNT", compare("equalto", "RECORDKEY", key))
        result = self.gateway.ask(lines).result
        each = zip(result.column("TOTALTRXAMOUNT"), result.column("TRX_AMOUNT"), strict=True)
        return Decimal(total), [Decimal(whole or net) for whole, net in each]


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    path: Path = tmp_path_factory.mktemp("intacct") / "intacct.db"
    app = make_app(path)("http://127.0.0.1:1")
    gateway = Gateway(app)
    objects = {
        "GLACCOUNT": [{"ACCOUNTNO": number, "TITLE": number} for number in ("5000", "5100", "5200")],
        "VENDOR": [{"VENDORID": "V-10", "NAME": "Corvid Metals", "TERMNAME": "N30"}],
        "APTERM": SEED["objects"]["APTERM"],
        "TAXDETAIL": [
            {"DETAILID": detail, "TAXTYPE": "Purchase", "VALUE": rate} for rate, detail in RATES.items()
        ],
    }
    try:
        gateway.admin("POST", "/seed", {**seed(entities=[]), "objects": objects})
        yield Company(gateway, count(1))
    finally:
        app.admin.lanes.close()


def make_invoice(basket: Basket, number: int, *, route: str = ROUTE) -> Trade:
    body, after = basket.write()
    return make_trade(
        *body,
        total=f"{basket.total * 100:.0f}",
        after=after,
        big=f"20260315*INV-{number}",
        coding=RULES,
        route=route,
        known=(*BOOKS, *DETAILS),
        bills=BillSetup(tax_solution=True),
    )


@pytest.mark.rule("810 invoice", 20)
@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(basket=BASKETS, detail=st.sampled_from(["detail", "by_coding"]))
def test_what_intacct_has_is_the_invoice_to_the_cent_taxes_included(
    company: Company, basket: Basket, detail: str
) -> None:
    assume(basket.total > 0)  # the others are filed, or credits
    route = f'{ROUTE}line_detail = "{detail}"\n'

    bill: ApBill = plan_bill(make_invoice(basket, next(company.numbers), route=route))
    total, lines = company.keep(bill.render(), "APBILL")

    assert (total, sum(lines)) == (basket.total, basket.total)
    claimed = sum((tax.amount for line in bill.lines for tax in line.taxes), Decimal(0))
    assert claimed == basket.tax


@pytest.mark.rule("Credits", 1)
def test_a_credit_with_a_tax_stands_in_intacct_as_it_was_sent(company: Company) -> None:
    credit = make_credit(
        *("IT1*1*3*EA*33.33", "TXI*VA*20*20"),
        total="11999",
        coding=RULES,
        known=(*BOOKS, *DETAILS),
        bills=BillSetup(tax_solution=True),
    )

    total, _ = company.keep(plan_adjustment(credit).render(), "APADJUSTMENT")

    assert total == Decimal("-119.99")
