"""The ids a bill line may name, looked up in the company: each must exist, be active, and be spelled exactly."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from mlc_sim.intacct.problems import Problem
from mlc_sim.intacct.store import Company, Fields, Store

#: field of a line -> (object it names, its word in messages). The last one is not simulated: no such record exists.
DIMENSIONS: Final[Mapping[str, tuple[str, str]]] = {
    "LOCATIONID": ("LOCATION", "Location"),
    "DEPARTMENTID": ("DEPARTMENT", "Department"),
    "CLASSID": ("CLASS", "Class"),
    "PROJECTID": ("PROJECT", "Project"),
    "VENDORID": ("VENDOR", "Vendor"),
    "CUSTOMERID": ("CUSTOMER", "Customer"),
    "EMPLOYEEID": ("EMPLOYEE", "Employee"),
    "ITEMID": ("ITEM", "Item"),
    "WAREHOUSEID": ("WAREHOUSE", "Warehouse"),
    "TASKID": ("TASK", "Task"),
}
#: flag of an account -> the line's field it makes mandatory
REQUIREMENTS: Final = {
    "REQUIREDEPT": "DEPARTMENTID",
    "REQUIRELOC": "LOCATIONID",
    "REQUIREPROJECT": "PROJECTID",
    "REQUIRECLASS": "CLASSID",
    "REQUIREVENDOR": "VENDORID",
    "REQUIRECUSTOMER": "CUSTOMERID",
    "REQUIREEMPLOYEE": "EMPLOYEEID",
    "REQUIREITEM": "ITEMID",
    "REQUIRETASK": "TASKID",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """One company as a posting sees it, from the top level or from within an entity."""

    store: Store
    company: Company
    entity: str

    def find(self, object_name: str, key: str) -> Fields | None:
        """A record this session may use: shared, or of its own entity."""
        record = self.store.find_record(self.company.id, object_name, key)
        owner = record.get("MEGAENTITYID", "") if record else ""
        return record if not (self.entity and owner) or owner == self.entity else None

    def check(self, object_name: str, word: str, key: str) -> list[Problem]:
        """Why a record cannot be named; nothing when it can."""
        record = self.find(object_name, key)
        if record is None:
            return [refuse(f"Invalid {word} '{key}' specified.")]
        if record.get("STATUS", "active") != "active":
            return [refuse(f"{word} '{key}' is inactive.")]  # inferred text
        return []

    def has_number(self, object_name: str, number: str) -> bool:
        """Whether there is a record of this RECORDNO."""
        found = self.store.select(
            "SELECT 1 FROM record WHERE company = ? AND object = ? AND record_no = ?",
            (self.company.id, object_name, number),
        )
        return bool(found)

    def entity_of(self, location_id: str) -> str:
        """The entity a location lies in: the topmost of its parents. Empty in a company with a single entity."""
        seen: set[str] = set()
        while location_id and location_id not in self.company.entities and location_id not in seen:
            seen.add(location_id)
            location = self.store.find_record(self.company.id, "LOCATION", location_id) or {}
            location_id = location.get("PARENTID", "")
        return location_id if location_id in self.company.entities else ""


def refuse(text: str) -> Problem:
    """The general business error, with its text."""
    return Problem(errorno="BL01001973", description2=text)


def report_taken(word: str, key: str) -> Problem:
    """An id that another record has."""
    return Problem(
        errorno="BL34000061",
        description2=f"Another {word} with the given value(s) {key}  already exists",
        correction="Use a unique value instead.",
    )


def report_missing(text: str) -> Problem:
    """A value that is missing or in the wrong form."""
    return Problem(errorno="BL03000018", description2=text)
