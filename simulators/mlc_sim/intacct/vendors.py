"""Creating a VENDOR, with the checks of the Intacct documentation, "Vendors"."""

from datetime import datetime
from typing import Final

from mlc_sim.intacct.company_types import find_type
from mlc_sim.intacct.dimensions import Books, refuse, report_taken
from mlc_sim.intacct.posting import missing, wrap
from mlc_sim.intacct.problems import FunctionError, Problem
from mlc_sim.intacct.settings import Settings
from mlc_sim.intacct.store import Fields
from mlc_sim.intacct.values import keep_moment

_REQUIRED: Final = ("VENDORID", "NAME")


def create_vendor(form: Fields, books: Books, settings: Settings, now: datetime) -> str:
    """Store a vendor, children of its objects under dotted names, and return its id.

    Raises FunctionError with all its problems, the general one last.
    """
    if settings.vendor_sequence and not form.get("VENDORID"):
        number = books.store.next_number(books.company.id, f"SEQUENCE {settings.vendor_sequence}")
        form = {**form, "VENDORID": f"{settings.vendor_sequence}{number:04d}"}
    key = form.get("VENDORID", "")
    problems = check_vendor(form, books, settings)
    if not form.get("DISPLAYCONTACT.PRINTAS"):
        problems.append(missing("DISPLAYCONTACT.PRINTAS"))
    if books.store.find_record(books.company.id, "VENDOR", key):
        problems.append(report_taken("Vendor", key))
    if problems:
        raise FunctionError(*problems, wrap("vendor"))
    made = {"WHENCREATED": keep_moment(now), "WHENMODIFIED": keep_moment(now), "MEGAENTITYID": books.entity}
    if settings.vendor_approvals:
        made["STATE"] = "Submitted"
    books.store.put_records(books.company.id, "VENDOR", [(key, complete_vendor({**form, **made}))])
    return key


def check_vendor(form: Fields, books: Books, settings: Settings) -> list[Problem]:
    """All that is wrong with a vendor, new or changed."""
    known = find_type("VENDOR", settings).fields
    problems = [missing(name) for name in _REQUIRED if not form.get(name)]
    problems += [refuse(f"Invalid field {name} specified.") for name in form if name not in known]
    if form.get("STATUS", "active") not in {"active", "inactive"}:
        problems.append(refuse(f"Invalid value '{form['STATUS']}' for STATUS; one of active, inactive."))
    if form.get("TERMNAME"):
        problems += books.check("APTERM", "Term", form["TERMNAME"])
    if form.get("PARENTID"):
        problems += books.check("VENDOR", "Vendor", form["PARENTID"])
    return problems


def complete_vendor(fields: Fields) -> Fields:
    """A vendor with what the system adds: active, not on hold, and the name of its display contact."""
    contact = f"{fields.get('NAME', '')}(V{fields['VENDORID']})"
    return {"STATUS": "active", "ONHOLD": "false", "DISPLAYCONTACT.CONTACTNAME": contact, **fields}
