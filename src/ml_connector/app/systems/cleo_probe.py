"""What a look round a link's Cleo tenant found, and the lines of the configuration that follow from it."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from ml_connector import cleo
from ml_connector.config import Link


@dataclass(frozen=True, slots=True, kw_only=True)
class LackLine:
    """Something the tenant does not offer, and what is done instead."""

    capability: str
    reason: str
    instead: str
    off_since: datetime
    probe_after: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeResult:
    """Each resource as it answered, and what to write into the configuration."""

    link: str
    url: str
    profile: str
    resources: tuple[cleo.Probe, ...]
    lacks: tuple[LackLine, ...]
    settings: tuple[str, ...]  #: lines of TOML; empty when there is nothing to change, or no telling what to
    look_up: tuple[str, ...]  #: keys to change, of which there is no telling to what

    @property
    def ok(self) -> bool:
        """Whether files can be taken as it is."""
        return all(probe.fits is not False for probe in self.resources if probe.needed)

    @property
    def fits(self) -> bool:
        """Whether nothing at all differs, as far as was seen."""
        return all(probe.fits is not False for probe in self.resources)

    @property
    def unseen(self) -> bool:
        """Whether there was no file to look at."""
        return any(probe.fits is None for probe in self.resources)


def probe_tenant(link: Link, mailbox: cleo.Client) -> ProbeResult:
    """Look round, changing nothing."""
    settings = link.settings.cleo
    resources = mailbox.probe(settings.inbound, settings.archive)
    return ProbeResult(
        link=link.name,
        url=settings.url,
        profile=settings.profile_name,
        resources=resources,
        lacks=tuple(describe_lack(lack) for lack in mailbox.list_lacks()),
        settings=tuple(write_settings(link.name, resources)),
        look_up=tuple({each.key: None for probe in resources for each in probe.advice if each.value is None}),
    )


def describe_lack(lack: cleo.Lack) -> LackLine:
    return LackLine(
        capability=lack.capability,
        reason=lack.reason,
        instead=lack.fallback,
        off_since=lack.since,
        probe_after=lack.probe_after,
    )


def write_settings(link: str, resources: Sequence[cleo.Probe]) -> Iterator[str]:
    known = {each.key: each.value for probe in resources for each in probe.advice if each.value is not None}
    names = {cleo.LAYOUT: "profile_name", cleo.INBOUND: "inbound", cleo.ARCHIVE: "archive"}
    plain = {names[key]: value for key, value in known.items() if key in names}
    keys = {key: value for key, value in known.items() if key not in names}
    if plain:
        yield f"[link.{link}.cleo]"
        yield from (f"{name} = {json.dumps(value)}" for name, value in plain.items())
    if keys:
        yield f"[link.{link}.cleo.profile]"
        yield from (f'"{key}" = {json.dumps(value)}' for key, value in keys.items())
