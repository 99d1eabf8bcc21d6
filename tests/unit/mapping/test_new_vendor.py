"""A seller as the vendor it would become, and when there can be none."""

from dataclasses import replace
from typing import Any

import pytest
from msgspec.structs import replace as change

from ml_connector.edi import Party, Reference
from ml_connector.mapping.rules.rulebook import Partner, Rules, parse_rules
from ml_connector.mapping.rules.toml_reading import Refused
from ml_connector.mapping.vendors.new_vendor import Proposal, propose_vendor, spell_code

PARTNER = '[[partner]]\nname = "Corvid"\nsenders = ["ZZ/CORVID"]\n'
SELLER = Party(
    role="SE",
    name="Ridgeline Tool",
    qualifier="9",
    id="123456789",
    address=("9 Mill Lane",),
    city="Columbus",
    state="OH",
    postal_code="43215",
    country="CANADA",
    references=(),
)
CODE = "SE/9/123456789"


class Named:
    """A document that names these parties."""

    def __init__(self, *parties: Party) -> None:
        self.parties = parties
        self.references: tuple[Reference, ...] = ()


def read_rules(text: str = "") -> tuple[Rules, Partner]:
    rules = parse_rules({"rules.toml": PARTNER + text})
    return rules, rules.partners[0]


def propose(*parties: Party, rules: str = "", code: str = CODE) -> Proposal | str:
    known, partner = read_rules(rules)
    return propose_vendor(Named(*parties), partner, code, rules=known, company="BIRCH")


def expect(*parties: Party, rules: str = "", code: str = CODE) -> Proposal:
    made = propose(*parties, rules=rules, code=code)
    assert isinstance(made, Proposal)
    return made


def test_the_same_seller_has_the_same_mark_whoever_names_it() -> None:
    made = expect(SELLER)
    moved = expect(
        change(SELLER, role="VN", city="Dayton", name="RIDGELINE TOOL, Inc."), code="VN/9/123456789"
    )
    other = expect(change(SELLER, name="Quarry Glass"))

    assert made.mark == moved.mark != other.mark
    assert made.digest != moved.digest
    assert made.mark in (made.vendor.comments or "").split()


def test_an_address_and_a_country_are_told_as_they_stand() -> None:
    assert expect(SELLER).vendor.contact is not None
    address = expect(SELLER).vendor.contact.address  # type: ignore[union-attr]
    assert address is not None
    assert (address.address1, address.zip, address.country, address.country_code) == (
        "9 Mill Lane",
        "43215",
        "CANADA",
        None,
    )
    bare = change(SELLER, address=(), city="", state="", postal_code="", country="")
    assert expect(bare).vendor.contact.address is None  # type: ignore[union-attr]
    assert expect(bare).place == ""


def test_a_tax_id_finds_duplicates_and_is_neither_written_nor_part_of_the_mark() -> None:
    taxed = change(SELLER, qualifier="FI", id="12-3456789")
    made = expect(taxed, code="SE/Ridgeline Tool")

    assert made.names == ("at:9 mill lane 43215", "name:ridgeline tool", "tax:123456789")
    assert "3456789" not in repr((made.vendor, made.reasons, made.doubts))
    assert made.mark == expect(change(taxed, id="99-9996789"), code="SE/Ridgeline Tool").mark


@pytest.mark.parametrize(
    ("seller", "rules", "said"),
    [
        (change(SELLER, role="RI"), "", "names no seller"),
        (change(SELLER, name=" - "), "", "no name"),
        (change(SELLER, name="R" * 101), "", "would not fit into Intacct"),
        (SELLER, '[new_vendors]\nid = "A-VERY-LONG-PREFIX-{id}"\n', "would not fit into Intacct"),
    ],
    ids=["remit-to", "nameless", "long name", "long id"],
)
def test_what_cannot_be_a_vendor_is_said(seller: Party, rules: str, said: str) -> None:
    made = propose(seller, rules=rules)

    assert isinstance(made, str)
    assert said in made


def test_a_template_takes_no_tax_id() -> None:
    taxed = change(SELLER, qualifier="24", id="123456789")
    made = propose(taxed, rules='[new_vendors]\nid = "E-{id}"\n', code="SE/Ridgeline Tool")

    assert (
        made
        == "it would not fit into Intacct: the template E-{id} needs an id of the seller that is no tax id"
    )


def test_a_seller_without_an_id_is_for_a_person() -> None:
    nameless = change(SELLER, qualifier="", id="")

    assert expect(nameless, code="SE/Ridgeline Tool").doubts == (
        "the document gives the seller's name, and no id",
    )


@pytest.mark.parametrize(
    ("parties", "code"),
    [
        ((change(SELLER, role="RI"), SELLER), CODE),
        ((change(SELLER, qualifier="FI"),), "SE/Ridgeline Tool"),
        ((change(SELLER, id="", name=""), change(SELLER, role="RI")), ""),
    ],
    ids=["id", "tax id", "nobody"],
)
def test_the_code_is_that_of_the_first_seller(parties: tuple[Party, ...], code: str) -> None:
    assert spell_code(Named(*parties)) == code


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('id = "EDI"', "with one {id} in it"),
        ('id = "{id}-{name}"', "nothing but {id}"),
        ('restriction = "Restricted"', "restricted_locations together"),
        ('approval_field = "state of it"', "as Intacct names it"),
        ('policy = "always"', "policy"),
    ],
)
def test_rules_that_cannot_work_are_refused(text: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        read_rules(f"[new_vendors]\n{text}\n")


def test_the_table_stands_in_one_file() -> None:
    table: dict[str, Any] = {"a.toml": "[new_vendors]\n", "b.toml": "[new_vendors]\n"}

    with pytest.raises(Refused, match=r"\[new_vendors\] stands in several files"):
        parse_rules(table)


def test_a_partners_policy_goes_before_the_links() -> None:
    rules, partner = read_rules('[new_vendors]\npolicy = "create"\n')

    own = partner.model_copy(update={"new_vendors": "hold"})

    assert (rules.choose_policy(partner), rules.choose_policy(own)) == ("create", "hold")
    assert rules.add_answers([]).new_vendors == rules.new_vendors
    assert replace(expect(SELLER), doubts=("x",)).answer != expect(SELLER).answer
