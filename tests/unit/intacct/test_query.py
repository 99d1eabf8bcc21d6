"""Queries: strict when they are made, exact when they are written."""

from datetime import UTC, date, datetime, timedelta

import pytest

from ml_connector.intacct import (
    Aggregate,
    Combination,
    Filter,
    Query,
    UserFormat,
    all_of,
    any_of,
    compare,
    negate,
)
from ml_connector.intacct.query import Condition, render_aggregates, render_query

OLD = compare("WHENCREATED", "greaterthanorequalto", date(2030, 1, 9))
ACTIVE = compare("STATUS", "equalto", "active & well")


def test_a_query_without_a_filter_is_exactly_this() -> None:
    query = Query(object="VENDOR", fields=("NAME", "RECORDNO"))

    assert render_query(query, after=0, pagesize=1000, form=UserFormat()) == (
        "<query><object>VENDOR</object><select><field>RECORDNO</field><field>NAME</field></select>"
        "<orderby><order><field>RECORDNO</field><ascending/></order></orderby>"
        "<options><showprivate>true</showprivate></options><pagesize>1000</pagesize></query>"
    )


def test_the_next_page_adds_the_last_key_to_the_filter() -> None:
    query = Query(object="APBILL", fields=("JOURNAL.SYMBOL",), where=OLD)

    assert (
        "<filter><and><greaterthanorequalto><field>WHENCREATED</field><value>01/09/2030</value></greaterthanorequalto>"
        "<greaterthan><field>RECORDNO</field><value>41</value></greaterthan></and></filter>"
    ) in render_query(query, after=41, pagesize=1000, form=UserFormat())


def test_filters_nest_and_their_values_are_escaped() -> None:
    either = Combination(operator="or", filters=(ACTIVE, compare("NAME", "isnull")))
    query = Query(
        object="VENDOR", fields=("NAME",), where=all_of(either, compare("TAXID", "in", "1", "2\x00"))
    )

    assert (
        "<filter><and><or><equalto><field>STATUS</field><value>active &amp; well</value></equalto>"
        "<isnull><field>NAME</field></isnull></or>"
        "<in><field>TAXID</field><value>1</value><value>2</value></in></and></filter>"
    ) in render_query(query, after=0, pagesize=1000, form=UserFormat())


def test_all_of_nothing_is_no_filter_and_all_of_one_is_that_one() -> None:
    assert all_of() is None
    assert all_of(None, ACTIVE) is ACTIVE


@pytest.mark.parametrize("count", [0, 1001])
def test_in_takes_1_to_1000_values(count: int) -> None:
    assert compare("VENDORID", "in", *("V",) * 1000)
    with pytest.raises(ValueError, match=f"in on VENDORID has {count} values; it takes 1 to 1000"):
        compare("VENDORID", "in", *("V",) * count)


def test_other_operators_take_the_values_they_are_documented_with() -> None:
    assert compare("TOTALDUE", "between", "1", "2")
    with pytest.raises(ValueError, match="it takes 2 to 2"):
        compare("TOTALDUE", "between", "1")
    with pytest.raises(ValueError, match="it takes 0 to 0"):
        compare("NAME", "isnull", "x")
    with pytest.raises(ValueError, match="it takes 1 to 1"):
        compare("NAME", "equalto")


def test_and_joins_at_least_two_filters() -> None:
    with pytest.raises(ValueError, match="`and` joins at least two filters, not 1"):
        Combination(operator="and", filters=(ACTIVE,))


def test_a_time_stamp_is_written_in_the_users_zone_and_format() -> None:
    since = compare("WHENMODIFIED", "between", datetime(2030, 1, 1, 3, tzinfo=UTC), date(2030, 1, 2))
    query = Query(object="VENDOR", fields=("NAME",), where=since)
    form = UserFormat(date_format=".dmY", clock=12, offset=timedelta(hours=-8))

    rendered = render_query(query, after=0, pagesize=1000, form=form)

    assert "<value>31.12.2029 07:00:00 PM</value><value>02.01.2030</value>" in rendered


