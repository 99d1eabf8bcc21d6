"""What every function of the gateway is given, and what it hands back."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from mlc_sim.intacct.dimensions import Books
from mlc_sim.intacct.settings import Settings
from mlc_sim.intacct.store import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Everything a function may look at."""

    books: Books
    settings: Settings
    now: datetime
    endpoint: str
    user_id: str
    open_session: Callable[[str], Session]  #: opens one for the caller in an entity
    stamp: datetime  #: the time that records bear which are written now
    lost_rows: int = 0  #: so many rows are missing at the beginning of each page, and nothing says so


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a function answers, and the API transactions it costs as Intacct counts them."""

    parts: Sequence[etree._Element]
    transactions: int = 1

    @classmethod
    def of_key(cls, key: object) -> "Outcome":
        """How functions of the older kind name what they made."""
        return cls.of_keys([key])

    @classmethod
    def of_keys(cls, keys: Iterable[object]) -> "Outcome":
        """The same for functions about several."""
        parts = []
        for key in keys:
            parts.append(etree.Element("key"))
            parts[-1].text = str(key)
        return cls(parts=parts)
