"""Kinds that Intacct does not list as one object: closed days, own dimensions, units by the name of their group."""

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

from tests.unit.flows.scene import BOOKS, Scene

from ml_connector.flows.cadence import Cadence
from ml_connector.flows.intacct_to_cleo import refresh
from ml_connector.intacct import (
    AnswerUnreadable,
    CredentialsRefused,
    DefinedDocument,
    DimensionValue,
    Entity,
    ItemCrossReference,
    TaxSchedule,
    Unit,
    UnitGroup,
)


def make(kind: type[Any], **values: Any) -> Any:
    return kind(**{**{item.name: "" for item in fields(kind)}, **values})


def make_unit(number: int, group: int | None, unit: str, factor: str) -> Unit:
    return Unit(
        record_no=number,
        group_no=group,
        unit=unit,
        abbreviation=unit[:2],
        factor=Decimal(factor),
        is_base=factor == "1",
    )


def copy(scene: Scene, *kinds: str) -> list[str]:
    """Take the copy with these kinds too; the messages of its troubles."""
    scene.cadence = Cadence(kinds=kinds)
    return [trouble.message for trouble in scene.do(refresh)]


def list_rows(scene: Scene, kind: str) -> dict[str, dict[str, Any]]:
    with scene.store.begin() as work:
        newest = work.reference.newest("BIRCH")
        assert newest is not None
        rows = work.reference.list_kind("BIRCH", newest[0], kind)
        return {row.key: dict(row.body) for row in rows}


def test_units_are_known_by_the_names_of_their_groups(scene: Scene) -> None:
    units = (make_unit(5, 1, "Each", "1"), make_unit(6, 1, "Dozen", "12"), make_unit(7, 9, "Crate", "1"))
    groups = (UnitGroup(record_no=1, name="Count"), UnitGroup(record_no=2, name="Weight"))
    scene.finance.books = replace(BOOKS, others=(*groups, *units))

    assert copy(scene, "unit", "unit_group") == []

    rows = list_rows(scene, "unit")
    assert set(rows) == {"Count/Each", "Count/Dozen", "9/Crate"}
    assert (rows["Count/Dozen"]["group"], rows["Count/Dozen"]["factor"]) == ("Count", "12")
    assert set(list_rows(scene, "unit_group")) == {"Count", "Weight"}
    with scene.store.begin() as work:
        assert work.watermarks.get("BIRCH", "unit").counted == 3


def test_numbers_that_vendors_have_for_items_are_copied_and_those_of_customers_are_not(scene: Scene) -> None:
    numbers = (("Vendor", "BOLT"), ("Vendor", "NUT"), ("Customer", "BOLT"))
    scene.finance.books = replace(
        BOOKS,
        others=tuple(
            make(
                ItemCrossReference, record_no=n, reference_type=whose, item_id=item, vendor_id="V1", alias="8"
            )
            for n, (whose, item) in enumerate(numbers, 1)
        ),
    )

    assert copy(scene, "item_cross_reference") == []

    with scene.store.begin() as work:
        newest = work.reference.newest("BIRCH")
        assert newest is not None
        asked = ("item_cross_reference", "V1/8")
        found = work.reference.slice("BIRCH", newest[0], [asked])
        assert [(row.key, row.body["item_id"]) for row in found[asked]] == [("1", "BOLT"), ("2", "NUT")]
        assert work.watermarks.get("BIRCH", "item_cross_reference").counted == 2


def test_the_closed_day_of_each_entity_is_kept_and_its_change_is_told(scene: Scene) -> None:
    entity = make(Entity, record_no=1, entity_id="E1", start=None, end=None)
    scene.finance.books = replace(BOOKS, others=(entity,))
    scene.finance.setup.closed = {"E1": date(2031, 1, 31)}
    assert copy(scene, "closed_day") == []
    days = {key: row["closed_through"] for key, row in list_rows(scene, "closed_day").items()}
    assert days == {"(top)": None, "E1": "2031-01-31"}

    scene.finance.setup.closed = {"E1": date(2031, 2, 28)}
    scene.wait(days=1)
    assert copy(scene, "closed_day") == []

    said = [entry.detail.get("says") for entry in scene.audit("company:BIRCH")]
    assert "closed day E1 closed through 2031-01-31 → 2031-02-28" in said
    with scene.store.begin() as work:
        assert work.watermarks.get("BIRCH", "closed_day").counted is None


