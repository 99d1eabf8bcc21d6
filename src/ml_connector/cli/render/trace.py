"""A chain of documents as a tree, as people read it in a terminal."""

from collections.abc import Iterator, Mapping
from typing import Final

from rich.console import Group, RenderableType
from rich.text import Text
from rich.tree import Tree

from ml_connector.app.trace import Chain, Trace, TracedDocument
from ml_connector.cli.render.match import describe_goods
from ml_connector.cli.render.runs import COLOURS, explain_outcome, render_money

_NAMES: Final[Mapping[str, str]] = {
    "810": "invoice",
    "812": "adjustment",
    "820": "remittance",
    "850": "order",
    "855": "confirmation",
    "856": "ship notice",
    "860": "change",
    "865": "answer to a change",
    "880": "invoice",
}


def render_trace(trace: Trace) -> Iterator[RenderableType]:
    """A tree for each order."""
    for chain in trace.chains:
        yield _render_chain(chain)
    if trace.is_cut:
        yield Text("there are more documents than these; name a number that fewer have", style="yellow")


def _render_chain(chain: Chain) -> Tree:
    title = f"order {chain.order}" if chain.order else "no order named"
    vendors = {f"{each.line.vendor} {each.line.vendor_name}".strip() for each in chain.documents} - {""}
    tree = Tree(Text(" · ".join((title, *sorted(vendors))), style="bold"), guide_style="dim")
    for traced in chain.documents:
        tree.add(Group(*_render_document(traced)))
    return tree


def _render_document(traced: TracedDocument) -> Iterator[Text]:
    line = traced.line
    name = _NAMES.get(line.set_code, f"set {line.set_code}")
    when = f" of {line.date}" if line.date is not None else ""
    money = f", {render_money(line.amount, line.currency)}" if line.amount is not None else ""
    head = Text(f"{name} {line.number}".rstrip() + when + money + "  ")
    state = " ".join((line.status.replace("_", " "), ", ".join(traced.intacct_keys))).rstrip()
    yield head.append(state, style=COLOURS.get(line.status, ""))
    numbers = "/".join(number or "–" for number in traced.control_numbers)
    origin = (f"#{line.id}", line.file, f"ISA/GS/ST {numbers}" if numbers else "")
    yield Text(" · ".join(filter(None, origin)), style="dim")
    if traced.control_id:
        yield Text(traced.control_id, style="dim")
    yield from explain_outcome(line)
    for receipt in traced.receipts:
        yield Text(f"goods on {receipt.document_id}, {receipt.by}")
    for goods in traced.expected:
        yield Text(describe_goods(goods))
