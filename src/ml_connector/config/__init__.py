"""Settings: TOML, environment and secret files become frozen records, or a refusal that names key, place and cure."""

from ml_connector.config.controls import USUAL, ControlsSettings, fold_name
from ml_connector.config.environment import KEY_FILE, PREFIX, SECRETS, name_secret
from ml_connector.config.fields import parse_duration
from ml_connector.config.fresh import FreshSettings
from ml_connector.config.loading import load
from ml_connector.config.publishing import PartnersSettings, PublishSettings
from ml_connector.config.reference import ReferenceSettings
from ml_connector.config.retention import RetentionSettings
from ml_connector.config.running import RunSettings
from ml_connector.config.schedule import ScheduleSettings
from ml_connector.config.settings import (
    CleoSettings,
    CompanySettings,
    ConfigRefused,
    IntacctSettings,
    Link,
    LinkSettings,
    MeterSettings,
    Secrets,
    Settings,
    StoreSettings,
    Tables,
)

__all__ = [
    "KEY_FILE",
    "PREFIX",
    "SECRETS",
    "USUAL",
    "CleoSettings",
    "CompanySettings",
    "ConfigRefused",
    "ControlsSettings",
    "FreshSettings",
    "IntacctSettings",
    "Link",
    "LinkSettings",
    "MeterSettings",
    "PartnersSettings",
    "PublishSettings",
    "ReferenceSettings",
    "RetentionSettings",
    "RunSettings",
    "ScheduleSettings",
    "Secrets",
    "Settings",
    "StoreSettings",
    "Tables",
    "fold_name",
    "load",
    "name_secret",
    "parse_duration",
]
