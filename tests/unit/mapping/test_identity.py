"""What makes a document the same document, and one sending of it the same sending."""

import re
from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.mapping.trade import make_trade

from ml_connector.edi import Transaction, read
from ml_connector.mapping.identity import derive_control_id, derive_document_key, hash_content
from ml_connector.records.keys import BusinessKey, Identity, Target

DAY = date(2026, 3, 15)
KEY = BusinessKey(link="main", partner="ZZ/CORVID/CORVID", set_code="810", number="INV-7", kind="debit")
TARGET = Target(company="HALDEN-US", entity="E1")
SENDING = Identity(key=KEY, date=DAY, purpose="00", revision=1)

texts = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=8)
keys = st.builds(BusinessKey, link=texts, partner=texts, set_code=texts, number=texts, kind=texts)
sendings = st.tuples(
    st.builds(Target, company=texts, entity=texts),
    st.builds(Identity, key=keys, date=st.dates(), purpose=texts, revision=st.integers(1, 99)),
)


def _list_parts(target: Target, identity: Identity) -> tuple[Any, ...]:
    key = replace(identity.key, link="")
    return (target, key, identity.date, identity.purpose, identity.revision)


def test_the_document_key_is_short_and_speaks_of_its_set() -> None:
    assert re.fullmatch(r"mlc-810-[A-Z2-7]{12}", derive_document_key(KEY, DAY))


def test_the_control_id_has_its_form() -> None:
    assert re.fullmatch(r"mlc:bill:[0-9a-f]{32}", derive_control_id(TARGET, SENDING))


def test_the_ids_never_change_for_they_stand_in_other_people_s_books() -> None:
    assert derive_document_key(KEY, DAY) == "mlc-810-H24XUAGKUKJV"
    assert derive_document_key(KEY, None) == "mlc-810-3QMSYILL4C5I"
    assert derive_control_id(TARGET, SENDING) == "mlc:bill:dd8fdf77eb264ee4054e0d3dfd02d8b2"


@settings(deadline=None, derandomize=True)
@given(sendings, sendings)
def test_control_ids_differ_when_any_part_differs(
    one: tuple[Target, Identity], other: tuple[Target, Identity]
) -> None:
    same = _list_parts(*one) == _list_parts(*other)

    assert (derive_control_id(*one) == derive_control_id(*other)) == same


@pytest.mark.parametrize("part", ["partner", "set_code", "number", "kind"])
def test_every_part_of_the_business_key_counts(part: str) -> None:
    changed = replace(KEY, **{part: "other"})

    assert derive_control_id(TARGET, replace(SENDING, key=changed)) != derive_control_id(TARGET, SENDING)
    assert derive_document_key(changed, DAY) != derive_document_key(KEY, DAY)


def test_control_ids_do_not_depend_on_link_names() -> None:
    elsewhere = replace(SENDING, key=replace(KEY, link="another link"))

    assert derive_control_id(TARGET, elsewhere) == derive_control_id(TARGET, SENDING)


def test_control_ids_know_no_row_no_sender_and_no_user() -> None:
    known = {field.name for record in (Target, Identity, BusinessKey) for field in fields(record)}

    assert known == {
        "company", "entity",
        "key", "date", "purpose", "revision",
        "link", "partner", "set_code", "number", "kind",
    }  # fmt: skip


def test_parts_do_not_run_into_each_other() -> None:
    one = derive_control_id(Target(company="A", entity="BC"), SENDING)
    other = derive_control_id(Target(company="AB", entity="C"), SENDING)

    assert one != other


def _hash(data: bytes) -> str:
    [transaction] = [item for item in read([data]) if isinstance(item, Transaction)]
    return hash_content(transaction.segments, usage=transaction.interchange.usage)


def test_the_same_content_under_other_control_numbers_is_the_same() -> None:
    sent = make_trade("IT1*1*1*EA*5**VN*A", total="500").write()
    again = (
        sent.replace(b"ST*810*0001~", b"ST*810*9999~")
        .replace(b"*0001~GE", b"*9999~GE")
        .replace(b"000042", b"000099")
    )

    assert again != sent
    assert _hash(again) == _hash(sent)


@pytest.mark.parametrize(
    ("old", "new"), [(b"*P*>", b"*T*>"), (b"*5*", b"*6*"), (b"VN*A~", b"VN*B~"), (b"BIG*2", b"BIG*3")]
)
def test_any_other_content_is_another(old: bytes, new: bytes) -> None:
    sent = make_trade("IT1*1*1*EA*5**VN*A", total="500").write()

    assert _hash(sent.replace(old, new)) != _hash(sent)
