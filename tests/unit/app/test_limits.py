"""Who may let how much go by an answer: by person, role and currency, and with a second person where it is much."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

import pytest
from tests.databases import Stores
from tests.unit.flows.scene import Scene, open_scene, write_invoice

from ml_connector.app.limits import Freed, Role, find_excess, is_large
from ml_connector.app.pinning import describe_settings, pin_rules
from ml_connector.app.xrefs import ApprovalRefused, Xrefs
from ml_connector.config import ControlsSettings, Link, LinkSettings, Secrets
from ml_connector.config.settings import CleoSettings, IntacctSettings
from ml_connector.mapping.rules.rulebook import parse_rules
from ml_connector.records.needs import Need
from ml_connector.records.xref import CrossReference, XrefStatus

NEED: Final = "vendor:Alnwick Bolts/VN/92/91"
ANSWER: Final = CrossReference(kind="vendor", partner="Alnwick Bolts", code="VN/92/91", target="V1")
FREED: Final = Freed(documents=3, amounts={"USD": Decimal("12500.50"), "EUR": Decimal(10)})
LIMITS: Final[Mapping[str, Any]] = {
    "prepare": {"Ana": {"USD": 300}, "Mira": "any"},
    "approve": {"Mira": {"USD": 300}, "Head": "any"},
}


@pytest.fixture
def scene(sqlite_stores: Stores) -> Iterator[Scene]:
    """Three invoices of 100.00 wait for one need."""
    with sqlite_stores.make() as url, open_scene(url) as opened:
        opened.drop(*(write_invoice(f"INV-{n}", vendor="91") for n in range(3)))
        opened.run()
        yield opened


def open_desk(scene: Scene, *, four_eyes: bool = True, **controls: Any) -> Xrefs:
    return Xrefs(basis=scene.make_run().basis, four_eyes=four_eyes, controls=read(**controls))


def read(**controls: Any) -> ControlsSettings:
    return ControlsSettings.model_validate(controls)


@pytest.mark.rule("Controls", 6)
@pytest.mark.parametrize(
    ("person", "limit", "excess"),
    [
        ("Ana", "any", ""),
        (" ANA ", {"USD": 12_501, "EUR": 10}, ""),
        (
            "Ana",
            {"USD": 12_500, "EUR": 10},
            "Ana may approve up to 12,500 USD, this frees 12,500.50 USD",
        ),
        ("Ana", {"USD": 20_000}, "Ana may approve up to 0 EUR, this frees 10 EUR"),
        ("Bo", {"USD": 20_000}, "Bo may approve nothing: no limit names this person"),
    ],
)
def test_a_limit_is_by_person_role_and_currency(person: str, limit: object, excess: str) -> None:
    controls = read(approve={"Ana": limit})

    assert find_excess(controls, Role.APPROVE, person, FREED) == excess
    assert find_excess(controls, Role.PREPARE, person, FREED) == ""


@pytest.mark.rule("Controls", 6)
def test_money_that_is_not_known_is_within_no_limit_but_any() -> None:
    freed = replace(FREED, unknown=2)
    controls = read(prepare={"Ana": {"USD": 20_000, "EUR": 20}, "Mira": "any"})

    assert "2 of which the amount is not known" in find_excess(controls, Role.PREPARE, "Ana", freed)
    assert find_excess(controls, Role.PREPARE, "Mira", freed) == ""


@pytest.mark.rule("Controls", 7)
@pytest.mark.parametrize(
    ("controls", "large"),
    [
        ({"large_documents": 3, "large_amount": 12_501}, False),
        ({"large_documents": 2, "large_amount": 12_501}, True),
        ({"large_documents": 3, "large_amount": 12_500}, True),
        ({"large_documents": 2, "large_amount": 1, "large_approval": False}, False),
    ],
)
def test_much_is_more_documents_or_more_money_than_is_set(controls: dict[str, Any], *, large: bool) -> None:
    assert is_large(read(**controls), FREED) is large


@pytest.mark.rule("Controls", 6)
def test_an_answer_beyond_a_limit_is_refused_and_names_person_limit_amount_and_cure(scene: Scene) -> None:
    scene.drop(write_invoice("INV-3", vendor="91"), name="more.edi")
    scene.run()
    desk = open_desk(scene, **LIMITS)

    with pytest.raises(ApprovalRefused) as beyond:
        desk.prepare(ANSWER, by="Ana", origin=NEED)
    prepared = desk.prepare(ANSWER, by="Mira", origin=NEED)
    with pytest.raises(ApprovalRefused) as own:
        desk.approve([prepared.id], by=" mira")
    with pytest.raises(ApprovalRefused) as unnamed:
        desk.approve([prepared.id], by="Ana")
    (acting,) = desk.approve([prepared.id], by="Head")

    assert str(beyond.value) == (
        "Ana may prepare up to 300 USD, this frees 400.00 USD. "
        "Let somebody prepare it whose limit is higher, or change link.main.controls.prepare"
    )
    assert "mira has prepared 1; another person must approve (four_eyes)" in str(own.value)
    assert "cross-reference 1: Ana may approve nothing" in str(unnamed.value)
    assert (acting.status, acting.decided_by) == (XrefStatus.ACTIVE, "Head")


@pytest.mark.rule("Controls", 7)
@pytest.mark.parametrize(
    ("controls", "acts"),
    [
        ({"large_documents": 3, "large_amount": 300}, True),
        ({"large_documents": 2}, False),
        ({"large_amount": 299}, False),
        ({"large_amount": 299, "large_approval": False}, True),
        ({"approve": {"Mira": {"USD": 299}}}, False),
    ],
)
def test_without_four_eyes_an_answer_that_frees_much_still_waits_for_another(
    scene: Scene, controls: dict[str, Any], *, acts: bool
) -> None:
    desk = open_desk(scene, four_eyes=False, **controls)

    answered = desk.prepare(ANSWER, by="Mira", origin=NEED)

    assert (answered.status is XrefStatus.ACTIVE) is acts
    if not acts:
        with pytest.raises(ApprovalRefused, match=r"controls\.large_approval|up to 299 USD"):
            desk.approve([answered.id], by="Mira")


@pytest.mark.rule("Controls", 7)
def test_a_code_that_counts_for_any_partner_frees_what_waits_with_each_of_them(scene: Scene) -> None:
    code = CrossReference(kind="vendor", partner="", code="92/91", target="V1")
    desk = open_desk(scene, four_eyes=False, large_documents=2)

    (waits,) = (desk.prepare(each, by="Ana", origin="Cleo") for each in (code,))
    other = desk.prepare(replace(code, code="92/99"), by="Ana", origin="Cleo")

    assert (waits.status, other.status) == (XrefStatus.PREPARED, XrefStatus.ACTIVE)


@pytest.mark.rule("Controls", 7)
@pytest.mark.parametrize("kind", ["vendor", "new_vendor"])
def test_an_answer_by_its_smaller_need_frees_what_waits_for_the_larger_one_with_the_same_code(
    scene: Scene, kind: str
) -> None:
    conflict = Need(kind="vendor_conflict", subject=NEED.partition(":")[2], reason="two rules differ")
    with scene.store.begin() as work:
        work.needs.meet([1])
        work.needs.add({1: [conflict]})
    desk = open_desk(scene, four_eyes=False, large_documents=2)

    prepared = desk.prepare(replace(ANSWER, kind=kind), by="Ana", origin=str(conflict))

    assert prepared.status is XrefStatus.PREPARED


@pytest.mark.rule("Controls", 2)
def test_a_control_that_is_changed_is_an_entry_with_what_it_was_and_is(scene: Scene) -> None:
    for controls in ({}, {"large_approval": False}, {"large_approval": False}, {"large_amount": 5}, {}):
        link = make_link(read(**controls))
        pin_rules(scene.store, link, parse_rules(link.rules))

    with scene.store.begin() as work:
        found = [entry.detail for entry in work.audit.list("link:west") if entry.action == "controls changed"]

    assert [(json.loads(str(each["before"])), json.loads(str(each["now"]))) for each in found] == [
        ({}, {"large_approval": False}),
        ({"large_approval": False}, {"large_amount": 5}),
        ({"large_amount": 5}, {}),
    ]


def make_link(controls: ControlsSettings) -> Link:
    settings = LinkSettings(
        intacct=IntacctSettings(sender_id="s", company_id="BIRCH", user_id="u", base_currency="USD"),
        cleo=CleoSettings(url="https://cleo.example", username="u"),
        controls=controls,
    )
    secrets = Secrets(sender_password="s", user_password="u", cleo_password="c")
    return Link(name="west", settings=settings, secrets=secrets, rules={})


def test_usual_controls_leave_the_version_of_a_link_as_it_was() -> None:
    assert "controls" not in json.loads(describe_settings(make_link(read()).settings))


@pytest.mark.parametrize(
    "limits",
    [
        {"Ana": 300},
        {"Ana": {"usd": 300}},
        {"Ana": {"USD": -1}},
        {"Ana": {"USD": 0.5}},
        {"Ana": "any", "ana ": "any"},
    ],
)
def test_a_limit_that_says_nothing_clear_is_refused(limits: object) -> None:
    with pytest.raises(ValueError, match=r'write "any", or the most in each currency|are one person'):
        read(approve=limits)
