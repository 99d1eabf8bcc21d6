"""When a link's jobs run by themselves."""

from typing import Annotated

from pydantic import BeforeValidator

from ml_connector.mapping.rules.toml_reading import Model


def _read_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


class ScheduleSettings(Model):
    """When `ml-connector run` does what; in plain words or as cron."""

    zone: str = "UTC"  #: whose clocks count, such as "America/New_York"
    poll: str = "every 5 minutes"  #: new files are taken, documents decided and posted
    sync: str = "every minute"  #: our copy of Intacct is refreshed, in what is due by `reference_every`
    publish: str = "every 5 minutes"  #: what changed is published to Cleo, when the link publishes
    reconcile: str = "every hour"  #: what became in Intacct of what was posted is looked at
    blackout: Annotated[tuple[str, ...], BeforeValidator(_read_tuple)] = ()  #: nothing begins in these times
