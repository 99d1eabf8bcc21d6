"""How a company is set up, as far as the gateway tells."""

import datetime as dt
from collections.abc import Iterator
from xml.sax.saxutils import quoteattr

from lxml import etree

from ml_connector.intacct.errors import AnswerUnreadable
from ml_connector.intacct.formats import UserFormat
from ml_connector.intacct.markup import branch, strip_forbidden
from ml_connector.intacct.objects import (
    DefinedDocument,
    DefinedSubtotal,
    Dimension,
    DimensionValue,
    Preference,
    PurchasingDefinition,
)
from ml_connector.intacct.query import Query
from ml_connector.intacct.reading.reader import Reader
from ml_connector.intacct.results import Row


class Setup:
    """Reads what is set up rather than kept. Raises what `Reader` says."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def list_applications(self) -> tuple[str, ...]:
        """What the company subscribes to: `GL`, `AP`, `PO`, `ME` (Intacct documentation, 'Subscriptions')."""
        data, _ = self._reader.ask("get_applications", branch("get_applications"))
        return tuple(each.text or "" for each in _find_all(data, "application"))

    def list_preferences(self, application: str) -> tuple[Preference, ...]:
        """How an application is set up, by its code such as `AP`; the codes are those of `list_applications` (inferred)."""
        body = f"<get_companyprefs application={quoteattr(strip_forbidden(application))}/>"
        data, _ = self._reader.ask("get_companyprefs", body)
        return tuple(
            Preference(
                application=each.findtext("application", application),
                name=each.findtext("preference", ""),
                value=each.findtext("prefvalue", ""),
            )
            for each in _find_all(data, "companypref")
        )

    def list_dimensions(self) -> tuple[Dimension, ...]:
        """The standard dimensions and the company's own (Intacct documentation, 'Dimensions')."""
        data, _ = self._reader.ask("getDimensions", branch("getDimensions"))
        return tuple(
            Dimension(
                object=each.findtext("objectName", ""),
                label=each.findtext("termLabel", ""),
                is_user_defined=each.findtext("userDefinedDimension") == "true",
                is_in_ledger=each.findtext("enabledInGL") == "true",
            )
            for each in _find_all(data, "dimension")
        )

    def list_dimension_values(self, dimension: Dimension) -> Iterator[DimensionValue]:
        """The values of a user-defined dimension. `id` and `name` are the fields other integrations read."""
        query = Query(object=dimension.object, fields=("name",), key="id")
        rows = self._reader.query(query)
        return (DimensionValue(value_no=row.record_no, name=row.text("NAME")) for row in rows)

    def list_definitions(self) -> Iterator[DefinedDocument]:
        """The purchasing definitions with their subtotals, and what their documents may be converted from."""
        keys = [entry.record_no for entry in self._reader.list_records(PurchasingDefinition)]
        return map(_read_definition, self._reader.read(PurchasingDefinition.OBJECT, keys))

    def list_subtotals(self) -> Iterator[DefinedSubtotal]:
        """The charges, allowances and taxes that purchasing definitions provide for."""
        return (subtotal for definition in self.list_definitions() for subtotal in definition.subtotals)

    def find_closed_date(self, *, entity: str = "") -> dt.date | None:
        """The last day whose books are closed, in an entity or at the top level; None when no day is.

        The form of the answer is inferred from the schema of requests: a date in three parts, in one, or none.
        """
        data, raw = self._reader.ask("get_closedbooksdate", branch("get_closedbooksdate"), entity=entity)
        found = next(_find_all(data, "closedbooksdate"), None)
        if data is None or (found is None and len(data)):
            raise AnswerUnreadable("get_closedbooksdate: success, but no date in the answer", answer=raw)
        try:
            return None if found is None else _read_day(found, self._reader.find_format(entity=entity))
        except ValueError as error:
            raise AnswerUnreadable(f"get_closedbooksdate: {error}", answer=raw) from None


def _find_all(data: etree._Element | None, tag: str) -> Iterator[etree._Element]:
    return iter(()) if data is None else data.iter(tag)


def _read_definition(definition: Row) -> DefinedDocument:
    """RECALLS is a list of its own in documents about definitions; a text of names is taken as well (inferred)."""
    listed = [recall.text("RECDOCPAR") for recall in definition.lines.get("RECALLS", ())]
    return DefinedDocument(
        name=definition.text("DOCID"),
        subtotals=tuple(_read_subtotal(definition, each) for each in definition.lines.get("SUBTOTALS", ())),
        sources=tuple(filter(None, (*listed, *definition.text("RECALLS").split("#~#")))),
    )


def _read_subtotal(definition: Row, subtotal: Row) -> DefinedSubtotal:
    return DefinedSubtotal(
        definition=definition.text("DOCID"),
        description=subtotal.text("DESCRIPTION"),
        is_discount=subtotal.text("DISC_CHARGE").lower() == "discount",
        is_tax=subtotal.flag("ISTAX"),
        is_apportioned=subtotal.flag("APPORTIONED"),
        gl_account_no=subtotal.text("GLACCOUNT"),
    )


def _read_day(found: etree._Element, form: UserFormat) -> dt.date | None:
    parts = [found.findtext(name, "").strip() for name in ("year", "month", "day")]
    if any(parts):
        year, month, day = map(int, parts)
        return dt.date(year, month, day)
    text = (found.text or "").strip()
    return form.read_date(text) if text else None
