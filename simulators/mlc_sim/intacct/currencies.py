"""Several currencies: the base currency of each entity, and the rate a document is converted at.

Documented: CURRENCY, BASECURR and either EXCH_RATE_TYPE_ID or EXCHANGE_RATE; TRX_ amounts are in the document's own
currency. Inferred: that the daily rate is taken where nothing is said, that each line is rounded by itself, that the
base currency of an entity is that of its location, and the texts. Rates are a setting: of one unit in base currency.
"""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final

from mlc_sim.intacct.dimensions import Books, refuse, report_missing
from mlc_sim.intacct.problems import Problem
from mlc_sim.intacct.settings import Settings
from mlc_sim.intacct.store import Fields

DAILY: Final = "Intacct Daily Rate"
_CENT: Final = Decimal("0.01")
_LIMIT: Final = Decimal(10) ** 9


def find_base_currency(books: Books, entity: str) -> str:
    """The base currency of an entity, or of the company at the top level."""
    location = books.store.find_record(books.company.id, "LOCATION", entity) if entity else None
    return (location or {}).get("CURRENCY") or books.company.base_currency


def check_currency(header: Fields, books: Books, settings: Settings) -> list[Problem]:
    """Whether a document may be in its currency."""
    if not settings.multi_currency:
        return [
            refuse(f"Invalid currency '{header[name]}' specified in {name}.")
            for name in ("CURRENCY", "BASECURR")
            if header.get(name, books.company.base_currency) not in {"", books.company.base_currency}
        ]
    known = {find_base_currency(books, entity) for entity in (books.entity, *books.company.entities)}
    base, currency = _name_currencies(header, books)
    if base not in known:
        return [refuse(f"Invalid currency '{base}' specified in BASECURR.")]
    return [] if currency == base else _check_rate(header, currency, settings)


def keep_currency(header: Fields, books: Books, settings: Settings) -> dict[str, str]:
    """The currencies of a document that was checked, and its rate where they differ."""
    base, currency = _name_currencies(header, books)
    kept = {"BASECURR": base, "CURRENCY": currency}
    if currency == base:
        return kept
    own = header.get("EXCHANGE_RATE", "")
    kind = {"EXCH_RATE_TYPE_ID": "" if own else header.get("EXCH_RATE_TYPE_ID") or DAILY}
    return kept | kind | {"EXCHANGE_RATE": own or settings.exchange_rates[currency]}


def convert(amount: Decimal, header: Fields) -> Decimal:
    """An amount of a document that is kept, in base currency."""
    return (amount * Decimal(header.get("EXCHANGE_RATE") or "1")).quantize(_CENT, ROUND_HALF_UP)


def keep_totals(names: str, amounts: Iterable[Decimal], header: Fields) -> dict[str, str]:
    """The sum of a document's amounts under names such as TOTALDUE: in base currency, and under TRX_ in its own."""
    listed = list(amounts)
    total = str(sum(listed, Decimal("0.00")))
    base = str(sum((convert(amount, header) for amount in listed), Decimal("0.00")))
    return {key: value for name in names.split() for key, value in ((name, base), (f"TRX_{name}", total))}


def _name_currencies(header: Fields, books: Books) -> tuple[str, str]:
    """Base currency and currency."""
    base = header.get("BASECURR") or find_base_currency(books, books.entity)
    return base, header.get("CURRENCY") or base


def _check_rate(header: Fields, currency: str, settings: Settings) -> list[Problem]:
    own, kind = header.get("EXCHANGE_RATE", ""), header.get("EXCH_RATE_TYPE_ID", "")
    if own:
        try:
            rate = Decimal(own)
        except InvalidOperation:
            rate = Decimal(0)
        text = f"Illegal format for EXCHANGE_RATE: '{own}' is no rate."
        return [] if rate.is_finite() and 0 < rate < _LIMIT else [report_missing(text)]
    if kind not in {"", DAILY}:
        return [refuse(f"Invalid exchange rate type '{kind}' specified.")]
    if currency not in settings.exchange_rates:
        return [refuse(f"Invalid currency '{currency}' specified in CURRENCY.")]
    return []
