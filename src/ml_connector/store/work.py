"""One transaction's verbs, grouped by noun."""

from datetime import datetime

from sqlalchemy import Connection

from ml_connector.store.audit import Audit
from ml_connector.store.documents import Documents
from ml_connector.store.files import Files
from ml_connector.store.holders import Holder
from ml_connector.store.meter import Meter
from ml_connector.store.needs import Needs
from ml_connector.store.postings import Postings
from ml_connector.store.reference import Reference
from ml_connector.store.rules import RuleSets


class Work:
    """What can be done in one transaction. `now` is the moment it began; entries carry it."""

    def __init__(
        self, connection: Connection, *, holder: Holder, actor: str, now: datetime, key: bytes
    ) -> None:
        self.now = now
        self.audit = Audit(connection, now=now, actor=actor)
        self.files = Files(connection, audit=self.audit, now=now)
        self.documents = Documents(connection, audit=self.audit, holder=holder, now=now)
        self.postings = Postings(connection, now=now)
        self.needs = Needs(connection, now=now)
        self.reference = Reference(connection, now=now, key=key)
        self.rules = RuleSets(connection, audit=self.audit, now=now)
        self.meter = Meter(connection)
