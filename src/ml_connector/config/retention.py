"""How long is kept what nobody needs for ever."""

from datetime import timedelta

from ml_connector.config.fields import Keep
from ml_connector.mapping.rules.toml_reading import Model


class RetentionSettings(Model):
    """Of exchanges with the systems; what Sage bills of them is counted apart, and kept."""

    exchanges: Keep = timedelta(days=14)
    failed_exchanges: Keep = timedelta(days=90)  #: with what was said
