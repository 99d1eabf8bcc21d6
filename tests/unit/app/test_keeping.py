"""Clients are kept from one job of a link to the next, and never shared by two."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Literal, TypeVar, cast

import pytest
from tests.fakes import ManualClock
from tests.unit.cli.desk import set_up

from ml_connector import cleo, config, intacct
from ml_connector.app.running.keeping import Keeper
from ml_connector.config import Link

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A client that is nothing but a name, and says when it rests."""

    name: str
    rested: list[str]

    def rest(self) -> None:
        self.rested.append(self.name)


@dataclass(slots=True, kw_only=True)
class Office:
    """A keeper of clients that are nothing but names."""

    clock: ManualClock = field(default_factory=ManualClock)
    opened: list[str] = field(default_factory=list)
    rested: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)

    def make_keeper(self) -> Keeper:
        return Keeper(
            partial(self._open, "intacct", intacct.Client),
            partial(self._open, "cleo", cleo.Client),
            clock=self.clock,
        )

    @contextmanager
    def _open(self, system: Literal["intacct", "cleo"], _: type[_T], link: Link) -> Iterator[_T]:
        name = f"{link.name}/{system}"
        self.opened.append(name)
        yield cast("_T", Named(name=name, rested=self.rested))
        self.closed.append(name)


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def links(tmp_path: Path) -> list[Link]:
    names = [f"link{n}" for n in range(18)]
    desk = set_up(tmp_path, "sqlite:///store.db", *names)
    return [*config.load(tmp_path / "ml-connector.toml", desk.environment).links.values()]


def test_the_next_job_of_a_link_has_the_clients_of_the_last_one(office: Office, links: list[Link]) -> None:
    keeper = office.make_keeper()
    with keeper.lend(links[0]) as first:
        pass
    with keeper.lend(replace(links[0])) as second:
        pass

    assert second is first
    assert (len(office.opened), office.closed) == (2, [])
    keeper.close()
    assert sorted(office.closed) == sorted(office.opened)


def test_two_jobs_at_once_have_clients_of_their_own(office: Office, links: list[Link]) -> None:
    keeper = office.make_keeper()

    with keeper.lend(links[0]) as first, keeper.lend(links[0]) as second, keeper.lend(links[1]) as third:
        pass

    assert len({id(first), id(second), id(third)}) == 3


def test_settings_that_changed_get_other_clients(office: Office, links: list[Link]) -> None:
    keeper = office.make_keeper()
    with keeper.lend(links[0]) as before:
        pass

    with keeper.lend(replace(links[0], rules={"new.toml": ""})) as after:
        pass

    assert after is not before


def test_clients_of_a_job_that_failed_are_not_used_again(office: Office, links: list[Link]) -> None:
    keeper = office.make_keeper()

    with pytest.raises(ZeroDivisionError), keeper.lend(links[0]):
        raise ZeroDivisionError

    assert office.closed == ["link0/cleo", "link0/intacct"]
    with keeper.lend(links[0]):
        pass
    assert len(office.opened) == 4


def test_only_those_used_last_stay_connected_and_the_others_keep_their_log_ins(
    office: Office, links: list[Link]
) -> None:
    keeper = office.make_keeper()
    for link in links:
        with keeper.lend(link):
            pass
    with keeper.lend(links[0]):
        pass

    assert office.rested == [
        "link0/intacct",
        "link0/cleo",
        "link1/intacct",
        "link1/cleo",
        "link2/intacct",
        "link2/cleo",
    ]
    assert len(office.opened) == 2 * len(links)
    assert office.closed == []


def test_none_are_kept_for_long(office: Office, links: list[Link]) -> None:
    keeper = office.make_keeper()
    for link in links[:3]:
        with keeper.lend(link):
            pass

    office.clock.advance(timedelta(minutes=10))
    with keeper.lend(links[2]):
        pass

    assert [name for name in office.closed if name.endswith("cleo")] == [
        "link2/cleo",
        "link0/cleo",
        "link1/cleo",
    ]
    assert len(office.opened) == 8


def test_of_two_jobs_at_once_the_clients_of_one_are_kept(office: Office, links: list[Link]) -> None:
    keeper = office.make_keeper()

    with keeper.lend(links[0]) as first, keeper.lend(links[0]):
        pass

    assert office.closed == ["link0/cleo", "link0/intacct"]
    with keeper.lend(links[0]) as kept:
        assert kept is first
