"""Texts of records in Intacct: cut where they are too long, and closed with our mark."""

from typing import Final

DESCRIPTION_LIMIT: Final = 80
MEMO_LIMIT: Final = 500
_CUT: Final = "…"


def cut(text: str, limit: int) -> str:
    """Text of at most `limit` characters; a mark shows that it was cut. Never for keys."""
    return text if len(text) <= limit else text[: limit - len(_CUT)] + _CUT


def describe(text: str, mark: str) -> str:
    """A description that ends in our mark, whatever is cut before it: a read-back knows the record as ours by it."""
    return f"{cut(text, DESCRIPTION_LIMIT - len(mark) - 1)} {mark}"
