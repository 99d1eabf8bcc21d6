"""What makes a document the same document: its key, our mark in Intacct, the id of each sending."""

import base64
import hashlib
from collections.abc import Iterable
from datetime import date
from typing import Literal

from ml_connector.edi import Segment
from ml_connector.records.keys import BusinessKey, Identity, Target


def derive_document_key(key: BusinessKey, on: date | None) -> str:
    """`mlc-` + set + 12 base32 characters over business key and date: shown to people, and our mark in Intacct."""
    parts = (key.link, key.partner, key.set_code, key.number, key.kind, on.isoformat() if on else "")
    return f"mlc-{key.set_code}-{base64.b32encode(_digest(parts)).decode()[:12]}"


ControlKind = Literal["bill", "adjustment", "payment", "journal", "purchasing", "deletion"]
"""What is sent under a control id: it stands in it for people to see."""


def derive_control_id(target: Target, identity: Identity, *, kind: ControlKind = "bill") -> str:
    """The id under which Intacct's gateway remembers one sending.

    It rests on what both sides know for good (no link name, no row number, no sender or user id), so that
    the same document sent again, from whatever installation, is recognised.
    """
    key = identity.key
    parts = (
        target.company,
        target.entity,
        key.partner,
        key.set_code,
        key.number,
        key.kind,
        identity.date.isoformat() if identity.date else "",
        identity.purpose,
        str(identity.revision),
    )
    return f"mlc:{kind}:{_digest(parts).hex()[:32]}"


def derive_vendor_mark(company: str, seller: Iterable[str]) -> str:
    """Our mark of a vendor made for a seller: the same for all links of the company, and from any installation."""
    return f"mlc-vendor-{base64.b32encode(_digest((company, *seller))).decode()[:12]}"


def derive_vendor_control_id(company: str, mark: str, revision: int) -> str:
    """The id under which Intacct's gateway remembers the creation of a vendor; the next one after a refusal."""
    return f"mlc:vendor:{_digest((company, mark, str(revision))).hex()[:32]}"


def derive_accrual_mark(company: str, link: str, as_of: date) -> str:
    """Our mark of the entry of what a link's documents owe as of a day, as long as a document key."""
    parts = (company, link, as_of.isoformat())
    return f"mlc-acc-{base64.b32encode(_digest(parts)).decode()[:12]}"


def derive_accrual_control_id(company: str, mark: str, revision: int) -> str:
    """The id under which Intacct's gateway remembers that entry; the next one after a refusal or a deletion."""
    return f"mlc:journal:{_digest((company, mark, str(revision))).hex()[:32]}"


def derive_seal(rendered: Iterable[str]) -> str:
    """12 base32 characters that stand for all that people agree to: what is to be written otherwise has another."""
    return base64.b32encode(_digest(rendered)).decode()[:12]


def hash_content(segments: Iterable[Segment], *, usage: str) -> str:
    """SHA-256 over a document without its control numbers: equal when a partner sends the same again.

    The usage (ISA15) is part of it: a test and the real document that follows are not the same. It is
    stored for good, so it rests on the segments as sent and must never change; `edi.duplicates` has a
    looser one, which also overlooks the purpose and empty elements, for comparing arrivals.
    """
    digest = hashlib.sha256(usage.encode("utf-8", "surrogatepass") + b"\x1e")
    for segment in segments:
        elements = segment.elements[:1] if segment.tag in {"ST", "SE"} else segment.elements
        digest.update("\x1f".join((segment.tag, *elements)).encode("utf-8", "surrogatepass") + b"\x1e")
    return digest.hexdigest()


def _digest(parts: Iterable[str]) -> bytes:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).digest()
