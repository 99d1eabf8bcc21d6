"""Preflight looks at functions as they are to be sent: what Intacct would refuse is told, and nothing else."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final

import pytest

from ml_connector.intacct import (
    ApBill,
    ApBillLine,
    CustomField,
    Dimensions,
    NewAdjustment,
    NewAdjustmentLine,
    NewJournalEntry,
    NewJournalLine,
    NewPayment,
    NewPaymentPart,
    NewPurchasing,
    NewPurchasingLine,
    PurchasingChange,
)
from ml_connector.mapping.named_records import list_named
from ml_connector.mapping.reference.slice import Asked
from ml_connector.mapping.refusals import TOP, Copied, Copy, foresee
from ml_connector.records.posting import Function

DAY: Final = date(2031, 3, 10)
PLACE: Final = Dimensions(location_id="10", department_id="D1", class_id="C1", project_id="P1")
REGION: Final = CustomField(name="GLDIMREGION", value="7")
NOTE: Final = CustomField(name="EDI_NOTE", value="x")
BILL: Final = ApBill(
    vendor_id="V1",
    number="INV-1",
    reference=None,
    date=DAY,
    posting_date=DAY,
    due_date=DAY,
    term="N30",
    description="",
    action="Submit",
    lines=(
        ApBillLine(
            account_no="6000",
            amount=Decimal(5),
            memo="",
            location_id="10",
            department_id="D1",
            class_id="C1",
            project_id="P1",
            user_dimensions=(REGION,),
        ),
    ),
)
ADJUSTMENT: Final = NewAdjustment(
    vendor_id="V1",
    date=DAY,
    number="CR-1",
    lines=(
        NewAdjustmentLine(account_no="6000", amount=Decimal(-5), dimensions=PLACE, custom=(REGION, NOTE)),
    ),
)
PAYMENT: Final = NewPayment(
    paid_from="BANK",
    method="Cash",
    vendor_id="V1",
    date=DAY,
    currency="USD",
    action="Submit",
    parts=(NewPaymentPart(bill_no=1, amount=Decimal(5)),),
)
ENTRY: Final = NewJournalEntry(
    journal="GJ",
    date=DAY,
    title="goods",
    state="Posted",
    lines=(
        NewJournalLine(side="debit", account_no="6000", amount=Decimal(5), dimensions=PLACE),
        NewJournalLine(side="credit", account_no="2020", amount=Decimal(5), dimensions=PLACE),
    ),
)
RECEIVER: Final = NewPurchasing(
    definition="PO Receiver",
    vendor_id="V1",
    date=DAY,
    due_date=DAY,
    created_from="Purchase Order-1",
    lines=(NewPurchasingLine(item_id="BOLT", quantity=Decimal(1), warehouse_id="W1", dimensions=PLACE),),
)
CHANGE: Final = PurchasingChange(document_id="Purchase Order-1", term="N30")
GOOD: Final = Copied(status="active")
EVERY: Final[tuple[Function, ...]] = (BILL, ADJUSTMENT, PAYMENT, ENTRY, RECEIVER, CHANGE)
NAMED: Final = frozenset().union(*(list_named(body) for body in EVERY))


def know(entities: dict[str, str] | None = None, **closed: date) -> Copy:
    """A company in which all is there."""
    return Copy(
        asked=NAMED,
        records=dict.fromkeys(NAMED, GOOD),
        entities={"10": "E1"} if entities is None else entities,
        closed={TOP if name == "top" else name: day for name, day in closed.items()},
    )


def spoil(place: Asked, record: Copied | None) -> Copy:
    """The same with one record otherwise, or gone."""
    good = know()
    records = {**good.records, **({place: record} if record is not None else {})}
    if record is None:
        del records[place]
    return Copy(asked=good.asked, records=records, entities=good.entities)


def tell(body: Function, known: Copy, entity: str = "E1") -> list[str]:
    return [str(need) for need in foresee(body, entity, known)]


@pytest.mark.parametrize("body", EVERY, ids=lambda body: body.NAME)
def test_nothing_is_said_of_what_is_as_it_must_be(body: Function) -> None:
    assert tell(body, know()) == []
    assert tell(body, Copy()) == []


@pytest.mark.parametrize(
    ("body", "place", "subject"),
    [
        (BILL, ("vendor", "V1"), "vendor/V1"),
        (BILL, ("term", "N30"), "term/N30"),
        (BILL, ("account", "6000"), "account/6000"),
        (BILL, ("dimension:REGION", "7"), "REGION/7"),
        (ADJUSTMENT, ("department", "D1"), "department/D1"),
        (ADJUSTMENT, ("dimension:REGION", "7"), "REGION/7"),
        (PAYMENT, ("bank_account", "BANK"), "bank account/BANK"),
        (ENTRY, ("gl_journal", "GJ"), "journal/GJ"),
        (ENTRY, ("class", "C1"), "class/C1"),
        (RECEIVER, ("purchasing_definition", "PO Receiver"), "transaction definition/PO Receiver"),
        (RECEIVER, ("item", "BOLT"), "item/BOLT"),
        (RECEIVER, ("warehouse", "W1"), "warehouse/W1"),
        (RECEIVER, ("project", "P1"), "project/P1"),
        (CHANGE, ("term", "N30"), "term/N30"),
    ],
)
def test_a_record_that_is_gone_inactive_or_another_entitys_is_named(
    body: Function, place: Asked, subject: str
) -> None:
    gone, inactive = spoil(place, None), spoil(place, Copied(status="inactive"))
    elsewhere = spoil(place, Copied(status="active", owner="E2"))

    assert tell(body, gone) == tell(body, inactive) == tell(body, elsewhere) == [f"record:{subject}"]
    assert tell(body, elsewhere, entity="") == []
    assert tell(body, spoil(place, Copied(status="active", owner="E1"))) == []
    assert "is not in Intacct" in foresee(body, "E1", gone)[0].reason
    assert "is inactive in Intacct" in foresee(body, "E1", inactive)[0].reason
    assert "belongs to entity E2 alone" in foresee(body, "E1", elsewhere)[0].reason


def test_each_is_named_once_however_many_lines_name_it() -> None:
    assert tell(ENTRY, spoil(("class", "C1"), None)) == ["record:class/C1"]


def test_an_account_wants_dimensions_of_its_lines_and_a_vendor_in_the_header_is_none_of_them() -> None:
    demanding = Copied(status="active", requires=frozenset({"class", "vendor", "contract"}))
    known = spoil(("account", "6000"), demanding)

    named = replace(BILL, lines=tuple(replace(line, vendor_id="V1") for line in BILL.lines))
    assert tell(named, known) == ["dimension:contract/6000"]
    assert tell(BILL, known) == tell(ENTRY, known) == ["dimension:contract/6000", "dimension:vendor/6000"]


def test_a_line_in_another_entity_than_the_session_is_named_and_at_the_top_level_none_is() -> None:
    assert tell(BILL, know({"10": "E2"})) == ["entity:10/E1"]
    assert tell(BILL, know({"10": "E2"}), entity="") == []
    assert tell(BILL, know({})) == []


def test_an_item_kept_in_stock_wants_a_warehouse_where_a_document_is_made() -> None:
    stocked = spoil(("item", "BOLT"), Copied(status="active", item_type="Inventory"))
    bare = NewPurchasingLine(item_id="BOLT", quantity=Decimal(1), dimensions=PLACE)
    receiver = NewPurchasing(definition="PO Receiver", vendor_id="V1", date=DAY, due_date=DAY, lines=(bare,))

    assert tell(RECEIVER, stocked) == []
    assert tell(receiver, stocked) == ["record:item/BOLT"]


def test_a_definition_is_used_where_and_as_it_may_be() -> None:
    place = ("purchasing_definition", "PO Receiver")
    top = spoil(place, Copied(status="active", created_at="Top level only"))
    inside = spoil(place, Copied(status="active", created_at="Entity only"))
    convert = spoil(place, Copied(status="active", created_by="Convert only"))
    plain = NewPurchasing(
        definition="PO Receiver", vendor_id="V1", date=DAY, due_date=DAY, lines=RECEIVER.lines
    )

    assert tell(RECEIVER, top) == tell(RECEIVER, inside, entity="") == ["definition:PO Receiver"]
    assert tell(RECEIVER, top, entity="") == tell(RECEIVER, inside) == tell(RECEIVER, convert) == []
    assert tell(plain, convert) == ["definition:PO Receiver"]


@pytest.mark.parametrize("body", [BILL, ADJUSTMENT, PAYMENT, ENTRY], ids=lambda body: body.NAME)
def test_what_is_posted_on_a_closed_day_is_named_with_the_entity(body: Function) -> None:
    assert tell(body, know(E1=DAY)) == ["period:E1/2031-03-10"]
    assert tell(body, know(top=DAY)) == ["period:(top)/2031-03-10"]
    assert "the books of the company" in foresee(body, "E1", know(top=DAY))[0].reason
    assert tell(body, know(E1=date(2031, 3, 9), E2=DAY)) == []


def test_books_count_of_every_entity_that_is_posted_to_and_drafts_post_nothing() -> None:
    draft = ApBill(
        vendor_id="V1",
        number="INV-1",
        reference=None,
        date=DAY,
        posting_date=DAY,
        due_date=DAY,
        term="N30",
        description="",
        action="Draft",
        lines=BILL.lines,
    )

    assert tell(BILL, know(E1=DAY), entity="") == ["period:E1/2031-03-10"]
    assert tell(draft, know(E1=DAY)) == tell(RECEIVER, know(E1=DAY)) == []


def test_what_a_function_names_is_told_by_kind_and_id() -> None:
    assert list_named(PAYMENT) == {("vendor", "V1"), ("bank_account", "BANK")}
    assert list_named(CHANGE) == {("term", "N30")}


def test_the_account_that_a_label_stands_for_is_looked_at_as_if_the_line_named_it() -> None:
    line = replace(BILL.lines[0], account_no=None, account_label="Fixings")
    memo = replace(ADJUSTMENT.lines[0], account_no=None, account_label="Fixings")
    demanding = Copied(status="active", requires=frozenset({"task"}))
    for body in (replace(BILL, lines=(line,)), replace(ADJUSTMENT, lines=(memo,))):
        known = replace(
            know(),
            asked=NAMED | {("account_label", "Fixings")},
            records={**know().records, ("account_label", "Fixings"): GOOD},
            accounts={"Fixings": "6000"},
        )
        closed = replace(known, records={**known.records, ("account", "6000"): Copied(status="inactive")})
        wants = replace(known, records={**known.records, ("account", "6000"): demanding})

        assert tell(body, known) == []
        assert tell(body, closed) == ["record:account/6000"]
        assert tell(body, wants) == ["dimension:task/6000"]
        assert tell(body, replace(known, accounts={"Fixings": ""})) == []


def test_a_bill_of_a_vendor_that_waits_for_its_approval_is_named_where_that_is_told() -> None:
    waits = replace(
        spoil(("vendor", "V1"), Copied(status="active", approval="Submitted")), approved="Approved"
    )
    approved = replace(waits, approved="Submitted")

    assert tell(BILL, waits) == ["vendor_approval:V1"]
    assert "takes no bills before it is Approved" in foresee(BILL, "E1", waits)[0].reason
    assert tell(BILL, approved) == tell(ADJUSTMENT, waits) == tell(BILL, know()) == []


def test_what_is_made_of_a_document_of_another_definition_than_it_may_be_is_named() -> None:
    orders = replace(know(), sources={"PO Receiver": frozenset({"Purchase Order", "Call Off"})})
    others = replace(know(), sources={"PO Receiver": frozenset({"Purchase"})})
    unknown = replace(know(), sources={"PO Receiver": frozenset()})
    line = replace(RECEIVER.lines[0], source_document="Purchase Order-2", source_document_line=7)
    several = replace(RECEIVER, created_from=None, lines=(line,))

    for body, source in ((RECEIVER, "Purchase Order-1"), (several, "Purchase Order-2")):
        assert tell(body, orders) == tell(body, unknown) == []
        assert tell(body, others) == ["definition:PO Receiver"]
        assert f"cannot be converted from {source}" in foresee(body, "E1", others)[0].reason


def test_a_tax_solution_that_is_gone_is_named() -> None:
    for body in (replace(BILL, tax_solution="US tax"), replace(ADJUSTMENT, tax_solution="US tax")):
        known = replace(know(), asked=NAMED | {("tax_solution", "US tax")})

        assert tell(body, known) == ["record:tax solution/US tax"]
