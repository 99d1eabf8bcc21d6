"""Options that many commands have."""

from pathlib import Path
from typing import Annotated

import typer

Config = Annotated[
    Path,
    typer.Option(
        "--config", "-c", envvar="ML_CONNECTOR_CONFIG", help="The configuration file.", show_default=True
    ),
]
LinkName = Annotated[str, typer.Option("--link", "-l", help="Which link; may be left out when there is one.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
By = Annotated[
    str,
    typer.Option("--by", help="Who decides; the name of the system's user if left out.", show_default=False),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")]
DEFAULT_CONFIG = Path("ml-connector.toml")
