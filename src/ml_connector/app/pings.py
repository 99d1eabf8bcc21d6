"""Each step of both connections, tried one after the other, with what to change when one fails."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from ml_connector import cleo, intacct
from ml_connector.app.results import PingStep
from ml_connector.cleo.errors import CleoError
from ml_connector.config import SECRETS, Link, name_secret
from ml_connector.intacct.errors import IntacctError
from ml_connector.mapping.rules import parse_rules


def ping_link(
    link: Link, finance: intacct.Client, mailbox: cleo.Client, *, clock: Callable[[], datetime]
) -> tuple[PingStep, ...]:
    """The steps in order; after a failed one the rest of that system is not tried."""
    return (*_ping_cleo(link, mailbox, clock), *_ping_intacct(link, finance, clock))


def _ping_cleo(link: Link, mailbox: cleo.Client, clock: Callable[[], datetime]) -> Iterator[PingStep]:
    settings = link.settings.cleo
    inbound = settings.inbound

    def log_in() -> str:
        access = mailbox.check()
        return f"{settings.username} sees {len(access.folders)} folders"

    steps: list[tuple[str, Callable[[], str]]] = [
        (f"log in at {settings.url}", log_in),
        (
            f"inbound folder {inbound}",
            lambda: f"{sum(1 for _ in mailbox.list_files(mailbox.find_folder(inbound)))} files wait",
        ),
        (f"archive folder {settings.archive}", lambda: mailbox.find_folder(settings.archive).path),
    ]
    yield from _try_steps(link.name, "cleo", steps, clock)


def _ping_intacct(link: Link, finance: intacct.Client, clock: Callable[[], datetime]) -> Iterator[PingStep]:
    settings = link.settings.intacct
    entities = sorted({route.entity for route in parse_rules(link.rules).routes if route.entity})

    def log_in(entity: str) -> Callable[[], str]:
        return lambda: str(finance.check(entity=entity).endpoint)

    steps = [(f"log in at {settings.url} as {settings.user_id} of {settings.company_id}", log_in(""))]
    steps += [(f"log in to entity {entity}", log_in(entity)) for entity in entities]
    steps.append(("read terms", lambda: f"{sum(1 for _ in finance.list_terms())} terms"))
    yield from _try_steps(link.name, "intacct", steps, clock)


def _try_steps(
    link: str, system: str, steps: list[tuple[str, Callable[[], str]]], clock: Callable[[], datetime]
) -> Iterator[PingStep]:
    for name, act in steps:
        started = clock()
        said, cure = "", ""
        try:
            said = act()
        except (IntacctError, CleoError) as error:
            said, cure = str(error), _find_cure(link, error)
        took = round((clock() - started).total_seconds() * 1000)
        yield PingStep(system=system, step=name, ok=not cure, milliseconds=took, said=said, cure=cure)
        if cure:
            return


_CURES: Final[tuple[tuple[type[IntacctError | CleoError], str], ...]] = (
    (cleo.CredentialsRefused, "check username in [link.{link}.cleo] and its password in {cleo_password}"),
    (cleo.FolderMissing, "check inbound and archive in [link.{link}.cleo]"),
    (cleo.Forbidden, "give the account of [link.{link}.cleo] this right in Cleo"),
    (
        cleo.AnswerUnreadable,
        "this tenant differs from the usual layout: set the key in [link.{link}.cleo.profile]",
    ),
    (cleo.Rejected, "this tenant differs from the usual layout: set the key in [link.{link}.cleo.profile]"),
    (CleoError, "check url in [link.{link}.cleo], and whether a firewall stands in the way"),
    (
        intacct.CredentialsRefused,
        "check [link.{link}.intacct], {sender_password}, {user_password}, and that the company has authorised the sender",
    ),
    (intacct.PermissionDenied, "give the user of [link.{link}.intacct] the right to read this in Intacct"),
    (IntacctError, "check url in [link.{link}.intacct], and whether a firewall stands in the way"),
)


def _find_cure(link: str, error: IntacctError | CleoError) -> str:
    """What to change, by the key or the environment variable it stands in."""
    cure = next(text for kind, text in _CURES if isinstance(error, kind))
    sender, user, password = (name_secret(link, key) for key in SECRETS)
    return cure.format(link=link, sender_password=sender, user_password=user, cleo_password=password)
