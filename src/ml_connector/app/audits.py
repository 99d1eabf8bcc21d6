"""The audit trail, as people ask for it."""

from ml_connector.app.results import AuditView
from ml_connector.store import Store


class Audits:
    def __init__(self, store: Store) -> None:
        self._store = store

    def show(self, record: str) -> AuditView:
        """The chain of a record such as `document:12`, `file:3`, `rules:main` or `company:ALDERFINCH`."""
        with self._store.begin() as work:
            return AuditView(
                record=record, entries=work.audit.list(record), contradiction=work.audit.check(record)
            )
