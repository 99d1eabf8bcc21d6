"""How the company is set up: applications, preferences, dimensions, closed books.

Documented: the functions, the elements of a preference and of the closed day, the elements of a dimension. Inferred:
the codes of applications beside GL, AP, PO and ME, that a session sees what is closed for its entity, and that the
answer is empty while nothing is closed.
"""

from typing import Final

from lxml import etree

from mlc_sim.intacct.calls import Call, Outcome
from mlc_sim.intacct.dimensions import DIMENSIONS

_CODES: Final = {"Purchasing": "PO", "Projects": "PA", "Inventory": "INV"}


def get_applications(_: etree._Element, call: Call) -> Outcome:
    """What the company has subscribed to."""
    bought = [code for name, code in _CODES.items() if name not in call.settings.unsubscribed]
    data = etree.Element("data")
    listed = etree.SubElement(data, "applications")
    for code in ["GL", "AP", "CM", *bought, *(["ME"] if call.books.company.entities else [])]:
        etree.SubElement(listed, "application").text = code
    return Outcome(parts=(data,))


def get_preferences(body: etree._Element, call: Call) -> Outcome:
    """The preferences of an application; none where the setting has none."""
    application = body.get("application", "")
    data = etree.Element("data")
    for name, value in call.settings.preferences.get(application, {}).items():
        preference = etree.SubElement(data, "companypref")
        _add(preference, application=application, preference=name, prefvalue=value)
    return Outcome(parts=(data,))


def get_dimensions(_: etree._Element, call: Call) -> Outcome:
    """The standard dimensions and the company's own."""
    data = etree.Element("data")
    listed = etree.SubElement(data, "dimensions")
    standard = [(name, label, "false") for name, label in DIMENSIONS.values()]
    own = [(name, name.capitalize(), "true") for name in call.settings.user_dimensions]
    for name, label, is_own in [*standard, *own]:
        dimension = etree.SubElement(listed, "dimension")
        _add(dimension, objectName=name, objectLabel=label, termLabel=label)
        _add(dimension, userDefinedDimension=is_own, enabledInGL="true")
    return Outcome(parts=(data,))


def get_closed_books_date(_: etree._Element, call: Call) -> Outcome:
    """The last closed day."""
    closed = call.settings.books_closed_through
    days = [closed[entity] for entity in ("", call.books.entity) if entity in closed]
    data = etree.Element("data")
    if days:
        last = max(days)
        day = etree.SubElement(data, "closedbooksdate")
        _add(day, year=f"{last:%Y}", month=f"{last:%m}", day=f"{last:%d}")
    return Outcome(parts=(data,))


def _add(parent: etree._Element, **texts: str) -> None:
    for name, text in texts.items():
        etree.SubElement(parent, name).text = text
