"""An EDI case is a folder: a file as it could arrive, every document and finding in it, and why it is there."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from ml_connector.edi import Finding, Interchange, Invoice, Transaction, explain_total, read
from ml_connector.edi.documents.routes import parse_document

FOLDER: Final = Path(__file__).parent / "edi"
EXPECTED: Final = "document.json"

_COVERS: Final = re.compile(r"^covers: (.+)$", re.MULTILINE)


def list_edi_cases(folder: Path = FOLDER) -> Sequence[Path]:
    """The folders SET/CASE."""
    return sorted(path for path in folder.glob("*/*") if path.is_dir())


def list_covered(case: Path) -> Sequence[str]:
    """The points a case shows, as the lines of its why.md name them: `covers: x12 1.2.3`."""
    return _COVERS.findall((case / "why.md").read_text("utf-8"))


def make_picture(case: Path) -> str:
    """Everything that is read in the case's file: interchanges, documents and findings, as sorted JSON."""
    items = list(read([(case / "in.edi").read_bytes()]))
    picture = {
        "interchanges": [_show_interchange(item) for item in items if isinstance(item, Interchange)],
        "findings": [_show_finding(item) for item in items if isinstance(item, Finding)],
        "documents": [_show_document(item) for item in items if isinstance(item, Transaction)],
    }
    text = msgspec.json.encode(msgspec.to_builtins(picture), order="sorted")
    return f"{msgspec.json.format(text, indent=2).decode()}\n"


def _show_interchange(interchange: Interchange) -> Mapping[str, Any]:
    shown = msgspec.structs.asdict(interchange)
    delimiters = msgspec.structs.asdict(shown.pop("delimiters"))
    return shown | {
        "delimiters": {name: value.hex(" ") if value else None for name, value in delimiters.items()},
        "findings": _show_findings(interchange.findings),
    }


def _show_document(transaction: Transaction) -> Mapping[str, Any]:
    reading = parse_document(transaction)
    arithmetic = {"arithmetic": _explain(reading.document)} if isinstance(reading.document, Invoice) else {}
    return arithmetic | {
        "set": transaction.set_code,
        "number": transaction.control_number,
        "version": transaction.group.version if transaction.group else None,
        "type": type(reading.document).__name__,
        "document": reading.document,
        "findings": _show_findings((*transaction.findings, *reading.findings)),
    }


def _explain(invoice: Invoice) -> Mapping[str, Any]:
    """What is owed, the rule that explains it, and what each rule tried gives."""
    arithmetic = explain_total(invoice)
    return {
        "owed": arithmetic.total,
        "rule": arithmetic.rule,
        "attempts": {attempt.rule: attempt.amount for attempt in arithmetic.attempts},
    }


def _show_findings(findings: Iterable[Finding]) -> Sequence[Mapping[str, Any]]:
    return [_show_finding(finding) for finding in findings]


def _show_finding(finding: Finding) -> Mapping[str, Any]:
    """What is known of a finding, with its severity."""
    known = {name: value for name, value in msgspec.structs.asdict(finding).items() if value is not None}
    return known | {"severity": finding.severity}
