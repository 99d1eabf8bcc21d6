"""The one catalogue of tables, and how it names keys and indexes."""

from typing import Final

from sqlalchemy import BigInteger, Integer, MetaData

metadata: Final = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)

#: SQLite numbers rows by itself only in an INTEGER key.
ID: Final = BigInteger().with_variant(Integer, "sqlite")
