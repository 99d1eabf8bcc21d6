"""Which named rule gives the total, and which amounts it counts."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_connector.edi import Arithmetic, ComponentKind, Invoice, Reading, explain_total
from ml_connector.edi.elements import round_to_cents

Parse = Callable[..., Reading[Invoice]]

BIG = "BIG*20240115*NW-4711*****{}"


@pytest.fixture(scope="session")
def explain(parse: Parse) -> Callable[..., Arithmetic]:
    def explain_segments(*segments: str, type_code: str = "") -> Arithmetic:
        document = parse(BIG.format(type_code), *segments).document
        assert document is not None
        return explain_total(document)

    return explain_segments


Explain = Callable[..., Arithmetic]


def test_lines_charges_allowances_and_taxes_make_the_total(explain: Explain) -> None:
    found = explain(
        "IT1**2*EA*10",
        "SAC*A*C310***150",
        "TXI*ST*.75",
        "IT1**1*EA*5",
        "TDS*2625",
        "TXI*GS*1",
        "SAC*C*D240***100",
    )

    assert found.rule == "lines+charges-allowances+taxes"
    assert found.total == Decimal("26.25")
    assert [(part.kind, part.line, part.index, part.amount) for part in found.components] == [
        (ComponentKind.LINE, 1, 0, Decimal(20)),
        (ComponentKind.ALLOWANCE, 1, 0, Decimal("-1.50")),
        (ComponentKind.TAX, 1, 0, Decimal("0.75")),
        (ComponentKind.LINE, 2, 1, Decimal(5)),
        (ComponentKind.CHARGE, None, 0, Decimal("1.00")),
        (ComponentKind.TAX, None, 0, Decimal(1)),
    ]
    assert [(attempt.rule, attempt.amount) for attempt in found.attempts] == [(found.rule, Decimal("26.25"))]


@pytest.mark.parametrize("indicator", ["N", "P", "Q", ""])
def test_other_adjustments_never_count(explain: Explain, indicator: str) -> None:
    found = explain("IT1**1*EA*10", f"SAC*{indicator}*D240***500", "TDS*1000", f"SAC*{indicator}*D240***500")

    assert found.rule == "lines+charges-allowances+taxes"
    assert [part.kind for part in found.components] == [ComponentKind.LINE]


def test_a_tax_without_amount_does_not_count(explain: Explain) -> None:
    found = explain("IT1**1*EA*10", "TXI*ST**7", "TDS*1000")

    assert [part.kind for part in found.components] == [ComponentKind.LINE]


def test_nothing_is_rounded_before_the_end(explain: Explain) -> None:
    found = explain("IT1**1*EA*.333", "IT1**1*EA*.333", "IT1**1*EA*.339", "TDS*101")

    assert found.rule == "lines+charges-allowances+taxes"
    assert [part.amount for part in found.components] == [Decimal(".333"), Decimal(".333"), Decimal(".339")]


def test_a_tie_is_rounded_up(explain: Explain) -> None:
    assert explain("IT1**1*LB*1.005", "TDS*101").rule == "lines+charges-allowances+taxes"
    assert explain("IT1**1*LB*1.005", "TDS*100").rule is None


def test_a_sender_may_have_rounded_each_line(explain: Explain) -> None:
    found = explain("IT1**1*EA*.333", "IT1**1*EA*.333", "IT1**1*EA*.339", "TDS*100")

    assert found.rule == "lines+charges-allowances+taxes, lines rounded by sender"
    assert [part.amount for part in found.components] == [Decimal(".33"), Decimal(".33"), Decimal(".34")]
    assert [attempt.amount for attempt in found.attempts] == [Decimal("1.01"), Decimal("1.00")]


def test_a_negative_allowance_raises_the_total_where_that_explains_it(explain: Explain) -> None:
    found = explain("IT1**1*EA*10", "SAC*A*C310***-100", "TDS*1100")

    assert found.rule == "lines+charges-allowances+taxes"


def test_a_negative_allowance_may_still_mean_to_subtract(explain: Explain) -> None:
    found = explain("IT1**1*EA*10", "SAC*A*C310***-100", "TDS*950", "SAC*C*D240***-50")

    assert found.rule == "absolute allowances"
    assert [part.amount for part in found.components] == [Decimal(10), Decimal("-1.00"), Decimal("0.50")]


def test_adjustments_of_lines_may_be_in_the_price_already(explain: Explain) -> None:
    found = explain("IT1**2*EA*10", "SAC*C*D240***300", "TXI*ST*1", "TDS*2400", "SAC*C*D240***300")

    assert found.rule == "without line allowances"
    assert [(part.kind, part.line) for part in found.components] == [
        (ComponentKind.LINE, 1),
        (ComponentKind.TAX, 1),
        (ComponentKind.CHARGE, None),
    ]


def test_the_total_may_be_that_of_the_lines_alone(explain: Explain) -> None:
    found = explain("IT1**2*EA*10.002", "IT1**2*EA*10.002", "TDS*4000", "SAC*C*D240***300", "TXI*ST*1")

    assert found.rule == "lines only, lines rounded by sender"
    assert [part.kind for part in found.components] == [ComponentKind.LINE, ComponentKind.LINE]
    assert len(found.attempts) == 8


def test_a_total_that_no_rule_gives_is_left_alone(explain: Explain) -> None:
    found = explain("IT1**1*EA*0", "TDS*64000", type_code="DR")

    assert found.rule is None
    assert found.total == Decimal("640.00")
    assert found.components == ()
    assert len(found.attempts) == 8


def test_a_line_without_price_does_not_count(explain: Explain) -> None:
    found = explain("IT1*1", "IT1**1*EA*10", "TDS*1000")

    assert [part.line for part in found.components] == [2]


@pytest.mark.parametrize(
    ("type_code", "quantity", "allowance", "tds"),
    [
        ("CR", "2", "100", "1900"),  # positive amounts that mean minus
        ("CR", "-2", "-100", "-1900"),  # negative amounts
        ("CR", "-2", "-100", "1900"),
        ("CN", "2", "100", "-1900"),
        ("", "-2", "-100", "-1900"),
    ],
)
def test_a_credit_lowers_what_is_owed_whatever_signs_the_sender_uses(
    explain: Explain, type_code: str, quantity: str, allowance: str, tds: str
) -> None:
    found = explain(f"IT1**{quantity}*EA*10", f"SAC*A*C310***{allowance}", f"TDS*{tds}", type_code=type_code)

    assert found.total == Decimal("-19.00")
    assert found.rule == "lines+charges-allowances+taxes"
    assert [part.amount for part in found.components] == [Decimal(-20), Decimal("1.00")]


def test_lines_of_both_signs_keep_them(explain: Explain) -> None:
    found = explain("IT1**1*EA*30", "IT1**1*EA*-10.5", "IT1**-1*EA*2", "TDS*1750")

    assert [part.amount for part in found.components] == [Decimal(30), Decimal("-10.5"), Decimal(-2)]
    assert found.total == Decimal("17.50")


@given(
    st.lists(
        st.tuples(
            st.decimals(min_value=-1000, max_value=1000, places=3),
            st.decimals(min_value=0, max_value=100, places=4),
        ),
        max_size=6,
    ),
    st.lists(st.tuples(st.sampled_from("AC"), st.integers(min_value=-9999, max_value=9999)), max_size=4),
)
def test_the_components_of_any_explained_invoice_add_up_to_its_total(
    explain: Explain, lines: list[tuple[Decimal, Decimal]], charges: list[tuple[str, int]]
) -> None:
    times = 2 if lines else 1  # on the last line, if there is one, and on the whole invoice
    exact = (
        sum((quantity * price for quantity, price in lines), Decimal(0))
        + sum((Decimal(cents if indicator == "C" else -cents) for indicator, cents in charges), Decimal(0))
        * times
        / 100
    )
    charged = [f"SAC*{indicator}*D240***{cents}" for indicator, cents in charges]

    found = explain(
        *(f"IT1**{quantity:f}*EA*{price:f}" for quantity, price in lines),
        *(charged if lines else ()),
        f"TDS*{round_to_cents(exact).scaleb(2):.0f}",
        *charged,
    )

    assert found.rule == "lines+charges-allowances+taxes"
    assert len(found.components) == len(lines) + len(charges) * times
    assert round_to_cents(sum((part.amount for part in found.components), Decimal(0))) == found.total
