"""The tenant's own log, as a verb."""

from datetime import datetime, timedelta
from functools import partial
from typing import Final

from ml_connector.cleo.caller import Caller
from ml_connector.cleo.capabilities import Capability
from ml_connector.cleo.entries import read_event
from ml_connector.cleo.errors import CleoError, Forbidden, Unsupported
from ml_connector.cleo.objects import Event, Purpose
from ml_connector.cleo.query import write_filter
from ml_connector.cleo.wire import Request

_NO_EVENTS: Final[dict[int, type[CleoError]]] = dict.fromkeys((404, 405, 501), Unsupported)
_BEFORE_ALL: Final = timedelta(days=365_000)


class EventVerbs:
    """What can be done with the tenant's log."""

    _caller: Caller

    def list_events(self, since: datetime | None = None) -> tuple[Event, ...]:
        """The entries since a moment, oldest first; those without a time are among them.

        Raises Unsupported when the tenant shows no log, or not to this account.
        """
        profile = self._caller.profile
        if not profile.events.list:
            raise Unsupported("the Cleo profile has no path events.list")
        capabilities = self._caller.capabilities
        capabilities.demand(Capability.EVENTS)
        request = Request(
            purpose=Purpose.LIST_EVENTS,
            method="GET",
            url=self._caller.locate(profile.events.list),
            key="events.list",
            kinds=_NO_EVENTS,
        )
        read = partial(read_event, request, names=profile.events.fields)
        moment = "" if since is None else f"{since:%Y-%m-%dT%H:%M:%SZ}"
        where = write_filter(profile.filter.since, profile.events.fields.created, moment) if moment else ""
        try:
            events = self._caller.list_where(request, read, where=where)
        except (Unsupported, Forbidden) as error:
            capabilities.switch_off(Capability.EVENTS, str(error))
            raise Unsupported(str(error)) from error
        capabilities.confirm(Capability.EVENTS)
        wanted = [
            event for event in events if since is None or event.created is None or event.created >= since
        ]
        return tuple(sorted(wanted, key=_place))


def _place(event: Event) -> tuple[float, int]:
    return (event.created.timestamp() if event.created else float("inf"), event.sequence or 0)
