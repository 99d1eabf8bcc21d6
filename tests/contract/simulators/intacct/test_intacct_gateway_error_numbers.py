"""Every error the simulator can send is one the product's users find explained: its page is read as text."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import mlc_sim.intacct

SOURCE: Final = Path(mlc_sim.intacct.__file__).parent
PAGE: Final = Path(__file__).parents[4] / "docs" / "reference" / "errors.md"
_NUMBER: Final = re.compile(r"\b(?:[A-Z]{2}[0-9]{8}|GW-[0-9]{4}|[A-Z]{3}-[0-9]{4}|XMLGW_\w+)\b")


def find_numbers(source: str) -> Iterator[str]:
    """What is given as an errorno, be it a text, and whatever looks like a number in any text."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.keyword) and node.arg == "errorno":
            yield from filter(None, map(read_text, ast.walk(node.value)))
        elif isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            yield from filter(None, (read_text(value) for key, value in pairs if read_text(key) == "errorno"))
        else:
            yield from _NUMBER.findall(read_text(node))


def read_text(node: ast.AST | None) -> str:
    """The text of a literal; empty for anything else."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def test_the_catalogue_of_errors_names_every_number_the_simulator_can_send() -> None:
    sent = {
        number for path in SOURCE.rglob("*.py") for number in find_numbers(path.read_text(encoding="utf-8"))
    }
    rows = (line.split("|") for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("|"))
    known = {number for row in rows for number in re.findall("`([^`]+)`", row[1])}

    assert {"XL03000003", "GW-0010", "GW-0011", "Query Failed", "SIMULATOR"} <= sent
    assert sent - known == set()


def test_a_number_is_found_wherever_it_stands() -> None:
    source = (
        'Problem(errorno="Query Failed"); x = {"errorno": "AA00000001"}; y = "<errorno>GW-0099</errorno>"'
    )

    assert set(find_numbers(source)) == {"Query Failed", "AA00000001", "GW-0099"}
