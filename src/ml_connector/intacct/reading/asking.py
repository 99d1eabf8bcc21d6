"""One question to a company and its answer; `reader` makes readings of them."""

from collections.abc import Callable
from dataclasses import replace

from lxml import etree

from ml_connector.intacct.envelope import Function, Request
from ml_connector.intacct.errors import AnswerUnreadable
from ml_connector.intacct.formats import UserFormat
from ml_connector.intacct.gate import demand_success
from ml_connector.intacct.pages import RowForm
from ml_connector.intacct.paging import PAGE_SIZE
from ml_connector.intacct.query import Query, render_query
from ml_connector.intacct.results import Page
from ml_connector.intacct.session import Sessions


class Questions:
    """Asks one company as one user, a function at a time.

    `ask` is for functions that describe, and gives their `<data>` as it is; the others are for those that list, and
    give the rows, whose dates are read as the user's format wants it.
    """

    def __init__(self, sessions: Sessions, *, timeout: float) -> None:
        self._sessions = sessions
        self._timeout = timeout

    def find_format(self, *, entity: str = "") -> UserFormat:
        """How the API user's dates and time stamps are written."""
        return self._sessions.find_format(entity)

    def ask(self, name: str, body: str, *, entity: str = "") -> tuple[etree._Element | None, bytes]:
        """The `<data>` of a function that describes rather than lists, and the raw answer for errors."""
        function = Function(control_id=name.replace(" ", ":"), name=name, body=body)
        request = Request(functions=(function,), entity=entity)
        reply = self._sessions.send(request, timeout=self._timeout)
        return demand_success(reply, function).data, reply.raw

    def _fetch_page(self, query: Query, after: int, entity: str, page_size: int = PAGE_SIZE) -> Page:
        """The rows of a query behind a key, whose filter has dates in the user's format."""
        ask = Function(control_id=f"query:{query.object}:{after}", name=f"query {query.object}", body="")
        return self._ask_page(
            ask,
            lambda form: render_query(query, after=after, pagesize=page_size, form=form),
            key=query.key,
            entity=entity,
        )

    def _ask_rows(self, name: str, object_: str, body: str, *, entity: str) -> Page:
        """The rows of any other function, whose body has no dates."""
        return self._ask_page(make_function(name, object_), lambda _form: body, entity=entity)

    def _ask_page(
        self, ask: Function, render: Callable[[UserFormat], str], *, entity: str, key: str = ""
    ) -> Page:
        """The rows of an answer to what `render` makes of the user's format; without a format none is asked for."""

        def make(form: UserFormat) -> Request:
            function = replace(ask, body=render(form))
            return Request(functions=(function,), entity=entity, form=RowForm(key=key, format=form))

        reply = self._sessions.send_dated(entity, make, timeout=self._timeout)
        page = demand_success(reply, ask).page
        if page is None:
            raise AnswerUnreadable(f"{ask.name}: success, but no data in the answer", answer=reply.raw)
        return replace(page, asked=reply.asked)


def make_function(name: str, object_: str) -> Function:
    """A function whose body comes later."""
    return Function(control_id=f"{name}:{object_}", name=f"{name} {object_}", body="")
