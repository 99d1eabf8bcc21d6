"""Whether a record is submitted or stays a draft: the mode of the link, the route's action, and its limit."""

from decimal import Decimal

from ml_connector.intacct.writing.parts import Action
from ml_connector.mapping.rules.rulebook import Route
from ml_connector.records.provenance import Reason


def choose_action(route: Route, total: Decimal, *, mode: str) -> Action:
    """Submitted only where both the link and the route say so, and the document's total is below the route's limit."""
    is_below = route.submit_below is None or abs(total) < route.submit_below
    return "Submit" if mode == "live" and route.action == "submit" and is_below else "Draft"


def explain_action(path: str, route: Route, total: Decimal, *, mode: str) -> Reason:
    """What decided; the total is told only where the route has a limit."""
    rule = "mode of the link and action of the route"
    said: tuple[tuple[str, str], ...] = (("mode", mode), ("action", route.action))
    if route.submit_below is not None:
        rule = "mode of the link, action of the route, and the total against its limit"
        said += (("total", f"{total:f}"), ("submit_below", f"{route.submit_below:f}"))
    return Reason(path=path, value=choose_action(route, total, mode=mode), rule=rule, inputs=said)
