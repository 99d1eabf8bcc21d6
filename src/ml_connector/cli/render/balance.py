"""The balance, as people read it in a terminal."""

from collections.abc import Iterator
from typing import Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from ml_connector.flows.balance import Balance, BalanceRow, Tally
from ml_connector.flows.proof import Proof, Proven
from ml_connector.records.status import FileStatus, Status

_ORDER: Final = (
    Status.POSTED,
    Status.HELD,
    Status.DUPLICATE,
    Status.FILED,
    Status.REJECTED,
    Status.READ,
    Status.READY,
    Status.SENDING,
    Status.IN_DOUBT,
)


def render_balance(balance: Balance, *, of: str) -> RenderableType:
    """What came in and where it stands, by type and currency: one equation a row."""
    table = Table(
        box=None,
        header_style="bold",
        pad_edge=False,
        title=f"Balance of {of}",
        title_justify="left",
        title_style="bold",
    )
    table.add_column("type", overflow="fold")
    table.add_column("came in", justify="right", no_wrap=True)
    table.add_column("stands in", overflow="fold", ratio=1)
    for row in balance.rows:
        money = row.kind != ""
        standing = [
            f"{state.replace('_', ' ')} {_render_tally(row.stands[state], money=money)}"
            + (_split_posted(row, money=money) if state is Status.POSTED else "")
            for state in _ORDER
            if state in row.stands
        ]
        name = f"{row.set_code} {row.kind} {row.currency}" if money else row.set_code
        table.add_row(
            name, _render_tally(row.came_in, money=money), "= " + (" + ".join(standing) or "nothing")
        )
    return Group(table, *_render_proof(balance.proof), _judge_balance(balance))


def _render_proof(proof: Proof | None) -> Iterator[Text]:
    if proof is None:
        return
    for name, proven in (("invoices", proof.invoices), ("credits", proof.adjustments)):
        if proven != Proven():
            yield Text(
                f"{name} posted by our record {proven.posted:,.2f}; in Intacct {proven.in_intacct:,.2f}, "
                f"of which {proven.awaiting:,.2f} are drafts or await approval"
            )
    for each in proof.deleted:
        yield Text(f"{each} in Intacct: nothing was owed by it", style="dim")
    yield Text(f"{count(proof.documents, 'posted document')} read back", style="dim")


def _split_posted(row: BalanceRow, *, money: bool) -> str:
    """How much of it is in the ledger and how much awaits approval, as far as Intacct was asked."""
    parts = (("in the ledger", row.in_ledger), ("awaiting approval", row.awaiting))
    told = [f"{name} {_render_tally(tally, money=money)}" for name, tally in parts if tally.documents]
    return f" ({', '.join(told)})" if told else ""


def _render_tally(tally: Tally, *, money: bool) -> str:
    return f"{tally.documents} · {tally.amount:,.2f}" if money else str(tally.documents)


def _judge_balance(balance: Balance) -> Text:
    if not balance.holds:
        text = Text("the balance does not hold:", style="bold red")
        proved = balance.proof.differences if balance.proof is not None else ()
        for difference in (*balance.differences, *proved):
            text.append(f"\n  {difference}", style="red")
        return text
    text = Text("the balance holds: everything that came in stands above", style="green")
    unreadable = balance.files.get(FileStatus.UNREADABLE, 0)
    if unreadable:
        text.append(f"; {count(unreadable, 'file')} cannot be read as X12", style="default")
    if balance.unread_amounts:
        text.append(
            f"; not complete: the amount of {count(balance.unread_amounts, 'document')} cannot be read",
            style="yellow",
        )
    for damaged in balance.damaged:
        text.append(f"\nsomething may be missing from {damaged}", style="yellow")
    return text


def count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
