"""A place to type commands at: a configuration, its passwords, and a store that can be filled by hand."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Self

from tests.databases import run_sql
from typer.testing import CliRunner, Result

from ml_connector.cli.main import app
from ml_connector.store import Store, open_store

NOW: Final = datetime(2031, 3, 14, 12, tzinfo=UTC)
PASSWORDS: Final = ("INTACCT_SENDER_PASSWORD", "INTACCT_PASSWORD", "CLEO_PASSWORD")
LINK: Final = """
[link.{name}.intacct]
url = "http://127.0.0.1:9/ia/xml/xmlgw.phtml"
sender_id = "brindle_ws"
company_id = "BRINDLE"
user_id = "edi_user"
base_currency = "USD"

[link.{name}.cleo]
url = "http://127.0.0.1:9"
username = "edi-service"
"""
RULES: Final = """
[us]
receivers = ["ZZ/BRINDLE"]

[[route]]
set = "810"
target = "ap_bill"
entity = "E1"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where a person sits; every command has the terminal's width of `columns`."""

    folder: Path
    environment: Mapping[str, str]
    store_url: str = field(repr=False)

    def run(self, *arguments: str, columns: int = 80) -> Result:
        own = {"COLUMNS": str(columns), "ML_CONNECTOR_CONFIG": str(self.folder / "ml-connector.toml")}
        runner = CliRunner(env={**self.environment, **own})
        return runner.invoke(app, list(arguments), catch_exceptions=False)

    @contextmanager
    def open_store(self) -> Iterator[Store]:
        store = open_store(self.store_url, clock=lambda: NOW, actor="mira")
        yield store
        store.close()

    def change_rows(self, statement: str, **values: object) -> list[tuple[Any, ...]]:
        """Behind the product's back, as somebody with a tool of his own could; returns the rows, if any."""
        return run_sql(self.store_url, statement, **values)

    def set_variables(self, **variables: str) -> Self:
        """The same desk with these variables of the environment changed."""
        return replace(self, environment={**self.environment, **variables})


def set_up(folder: Path, store_url: str, *links: str) -> Desk:
    """A configuration of these links, whose systems nobody answers for, over the store there."""
    (folder / "rules").mkdir()
    (folder / "rules" / "rules.toml").write_text(RULES)
    sections = [f'[store]\nurl = "{store_url}"\n', *(LINK.format(name=name) for name in links)]
    (folder / "ml-connector.toml").write_text("".join(sections))
    passwords = {
        f"ML_CONNECTOR_LINK_{name.upper()}_{secret}": "canary" for name in links for secret in PASSWORDS
    }
    return Desk(folder=folder, environment=passwords, store_url=store_url)
