"""The pages about the Intacct library: its examples, its records and calls, and the errors it knows."""

import doctest
from pathlib import Path

from tests.contract.intacct_parties import CHOICES, CREDENTIALS, PARTS
from tests.docs.pages import list_blocks, list_rows, list_spans, read_page
from tests.processes import run_intacct

from ml_connector.intacct import ErrorClass, Record, objects

LIBRARY = "docs/reference/intacct.md"
ERRORS = "docs/reference/errors.md"
#: Records of a part of an object, that look-ups give and nobody lists.
OF_OTHERS = {"Record", "VendorFound"}


def test_the_examples_give_what_the_page_shows(tmp_path: Path) -> None:
    blocks = [block.body for block in list_blocks(read_page(LIBRARY)) if block.language == "pycon"]
    told: list[str] = []

    with run_intacct(tmp_path / "intacct.db") as gateway:
        globs = {"url": gateway.gateway}
        examples = doctest.DocTestParser().get_doctest("\n".join(blocks), globs, LIBRARY, LIBRARY, 0)
        results = doctest.DocTestRunner().run(examples, out=told.append)

    assert results.attempted > 30
    assert results.failed == 0, "".join(told)


def test_every_kind_of_record_stands_on_the_page() -> None:
    rows = list_rows(read_page(LIBRARY), "Read")
    named = {span for row in rows for span in list_spans(row[0])}
    kinds = {name for name in objects.__all__ if issubclass(getattr(objects, name), Record)}

    assert kinds - OF_OTHERS <= named
    assert all(hasattr(objects, name) for name in named)


def test_every_class_of_errors_says_what_is_done() -> None:
    rows = list_rows(read_page(ERRORS), "Intacct's errors")

    assert {span for row in rows for span in list_spans(row[0])} == set(ErrorClass)


def test_who_is_held_to_which_part_of_the_contract_stands_on_the_page() -> None:
    page = read_page(LIBRARY)
    rows = list_rows(page, "The contract, and who is held to it")

    told = {row[0]: (row[1], row[2], None if "never" in row[3] else list_spans(row[3])) for row in rows}
    assert told == {
        name: (_say(part.fake), _say(part.simulator), None if part.real is None else list(part.real))
        for name, part in PARTS.items()
    }
    assert all(f"`{name}`" in page for name in (*CREDENTIALS, *CHOICES))


def _say(is_so: bool) -> str:  # noqa: FBT001 (a value, not a switch)
    return "yes" if is_so else "no"
