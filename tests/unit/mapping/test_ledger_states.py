"""What a state in Intacct means for what we posted."""

from dataclasses import replace
from decimal import Decimal

import pytest

from ml_connector.mapping.ledger_states import (
    Sight,
    accept_edit,
    describe,
    describe_state,
    is_in_ledger,
    is_news,
    lose,
    see,
)
from ml_connector.records.followed import Followed, Trouble

BILL = Followed(document_id=1, object="APBILL", key="7", expected=Decimal("100.00"))
SIGHT = Sight(key="7", record_no=7, state="Posted", total=Decimal("100.00"), paid=Decimal("0.00"))
POSTED = see(BILL, SIGHT, 2)


@pytest.mark.parametrize(
    ("state", "trouble"),
    [
        ("Draft", Trouble.NONE),
        ("Submitted", Trouble.NONE),
        ("Partially Paid", Trouble.NONE),
        ("Paid", Trouble.NONE),
        ("Declined", Trouble.DECLINED),
        ("Reversed", Trouble.REVERSED),
        ("Voided", Trouble.REVERSED),
    ],
)
def test_a_state_says_whether_something_is_wrong(state: str, trouble: Trouble) -> None:
    assert see(BILL, replace(SIGHT, state=state), 2).trouble is trouble


def test_a_draft_after_more_was_recalled_until_it_is_submitted_again() -> None:
    draft = replace(SIGHT, state="Draft")

    recalled = see(POSTED, draft, 2)
    again = see(recalled, replace(SIGHT, state="Submitted"), 2)

    assert (recalled.trouble, see(recalled, draft, 2).trouble) == (Trouble.RECALLED, Trouble.RECALLED)
    assert again.trouble is Trouble.NONE
    assert describe(recalled) == "APBILL 7 was recalled in Intacct: it is Draft there"


def test_a_draft_after_it_was_declined_was_not_recalled() -> None:
    declined = see(POSTED, replace(SIGHT, state="Declined"), 2)

    assert see(declined, replace(SIGHT, state="Draft"), 2).trouble is Trouble.NONE


def test_another_total_or_number_of_lines_is_an_edit_that_people_can_accept() -> None:
    dearer = see(POSTED, replace(SIGHT, total=Decimal("120.00")), 2)
    longer = see(POSTED, SIGHT, 3)

    assert describe(dearer) == "APBILL 7 was edited: it is 120.00 in Intacct and was posted as 100.00"
    assert describe(longer) == "APBILL 7 was edited: it has 3 lines in Intacct and had 2"
    assert accept_edit(dearer).trouble is Trouble.NONE
    assert see(accept_edit(dearer), SIGHT, 2).trouble is Trouble.EDITED


def test_what_was_not_known_before_is_what_is_seen_first() -> None:
    unknown = replace(BILL, expected=None)

    seen = see(unknown, SIGHT, 2)

    assert (seen.expected, seen.expected_lines, seen.trouble) == (Decimal("100.00"), 2, Trouble.NONE)


def test_the_money_of_an_order_is_not_compared() -> None:
    order = Followed(document_id=1, object="PODOCUMENT", key="Purchase Order-1", watched=False)

    seen = see(order, replace(SIGHT, state="Pending", bill_no=None), None)
    changed = see(seen, replace(SIGHT, state="Converted", total=Decimal("5.00")), None)

    assert (seen.trouble, changed.trouble) == (Trouble.NONE, Trouble.NONE)
    assert (seen.is_settled, changed.is_settled) == (False, True)


def test_lines_that_were_not_counted_stay_as_they_are_known() -> None:
    assert see(POSTED, replace(SIGHT, state="Selected"), None).lines == 2


def test_what_looks_the_same_is_no_news_but_what_was_lost_is() -> None:
    assert not is_news(POSTED, SIGHT)
    assert is_news(POSTED, replace(SIGHT, paid=Decimal("1.00")))
    assert is_news(lose(POSTED), SIGHT)


def test_only_what_was_seen_is_in_the_ledger_or_not() -> None:
    draft = see(BILL, replace(SIGHT, state="Draft"), 2)

    assert is_in_ledger([POSTED]) is True
    assert is_in_ledger([POSTED, draft]) is False
    assert is_in_ledger([POSTED, BILL]) is None
    assert is_in_ledger([lose(POSTED)]) is None
    assert is_in_ledger([]) is None


def test_where_a_document_stands_is_said_in_a_few_words() -> None:
    partly = see(POSTED, replace(SIGHT, state="Partially Paid", paid=Decimal("40.00")), 2)
    wholly = see(POSTED, replace(SIGHT, state="Paid", paid=Decimal("100.00")), 2)

    assert describe_state([BILL]) == ""
    assert describe_state([POSTED, POSTED, lose(POSTED)]) == "Posted, deleted"
    assert (describe_state([partly]), describe_state([wholly])) == ("Partially Paid, 40.00 paid", "Paid")
    assert (describe(POSTED), describe(lose(POSTED))) == ("", "APBILL 7 was deleted in Intacct")
