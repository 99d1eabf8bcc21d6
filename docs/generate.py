#!/usr/bin/env python3
"""Writes what the code knows into the marked sections of `docs/reference/`: run `.venv/bin/python docs/generate.py`.

A section stands between `<!-- generated: NAME -->` and `<!-- end -->`; a test says when one is stale.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET

from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption
from typer.main import get_command

from ml_connector.app.need_actions import Desk
from ml_connector.app.need_steps import ACTIONS, Step
from ml_connector.cleo import CIC_FOLDERS, get_profile
from ml_connector.cli.main import app
from ml_connector.edi import Code
from ml_connector.edi.schema_codes import Level, SchemaCode
from ml_connector.flows.reference.kinds import KINDS
from ml_connector.intacct.catalogue import CATALOGUE
from ml_connector.intacct.writing.bill import ApBill, ApBillLine, render_create
from ml_connector.mapping.answers import ask_for
from ml_connector.mapping.reference.tables import TABLES, TAX_ID, Table

REFERENCE: Final = Path(__file__).parent / "reference"
_SECTION: Final = re.compile(r"(<!-- generated: (?P<name>[\w-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
_EXAMPLE: Final = ApBill(
    vendor_id="V-1008",
    number="IS-204411",
    reference="PO-88101",
    date=dt.date(2026, 11, 5),
    posting_date=dt.date(2026, 11, 5),
    due_date=dt.date(2026, 12, 5),
    term="N30",
    description="EDI 810 Ironvale Steel 000000101 mlc-810-A5775SHOOEHS",
    action="Draft",
    lines=(
        ApBillLine(
            account_no="5000",
            amount=Decimal("1910.88"),
            memo="HR-3/8 Hot rolled bar 3/8 in, 1200 LB at 1.5924",
            location_id="110",
            class_id="C01",
        ),
    ),
)


def render_page(text: str) -> str:
    """The page with every generated section as the code of today says it."""
    return _SECTION.sub(lambda found: found[1] + "\n" + SECTIONS[found["name"]]() + "\n" + found[3], text)


def list_commands() -> Iterator[tuple[str, TyperCommand]]:
    """Every command by its full name, such as `documents show`."""
    return _walk(get_command(app), ())


def list_profile() -> Iterator[tuple[str, object]]:
    """Every key of the Cleo profile with its default."""
    return _flatten(CIC_FOLDERS, "")


def _walk(command: object, path: tuple[str, ...]) -> Iterator[tuple[str, TyperCommand]]:
    if isinstance(command, TyperGroup):
        for name, inner in command.commands.items():
            yield from _walk(inner, (*path, name))
    elif isinstance(command, TyperCommand):
        yield " ".join(path), command


def _flatten(record: Any, prefix: str) -> Iterator[tuple[str, object]]:  # noqa: ANN401 (any dataclass)
    for each in fields(record):
        value = getattr(record, each.name)
        if is_dataclass(value):
            yield from _flatten(value, f"{prefix}{each.name}.")
        else:
            yield f"{prefix}{each.name}", value


def _describe_commands() -> str:
    return "\n\n".join(_describe_command(name, command) for name, command in list_commands())


def _describe_command(name: str, command: TyperCommand) -> str:
    arguments = [p for p in command.params if isinstance(p, TyperArgument)]
    options = [p for p in command.params if isinstance(p, TyperOption)]
    given = "".join(f" {a.name.upper()}" if a.required else f" [{a.name.upper()}]" for a in arguments)
    rows = [f"| `{argument.name.upper()}` | {argument.help} |" for argument in arguments]
    rows += [f"| {_name_option(option)} | {_describe_option(option)} |" for option in options]
    table = ["| | |", "|---|---|", *rows, "| `--help`, `-h` | Show the help and exit. |"]
    usage = f"```text\nml-connector {name}{given} [OPTIONS]\n```"
    return "\n\n".join((f"## {name}", usage, command.help or "", "\n".join(table), command.epilog or ""))


def _name_option(option: TyperOption) -> str:
    return ", ".join(f"`{name}`" for name in option.opts)


def _describe_option(option: TyperOption) -> str:
    said = option.help or ""
    if not option.is_flag and option.default not in {"", None}:
        said += f" Default: `{option.default}`."
    return said + (f" Environment: `{option.envvar}`." if option.envvar else "")


def _describe_findings() -> str:
    rows = sorted(Code, key=lambda code: ("error", "hold", "note").index(code.severity))
    parts = []
    for severity, codes in groupby(rows, key=lambda code: code.severity):
        table = "\n".join(f"| `{code}` | {code.meaning} |" for code in codes)
        parts.append(f"## {severity}\n\n| code | meaning |\n|---|---|\n{table}")
    return "\n\n".join(parts)


def _describe_edi_codes() -> str:
    rows = [f"| `{code}` | {code.severity} | {code.meaning} | – |" for code in Code]
    rows += [
        f"| `{code}` | {code.severity} | {code.meaning} | {_ANSWERS[code.level]} {code.acknowledged} |"
        for code in SchemaCode
    ]
    return "\n".join(("| code | severity | meaning | answered as |", "|---|---|---|---|", *rows))


def _describe_intacct_errors() -> str:
    rows = (
        f"| {f'`{row.code}`' if row.code else 'any'} | {f'“{row.says}”'.replace('*', ' … ') if row.says else 'any'} "
        f"| {row.level or 'any'} | {row.kind} | {row.meaning} | {row.who} | {row.cure} |"
        for row in CATALOGUE
    )
    head = "| number | wording | level | class | what it means | who can mend it | how |"
    return "\n".join((head, "|---|---|---|---|---|---|---|", *rows))


def _describe_profile() -> str:
    other = dict(_flatten(get_profile("harmony-connection"), ""))
    rows = "\n".join(
        f"| `{key}` | {_spell(value)} | {_spell(other[key]) if other[key] != value else ''} |"
        for key, value in list_profile()
    )
    return f"| key | `cic-folders` | `harmony-connection`, where it differs |\n|---|---|---|\n{rows}"


def _spell(value: object) -> str:
    if isinstance(value, bool):
        value = str(value).lower()
    text = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return f"`{text}`" if text else "none"


def _describe_reference_tables() -> str:
    return "\n\n".join(_describe_table(name, table) for name, table in TABLES.items())


def _describe_table(name: str, table: Table) -> str:
    rows = [f"| `erp_key` | yes | {table.key} |"]
    rows += [
        f"| `{column.name}` | {'yes' if column.usual and column.name != TAX_ID else 'no'} | {column.meaning} |"
        for column in table.columns
    ]
    rows.append(
        "| `op` | yes | `upsert`: put this row in, or change it; `delete`: take it out, the other cells are empty |"
    )
    head = "| column | usual | what stands in it |\n|---|---|---|"
    return "\n\n".join((f"### {table.file}", f"`{name}` in the settings.", "\n".join((head, *rows))))


def _describe_reference_kinds() -> str:
    rows = [
        f"| `{kind.name}` | `{kind.object}` | {_name_interval(kind.every)} | {'time stamp' if kind.is_timed else 'reading it whole'} "
        f"| {'always' if kind.is_needed else ''} |"
        for kind in KINDS.values()
    ]
    rows.append("| `dimension:NAME` | the object `NAME` | day | reading it whole |  |")
    return "\n".join(("| kind | in Intacct | every | found by | |", "|---|---|---|---|---|", *rows))


def _name_interval(every: dt.timedelta | None) -> str:
    if every is None:
        return "`reference_every`"
    return "day" if every == dt.timedelta(days=1) else "hour"


def _describe_need_actions() -> str:
    rows: list[str] = []
    for kind in ACTIONS:
        need = "date:2026-02-27/CODE" if kind == "date" else f"{kind}:PARTNER/CODE"
        question = ask_for(need, ["PARTNER"])
        since = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)
        first, *rest = Desk(prepared=()).name_steps(need, question, since=since)
        rows.append(
            f"| `{kind}` | {_write_step(first, need)} | {'<br>'.join(_write_step(each, need) for each in rest)} |"
        )
    return "\n".join(("| kind | what frees it | or else |", "|---|---|---|", *rows))


def _write_step(step: Step, need: str) -> str:
    command = f"`{step.command.replace(need, 'NEED')}`"
    return f"{step.do}: {command}" if step.do else command


def _show_bill() -> str:
    root = ET.fromstring(render_create(_EXAMPLE))  # noqa: S314 (our own markup)
    ET.indent(root)
    return f"```xml\n{ET.tostring(root, encoding='unicode')}\n```"


_ANSWERS: Final = {Level.SEGMENT: "AK304", Level.ELEMENT: "AK403"}
SECTIONS: Final[Mapping[str, Callable[[], str]]] = {
    "commands": _describe_commands,
    "findings": _describe_findings,
    "edi-codes": _describe_edi_codes,
    "intacct-errors": _describe_intacct_errors,
    "profile": _describe_profile,
    "reference-tables": _describe_reference_tables,
    "reference-kinds": _describe_reference_kinds,
    "need-actions": _describe_need_actions,
    "bill": _show_bill,
}


def main() -> None:
    """Rewrite the pages."""
    for page in sorted(REFERENCE.glob("*.md")):
        page.write_text(render_page(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
