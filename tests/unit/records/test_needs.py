"""The frozen records: a need reads as a key, and no record can be changed."""

import dataclasses
import importlib
import inspect

import pytest

from ml_connector.records.needs import Need

MODULES = ("audit", "documents", "exchange", "keys", "needs", "posting", "provenance")
RECORDS = [
    record
    for name in MODULES
    for record in vars(importlib.import_module(f"ml_connector.records.{name}")).values()
    if inspect.isclass(record) and record.__module__ == f"ml_connector.records.{name}"
]


def test_a_need_reads_as_a_key_that_an_answer_can_meet() -> None:
    assert str(Need(kind="vendor", subject="CORVID/92/0042", reason="…")) == "vendor:CORVID/92/0042"


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_every_record_is_frozen_slotted_and_named_by_its_fields(record: type) -> None:
    assert dataclasses.is_dataclass(record)
    assert record.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert not hasattr(record, "__dict__") or "__dict__" not in record.__slots__  # type: ignore[attr-defined]
    assert all(field.kw_only for field in dataclasses.fields(record))
