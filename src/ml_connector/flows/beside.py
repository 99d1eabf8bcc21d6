"""Work that goes on beside other work: a request to Intacct, while the next documents are decided; files of Cleo."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Thread
from typing import Protocol, TypeVar

_T = TypeVar("_T")


class Begin(Protocol):
    """Begins something and hands out what will come of it."""

    def __call__(self, work: Callable[[], _T], /) -> "Future[_T]": ...


def do_at_once(work: Callable[[], _T], /) -> "Future[_T]":
    """It is done when this returns."""
    done: Future[_T] = Future()
    try:
        done.set_result(work())
    except Exception as error:  # noqa: BLE001 (whoever asks for the result gets it)
        done.set_exception(error)
    return done


def do_beside(work: Callable[[], _T], /) -> "Future[_T]":
    """It is done by a thread of its own, which does not keep the program from ending."""
    done: Future[_T] = Future()

    def act() -> None:
        try:
            done.set_result(work())
        except BaseException as error:  # noqa: BLE001 (the same)
            done.set_exception(error)

    Thread(target=act, daemon=True).start()
    return done


@contextmanager
def open_lanes(count: int) -> Iterator[Begin]:
    """What begins work in so many threads, until the block ends; with one lane it is done at once."""
    if count == 1:
        yield do_at_once
        return
    with ThreadPoolExecutor(count, thread_name_prefix="lane") as pool:
        yield pool.submit
