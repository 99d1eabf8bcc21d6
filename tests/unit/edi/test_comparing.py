"""What a copy or a correction says otherwise than the document it repeats."""

from collections.abc import Callable

import pytest

from ml_connector.edi import Transaction, list_differences

INVOICE = ("BIG*20260505*TC-90130**PO-4", "IT1*1*2*EA*18.5", "IT1*2*4*EA*3", "TDS*4900")
ReadOne = Callable[..., Transaction]


@pytest.fixture
def read_one(
    make_set: Callable[..., str],
    make_file: Callable[..., bytes],
    read_sets: Callable[[bytes], list[Transaction]],
) -> ReadOne:
    """The transaction of these segments."""

    def read_one(*segments: str, number: str = "0001") -> Transaction:
        [transaction] = read_sets(make_file(make_set(*segments, number=number)))
        return transaction

    return read_one


def test_a_copy_with_another_purpose_blanks_and_control_numbers_says_nothing_else(read_one: ReadOne) -> None:
    copy = read_one("BIG*20260505*TC-90130**PO-4 ****07", *INVOICE[1:3], "TDS*4900**", number="0009")

    assert list(list_differences(copy, read_one(*INVOICE))) == []


def test_each_element_that_differs_is_named_with_both_values(read_one: ReadOne) -> None:
    said = read_one("BIG*20260505*TC-90130", INVOICE[1], "IT1*2*4*EA*3.5", "TDS*5100")

    assert list(list_differences(said, read_one(*INVOICE))) == [
        "BIG04 empty instead of PO-4",
        "IT104 3.5 instead of 3",
        "TDS01 5100 instead of 4900",
    ]


@pytest.mark.parametrize("place", [1, 2, 3])
def test_a_segment_that_only_one_of_them_has_is_shown_whole(place: int, read_one: ReadOne) -> None:
    longer = read_one(*INVOICE[:place], "REF*VN*77", *INVOICE[place:])

    assert list(list_differences(longer, read_one(*INVOICE))) == ["REF*VN*77 is new"]
    assert list(list_differences(read_one(*INVOICE), longer)) == ["REF*VN*77 is missing"]


def test_segments_of_another_kind_are_shown_both(read_one: ReadOne) -> None:
    said = read_one(*INVOICE[:2], "SAC*C*D240***900", INVOICE[3])

    assert list(list_differences(said, read_one(*INVOICE))) == [
        "SAC*C*D240***900 is new",
        "IT1*2*4*EA*3 is missing",
    ]


def test_what_must_not_be_shown_is_starred(read_one: ReadOne) -> None:
    said = read_one(*INVOICE, "REF*SY*123-45-6789")

    assert list(list_differences(said, read_one(*INVOICE, "REF*SY*987-65-4321"))) == [
        "REF02 *******6789 instead of *******4321"
    ]
