"""The door to one Cleo tenant, as verbs. Repeats nothing but one call whose token was refused."""

from collections.abc import Callable
from datetime import datetime

from ml_connector.cleo.accounts import AccountBook, OwnBook
from ml_connector.cleo.actions import ActionVerbs
from ml_connector.cleo.address import read_origin
from ml_connector.cleo.auth import TokenKeeper
from ml_connector.cleo.caller import Caller
from ml_connector.cleo.capabilities import (
    Capabilities,
    CapabilityBook,
    ForgetfulBook,
    Lack,
    describe_shapes,
)
from ml_connector.cleo.connections import ConnectionVerbs
from ml_connector.cleo.events import EventVerbs
from ml_connector.cleo.files import FileVerbs
from ml_connector.cleo.gate import Gate
from ml_connector.cleo.objects import Access, Credentials, Exchange
from ml_connector.cleo.probing import ProbeVerbs
from ml_connector.cleo.profile import CIC_FOLDERS, Profile
from ml_connector.cleo.wire import Transport, Wire


def _ignore(_exchange: Exchange) -> None:
    """Report to nobody."""


class Client(FileVerbs, ConnectionVerbs, ActionVerbs, EventVerbs, ProbeVerbs):
    """One Cleo account. Safe for threads; use one client for all work of an account, as it holds the token.

    Every verb may raise Unavailable, Throttled, CredentialsRefused, Forbidden, Rejected,
    AnswerUnreadable and Misconfigured; what else it raises stands beside it.
    """

    def __init__(  # noqa: PLR0913  # all by name, half of them with a default
        self,
        *,
        base_url: str,
        credentials: Credentials,
        transport: Transport,
        clock: Callable[[], datetime],
        profile: Profile = CIC_FOLDERS,
        on_exchange: Callable[[Exchange], None] = _ignore,
        book: CapabilityBook | None = None,
        accounts: AccountBook | None = None,
    ) -> None:
        """Asks nothing yet. Raises Misconfigured when the base URL cannot be right.

        `on_exchange` is told of each request when it is over, in the thread that made it; it must
        not call the client. `book` remembers what the tenant does not offer, `accounts` how log-ins went.
        """
        wire = Wire(origin=read_origin(base_url), transport=transport, clock=clock, on_exchange=on_exchange)
        capabilities = Capabilities(book or ForgetfulBook(), clock, describe_shapes(profile))
        tokens = TokenKeeper(
            credentials=credentials,
            profile=profile.auth,
            wire=wire,
            gate=Gate(profile.error.message),
            capabilities=capabilities,
            book=accounts or OwnBook(),
        )
        self._caller = Caller(profile=profile, wire=wire, tokens=tokens, capabilities=capabilities)

    def check(self) -> Access:
        """Log in and look round, changing nothing."""
        token = self._caller.get_token()
        return Access(token_lifetime=token.lifetime, folders=self._list_folders())

    def list_lacks(self) -> tuple[Lack, ...]:
        """What this tenant has turned out not to offer. Asks nothing."""
        return self._caller.capabilities.list_lacks()

    def rest(self) -> None:
        """Keep the token, and give up the connections that nobody uses; the next call makes one."""
        self._caller.rest()

    def close(self) -> None:
        """Forget the token and give up the connections."""
        self._caller.close()
