"""One transaction's verbs, grouped by noun."""

from datetime import datetime

from sqlalchemy import Connection

from ml_connector.store.audit import Audit
from ml_connector.store.capabilities import Capabilities
from ml_connector.store.cleo_accounts import CleoAccounts
from ml_connector.store.cleo_events import CleoEvents
from ml_connector.store.documents import Documents
from ml_connector.store.families import Families
from ml_connector.store.files import Files
from ml_connector.store.followed import FollowedRecords
from ml_connector.store.holders import Holder
from ml_connector.store.jobs import Jobs
from ml_connector.store.matches import Matches
from ml_connector.store.meter import Meter
from ml_connector.store.needs import Needs
from ml_connector.store.orders import Orders
from ml_connector.store.partners import Partners
from ml_connector.store.pending import Pending
from ml_connector.store.postings import Postings
from ml_connector.store.publications import Publications
from ml_connector.store.reference import Reference
from ml_connector.store.reference_approvals import ReferenceApprovals
from ml_connector.store.reference_sync import ReferenceSync
from ml_connector.store.references import References
from ml_connector.store.releases import Releases
from ml_connector.store.rules import RuleSets
from ml_connector.store.schedules import Schedules
from ml_connector.store.slots import Slots
from ml_connector.store.standing import Standing
from ml_connector.store.vendor_additions import VendorAdditions
from ml_connector.store.waiting import Waiting
from ml_connector.store.watermarks import Watermarks
from ml_connector.store.workers import Workers
from ml_connector.store.xref import Xrefs


class Work:
    """What can be done in one transaction. `now` is the moment it began; entries carry it."""

    def __init__(
        self, connection: Connection, *, holder: Holder, actor: str, now: datetime, key: bytes
    ) -> None:
        self.now = now
        self.audit = Audit(connection, now=now, actor=actor)
        self.files = Files(connection, audit=self.audit, now=now)
        self.documents = Documents(connection, audit=self.audit, holder=holder, now=now)
        self.pending = Pending(connection)
        self.postings = Postings(connection, now=now)
        self.followed = FollowedRecords(connection)
        self.references = References(connection)
        self.orders = Orders(connection, now=now)
        self.matches = Matches(connection, now=now)
        self.waiting = Waiting(connection, audit=self.audit, now=now)
        self.needs = Needs(connection, now=now, key=key)
        self.releases = Releases(connection, key=key)
        self._open_reference(connection, holder=holder, now=now, key=key)
        self.rules = RuleSets(connection, audit=self.audit, now=now)
        self.vendor_additions = VendorAdditions(connection, audit=self.audit, holder=holder, now=now, key=key)
        self.xref = Xrefs(connection, audit=self.audit, rules=self.rules, now=now)
        self.meter = Meter(connection)
        self._open_tenant(connection, now=now, key=key)
        self.schedules = Schedules(connection, audit=self.audit, now=now)
        self.jobs = Jobs(connection, holder=holder, now=now)
        self.slots = Slots(connection, holder=holder, now=now)
        self.workers = Workers(connection, holder=holder, now=now)
        self.standing = Standing(connection)
        self.publications = Publications(connection, audit=self.audit, holder=holder, now=now)

    def _open_reference(self, connection: Connection, *, holder: Holder, now: datetime, key: bytes) -> None:
        """What is known of the Intacct company."""
        self.reference = Reference(connection, key=key)
        self.families = Families(connection)
        self.reference_sync = ReferenceSync(connection, holder=holder, now=now, key=key)
        self.reference_approvals = ReferenceApprovals(connection, now=now)
        self.watermarks = Watermarks(connection)

    def _open_tenant(self, connection: Connection, *, now: datetime, key: bytes) -> None:
        """What is known of the Cleo tenant."""
        self.partners = Partners(connection, now=now)
        self.capabilities = Capabilities(connection, audit=self.audit)
        self.cleo_accounts = CleoAccounts(connection, key=key)
        self.cleo_events = CleoEvents(connection, now=now)
