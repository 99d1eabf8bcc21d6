"""Every paragraph of the money rules has a test that says so, but for those that are not built yet."""

from collections.abc import Callable

import pytest
from tests.docs.money_rules import (
    PAGE,
    Paragraph,
    find_faults,
    find_marks,
    read_marks,
    read_paragraphs,
    write_table,
)
from tests.docs.pages import ROOT, read_page

SAMPLE = """
# Rules

## Orders

1. **Known.** An order is known.
2. *Not yet.* It is paid.

## Bills

1. A bill is owed.
"""


def test_each_paragraph_is_proved_by_a_test_or_said_to_be_not_built(
    record_property: Callable[[str, object], None],
) -> None:
    paragraphs, marks = read_paragraphs(read_page(PAGE)), find_marks(ROOT / "tests")

    record_property("note", write_table(paragraphs, marks))
    assert find_faults(paragraphs, marks) == []


def test_paragraphs_are_read_by_heading_and_number_with_what_is_not_built() -> None:
    paragraphs = read_paragraphs(SAMPLE)

    assert paragraphs == {
        Paragraph("Orders", 1): True,
        Paragraph("Orders", 2): False,
        Paragraph("Bills", 1): True,
    }


def test_paragraphs_that_are_not_counted_in_turn_are_refused() -> None:
    with pytest.raises(ValueError, match="Orders: 3 comes after 1"):
        read_paragraphs(SAMPLE.replace("2. *Not yet", "3. *Not yet"))


def test_marks_of_tests_are_read_whatever_else_they_are_decorated_with() -> None:
    module = (
        '@pytest.mark.rule("Orders", 1, 2)\n@given(days)\n@pytest.mark.rule("Bills", 1)\ndef test_it(): ...\n'
    )

    marks = list(read_marks(module))

    assert marks == [
        (Paragraph("Orders", 1), "test_it"),
        (Paragraph("Orders", 2), "test_it"),
        (Paragraph("Bills", 1), "test_it"),
    ]


def test_what_lacks_a_test_is_marked_too_early_or_names_no_paragraph_is_told() -> None:
    marks = {Paragraph("Orders", 2): ["test_paid"], Paragraph("Bills", 7): ["test_owed"]}

    faults = find_faults(read_paragraphs(SAMPLE), marks)

    assert faults == [
        "Bills, 1: no test is marked with it",
        "Bills, 7: no such paragraph, but marked at test_owed",
        "Orders, 1: no test is marked with it",
        "Orders, 2: said to be not built yet, but marked at test_paid",
    ]
