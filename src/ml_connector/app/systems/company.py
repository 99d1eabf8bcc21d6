"""The Intacct side of a link: its client, with every exchange metered."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from ml_connector import intacct
from ml_connector.app.systems.metering import meter_intacct
from ml_connector.config import Link
from ml_connector.intacct.transport import HttpTransport
from ml_connector.store import Store


@contextmanager
def open_company(link: Link, store: Store, clock: Callable[[], datetime]) -> Iterator[intacct.Client]:
    """A client of the link's company, until the block ends."""
    settings = link.settings.intacct
    client = intacct.Client(
        url=settings.url,
        credentials=intacct.Credentials(
            sender_id=settings.sender_id,
            sender_password=link.secrets.sender_password,
            company_id=settings.company_id,
            user_id=settings.user_id,
            user_password=link.secrets.user_password,
        ),
        transport=HttpTransport(),
        clock=clock,
        on_exchange=meter_intacct(store, link.name, settings.company_id),
        timeouts=intacct.Timeouts(
            read=settings.read_timeout.total_seconds(),
            write=settings.write_timeout.total_seconds(),
        ),
        endpoint_hosts=settings.endpoint_hosts,
    )
    try:
        yield client
    finally:
        client.close()
