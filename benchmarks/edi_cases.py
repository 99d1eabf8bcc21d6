"""What is measured of the EDI library, and the two baselines: one case a process, its figures as JSON.

python -m benchmarks.edi_cases CASE FILE WARM_UP_FILE
"""

import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

CHUNK: Final = 1024 * 1024


def read_chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def split_bare(path: Path) -> Iterator[list[list[str]]]:
    """The least a reader can do: the segments of each set as lists, nothing checked, `*` and `~` taken for granted."""
    rest = b""
    for chunk in read_chunks(path):
        window, done = rest + chunk, 0
        while (start := window.find(b"~ST*", done)) >= 0 and (end := window.find(b"~SE*", start)) >= 0:
            stop = window.find(b"~", end + 1)
            if stop < 0:
                break
            yield [piece.split("*") for piece in window[start + 1 : stop].decode("latin-1").split("~")]
            done = stop
        rest = window[done:]


def read_dict(rows: list[list[str]]) -> dict[str, Any]:  # noqa: C901, PLR0915  # one straight loop, as fast as can be
    """The least an invoice parser can do: a dict with exact amounts, everything taken to be where it should."""
    invoice: dict[str, Any] = {"parties": [], "references": [], "lines": [], "terms": [], "charges": []}
    total = Decimal(0)
    party: dict[str, Any] = {}
    line: dict[str, Any] = {}
    for row in rows:
        match row[0]:
            case "IT1":
                quantity, price = Decimal(row[2]), Decimal(row[4])
                ids = dict(zip(row[6::2], row[7::2], strict=False))
                line = {"number": row[1], "quantity": quantity, "unit": row[3], "price": price, "ids": ids}
                invoice["lines"].append(line)
                total += quantity * price
            case "PID":
                line["description"] = row[5]
            case "N1":
                party = {"role": row[1], "name": row[2], "qualifier": row[3], "id": row[4]}
                invoice["parties"].append(party)
            case "N3":
                party["address"] = row[1:]
            case "N4":
                party["place"] = row[1:]
            case "REF":
                invoice["references"].append((row[1], row[2]))
            case "BIG":
                invoice |= {"date": row[1], "number": row[2], "order": row[4]}
            case "ITD":
                invoice["terms"].append(row[1:])
            case "TDS":
                invoice["total"] = Decimal(row[1]).scaleb(-2)
            case "SAC":
                amount = Decimal(row[5]).scaleb(-2)
                invoice["charges"].append((row[1], row[2], amount))
                total += amount if row[1] == "C" else -amount
    invoice["agrees"] = total == invoice["total"]
    return invoice


def count_nothing(_path: Path) -> int:
    """Only the interpreter and the library: what memory is measured against."""
    import ml_connector.edi  # noqa: F401  # the import is the case

    return 0


def count_bare(path: Path) -> int:
    return sum(1 for _ in split_bare(path))


def count_dicts(path: Path) -> int:
    return sum(read_dict(rows)["agrees"] for rows in split_bare(path))


def count_sets(path: Path) -> int:
    from ml_connector.edi import Transaction, read  # a baseline must not pay for it

    return sum(len(item.rows) > 0 for item in read(read_chunks(path)) if isinstance(item, Transaction))


def count_invoices(path: Path) -> int:
    from ml_connector.edi import Transaction, explain_total, parse_invoice, read

    count = 0
    for item in read(read_chunks(path)):
        if isinstance(item, Transaction):
            invoice = parse_invoice(item).document
            count += invoice is not None and explain_total(invoice).rule is not None
    return count


def count_checked(path: Path) -> int:
    from ml_connector.edi import InspectedSet, inspect

    return sum(
        item.document is not None and not item.rulings
        for item in inspect(read_chunks(path))
        if isinstance(item, InspectedSet)
    )


CASES: Final[dict[str, Callable[[Path], int]]] = {
    "nothing": count_nothing,
    "bare": count_bare,
    "dict": count_dicts,
    "sets": count_sets,
    "invoices": count_invoices,
    "checked": count_checked,
}


def main() -> None:
    case, path, warm_up = CASES[sys.argv[1]], Path(sys.argv[2]), Path(sys.argv[3])
    case(warm_up)
    start = time.process_time()
    count = case(path)
    figures = {
        "seconds": time.process_time() - start,
        "count": count,
        "peak_kib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
    }
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main()
