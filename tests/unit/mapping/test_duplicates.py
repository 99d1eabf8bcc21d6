"""The same invoice twice, and the same number with another content: in our own record and in Intacct."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from tests.unit.mapping.trade import MARK

from ml_connector.intacct.objects import BillFound
from ml_connector.mapping.duplicates import find_rival, is_ours, judge_intacct, judge_record
from ml_connector.records.documents import NewDocument, Slices, StoredDocument
from ml_connector.records.keys import BusinessKey
from ml_connector.records.needs import Need
from ml_connector.records.status import Status

DAY = date(2026, 3, 15)
KEY = BusinessKey(link="main", partner="ZZ/CORVID/CORVID", set_code="810", number="INV-7", kind="debit")


def _make_document(id_: int, *, content: str = "aa", vendor: str = "", **key: Any) -> StoredDocument:
    return StoredDocument(
        id=id_,
        file_id=1,
        link="main",
        document=NewDocument(
            index=0,
            set_code="810",
            slices=Slices(envelope_offset=0, group_offset=None, offset=0, length=1),
            sender="ZZ/CORVID",
            group_sender="CORVID",
            receiver="ZZ/HALDEN",
            partner_name="",
            key=replace(KEY, **key),
            document_key=MARK,
            content_hash=content,
            date=DAY,
            amount=Decimal("5.00"),
            currency="",
            status=Status.READ,
            reason="",
        ),
        status=Status.READ,
        reason="",
        vendor=vendor,
        vendor_name="",
        intacct_key="",
        attempts=0,
        not_before=None,
        updated_at=datetime(2026, 3, 20, tzinfo=UTC),
    )


def _make_bill(**changes: Any) -> BillFound:
    bill = BillFound(
        record_no=88,
        vendor_id="V-10",
        number="INV-7",
        date=DAY,
        total=Decimal("5.00"),
        currency="USD",
        description="entered by hand",
        state="Posted",
    )
    return replace(bill, **changes)


MINE = _make_document(9)


def test_the_same_content_before_is_a_duplicate_and_says_of_what() -> None:
    verdict = judge_record(MINE, "V-10", [_make_document(3)])

    assert verdict == f"the same as document #3 {MARK}, 5.00 of 2026-03-15"


def test_the_same_number_with_another_content_is_held_as_a_possible_correction() -> None:
    verdict = judge_record(MINE, "V-10", [_make_document(3, content="bb")])

    assert isinstance(verdict, Need)
    assert str(verdict) == "duplicate:V-10/INV-7"
    assert "came before with another content: document #3" in verdict.reason


def test_the_same_content_decides_though_a_correction_came_between() -> None:
    earlier = [_make_document(2, content="bb"), _make_document(3)]

    assert isinstance(judge_record(MINE, "V-10", earlier), str)


def test_the_vendor_stands_in_for_the_partner_once_it_is_known() -> None:
    elsewhere = _make_document(3, content="bb", vendor="V-10", partner="ZZ/HUB/CORVID")

    assert isinstance(judge_record(MINE, "V-10", [elsewhere]), Need)
    assert judge_record(MINE, "V-20", [elsewhere]) is None


def test_the_partner_names_a_document_whose_vendor_is_unknown() -> None:
    verdict = judge_record(MINE, "", [_make_document(3, content="bb", vendor="")])

    assert isinstance(verdict, Need)
    assert str(verdict) == "duplicate:ZZ/CORVID/CORVID/INV-7"
    assert judge_record(MINE, "", [_make_document(3, partner="ZZ/HUB/CORVID")]) is None


@pytest.mark.parametrize("other", [{"number": "INV-8"}, {"kind": "credit"}, {"set_code": "850"}])
def test_another_number_kind_or_set_is_another_document(other: dict[str, str]) -> None:
    assert judge_record(MINE, "V-10", [_make_document(3, vendor="V-10", **other)]) is None


@pytest.mark.parametrize("status", ["ready", "sending", "in_doubt", "posted"])
def test_what_came_later_counts_once_it_is_on_its_way_to_intacct(status: str) -> None:
    later = replace(_make_document(10, content="bb"), status=Status(status))

    assert isinstance(judge_record(MINE, "V-10", [later]), Need)


@pytest.mark.parametrize(
    ("other", "found"),
    [
        (replace(_make_document(10), status=Status.READY), True),
        (replace(_make_document(3), status=Status.POSTED), True),
        (replace(_make_document(3), status=Status.HELD), True),
        (replace(_make_document(9), status=Status.SENDING), False),
        (replace(_make_document(3, number="INV-8"), status=Status.SENDING), False),
    ],
    ids=["later", "earlier", "in part", "itself", "another number"],
)
def test_another_document_of_the_same_number_on_its_way_is_found(
    other: StoredDocument, *, found: bool
) -> None:
    assert (find_rival("V-10", MINE, [other]) is other) is found


def test_what_came_later_does_not_count() -> None:
    assert judge_record(MINE, "V-10", [_make_document(9), _make_document(10)]) is None


@pytest.mark.parametrize(
    ("description", "origin"), [("entered by hand", ""), (f"EDI 810 {MARK}", ", posted by this connector")]
)
def test_a_bill_in_intacct_of_the_same_amount_and_date_is_a_duplicate(description: str, origin: str) -> None:
    verdict = judge_intacct(MINE, "V-10", MARK, [_make_bill(description=description)])

    assert verdict == f"the same as bill 88 in Intacct (5.00 of 2026-03-15{origin})"


@pytest.mark.parametrize("other", [{"total": Decimal("6.00")}, {"date": date(2026, 3, 16)}, {"total": None}])
def test_a_bill_in_intacct_of_another_amount_or_date_holds_the_invoice(other: dict[str, Any]) -> None:
    verdict = judge_intacct(MINE, "V-10", MARK, [_make_bill(**other)])

    assert isinstance(verdict, Need)
    assert str(verdict) == "duplicate:V-10/INV-7"
    assert "this invoice is 5.00 of 2026-03-15; decide which one is right" in verdict.reason


@pytest.mark.parametrize("number", ["inv-7", " INV-7 "])
def test_a_number_that_intacct_may_take_for_the_same_is_the_same(number: str) -> None:
    assert isinstance(judge_intacct(MINE, "V-10", MARK, [_make_bill(number=number)]), str)


@pytest.mark.parametrize(
    "other",
    [{"number": "INV-70"}, {"vendor_id": "V-20"}]
    + [{"state": state} for state in ("Reversed", "Voided", "declined", "Reversal")],
)
def test_bills_of_others_and_bills_undone_do_not_count(other: dict[str, str]) -> None:
    assert judge_intacct(MINE, "V-10", MARK, [_make_bill(**other)]) is None


@pytest.mark.parametrize(
    ("changes", "ours"),
    [
        ({"description": f"EDI 810 {MARK}"}, True),
        ({"description": f"EDI 810 {MARK} edited"}, False),
        ({"description": f"{MARK} ", "number": "inv-7"}, True),
        ({"description": ""}, False),
        ({"description": MARK, "vendor_id": "V-20"}, False),
        ({"description": MARK, "number": "INV-8"}, False),
    ],
)
def test_a_bill_is_ours_only_with_our_mark(changes: dict[str, str], *, ours: bool) -> None:
    assert is_ours(_make_bill(**changes), vendor_id="V-10", number="INV-7", mark=MARK) is ours
