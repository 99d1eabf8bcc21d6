"""How the verbs call Cleo: with a token, through the gate, page by page."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from ml_connector.cleo.auth import Token, TokenKeeper
from ml_connector.cleo.capabilities import Capabilities, Capability
from ml_connector.cleo.errors import (
    Ambiguous,
    AnswerUnreadable,
    Incomplete,
    NotSent,
    Rejected,
    Throttled,
    Unavailable,
)
from ml_connector.cleo.gate import Gate, discard_body
from ml_connector.cleo.paging import Entry, OnOdd, Page, read_all, read_page
from ml_connector.cleo.profile import Profile
from ml_connector.cleo.query import add_query
from ml_connector.cleo.wire import Answer, Request, Wire

JSON_WANTED = (("accept", "application/json"),)
JSON_GIVEN = (("content-type", "application/json"), *JSON_WANTED)


class Caller:
    """One account of one tenant."""

    def __init__(
        self, *, profile: Profile, wire: Wire, tokens: TokenKeeper, capabilities: Capabilities
    ) -> None:
        self.profile = profile
        self.capabilities = capabilities
        self.gate = Gate(profile.error.message)
        self.locate = wire.locate
        self._wire = wire
        self._tokens = tokens

    def adapt(self, profile: Profile) -> "Caller":
        """A caller of the same account by another profile."""
        same = profile.auth == self.profile.auth
        tokens = self._tokens if same else self._tokens.adapt(profile.auth)
        return Caller(profile=profile, wire=self._wire, tokens=tokens, capabilities=self.capabilities)

    def get_token(self) -> Token:
        """Raises NotSent when there is none to be had now."""
        try:
            return self._tokens.current()
        except (NotSent, Throttled):
            raise
        except Unavailable as error:
            raise NotSent(str(error), retry_after=error.retry_after) from error

    @contextmanager
    def open(self, request: Request, *, ok: Collection[int]) -> Iterator[Answer]:
        """The answer to a request that bears the token; one 401 is met by a new token, a second is an error.

        Raises Ambiguous, for a request that `writes`, when no whole answer came.
        """
        token = self.get_token()
        signed = _sign(request, token)
        with self._send(signed) as answer:
            if answer.status != 401:
                self.gate.check(signed, answer, ok=ok, now=self._wire.clock())
                yield answer
                return
            discard_body(answer)
        self._tokens.reject(token)
        token = self.get_token()
        signed = _sign(request, token)
        with self._send(signed) as answer:
            if answer.status == 401:
                self._tokens.reject(token)
            self.gate.check(signed, answer, ok=ok, now=self._wire.clock())
            yield answer

    def ask(self, request: Request, *, ok: Collection[int] = (200,)) -> Mapping[str, object]:
        """The JSON object of the answer."""
        with self.open(request, ok=ok) as answer:
            return self.gate.read_object(request, answer)

    def list(
        self, request: Request, read: Callable[[object], Entry], *, on_odd: OnOdd | None = None
    ) -> tuple[Entry, ...]:
        """All entries of a list, each once; `on_odd` is told of those left out because they cannot be read."""
        names = self.profile.paging

        def fetch(position: int) -> Page[Entry]:
            query = {names.start_param: position + names.start_base, names.count_param: names.page_size}
            asked = replace(request, url=add_query(request.url, query), headers=JSON_WANTED)
            document = self.ask(asked)
            return read_page(asked, document, names=names, position=position, read=read, on_odd=on_odd)

        return read_all(fetch)

    def list_where(
        self, request: Request, read: Callable[[object], Entry], *, where: str
    ) -> tuple[Entry, ...]:
        """The entries of a list, perhaps only those that meet the filter: as many as Cleo cannot leave out."""
        if not self._can_filter(where):
            return self.list(request, read)
        asked = replace(request, url=add_query(request.url, {self.profile.filter.param: where}))
        try:
            found = self.list(asked, read)
        except Rejected as error:
            whole = self.list(request, read)  # when this is refused as well, it was not the filter
            self.capabilities.switch_off(Capability.FILTER, str(error))
            return whole
        self.capabilities.confirm(Capability.FILTER)
        return found

    def find(
        self,
        request: Request,
        read: Callable[[object], Entry],
        *,
        where: str,
        fits: Callable[[Entry], bool],
    ) -> Entry | None:
        """The entry that fits; that a filter shows none is believed only when the whole list has none."""
        found = next(filter(fits, self.list_where(request, read, where=where)), None)
        if found is None and self._can_filter(where):
            found = next(filter(fits, self.list(request, read)), None)
        return found

    def rest(self) -> None:
        """Keep the token, and give up the connections that nobody uses."""
        self._wire.rest()

    def close(self) -> None:
        """Forget the token and give up the connections."""
        self._tokens.forget()
        self._wire.close()

    def _can_filter(self, where: str) -> bool:
        return bool(self.profile.filter.param and where) and self.capabilities.is_on(Capability.FILTER)

    @contextmanager
    def _send(self, request: Request) -> Iterator[Answer]:
        try:
            with self._wire.open(request) as answer:
                yield answer
        except (Unavailable, Incomplete, AnswerUnreadable) as error:
            if not request.writes or isinstance(error, NotSent | Throttled):
                raise
            said = str(error).removesuffix(f"; {error.cure}")
            raise Ambiguous(f"{said}; {Ambiguous.cure}") from error


def _sign(request: Request, token: Token) -> Request:
    bearer = ("authorization", f"Bearer {token.value}")
    return replace(request, headers=(*request.headers, bearer), secrets=(token.value,))
