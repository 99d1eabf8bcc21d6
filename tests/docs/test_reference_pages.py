"""The reference pages say all that the code knows, and nothing else."""

import ast
import re
import tomllib
from collections.abc import Iterator
from datetime import timedelta
from enum import Enum
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from tests.docs.pages import ROOT, list_headings, list_rows, list_spans, read_page
from typer.core import TyperCommand, TyperOption

from docs import generate
from ml_connector import config
from ml_connector.app.need_steps import ACTIONS
from ml_connector.cli.exits import Exit
from ml_connector.cli.starter import write_starter
from ml_connector.config import (
    CleoSettings,
    CompanySettings,
    ConfigRefused,
    ControlsSettings,
    IntacctSettings,
    LinkSettings,
    MeterSettings,
    PartnersSettings,
    PublishSettings,
    ReferenceSettings,
    RunSettings,
    ScheduleSettings,
    StoreSettings,
)
from ml_connector.edi import Code
from ml_connector.mapping.rules import attachments as rules_attachments
from ml_connector.mapping.rules import coding as rules_coding
from ml_connector.mapping.rules import duplicates as rules_duplicates
from ml_connector.mapping.rules import journal as rules_journal
from ml_connector.mapping.rules import payment as rules_payment
from ml_connector.mapping.rules import purchasing as rules_purchasing
from ml_connector.mapping.rules import rulebook as rules
from ml_connector.mapping.rules import tax as rules_tax
from ml_connector.records.status import FileStatus, Status
from ml_connector.store.tables import metadata

SOURCE = ROOT / "src" / "ml_connector"
COMMANDS = list(generate.list_commands())
SETTINGS: list[tuple[str, str, type[BaseModel]]] = [
    ("The store", "store", StoreSettings),
    ("Running by itself", "run", RunSettings),
    ("A link", "link.NAME", LinkSettings),
    ("Controls", "link.NAME.controls", ControlsSettings),
    ("Schedules", "link.NAME.schedule", ScheduleSettings),
    ("The copy of Intacct", "link.NAME.reference", ReferenceSettings),
    ("Intacct", "link.NAME.intacct", IntacctSettings),
    ("The meter", "link.NAME.meter", MeterSettings),
    ("The company", "link.NAME.company", CompanySettings),
    ("Cleo", "link.NAME.cleo", CleoSettings),
    ("Publishing to Cleo", "link.NAME.publish", PublishSettings),
    ("Partners from Cleo", "link.NAME.partners", PartnersSettings),
]
RULES: list[tuple[str, type[BaseModel]]] = [
    ("`[us]`", rules.Us),
    ("`[[partner]]`", rules.Partner),
    ("`[[vendor]]`", rules.VendorXref),
    ("`[[remit_to]]`", rules.RemitToXref),
    ("`[[route]]`", rules.Route),
    ("`[[coding]]`", rules.CodingRule),
    ("`when`", rules_coding.CodingConditions),
    ("`[[tax]]`", rules_tax.TaxRule),
    ("`[purchasing]`", rules_purchasing.Definitions),
    ("`[[order]]`", rules_purchasing.OrderXref),
    ("`[[item]]`", rules_purchasing.ItemXref),
    ("`[[unit]]`", rules_purchasing.UnitXref),
    ("`[[warehouse]]`", rules_purchasing.WarehouseXref),
    ("`[[match]]`", rules_purchasing.MatchRule),
    ("`[[charge]]`", rules_purchasing.ChargeRule),
    ("`[[confirmation]]`", rules_purchasing.ConfirmationRule),
    ("`[[notice]]`", rules_purchasing.NoticeRule),
    ("`[[change]]`", rules_purchasing.ChangeRule),
    ("`[attachments]`", rules_attachments.AttachmentRules),
    ("`[[duplicate]]`", rules_duplicates.DuplicateRule),
    ("`[[payment]]`", rules_payment.PaymentRule),
    ("`[[bank]]`", rules_payment.BankXref),
    ("`[[journal]]`", rules_journal.JournalRule),
]
#: Kinds that are no constant at their `Need(...)`, by module and number of such places.
COMPUTED_KINDS = {
    ("coding.py", 1): {"charge", "tax", "coding"},
    ("remitted_bills.py", 1): {"bill", "currency", "discount", "paid", "remitted"},
    ("preflight.py", 2): {"account", "account_label", "department", "location", "class", "project"},
}


