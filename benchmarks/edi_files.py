"""Files to measure with: N invoices of 004010, always the same for the same size."""

import random
from pathlib import Path
from typing import Final

MOST_LINES: Final = 19  # ten on average
STORES: Final = 48
DAYS: Final = 28
_ENVELOPE: Final = (
    "ISA*00*          *00*          *ZZ*NORDWIND       *ZZ*OURHOUSE       *240116*0930*{0}*{1}*000000001*0*P*>~"
    "GS*IN*NORDWIND*OURHOUSE*20240116*0930*1*X*{2}~"
)
#: ISA11, ISA12 and GS08 of two versions: some readers know only one of them.
VERSIONS: Final = {"004010": ("U", "00401", "004010"), "005010": ("^", "00501", "005010")}


def write_invoices(path: Path, size: int, *, version: str = "004010") -> int:
    """Write one interchange of at least `size` bytes; the number of its invoices."""
    dice, written, count = random.Random(7), 0, 0  # a fixed seed, not a secret
    with path.open("wb") as file:
        file.write(_ENVELOPE.format(*VERSIONS[version]).encode())
        while written < size:
            count += 1
            invoice = _make_invoice(dice, count).encode()
            file.write(invoice)
            written += len(invoice)
        file.write(f"GE*{count}*1~IEA*1*000000001~".encode())
    return count


def _make_invoice(dice: random.Random, number: int) -> str:
    items = [(dice.randint(1, 99), dice.randint(100, 99_999)) for _ in range(dice.randint(1, MOST_LINES))]
    store, day = dice.randint(1, STORES), dice.randint(1, DAYS)
    freight = dice.randint(500, 9_999)
    body = [
        f"ST*810*{number:09}",
        f"BIG*202401{day:02}*INV{number:07}*20231220*PO{dice.randint(10**6, 10**7 - 1)}",
        "CUR*SE*USD",
        f"REF*IA*{dice.randint(10_000, 99_999)}",
        f"REF*BM*{dice.randint(10**7, 10**8 - 1)}",
        *("N1*RI*NORDWIND SUPPLY COMPANY*1*123456789", "N3*100 MAIN STREET", "N4*SPRINGFIELD*IL*62701"),
        *(
            f"N1*ST*STORE {store:04}*92*{store:04}",
            f"N3*{store} HIGH STREET",
            f"N4*DAYTON*OH*{45_000 + store}",
        ),
        *("ITD*01*3*2**10**30", f"DTM*011*202401{day:02}"),
        *(segment for n, item in enumerate(items, 1) for segment in _make_line(dice, n, *item)),
        f"TDS*{sum(quantity * cents for quantity, cents in items) + freight}",
        *("CAD*M***SCAC*BEST FREIGHT", f"SAC*C*D240***{freight}", "ISS*10*CA*250*LB", f"CTT*{len(items)}"),
    ]
    return "~".join([*body, f"SE*{len(body) + 1}*{number:09}~"])


def _make_line(dice: random.Random, number: int, quantity: int, cents: int) -> tuple[str, str]:
    ids = f"UP*{dice.randint(10**11, 10**12 - 1)}*VN*A{dice.randint(10_000, 99_999)}"
    return (
        f"IT1*{number}*{quantity}*EA*{cents // 100}.{cents % 100:02}**{ids}",
        f"PID*F****WIDGET NUMBER {dice.randint(100, 999)} BLUE",
    )
