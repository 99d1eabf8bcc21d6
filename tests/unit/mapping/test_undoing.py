"""A record is deleted only where it is a draft, as it was sent, and not changed since by its time stamp."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import pytest
from tests.unit.mapping.claims import DAY, make_document
from tests.unit.mapping.trade import MARK

from ml_connector.intacct import Adjustment, NewAdjustment, NewAdjustmentLine, RecordDeletion
from ml_connector.mapping.named_records import list_named
from ml_connector.mapping.undoing import Seen, Sent, ask_agreement, plan_deletion

pytestmark = pytest.mark.rule("Before anything else", 7)

STAMP: Final = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)
MEMO: Final = NewAdjustment(
    vendor_id="V-10",
    date=DAY,
    number="CM-7",
    action="Draft",
    description=f"Returned bars {MARK}",
    lines=(NewAdjustmentLine(account_no="5000", amount=Decimal("-5.00")),),
)
SENT: Final = Sent(
    original=replace(make_document(7, number="CM-7"), intacct_key="88"), function=MEMO, entity="E1"
)
THERE: Final[dict[str, Any]] = dict.fromkeys((each.name for each in fields(Adjustment)), "") | {
    "record_no": 88,
    "vendor_id": "V-10",
    "number": "CM-7",
    "description": f"Returned bars {MARK}",
    "state": "Draft",
    "date": DAY,
    "total": Decimal("-5.00"),
    "total_base": Decimal("-5.00"),
}


def see(*, untouched: timedelta | None = timedelta(hours=1), **changes: object) -> Seen:
    """The memo as it was sent an hour ago, but for these changes."""
    record = Adjustment(**THERE | changes)
    return Seen(record=record, modified=STAMP, untouched_for=untouched, posted_for=timedelta(hours=1))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"total": None},
        {"number": " cm-7 "},
        {"untouched": None},
        {"untouched": timedelta(minutes=59, seconds=30)},
    ],
    ids=[
        "all as sent",
        "in the currency of the books",
        "spelled otherwise",
        "no time stamp",
        "seconds later",
    ],
)
def test_a_draft_that_is_as_it_was_sent_is_deleted_as_long_as_it_says_the_same(changes: Any) -> None:
    deletion = plan_deletion(SENT, see(**changes))

    assert deletion == RecordDeletion(
        object="APADJUSTMENT", record_no=88, key="88", rests_on="Draft/-5.00/2026-03-20T09:00:00+00:00"
    )


@pytest.mark.parametrize(
    ("changes", "obstacle"),
    [
        ({"state": "Submitted"}, "adjustment 88 is Submitted there and no draft"),
        ({"state": "Posted"}, "adjustment 88 is Posted there and no draft"),
        ({"state": "Declined"}, "adjustment 88 is Declined there and no draft"),
        ({"vendor_id": "V-11"}, "adjustment 88 was changed there after it was sent"),
        ({"number": "CM-8"}, "adjustment 88 was changed there after it was sent"),
        ({"date": date(2026, 3, 16)}, "adjustment 88 was changed there after it was sent"),
        ({"total": Decimal("-4.00")}, "adjustment 88 was changed there after it was sent"),
        ({"description": "Returned bars"}, "adjustment 88 was changed there after it was sent"),
        ({"description": f"{MARK}0"}, "adjustment 88 was changed there after it was sent"),
        ({"untouched": timedelta(minutes=58)}, "adjustment 88 was changed there after it was sent"),
    ],
)
def test_anything_else_is_left_to_people(changes: Any, obstacle: str) -> None:
    assert plan_deletion(SENT, see(**changes)) == obstacle


def test_what_is_gone_is_left_to_people() -> None:
    assert plan_deletion(SENT, None) == "adjustment 88 is not in Intacct any more"


def test_a_number_that_intacct_gave_by_itself_may_be_any() -> None:
    sent = replace(SENT, function=replace(MEMO, number=None))

    assert isinstance(plan_deletion(sent, see(number="ADJ-0001")), RecordDeletion)


def test_what_people_agree_to_is_this_very_record() -> None:
    need = ask_agreement(SENT, "Corvid")

    assert str(need) == "cancellation:Corvid/810/CM-7/88"
    assert (
        f"810 CM-7 cancels document #7 {MARK} of 5.00: adjustment 88 in Intacct is the draft" in need.reason
    )


def test_without_an_amount_none_is_told() -> None:
    original = SENT.original
    unpriced = replace(original, document=replace(original.document, amount=None))

    assert (
        f"document #7 {MARK}: adjustment 88"
        in ask_agreement(replace(SENT, original=unpriced), "Corvid").reason
    )


def test_a_deletion_names_no_record_of_our_copy() -> None:
    assert list_named(RecordDeletion(object="APBILL", record_no=1, key="1")) == frozenset()
