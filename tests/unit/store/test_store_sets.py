"""What is asked for by a set: however many there are, and only what is meant."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import Connection, select
from tests.unit.store.rows import add_file, number_document

from ml_connector.store import Store
from ml_connector.store.opening import connect_database
from ml_connector.store.sets import is_one_of
from ml_connector.store.tables import documents, payloads

MORE_THAN_A_STATEMENT_HAS_PARAMETERS = 70_000
NUMBERS = ("1", "it's", 'a "quoted" one', "back\\slash", "Ærø")


@pytest.fixture
def connection(store: Store, store_url: str) -> Iterator[Connection]:
    new = [number_document(n) for n in range(len(NUMBERS))]
    named = [replace(each, key=replace(each.key, number=NUMBERS[each.index])) for each in new]
    file_id = add_file(store)
    with store.begin() as work:
        work.documents.add(file_id, named)
    engine = connect_database(store_url).execution_options(writes=False)
    with engine.connect() as opened:
        yield opened
    engine.dispose()


def test_any_number_of_values_is_one_question(connection: Connection) -> None:
    known = connection.execute(select(documents.c.id).order_by(documents.c.id)).scalars().all()
    strangers = range(known[-1] + 1, known[-1] + MORE_THAN_A_STATEMENT_HAS_PARAMETERS)

    asked = select(documents.c.id).where(is_one_of(documents.c.id, [known[0], *strangers]))

    assert connection.execute(asked).scalars().all() == [known[0]]


def test_no_value_finds_nothing(connection: Connection) -> None:
    asked = select(documents.c.id).where(is_one_of(documents.c.id, []))

    assert connection.execute(asked).all() == []


def test_what_is_no_value_is_all_the_rest(connection: Connection) -> None:
    first, *others = connection.execute(select(documents.c.id).order_by(documents.c.id)).scalars().all()

    asked = select(documents.c.id).where(~is_one_of(documents.c.id, [first])).order_by(documents.c.id)

    assert connection.execute(asked).scalars().all() == others


def test_values_are_those_of_the_column_whatever_it_is_kept_as(connection: Connection) -> None:
    (amount,) = connection.execute(select(documents.c.amount).distinct()).scalars().all()
    same = select(documents.c.amount).where(is_one_of(documents.c.amount, [amount]))
    other = select(documents.c.amount).where(is_one_of(documents.c.amount, [amount + Decimal("0.0001")]))

    assert set(connection.execute(same).scalars()) == {amount}
    assert connection.execute(other).all() == []


def test_a_text_is_found_as_it_is_written(connection: Connection) -> None:
    found = [
        connection.execute(select(documents.c.number).where(is_one_of(documents.c.number, [number]))).all()
        for number in NUMBERS
    ]

    assert found == [[(number,)] for number in NUMBERS]


def test_a_longer_text_is_not_cut_to_the_length_of_the_column(connection: Connection) -> None:
    (sha256, *_) = connection.execute(select(payloads.c.sha256)).scalars().all()

    asked = select(payloads.c.sha256).where(is_one_of(payloads.c.sha256, [f"{sha256}0"]))

    assert connection.execute(asked).all() == []
