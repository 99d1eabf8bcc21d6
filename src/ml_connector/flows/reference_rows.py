"""Intacct's records as rows of our dated copy, and back."""

from dataclasses import fields
from typing import Any

from ml_connector.intacct.objects import Vendor
from ml_connector.mapping.reference import KINDS, Known, identify
from ml_connector.mapping.vendor_match import list_aliases
from ml_connector.store.reference import ReferenceRow


def keep_record(kind: str, record: Known) -> ReferenceRow:
    """A record as the copy keeps it. A tax id is kept only as a hash to be found by."""
    body = {item.name: getattr(record, item.name) for item in fields(record)}
    if "requires" in body:
        body["requires"] = sorted(body["requires"])
    aliases: tuple[str, ...] = ()
    if isinstance(record, Vendor):
        body["tax_id"] = ""
        aliases = list_aliases(record)
    return ReferenceRow(kind=kind, key=identify(record), body=body, aliases=aliases)


def restore_record(row: ReferenceRow) -> Known:
    """The record a row of the copy keeps."""
    body: dict[str, Any] = dict(row.body)
    if "requires" in body:
        body["requires"] = frozenset(body["requires"])
    return KINDS[row.kind](**body)
