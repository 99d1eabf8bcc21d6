"""What of Intacct's reference data is published to Cleo."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Final, Literal, Self, get_args

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from ml_connector.config.fields import Duration
from ml_connector.mapping.reference.tables import TABLES, TAX_ID, TableName
from ml_connector.mapping.rules.toml_reading import Model

_NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,60}")


def _read_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _check_name(name: str) -> str:
    if _NAME.fullmatch(name):
        return name
    raise ValueError('write a name of letters, digits, ".", "_" and "-", such as "INTACCT_Vendors"')


def _check_some(values: tuple[str, ...]) -> tuple[str, ...]:
    if values and len(set(values)) == len(values):
        return values
    raise ValueError("name at least one, and each once")


Texts = Annotated[tuple[str, ...], BeforeValidator(_read_tuple)]
TableNames = Annotated[tuple[TableName, ...], BeforeValidator(_read_tuple), AfterValidator(_check_some)]
Forms = Annotated[
    tuple[Literal["csv", "jsonl"], ...], BeforeValidator(_read_tuple), AfterValidator(_check_some)
]
FileName = Annotated[str, AfterValidator(_check_name)]


class PartnersSettings(Model):
    """Where Cleo tells us of trading partners."""

    folder: str = "/reference/inbound"  #: lists of partners and exported tables are taken from here
    archive: str = "/reference/archive"  #: and moved there once they are stored
    connections: bool = True  #: the tenant's connections are compared too
    ignore: Texts = ()  #: aliases of connections that are no partners, with * and ?


class PublishSettings(Model):
    """Files of reference data in a folder of Cleo."""

    folder: str = "/reference"
    kinds: TableNames = ("vendors", "accounts", "dimensions")
    forms: Forms = ("csv",)
    names: dict[TableName, FileName] = Field(default_factory=dict)  #: of tables called otherwise than usual
    columns: dict[TableName, Texts] = Field(default_factory=dict)  #: between erp_key and op
    active_only: bool = False  #: leave out what is not active
    vendor_types: Texts = ()  #: only vendors of these types; all when empty
    tax_id: bool = False  #: with the tax ids of vendors, in clear
    spreadsheet_safe: bool = True  #: no cell of a CSV file is taken for a formula
    full_every: Duration = timedelta(days=7)  #: how often all rows are sent, not only what changed
    run_action: str = ""  #: alias of an action in Cleo to run afterwards
    create_connection: bool = False  #: a connection in Cleo for each trading partner; it may cost money

    def name_file(self, table: TableName) -> str:
        """How the files of a table begin."""
        return self.names.get(table, TABLES[table].file)

    @model_validator(mode="after")
    def check_tables(self) -> Self:
        names = [self.name_file(table) for table in get_args(TableName)]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"names: {twice[0]!r} is there twice; give each table a name of its own")
        for problem in self._find_problems():
            raise ValueError(problem)
        return self

    def _find_problems(self) -> Iterator[str]:
        for table, columns in self.columns.items():
            known = [column.name for column in TABLES[table].columns]
            for name in columns:
                if name not in known:
                    yield f"columns.{table}: no column {name!r}; there are: {', '.join(known)}"
                if name == TAX_ID and not self.tax_id:
                    yield f"columns.{table}: {TAX_ID} is published only with tax_id = true"
            if len(set(columns)) < len(columns):
                yield f"columns.{table}: a column is there twice; name each once"
