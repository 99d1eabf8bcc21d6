"""What the flows rely on in Cleo: one suite for the fake and for the real client on tenants of three layouts."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from tests.contract.cleo_layouts import LAYOUTS
from tests.contract.openapi.schemas import find_breaches
from tests.fake_mailbox import FakeMailbox
from tests.processes import ARCHIVE, INBOUND, CleoProcess, run_cleo

from ml_connector.cleo import (
    ActionRun,
    Capability,
    Client,
    Conflict,
    ConnectionDraft,
    Credentials,
    FileGone,
    Folder,
    FolderMissing,
    PutAway,
    RemoteFile,
)
from ml_connector.cleo.transport import HttpTransport
from ml_connector.engine import clock
from ml_connector.flows.ports import Mailbox

REFERENCE = "/reference"
DESCRIBED = ("cic-folders", "harmony-connection")  #: layouts in Cleo's own names
FAILED = ActionRun(status="completed", result="error", messages=("no route",), outcome="failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A tenant and what partners and others do to it."""

    mailbox: Mailbox
    inbound: str  #: where we take files from, as this layout names it
    outbound: str  #: where we hand files in
    drop: Callable[[str, bytes], str]  #: into the inbound folder; the file's id
    remove: Callable[[str], None]
    list_names: Callable[[str], list[str]]  #: what a folder really holds
    upload_lands_in: str  #: the folder in which a file that we hand in really is
    finish_jobs: Callable[[], object]  #: let what follows an upload happen


@contextmanager
def open_fake_world(*, moves: bool = True) -> Iterator[World]:
    fake = FakeMailbox(INBOUND, ARCHIVE, "/edi/error", REFERENCE)
    fake.add_action("load-reference")
    fake.add_action("always-fails", FAILED)
    if not moves:
        fake.lacks = {Capability.MOVE, Capability.DELETE}
    yield World(
        mailbox=fake,
        inbound=INBOUND,
        outbound=REFERENCE,
        drop=fake.drop,
        remove=fake.remove,
        list_names=lambda folder: sorted(fake.list_names(folder)),
        upload_lands_in=REFERENCE,
        finish_jobs=lambda: fake.log_uploads(clock.now()),
    )


@pytest.fixture(scope="module")
def tenants(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, CleoProcess]]:
    """A tenant of each layout."""
    with ExitStack() as running:
        opened = {
            name: running.enter_context(run_cleo(tmp_path_factory.mktemp("cleo"), "--layout", name))
            for name in LAYOUTS
        }
        for tenant in opened.values():
            tenant.change_settings(collisions="refuse")
        yield opened
        sent = [request for name in DESCRIBED for request in opened[name].requests()]
        assert sent
        assert [breach for request in sent for breach in find_breaches(request)] == []


@contextmanager
def open_world(layout: str, tenant: CleoProcess) -> Iterator[World]:
    """The tenant with empty folders."""
    chosen = LAYOUTS[layout]
    for folder in {INBOUND, ARCHIVE, chosen.upload_lands_in}:
        for file in tenant.files(folder):
            tenant.remove(file["id"])
    client = Client(
        base_url=tenant.url,
        credentials=Credentials(username="edi-service", password="demo-cleo-password"),
        transport=HttpTransport(),
        clock=clock.now,
        profile=chosen.profile,
    )
    yield World(
        mailbox=client,
        inbound=chosen.inbound,
        outbound=chosen.outbound,
        drop=tenant.drop,
        remove=tenant.remove,
        list_names=tenant.names,
        upload_lands_in=chosen.upload_lands_in,
        finish_jobs=lambda: tenant.advance_clock(60),
    )
    client.close()


@pytest.fixture(params=["fake", "fake without moves", *LAYOUTS])
def world(request: pytest.FixtureRequest, tenants: Mapping[str, CleoProcess]) -> Iterator[World]:
    name: str = request.param
    opened = open_world(name, tenants[name]) if name in tenants else open_fake_world(moves=name == "fake")
    with opened as world:
        yield world


@pytest.fixture(params=["fake", *(name for name, layout in LAYOUTS.items() if layout.moves)])
def moving_world(request: pytest.FixtureRequest, tenants: Mapping[str, CleoProcess]) -> Iterator[World]:
    """One whose files can be moved and deleted."""
    name: str = request.param
    with open_world(name, tenants[name]) if name in tenants else open_fake_world() as world:
        yield world


def find_inbound(world: World) -> Folder:
    return world.mailbox.find_folder(world.inbound)


