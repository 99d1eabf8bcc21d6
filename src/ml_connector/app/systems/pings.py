"""Each step of both connections, tried one after the other, with what to change when one fails."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from ml_connector import cleo, intacct
from ml_connector.app.results import PingResult, PingStep
from ml_connector.app.systems.cleo_probe import probe_tenant
from ml_connector.app.systems.company_sheet import fill_sheet
from ml_connector.cleo.errors import CleoError
from ml_connector.config import SECRETS, Link, name_secret
from ml_connector.intacct.errors import IntacctError
from ml_connector.mapping.rules.rulebook import parse_rules


def ping_link(
    link: Link,
    finance: intacct.Client,
    mailbox: cleo.Client,
    *,
    clock: Callable[[], datetime],
    deep: bool = False,
) -> PingResult:
    """The steps in order; after a failed one the rest of that system is not tried.

    `deep` puts every check of the Intacct library to the company: it reads only, but is counted by Sage.
    """
    rules = parse_rules(link.rules)
    entities = sorted({route.entity for route in rules.routes if route.entity})
    steps = [*_ping_cleo(link, mailbox, clock), *_ping_intacct(link, finance, entities, clock)]
    if rules.attaches and steps[-1].ok:
        steps += _find_attached(link.name, finance, rules.attachments.folder, clock)
    if any(step.system == "intacct" and not step.ok for step in steps):
        return PingResult(steps=tuple(steps), company=())
    if deep:
        steps += _check_company(link, finance, clock)
    return PingResult(steps=tuple(steps), company=tuple(fill_sheet(link, finance, entities=entities)))


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
            lambda: _describe_waiting([*mailbox.list_files(mailbox.find_folder(inbound))]),
        ),
    ]
    steps += [(name, _find_folder(mailbox, path)) for name, path in _name_folders(link) if path]
    failed = False
    for step in _try_steps(link.name, "cleo", steps, clock):
        failed = failed or not step.ok
        yield step
    yield from _look_round(link, mailbox, clock) if failed else _list_lacks(mailbox)


def _name_folders(link: Link) -> Iterator[tuple[str, str]]:
    """Every folder besides the inbound one that the link is to use, by step; empty where it uses none."""
    yield f"archive folder {link.settings.cleo.archive}", link.settings.cleo.archive
    if (publish := link.settings.publish) is not None:
        yield f"publish folder {publish.folder}", publish.folder
    if (partners := link.settings.partners) is not None:
        yield f"partners folder {partners.folder}", partners.folder
        yield f"partners archive {partners.archive}", partners.archive


def _find_folder(mailbox: cleo.Client, path: str) -> Callable[[], str]:
    return lambda: mailbox.find_folder(path).path


def _describe_waiting(files: Sequence[cleo.RemoteFile]) -> str:
    said = f"{len(files)} files wait"
    if any(file.modified is None for file in files):
        said += "; they show no time, so those that stay are read again once a day"
    return said


def _look_round(link: Link, mailbox: cleo.Client, clock: Callable[[], datetime]) -> Iterator[PingStep]:
    """Where the tenant differs from its profile, when it is reached and understood at all."""
    started = clock()
    found = probe_tenant(link, mailbox)
    took = round((clock() - started).total_seconds() * 1000)
    if found.settings:
        cure = "write into the configuration: " + "; ".join(found.settings)
        yield PingStep(
            system="cleo",
            step="layout",
            ok=False,
            milliseconds=took,
            said="differs from the profile",
            cure=cure,
        )


def _list_lacks(mailbox: cleo.Client) -> Iterator[PingStep]:
    """What the tenant does not offer is no failure: something else is done instead."""
    for lack in mailbox.list_lacks():
        yield PingStep(
            system="cleo", step=f"{lack.capability} not offered", ok=True, milliseconds=0, said=lack.fallback
        )


def _ping_intacct(
    link: Link, finance: intacct.Client, entities: Sequence[str], clock: Callable[[], datetime]
) -> Iterator[PingStep]:
    settings = link.settings.intacct

    def log_in(entity: str) -> Callable[[], str]:
        return lambda: str(finance.check(entity=entity).endpoint)

    steps = [(f"log in at {settings.url} as {settings.user_id} of {settings.company_id}", log_in(""))]
    steps += [(f"log in to entity {entity}", log_in(entity)) for entity in entities]
    steps.append(
        ("read terms", lambda: f"{sum(1 for _ in finance.reading.list_records(intacct.Term))} terms")
    )
    yield from _try_steps(link.name, "intacct", steps, clock)


def _find_attached(
    link: str, finance: intacct.Client, folder: str, clock: Callable[[], datetime]
) -> Iterator[PingStep]:
    def find() -> str:
        if not finance.writing.find_folders([folder]):
            raise intacct.RequestRejected("it does not exist, and everything goes without attachments")
        return "exists"

    for step in _try_steps(link, "intacct", [(f"attachment folder {folder}", find)], clock):
        yield step if step.ok else replace(step, cure=_NO_FOLDER)


def _check_company(link: Link, finance: intacct.Client, clock: Callable[[], datetime]) -> Iterator[PingStep]:
    """Each check for itself: one that fails says nothing about the next."""
    for check in intacct.list_checks():
        for step in _try_steps(link.name, "intacct", [(check.name, _run_check(check, finance))], clock):
            yield step if step.ok else replace(step, cure=_DIFFERS)


def _run_check(check: intacct.Check, finance: intacct.Client) -> Callable[[], str]:
    def run() -> str:
        try:
            fault = check.find_fault(finance)
        except IntacctError as error:
            if check.excuses(error):
                return f"not here: {error}"
            raise
        if fault:
            raise intacct.AnswerUnreadable(fault)
        return "as expected"

    return run


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


_NO_FOLDER: Final = (
    "make this folder for attachments in Intacct, let the API user see it, or mend folder in [attachments]"
)
_DIFFERS: Final = "this company is not as the connector takes for granted: give the user the right to read it, or report this"
_CURES: Final[tuple[tuple[type[IntacctError | CleoError], str], ...]] = (
    (cleo.CredentialsRefused, "check username in [link.{link}.cleo] and its password in {cleo_password}"),
    (
        cleo.FolderMissing,
        "check inbound and archive in [link.{link}.cleo], and the folders of [link.{link}.publish] and [link.{link}.partners]",
    ),
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
    (
        intacct.EndpointRefused,
        "check url in [link.{link}.intacct]; if the host that Intacct named is yours, put it into endpoint_hosts there",
    ),
    (intacct.Throttled, "wait a few minutes, then ping again: Intacct is too busy for now"),
    (
        intacct.RequestRejected,
        "see what Intacct says against docs/reference/errors.md; check {sender_password} if it names no field",
    ),
    (intacct.PermissionDenied, "give the user of [link.{link}.intacct] the right to read this in Intacct"),
    (IntacctError, "check url in [link.{link}.intacct], and whether a firewall stands in the way"),
)


def _find_cure(link: str, error: IntacctError | CleoError) -> str:
    """What to change, by the key or the environment variable it stands in."""
    cure = next(text for kind, text in _CURES if isinstance(error, kind))
    sender, user, password = (name_secret(link, key) for key in SECRETS)
    return cure.format(link=link, sender_password=sender, user_password=user, cleo_password=password)
