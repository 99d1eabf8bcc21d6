"""AUDITHISTORY: who created, changed or deleted what (Intacct documentation, "Audit trail").

Documented: modes are letters in `query` and words in readByQuery, object types are in lower case, entries come
late. Inferred: that OBJECTKEY is the RECORDNO of what `create` made and the key of what an older function made.
"""

from datetime import datetime
from typing import Final

from lxml import etree

from mlc_sim.intacct.calls import Call, Outcome
from mlc_sim.intacct.dimensions import Books
from mlc_sim.intacct.ledger import put_document
from mlc_sim.intacct.legacy_models import OBJECT_OF
from mlc_sim.intacct.schema import text_of
from mlc_sim.intacct.values import keep_moment

#: The first word of a function's name -> the mode of its entry.
_MODES: Final = {
    "create": "C",
    "update": "M",
    "delete": "D",
    "reverse": "M",
    "recallApBill": "W",
    **dict.fromkeys(("approve", "decline", "confirm", "send", "void"), "W"),
}


def note_outcome(name: str, body: etree._Element, outcome: Outcome, call: Call) -> None:
    """Write down what a function made, changed or removed; nothing for one that only reads."""
    mode = _MODES.get(name.partition("_")[0])
    if mode is None:
        return
    if name in OBJECT_OF:
        made = [(OBJECT_OF[name], part.text or "") for part in outcome.parts]
    elif name in {"approve", "decline"}:
        made = [(str(child.tag), part.text or "") for child, part in zip(body, outcome.parts, strict=True)]
    elif name == "delete":
        made = [(text_of(body, "object"), key.strip()) for key in text_of(body, "keys").split(",")]
    else:
        made = [(str(record.tag), text_of(record, "RECORDNO")) for record in outcome.parts[0]]
    unaudited = {each.lower() for each in call.settings.unaudited}
    for object_name, key in made:
        if object_name.lower() in unaudited:
            continue
        note(call.books, object_name, key, mode, user_id=call.user_id, now=call.now)


def note(books: Books, object_name: str, key: str, mode: str, *, user_id: str, now: datetime) -> None:
    """One entry of the trail."""
    kind = object_name.lower()
    fields = {"OBJECTKEY": key, "ACCESSMODE": mode, "USERID": user_id, "ACCESSTIME": keep_moment(now)}
    put_document(books, "AUDITHISTORY", kind, fields)