def test_a_time_stamp_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="a time stamp needs a zone; give an aware time"):
        compare("WHENMODIFIED", "greaterthan", datetime(2030, 1, 1))  # noqa: DTZ001 (that is the point)


@pytest.mark.parametrize(
    ("filter_", "opposite"),
    [
        (compare("A", "equalto", "1"), compare("A", "notequalto", "1")),
        (compare("A", "notin", "1", "2"), compare("A", "in", "1", "2")),
        (compare("A", "isnotnull"), compare("A", "isnull")),
        (compare("A", "lessthan", "1"), compare("A", "greaterthanorequalto", "1")),
        (compare("A", "greaterthan", "1"), compare("A", "lessthanorequalto", "1")),
        (compare("A", "like", "x%"), compare("A", "notlike", "x%")),
        (
            compare("A", "between", "1", "5"),
            any_of(compare("A", "lessthan", "1"), compare("A", "greaterthan", "5")),
        ),
        (
            any_of(compare("A", "isnull"), compare("B", "in", "2")),
            all_of(compare("A", "isnotnull"), compare("B", "notin", "2")),
        ),
        (
            all_of(compare("A", "isnull"), compare("B", "in", "2")),
            any_of(compare("A", "isnotnull"), compare("B", "notin", "2")),
        ),
    ],
)
def test_not_is_every_condition_turned_round(filter_: Filter, opposite: Filter) -> None:
    assert negate(filter_) == opposite


def test_any_of_nothing_is_no_filter_and_any_of_one_is_that_one() -> None:
    assert any_of(None) is None
    assert any_of(None, ACTIVE) is ACTIVE


def test_aggregates_are_asked_for_over_all_rows() -> None:
    count, total = Aggregate(measure="count", field="RECORDNO"), Aggregate(measure="sum", field="TOTALDUE")

    assert render_aggregates("VENDOR", [count, total], ACTIVE, UserFormat()) == (
        "<query><object>VENDOR</object><select><count>RECORDNO</count><sum>TOTALDUE</sum></select>"
        "<filter><equalto><field>STATUS</field><value>active &amp; well</value></equalto></filter>"
        "<options><showprivate>true</showprivate></options></query>"
    )


def test_a_query_may_name_its_definition_another_key_and_ignore_case() -> None:
    query = Query(
        object="PODOCUMENT", fields=("DOCID",), key="ID", document="Purchase Order", ignore_case=True
    )

    assert render_query(query, after=7, pagesize=10, form=UserFormat()) == (
        "<query><object>PODOCUMENT</object><select><field>ID</field><field>DOCID</field></select>"
        "<docparid>Purchase Order</docparid>"
        "<filter><greaterthan><field>ID</field><value>7</value></greaterthan></filter>"
        "<orderby><order><field>ID</field><ascending/></order></orderby>"
        "<options><caseinsensitive>true</caseinsensitive><showprivate>true</showprivate></options>"
        "<pagesize>10</pagesize></query>"
    )


@pytest.mark.parametrize("name", ["*", "", "A B", "NAME<", "A.", ".A"])
def test_a_wildcard_or_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is not the name of"):
        Query(object="VENDOR", fields=(name,))
    with pytest.raises(ValueError, match="is not the name of"):
        Query(object=name, fields=("NAME",))
    with pytest.raises(ValueError, match="is not the name of"):
        Condition(operator="equalto", field=name, values=("x",))


def test_a_query_of_no_field_is_refused() -> None:
    with pytest.raises(ValueError, match="a query of VENDOR selects at least one field"):
        Query(object="VENDOR", fields=())


def test_filters_with_the_same_content_are_equal() -> None:
    again: Filter = compare("STATUS", "equalto", "active & well")

    assert again == ACTIVE
