"""Note: what was decided for each document, as the moves, postings and needs that are to be stored."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from ml_connector.mapping.duplicates.claims import Claim
from ml_connector.mapping.reference.slice import Asked
from ml_connector.records.documents import Move, StoredDocument
from ml_connector.records.matches import Comparison
from ml_connector.records.needs import Need
from ml_connector.records.posting import Posting
from ml_connector.records.status import Status

CHANGED_GROUNDS: Final = "what it rests on has changed since it was held"
"""Why a held document is decided anew when no person said so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was decided: moves by the state they lead to, with the postings and needs that belong to them."""

    documents: dict[int, StoredDocument]  #: what it was decided for, as it was then
    moves: dict[Status, list[Move]] = field(default_factory=dict)
    postings: list[tuple[int, Posting]] = field(default_factory=list)
    needs: dict[int, tuple[Need, ...]] = field(default_factory=dict)
    asked: dict[int, set[Asked]] = field(default_factory=dict)  #: what each held document rests on
    claims: dict[int, Claim] = field(default_factory=dict)
    cleared: dict[int, frozenset[str]] = field(
        default_factory=dict
    )  #: records that people say are others, by name
    comparisons: dict[int, Comparison] = field(default_factory=dict)  #: with orders
    drawing: dict[int, int] = field(
        default_factory=dict
    )  #: what draws on orders, with the newest entry of the audit trail from before these were read

    stopped: dict[int, frozenset[int]] = field(
        default_factory=dict
    )  #: what must be filed together with whatever comes of a document

    def add_move(self, to: Status, move: Move) -> None:
        self.moves.setdefault(to, []).append(move)

    def list_ids(self) -> Iterable[int]:
        """Every document that is to be moved."""
        return (move.id for moves in self.moves.values() for move in moves)
