"""How log-ins to accounts of Cleo went, for all who use an account."""

import hmac
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, insert, select, update

from ml_connector.cleo.accounts import Refusal
from ml_connector.store.tables import cleo_accounts


class CleoAccounts:
    """Of credentials only a hash under the installation's key is kept."""

    def __init__(self, connection: Connection, *, key: bytes) -> None:
        self._connection = connection
        self._key = key

    def find_refusal(self, host: str, username: str, proof: bytes) -> Refusal | None:
        """The last refusal of an account, if it was one of the same credentials."""
        query = select(cleo_accounts).where(*_is(host, username))
        row = self._connection.execute(query).one_or_none()
        if row is None or row.refused_at is None or not hmac.compare_digest(row.proof, self._hash(proof)):
            return None
        at: datetime = row.refused_at
        return Refusal(at=at, proof=proof, reason=row.reason)

    def keep_refusal(self, host: str, username: str, refusal: Refusal) -> None:
        self._demand_row(host, username)
        values = {"refused_at": refusal.at, "proof": self._hash(refusal.proof), "reason": refusal.reason}
        self._connection.execute(update(cleo_accounts).where(*_is(host, username)).values(values))

    def take_step(self, host: str, username: str, step: int) -> bool:
        """Whether no code of this step of time, or a later one, was sent before; from now on one was."""
        self._demand_row(host, username)
        later = update(cleo_accounts).where(*_is(host, username), cleo_accounts.c.totp_step < step)
        return self._connection.execute(later.values(totp_step=step)).rowcount == 1

    def _demand_row(self, host: str, username: str) -> None:
        query = select(cleo_accounts.c.host).where(*_is(host, username))
        if self._connection.execute(query).one_or_none() is None:
            row = {"host": host, "username": username, "proof": "", "reason": "", "totp_step": 0}
            self._connection.execute(insert(cleo_accounts).values(row))

    def _hash(self, proof: bytes) -> str:
        return hmac.digest(self._key, b"cleo account\0" + proof, "sha256").hex()


def _is(host: str, username: str) -> tuple[ColumnElement[bool], ...]:
    return (cleo_accounts.c.host == host, cleo_accounts.c.username == username)
