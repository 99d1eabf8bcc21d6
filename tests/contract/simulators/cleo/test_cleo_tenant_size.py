"""Large files and many files at the Cleo tenant."""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from http.client import HTTPConnection, IncompleteRead
from itertools import product
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from tests.contract.simulators.cleo.driver import BYTES, CleoProcess, CleoTenant

from mlc_sim.cleo.database import Database, Window
from mlc_sim.cleo.store import INBOUND
from mlc_sim.cleo.tenant import open_tenant

PIECE: Final = bytes(range(256)) * 4096  # a MiB
MEBIBYTES: Final = 64
MANY: Final = 100_000


def send_large(tenant: CleoTenant, path: str, headers: dict[str, str], *, chunked: bool = False) -> Any:
    """Upload the file of so many pieces; what is answered."""
    connection = HTTPConnection(urlsplit(tenant.announced["url"]).netloc, timeout=120)
    announced = {} if chunked else {"Content-Length": str(MEBIBYTES * len(PIECE))}
    body = (PIECE for _ in range(MEBIBYTES))
    connection.request("POST", path, body, {**headers, **announced}, encode_chunked=chunked)
    answer = connection.getresponse()
    said = json.loads(answer.read())
    connection.close()
    assert answer.status == 201, said
    return said


def receive_large(tenant: CleoTenant, path: str, headers: dict[str, str]) -> str:
    """Download; the digest of what came."""
    connection = HTTPConnection(urlsplit(tenant.announced["url"]).netloc, timeout=120)
    connection.request("GET", path, headers=headers)
    answer, digest = connection.getresponse(), hashlib.sha256()
    while piece := answer.read(len(PIECE)):
        digest.update(piece)
    connection.close()
    return digest.hexdigest()


def read_memory(process: CleoProcess) -> int:
    """The most memory the process ever had, in MiB."""
    lines = Path(f"/proc/{process.process.pid}/status").read_text(encoding="ascii").splitlines()
    [peak] = [line.split()[1] for line in lines if line.startswith("VmHWM")]
    return int(peak) // 1024


def test_a_large_file_is_stored_and_served_in_pieces(process: CleoProcess) -> None:
    token = {"Authorization": f"Bearer {process.log_in().json['access_token']}"}
    path = f"{process.folder_href('/edi/outbound')}/files"
    wanted = hashlib.sha256(PIECE * MEBIBYTES).hexdigest()
    before = read_memory(process)

    whole = send_large(process, f"{path}?name=large.edi", {**BYTES, **token})
    chunked = send_large(
        process, f"{path}?name=chunked.edi", {**BYTES, **token, "Transfer-Encoding": "chunked"}, chunked=True
    )
    came = receive_large(process, whole["_links"]["content"]["href"], token)

    assert came == wanted
    assert {file["sha256"] for file in process.admin("GET", "files").json} == {wanted}
    assert chunked["length"] == MEBIBYTES * len(PIECE)
    assert read_memory(process) - before < 24


def test_a_large_form_is_stored_whole_as_well(process: CleoProcess) -> None:
    token = {"Authorization": f"Bearer {process.log_in().json['access_token']}"}
    head = b'--cut\r\nContent-Disposition: form-data; name="file"; filename="f.edi"\r\n\r\n'
    content = PIECE * 3
    path = f"{process.folder_href('/edi/outbound')}/files"

    stored = process.send(
        "POST",
        path,
        head + content + b"\r\n--cut--",
        {**token, "Content-Type": "multipart/form-data; boundary=cut"},
    )

    assert stored.json["length"] == len(content)
    assert (
        receive_large(process, stored.json["_links"]["content"]["href"], token)
        == hashlib.sha256(content).hexdigest()
    )


