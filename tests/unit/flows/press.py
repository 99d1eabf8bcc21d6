"""What a link publishes, what the copy holds at the time, and a reader of the files as a flow of the tenant is one."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Final

from tests.fake_mailbox import FakeMailbox
from tests.unit.flows.scene import Scene

from ml_connector.flows.publishing.files import publish
from ml_connector.flows.run import PublishFacts, Run, Trouble
from ml_connector.mapping.reference.delimited import read_csv
from ml_connector.mapping.reference.sheets import Sheet
from ml_connector.mapping.reference.tables import TABLES, TableName, list_columns
from ml_connector.records.publications import StoredPublication
from ml_connector.records.reference import ReferenceRow

FOLDER: Final = "/reference"
COMPANY: Final = "BIRCH"
KINDS: Final = ("vendor", "class", "department", "location")


def make_sheet(name: TableName, **changes: Any) -> Sheet:
    sheet = Sheet(name=name, file=TABLES[name].file, columns=list_columns(name, tax_id=False))
    return replace(sheet, **changes)


def make_facts(*sheets: Sheet, **changes: Any) -> PublishFacts:
    facts = PublishFacts(
        folder=FOLDER,
        sheets=sheets or (make_sheet("vendors"),),
        forms=("csv",),
        guarded=True,
        full_every=timedelta(days=7),
        run_action="",
    )
    return replace(facts, **changes)


def make_vendor(number: int, name: str, *, aliases: tuple[str, ...] = (), **changes: Any) -> ReferenceRow:
    body = {
        "record_no": number,
        "vendor_id": f"V{number}",
        "name": name,
        "status": "active",
        "term": "N30",
        "currency": "USD",
        "tax_id": "",
        "account_no_at_vendor": "",
        "on_hold": False,
        "parent_id": "",
        **changes,
    }
    return ReferenceRow(kind="vendor", key=f"V{number}", body=body, aliases=aliases)


def make_dimension(kind: str, number: int, name: str, **changes: Any) -> ReferenceRow:
    body = {"record_no": number, "name": name, "status": "active", "parent_id": "", **changes}
    return ReferenceRow(kind=kind, key=str(number), body=body)


def set_copy(scene: Scene, *rows: ReferenceRow) -> None:
    """Our copy of Intacct is now this."""
    with scene.store.begin() as work:
        sync = work.reference_sync
        assert sync.take_turn(COMPANY)
        for kind in KINDS:
            sync.begin_full(COMPANY, kind)
            sync.merge(COMPANY, [row for row in rows if row.kind == kind], kind=kind, seen=True)
            while sync.remove_unseen(COMPANY, kind, limit=100):
                pass
        sync.complete(COMPANY)
        sync.end_turn(COMPANY)


def make_run(scene: Scene, facts: PublishFacts) -> Run:
    run = scene.make_run()
    return replace(run, link=replace(run.link, publish=facts))


def press(scene: Scene, facts: PublishFacts, *tables: str) -> list[Trouble]:
    """One run that publishes; the troubles it met."""
    run = make_run(scene, facts)
    publish(run, tables=tables or None)
    return run.troubles


def list_publications(scene: Scene) -> tuple[StoredPublication, ...]:
    with scene.store.begin() as work:
        return work.publications.list_since(scene.link, scene.clock() - timedelta(days=3650))


@dataclass(slots=True, kw_only=True)
class Tenant:
    """A flow of the tenant: it takes each file of the folder, in the order of their names, and fills its tables."""

    mailbox: FakeMailbox
    clears: bool  #: a full file is taken for the whole table; else all files are alike
    tables: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    taken: list[str] = field(default_factory=list)

    def take_files(self) -> list[str]:
        """Names of the files that came since."""
        new = sorted(set(self.mailbox.list_names(FOLDER)) - set(self.taken))
        for name in new:
            self._take(name, self.mailbox.read(name, FOLDER))
        self.taken += new
        return new

    def _take(self, name: str, content: bytes) -> None:
        assert all(name > other for other in self.taken if other.split("_")[:2] == name.split("_")[:2])
        stem = name.rsplit("_", 2)[0]
        if self.clears and "_full." in name:
            self.tables[stem] = {}
        table = self.tables.setdefault(stem, {})
        keys = []
        for row in read_rows(name, content):
            keys.append(row["erp_key"])
            op = row.pop("op")
            if op == "upsert":
                table[row["erp_key"]] = row
            else:
                assert op == "delete"
                table.pop(row["erp_key"], None)
        assert keys == sorted(set(keys)), "rows are sorted, and each key comes once"


def read_rows(name: str, content: bytes) -> Iterable[dict[str, str]]:
    if name.endswith(".jsonl"):
        return [json.loads(line) for line in content.decode().splitlines()]
    header, *rows = (row for _, row in read_csv([content], guarded=True))
    return [dict(zip(header, row, strict=True)) for row in rows]


def list_names(table: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """The names in a table, by key."""
    return {key: row["name"] for key, row in table.items()}


def expect_vendors(rows: Sequence[ReferenceRow]) -> dict[str, dict[str, str]]:
    """What a table of vendors is to hold, worked out by hand."""
    return {
        row.key: {
            "erp_key": row.key,
            "name": row.body["name"],
            "status": row.body["status"],
            "payment_term": row.body["term"],
            "currency": row.body["currency"],
            "edi_qualifier": "",
            "edi_id": "",
            "last_modified": "",
        }
        for row in rows
    }
