"""Each exchange with Intacct or Cleo becomes a row of the meter, and what Sage bills is counted.

One with Intacct the moment it is over; of those with Cleo there may be hundreds a second, and each is stored with what
came of it.
"""

import datetime as dt
from collections.abc import Callable
from typing import Final

from ml_connector import cleo, intacct
from ml_connector.records.exchange import MeteredExchange
from ml_connector.store import Store

POST: Final = "post"


def meter_intacct(store: Store, link: str, company: str) -> Callable[[intacct.Exchange], None]:
    """A hook for the Intacct client. A write that may have been executed is billed as if it was."""

    def note(exchange: intacct.Exchange) -> None:
        took = exchange.finished - exchange.started
        billed = (*exchange.billed, *exchange.unclear)
        flow = _name_flow(exchange.purpose)
        row = MeteredExchange(
            link=link,
            system="intacct",
            flow=flow,
            purpose=exchange.purpose,
            started=exchange.started,
            milliseconds=round(took.total_seconds() * 1000),
            http_status=exchange.http_status,
            outcome=exchange.outcome,
            api_transactions=exchange.api_transactions,
            request=exchange.request,
            answer=exchange.answer,
        )
        day = exchange.finished.astimezone(dt.UTC).date()
        with store.begin() as work:
            work.meter.add(row)
            work.meter.bill(company, link, day=day, flow=flow, control_ids=billed)

    return note


def meter_cleo(store: Store, link: str) -> Callable[[cleo.Exchange], None]:
    """A hook for the Cleo client."""

    def note(exchange: cleo.Exchange) -> None:
        took = exchange.finished - exchange.started
        row = MeteredExchange(
            link=link,
            system="cleo",
            flow="files",
            purpose=f"{exchange.purpose}: {exchange.method} {exchange.path}",
            started=exchange.started,
            milliseconds=round(took.total_seconds() * 1000),
            http_status=exchange.status,
            outcome=exchange.error or "ok",
            api_transactions=0,
            request=b"",
            answer=b"",
        )
        store.count_later(row)

    return note


def _name_flow(purpose: str) -> str:
    match purpose:
        case _ if purpose.startswith(("getAPISession", "readUserFormatting")):
            return "session"
        case "query APBILL":
            return "look up"
        case _ if purpose.startswith(("create", "update")):
            return POST
        case _:
            return "reference"
