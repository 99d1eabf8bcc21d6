"""How a row of reference stands in the store: its text, its hash, and names that must be found but not kept."""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from ml_connector.records.reference import ReferenceRow

TAX: Final = "tax:"
MODIFIED: Final = "modified"


class Codec:
    """Hides names under a key; without one, what is to be hidden is left out."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def seal_row(self, row: ReferenceRow) -> ReferenceRow:
        """The row with its aliases as they stand in the store."""
        return replace(row, aliases=tuple(sorted({self.seal(alias) for alias in row.aliases} - {""})))

    def seal(self, name: str) -> str:
        """The name as it stands in the store: a tax id as its keyed hash, empty without a key."""
        if not name.startswith(TAX):
            return name
        if not self._key:
            return ""
        return TAX + hmac.new(self._key, name.encode(), hashlib.sha256).hexdigest()


def encode(row: ReferenceRow) -> tuple[str, str]:
    """A sealed row as text, and the SHA-256 of what it says.

    When Intacct last touched it is no part of that: Intacct touches records without changing anything we keep.
    """
    said = {name: value for name, value in row.body.items() if name != MODIFIED}
    digest = hashlib.sha256(_write(said, row.aliases).encode("utf-8", "surrogatepass")).hexdigest()
    return _write(row.body, row.aliases), digest


def _write(body: Mapping[str, Any], aliases: Sequence[str]) -> str:
    content = {"body": dict(body), "aliases": aliases}
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def decode(kind: str, key: str, text: str) -> ReferenceRow:
    """The row a text says."""
    content = json.loads(text)
    return ReferenceRow(kind=kind, key=key, body=content["body"], aliases=tuple(content["aliases"]))
