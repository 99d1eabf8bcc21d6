"""What the simulated companies hold, in one SQLite file that survives being killed at any moment."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from mlc_sim.intacct.tables import make_tables
from mlc_sim.intacct.tallies import Findings, Tally, write_first_count

#: A record's fields by their Intacct names; values are kept text (see values.py), an empty field is absent.
Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """Who may call, and how the company is built."""

    id: str
    sender_id: str
    users: Mapping[str, str]  #: user id -> password
    entities: tuple[str, ...] = ()  #: location ids; none is a company with a single entity
    base_currency: str = "USD"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One API session, bound to an entity (empty: top level)."""

    id: str
    company_id: str
    sender_id: str
    user_id: str
    entity: str
    expires: datetime


def _fold(value: str | float | None) -> str | float | None:
    return value.casefold() if isinstance(value, str) else value


def _write_body(fields: Fields) -> str:
    return json.dumps({name: value for name, value in fields.items() if value and name != "MEGAENTITYID"})


class Store:
    """One connection. Not for several threads at once: whoever shares it holds a lock."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=60)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute(
            "PRAGMA synchronous = NORMAL"
        )  # a killed process loses nothing; a power cut is not simulated
        is_counted = self._db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'tally'").fetchone()
        make_tables(self._db)
        if not is_counted:
            self._db.executescript(write_first_count())
        self._db.create_function("fold", 1, _fold, deterministic=True)
        self.findings = Findings()

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; within another transaction, that one decides."""
        if self._db.in_transaction:
            yield
            return
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            self.findings.forget()
            raise
        self._db.execute("COMMIT")

    # -- who may call

    def put_company(self, company: Company, *, sender_password: str) -> None:
        profile = {
            "sender_id": company.sender_id,
            "users": dict(company.users),
            "entities": company.entities,
            "base_currency": company.base_currency,
        }
        self._db.execute("INSERT OR REPLACE INTO sender VALUES (?, ?)", (company.sender_id, sender_password))
        self._db.execute("INSERT OR REPLACE INTO company VALUES (?, ?)", (company.id, json.dumps(profile)))

    def find_company(self, company_id: str) -> Company | None:
        row = self._db.execute("SELECT profile FROM company WHERE id = ?", (company_id,)).fetchone()
        if row is None:
            return None
        profile = json.loads(row[0])
        return Company(id=company_id, **{**profile, "entities": tuple(profile["entities"])})

    def find_company_ids(self) -> list[str]:
        return [row[0] for row in self._db.execute("SELECT id FROM company ORDER BY id")]

    def find_sender_password(self, sender_id: str) -> str | None:
        row = self._db.execute("SELECT password FROM sender WHERE id = ?", (sender_id,)).fetchone()
        return None if row is None else str(row[0])

    def put_session(self, session: Session) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO session VALUES (?, ?, ?, ?, ?, ?)",
            (
                session.id,
                session.company_id,
                session.sender_id,
                session.user_id,
                session.entity,
                session.expires.isoformat(),
            ),
        )

    def find_session(self, session_id: str) -> Session | None:
        row = self._db.execute(
            "SELECT company, sender, user, entity, expires FROM session WHERE id = ?", (session_id,)
        ).fetchone()
        if row is None:
            return None
        company, sender, user, entity, expires = row
        return Session(
            id=session_id,
            company_id=company,
            sender_id=sender,
            user_id=user,
            entity=entity,
            expires=datetime.fromisoformat(expires),
        )

    def drop_sessions(self, company_id: str) -> None:
        self._db.execute("DELETE FROM session WHERE company = ?", (company_id,))

    def put_setting(self, company_id: str, value: Mapping[str, Any]) -> None:
        """Settings of a company; of the simulator itself under the empty id."""
        self._db.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (company_id, json.dumps(value)))

    def find_setting(self, company_id: str) -> dict[str, Any]:
        row = self._db.execute("SELECT value FROM setting WHERE company = ?", (company_id,)).fetchone()
        return {} if row is None else dict(json.loads(row[0]))

    # -- the memory of completed functions

    def remember(self, company_id: str, control_id: str, *, at: datetime) -> None:
        row = (company_id, control_id, at.isoformat())
        self._db.execute("INSERT OR REPLACE INTO memory VALUES (?, ?, ?)", row)

    def find_completion(self, company_id: str, control_id: str) -> datetime | None:
        """When the function was last completed; None if it never was."""
        row = self._db.execute(
            "SELECT completed FROM memory WHERE company = ? AND control_id = ?", (company_id, control_id)
        ).fetchone()
        return None if row is None else datetime.fromisoformat(row[0])

    # -- records

    def put_records(self, company_id: str, object_name: str, rows: Iterable[tuple[str, Fields]]) -> None:
        """Insert or replace master records by their id; a record keeps its number."""
        for key, fields in rows:
            self._db.execute(
                "INSERT INTO record VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (company, object, id)"
                " DO UPDATE SET entity = excluded.entity, body = excluded.body",
                (
                    company_id,
                    object_name,
                    self.next_number(company_id, object_name),
                    key,
                    fields.get("MEGAENTITYID") or None,
                    _write_body(fields),
                ),
            )

    def add_records(
        self, company_id: str, object_name: str, rows: Iterable[tuple[str, Fields]], count: int
    ) -> None:
        """Insert so many new master records at once. Raises ValueError where an id is taken."""
        numbers = self._reserve(company_id, object_name, count)
        made = (
            (company_id, object_name, number, key, fields.get("MEGAENTITYID") or None, _write_body(fields))
            for number, (key, fields) in zip(numbers, rows, strict=True)
        )
        try:
            self._db.executemany("INSERT INTO record VALUES (?, ?, ?, ?, ?, ?)", made)
        except sqlite3.IntegrityError as error:
            raise ValueError(f"an id of {object_name} is taken: {error}") from None

    def add_bills(self, company_id: str, rows: Iterable[tuple[Fields, Fields]], count: int) -> None:
        """Insert so many new bills of one line each, at the top level, at once."""
        numbers = self._reserve(company_id, "APBILL", count)
        line_numbers = self._reserve(company_id, "APBILLITEM", count)
        lines = []
        for number, line_no, (header, line) in zip(numbers, line_numbers, rows, strict=True):
            row = (company_id, number, header["VENDORID"], header.get("RECORDID"), None, _write_body(header))
            self._db.execute("INSERT INTO bill VALUES (?, ?, ?, ?, ?, ?)", row)
            lines.append((company_id, line_no, number, None, _write_body({"LINE_NO": "1", **line})))
        self._db.executemany("INSERT INTO bill_line VALUES (?, ?, ?, ?, ?)", lines)

    def find_record(self, company_id: str, object_name: str, key: str) -> Fields | None:
        """A master record by its id, spelled exactly; with its RECORDNO, and its entity if it is private to one."""
        row = self._db.execute(
            "SELECT record_no, entity, body FROM record WHERE company = ? AND object = ? AND id = ?",
            (company_id, object_name, key),
        ).fetchone()
        if row is None:
            return None
        number, entity, body = row
        return {"RECORDNO": str(number), **({"MEGAENTITYID": entity} if entity else {}), **json.loads(body)}

    def put_bill(self, company_id: str, entity: str, header: Fields, lines: Iterable[Fields]) -> int:
        """Store a new bill with its lines; returns its RECORDNO."""
        number = self.next_number(company_id, "APBILL")
        self._db.execute(
            "INSERT INTO bill VALUES (?, ?, ?, ?, ?, ?)",
            (
                company_id,
                number,
                header["VENDORID"],
                header.get("RECORDID") or None,
                entity or None,
                _write_body(header),
            ),
        )
        for position, line in enumerate(lines, 1):
            self._db.execute(
                "INSERT INTO bill_line VALUES (?, ?, ?, ?, ?)",
                (
                    company_id,
                    self.next_number(company_id, "APBILLITEM"),
                    number,
                    entity or None,
                    _write_body({"LINE_NO": str(position), **line}),
                ),
            )
        return number

    def find_bills(self, company_id: str, vendor_id: str, number: str) -> list[dict[str, Any]]:
        """Bills as stored, lines under APBILLITEMS, in the order they came. Empty arguments match all."""
        asked = {"company": company_id, "vendor_id": vendor_id, "number": number}
        chosen = {name: value for name, value in asked.items() if value}
        where = " AND ".join(f"{name} = :{name}" for name in chosen) or "1"
        select = "SELECT company, record_no, entity, body FROM bill WHERE"
        rows = self.select(f"{select} {where} ORDER BY company, record_no", chosen)
        return [
            {
                "COMPANYID": company,
                "RECORDNO": record_no,
                "MEGAENTITYID": entity or "",
                **json.loads(body),
                "APBILLITEMS": self._find_lines(company, record_no),
            }
            for company, record_no, entity, body in rows
        ]

    def _find_lines(self, company_id: str, bill_no: int) -> list[dict[str, Any]]:
        rows = self._db.execute(
            "SELECT record_no, body FROM bill_line WHERE company = ? AND bill_no = ? ORDER BY record_no",
            (company_id, bill_no),
        )
        return [{"RECORDNO": record_no, **json.loads(body)} for record_no, body in rows]

    def next_number(self, company_id: str, object_name: str) -> int:
        """The next RECORDNO of an object; a number is never given twice."""
        return self._reserve(company_id, object_name, 1)[0]

    def _reserve(self, company_id: str, object_name: str, count: int) -> range:
        """The next so many numbers."""
        (row,) = self._db.execute(
            "INSERT INTO last_number VALUES (?, ?, ?)"
            " ON CONFLICT (company, object) DO UPDATE SET value = value + excluded.value RETURNING value",
            (company_id, object_name, count),
        )
        return range(row[0] - count + 1, row[0] + 1)

    def read_tally(self, company_id: str, object_name: str) -> Tally:
        """How many records of an object there are."""
        rows = self._db.execute(
            "SELECT entity, rows, version FROM tally WHERE company = ? AND object = ?",
            (company_id, object_name),
        ).fetchall()
        return Tally(rows={row[0]: row[1] for row in rows}, version=sum(row[2] for row in rows))

    def select(self, statement: str, values: Sequence[Any] | Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """The rows of a SELECT; `fold` in it makes texts equal that differ in case only."""
        return self._db.execute(statement, values).fetchall()

    def change(self, statement: str, values: Sequence[Any]) -> int:
        """Execute an INSERT, UPDATE or DELETE; returns how many rows it touched."""
        return self._db.execute(statement, values).rowcount
