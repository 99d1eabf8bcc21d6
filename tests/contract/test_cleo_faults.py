"""Every fault at every call beside the usual line: done once in the end, whole, and never twice."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email.utils import format_datetime
from itertools import count

import pytest
from tests.acceptance.faults import IN_AN_HOUR, Fault
from tests.contract.cleo_faults import COLUMNS, FAULTS, REFRESH, SAME_NAME, Column, hits, list_proofs, say
from tests.contract.cleo_layouts import LAYOUTS
from tests.databases import Stores
from tests.processes import ARCHIVE, INBOUND, CleoProcess, run_cleo, wait_until
from tests.unit.flows.scene import Scene, open_scene

from ml_connector.cleo import (
    Ambiguous,
    CleoError,
    Client,
    ConnectionDraft,
    Credentials,
    Exchange,
    Purpose,
    Rejected,
    Unavailable,
)
from ml_connector.cleo.transport import HttpTransport
from ml_connector.engine import clock
from ml_connector.flows.receiving import receive
from ml_connector.flows.run import Run

NUMBERS = count(1)
MOST_TRIES = 4
HASTE = 0.5  #: seconds until a client gives up where nothing else ends the silence
CONTENT = b"ISA*00*the bytes of one file*" * 9
CELLS = [(column, fault) for column in COLUMNS for fault in FAULTS if hits(fault, column)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A tenant of each layout, and the product's store. Cells that look alike to a client share one."""

    tenants: Mapping[str, CleoProcess]
    scene: Scene
    exchanges: list[Exchange] = field(default_factory=list)
    clients: dict[str, Client] = field(default_factory=dict)

    def get_client(self, column: Column, fault: Fault) -> Client:
        # A token that was got for another and is refused leads to a log-in: who is to refresh must be new.
        fresh = fault.name if column is REFRESH else ""
        name = f"{column.layout} {column.profile} {bool(fault.product)} {fresh}"
        if name not in self.clients:
            self.clients[name] = Client(
                base_url=self.tenants[column.layout].url,
                credentials=Credentials(username="edi-service", password="demo-cleo-password"),
                transport=HttpTransport(timeout=HASTE if fault.product else 60.0),
                clock=clock.now,
                profile=LAYOUTS[column.layout].profile.override(column.profile),
                on_exchange=self.exchanges.append,
            )
        return self.clients[name]


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """Something to be done at Cleo."""

    act: Callable[[], object]
    is_done: Callable[[], bool]  #: asked when that is unclear
    check: Callable[[], None]  #: fails unless it was done once, and whole


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, sqlite_stores: Stores) -> Iterator[Site]:
    with ExitStack() as running:
        tenants = {
            name: running.enter_context(run_cleo(tmp_path_factory.mktemp("cleo"), "--layout", name))
            for name in LAYOUTS
        }
        for tenant in tenants.values():
            tenant.advance_clock(-3600)  # what is an hour old cannot be changing still
        scene = running.enter_context(open_scene(running.enter_context(sqlite_stores.make())))
        opened = Site(tenants=tenants, scene=scene)
        yield opened
        for client in opened.clients.values():
            client.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One cell."""

    site: Site
    column: Column
    fault: Fault
    tenant: CleoProcess
    client: Client

    @property
    def exchanges(self) -> list[Exchange]:
        """What was asked since the cell began."""
        return self.site.exchanges


@pytest.fixture
def desk(site: Site, column: Column, fault: Fault) -> Iterator[Desk]:
    tenant = site.tenants[column.layout]
    tenant.clear_faults()
    # What follows an upload happens at once: else a list of transfers grows while it is read twice.
    tenant.change_settings(collisions="rename", job_seconds=0)
    site.exchanges.clear()
    client = site.get_client(column, fault)
    yield Desk(site=site, column=column, fault=fault, tenant=tenant, client=client)
    tenant.ask("POST", "/listen", {"accept": True})


def order(desk: Desk) -> None:
    """Let the fault happen at the call, when it comes next."""
    column, fault = desk.column, desk.fault
    if fault.refuses_connections and not column.after:
        desk.tenant.ask("POST", "/listen", {"accept": False})
        return
    call, nth = (column.after, 1) if fault.refuses_connections else (column.call, column.nth)
    in_an_hour = format_datetime(clock.now() + timedelta(hours=1), usegmt=True)
    orders = json.loads(json.dumps(fault.orders).replace(IN_AN_HOUR, in_an_hour))
    desk.tenant.set_faults(*({"match": {"call": call, "nth": nth}, **each} for each in orders))


def persist(desk: Desk, errand: Errand) -> None:
    """Do it until it is done: look first when that is unclear, as any user of the client must."""
    for _ in range(MOST_TRIES):
        try:
            errand.act()
        except Ambiguous:
            desk.tenant.ask("POST", "/listen", {"accept": True})
            if desk.fault.books_later and desk.column.kind == "write":
                wait_until(errand.is_done, what="it is done at last")
            if look(errand):
                return
        except Rejected:
            raise  # none of these is Cleo's last word
        except CleoError:
            pass
        else:
            return
        desk.tenant.ask("POST", "/listen", {"accept": True})
    raise AssertionError(f"not done after {MOST_TRIES} times")


def look(errand: Errand) -> bool:
    """Whether it is done; what cannot be seen now is looked at again."""
    with suppress(Unavailable):
        return errand.is_done()
    return errand.is_done()


def prepare_upload(desk: Desk) -> Errand:
    layout = LAYOUTS[desk.column.layout]
    name = f"INTACCT_Terms_{next(NUMBERS)}.csv"
    folder = desk.client.find_folder(layout.outbound)

    def check() -> None:
        stem = name.removesuffix(".csv")
        there = [
            file for file in desk.tenant.files(layout.upload_lands_in) if str(file["name"]).startswith(stem)
        ]
        assert [(file["name"], file["length"]) for file in there] == [(name, len(CONTENT))]

    return Errand(
        act=lambda: desk.client.upload(
            folder, name=name, pieces=lambda: iter([CONTENT]), length=len(CONTENT)
        ),
        is_done=lambda: desk.client.find_file(folder, name) is not None,
        check=check,
    )


def prepare_create(desk: Desk) -> Errand:
    key = f"V-{next(NUMBERS)}"
    draft = ConnectionDraft(type="sftp", alias=f"Vendor {key}", external_id=key, enabled=False)

    def check() -> None:
        assert [each.external_id for each in desk.client.list_connections()].count(key) == 1

    return Errand(
        act=lambda: desk.client.create_connection(draft),
        is_done=lambda: desk.client.find_connection(external_id=key) is not None,
        check=check,
    )


def prepare_update(desk: Desk) -> Errand:
    key = f"V-{next(NUMBERS)}"
    made = desk.client.create_connection(
        ConnectionDraft(type="sftp", alias=key, external_id=key, notes="kept")
    )

    def check() -> None:
        found = desk.client.find_connection(external_id=key)
        assert found is not None
        assert (found.id, found.alias) == (made.id, f"{key} Ltd")

    return Errand(
        act=lambda: desk.client.update_connection(made, ConnectionDraft(alias=f"{key} Ltd")),
        is_done=lambda: False,
        check=check,
    )


def prepare_run(desk: Desk) -> Errand:
    """One whose outcome is unclear is never run again."""
    (action,) = (each for each in desk.client.list_actions() if each.alias == "load-reference")
    desk.tenant.reset_counters()

    def check() -> None:
        asked = [exchange for exchange in desk.exchanges if exchange.purpose is Purpose.RUN_ACTION]
        assert (
            sum(exchange.status not in {401, 429} for exchange in asked if exchange.error != "NotSent") <= 1
        )

    return Errand(act=lambda: desk.client.run_action(action, wait=0), is_done=lambda: True, check=check)


def prepare_read(desk: Desk) -> Errand:
    """What is read in the end is what was there before."""
    client = desk.client
    (connection,) = (each for each in client.list_connections() if each.alias == "ml-connector")
    reads: Mapping[str, Callable[[], object]] = {
        "refresh": client.check,
        "find an upload": lambda: client.find_file(client.find_folder("/reference"), "nothing.csv"),
        "list connections": client.list_connections,
        "find a connection": lambda: client.find_connection(alias="ml-connector"),
        "list transfers": lambda: client.list_transfers(connection),
        "list actions": client.list_actions,
    }
    read = reads[desk.column.name]
    whole = read()
    told: list[object] = []
    if desk.column.name == "refresh":
        desk.tenant.expire_tokens()

    def check() -> None:
        assert told == [whole]

    return Errand(act=lambda: told.append(read()), is_done=lambda: False, check=check)


def prepare_taking(desk: Desk) -> Errand:
    """By the product: its store has the file once, as it was dropped, and Cleo has it where it belongs."""
    column = desk.column
    name = f"in-{next(NUMBERS)}.edi"
    if column in SAME_NAME:
        desk.tenant.change_settings(collisions="refuse")
        desk.tenant.drop(name, b"another", folder=ARCHIVE)
    id_ = desk.tenant.drop(name, CONTENT)
    run = make_run(desk)

    def take() -> None:
        run.troubles.clear()
        receive(run)
        if run.troubles:
            raise Unavailable(run.troubles[0].message)

    def check() -> None:
        persist(desk, Errand(act=take, is_done=lambda: False, check=lambda: None))
        with run.store.begin() as work:
            (kept,) = [file for file in work.files.list(run.link.name) if file.origin.remote_id == id_]
        content = b"".join(run.store.open_payload(kept.sha256))
        assert len(content) == len(CONTENT)
        assert (content == CONTENT) is (say(desk.fault, column) == "once")
        left, archived = ([file["id"] for file in desk.tenant.files(at)] for at in (INBOUND, ARCHIVE))
        assert (id_ in archived) is bool(run.link.archive)
        assert (id_ in left) is (not run.link.archive and column.name != "delete")

    return Errand(act=take, is_done=lambda: False, check=check)


def make_run(desk: Desk) -> Run:
    """A run of the product by the column's profile; each column is a tenant of its own to the store."""
    layout = LAYOUTS[desk.column.layout]
    archive = ARCHIVE if layout.moves and "files.after_read" not in desk.column.profile else ""
    run = desk.site.scene.make_run()
    link = replace(run.link, host=desk.column.name, inbound=layout.inbound, archive=archive)
    return replace(run, link=link, mailbox=desk.client, clock=clock.now)


PREPARATIONS: Mapping[str, Callable[[Desk], Errand]] = {
    "upload": prepare_upload,
    "upload, Harmony": prepare_upload,
    "create a connection": prepare_create,
    "read it to update it": prepare_update,
    "update a connection": prepare_update,
    "run an action": prepare_run,
}


@pytest.mark.parametrize(
    ("column", "fault"), CELLS, ids=[f"{column.name}-{fault.name}" for column, fault in CELLS]
)
def test_whatever_fails_each_call_is_made_whole_and_once(desk: Desk) -> None:
    prepare = (
        prepare_taking if desk.column.kind == "take" else PREPARATIONS.get(desk.column.name, prepare_read)
    )
    errand = prepare(desk)
    order(desk)

    persist(desk, errand)

    assert all(each["done"] for each in desk.tenant.faults()), "it did not happen"
    if desk.fault.refuses_connections:
        assert any(exchange.error for exchange in desk.exchanges), "nothing was refused"
    desk.tenant.clear_faults()
    errand.check()
    assert desk.column.purpose in {exchange.purpose for exchange in desk.exchanges}


def test_everything_the_client_asks_for_stands_in_the_matrix() -> None:
    assert [purpose for purpose, where in list_proofs().items() if not where] == []
