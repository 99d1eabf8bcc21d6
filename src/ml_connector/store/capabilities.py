"""What a Cleo tenant has turned out not to offer, by link."""

from sqlalchemy import Connection, RowMapping, delete, insert, select

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
        return tuple(lack for of, lack in self.list_all() if of == link)

    def list_all(self) -> tuple[tuple[str, Lack], ...]:
        """All that are switched off for any link, each with the link."""
        query = select(capabilities).order_by(capabilities.c.link, capabilities.c.name)
        return tuple((row["link"], _read_lack(row)) for row in self._connection.execute(query).mappings())

    def put(self, link: str, lack: Lack) -> None:
        """Note that it is switched off, or that it still is; only the first is an audit entry."""
        known = self._remove(link, lack.capability)
        row = {
            "link": link,
            "name": lack.capability,
            "reason": lack.reason,
            "off_since": lack.since,
            "probe_after": lack.probe_after,
            "shape": lack.shape,
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


def _read_lack(row: RowMapping) -> Lack:
    return Lack(
        capability=Capability(row["name"]),
        reason=row["reason"],
        since=row["off_since"],
        probe_after=row["probe_after"],
        shape=row["shape"],
    )
