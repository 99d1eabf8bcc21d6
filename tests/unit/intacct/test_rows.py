"""Values of a row, in the forms the gateway documents and in no other."""

from datetime import date
from decimal import Decimal

import pytest

from ml_connector.intacct import AnswerUnreadable, Row, UserFormat


def row(value: str) -> Row:
    return Row(object="APBILL", record_no=7, values={"FIELD": value}, format=UserFormat())


def test_values_are_read_as_what_they_are() -> None:
    assert row("01/31/2030").date("FIELD") == date(2030, 1, 31)
    assert row("-118.40").decimal("FIELD") == Decimal("-118.40")
    assert row("30").integer("FIELD") == 30
    assert row("true").flag("FIELD") is True
    assert row("false").flag("FIELD") is False


def test_a_field_without_a_value_is_none() -> None:
    assert row("").date("FIELD") is None
    assert row("").decimal("FIELD") is None
    assert row("").integer("ABSENT") is None


@pytest.mark.parametrize("text", ["2030-01-31", "31/01/2030", "01/31/30", "1/1/2030", "01/31/2030 10:00:00"])
def test_a_date_in_another_form_is_named_with_its_record(text: str) -> None:
    with pytest.raises(
        AnswerUnreadable, match=f"APBILL 7, field FIELD: '{text}' is not a date as MM/DD/YYYY"
    ):
        row(text).date("FIELD")


@pytest.mark.parametrize("text", ["1,000.00", "NaN", "1E3", "1_0", "x"])
def test_a_number_in_another_form_is_refused(text: str) -> None:
    with pytest.raises(AnswerUnreadable, match="field FIELD"):
        row(text).decimal("FIELD")
    with pytest.raises(AnswerUnreadable, match="a whole number"):
        row(text).integer("FIELD")


@pytest.mark.parametrize("text", ["T", "1", "True", "yes"])
def test_a_flag_in_another_form_is_not_taken_for_no(text: str) -> None:
    with pytest.raises(AnswerUnreadable, match=f"APBILL 7, field FIELD: '{text}' is not true or false"):
        row(text).flag("FIELD")


def test_a_number_longer_than_any_of_intaccts_is_refused() -> None:
    with pytest.raises(AnswerUnreadable, match="a whole number"):
        row("9" * 5000).integer("FIELD")
