"""Many records at once, as if people had entered them: for measurements and campaigns. The way is our own.

A value may hold {n}, the number of the record from `first` on; of a list of values each record takes the next.
Names are checked, the rules of the application are not.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from mlc_sim.intacct.by_hand import stamp_new
from mlc_sim.intacct.catalogue import OBJECTS, ObjectType
from mlc_sim.intacct.dimensions import Books
from mlc_sim.intacct.store import Fields
from mlc_sim.intacct.vendors import complete_vendor

_BILL: Final = {
    "STATE": "Posted",
    "RECORDTYPE": "apbill",
    "MODULEKEY": "3.AP",
    "ONHOLD": "false",
    **dict.fromkeys(("TOTALPAID", "TRX_TOTALPAID", "TOTALSELECTED", "TRX_TOTALSELECTED"), "0"),
}


def enter_many(books: Books, asked: Mapping[str, Any], now: datetime) -> int:
    """Enter `count` records of `object` with `fields`, bills with `lines`; returns how many.

    Raises ValueError, KeyError or TypeError for another shape, a name that is no field or an id that is taken.
    """
    object_type = OBJECTS[asked["object"]]
    first, count = int(asked.get("first", 1)), int(asked["count"])
    rows = _write_rows(asked["fields"], object_type, range(first, first + count))
    stamps = stamp_new(object_type, now)
    stamped = ({**row, **stamps} for row in rows)
    if object_type.table == "record":
        complete = (complete_vendor(row) if object_type.name == "VENDOR" else row for row in stamped)
        active = ((row[object_type.key], {"STATUS": "active", **row}) for row in complete)
        books.store.add_records(books.company.id, object_type.name, active, count)
    elif object_type.name == "APBILL":
        lines = list(_write_rows(asked["lines"][0], OBJECTS["APBILLITEM"], range(first, first + count)))
        bills = (_complete_bill(row, line, books) for row, line in zip(stamped, lines, strict=True))
        books.store.add_bills(books.company.id, bills, count)
    else:
        raise ValueError(f"{object_type.name} is entered one by one")
    return count


def _write_rows(
    template: Mapping[str, str | Sequence[str]], object_type: ObjectType, numbers: range
) -> Iterator[dict[str, str]]:
    unknown = template.keys() - object_type.fields.keys()
    if unknown:
        raise ValueError(f"{object_type.name} has no field {', '.join(sorted(unknown))}")
    plans = [(name, [value] if isinstance(value, str) else list(value)) for name, value in template.items()]
    for number in numbers:
        yield {name: values[number % len(values)].replace("{n}", str(number)) for name, values in plans}


def _complete_bill(row: Fields, line: Fields, books: Books) -> tuple[Fields, Fields]:
    amount = line["TRX_AMOUNT"]
    header = {
        **_BILL,
        "CURRENCY": books.company.base_currency,
        "BASECURR": books.company.base_currency,
        **dict.fromkeys(("TOTALENTERED", "TRX_TOTALENTERED", "TOTALDUE", "TRX_TOTALDUE"), amount),
        "WHENPOSTED": row["WHENCREATED"],
        "AUWHENCREATED": row["WHENMODIFIED"],
        **row,
    }
    same = {name: header[name] for name in ("CURRENCY", "BASECURR", "STATE", "WHENMODIFIED")}
    return header, {**line, **same, "AMOUNT": amount}
