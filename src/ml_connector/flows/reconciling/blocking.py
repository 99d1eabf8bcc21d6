"""Bills whose payment is blocked in Intacct: when it was, and when a person has let it go. We only say so."""

from collections.abc import Iterator, Sequence
from typing import Final

from ml_connector.intacct.objects import Bill
from ml_connector.mapping.ledger_states import Sight
from ml_connector.records.audit import Fact
from ml_connector.records.followed import Followed
from ml_connector.store import Work

_BLOCKED: Final = "payment blocked"
_UNBLOCKED: Final = "payment no longer blocked"


def tell_blocked(document_id: int, key: str, *, on_hold: bool) -> Fact:
    """The entry of a bill."""
    action = _BLOCKED if on_hold else _UNBLOCKED
    return Fact(record=f"document:{document_id}", action=action, detail={"record": f"{Bill.OBJECT} {key}"})


def tell_changes(work: Work, seen: Sequence[tuple[Followed, Sight]]) -> Iterator[Fact]:
    """An entry for each bill that is otherwise than its document's entries say; without any it was never blocked."""
    bills = {before: sight.on_hold for before, sight in seen if sight.on_hold is not None}
    known = work.audit.count(_BLOCKED, {f"document:{each.document_id}" for each in bills})
    for before, on_hold in bills.items():
        news = tell_blocked(before.document_id, before.key, on_hold=on_hold)
        if on_hold != (news.record in known and _was_blocked(work, news)):
            yield news


def _was_blocked(work: Work, news: Fact) -> bool:
    """What was entered of the same bill last."""
    entries = work.audit.list(news.record)
    own = [
        each.action
        for each in entries
        if each.action in {_BLOCKED, _UNBLOCKED} and each.detail == news.detail
    ]
    return own[-1:] == [_BLOCKED]