def test_an_entity_the_user_may_not_enter_has_no_closed_day_and_an_unknown_answer_stops_nothing(
    scene: Scene,
) -> None:
    entity = make(Entity, record_no=1, entity_id="E1", start=None, end=None)
    scene.finance.books = replace(BOOKS, others=(entity,))
    setup = scene.finance.setup
    setup.refuses = {"E1": CredentialsRefused("not in E1", refused="user")}
    shut_out = copy(scene, "closed_day")
    days = list(list_rows(scene, "closed_day"))

    scene.wait(days=1)
    setup.refuses = {"": AnswerUnreadable("no date in the answer")}
    unreadable = copy(scene, "closed_day")
    with scene.store.begin() as work:
        problem = work.watermarks.get("BIRCH", "closed_day").problem
    scene.wait(days=2)
    setup.refuses = {"": CredentialsRefused("nowhere", refused="user")}

    assert (shut_out, days) == ([], ["(top)"])
    assert (unreadable, list_rows(scene, "closed_day")) == ([], {})
    assert problem == "no date in the answer"
    assert copy(scene, "closed_day") == ["nowhere"]


def test_each_dimension_of_the_company_s_own_is_a_kind_that_is_asked_for_by_name(scene: Scene) -> None:
    north, south = (DimensionValue(value_no=n, name=name) for n, name in ((3, "North"), (4, "South")))
    scene.finance.setup.dimensions = {"REGION": (north, south)}
    assert copy(scene, "dimension:REGION") == []
    rows = {key: row["name"] for key, row in list_rows(scene, "dimension:REGION").items()}
    assert rows == {"3": "North", "4": "South"}

    scene.finance.setup.dimensions = {"REGION": (replace(north, name="Far North"),)}
    scene.wait(days=1)
    assert copy(scene, "dimension:REGION") == []

    rows = {key: row["name"] for key, row in list_rows(scene, "dimension:REGION").items()}
    assert rows == {"3": "Far North"}


def test_a_dimension_the_company_has_not_is_noted_with_those_it_has_and_keeps_nothing_else_back(
    scene: Scene,
) -> None:
    scene.finance.setup.dimensions = {"REGION": ()}

    assert copy(scene, "dimension:BRANCH") == []

    assert set(list_rows(scene, "vendor")) == {"V1", "V2"}
    with scene.store.begin() as work:
        problem = work.watermarks.get("BIRCH", "dimension:BRANCH").problem
    assert problem == "there is no user dimension BRANCH; there are: REGION"


def test_what_definitions_are_converted_from_is_copied(scene: Scene) -> None:
    sources = ("PO Receiver", "Purchase Order")
    scene.finance.setup.definitions = (
        DefinedDocument(name="Vendor Invoice", subtotals=(), sources=sources),
        DefinedDocument(name="Purchase Order", subtotals=(), sources=()),
    )

    assert copy(scene, "purchasing_conversion") == []

    rows = list_rows(scene, "purchasing_conversion")
    assert {name: tuple(body["sources"]) for name, body in rows.items()} == {
        "Vendor Invoice": sources,
        "Purchase Order": (),
    }


def test_what_tells_the_approval_of_a_vendor_is_copied_where_the_rules_name_it(scene: Scene) -> None:
    scene.finance.books = replace(BOOKS, custom={"V1": {"STATE": "Submitted"}})
    scene.cadence = Cadence(approval_field="STATE")

    assert scene.do(refresh) == []

    rows = list_rows(scene, "vendor")
    assert (rows["V1"]["approval"], rows["V2"]["approval"]) == ("Submitted", "")


def test_tax_schedules_are_copied(scene: Scene) -> None:
    scene.finance.books = replace(BOOKS, others=(make(TaxSchedule, record_no=1, schedule_id="UK full"),))

    assert copy(scene, "tax_schedule") == []

    assert set(list_rows(scene, "tax_schedule")) == {"UK full"}


def test_a_field_the_company_has_not_can_be_left_out(scene: Scene) -> None:
    scene.finance.reading.lacks = {"VENDOR": {"CURRENCY", "PAYMETHODKEY"}}
    (said,) = copy(scene)
    assert "VENDOR has no field CURRENCY, PAYMETHODKEY" in said

    scene.cadence = Cadence(without={"vendor": ("CURRENCY", "PAYMETHODKEY")})
    scene.wait(minutes=6)
    assert scene.do(refresh) == []

    assert set(list_rows(scene, "vendor")) == {"V1", "V2"}
    scene.wait(hours=2)
    assert scene.do(refresh) == []
