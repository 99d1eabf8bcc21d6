"""A change in reference is told in a sentence, and what money depends on waits for a person."""

from dataclasses import replace
from typing import Any, Final

import pytest
from tests.fakes import NOON

from ml_connector.mapping.reference.changes import (
    MONEY,
    Waiting,
    describe_change,
    describe_waiting,
    find_waiting,
)
from ml_connector.records.reference import Approval, ReferenceRow, RowChange

QUILL: Final = ReferenceRow(
    kind="vendor",
    key="V-0815",
    body={
        "record_no": 7,
        "name": "Quill & Co",
        "status": "active",
        "on_hold": False,
        "term": "N30",
        "currency": "USD",
        "tax_id": "",
        "pay_to_contact": "Quill AR",
        "paid_at": "Quill & Co, 1 Ink Lane",
        "return_to_contact": "",
        "payment_method": "Check",
        "edi_ids": ["01/5551"],
        "box_1099": None,
        "modified": "2031-03-14T12:00:00+00:00",
    },
    aliases=("name:quill", "tax:abc"),
)


def change(*, tax: str = "tax:abc", without: str = "", **body: Any) -> RowChange:
    """Quill as it was, and with these fields."""
    before = replace(QUILL, body={name: value for name, value in QUILL.body.items() if name != without})
    aliases = tuple(alias for alias in ("name:quill", tax) if alias)
    return RowChange(
        kind="vendor",
        key="V-0815",
        before=before,
        after=replace(QUILL, body={**QUILL.body, **body}, aliases=aliases),
    )


def stand(approved: dict[str, str], asked: dict[str, str]) -> Approval:
    """A change that waits already."""
    return Approval(
        id=4,
        company="BRINDLE",
        kind="vendor",
        key="V-0815",
        says="",
        approved=approved,
        asked=asked,
        status="waiting",
        at=NOON,
    )


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            {"name": "Quill Holdings", "term": "N45", "pay_to_contact": "Q Bank"},
            "vendor V-0815 renamed to Quill Holdings, terms N30 → N45, remit-to Quill AR → Q Bank",
        ),
        ({"status": "inactive", "on_hold": True}, "vendor V-0815 made inactive, put on hold"),
        ({"return_to_contact": "Dock 4"}, "vendor V-0815 return-to none → Dock 4"),
        ({"edi_ids": []}, "vendor V-0815 edi ids 01/5551 → none"),
        ({"box_1099": True}, "vendor V-0815 box 1099 none → yes"),
        ({"modified": "2031-03-15T12:00:00+00:00", "record_no": 8}, ""),
        ({"a field of tomorrow": "new"}, ""),
    ],
)
def test_a_change_is_one_sentence(body: dict[str, Any], said: str) -> None:
    assert describe_change(change(**body)) == said


def test_a_vendor_taken_off_hold_is_told_so() -> None:
    made = change(on_hold=True)
    back = RowChange(kind="vendor", key="V-0815", before=made.after, after=made.before)

    assert describe_change(back) == "vendor V-0815 taken off hold"


def test_what_comes_and_goes_is_told_with_its_name() -> None:
    label = ReferenceRow(kind="tax_detail", key="VAT", body={"percent": "20"})

    new = RowChange(kind="vendor", key="V-0815", before=None, after=QUILL)
    gone = RowChange(kind="tax_detail", key="VAT", before=label, after=None)

    assert describe_change(new) == "vendor V-0815 is new (Quill & Co)"
    assert describe_change(gone) == "tax detail VAT is gone"


def test_a_tax_id_is_told_to_have_changed_and_neither_it_nor_its_hash_is_told() -> None:
    made = change(tax="tax:def")
    waiting = find_waiting(made, None)

    assert describe_change(made) == "vendor V-0815 tax id changed"
    assert waiting == Waiting(approved={"tax_id": "tax:abc"}, asked={"tax_id": "tax:def"})
    assert describe_waiting("vendor", waiting) == "tax id changed"


@pytest.mark.parametrize("field", [name for name in MONEY["vendor"] if name != "tax_id"])
def test_everything_money_depends_on_waits(field: str) -> None:
    waiting = find_waiting(change(**{field: "other"}), None)

    assert waiting == Waiting(approved={field: QUILL.body[field]}, asked={field: "other"})


@pytest.mark.parametrize("body", [{"status": "inactive"}, {"on_hold": True}, {"name": "Quill Holdings"}])
def test_what_restricts_and_what_only_names_does_not_wait(body: dict[str, Any]) -> None:
    assert find_waiting(change(**body), None) is None


def test_a_new_vendor_does_not_wait_and_one_that_is_gone_waits_for_nobody() -> None:
    assert find_waiting(RowChange(kind="vendor", key="V-1", before=None, after=QUILL), None) is None
    assert find_waiting(RowChange(kind="vendor", key="V-1", before=QUILL, after=None), None) is None


def test_a_field_we_did_not_keep_before_is_no_change_of_intacct() -> None:
    made = change(without="pay_to_contact")

    assert (describe_change(made), find_waiting(made, None)) == ("", None)


def test_a_second_change_is_asked_about_as_a_whole_and_against_what_was_approved() -> None:
    standing = stand({"term": "N30"}, {"term": "N45"})
    again = replace(change(term="N60", currency="CAD"), before=change(term="N45").after)

    assert find_waiting(again, standing) == Waiting(
        approved={"term": "N30", "currency": "USD"}, asked={"term": "N60", "currency": "CAD"}
    )


def test_a_change_that_is_taken_back_waits_no_more() -> None:
    standing = stand({"term": "N30"}, {"term": "N45"})
    back = RowChange(kind="vendor", key="V-0815", before=change(term="N45").after, after=QUILL)

    assert find_waiting(back, standing) is None


def test_kinds_without_money_never_wait() -> None:
    before = ReferenceRow(kind="account", key="5000", body={"title": "Ink", "term": "N30"})
    after = replace(before, body={"title": "Ink and paper", "term": "N45"})
    made = RowChange(kind="account", key="5000", before=before, after=after)

    assert find_waiting(made, None) is None
    assert describe_change(made) == "account 5000 renamed to Ink and paper, term N30 → N45"
