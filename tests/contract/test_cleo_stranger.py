"""Somebody who knows nothing of a tenant's layout adapts to it: by what `cleo probe` prints, and the page on it.

What no probe can guess is looked up in the tenant's own documentation, which is the page on the simulators here.
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from tests.docs.pages import list_blocks, list_rows, list_spans, read_page
from tests.processes import ARCHIVE, CleoProcess, IntacctProcess, run_cleo, run_intacct, set_up
from tests.unit.cli.desk import Desk

from ml_connector.cleo.profile_keys import flatten
from ml_connector.cli.exits import Exit

DEMO: Final = Path(__file__).parents[2] / "examples" / "demo"
FILE: Final = DEMO / "edi" / "ironvale-steel_20261109.edi"
PAGE: Final = "docs/howto/adapt-to-your-cleo-tenant.md"
MOST_LOOKS: Final = 6
#: Where the tenant's documentation has what a key is to be: the row of its table, and which of the names there.
DOCUMENTED: Final = {
    "auth.token_path": ("token", 0),
    "auth.fields.grant_type": ("token", 1),
    "auth.fields.username": ("token", 2),
    "auth.fields.password": ("token", 3),
    "folders.list": ("folders", 0),
    "connections.list": ("connections", 0),
    "actions.list": ("actions", 0),
    "events.list": ("transfers, events", 1),
}
_ASKS: Final = re.compile(r"^no probe can guess these,.*: (.+)$", re.MULTILINE)
_TELLS: Final = re.compile(
    r"^write into the configuration, then probe again:\n(.*)", re.DOTALL | re.MULTILINE
)


@pytest.fixture
def tenant(tmp_path: Path) -> Iterator[CleoProcess]:
    with run_cleo(tmp_path / "cleo", "--layout", "renamed") as running:
        yield running


@pytest.fixture
def intacct(tmp_path: Path) -> Iterator[IntacctProcess]:
    with run_intacct(tmp_path / "intacct.db") as running:
        yield running


@pytest.fixture
def desk(tmp_path: Path, tenant: CleoProcess, intacct: IntacctProcess) -> Desk:
    rules = {path.name: path.read_text() for path in (DEMO / "rules").glob("*.toml")}
    url = f"sqlite:///{tmp_path / 'store.db'}"
    connector = set_up(tmp_path / "ap", rules, intacct=intacct.gateway, cleo=tenant.url, store_url=url)
    return Desk(folder=connector.folder, environment=connector.environment, store_url=url)


def look_up(key: str) -> str:
    """What the tenant's documentation says; a path stands there with its method."""
    row, place = DOCUMENTED[key]
    [cells] = [cells for cells in list_rows(read_page("simulators/README.md"), "Layouts") if cells[0] == row]
    return list_spans(cells[1])[place].split()[-1]


def read_lines(output: str) -> Mapping[str, object]:
    """The keys to write, as they are printed, and those that are to be looked up."""
    told, asked = _TELLS.search(output), _ASKS.search(output)
    table = tomllib.loads(told[1]) if told else {}
    lines = dict(flatten(table.get("link", {}).get("main", {}).get("cleo", {}).get("profile", {})))
    return lines | {key: look_up(key) for key in (asked[1].split(", ") if asked else ())}


def read_example(key: str) -> Mapping[str, object]:
    """The keys of the page's example that has this one."""
    blocks = [tomllib.loads(each.body) for each in list_blocks(read_page(PAGE)) if each.language == "toml"]
    profiles = [block["link"]["main"]["cleo"].get("profile", {}) for block in blocks]
    [found] = [profile for profile in profiles if key in profile]
    return dict(found)


def write_keys(desk: Desk, usual: str, keys: Mapping[str, object]) -> None:
    lines = "\n".join(f'"{key}" = {json.dumps(value)}' for key, value in keys.items())
    text = f"{usual}\n[link.main.cleo.profile]\n{lines}\n"
    (desk.folder / "ml-connector.toml").write_text(text, encoding="utf-8")


def adapt(desk: Desk, usual: str) -> tuple[Mapping[str, object], str]:
    """Probe, write what it says, and probe again, as the page has it; what was written, and the last output."""
    keys: dict[str, object] = {}
    output = ""
    for _ in range(MOST_LOOKS):
        output = desk.run("cleo", "probe", columns=1000).output
        found = read_lines(output)
        if not found:
            return keys, output
        assert found.items() - keys.items(), f"nothing new in\n{output}"
        keys |= found
        write_keys(desk, usual, keys)
    raise AssertionError(f"not adapted after {MOST_LOOKS} looks:\n{output}")


def read_json(desk: Desk, *command: str) -> Any:
    return json.loads(desk.run(*command, "--json").stdout)


def test_a_stranger_books_invoices_from_a_tenant_of_which_every_name_is_another(
    desk: Desk, tenant: CleoProcess, intacct: IntacctProcess
) -> None:
    usual = (desk.folder / "ml-connector.toml").read_text(encoding="utf-8")
    tenant.ask("POST", "/clock", {"advance": -3600})  # what is an hour old cannot be changing still
    tenant.drop(FILE.name, FILE.read_bytes())

    keys, last = adapt(desk, usual)
    [first] = read_json(desk, "once")
    [second] = read_json(desk, "once")
    pinged = desk.run("ping", columns=200)

    assert "nothing to change" in last
    assert "differs" not in last
    assert (first["troubles"], second["troubles"]) == ([], [])
    assert {document["file"] for document in first["documents"]} == {FILE.name}
    assert len(intacct.bills()) == first["counts"]["posted"] > 0
    assert second["documents"] == []
    # What a probe cannot see without changing something is how files are moved.
    assert tenant.names(ARCHIVE) == []
    assert "move not offered" in pinged.output

    write_keys(desk, usual, {**keys, **read_example("files.move.path")})
    [third] = read_json(desk, "once")
    again = desk.run("ping", columns=200)

    assert (third["troubles"], third["documents"]) == ([], [])
    assert tenant.names(ARCHIVE) == [FILE.name]
    assert again.exit_code == Exit.DONE
    assert "not offered" not in again.output
