"""What a line can be told apart by: locations and entities, departments, classes, projects, warehouses."""

import datetime as dt
from dataclasses import dataclass
from typing import Annotated, ClassVar

from ml_connector.intacct.objects.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Location(Record):
    """A location; an entity is one as well."""

    OBJECT: ClassVar[str] = "LOCATION"

    location_id: Annotated[str, "LOCATIONID"]
    name: Annotated[str, "NAME"]
    parent_id: Annotated[str, "PARENTID"]
    status: Annotated[str, "STATUS"]
    currency: Annotated[str, "CURRENCY"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity(Record):
    """A legal entity of a company; `Location` has it as well."""

    OBJECT: ClassVar[str] = "LOCATIONENTITY"

    entity_id: Annotated[str, "LOCATIONID"]
    name: Annotated[str, "NAME"]
    status: Annotated[str, "STATUS"]
    currency: Annotated[str, "CURRENCY"]  #: its base currency
    start: Annotated[dt.date | None, "STARTDATE"]
    end: Annotated[dt.date | None, "ENDDATE"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Department(Record):
    """A department."""

    OBJECT: ClassVar[str] = "DEPARTMENT"

    department_id: Annotated[str, "DEPARTMENTID"]
    name: Annotated[str, "TITLE"]
    parent_id: Annotated[str, "PARENTID"]
    status: Annotated[str, "STATUS"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassDim(Record):
    """The dimension Intacct calls class."""

    OBJECT: ClassVar[str] = "CLASS"

    class_id: Annotated[str, "CLASSID"]
    name: Annotated[str, "NAME"]
    parent_id: Annotated[str, "PARENTID"]
    status: Annotated[str, "STATUS"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Project(Record):
    """A project."""

    OBJECT: ClassVar[str] = "PROJECT"

    project_id: Annotated[str, "PROJECTID"]
    name: Annotated[str, "NAME"]
    parent_id: Annotated[str, "PARENTID"]
    status: Annotated[str, "STATUS"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Warehouse(Record):
    """Where items are kept; lines of inventory items must name one."""

    OBJECT: ClassVar[str] = "WAREHOUSE"

    warehouse_id: Annotated[str, "WAREHOUSEID"]
    name: Annotated[str, "NAME"]
    location_id: Annotated[str, "LOCATIONID"]
    status: Annotated[str, "STATUS"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DimensionValue:
    """A value of a dimension of the company's own; lines name it by its number."""

    value_no: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """A dimension of this company, as `getDimensions` lists it (Intacct documentation, 'Dimensions')."""

    object: str  #: its name in the API
    label: str  #: as the company calls it
    is_user_defined: bool
    is_in_ledger: bool
