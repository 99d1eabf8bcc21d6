"""All calls of the API, in one table."""

from typing import Final

from mlc_sim.cleo import actions, authentication, boxes, connections, folders, happenings, partners

ROUTES: Final = (
    *authentication.ROUTES,
    *folders.ROUTES,
    *connections.ROUTES,
    *boxes.ROUTES,
    *actions.ROUTES,
    *happenings.ROUTES,
    *partners.ROUTES,
)
NAMES: Final = {route.handler.__name__ for route in ROUTES}
#: The two parts of calls that can be missing by themselves.
PARTS: Final = {"filter", "refresh"}
DOWNLOADS: Final = {"download", "download_outgoing"}
