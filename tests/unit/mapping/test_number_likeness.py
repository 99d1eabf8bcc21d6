"""Which numbers may be one and the same, and by what: never more than a person would take for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_connector.mapping.duplicates.number_likeness import explain_likeness, list_spellings

NUMBERS = st.text(alphabet="0123456789ABab-/. #", min_size=1, max_size=12)


@pytest.mark.rule("810 invoice", 24)
@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ("INV-7", "inv 7", ("punctuation",)),
        ("2026-001", "2026001", ("punctuation",)),
        ("0012345", "12345", ("leading zeros",)),
        ("N-00001", "N1", ("leading zeros",)),
        ("2026-001", "2026-1", ("leading zeros",)),
        ("INV-00123", "123", ("the word inv", "leading zeros")),
        ("Invoice No. 55", "55", ("the word invoiceno",)),
        ("55 COPY", "55", ("the suffix copy",)),
        ("12345A", "12345", ("the suffix a",)),
        ("INV 12345-dup", "bill12345", ("the word bill or inv", "the suffix dup")),
    ],
)
def test_numbers_that_people_spell_otherwise_are_alike_and_say_by_what(
    one: str, other: str, why: tuple[str, ...]
) -> None:
    assert explain_likeness(one, other) == why
    assert explain_likeness(other, one) == why


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("INV-7", "CM-7"),
        ("A-1", "B-1"),
        ("N-00001", "N-00010"),
        ("12345-1", "12345"),
        ("12345A", "12345B"),
        ("70", "7"),
    ],
)
def test_numbers_that_tell_two_invoices_apart_are_not_alike(one: str, other: str) -> None:
    assert explain_likeness(one, other) == ()


@given(number=NUMBERS)
def test_every_spelling_that_is_asked_for_is_the_number_or_alike(number: str) -> None:
    spellings = list_spellings(number)

    assert spellings[0] == number.strip()
    assert all(each == number.strip() or explain_likeness(number, each) for each in spellings)
