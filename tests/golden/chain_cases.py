"""A case of the purchasing chain: a file goes through the whole line, and everything that comes of it is written down."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from lxml import etree
from tests.golden.chain_world import open_world
from tests.unit.flows.scene import Scene

from ml_connector.app.documents import Documents
from ml_connector.app.need_views import NeedRow
from ml_connector.app.needs import Needs
from ml_connector.app.results import NeedLine
from ml_connector.cli.render.match import describe_goods
from ml_connector.cli.render.runs import render_sum
from ml_connector.records.documents import StoredDocument
from ml_connector.records.status import Status

CHAIN: Final = Path(__file__).parent / "chain"
FILES: Final = ("in.edi", "then.edi")  #: the second comes once all that can be is done with the first
AGE: Final = timedelta(days=3)  #: how long what is held has been waiting when it is looked at
ENDS: Final[Mapping[Status, str]] = {
    Status.POSTED: "request.xml",
    Status.HELD: "held.txt",
    Status.FILED: "filed.txt",
    Status.DUPLICATE: "duplicate.txt",
    Status.REJECTED: "rejected.txt",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainOutcome:
    """What came of a case's documents: a text for each kind of end; and what those that are held wait for."""

    texts: Mapping[str, str]
    held: Mapping[int, Sequence[NeedLine]]  #: by document, as `documents explain` says it
    rows: Mapping[str, NeedRow]  #: by need, as `needs list` says it


def list_chain_cases(folder: Path = CHAIN) -> Sequence[Path]:
    """The folders SET/CASE."""
    return sorted(path for path in folder.glob("[0-9]*/*") if path.is_dir())


def read_texts(case: Path) -> dict[str, str]:
    """What the case says must come of its file."""
    found = ((name, case / name) for name in ENDS.values())
    return {name: path.read_text("utf-8") for name, path in found if path.exists()}


def run_case(case: Path, url: str) -> ChainOutcome:
    """What comes of the case's file now, through the store at that address."""
    with open_world(case, url) as scene:
        for path in (case / name for name in FILES if (case / name).exists()):
            scene.mailbox.drop(path.name, path.read_bytes())
            assert scene.run() == []
            while Status.READY in scene.statuses().values():  # for what becomes several transactions
                assert scene.run() == []
        scene.wait(days=AGE.days)
        documents = scene.documents()
        assert {each.status for each in documents} <= ENDS.keys()
        found = Needs(basis=scene.make_run().basis, four_eyes=True).list()
        rows = {row.need: row for row in found}
        held = {each.id: _explain(scene, each) for each in documents if each.status is Status.HELD}
        texts = {
            name: text
            for status, name in ENDS.items()
            if (text := _tell(scene, [each for each in documents if each.status is status], held, rows))
        }
        return ChainOutcome(texts=texts, held=held, rows=rows)


def name_document(stored: StoredDocument) -> str:
    """Its set and number: `856 ASN-1`."""
    return f"{stored.document.set_code} {stored.document.key.number}"


def _explain(scene: Scene, stored: StoredDocument) -> tuple[NeedLine, ...]:
    [explanation] = Documents(scene.store).explain(scene.link, f"#{stored.id}", company="BIRCH")
    return explanation.line.needs


def _tell(
    scene: Scene,
    ended: Sequence[StoredDocument],
    held: Mapping[int, Sequence[NeedLine]],
    rows: Mapping[str, NeedRow],
) -> str:
    """What is said of documents that ended alike."""
    if any(each.status is Status.POSTED for each in ended):
        return _show_requests(scene, ended)
    said = (line for each in ended for line in _describe(scene, each, held.get(each.id, ()), rows))
    return "".join(f"{line}\n" for line in said)


def _show_requests(scene: Scene, posted: Sequence[StoredDocument]) -> str:
    """Every function that was sent, with the document it is of and the session it was sent in."""
    with scene.store.begin() as work:
        postings = work.postings.newest([each.id for each in posted])
    root = etree.Element("requests")
    for stored in posted:
        posting = postings[stored.id].posting
        for function in posting.functions:
            named = {"document": name_document(stored), "entity": posting.target.entity}
            etree.SubElement(root, "function", named).append(etree.fromstring(function.render()))
    etree.indent(root)
    return f"{etree.tostring(root, encoding='unicode')}\n"


def _describe(
    scene: Scene, stored: StoredDocument, needs: Sequence[NeedLine], rows: Mapping[str, NeedRow]
) -> Iterator[str]:
    """A document that was not sent: why, what it promises, what it waits for and what is to be done."""
    with scene.store.begin() as work:
        found = work.matches.get([stored.id]).get(stored.id)
    yield name_document(stored)
    if not needs:
        yield f"  {stored.reason}"
        yield from (f"  {describe_goods(each)}" for each in (found.expected if found else ()))
    for need in needs:
        row = rows[need.key]
        money = ", ".join(render_sum(each.amount, each.currency, each.unknown) for each in row.waiting)
        yield f"  {need.key}"
        yield f"    why: {need.reason}"
        yield f"    waiting: {row.days} days, {money}"
        yield f"    do: {row.action}"
        yield from (f"    or else: {step}" for step in row.or_else)
