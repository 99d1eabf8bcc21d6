"""A link's settings and rules become what is published for it."""

from datetime import timedelta

import pytest

from ml_connector.app.publishing import describe_partners, describe_publishing, list_kinds
from ml_connector.config import PartnersSettings, PublishSettings
from ml_connector.mapping.rules.rulebook import parse_rules
from ml_connector.records.xref import CrossReference

RULES = parse_rules(
    {
        "rules.toml": """
[us]
receivers = ["ZZ/US"]
[[partner]]
name = "Alnwick"
senders = ["ZZ/ALN"]
vendors = ["V1"]
[[partner]]
name = "Hub"
senders = ["ZZ/HUB"]
default_vendor = "V3"
[[vendor]]
code = "VN/92/77"
vendor = "V1"
partner = "Alnwick"
[[vendor]]
code = "92/78"
vendor = "V1"
[[vendor]]
code = "REF/IA/79"
vendor = "V2"
partner = "Hub"
"""
    }
)


def test_usually_three_tables_are_published_without_tax_ids() -> None:
    facts = describe_publishing(PublishSettings(), RULES)

    assert [sheet.file for sheet in facts.sheets] == [
        "INTACCT_Vendors",
        "INTACCT_GLAccounts",
        "INTACCT_Dimensions",
    ]
    assert not any(sheet.shows_tax_ids for sheet in facts.sheets)
    assert (facts.folder, facts.forms, facts.full_every) == ("/reference", ("csv",), timedelta(days=7))
    assert (facts.guarded, facts.run_action, facts.partners) == (True, "", ())


def test_what_is_set_is_published_so() -> None:
    settings = PublishSettings(
        kinds=("vendors", "accounts"),
        columns={"accounts": ("title",)},
        names={"vendors": "ERP_Suppliers"},
        tax_id=True,
        active_only=True,
        vendor_types=("Goods",),
    )

    vendors, accounts = describe_publishing(settings, RULES).sheets

    assert (vendors.file, vendors.shows_tax_ids, vendors.vendor_types) == ("ERP_Suppliers", True, ("Goods",))
    assert (accounts.columns, accounts.active_only, accounts.vendor_types) == (("title",), True, ())


def test_cross_references_add_edi_ids_and_references_do_not() -> None:
    (vendors, *_) = describe_publishing(PublishSettings(), RULES).sheets

    assert vendors.edi_ids == {"V1": ("92/77", "92/78")}


def test_an_id_that_people_have_answered_for_is_published_with_their_vendor_alone() -> None:
    answer = CrossReference(kind="vendor", partner="", code="92/78", target="V2")

    (vendors, *_) = describe_publishing(PublishSettings(), RULES.add_answers([answer])).sheets

    assert vendors.edi_ids == {"V1": ("92/77",), "V2": ("92/78",)}


def test_the_vendors_partners_may_bill_for_are_the_trading_partners() -> None:
    facts = describe_publishing(PublishSettings(create_connection=True), RULES)

    assert facts.partners == ("V1", "V2", "V3")


@pytest.mark.parametrize(
    ("settings", "kinds"),
    [
        (None, ()),
        (PublishSettings(kinds=("items", "terms")), ("item", "term")),
        (PublishSettings(kinds=("dimensions",)), ("class", "department", "location", "project")),
    ],
)
def test_what_is_published_must_be_in_the_copy(
    settings: PublishSettings | None, kinds: tuple[str, ...]
) -> None:
    assert list_kinds(settings) == kinds


def test_partners_are_asked_for_where_it_is_set() -> None:
    facts = describe_partners(PartnersSettings(folder="/in", connections=False, ignore=("ml-*",)))

    assert (facts.folder, facts.archive, facts.connections, facts.ignore) == (
        "/in",
        "/reference/archive",
        False,
        ("ml-*",),
    )
