"""What somebody could do to the rows of dbos that belong to a store."""

from typing import Final

from dbos._schemas.system_database import SystemSchema
from tests.databases import run_sql

_TABLES: Final = [table.name for table in reversed(SystemSchema.metadata_obj.sorted_tables)]


def delete_engine_rows(store_url: str) -> None:
    """Delete every row of every table. Raises DBAPIError, perhaps in the middle, while the tables cannot be reached."""
    for table in _TABLES:
        _change(store_url, "DELETE FROM {}", table)


def date_engine_rows_back(store_url: str, version: str) -> None:
    """Let all that was handed out come from that version of the jobs."""
    _change(store_url, f"UPDATE {{}} SET application_version = '{version}'", "workflow_status")
    _change(store_url, f"UPDATE {{}} SET version_name = '{version}'", "application_versions")


def _change(store_url: str, statement: str, table: str) -> None:
    apart = store_url.startswith("sqlite")
    home, schema = (f"{store_url}.engine", "") if apart else (store_url, "ml_connector_engine.")
    run_sql(home, statement.format(f"{schema}{table}"))