def test_a_large_download_can_be_cut_garbled_and_of_another_length(tenant: CleoTenant) -> None:
    content = PIECE * 2
    tenant.drop("large.edi", content)
    href = tenant.describe("large.edi")["_links"]["content"]["href"]
    tenant.order_fault("wrong_length", {"call": "download"}, by=-100)
    tenant.order_fault("garble", {"call": "download", "nth": 2}, at=0, bytes=3)

    short, garbled, whole = (tenant.call("GET", href).body for _ in range(3))

    assert short == content[:-100]
    assert garbled == b"\xff\xff\xff" + content[3:]
    assert whole == content


def test_a_file_that_vanishes_while_it_is_sent_breaks_the_connection(tenant: CleoTenant) -> None:
    dropped = tenant.drop("large.edi", PIECE * 40)
    href = tenant.describe("large.edi")["_links"]["content"]["href"]
    connection = HTTPConnection(urlsplit(tenant.announced["url"]).netloc, timeout=60)
    token = tenant.log_in().json["access_token"]
    connection.request("GET", href, headers={"Authorization": f"Bearer {token}"})
    answer = connection.getresponse()
    answer.read(1000)

    tenant.admin("DELETE", f"files/{dropped['id']}")

    with pytest.raises((IncompleteRead, ConnectionResetError)):
        answer.read()
    connection.close()


def list_places(tenant: CleoTenant, **query: object) -> Iterator[tuple[str, int]]:
    page = tenant.list_files(**query).json
    for file in page["resources"]:
        yield file["name"], page["totalResults"]


def test_pages_are_right_wherever_they_begin_however_many_files_come_and_go(tenant: CleoTenant) -> None:
    assert tenant.admin("POST", "files", {"count": 2500, "name": "f{}"}).json == {"added": 2500}
    names = [f"f{number}" for number in range(1, 2501)]
    for name in ("f1", "f999", "f1000", "f2500"):
        tenant.admin("DELETE", f"files/{tenant.describe(name)['id']}")
        names.remove(name)
    moved = tenant.describe("f1500")["_links"]["self"]["href"]
    tenant.move(moved, folder={"href": tenant.folder_href("/edi/archive")})
    names.remove("f1500")

    for start in (0, 950, 998, 1490, 1999, 2470, len(names)):
        page = list(list_places(tenant, startIndex=start))
        assert [name for name, _ in page] == names[start : start + 50]
        assert {total for _, total in page} <= {len(names)}
    tenant.admin("POST", "settings", {"newest_first": True})
    for start in (0, 1000, 2490):
        assert [name for name, _ in list_places(tenant, startIndex=start)] == names[::-1][start : start + 50]


def count_steps(database: Database, act: Callable[[], object]) -> int:
    """How many hundreds of its own steps SQLite took for it, which no other work on the machine adds to."""
    ticks: list[None] = []
    with database.begin() as work:
        work.set_progress_handler(lambda: ticks.append(None), 100)
    act()
    return len(ticks)


def test_the_last_page_of_a_hundred_thousand_files_is_hardly_dearer_than_the_first(tmp_path: Path) -> None:
    with closing(open_tenant(tmp_path)) as tenant:
        [folder] = [each for each in tenant.store.folders() if each.path == INBOUND]
        tenant.store.add_many(folder, "f{}", b"ISA", count=MANY)

        for start, newest_first in product((0, MANY // 2 - 100, MANY - 50), (False, True)):
            window = Window(start=start, count=50)
            read = partial(tenant.store.read_page, folder, window, newest_first=newest_first)
            page, total = read()

            assert (len(page), total) == (50, MANY)
            # To pass by every file takes thirty times as many.
            assert count_steps(tenant.database, read) < MANY // 1000


@pytest.mark.parametrize(
    "order", [{}, {"count": 0}, {"count": "5"}, {"count": 2, "name": 1}, {"count": 10**9}]
)
def test_an_order_for_many_files_that_makes_no_sense_is_refused(tenant: CleoTenant, order: object) -> None:
    assert tenant.admin("POST", "files", order).status == 400
