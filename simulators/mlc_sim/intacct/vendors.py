"""Creating a VENDOR, with the checks of the Intacct documentation, "Vendors"."""

from datetime import datetime
from typing import Final

from mlc_sim.intacct.catalogue import OBJECTS
from mlc_sim.intacct.dimensions import Books, refuse, report_missing
from mlc_sim.intacct.problems import FunctionError, Problem
from mlc_sim.intacct.store import Fields
from mlc_sim.intacct.values import keep_moment

_REQUIRED: Final = ("VENDORID", "NAME", "DISPLAYCONTACT.PRINTAS")
_WRAPPER: Final = Problem(
    errorno="BL01001973",
    description2="Could not create vendor record.",
    correction="Check the transaction for errors or inconsistencies, then try again.",
)


def create_vendor(form: Fields, books: Books, now: datetime) -> str:
    """Store a vendor, children of its objects under dotted names, and return its id.

    Raises FunctionError with all its problems, the general one last.
    """
    key = form.get("VENDORID", "")
    problems = [
        report_missing(f"Required field {name} is missing.") for name in _REQUIRED if not form.get(name)
    ]
    problems += [
        refuse(f"Invalid field {name} specified.") for name in form if name not in OBJECTS["VENDOR"].fields
    ]
    if form.get("STATUS", "active") not in {"active", "inactive"}:
        problems.append(refuse(f"Invalid value '{form['STATUS']}' for STATUS; one of active, inactive."))
    if form.get("TERMNAME"):
        problems += books.check("APTERM", "Term", form["TERMNAME"])
    if form.get("PARENTID"):
        problems += books.check("VENDOR", "Vendor", form["PARENTID"])
    if books.store.find_record(books.company.id, "VENDOR", key):
        problems.append(
            Problem(
                errorno="BL34000061",
                description2=f"Another Vendor with the given value(s) {key}  already exists",
                correction="Use a unique value instead.",
            )
        )
    if problems:
        raise FunctionError(*problems, _WRAPPER)
    made = {"WHENCREATED": keep_moment(now), "WHENMODIFIED": keep_moment(now), "MEGAENTITYID": books.entity}
    books.store.put_records(books.company.id, "VENDOR", [(key, complete_vendor({**form, **made}))])
    return key


def complete_vendor(fields: Fields) -> Fields:
    """A vendor with what the system adds: active, not on hold, and the name of its display contact."""
    contact = f"{fields.get('NAME', '')}(V{fields['VENDORID']})"
    return {"STATUS": "active", "ONHOLD": "false", "DISPLAYCONTACT.CONTACTNAME": contact, **fields}
