"""A large company is asked by index, not by reading all of it."""

from pathlib import Path

import pytest

from mlc_sim.intacct.catalogue import OBJECTS
from mlc_sim.intacct.store import Store


@pytest.mark.parametrize(
    ("object_name", "where", "index"),
    [
        ("APBILL", "number = 'INV-1'", "bill_by_number"),
        ("APBILL", "vendor_id = 'V1' AND number = 'INV-1'", "bill_number"),
        ("APBILL", f"{OBJECTS['APBILL'].sql('WHENMODIFIED')} > '2030'", "bill_modified"),
        (
            "VENDOR",
            f"object = 'VENDOR' AND {OBJECTS['VENDOR'].sql('WHENMODIFIED')} > '2030'",
            "record_modified",
        ),
        (
            "GLBATCH",
            f"object = 'GLBATCH' AND {OBJECTS['GLBATCH'].sql('WHENMODIFIED')} > '2030'",
            "entry_modified",
        ),
        ("PODOCUMENT", "object = 'PODOCUMENT' AND key = 'PO-1'", "entry_key"),
    ],
)
def test_what_integrations_ask_for_has_an_index(
    tmp_path: Path, object_name: str, where: str, index: str
) -> None:
    store = Store(tmp_path / "intacct.db")

    table = OBJECTS[object_name].table
    plan = store.select(
        f"EXPLAIN QUERY PLAN SELECT body FROM {table} WHERE company = 'BIRCH' AND {where}", ()
    )
    store.close()

    assert index in plan[0][-1]
