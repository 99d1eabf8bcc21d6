"""Builders of X12 for the tests: every set and interchange is written here, none is copied."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from ml_connector.edi import Finding, Interchange, Invoice, Item, Reading, Transaction, parse_invoice, read

ISA = "ISA*00*          *00*          *ZZ*NORDWIND       *ZZ*OURHOUSE       *240116*0930*U*00401*000000042*0*P*>"

#: What a group is for, by the sets in it.
GROUPS = {
    "812": "CD",
    "820": "RA",
    "824": "AG",
    "850": "PO",
    "855": "PR",
    "856": "SH",
    "860": "PC",
    "865": "CA",
}
GROUPS |= {"875": "OG", "880": "GP", "997": "FA", "999": "FA"}


def _make_set(*segments: str, code: str = "810", number: str = "0001") -> str:
    return "~".join([f"ST*{code}*{number}", *segments, f"SE*{len(segments) + 2}*{number}"]) + "~"


def _make_file(*sets: str, isa: str = ISA) -> bytes:
    body = "".join(sets)
    code = GROUPS.get(body[3:6], "IN")
    return f"{isa}~GS*{code}*NORDWIND*OURHOUSE*20240116*0930*7*X*004010~{body}GE*{len(sets)}*7~IEA*1*000000042~".encode()


def _read_codes(items: Iterable[Item]) -> list[str]:
    codes: list[str] = []
    for item in items:
        found = (item,) if isinstance(item, Finding) else getattr(item, "findings", ())
        codes += [finding.code for finding in found]
    return codes


def _read_sets(data: bytes) -> list[Transaction]:
    return [item for item in read([data]) if isinstance(item, Transaction)]


def _parse(*segments: str) -> Reading[Invoice]:
    [transaction] = _read_sets(_make_file(_make_set(*segments)))
    return parse_invoice(transaction)


@pytest.fixture(scope="session")
def isa() -> str:
    """An ISA without its terminator."""
    return ISA


@pytest.fixture(scope="session")
def make_set() -> Callable[..., str]:
    """A set of the given segments, with a right ST and SE."""
    return _make_set


@pytest.fixture(scope="session")
def make_file() -> Callable[..., bytes]:
    """An interchange with one group of the given sets."""
    return _make_file


@pytest.fixture(scope="session")
def codes() -> Callable[[Iterable[Item]], list[str]]:
    """The codes of all findings among the items, those of interchanges and sets included."""
    return _read_codes


@pytest.fixture(scope="session")
def read_sets() -> Callable[[bytes], list[Transaction]]:
    return _read_sets


@pytest.fixture(scope="session")
def read_one() -> Callable[..., Transaction]:
    """The set with the given segments between ST and SE, read out of a file of its own."""

    def read_one(*segments: str, code: str = "810") -> Transaction:
        [transaction] = _read_sets(_make_file(_make_set(*segments, code=code)))
        return transaction

    return read_one


@pytest.fixture(scope="session")
def read_interchanges() -> Callable[[bytes], list[Interchange]]:
    return lambda data: [item for item in read([data]) if isinstance(item, Interchange)]


@pytest.fixture(scope="session")
def parse() -> Callable[..., Reading[Invoice]]:
    """The reading of an 810 with the given segments between ST and SE."""
    return _parse


@pytest.fixture(scope="session")
def invoice_file() -> bytes:
    """An invoice that uses most of what an 810 offers."""
    return (Path(__file__).parent / "files" / "invoice.edi").read_bytes()
