"""Connections and what went over them, as verbs."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from typing import Any, Final

from ml_connector.cleo.address import fill
from ml_connector.cleo.caller import JSON_GIVEN, JSON_WANTED, Caller
from ml_connector.cleo.entries import read_connection, read_transfer
from ml_connector.cleo.members import put
from ml_connector.cleo.objects import Connection, ConnectionDraft, Purpose, Transfer
from ml_connector.cleo.profile import ConnectionsProfile
from ml_connector.cleo.query import write_filter
from ml_connector.cleo.wire import Request


class ConnectionVerbs:
    """What can be done with connections."""

    _caller: Caller

    def list_connections(self, where: str = "") -> tuple[Connection, ...]:
        """The connections, each once; `where` is a filter in Cleo's words, such as `alias sw "d"`.

        Where this tenant cannot filter, all of them come.
        """
        request = self._request_list()
        return self._caller.list_where(request, self._reader(request), where=where)

    def find_connection(self, *, external_id: str = "", alias: str = "") -> Connection | None:
        """The connection with this key of an outside system or, when there is none, with this alias."""
        fields = self._caller.profile.connections.fields
        template = self._caller.profile.filter.equal
        request = self._request_list()
        read = self._reader(request)
        found: Connection | None = None
        if external_id:
            found = self._caller.find(
                request,
                read,
                where=write_filter(template, fields.external_id, external_id),
                fits=lambda each: each.external_id == external_id,
            )
        if found is None and alias:
            found = self._caller.find(
                request,
                read,
                where=write_filter(template, fields.alias, alias),
                fits=lambda each: each.alias == alias,
            )
        return found

    def create_connection(self, draft: ConnectionDraft) -> Connection:
        """Create a connection; Cleo fills in what the draft leaves out.

        Raises Conflict when there is one of this alias, Ambiguous when the outcome is unclear
        (`find_connection` settles it).
        """
        names = self._caller.profile.connections
        request = Request(
            purpose=Purpose.CREATE_CONNECTION,
            method=names.create_method,
            url=self._caller.locate(names.list),
            key="connections.list",
            headers=JSON_GIVEN,
            body=_write(draft, {}, names),
            writes=True,
        )
        return self._reader(request)(self._caller.ask(request, ok=names.ok))

    def update_connection(self, connection: Connection, draft: ConnectionDraft) -> Connection:
        """Change what the draft names and leave the rest: the connection is read anew and written back whole.

        What somebody else changes in between is lost: Cleo knows no condition for a write.
        """
        names = self._caller.profile.connections
        path = fill(names.item, connection_id=connection.id)
        url = self._caller.locate(connection.self_href or path)
        read = Request(
            purpose=Purpose.READ_CONNECTION,
            method="GET",
            url=url,
            key="connections.item",
            headers=JSON_WANTED,
        )
        whole = {name: value for name, value in self._caller.ask(read).items() if name not in names.computed}
        write = Request(
            purpose=Purpose.UPDATE_CONNECTION,
            method=names.update_method,
            url=url,
            key="connections.item",
            headers=JSON_GIVEN,
            body=_write(draft, whole, names),
        )
        return self._reader(write)(self._caller.ask(write, ok=names.ok))

    def list_transfers(self, connection: Connection) -> tuple[Transfer, ...]:
        """What was transmitted over a connection."""
        names = self._caller.profile
        path = fill(names.connections.transfers, connection_id=connection.id)
        request = Request(
            purpose=Purpose.LIST_TRANSFERS,
            method="GET",
            url=self._caller.locate(connection.transfers_href or path),
            key="connections.transfers",
        )
        return self._caller.list(request, partial(read_transfer, request, names=names.transfers.fields))

    def _request_list(self) -> Request:
        return Request(
            purpose=Purpose.LIST_CONNECTIONS,
            method="GET",
            url=self._caller.locate(self._caller.profile.connections.list),
            key="connections.list",
        )

    def _reader(self, request: Request) -> "partial[Connection]":
        return partial(read_connection, request, names=self._caller.profile.connections)


def _write(draft: ConnectionDraft, whole: Mapping[str, Any], names: ConnectionsProfile) -> bytes:
    document = dict(whole)
    fields: Final = asdict(names.fields)
    for name, value in asdict(draft).items():
        if value is not None:
            put(document, fields[name], value)
    return json.dumps(document).encode("ascii")
