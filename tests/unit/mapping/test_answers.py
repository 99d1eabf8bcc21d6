"""Needs that one value can answer, and what they ask."""

import pytest

from ml_connector.mapping.answers import LONGEST_CODE, Question, ask_for
from ml_connector.records.xref import CrossReference

PARTNERS = ("Corvid", "Corvid/West", "Rook")


@pytest.mark.parametrize(
    ("need", "question"),
    [
        (
            "vendor:Corvid/VN/92/7781",
            Question(kind="vendor", partner="Corvid", code="VN/92/7781", wanted="vendor"),
        ),
        (
            "vendor:Corvid/West/VN/92/7781",
            Question(kind="vendor", partner="Corvid/West", code="VN/92/7781", wanted="vendor"),
        ),
        (
            "vendor_conflict:Corvid/VN/92/7781",
            Question(kind="vendor", partner="Corvid", code="VN/92/7781", wanted="vendor"),
        ),
        (
            "remit_to:Corvid/V-10/RI/92/1",
            Question(kind="remit_to", partner="Corvid", code="V-10/RI/92/1", wanted="contact"),
        ),
        ("coding:Corvid/VN/A-1", Question(kind="coding", partner="Corvid", code="VN/A-1", wanted="account")),
        (
            "bank:Corvid/01/044000037/DA/6789",
            Question(kind="bank", partner="Corvid", code="01/044000037/DA/6789", wanted="bank_account"),
        ),
        (
            "payment:Corvid/V-10/CHK-1/10.00",
            Question(kind="payment", partner="Corvid", code="V-10/CHK-1/10.00", wanted="agreement"),
        ),
        (
            "journal:Corvid/810/INV-1/10.00",
            Question(kind="journal", partner="Corvid", code="810/INV-1/10.00", wanted="agreement"),
        ),
        (
            "confirmation:Corvid/Purchase Order-PO0213/1/400 Each at 0.6",
            Question(
                kind="confirmation",
                partner="Corvid",
                code="Purchase Order-PO0213/1/400 Each at 0.6",
                wanted="agreement",
            ),
        ),
    ],
)
def test_a_need_asks_for_one_value(need: str, question: Question | None) -> None:
    assert ask_for(need, PARTNERS) == question


@pytest.mark.parametrize(
    "need",
    [
        "vendor:Magpie/VN/92/7781",
        "vendor:Corvid/nobody",
        "vendor:Corvid/TJ/…321",
        "remit_to:Corvid/92/1",
        "vendor:Corvid/BY/92/5",
        "total:Corvid/INV-1",
        "vendor_conflict:Corvid/V-10+V-20",
        f"vendor:Corvid/VN/{'9' * LONGEST_CODE}",
    ],
    ids=[
        "unknown partner",
        "names nobody",
        "masked tax id",
        "no vendor named",
        "our account there",
        "other kind",
        "several codes that disagree",
        "too long",
    ],
)
def test_a_need_that_takes_more_than_a_value_asks_nothing(need: str) -> None:
    assert ask_for(need, PARTNERS) is None


def test_an_answer_is_a_cross_reference() -> None:
    question = Question(kind="vendor", partner="Rook", code="VN/92/1", wanted="vendor")

    assert question.answer("V-7") == CrossReference(
        kind="vendor", partner="Rook", code="VN/92/1", target="V-7"
    )
