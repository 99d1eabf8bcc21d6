"""Vendors that may be one and the same are shown in groups, with what they have in common."""

from typing import Any

import pytest

from ml_connector.mapping.vendors.duplicate_vendors import (
    DuplicateGroup,
    describe_vendor,
    group_duplicates,
    write_address,
)
from ml_connector.mapping.vendors.vendor_clues import normalise_name
from ml_connector.records.reference import ReferenceRow

YARD = {"address1": "12, Mill Lane", "address2": "", "zip": "NE66 1XX", "city": "Alnwick", "country": "UK"}


def make_vendor(id_: str, name: str, *, tax: str = "", **body: Any) -> ReferenceRow:
    aliases = (f"name:{normalise_name(name)}", *([f"tax:{tax}"] if tax else []), "account:7")
    return ReferenceRow(
        kind="vendor", key=id_, body={"name": name, "status": "active", **body}, aliases=aliases
    )


def group(*rows: ReferenceRow, contacts: dict[str, str] | None = None) -> tuple[DuplicateGroup, ...]:
    return group_duplicates([describe_vendor(row, contacts or {}) for row in rows])


def list_ids(found: DuplicateGroup) -> list[str]:
    return [vendor.vendor_id for vendor in found.vendors]


@pytest.mark.parametrize(
    ("one", "other", "sign", "value"),
    [
        ({"tax": "h1"}, {"tax": "h1"}, "tax id", ""),
        ({"edi_ids": ["01/123456789"]}, {"edi_ids": ["9/1234567890001"]}, "DUNS", "123456789"),
        ({"edi_ids": ["ZZ/ALN"]}, {"edi_ids": ["12/5551234", "ZZ/ALN"]}, "EDI id", "ZZ/ALN"),
        ({"pay_to_contact": "Mill"}, {"pay_to_contact": "Mill"}, "remit-to", "Mill"),
    ],
)
def test_a_sign_in_common_makes_a_group(
    one: dict[str, Any], other: dict[str, Any], sign: str, value: str
) -> None:
    rows = (
        make_vendor("V2", "Alnwick Bolts", **one),
        make_vendor("V1", "Bamburgh", **other),
        make_vendor("V3", "C"),
    )

    (found,) = group(*rows)

    assert list_ids(found) == ["V1", "V2"]
    assert [(reason.sign, reason.value) for reason in found.signs] == [(sign, value)]


def test_names_are_compared_without_case_punctuation_and_legal_form() -> None:
    (found,) = group(
        make_vendor("V1", "The Bolt Co., Inc."), make_vendor("V2", "the BOLT"), make_vendor("V3", "Bolt")
    )

    assert list_ids(found) == ["V1", "V2"]
    assert found.signs[0].value == "the bolt"


def test_contacts_of_other_names_at_the_same_address_are_one_remit_to() -> None:
    contacts = {"Mill": write_address(YARD), "Yard": write_address({**YARD, "address1": "12 MILL LANE."})}
    rows = make_vendor("V1", "A", pay_to_contact="Mill"), make_vendor("V2", "B", pay_to_contact="Yard")

    (found,) = group(*rows, contacts=contacts)

    assert found.signs[0].value == "12 mill lane, ne66 1xx uk"


@pytest.mark.parametrize("missing", [{"address1": ""}, {"zip": "", "city": "", "country": ""}])
def test_an_address_that_says_too_little_is_none(missing: dict[str, str]) -> None:
    assert write_address({**YARD, **missing}) == ""


def test_vendors_with_several_signs_in_common_are_one_group_strongest_first() -> None:
    rows = [make_vendor(id_, "Bolt", tax="h", edi_ids=["ZZ/B"]) for id_ in ("V1", "V2")]

    (found,) = group(*rows)

    assert [reason.sign for reason in found.signs] == ["tax id", "EDI id", "name"]


def test_a_chain_of_different_signs_is_not_taken_for_one_vendor() -> None:
    found = group(
        make_vendor("V1", "Bolt", tax="h"), make_vendor("V2", "Nut", tax="h"), make_vendor("V3", "Nut")
    )

    assert [list_ids(each) for each in found] == [["V1", "V2"], ["V2", "V3"]]


def test_nothing_in_common_and_nothing_said_make_no_group() -> None:
    assert group(make_vendor("V3", "Bolt", edi_ids=["01/12"])) == ()


def test_each_vendor_is_looked_at_once_however_many_there_are() -> None:
    looks = 0

    def walk() -> Any:
        nonlocal looks
        for n in range(2000):
            looks += 1
            yield describe_vendor(make_vendor(f"V{n:04}", f"Vendor {n // 2}"), {})

    found = group_duplicates(walk())

    assert (looks, len(found)) == (2000, 1000)
