"""The pages about the Cleo library: its examples, its errors, and what is done where a tenant offers less."""

import doctest
from pathlib import Path

from tests.docs.pages import list_blocks, list_rows, list_spans, read_page
from tests.processes import run_cleo

from ml_connector import cleo
from ml_connector.cleo.capabilities import FALLBACKS

LIBRARY = "docs/reference/cleo.md"
ADDRESS = "http://127.0.0.1:8930"  #: of the simulator that the page starts
ADAPT = "docs/howto/adapt-to-your-cleo-tenant.md"


def test_the_examples_give_what_the_page_shows(tmp_path: Path) -> None:
    blocks = [block.body for block in list_blocks(read_page(LIBRARY)) if block.language == "pycon"]
    told: list[str] = []

    with run_cleo(tmp_path / "cleo") as tenant:
        text = "\n".join(blocks).replace(ADDRESS, tenant.url)
        examples = doctest.DocTestParser().get_doctest(text, {}, LIBRARY, LIBRARY, 0)
        results = doctest.DocTestRunner().run(examples, out=told.append)

    assert results.attempted > 20
    assert results.failed == 0, "".join(told)


def test_every_error_says_what_to_do_next() -> None:
    rows = list_rows(read_page(LIBRARY), "Errors")
    errors = {
        name
        for name in cleo.__all__
        if isinstance(kind := getattr(cleo, name), type) and issubclass(kind, cleo.CleoError)
    }

    assert {span for row in rows for span in list_spans(row[0])} == errors - {"CleoError"}


def test_every_capability_says_what_is_done_without_it() -> None:
    rows = list_rows(read_page(ADAPT), "3. Try one file")

    assert {row[0] for row in rows} == set(FALLBACKS)


def test_every_key_that_the_page_tells_to_set_is_one_of_the_profile() -> None:
    keys = [span for row in list_rows(read_page(ADAPT), "2. Look up what no probe can guess") for span in row]

    fit = {"folders.files": "/x/{folder_id}", "files.content": "/x/{file_id}", "paging.start_base": 1}
    for key in {span for cell in keys for span in list_spans(cell)} - {'""'}:
        usual = "/x" if "path" in key or key.endswith(".list") else "x"
        assert cleo.CIC_FOLDERS.override({key: fit.get(key, usual)})
