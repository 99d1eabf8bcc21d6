"""What Intacct would refuse is held before anything is sent, and goes by itself once it is mended there."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

import pytest
from tests.unit.flows.scene import BOOKS, RULES, Scene, write_invoice
from tests.unit.flows.test_payment_line import OPERATING, PAYING, drop, write_remittance

from ml_connector.flows.cadence import USUAL
from ml_connector.flows.planning.catalogue import list_planned_kinds
from ml_connector.intacct import Card, DimensionValue, Entity
from ml_connector.mapping.rules.rulebook import parse_rules
from ml_connector.records.status import Status

ENTITIES: Final = tuple(
    Entity(record_no=n, entity_id=id_, name=id_, status="active", currency="USD", start=None, end=None)
    for n, id_ in enumerate(("E1", "E2"), 1)
)
IN_REGION: Final = RULES.replace('name = "supplies"\n', 'name = "supplies"\ndimensions = { REGION = "7" }\n')
TOP: Final = RULES.replace('entity = "E1"\n', "")


@pytest.fixture
def scene(sqlite_scene: Scene) -> Scene:
    """A company with two entities, whose copy has all that rules need."""
    sqlite_scene.finance.books = replace(BOOKS, others=ENTITIES)
    return sqlite_scene


def run(scene: Scene, rules: str = RULES) -> None:
    """A run by these rules; a day later, so that all of the copy is due."""
    scene.rules = rules
    scene.cadence = replace(USUAL, kinds=list_planned_kinds(parse_rules({"rules.toml": rules})))
    scene.wait(days=1)
    assert scene.run() == []


def list_needs(scene: Scene, number: str) -> list[str]:
    return [str(need) for need in scene.needs(number)]


@pytest.mark.rule("Before anything else", 17)
def test_in_books_closed_in_intacct_an_invoice_is_posted_on_the_first_open_day(scene: Scene) -> None:
    scene.finance.setup.closed = {"E1": date(2031, 3, 12), "E2": date(2031, 3, 20)}
    scene.drop(write_invoice("INV-1"))

    run(scene)

    assert scene.statuses() == {"INV-1": Status.POSTED}
    assert (scene.bill("INV-1").date, scene.bill("INV-1").posting_date) == (
        date(2031, 3, 10),
        date(2031, 3, 13),
    )


def test_a_route_that_opens_later_than_the_books_goes_on_doing_so(scene: Scene) -> None:
    scene.finance.setup.closed = {"": date(2031, 3, 12)}
    scene.drop(write_invoice("INV-1"))

    run(scene, RULES.replace('entity = "E1"', 'entity = "E1"\nbooks_open_from = 2031-03-15'))

    assert scene.bill("INV-1").posting_date == date(2031, 3, 15)


@pytest.mark.rule("Before anything else", 17)
def test_what_would_be_posted_in_closed_books_is_held_and_goes_once_they_are_open(scene: Scene) -> None:
    scene.finance.setup.closed = {"E1": date(2031, 3, 12)}
    scene.drop(write_invoice("INV-1"))
    run(scene, TOP)  # which entity its lines are in is told by their location alone
    held = list_needs(scene, "INV-1")

    scene.finance.setup.closed = {}
    run(scene, TOP)

    assert held == ["period:E1/2031-03-10"]
    assert scene.statuses() == {"INV-1": Status.POSTED}


@pytest.mark.rule("Before anything else", 21)
def test_a_vendor_of_another_entity_is_held_before_anything_is_sent(scene: Scene) -> None:
    scene.finance.books = replace(scene.finance.books, custom={"V1": {"MEGAENTITYID": "E2"}})
    scene.drop(write_invoice("INV-1"))
    run(scene)
    held = list_needs(scene, "INV-1")

    scene.finance.books = replace(scene.finance.books, custom={})
    run(scene)

    assert held == ["record:vendor/V1"]
    assert len(scene.list_sent()) == 1
    assert scene.statuses() == {"INV-1": Status.POSTED}


def test_a_value_of_an_own_dimension_and_the_dimension_itself_must_be_there(scene: Scene) -> None:
    values = scene.finance.setup.dimensions
    values["REGION"] = (DimensionValue(value_no=7, name="North"),)
    scene.drop(write_invoice("INV-1"), name="1.edi")
    run(scene, IN_REGION)
    values["REGION"] = (DimensionValue(value_no=8, name="South"),)
    scene.drop(write_invoice("INV-2"), name="2.edi")
    run(scene, IN_REGION)
    del values["REGION"]
    scene.drop(write_invoice("INV-3"), name="3.edi")

    run(scene, IN_REGION)

    assert scene.statuses() == {"INV-1": Status.POSTED, "INV-2": Status.HELD, "INV-3": Status.HELD}
    assert list_needs(scene, "INV-2") == list_needs(scene, "INV-3") == ["record:REGION/7"]


def test_of_a_kind_that_was_never_copied_nothing_is_said(scene: Scene) -> None:
    scene.rules = IN_REGION
    scene.drop(write_invoice("INV-1"))

    assert scene.run() == []

    assert scene.statuses() == {"INV-1": Status.POSTED}


def test_a_bill_for_a_contact_of_the_rules_that_is_gone_is_held(scene: Scene) -> None:
    remit = '\n[[remit_to]]\npartner = "Alnwick Bolts"\ncode = "RI/92/R"\ncontact = "Till"\n'
    segments = list(write_invoice("INV-1"))
    segments.insert(2, "N1*RI*Till*92*R")
    scene.drop(tuple(segments))

    run(scene, RULES + remit)

    assert list_needs(scene, "INV-1") == ["remit_to:V1/pay-to/Till"]
    assert "Till" in scene.needs("INV-1")[0].reason
    assert scene.list_sent() == []


def test_a_payment_leaves_from_an_account_or_card_that_is_there(scene: Scene) -> None:
    card = Card(
        record_no=1,
        card_id="OPERATING",
        description="Card",
        card_type="Visa",
        liability="Credit",
        vendor_id="",
        status="active",
    )
    scene.four_eyes = False
    bank = replace(OPERATING, status="inactive")
    scene.finance.books = replace(scene.finance.books, others=(*ENTITIES, bank))
    scene.drop(write_invoice("INV-1"))
    run(scene)
    today = scene.clock() - timedelta(days=1)
    drop(scene, write_remittance("T-1", "INV-1**100.00", on=f"{today:%Y%m%d}"))
    run(scene, RULES + PAYING)
    held = list_needs(scene, "T-1")

    scene.finance.books = replace(scene.finance.books, others=(*ENTITIES, card))
    run(scene, RULES + PAYING)

    assert held == ["record:bank account/OPERATING"]
    assert list_needs(scene, "T-1") == []


@pytest.mark.parametrize(
    "known", [{"counted": 2, "kept": 1}, {"last_full": None, "problem": "no permission"}]
)
def test_what_our_copy_may_have_missed_is_not_called_missing(scene: Scene, known: dict[str, Any]) -> None:
    scene.four_eyes = False
    scene.drop(write_invoice("INV-1"))
    run(scene, RULES + PAYING)
    with scene.store.begin() as work:
        mark = work.watermarks.get("BIRCH", "bank_account")
        work.watermarks.put("BIRCH", replace(mark, **known))
    scene.finance.books = replace(scene.finance.books, others=(*ENTITIES, OPERATING))
    drop(scene, write_remittance("T-1", "INV-1**100.00", on=f"{scene.clock():%Y%m%d}"))

    scene.run()

    assert list_needs(scene, "T-1") == []
    assert scene.statuses()["T-1"] is Status.POSTED