@pytest.mark.parametrize("page", sorted(generate.REFERENCE.glob("*.md")), ids=lambda page: page.name)
def test_the_generated_sections_are_fresh(page: Path) -> None:
    text = page.read_text(encoding="utf-8")

    assert generate.render_page(text) == text, "run: .venv/bin/python docs/generate.py"


def test_every_generated_section_stands_on_a_page() -> None:
    marked = re.findall(
        r"<!-- generated: (\S+) -->",
        "".join(page.read_text(encoding="utf-8") for page in generate.REFERENCE.glob("*.md")),
    )

    assert sorted(marked) == sorted(generate.SECTIONS)


@pytest.mark.parametrize(("name", "command"), COMMANDS, ids=[name for name, _ in COMMANDS])
def test_every_command_and_option_is_described_with_an_example(name: str, command: TyperCommand) -> None:
    rows = {
        span for row in list_rows(read_page("docs/reference/cli.md"), name) for span in list_spans(row[0])
    }

    assert command.help
    assert f"ml-connector {name}" in (command.epilog or "")
    assert {
        opt for option in command.params if isinstance(option, TyperOption) for opt in option.opts
    } <= rows


def test_every_exit_status_is_described() -> None:
    rows = list_rows(read_page("docs/reference/cli.md"), "Exit status")

    assert [(row[0], row[1]) for row in rows] == [(str(status.value), status.name) for status in Exit]


@pytest.mark.parametrize(("heading", "prefix", "model"), SETTINGS, ids=[name for name, *_ in SETTINGS])
def test_every_setting_is_described_with_its_default(
    heading: str, prefix: str, model: type[BaseModel]
) -> None:
    rows = {_bare(row[0]): row for row in list_rows(read_page("docs/reference/configuration.md"), heading)}
    plain = {
        name: field
        for name, field in model.model_fields.items()
        if model is not LinkSettings
        or name
        not in {
            "controls",
            "schedule",
            "reference",
            "intacct",
            "company",
            "meter",
            "cleo",
            "publish",
            "partners",
        }
    }

    assert set(rows) == {f"{prefix}.{name}" for name in plain}
    for name, field in plain.items():
        assert rows[f"{prefix}.{name}"][1] == _spell_default(field), name
        assert _list_choices(field) <= set(list_spans("|".join(rows[f"{prefix}.{name}"]))), name


def test_every_variable_that_is_described_is_taken_and_no_other(tmp_path: Path) -> None:
    write_starter(tmp_path)
    path = tmp_path / "ml-connector.toml"
    described = {
        _bare(row[0]): _bare(row[2]).replace("_NAME_", "_MAIN_")
        for heading, *_ in SETTINGS
        for row in list_rows(read_page("docs/reference/configuration.md"), heading)
    }
    secrets = {
        _bare(row[0]).replace("_NAME_", "_MAIN_"): "secret"
        for row in list_rows(read_page("docs/reference/configuration.md"), "Secrets")
    }
    taken = {name: _choose_value(key) for key, name in described.items() if name != "–"}
    refused = {
        f"ML_CONNECTOR_{key.replace('NAME', 'main').replace('.', '_').upper()}"
        for key, name in described.items()
        if name == "–"
    } - taken.keys()  # `reference.every` would be written as `reference_every` is

    settings = config.load(path, taken | secrets)
    with pytest.raises(ConfigRefused) as caught:
        config.load(path, taken | secrets | dict.fromkeys(refused, "x"))

    assert settings.links["main"].settings.mode == "live"
    assert settings.links["main"].settings.intacct.company_id == "x"
    assert {problem.split(": ")[1] for problem in caught.value.problems} == refused


@pytest.mark.parametrize(("heading", "model"), RULES, ids=[name for name, _ in RULES])
def test_every_key_of_the_rules_is_described_with_its_default(heading: str, model: type[BaseModel]) -> None:
    rows = {_bare(row[0]): row for row in list_rows(read_page("docs/reference/rules.md"), heading)}
    fields = {field.alias or name: field for name, field in model.model_fields.items()}

    assert set(rows) == set(fields)
    for name, field in fields.items():
        assert rows[name][1] == _spell_default(field), name
        assert _list_choices(field) <= set(list_spans("|".join(rows[name]))), name


def test_every_table_of_the_rules_has_a_section() -> None:
    headings = "\n".join(list_headings(read_page("docs/reference/rules.md")))

    for table in rules.RuleFile.model_fields:
        assert f"[{table}]" in headings


