"""What the jobs of a link do, also when a system is to be left alone or they have to end between two steps."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from tests.fake_mailbox import describe_outage
from tests.unit.cli.desk import set_up
from tests.unit.flows.scene import INBOUND, Scene, open_scene, write_invoice

from ml_connector import config
from ml_connector.app.running.engine_jobs import Report, list_tasks
from ml_connector.engine.tasks import Done, Interrupted, Task
from ml_connector.flows.run import Run, Step
from ml_connector.records.schedules import JobKey
from ml_connector.records.status import Status
from ml_connector.store import open_store
from ml_connector.store.releases import Mark

POLL = JobKey(link="main", kind="poll")


@pytest.fixture
def scene(store_url: str) -> Iterator[Scene]:
    with open_scene(store_url) as opened:
        yield opened


@dataclass(slots=True, kw_only=True)
class ScriptedTurn:
    """A turn that is over after so many checks."""

    shunned: frozenset[str] = frozenset()
    checks: int = 1000

    def check(self) -> None:
        self.checks -= 1
        if self.checks < 0:
            raise Interrupted("somebody comes first")


@dataclass(slots=True, kw_only=True)
class Office:
    """The tasks of one link over a scene."""

    scene: Scene
    folder: Path
    opened: list[str] = field(default_factory=list)
    tasks: dict[str, Task] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)

    def list_tasks(self, more: str = "") -> dict[str, Task]:
        desk = set_up(self.folder, self.scene.url, "main")
        path = self.folder / "ml-connector.toml"
        path.write_text(path.read_text() + more)
        settings = config.load(path, desk.environment)
        tasks = list_tasks(settings.links.values(), path, self.connect)
        return {task.key.kind: task for task in tasks}

    def do(self, kind: str, *, checks: int = 1000, without: str = "") -> Done:
        self.tasks = self.tasks or self.list_tasks()
        return self.tasks[kind].work(ScriptedTurn(shunned=frozenset(without.split()), checks=checks))

    @contextmanager
    def connect(self, link: str, report: Report) -> Iterator[Run]:
        self.opened.append(link)

        def note(step: Step, done: int, total: int) -> None:
            self.steps.append(step)
            report(step, done, total)

        yield replace(self.scene.make_run(), report=note)


@pytest.fixture
def office(scene: Scene, tmp_path: Path) -> Office:
    return Office(scene=scene, folder=tmp_path)


def test_a_link_has_a_job_to_publish_only_when_it_publishes(office: Office) -> None:
    tasks = office.list_tasks("\n[link.main.publish]\n")

    assert [(kind, task.company, task.rank) for kind, task in tasks.items()] == [
        ("poll", "BRINDLE", 0),
        ("sync", "BRINDLE", 1),
        ("reconcile", "BRINDLE", 1),
        ("publish", "", 1),
    ]
    other = Office(scene=office.scene, folder=_make_folder(office))
    assert set(other.list_tasks()) == {"poll", "sync", "reconcile"}


def _make_folder(office: Office) -> Path:
    folder = office.folder / "second"
    folder.mkdir()
    return folder


def test_a_sync_lets_the_poll_come_when_it_changed_something(office: Office) -> None:
    assert office.do("sync").then == (POLL,)
    assert office.do("sync").then == ()


def test_a_poll_takes_files_and_posts(office: Office) -> None:
    office.scene.drop(write_invoice("INV-1"))
    office.do("sync")

    done = office.do("poll")

    assert done.troubles == ()
    assert office.scene.statuses() == {"INV-1": Status.POSTED}


def test_a_job_of_its_own_sees_what_became_of_what_was_posted(office: Office) -> None:
    office.scene.drop(write_invoice("INV-1"))
    office.do("sync")
    office.do("poll")

    done = office.do("reconcile")

    assert done.troubles == ()
    assert office.scene.actions("INV-1")[-1] == "seen in Intacct"


def test_a_poll_with_nothing_to_do_looks_for_files_alone_but_once_a_minute_does_everything(
    office: Office,
) -> None:
    office.do("sync")
    office.do("poll")
    asked = []
    for seconds in (1, 58, 1):
        office.scene.wait(seconds=seconds)
        office.scene.mailbox.calls.clear()
        office.scene.progress.clear()
        office.do("poll")
        asked.append([*office.scene.mailbox.calls])

    assert asked[:2] == [["find_folder", "find_folder", "list_files"]] * 2
    assert asked[2][:3] == asked[0]
    office.scene.drop(write_invoice("INV-1"))
    office.do("poll")
    assert office.scene.statuses() == {"INV-1": Status.POSTED}


def test_a_held_document_makes_a_poll_do_more_only_once_something_has_changed(office: Office) -> None:
    office.scene.drop(write_invoice("INV-1", vendor="nobody"))
    office.do("sync")
    office.do("poll")
    office.steps.clear()
    office.scene.wait(seconds=1)

    office.do("poll")
    unchanged = [*office.steps]
    with office.scene.store.begin() as work:
        work.releases.lower_mark("main", Mark())
    office.scene.wait(seconds=1)
    office.do("poll")

    assert office.scene.statuses() == {"INV-1": Status.HELD}
    assert "plan" not in unchanged
    assert "plan" in office.steps


def test_a_poll_without_cleo_posts_what_is_there_already(office: Office) -> None:
    office.scene.drop(write_invoice("INV-1"))
    office.do("poll")
    office.do("sync")
    office.scene.drop(write_invoice("INV-2"), name="later.edi")
    office.scene.mailbox.calls.clear()

    office.do("poll", without="cleo")

    assert office.scene.mailbox.calls == []
    assert office.scene.statuses() == {"INV-1": Status.POSTED}


def test_a_poll_without_intacct_takes_files_and_asks_it_nothing(office: Office) -> None:
    office.do("sync")
    office.scene.drop(write_invoice("INV-1"))

    office.do("poll", without="intacct")

    assert office.scene.finance.requests == []
    assert office.scene.statuses() == {"INV-1": Status.READ}
    assert office.scene.mailbox.list_names(INBOUND) == []


def test_what_stood_in_the_way_is_told_by_its_system(office: Office) -> None:
    office.scene.mailbox.order("list_files", describe_outage())

    done = office.do("poll")

    assert [(system, message.partition(":")[0]) for system, message in done.troubles] == [("cleo", "receive")]


def test_a_job_whose_only_system_is_left_alone_opens_nothing(office: Office) -> None:
    office.tasks = office.list_tasks("\n[link.main.publish]\n")

    assert office.do("sync", without="intacct") == Done()
    assert office.do("reconcile", without="intacct") == Done()
    assert office.do("publish", without="cleo") == Done()
    assert office.opened == []
    assert office.do("publish") == Done()
    assert office.opened == ["main"]


def test_a_sync_that_makes_room_lets_any_process_take_its_turn(office: Office) -> None:
    with pytest.raises(Interrupted):
        office.do("sync", checks=1)

    other = open_store(office.scene.url, clock=office.scene.clock, actor="noor")
    with other.begin() as work:
        assert work.reference_sync.take_turn("BIRCH")
        work.reference_sync.end_turn("BIRCH")
    other.close()
    assert office.do("sync").then == (POLL,)


def test_a_poll_that_has_to_end_between_two_steps_loses_nothing(office: Office) -> None:
    office.do("sync")
    for n in range(3):
        office.scene.drop(write_invoice(f"INV-{n}"), name=f"in-{n}.edi")

    cut = [_is_cut(office, checks) for checks in (0, 1, 1, 1, 2, 3)]
    office.do("poll")

    assert cut.count(True) >= 4
    assert set(office.scene.statuses().values()) == {Status.POSTED}
    assert sum(len(request) for request in office.scene.finance.requests) == 3


def _is_cut(office: Office, checks: int) -> bool:
    """Whether a poll had to end after so many steps; another process goes on."""
    try:
        office.do("poll", checks=checks)
    except Interrupted:
        return True
    finally:
        office.scene.restart()
    return False
