"""The Cleo side of a link: its layout, its client, and what is remembered of the tenant."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from ml_connector import cleo
from ml_connector.app.systems.metering import meter_cleo
from ml_connector.cleo.address import name_host
from ml_connector.cleo.transport import HttpTransport
from ml_connector.config import ConfigRefused, Link
from ml_connector.store import Store


class StoreBook:
    """Keeps what a link's tenant does not offer in the store."""

    def __init__(self, store: Store, link: str) -> None:
        self._store = store
        self._link = link

    def load(self) -> tuple[cleo.Lack, ...]:
        with self._store.begin() as work:
            return work.capabilities.list(self._link)

    def keep(self, lack: cleo.Lack) -> None:
        with self._store.begin() as work:
            work.capabilities.put(self._link, lack)

    def drop(self, capability: cleo.Capability) -> None:
        with self._store.begin() as work:
            work.capabilities.drop(self._link, capability)


class StoreAccounts:
    """Keeps how log-ins to an account went, for every link and command that uses it."""

    def __init__(self, store: Store, *, host: str, username: str) -> None:
        self._store = store
        self._account = (host, username)

    def find_refusal(self, proof: bytes) -> cleo.Refusal | None:
        with self._store.begin() as work:
            return work.cleo_accounts.find_refusal(*self._account, proof)

    def keep_refusal(self, refusal: cleo.Refusal) -> None:
        with self._store.begin() as work:
            work.cleo_accounts.keep_refusal(*self._account, refusal)

    def take_step(self, step: int) -> bool:
        with self._store.begin() as work:
            return work.cleo_accounts.take_step(*self._account, step)


@contextmanager
def open_mailbox(link: Link, store: Store, clock: Callable[[], datetime]) -> Iterator[cleo.Client]:
    """A client of the link's tenant, until the block ends."""
    settings = link.settings.cleo
    client = cleo.Client(
        base_url=settings.url,
        credentials=cleo.Credentials(
            username=settings.username,
            password=link.secrets.cleo_password,
            totp_secret=link.secrets.cleo_totp_secret,
        ),
        transport=HttpTransport(timeout=settings.timeout.total_seconds()),
        clock=clock,
        profile=read_profile(link),
        on_exchange=meter_cleo(store, link.name),
        book=StoreBook(store, link.name),
        accounts=StoreAccounts(store, host=name_host(settings.url), username=settings.username),
    )
    try:
        yield client
    finally:
        client.close()
        store.count_now()


def read_profile(link: Link) -> cleo.Profile:
    """The layout of the link's tenant. Raises ConfigRefused."""
    settings = link.settings.cleo
    place = f"link.{link.name}.cleo"
    try:
        profile = cleo.get_profile(settings.profile_name).override(settings.profile)
    except cleo.ProfileError as error:
        raise ConfigRefused([f"{place}.profile: {error}"]) from error
    if not settings.archive and profile.files.after_read == "move":
        problem = "empty, so files cannot be moved there; name a folder, or let files.after_read of the profile be another"
        raise ConfigRefused([f"{place}.archive: {problem}"])
    return profile
