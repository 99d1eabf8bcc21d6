"""Who may do what with which object, and which applications the company has subscribed to.

Seen on live tenants: the number of a refused query, that the check comes before any data, that lookup and inspect
are free, and the words "You do not have permission for API operation". Inferred: that all functions answer so,
and which objects an application brings.
"""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from mlc_sim.intacct.calls import Call
from mlc_sim.intacct.legacy_models import OBJECT_OF
from mlc_sim.intacct.problems import FunctionError, Problem
from mlc_sim.intacct.schema import text_of
from mlc_sim.intacct.settings import APPLICATIONS

_READING: Final = ("query", "read", "readByName", "readByQuery")


def check_permission(name: str, body: etree._Element, call: Call) -> None:
    """Raises FunctionError when the user may not, or the company has not subscribed."""
    for operation, object_name in _list_operations(name, body):
        for application in call.settings.unsubscribed:
            if object_name in APPLICATIONS[application]:
                raise _refuse(f"The company has not subscribed to {application}, which has {object_name}.")
        letters = call.settings.permissions.get(call.user_id, {}).get(object_name)
        if letters is not None and operation[0] not in letters:
            raise _refuse(
                f"You do not have permission for API operation {operation.upper()} on objects of type {object_name}."
            )


def _list_operations(name: str, body: etree._Element) -> Iterator[tuple[str, str]]:
    """What is done, as a word whose first letter is that of the setting, and to what."""
    if name in _READING:
        yield "read", text_of(body, "object").upper()
    elif name == "get_list":
        listed = body.get("object", "")
        yield "read", OBJECT_OF.get(f"create_{listed}", listed.upper())
    elif name in {"create", "update", "approve", "decline"}:
        yield from (("create" if name == "create" else "update", str(child.tag)) for child in body)
    elif name == "delete":
        yield name, text_of(body, "object").upper()
    elif name in OBJECT_OF:
        verb = name.partition("_")[0]
        yield verb if verb in {"create", "delete"} else "update", OBJECT_OF[name]


def _refuse(text: str) -> FunctionError:
    return FunctionError(Problem(errorno="PL04000005", description2=text))
