"""What the cases of the purchasing chain must show: read from the code, so that what is new there asks for a case."""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, get_args

from lxml import etree
from tests.golden.cases import FOLDER, list_cases
from tests.golden.chain_cases import FILES, list_chain_cases
from tests.golden.chain_world import read_rules

import ml_connector
from ml_connector.edi import OrderAcknowledgment, Transaction, read
from ml_connector.edi.documents.routes import parse_document
from ml_connector.mapping.rules.purchasing import ChangeRule, ConfirmationRule, NoticeRule
from ml_connector.mapping.rules.rows import Route
from ml_connector.mapping.rules.rulebook import PURPOSES, Rules, parse_rules

SETS: Final = ("810", "850", "855", "856", "860", "865")
UNKNOWN: Final = "ZZ"  #: a purpose that is in no table
SOURCE: Final = Path(ml_connector.__file__).parent
_RULES: Final[Mapping[str, type[Any]]] = {
    "order_answer": ConfirmationRule,
    "receiver": NoticeRule,
    "order_change": ChangeRule,
}  #: what more decides of a document on such a route
_LEDGER: Final = "journal"  #: a target that is about no order
_ELSEWHERE: Final = frozenset(
    {
        "fault",  # of the product: no EDI is known that makes one
        "credit",  # shown by 810/held-credit
        "unread",  # only rehearsals come to it
    }
)
_NAMED: Final = re.compile(r"^(\d{3} .*)$", re.MULTILINE)
_KIND: Final = re.compile(r"^  (\w+):", re.MULTILINE)


def list_purposes() -> Sequence[str]:
    """Every set with every purpose code of the table, and one that is in none."""
    return [f"{code} {purpose or 'empty'}" for code in SETS for purpose in (*PURPOSES, UNKNOWN)]


def list_cells() -> Iterator[str]:
    """Every set with everything that rules can make of it; an order that no route is for, and one that an answer is."""
    for code in SETS:
        for target in get_args(Route.model_fields["target"].annotation):
            if _is_made_of(code, target) and target != _LEDGER:
                yield from (f"{code} {target}{more}" for more in _list_further(target))
    yield "850 no route"
    yield "855 replenishment"


def list_kinds() -> set[str]:
    """Every kind of need that plans of purchasing documents construct, and Intacct's refusal."""
    modules = [*(SOURCE / "mapping").rglob("*.py"), *(SOURCE / "flows" / "planning").rglob("*.py")]
    trees = [ast.parse(path.read_text("utf-8")) for path in modules]
    found = {kind for tree in trees if _is_purchasing(tree) for kind in _find_kinds(tree)}
    return (found | {"refused", "part", "duplicate", "vendor_conflict", "partner_vendor"}) - _ELSEWHERE


def list_shown_purposes() -> dict[str, list[str]]:
    """Which cases have a document of a set with a purpose."""
    shown: dict[str, list[str]] = {}
    for case in [*list_chain_cases(), *list_cases()]:
        for transaction in _read_sets(case):
            document = parse_document(transaction).document
            purpose = getattr(document, "purpose", UNKNOWN)
            shown.setdefault(f"{transaction.set_code} {purpose or 'empty'}", []).append(_name(case))
    return shown


def list_shown_cells() -> dict[str, list[str]]:
    """Which cases have a document that became, or was filed as, what rules make of it."""
    shown: dict[str, list[str]] = {}
    for case in list_chain_cases():
        rules = parse_rules({"rules.toml": read_rules(case)})
        for transaction in _read_sets(case):
            cell = _name_cell(rules, transaction)
            if _has_ended(case, transaction.set_code):
                shown.setdefault(cell, []).append(_name(case))
    return shown


def list_shown_kinds() -> dict[str, list[str]]:
    """Which cases hold a document on a need of a kind."""
    shown: dict[str, list[str]] = {}
    for case in list_chain_cases():
        path = case / "held.txt"
        for kind in dict.fromkeys(_KIND.findall(path.read_text("utf-8"))) if path.exists() else ():
            shown.setdefault(kind, []).append(_name(case))
    return shown


def _is_made_of(code: str, target: str) -> bool:
    try:
        Route.model_validate({"set": code, "target": target})
    except ValueError:
        return False
    return True


def _list_further(target: str) -> Iterator[str]:
    rule = _RULES.get(target)
    yield from (f"/{each}" for each in get_args(rule.model_fields["target"].annotation)) if rule else ("",)
    if rule is NoticeRule:
        yield "/receiver asn_is_receipt"


def _name_cell(rules: Rules, transaction: Transaction) -> str:
    """What the rules of a case make of a set of its file."""
    code, sender = transaction.set_code, transaction.interchange.sender
    partner = rules.find_partner(sender=f"{sender.qualifier}/{sender.id}", group_sender="")
    name = partner.name if partner is not None else ""
    route = rules.find_route(set_code=code, partner=name)
    if route is None:
        return f"{code} no route"
    document = parse_document(transaction).document
    if isinstance(document, OrderAcknowledgment) and document.is_order:
        return f"{code} replenishment"
    purchasing = rules.purchasing
    match route.target:
        case "order_answer":
            further = f"/{purchasing.find_confirmation(name).target}"
        case "order_change":
            further = f"/{purchasing.find_change(name).target}"
        case "receiver":
            notice = purchasing.find_notice(name)
            further = f"/{notice.target}{' asn_is_receipt' if notice.asn_is_receipt else ''}"
        case _:
            further = ""
    return f"{code} {route.target}{further}"


def _has_ended(case: Path, code: str) -> bool:
    """Whether a document of the set was sent or filed in the case."""
    requests = case / "request.xml"
    named = [*etree.parse(requests).getroot()] if requests.exists() else []
    sent = [each.get("document", "") for each in named]
    filed = case / "filed.txt"
    sent += _NAMED.findall(filed.read_text("utf-8")) if filed.exists() else []
    return any(each.startswith(f"{code} ") for each in sent)


def _read_sets(case: Path) -> Iterator[Transaction]:
    files = (case / name for name in FILES)
    items = (item for file in files if file.exists() for item in read([file.read_bytes()]))
    return (item for item in items if isinstance(item, Transaction))


def _is_purchasing(tree: ast.Module) -> bool:
    """Whether a module plans purchasing documents: it has their cases in its hands."""
    names = {"PurchasingCase", "OrderedInvoice", "find_content_needs", "judge_billed"}
    return any(isinstance(node, ast.Name) and node.id in names for node in ast.walk(tree)) or any(
        isinstance(node, ast.FunctionDef) and node.name in names for node in ast.walk(tree)
    )


def _find_kinds(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Need":
            kinds = [each.value for each in node.keywords if each.arg == "kind"]
            yield from (str(each.value) for each in kinds if isinstance(each, ast.Constant))


def _name(case: Path) -> str:
    return str(case.relative_to(FOLDER))
