"""Each step of both connections, tried one after the other, with what to change when one fails."""

from collections.abc import Callable, Iterator
from datetime import datetime

from ml_connector import cleo, intacct
from ml_connector.app.results import PingStep
from ml_connector.cleo.errors import CleoError
from ml_connector.config import Link
from ml_connector.intacct.errors import CredentialsRefused, IntacctError, NotSent
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
    yield from _try_steps("cleo", steps, clock)


def _ping_intacct(link: Link, finance: intacct.Client, clock: Callable[[], datetime]) -> Iterator[PingStep]:
    settings = link.settings.intacct
    entities = sorted({route.entity for route in parse_rules(link.rules).routes if route.entity})

    def log_in(entity: str) -> Callable[[], str]:
        return lambda: str(finance.check(entity=entity).endpoint)

    steps = [(f"log in at {settings.url} as {settings.user_id} of {settings.company_id}", log_in(""))]
    steps += [(f"log in to entity {entity}", log_in(entity)) for entity in entities]
    steps.append(("read terms", lambda: f"{sum(1 for _ in finance.list_terms())} terms"))
    yield from _try_steps("intacct", steps, clock)


def _try_steps(
    system: str, steps: list[tuple[str, Callable[[], str]]], clock: Callable[[], datetime]
) -> Iterator[PingStep]:
    for name, act in steps:
        started = clock()
        said, cure = "", ""
        try:
            said = act()
        except (IntacctError, CleoError) as error:
            said, cure = str(error), _find_cure(error)
        took = round((clock() - started).total_seconds() * 1000)
        yield PingStep(system=system, step=name, ok=not cure, milliseconds=took, said=said, cure=cure)
        if cure:
            return


def _find_cure(error: IntacctError | CleoError) -> str:
    match error:
        case CleoError():
            return error.cure or "see the message"
        case NotSent():
            return "check the url in [link.….intacct], and whether a firewall or proxy stands in the way"
        case CredentialsRefused():
            return {
                "sender": "check sender_id and its password (…_INTACCT_SENDER_PASSWORD)",
                "company": "let an administrator authorise the sender: Company > Setup > Company > Security > Web Services authorizations",
                "user": "check company_id, user_id and its password (…_INTACCT_PASSWORD)",
            }[error.refused]
        case _:
            return "see the message; run with --json for all of it"
