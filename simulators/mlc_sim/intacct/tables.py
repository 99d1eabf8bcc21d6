"""The tables a gateway remembers in, and the indexes that keep a million bills as quick to find as one."""

import sqlite3
from typing import Final

from mlc_sim.intacct.tallies import write_triggers

TABLES: Final = """
CREATE TABLE IF NOT EXISTS sender (id TEXT PRIMARY KEY, password TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS company (id TEXT PRIMARY KEY, profile TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS setting (company TEXT, value TEXT NOT NULL, PRIMARY KEY (company));
CREATE TABLE IF NOT EXISTS session (
  id TEXT PRIMARY KEY, company TEXT NOT NULL, sender TEXT NOT NULL, user TEXT NOT NULL, entity TEXT NOT NULL,
  expires TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS memory (
  company TEXT, control_id TEXT, completed TEXT NOT NULL, PRIMARY KEY (company, control_id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS last_number (company TEXT, object TEXT, value INTEGER NOT NULL, PRIMARY KEY (company, object));
CREATE TABLE IF NOT EXISTS record (
  company TEXT, object TEXT, record_no INTEGER, id TEXT NOT NULL, entity TEXT, body TEXT NOT NULL,
  PRIMARY KEY (company, object, record_no), UNIQUE (company, object, id));
CREATE TABLE IF NOT EXISTS bill (
  company TEXT, record_no INTEGER, vendor_id TEXT, number TEXT, entity TEXT, body TEXT NOT NULL,
  PRIMARY KEY (company, record_no));
CREATE INDEX IF NOT EXISTS bill_number ON bill (company, vendor_id, number);
CREATE TABLE IF NOT EXISTS bill_line (
  company TEXT, record_no INTEGER, bill_no INTEGER NOT NULL, entity TEXT, body TEXT NOT NULL,
  PRIMARY KEY (company, record_no));
CREATE INDEX IF NOT EXISTS bill_line_bill ON bill_line (company, bill_no);
CREATE TABLE IF NOT EXISTS entry (
  company TEXT, object TEXT, record_no INTEGER, key TEXT, parent INTEGER, entity TEXT, body TEXT NOT NULL,
  PRIMARY KEY (company, object, record_no));
CREATE INDEX IF NOT EXISTS entry_key ON entry (company, object, key);
CREATE INDEX IF NOT EXISTS entry_parent ON entry (company, object, parent);
CREATE TABLE IF NOT EXISTS result_set (
  id TEXT PRIMARY KEY, company TEXT NOT NULL, owner TEXT NOT NULL, object TEXT NOT NULL, expires TEXT NOT NULL,
  body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS result_page (
  id TEXT, page INTEGER, numbers TEXT NOT NULL, PRIMARY KEY (id, page)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tally (
  company TEXT, object TEXT, entity TEXT, rows INTEGER NOT NULL, version INTEGER NOT NULL,
  PRIMARY KEY (company, object, entity)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS bill_seen ON bill (company, entity, record_no);
CREATE INDEX IF NOT EXISTS bill_by_number ON bill (company, number);
CREATE INDEX IF NOT EXISTS record_seen ON record (company, object, entity, record_no);
""" + write_triggers()

#: table -> what tells one object of a company; these keep their WHENMODIFIED as the column `modified` besides.
STAMPED: Final = {"bill": "company", "record": "company, object", "entry": "company, object"}


def make_tables(db: sqlite3.Connection) -> None:
    """Make what is not there yet; a file of an earlier time gets what it lacks.

    The index on `modified` has all that a count of changed rows looks at, so that no row itself is read for it.
    """
    db.executescript(TABLES)
    for table, object_ in STAMPED.items():
        if all(row[1] != "modified" for row in db.execute(f"PRAGMA table_xinfo({table})")):
            db.execute(
                f"ALTER TABLE {table} ADD COLUMN modified TEXT AS (json_extract(body, '$.\"WHENMODIFIED\"')) VIRTUAL"
            )
        db.execute(f"DROP INDEX IF EXISTS {table}_modified")  # of an earlier time
        db.execute(
            f"CREATE INDEX IF NOT EXISTS {table}_changed ON {table} ({object_}, modified, entity, record_no)"
        )
