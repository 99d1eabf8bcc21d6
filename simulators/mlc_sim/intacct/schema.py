"""Checks of XML against a content model: which children, in which order, with which attributes."""

from lxml import etree

from mlc_sim.intacct.problems import SchemaError


def check_children(element: etree._Element, model: str, *, attributes: tuple[str, ...] = ()) -> None:
    """Check the children against a sequence such as "control operation+ note?" and refuse stray text.

    Raises SchemaError that names the first child out of place, or the one that is missing.
    """
    _check_attributes(element, attributes)
    if (element.text or "").strip() or any((child.tail or "").strip() for child in element):
        raise SchemaError(f"Element '{element.tag}': Character content is not allowed here.")
    names = [str(child.tag) for child in element]
    position = 0
    for part in model.split():
        name, mark = part.rstrip("?+*"), part[-1]
        start = position
        while names[position : position + 1] == [name] and (mark in "+*" or position == start):
            position += 1
        if position == start and mark not in "?*":
            found = f"found '{names[position]}'" if position < len(names) else "missing"
            raise SchemaError(f"Element '{element.tag}': Expected is ( {name} ), {found}.")
    if position < len(names):
        raise SchemaError(f"Element '{names[position]}': This element is not expected in '{element.tag}'.")


def check_leaves(element: etree._Element) -> None:
    """Every child holds text only."""
    for child in element:
        check_children_absent(child)


def check_children_absent(element: etree._Element) -> None:
    """The element holds text only."""
    _check_attributes(element, ())
    if len(element):
        raise SchemaError(f"Element '{element.tag}': Element content is not allowed, only text.")


def text_of(element: etree._Element, name: str) -> str:
    """The text of a child, trimmed; empty when the child is empty or absent."""
    return (element.findtext(name) or "").strip()


def _check_attributes(element: etree._Element, allowed: tuple[str, ...]) -> None:
    for name in element.attrib:
        if name not in allowed:
            raise SchemaError(f"Element '{element.tag}', attribute '{name!s}': The attribute is not allowed.")