def find_file(world: World, id_: str) -> RemoteFile:
    (file,) = [file for file in world.mailbox.list_files(find_inbound(world)) if file.id == id_]
    return file


def download(world: World, file: RemoteFile) -> bytes:
    with world.mailbox.download(file) as pieces:
        return b"".join(pieces)


def upload(world: World, name: str, content: bytes) -> RemoteFile:
    folder = world.mailbox.find_folder(world.outbound)
    pieces = [content[:5], content[5:]]
    return world.mailbox.upload(folder, name=name, pieces=lambda: iter(pieces), length=len(content))


def test_a_file_is_listed_with_what_the_flows_need_to_know(world: World) -> None:
    id_ = world.drop("invoices 0042.edi", b"ISA*00*")

    file = find_file(world, id_)

    assert (file.name, file.length, file.folder.path) == ("invoices 0042.edi", 7, world.inbound)
    assert file.modified is None or file.modified.tzinfo is not None


def test_an_empty_folder_has_no_files(world: World) -> None:
    assert list(world.mailbox.list_files(find_inbound(world))) == []


def test_a_missing_folder_is_an_error_that_names_those_there_are(world: World) -> None:
    with pytest.raises(FolderMissing, match=world.inbound):
        world.mailbox.find_folder("/edi/inbond")


def test_all_files_of_a_folder_come_each_once_however_many_there_are(world: World) -> None:
    dropped = {world.drop(f"{n}.edi", b"ISA") for n in range(120)}

    listed = [file.id for file in world.mailbox.list_files(find_inbound(world))]

    assert len(listed) == 120
    assert set(listed) == dropped


def test_files_may_be_moved_while_their_list_is_read(moving_world: World) -> None:
    for n in range(60):
        moving_world.drop(f"{n}.edi", b"ISA")
    archive = moving_world.mailbox.find_folder(ARCHIVE)

    for file in moving_world.mailbox.list_files(find_inbound(moving_world)):
        moving_world.mailbox.put_away(file, archive)

    assert moving_world.list_names(INBOUND) == []
    assert len(moving_world.list_names(ARCHIVE)) == 60


@pytest.mark.parametrize(
    "content", [b"", b"ISA*00*~\r\n", bytes(range(256)) * 2000], ids=["empty", "short", "all bytes"]
)
def test_a_file_s_bytes_come_as_they_are(world: World, content: bytes) -> None:
    file = find_file(world, world.drop("in.edi", content))

    assert download(world, file) == content
    assert download(world, file) == content


def test_a_file_that_was_read_goes_as_far_out_of_the_way_as_it_can(world: World) -> None:
    id_ = world.drop("in.edi", b"ISA")

    done = world.mailbox.put_away(find_file(world, id_), None)

    assert done is not PutAway.MOVED
    assert world.list_names(INBOUND) == ([] if done is PutAway.DELETED else ["in.edi"])


def test_a_moved_file_is_in_the_other_folder_and_keeps_its_id(moving_world: World) -> None:
    id_ = moving_world.drop("in.edi", b"ISA")
    archive = moving_world.mailbox.find_folder(ARCHIVE)

    done = moving_world.mailbox.put_away(find_file(moving_world, id_), archive)

    (moved,) = moving_world.mailbox.list_files(archive)
    assert done is PutAway.MOVED
    assert list(moving_world.mailbox.list_files(find_inbound(moving_world))) == []
    assert (moved.id, moved.name, moved.folder.path) == (id_, "in.edi", ARCHIVE)
    assert download(moving_world, moved) == b"ISA"


def test_two_files_of_one_name_are_two_files(world: World) -> None:
    first, second = world.drop("in.edi", b"one"), world.drop("in.edi", b"two")

    listed = list(world.mailbox.list_files(find_inbound(world)))

    assert first != second
    assert sorted(download(world, file) for file in listed) == [b"one", b"two"]


def test_a_file_that_vanished_can_be_neither_read_nor_put_away(moving_world: World) -> None:
    id_ = moving_world.drop("in.edi", b"ISA")
    file = find_file(moving_world, id_)
    moving_world.remove(id_)

    with pytest.raises(FileGone):
        download(moving_world, file)
    with pytest.raises(FileGone):
        moving_world.mailbox.put_away(file, moving_world.mailbox.find_folder(ARCHIVE))


