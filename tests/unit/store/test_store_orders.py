"""Orders: first approved prices stay, comparisons come back as they were, and numbers lead to documents."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from tests.unit.store.rows import LINK, POSTING, add_documents

from ml_connector.records.matches import (
    Comparison,
    ConfirmedLine,
    MatchedCharge,
    MatchedLine,
    MatchResult,
    Promise,
    Usage,
    Verdict,
)
from ml_connector.records.orders import ExpectedGoods, PricedLine
from ml_connector.records.references import Reference
from ml_connector.store import Store

BOLTS: Final = PricedLine(key=71, item_id="BOLT-M8", unit="Case", price=Decimal("12.3456789012"))
COMPARISON: Final = Comparison(
    match=MatchResult(
        lines=(
            MatchedLine(
                position=1,
                order_id="Purchase Order-PO0213",
                order_line=2,
                order_line_key=71,
                item_id="BOLT-M8",
                unit="Case",
                ordered=Decimal("3.50"),
                received=Fraction(10, 3),
                invoiced_before=Fraction(0),
                invoiced=Fraction(1, 3),
                approved_price=None,
                price=Fraction(7, 3),
                over_quantity=Fraction(0),
                allowed_quantity=Fraction(0),
                over_amount=Fraction(1, 7),
                allowed_amount=Fraction(5),
                verdict=Verdict.TOLERATED,
                rule="small differences",
                stated="2 Each at 1.5",
                priced_by="Case",
                lowest_price=Fraction(7, 2),
                usages=(
                    Usage(document_id="PO Receiver-PR1", line_key=80, quantity=Fraction(1, 3), by="a person"),
                ),
            ),
        ),
        charges=(
            MatchedCharge(
                name="Freight",
                amount=Fraction(9, 2),
                before=Fraction(0),
                ordered=Fraction(0),
                allowed=Fraction(0),
                verdict=Verdict.TOO_HIGH,
                rule="freight",
            ),
        ),
    ),
    confirmed=(
        ConfirmedLine(
            order_id="Purchase Order-PO0213",
            order_line=1,
            order_line_no=0,
            item_id="BOLT-M8",
            unit="Case",
            ordered=Decimal(3),
            confirmed=Fraction(2),
            approved_price=Decimal("1.5"),
            price=None,
            on=date(2031, 4, 1),
            promise=Promise.REDUCED,
            said="IQ",
        ),
    ),
    expected=(
        ExpectedGoods(
            order_id="Purchase Order-PO0213",
            order_line=1,
            item_id="BOLT-M8",
            quantity=Fraction(2, 3),
            unit="Case",
            on=None,
        ),
    ),
)


def test_the_price_that_was_approved_first_stays_whatever_the_order_says_later(store: Store) -> None:
    with store.begin() as work:
        first = work.orders.keep_prices("BRINDLE", [BOLTS])

    with store.begin() as work:
        later = work.orders.keep_prices("BRINDLE", [replace(BOLTS, price=Decimal(99))])
        elsewhere = work.orders.keep_prices("OTHER", [replace(BOLTS, price=Decimal(99))])

    assert first == later == {71: Decimal("12.3456789012")}
    assert elsewhere == {71: Decimal(99)}


def test_a_line_with_another_unit_or_item_is_measured_by_its_own_first_price(store: Store) -> None:
    each = replace(BOLTS, unit="Each", price=Decimal(1))
    with store.begin() as work:
        work.orders.keep_prices("BRINDLE", [BOLTS])
        changed = work.orders.keep_prices("BRINDLE", [each])

    with store.begin() as work:
        back = work.orders.keep_prices("BRINDLE", [replace(BOLTS, price=Decimal(99))])
        still = work.orders.keep_prices("BRINDLE", [replace(each, price=Decimal(99))])
        nut = work.orders.keep_prices("BRINDLE", [replace(BOLTS, item_id="NUT-M8", price=Decimal(2))])

    assert changed == still == {71: Decimal(1)}
    assert back == {71: BOLTS.price}
    assert nut == {71: Decimal(2)}


def test_a_comparison_comes_back_exactly_and_the_last_one_counts(store: Store) -> None:
    first, second, third = add_documents(store, 3)
    with store.begin() as work:
        work.matches.keep({first: Comparison(), second: COMPARISON})

    with store.begin() as work:
        work.matches.keep({first: COMPARISON})
        found = work.matches.get([first, second, third])

    assert found == {first: COMPARISON, second: COMPARISON}


def test_a_number_leads_to_documents_however_it_is_spelled(store: Store) -> None:
    first, second, third = add_documents(store, 3)
    order, envelope = (
        Reference(kind="order", number="PO-00213"),
        Reference(kind="interchange", number="000000905"),
    )
    with store.begin() as work:
        work.references.add(1, {0: [order, envelope], 1: [envelope]})
        work.references.add(1, {1: [envelope], 2: [Reference(kind="invoice", number="PO213" + "9" * 80)]})

    with store.begin() as work:
        assert work.references.find(LINK, ["po 00213"], most=9) == (first,)
        assert work.references.find(LINK, ["905"], most=9) == (first, second)
        assert work.references.find(LINK, ["905"], most=1) == (first,)
        assert work.references.find(LINK, ["905", "PO00213"], kinds=["order"], most=9) == (first,)
        assert work.references.find("other", ["905"], most=9) == ()
        assert work.references.find(LINK, ["--", "", "77"], most=9) == ()
        assert work.references.get([first, second, third]) == {
            first: (order, envelope),
            second: (envelope,),
            third: (Reference(kind="invoice", number="PO213" + "9" * 55),),
        }


def test_what_a_document_belongs_to_leads_to_it_until_it_belongs_elsewhere(store: Store) -> None:
    first, second = add_documents(store, 2)
    named, spelled = Reference(kind="order", number="PO-213"), Reference(kind="order", number="po213")
    receipt, later = (Reference(kind="transaction", number=number) for number in ("PR-1", "PR-2"))
    with store.begin() as work:
        work.references.add(1, {0: [named], 1: []})

    with store.begin() as work:
        work.references.link({first: [spelled, receipt], second: [spelled]})
        work.references.link({})
        before = work.references.get([first, second])
        work.references.link({first: [later]})
        work.references.add(1, {0: [named], 1: []})  # its file is read once more
        after = work.references.get([first, second])

    assert before == {first: (named, receipt), second: (spelled,)}
    assert after == {first: (named, later), second: (spelled,)}


def test_a_control_id_and_a_files_name_lead_to_documents(store: Store) -> None:
    first, second = add_documents(store, 2)
    with store.begin() as work:
        work.postings.add([(second, POSTING)])

    with store.begin() as work:
        assert work.references.find_elsewhere(LINK, POSTING.control_id, most=9) == (second,)
        assert work.references.find_elsewhere(LINK, "march.edi", most=9) == (first, second)
        assert work.references.find_elsewhere(LINK, "march.edi", most=1) == (first,)
        assert work.references.find_elsewhere("other", "march.edi", most=9) == ()


def test_every_key_that_intacct_gave_a_part_of_a_document_leads_to_it(store: Store) -> None:
    first, second = add_documents(store, 2)
    with store.begin() as work:
        work.postings.add([(id_, replace(POSTING, control_id=f"mlc:po:{id_}")) for id_ in (first, second)])
        for key in ("PO Receiver-PR_1", "PO Receiver-PR12"):
            work.postings.note_key(work.postings.newest([second])[second], key)

    with store.begin() as work:
        assert work.references.find_by_key(LINK, "PO Receiver-PR_1", most=9) == (second,)
        assert work.references.find_by_key(LINK, "PO Receiver-PR12", most=9) == (second,)
        assert work.references.find_by_key(LINK, "PO Receiver-PR_", most=9) == ()
        assert work.references.find_by_key("other", "PO Receiver-PR12", most=9) == ()