def test_every_purpose_is_described_with_its_meaning() -> None:
    rows = list_rows(read_page("docs/reference/rules.md"), "`[purposes]`")
    described = {code: row[1].strip('`"') for row in rows for code in re.findall(r"`(\d\d)`|none", row[0])}

    assert described == {code: str(meaning) for code, meaning in rules.PURPOSES.items()}


@pytest.mark.parametrize("code", list(Code))
def test_every_finding_code_is_described(code: Code) -> None:
    rows = list_rows(read_page("docs/reference/findings.md"), str(code.severity))

    assert [f"`{code}`", code.meaning] in rows


def test_every_kind_of_need_is_described_and_has_an_action_and_a_heading_that_says_what_to_do() -> None:
    kinds = set(_find_need_kinds())
    rows = {_bare(row[0]) for row in list_rows(read_page("docs/reference/needs.md"), "Needs")}
    headings = set(list_headings(read_page("docs/howto/when-something-is-held.md")))

    assert rows == kinds == ACTIONS.keys()
    assert kinds <= headings


def test_every_state_is_described() -> None:
    text = read_page("docs/reference/needs.md")
    rows = [_bare(row[0]) for row in list_rows(text, "States of a document")]

    assert sorted(rows) == sorted(Status)
    assert set(FileStatus) <= set(list_spans(text))


def test_every_table_of_the_store_is_described() -> None:
    rows = [_bare(row[0]) for row in list_rows(read_page("docs/reference/store.md"), "Tables")]

    assert sorted(rows) == sorted(metadata.tables)


def test_every_rule_of_the_arithmetic_is_described() -> None:
    tree = ast.parse((SOURCE / "edi" / "arithmetic.py").read_text(encoding="utf-8"))
    tables = [node.value for node in tree.body if isinstance(node, ast.AnnAssign) and node.value]
    names = [
        key.value
        for table in tables
        if isinstance(table, ast.Dict)
        for key in table.keys
        if isinstance(key, ast.Constant)
    ]
    rows = [
        _bare(row[0]) for row in list_rows(read_page("docs/reference/rules.md"), "When a total is explained")
    ]

    assert rows == names


DUPLICATE = ast.Constant("duplicate")  # what a doubt is unless it says otherwise


def _find_need_kinds() -> Iterator[str]:
    """The kinds the code can give a need, read from the code itself."""
    for path in sorted(SOURCE.rglob("*.py")):
        computed = 0
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in {"Need", "Doubt"}  # a doubt that nobody overrules becomes a need
            ):
                kind = next((word.value for word in node.keywords if word.arg == "kind"), DUPLICATE)
                if isinstance(kind, ast.Constant):
                    yield str(kind.value)
                elif not _restores_a_row(kind):
                    computed += 1
        if computed:
            yield from COMPUTED_KINDS[path.name, computed]


def _restores_a_row(kind: ast.expr) -> bool:
    return isinstance(kind, ast.Attribute)


def _bare(cell: str) -> str:
    return cell.strip("`")


def _spell_default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    default = field.get_default(call_default_factory=True)
    return "–" if default is None else f"`{_spell(default)}`"


def _spell(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case timedelta():
            return f'"{_spell_time(value)}"'
        case tuple():
            return f"[{', '.join(map(_spell, value))}]"
        case dict() | BaseModel():
            return "{}"
        case _:
            return f'"{value}"'


def _spell_time(time: timedelta) -> str:
    seconds = int(time.total_seconds())
    if time.days and time == timedelta(days=time.days):
        return f"{time.days}d"
    return f"{seconds // 60}m" if seconds and seconds % 60 == 0 else f"{seconds}s"


def _list_choices(field: FieldInfo) -> set[str]:
    """The words a setting may be, as they are written in TOML."""
    words = [
        word for word in get_args(field.annotation) if isinstance(word, str) and not isinstance(word, Enum)
    ]
    return {f'"{word}"' for word in words}


def _choose_value(key: str) -> str:
    known = tomllib.loads(
        'mode = "live"\nrules = "rules"\nreference_every = "1h"\nurl = "https://example.test"\n'
        'read_timeout = "30s"\nwrite_timeout = "2m"\nendpoint_hosts = "gateway.example"\ntimeout = "30s"\n'
        'max_file_mb = "50"\nmax_files = "5"\nsoft_limit = "4"\nhard_limit = "5"\nevents = "false"\nprofile_name = "harmony-connection"\n'
        'listen = "127.0.0.1:9464"\nopen_to_network = "true"\nlease = "10s"\nretry_after = "5s"'
    )
    return str(known.get(key.rpartition(".")[2], "x"))
