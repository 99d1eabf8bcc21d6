"""Reports as people read them in a terminal."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ml_connector.app.results import DuplicateReport, PartnerLine, PartnerReport
from ml_connector.mapping.vendors.duplicate_vendors import DuplicateGroup
from ml_connector.records.partners import PartnerStatus


def render_duplicates(report: DuplicateReport) -> Iterator[RenderableType]:
    """Each group under what its vendors have in common."""
    if report.version is None:
        yield Text("there is no copy of Intacct yet; take one with: ml-connector sync --now", style="yellow")
        return
    for group in report.groups:
        yield Text("same ").append(_name_signs(group), style="bold")
        yield _list_vendors(group)
    count = len(report.groups)
    found = "1 group" if count == 1 else f"{count:,} groups" if count else "no two alike"
    cure = "; merge or close them in Intacct, if they are one" if count else ""
    yield Text(
        f"{found} among {_count_vendors(report.vendors)} (version {report.version} of our copy){cure}",
        style="dim",
    )


def _count_vendors(number: int) -> str:
    return "1 vendor" if number == 1 else f"{number:,} vendors"


def _name_signs(group: DuplicateGroup) -> str:
    return ", ".join(f"{sign.sign} {sign.value}".strip() for sign in group.signs)


def _list_vendors(group: DuplicateGroup) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    table.add_column()
    for vendor in group.vendors:
        parent = f"parent {vendor.parent_id}" if vendor.parent_id else ""
        table.add_row(f"  {vendor.vendor_id}", vendor.name, f"{vendor.status} {parent}".rstrip())
    return table


def render_partners(report: PartnerReport) -> Iterator[RenderableType]:
    """Each partner with what is wrong, what to do and, where nobody answers to it, vendors of like names."""
    for line in report.partners:
        yield from _describe_partner(line)
    counts = ", ".join(f"{count:,} {status}" for status, count in sorted(report.counts.items()))
    yield Text(counts or "nothing to decide: all partners of Cleo are known", style="dim")


def _describe_partner(line: PartnerLine) -> Iterator[RenderableType]:
    place = f"{line.file} line {line.line}" if line.file else "connection"
    head = Text(line.need or line.name or line.code, style="yellow")
    told = " ".join(part for part in (line.code, line.vendor) if part)
    head.append(f"  {told}  " if told else "  ", style="default").append(f"({place})", style="dim")
    said = [Text(f"{line.status}: {line.reason}")]
    if line.xref is not None and line.status in {PartnerStatus.PREPARED, PartnerStatus.CONFLICT}:
        said.append(Text(f"ml-connector xref approve {line.xref}", style="dim"))
    said += [
        Text(f"perhaps {likely.vendor_id} {likely.name} ({likely.likeness} % alike)", style="dim")
        for likely in line.suggestions
    ]
    yield Group(head, *(Padding(each, (0, 0, 0, 2)) for each in said))
