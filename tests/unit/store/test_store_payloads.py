"""Bytes are kept as they came, in pieces, and read back by slice."""

import hashlib
import threading
import tracemalloc
from collections.abc import Iterator

import pytest
from tests.databases import run_sql

from ml_connector.store import Store
from ml_connector.store.payloads import PIECE

LONG = bytes(n * n % 251 for n in range(PIECE)) * 3 + b"and the end"


def test_bytes_come_back_as_they_came_and_are_known_by_their_sha_256(store: Store) -> None:
    kept = store.keep([LONG[:5], LONG[5:PIECE], LONG[PIECE:]])

    assert kept.length == len(LONG)
    assert kept.sha256 == hashlib.sha256(LONG).hexdigest()
    assert b"".join(store.open_payload(kept.sha256)) == LONG


@pytest.mark.parametrize(
    ("offset", "length"),
    [
        (0, 10),
        (PIECE - 3, 6),
        (PIECE - 1, PIECE + 2),
        (PIECE, PIECE),
        (3 * PIECE, 400),
        (len(LONG), 5),
        (7, 0),
    ],
)
def test_a_slice_is_the_same_across_the_edges_of_pieces(store: Store, offset: int, length: int) -> None:
    kept = store.keep([LONG])

    read = store.open_payload(kept.sha256).read(offset, length)

    assert read == LONG[offset : offset + length]


def test_many_are_opened_together_whatever_their_lengths(store: Store) -> None:
    contents = (b"ISA*00", LONG, b"", LONG[::-1], b"ISA*01")
    lengths = {kept.sha256: kept.length for kept in (store.keep([content]) for content in contents)}

    opened = store.open_payloads(lengths)

    assert [b"".join(opened[sha256]) for sha256 in lengths] == [*contents]
    assert [opened[sha256].read(1, 3) for sha256 in lengths] == [content[1:4] for content in contents]


def test_an_empty_file_is_kept_too(store: Store) -> None:
    kept = store.keep([])

    assert (kept.length, kept.sha256) == (0, hashlib.sha256(b"").hexdigest())
    assert list(store.open_payload(kept.sha256)) == []
    assert store.open_payload(kept.sha256).read(0, 10) == b""


def test_the_same_bytes_are_stored_once(store: Store, store_url: str) -> None:
    store.keep([LONG])
    store.keep([LONG])

    assert run_sql(store_url, "SELECT count(*) FROM payloads") == [(4,)]


@pytest.mark.parametrize("lost", ["n = 0", "n = 3", "n > 0"])
def test_what_a_broken_off_attempt_has_left_is_completed(store: Store, store_url: str, lost: str) -> None:
    kept = store.keep([LONG])
    run_sql(store_url, f"DELETE FROM payloads WHERE {lost}")

    store.keep([LONG])

    assert b"".join(store.open_payload(kept.sha256)) == LONG


def test_two_threads_may_keep_the_same_bytes_at_once(store: Store) -> None:
    failed: list[BaseException] = []
    together = threading.Barrier(4)

    def keep() -> None:
        try:
            together.wait()
            for n in range(10):
                store.keep([LONG, bytes([n])])
        except BaseException as error:  # noqa: BLE001 (whatever it is, the test must hear of it)
            failed.append(error)

    threads = [threading.Thread(target=keep) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []


def test_a_huge_file_is_kept_and_read_without_being_held_in_memory(store: Store) -> None:
    size = 96 * PIECE

    def produce() -> Iterator[bytes]:
        for n in range(96):
            yield bytes([n]) * PIECE

    tracemalloc.start()
    kept = store.keep(produce())
    length = sum(len(piece) for piece in store.open_payload(kept.sha256))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (kept.length, length) == (size, size)
    assert peak < size / 4
