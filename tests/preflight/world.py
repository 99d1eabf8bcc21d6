"""A company in the simulator, our copy of it, and people who put it right and wrong; the product plans and writes beside them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any, ClassVar, Final

from tests.acceptance.trade import INVOICED
from tests.contract.intacct_company import make_client
from tests.fake_mailbox import FakeMailbox
from tests.preflight.companies import Company, Seed
from tests.preflight.faults import Change, Fault
from tests.preflight.linking import make_run, write_rules
from tests.preflight.papers import Envelope, Paper
from tests.processes import ARCHIVE, COMPANY, INBOUND, IntacctProcess, run_intacct

from ml_connector.engine import clock
from ml_connector.flows.edi_to_intacct import read
from ml_connector.flows.intacct_to_cleo import refresh
from ml_connector.flows.planning.deciding import plan_documents
from ml_connector.flows.planning.outcome import Outcome
from ml_connector.flows.receiving import receive
from ml_connector.flows.run import Run
from ml_connector.intacct import (
    ApBill,
    ApBillLine,
    Call,
    CallResult,
    Client,
    Dimensions,
    NewPurchasing,
    NewPurchasingLine,
)
from ml_connector.intacct.writing.call import Writable
from ml_connector.records.documents import StoredDocument
from ml_connector.store import Store, open_store

AT_ONCE: Final = 100  #: functions of a request
ENTITY: Final = "E100"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutated:
    """A function as it would be sent of a document that says other texts than the one it was planned of."""

    NAME: ClassVar[str] = "a mutated function"

    body: Writable
    texts: Mapping[str, str]

    def render(self) -> str:
        made = self.body.render()
        for planned, said in self.texts.items():
            made = made.replace(planned, said)
        return made


@dataclass(slots=True, kw_only=True)
class World:
    """One company, and the product that serves it."""

    gateway: IntacctProcess
    client: Client
    store: Store
    company: Company
    rules: str
    mailbox: FakeMailbox = field(default_factory=lambda: FakeMailbox(INBOUND, ARCHIVE))
    envelope: Envelope = field(default_factory=Envelope)
    _names: Iterator[int] = field(default_factory=lambda: count(1))

    def copy_company(self) -> int:
        """Our copy of the company as it is now; returns its version."""
        run = self._make_run()
        refresh(run)
        assert not run.troubles, run.troubles
        with self.store.begin() as work:
            found = work.reference.newest(COMPANY)
        assert found is not None
        return found[0]

    def deliver(self, papers: Iterable[Paper]) -> dict[str, StoredDocument]:
        """Let partners send documents; returns what was read of them, by number."""
        files: defaultdict[tuple[str, str], list[Paper]] = defaultdict(list)
        for paper in papers:
            files[paper.sender, paper.code].append(paper)
        for (sender, code), content in files.items():
            self.mailbox.drop(f"{next(self._names)}.edi", self.envelope.wrap(sender, code, content))
        run = self._make_run()
        receive(run)
        read(run)
        with self.store.begin() as work:
            return {each.document.key.number: each for each in work.documents.list(run.link.name)}

    def plan(self, documents: Sequence[StoredDocument], version: int) -> Outcome:
        """What is decided for these documents with the copy of that version; nothing of it is kept."""
        return plan_documents(self._make_run(), documents, version=version)

    def send(self, bodies: Sequence[Writable], places: Sequence[str]) -> list[CallResult]:
        """Write these, each for itself and in its entity."""
        results: dict[int, CallResult] = {}
        for entity in dict.fromkeys(places):
            mine = [(at, body) for at, body in enumerate(bodies) if places[at] == entity]
            for first in range(0, len(mine), AT_ONCE):
                some = mine[first : first + AT_ONCE]
                calls = [Call(control_id=f"campaign:{next(self._names)}", body=body) for _, body in some]
                written = self.client.writing.write(calls, entity=entity)
                results |= {at: result for (at, _), result in zip(some, written, strict=True)}
        return [results[at] for at in range(len(bodies))]

    def enter_orders(self, papers: Iterable[tuple[Paper, Dimensions]]) -> list[str]:
        """People order what these documents will be about, each at its place; returns the numbers Intacct gives."""
        bodies = [_write_order(paper, place) for paper, place in papers]
        results = self.send(bodies, [ENTITY] * len(bodies))
        assert all(result.key for result in results), [each for each in results if not each.key][:3]
        return [(result.key or "").removeprefix("Purchase Order-") for result in results]

    def enter_bills(self, papers: Sequence[Paper]) -> None:
        """People enter what these payments are for."""
        results = self.send([_write_bill(paper) for paper in papers], [ENTITY] * len(papers))
        assert all(result.key for result in results), [each for each in results if not each.key][:3]

    def look(self, kind: str) -> list[dict[str, Any]]:
        """All records of a kind."""
        found: list[dict[str, Any]] = self.gateway.ask("GET", "/truth", company=COMPANY, object=kind)
        return found

    def change(self, changes: Iterable[Change]) -> list[Change]:
        """Change records; returns what puts right again those that are still there."""
        back = []
        for each in changes:
            record = next(row for row in self.look(each.object) if each.key in map(str, row.values()))
            named = {"company": COMPANY, "object": each.object, "RECORDNO": _find_number(record)}
            if each.fields:
                before = {name: str(record.get(name, "")) for name in each.fields}
                back.append(Change(object=each.object, key=each.key, fields=before))
                self.gateway.ask("POST", "/edits", {**named, "fields": dict(each.fields)})
            else:
                self.gateway.ask("POST", "/deletions", named)
        return back

    def set(self, settings: Mapping[str, Any]) -> None:
        """Set the company up."""
        self.gateway.change_settings(company=COMPANY, **settings)

    def _make_run(self) -> Run:
        return make_run(
            self.store,
            self.client,
            self.rules,
            company=COMPANY,
            mailbox=self.mailbox,
            bills=self.company.bills,
        )


@contextmanager
def open_world(folder: Path, company: Company, faults: Sequence[Fault]) -> Iterator[World]:
    """The sample company, set up so, with the records of all faults, all of them good."""
    folder.mkdir()
    with run_intacct(folder / "intacct.db") as gateway, closing(make_client(gateway.gateway)) as client:
        for kind, rows in _gather_seeds([company.seed, *(fault.seed for fault in faults)]).items():
            gateway.ask("POST", "/seed", {"company": _COMPANY, "objects": {kind: rows}})
        gateway.change_settings(company=COMPANY, **company.settings)
        url = f"sqlite:///{folder / 'store.db'}"
        with closing(open_store(url, clock=clock.now, actor="clerk", key=b"a key for tests")) as store:
            world = World(gateway=gateway, client=client, store=store, company=company, rules="")
            regions = {each["name"]: str(_find_number(each)) for each in world.look("REGION")}
            vendors = [row["VENDORID"] for fault in faults for row in fault.seed.get("VENDOR", ())]
            world.rules = write_rules(("V-1075", *vendors), (fault.write_rule(regions) for fault in faults))
            yield world


_COMPANY: Final = {
    "id": COMPANY,
    "sender_id": "alderfinch_ws",
    "sender_password": "demo-sender-password",
    "users": [{"user_id": "mlconnector", "password": "demo-user-password"}],
    "entities": ["E100", "E200"],
}


def _gather_seeds(some: Iterable[Seed]) -> dict[str, list[Mapping[str, Any]]]:
    seeds: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for seed in some:
        for kind, rows in seed.items():
            seeds[kind] += rows
    return seeds


def _find_number(record: Mapping[str, Any]) -> int:
    return int(record.get("RECORDNO") or record["id"])


def _write_order(paper: Paper, place: Dimensions) -> NewPurchasing:
    line = NewPurchasingLine(
        item_id=paper.item,
        quantity=Decimal(paper.quantity),
        unit="Each",
        price=paper.price,
        warehouse_id=paper.ship_to or None,
        dimensions=place,
    )
    return NewPurchasing(
        definition="Purchase Order",
        vendor_id=paper.vendor,
        date=INVOICED,
        due_date=INVOICED,
        lines=(line,),
    )


def _write_bill(paper: Paper) -> ApBill:
    line = ApBillLine(account_no="5060", amount=paper.total, memo="", location_id="110", department_id="120")
    return ApBill(
        vendor_id=paper.vendor,
        number=paper.order,
        reference=None,
        date=INVOICED,
        posting_date=INVOICED,
        due_date=INVOICED,
        term=None,
        description="by hand",
        action="Submit",
        lines=(line,),
    )