def test_a_file_that_somebody_else_has_moved_is_gone_from_where_it_was(moving_world: World) -> None:
    file = find_file(moving_world, moving_world.drop("in.edi", b"ISA"))
    archive = moving_world.mailbox.find_folder(ARCHIVE)
    moving_world.mailbox.put_away(file, archive)

    with pytest.raises(FileGone):
        download(moving_world, file)
    with pytest.raises(FileGone):
        moving_world.mailbox.put_away(file, archive)

    assert moving_world.list_names(ARCHIVE) == ["in.edi"]


def test_a_folder_that_is_gone_cannot_be_listed(world: World) -> None:
    gone = Folder(id="no-such-id", path="/edi/gone", files_href=None)

    with pytest.raises(FolderMissing):
        list(world.mailbox.list_files(gone))


def test_an_uploaded_file_is_there_and_can_be_found_by_its_name(world: World) -> None:
    stored = upload(world, "INTACCT_Vendors_1.csv", b"erp_key,name\r\n")

    folder = world.mailbox.find_folder(world.outbound)
    found = world.mailbox.find_file(folder, "INTACCT_Vendors_1.csv")

    assert (stored.name, stored.length) == ("INTACCT_Vendors_1.csv", 14)
    assert found is not None
    assert (found.name, found.length) == (stored.name, 14)
    assert world.mailbox.find_file(folder, "INTACCT_Vendors_2.csv") is None
    assert world.list_names(world.upload_lands_in) == ["INTACCT_Vendors_1.csv"]


def test_the_same_file_once_more_is_already_there(world: World) -> None:
    upload(world, "INTACCT_Terms_1.csv", b"erp_key\r\nN30\r\n")

    again = upload(world, "INTACCT_Terms_1.csv", b"erp_key\r\nN30\r\n")

    assert (again.name, again.length) == ("INTACCT_Terms_1.csv", 14)
    assert world.list_names(world.upload_lands_in) == ["INTACCT_Terms_1.csv"]


def test_another_file_of_the_same_name_is_in_the_way(world: World) -> None:
    upload(world, "INTACCT_Terms_1.csv", b"erp_key\r\nN30\r\n")

    with pytest.raises(Conflict):
        upload(world, "INTACCT_Terms_1.csv", b"erp_key\r\n")

    assert world.list_names(world.upload_lands_in) == ["INTACCT_Terms_1.csv"]


def test_an_empty_file_can_be_uploaded(world: World) -> None:
    assert upload(world, "empty.csv", b"").length == 0


def test_a_connection_is_created_found_and_changed(world: World) -> None:
    mailbox = world.mailbox
    draft = ConnectionDraft(
        type="sftp", alias="Alnwick Bolts", external_id="V-1", folder="ml-connector/vendors", enabled=False
    )

    made = mailbox.create_connection(draft)
    changed = mailbox.update_connection(made, ConnectionDraft(alias="Alnwick Bolts & Nuts"))

    assert (made.alias, made.external_id, made.enabled) == ("Alnwick Bolts", "V-1", False)
    assert (changed.id, changed.alias, changed.external_id) == (made.id, "Alnwick Bolts & Nuts", "V-1")
    assert mailbox.find_connection(external_id="V-1") == changed
    assert mailbox.find_connection(external_id="V-9", alias="Alnwick Bolts & Nuts") == changed
    assert mailbox.find_connection(alias="Alnwick Bolts") is None


def test_a_connection_of_the_same_alias_is_in_the_way(world: World) -> None:
    world.mailbox.create_connection(ConnectionDraft(type="sftp", alias="Birch"))

    with pytest.raises(Conflict):
        world.mailbox.create_connection(ConnectionDraft(type="sftp", alias="Birch"))


def test_a_run_that_was_answered_says_whether_it_succeeded(world: World) -> None:
    actions = {action.alias: action for action in world.mailbox.list_actions()}

    good = world.mailbox.run_action(actions["load-reference"])
    bad = world.mailbox.run_action(actions["always-fails"])

    assert (good.outcome, bad.outcome) == ("succeeded", "failed")


def test_what_became_of_an_upload_stands_in_the_log(world: World) -> None:
    since = clock.now() - timedelta(seconds=1)
    upload(world, "INTACCT_Terms_1.csv", b"erp_key,name,op\r\nN30,Net 30,upsert\r\n")
    world.finish_jobs()

    events = [event for event in world.mailbox.list_events(since) if event.file == "INTACCT_Terms_1.csv"]

    assert events
    assert len({event.id for event in events}) == len(events)
    assert events == sorted(events, key=lambda event: (event.created or since, event.sequence or 0))
    assert all(event.name and event.created and event.created.tzinfo for event in events)
    assert list(world.mailbox.list_events(clock.now() + timedelta(days=1))) == []
