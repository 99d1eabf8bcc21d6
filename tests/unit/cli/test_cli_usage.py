"""API transactions as the command line shows them."""

import io
import json
from datetime import UTC, date, datetime

import pytest
from rich.console import Console
from tests.unit.cli.desk import Desk

from ml_connector.app.results import UsageReport, UsageStanding
from ml_connector.cli.render.usage import render_usage, warn_of_usage
from ml_connector.intacct.meter import Standing
from ml_connector.records.exchange import ApiUsage

MARCH = date(2031, 3, 1)


def make_standing(used: int, *, forecast: int, standing: Standing = "under") -> UsageStanding:
    return UsageStanding(
        link="main",
        company="BRINDLE",
        month=MARCH,
        used=used,
        forecast=forecast,
        soft_limit=800,
        hard_limit=1000,
        standing=standing,
    )


def show(report: UsageReport) -> str:
    console = Console(width=80, file=io.StringIO(), record=True)
    for part in render_usage(report):
        console.print(part)
    return console.export_text()


def test_the_month_is_shown_by_purpose_and_day() -> None:
    rows = [
        ApiUsage(day=date(2031, 3, day), link="main", flow=flow, partner=partner, transactions=count)
        for day, flow, partner, count in (
            (2, "post", "Alnwick", 30),
            (2, "reference", "", 10),
            (3, "post", "Alnwick", 60),
        )
    ]

    shown = show(UsageReport(standing=make_standing(100, forecast=500), rows=tuple(rows)))

    assert "BRINDLE in March 2031: 100 API transactions, at this pace 500 by its end" in shown
    assert "(soft limit 800, hard limit 1,000)" in " ".join(shown.split())
    cells = [line.split() for line in shown.splitlines()]
    assert ["post", "Alnwick", "90", "90%"] in cells
    assert ["reference", "–", "10", "10%"] in cells
    assert ["2031-03-02", "40", "40%"] in cells


def test_several_links_and_many_partners_are_told_apart_and_cut() -> None:
    rows = [
        ApiUsage(day=MARCH, link=f"link{n % 2}", flow="post", partner=f"P{n}", transactions=n + 1)
        for n in range(25)
    ]

    shown = show(UsageReport(standing=make_standing(325, forecast=325), rows=tuple(rows)))

    assert "link0  post  P24" in shown
    assert "… and 5 more with fewer" in shown


@pytest.mark.parametrize(
    ("standing", "said"),
    [
        (make_standing(10, forecast=20), ""),
        (make_standing(10, forecast=1000), "at this pace it comes to 1,000, beyond the hard limit of 1,000"),
        (make_standing(850, forecast=900, standing="soft"), "the soft limit of 800 is passed"),
        (make_standing(1000, forecast=1000, standing="hard"), "hard_limit in [link.main.meter] is raised"),
        (None, ""),
    ],
)
def test_a_warning_comes_before_the_limit_and_at_it(standing: UsageStanding | None, said: str) -> None:
    warning = " ".join(str(text) for text in warn_of_usage(standing))

    assert said in warning
    assert bool(said) == bool(warning)


def test_the_command_tells_a_month_and_refuses_what_is_none(desk: Desk) -> None:
    with desk.open_store() as store, store.begin() as work:
        work.meter.bill("BRINDLE", "main", day=date(2031, 3, 2), flow="post", control_ids=["a", "b"])

    told = desk.run("report", "meter", "--month", "2031-03", "--json")
    none = desk.run("report", "meter", "--month", "2031-02")
    wrong = desk.run("report", "meter", "--month", "March")

    assert json.loads(told.output)["standing"]["used"] == 2
    assert "BRINDLE in February 2031: 0 API transactions (no limits set)" in none.output
    assert wrong.exit_code == 2
    assert "such as 2031-03" in wrong.output


def test_the_status_warns_as_well(desk: Desk) -> None:
    limited = desk.set_variables(ML_CONNECTOR_LINK_MAIN_METER_HARD_LIMIT="2")
    with desk.open_store() as store, store.begin() as work:
        today = datetime.now(UTC).date()
        work.meter.bill("BRINDLE", "main", day=today, flow="post", control_ids=["a", "b"])

    assert (
        "2 API transactions of BRINDLE this month: the hard limit of 2 is reached"
        in limited.run("status").output
    )
    assert json.loads(limited.run("status", "--json").output)["usage"][0]["standing"] == "hard"
