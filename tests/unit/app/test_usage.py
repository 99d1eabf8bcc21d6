"""What Sage bills: counted as exchanges end, by partner and day, and told against the limits."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from tests.fakes import ManualClock
from tests.unit.store.rows import LINK, POSTING, add_documents

from ml_connector.app.results import UsageStanding
from ml_connector.app.systems.metering import meter_intacct
from ml_connector.app.usage import Usages
from ml_connector.config import Link, LinkSettings, Secrets
from ml_connector.intacct import Exchange
from ml_connector.records.exchange import ApiUsage
from ml_connector.store import Store, open_store

TENTH = datetime(2031, 3, 11, tzinfo=UTC)  # ten of March's 31 days are over
EXCHANGE = Exchange(
    started=TENTH,
    finished=TENTH,
    purpose="create APBILL",
    entity="E1",
    control_ids=("a", "b", "c"),
    http_status=200,
    request=b"",
    answer=b"",
    api_transactions=1,
    outcome="failure",
    billed=("a",),
    unclear=("b",),
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'store.db'}", clock=ManualClock(), actor="mira")
    yield opened
    opened.close()


def make_link(**limits: int) -> Link:
    settings = LinkSettings.model_validate(
        {
            "intacct": {"sender_id": "s", "company_id": "BRINDLE", "user_id": "u", "base_currency": "USD"},
            "cleo": {"url": "https://brindle.example", "username": "edi"},
            "meter": limits,
        }
    )
    secrets = Secrets(sender_password="", user_password="", cleo_password="")
    return Link(name=LINK, settings=settings, secrets=secrets, rules={})


def measure(store: Store, now: datetime = TENTH, **limits: int) -> UsageStanding:
    return Usages(store=store, links={LINK: make_link(**limits)}, now=lambda: now).measure(LINK)


def test_what_was_or_may_have_been_written_is_billed_to_the_partner_it_was_for(store: Store) -> None:
    (id_,) = add_documents(store)
    with store.begin() as work:
        work.postings.add([(id_, replace(POSTING, control_id="a"))])
    note = meter_intacct(store, LINK, "BRINDLE")

    note(EXCHANGE)
    note(EXCHANGE)
    note(replace(EXCHANGE, purpose="query APBILL", billed=("query:APBILL:0",), unclear=()))
    note(replace(EXCHANGE, purpose="getAPISession, readUserFormatting", billed=("x",), unclear=()))
    note(replace(EXCHANGE, purpose="query VENDOR", finished=datetime(2031, 4, 1, tzinfo=UTC)))

    report = Usages(store=store, links={LINK: make_link()}, now=lambda: TENTH).report(LINK)
    told = {(row.flow, row.partner): row.transactions for row in report.rows}
    assert told == {("post", "Quill & Co"): 2, ("post", ""): 2, ("look up", ""): 1, ("session", ""): 1}
    assert (report.standing.used, report.standing.forecast) == (6, 6 * 21)  # of one day, the first there is


def test_the_forecast_of_the_month_of_installation_goes_on_from_its_first_day(store: Store) -> None:
    with store.begin() as work:
        work.meter.bill("BRINDLE", LINK, day=date(2031, 3, 9), flow="post", control_ids=["a"] * 4)
    installed = measure(store).forecast
    with store.begin() as work:
        work.meter.bill("BRINDLE", LINK, day=date(2031, 2, 1), flow="post", control_ids=["a"])

    assert (installed, measure(store).forecast) == (4 * 23 // 2, 13)


def test_a_month_that_is_over_is_told_as_it_was(store: Store) -> None:
    day = date(2031, 2, 28)
    with store.begin() as work:
        work.meter.bill("BRINDLE", LINK, day=day, flow="post", control_ids=["a"] * 7)

    usages = Usages(store=store, links={LINK: make_link(hard_limit=5)}, now=lambda: TENTH)
    report = usages.report(LINK, date(2031, 2, 1))

    assert report.rows == (ApiUsage(day=day, link=LINK, flow="post", partner="", transactions=7),)
    assert (report.standing.used, report.standing.forecast, report.standing.standing) == (7, 7, "hard")
    assert measure(store).used == 0


@pytest.mark.parametrize(("used", "standing"), [(1, "under"), (2, "soft"), (3, "hard")])
def test_limits_are_those_of_the_link(store: Store, used: int, standing: str) -> None:
    with store.begin() as work:
        ids = ["a"] * used
        work.meter.bill("BRINDLE", "another link", day=TENTH.date(), flow="post", control_ids=ids)

    assert measure(store, soft_limit=2, hard_limit=3).standing == standing
