"""The examples of the pages on purchasing, done as they are written: one story on the simulators, page after page."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from tests.docs.pages import Block, assert_shown, list_blocks, list_rows, list_steps, read_page, take_section
from tests.processes import COMPANY, Line, run_line
from typer.testing import CliRunner

from ml_connector.cli.main import app as command_line

PAGES: Final = ("orders", "order-changes", "confirmations", "ship-notices", "invoices-with-orders")
POSTS: Final = "Whoever takes in the goods posts the receiver in Intacct."
#: What only a document of a purchase waits for.
OF_PURCHASING: Final = frozenset(
    [
        "buyer",
        "change",
        "confirmation",
        "definition",
        "draft_bill",
        "item",
        "item_details",
        "match",
        "order",
        "order_line",
        "order_state",
        "over_receipt",
        "part",
        "receipt",
        "setting",
        "unit",
        "warehouse",
    ]
)


@dataclass(slots=True, kw_only=True)
class Story:
    """The examples so far."""

    line: Line
    day: date
    said: str = ""  #: by the last commands

    def do(self, page: str, step: Block) -> None:
        """Whatever a part of a page asks for: set a rule, send a paper, type commands; or look at what was printed."""
        body = self._date(step.body)
        match step.language:
            case "toml":
                path = self.line.connector.folder / "rules" / f"{page}.toml"
                path.write_text(body, encoding="utf-8")
            case "edi":
                self.line.cleo.drop(f"{page}.edi", body.encode())
            case "sh":
                self.said = "".join(self._type(command) for command in body.splitlines())
            case "text":
                assert_shown(body, self.said)
            case _ if POSTS in body:
                self._post_receivers()

    def _type(self, command: str) -> str:
        program, *arguments = shlex.split(command)
        connector = self.line.connector
        own = {"ML_CONNECTOR_CONFIG": str(connector.folder / "ml-connector.toml"), "COLUMNS": "100"}
        done = CliRunner(env={**connector.environment, **own}).invoke(command_line, arguments)
        assert (program, done.exit_code) == ("ml-connector", 0), (command, done.output)
        return done.output

    def _post_receivers(self) -> None:
        records = self.line.intacct.ask("GET", "/truth", company=COMPANY, object="PODOCUMENT")
        (draft,) = (each for each in records if each["STATE"] == "Draft")
        decision = {"object": "PODOCUMENT", "RECORDNO": draft["RECORDNO"], "state": "Pending"}
        self.line.intacct.ask("POST", "/decisions", {"company": COMPANY, **decision})

    def _date(self, text: str) -> str:
        """The text as if it were of this day: papers of long ago would wait, and so would those of the future."""
        return text.replace("261109", f"{self.day:%y%m%d}").replace("2026-11-09", self.day.isoformat())


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    settings = {"reference_every": "0s"}
    store_url = f"sqlite:///{tmp_path / 'store.db'}"
    with run_line(tmp_path, {}, store_url=store_url, link_settings=settings) as line:
        yield Story(line=line, day=datetime.now(UTC).date() - timedelta(days=1))


def test_the_examples_print_what_their_pages_show(story: Story) -> None:
    for page, step in _list_steps():
        story.do(page, step)

    bills = story.line.intacct.bills(vendor="V-1075")
    assert [(each["RECORDID"], each["TRX_TOTALDUE"]) for each in bills] == [("77310", "287.50")]


def test_every_need_of_a_purchase_stands_on_a_page_with_what_frees_it() -> None:
    known = {row[0].strip("`") for row in list_rows(read_page("docs/reference/needs.md"), "Needs")}
    rows = [row for page in PAGES for row in list_rows(read_page(f"docs/howto/{page}.md"), "What holds it")]
    named = {kind for row in rows for kind in re.findall(r"`(\w+)`", row[0])}

    assert named <= known
    assert named >= OF_PURCHASING
    assert all(len(row) == 3 and all(row) for row in rows)


def _list_steps() -> Iterator[tuple[str, Block]]:
    """The rules that all share; then of each page the rules that open it, and its example."""
    shared = take_section(read_page("docs/howto/purchasing.md"), "What the examples share")
    yield from (("purchasing", block) for block in list_blocks(shared))
    for page in PAGES:
        text = read_page(f"docs/howto/{page}.md")
        opening, _, _ = text.partition("\n## ")
        _, _, example = text.partition("\n## An example\n")
        yield from ((page, step) for step in (*list_blocks(opening), *list_steps(example)))
