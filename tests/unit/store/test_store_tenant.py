"""What is kept of a Cleo tenant: what it does not offer, and which of its events were copied."""

from datetime import UTC, datetime, timedelta

from tests.unit.store.rows import add_file, do_at_once

from ml_connector.cleo import Capability, Lack, Refusal
from ml_connector.store import Store

NOON = datetime(2031, 3, 14, 12, tzinfo=UTC)
DAY = timedelta(days=1)
EARLY = NOON - 9 * DAY


def lack(capability: Capability, *, after: timedelta = DAY) -> Lack:
    return Lack(
        capability=capability,
        reason="answered 405",
        since=NOON,
        probe_after=NOON + after,
        shape="0123456789abcdef",
    )


def test_a_lack_is_kept_by_link_and_noted_once(store: Store) -> None:
    with store.begin() as work:
        work.capabilities.put("main", lack(Capability.MOVE))
        work.capabilities.put("other", lack(Capability.EVENTS))
    with store.begin() as work:
        work.capabilities.put("main", lack(Capability.MOVE, after=2 * DAY))

    with store.begin() as work:
        assert work.capabilities.list("main") == (lack(Capability.MOVE, after=2 * DAY),)
        (entry,) = work.audit.list("link:main")
    assert (entry.action, entry.detail["capability"]) == ("cleo does not offer", "move")


def test_a_capability_that_is_back_is_noted_once(store: Store) -> None:
    with store.begin() as work:
        work.capabilities.put("main", lack(Capability.MOVE))
        work.capabilities.drop("main", Capability.MOVE)
        work.capabilities.drop("main", Capability.MOVE)

    with store.begin() as work:
        assert work.capabilities.list("main") == ()
        assert [entry.action for entry in work.audit.list("link:main")] == [
            "cleo does not offer",
            "cleo offers again",
        ]


def test_events_are_new_once_for_each_link(store: Store) -> None:
    with store.begin() as work:
        assert work.cleo_events.newest("main") is None
        assert work.cleo_events.add("main", {"E1": EARLY, "E2": EARLY + DAY / 2}) == {"E1", "E2"}
    with store.begin() as work:
        assert work.cleo_events.add("main", {"E2": EARLY + DAY / 2, "E3": EARLY}) == {"E3"}
        assert work.cleo_events.add("other", {"E1": EARLY}) == {"E1"}
        assert work.cleo_events.newest("main") == EARLY + DAY / 2


def test_events_of_long_ago_are_forgotten(store: Store) -> None:
    with store.begin() as work:
        work.cleo_events.add("main", {"E1": EARLY})
        work.cleo_events.add("main", {"E2": EARLY + 3 * DAY})
        assert work.cleo_events.add("main", {"E1": EARLY}) == {"E1"}


def test_a_name_leads_to_the_newest_file_of_it(store: Store) -> None:
    first, second = add_file(store, remote_id="1"), add_file(store, remote_id="2")

    with store.begin() as work:
        name = work.files.get([first])[first].origin.name
        origin = work.files.get([first])[first].origin
        found = work.cleo_events.find_files("main", host=origin.host, names=[name, "nobody.edi"])

    assert second > first
    assert found == {(origin.folder, name): f"file:{second}"}


def test_a_refused_log_in_and_a_used_code_are_kept_for_all_who_use_the_account(store: Store) -> None:
    refusal = Refusal(at=NOON, proof=b"p" * 32, reason="401")
    with store.begin() as work:
        assert work.cleo_accounts.find_refusal("birch.example", "edi", refusal.proof) is None
        work.cleo_accounts.keep_refusal("birch.example", "edi", refusal)
        assert work.cleo_accounts.take_step("birch.example", "edi", 7)

    with store.begin() as work:
        assert work.cleo_accounts.find_refusal("birch.example", "edi", refusal.proof) == refusal
        assert work.cleo_accounts.find_refusal("birch.example", "edi", b"q" * 32) is None
        assert work.cleo_accounts.find_refusal("other.example", "edi", refusal.proof) is None
        assert not work.cleo_accounts.take_step("birch.example", "edi", 7)
        assert work.cleo_accounts.take_step("birch.example", "edi", 8)


def test_workers_that_log_in_at_once_for_the_first_time_send_a_code_once(store: Store) -> None:
    def log_in(n: int) -> bool:
        with store.begin() as work:
            return work.cleo_accounts.take_step("birch.example", f"edi-{n}", 7)

    def be_refused(n: int) -> None:
        with store.begin() as work:
            refusal = Refusal(at=NOON, proof=b"p" * 32, reason="401")
            work.cleo_accounts.keep_refusal("alder.example", f"edi-{n}", refusal)

    sent = do_at_once(4, log_in, times=8)
    do_at_once(4, be_refused, times=8)

    assert [of_one.count(True) for of_one in sent] == [1] * 8
