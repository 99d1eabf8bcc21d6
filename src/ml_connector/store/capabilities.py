"""What a Cleo tenant has turned out not to offer, by link."""

from sqlalchemy import Connection, delete, insert, select

from ml_connector.cleo.capabilities import Capability, Lack
from ml_connector.records.audit import Detail, Fact
from ml_connector.store.audit import Audit
from ml_connector.store.tables import capabilities


class Capabilities:
    def __init__(self, connection: Connection, *, audit: Audit) -> None:
        self._connection = connection
        self._audit = audit

    def list(self, link: str) -> tuple[Lack, ...]:
        """All that are switched off."""
        query = select(capabilities).where(capabilities.c.link == link).order_by(capabilities.c.name)
        return tuple(
            Lack(
                capability=Capability(row["name"]),
                reason=row["reason"],
                since=row["off_since"],
                probe_after=row["probe_after"],
            )
            for row in self._connection.execute(query).mappings()
        )

    def put(self, link: str, lack: Lack) -> None:
        """Note that it is switched off, or that it still is; only the first is an audit entry."""
        known = self._remove(link, lack.capability)
        row = {
            "link": link,
            "name": lack.capability,
            "reason": lack.reason,
            "off_since": lack.since,
            "probe_after": lack.probe_after,
        }
        self._connection.execute(insert(capabilities).values(row))
        if not known:
            detail: Detail = {
                "capability": lack.capability,
                "reason": lack.reason,
                "instead": lack.fallback,
            }
            self._audit.append([Fact(record=f"link:{link}", action="cleo does not offer", detail=detail)])

    def drop(self, link: str, capability: Capability) -> None:
        """Note that it works again."""
        if self._remove(link, capability):
            detail: Detail = {"capability": capability}
            self._audit.append([Fact(record=f"link:{link}", action="cleo offers again", detail=detail)])

    def _remove(self, link: str, capability: Capability) -> bool:
        same = delete(capabilities).where(capabilities.c.link == link, capabilities.c.name == capability)
        return self._connection.execute(same).rowcount > 0
