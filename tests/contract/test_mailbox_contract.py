"""What the flows rely on in Cleo: one suite for the fake and for the real client on the simulated tenant."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.fakes import FakeMailbox
from tests.processes import ARCHIVE, INBOUND, CleoProcess, run_cleo

from ml_connector.cleo import Client, Credentials, FileGone, FolderMissing
from ml_connector.cleo.objects import Folder, RemoteFile
from ml_connector.cleo.transport import HttpTransport
from ml_connector.engine import clock
from ml_connector.flows.ports import Mailbox


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A tenant and what partners and others do to it."""

    mailbox: Mailbox
    drop: Callable[[str, bytes], str]  #: into the inbound folder; the file's id
    remove: Callable[[str], None]
    list_names: Callable[[str], list[str]]  #: what a folder really holds


def open_fake_world() -> World:
    fake = FakeMailbox(INBOUND, ARCHIVE, "/edi/error")
    return World(
        mailbox=fake,
        drop=fake.drop,
        remove=fake.remove,
        list_names=lambda folder: sorted(fake.list_names(folder)),
    )


@pytest.fixture(params=["fake", "client"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    if request.param == "fake":
        yield open_fake_world()
        return
    with run_cleo(tmp_path / "cleo") as tenant:
        client = make_client(tenant)
        yield World(mailbox=client, drop=tenant.drop, remove=tenant.remove, list_names=tenant.names)
        client.close()


def make_client(tenant: CleoProcess) -> Client:
    return Client(
        base_url=tenant.url,
        credentials=Credentials(username="edi-service", password="demo-cleo-password"),
        transport=HttpTransport(),
        clock=clock.now,
    )


def find_inbound(world: World) -> Folder:
    return world.mailbox.find_folder(INBOUND)


def find_file(world: World, id_: str) -> RemoteFile:
    (file,) = [file for file in world.mailbox.list_files(find_inbound(world)) if file.id == id_]
    return file


def download(world: World, file: RemoteFile) -> bytes:
    with world.mailbox.download(file) as pieces:
        return b"".join(pieces)


def test_a_file_is_listed_with_what_the_flows_need_to_know(world: World) -> None:
    id_ = world.drop("invoices 0042.edi", b"ISA*00*")

    file = find_file(world, id_)

    assert (file.name, file.length, file.folder.path) == ("invoices 0042.edi", 7, INBOUND)
    assert file.modified is None or file.modified.tzinfo is not None


def test_an_empty_folder_has_no_files(world: World) -> None:
    assert list(world.mailbox.list_files(find_inbound(world))) == []


def test_a_missing_folder_is_an_error_that_names_those_there_are(world: World) -> None:
    with pytest.raises(FolderMissing, match=INBOUND):
        world.mailbox.find_folder("/edi/inbond")


def test_all_files_of_a_folder_come_each_once_however_many_there_are(world: World) -> None:
    dropped = {world.drop(f"{n}.edi", b"ISA") for n in range(120)}

    listed = [file.id for file in world.mailbox.list_files(find_inbound(world))]

    assert len(listed) == 120
    assert set(listed) == dropped


def test_files_may_be_moved_while_their_list_is_read(world: World) -> None:
    for n in range(60):
        world.drop(f"{n}.edi", b"ISA")
    archive = world.mailbox.find_folder(ARCHIVE)

    for file in world.mailbox.list_files(find_inbound(world)):
        world.mailbox.move(file, archive)

    assert world.list_names(INBOUND) == []
    assert len(world.list_names(ARCHIVE)) == 60


@pytest.mark.parametrize(
    "content", [b"", b"ISA*00*~\r\n", bytes(range(256)) * 2000], ids=["empty", "short", "all bytes"]
)
def test_a_file_s_bytes_come_as_they_are(world: World, content: bytes) -> None:
    file = find_file(world, world.drop("in.edi", content))

    assert download(world, file) == content
    assert download(world, file) == content


def test_a_moved_file_is_in_the_other_folder_and_keeps_its_id(world: World) -> None:
    id_ = world.drop("in.edi", b"ISA")
    archive = world.mailbox.find_folder(ARCHIVE)

    world.mailbox.move(find_file(world, id_), archive)

    (moved,) = world.mailbox.list_files(archive)
    assert list(world.mailbox.list_files(find_inbound(world))) == []
    assert (moved.id, moved.name, moved.folder.path) == (id_, "in.edi", ARCHIVE)
    assert download(world, moved) == b"ISA"


def test_two_files_of_one_name_are_two_files_in_both_folders(world: World) -> None:
    first, second = world.drop("in.edi", b"one"), world.drop("in.edi", b"two")
    archive = world.mailbox.find_folder(ARCHIVE)

    for id_ in (first, second):
        world.mailbox.move(find_file(world, id_), archive)

    assert first != second
    assert sorted(download(world, file) for file in world.mailbox.list_files(archive)) == [b"one", b"two"]


def test_a_file_that_vanished_can_be_neither_read_nor_moved(world: World) -> None:
    id_ = world.drop("in.edi", b"ISA")
    file = find_file(world, id_)
    world.remove(id_)

    with pytest.raises(FileGone):
        download(world, file)
    with pytest.raises(FileGone):
        world.mailbox.move(file, world.mailbox.find_folder(ARCHIVE))


def test_a_file_that_somebody_else_has_moved_is_gone_from_where_it_was(world: World) -> None:
    file = find_file(world, world.drop("in.edi", b"ISA"))
    archive = world.mailbox.find_folder(ARCHIVE)
    world.mailbox.move(file, archive)

    with pytest.raises(FileGone):
        download(world, file)
    with pytest.raises(FileGone):
        world.mailbox.move(file, archive)

    assert world.list_names(ARCHIVE) == ["in.edi"]


def test_a_folder_that_is_gone_cannot_be_listed(world: World) -> None:
    gone = Folder(id="no-such-id", path="/edi/gone", files_href=None)

    with pytest.raises(FolderMissing):
        list(world.mailbox.list_files(gone))
