"""The lines of an adjustment: Intacct takes lines of one sign only, so what goes the other way is netted or held."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from ml_connector.mapping.orders.units import show
from ml_connector.mapping.payables.payable_lines import Line, sum_by
from ml_connector.records.needs import Need


def net_lines(lines: Sequence[Line], total: Decimal, number: str) -> tuple[Line, ...] | Need:
    """The lines, where all go the way of the total; else each coding with others among them added up to one line.

    A coding that nets to nothing is left out, and one that goes the other way even so is never moved to another.
    """
    way = Fraction(total)
    if not way:
        reason = f"{number} comes to nothing, and an adjustment of nothing cannot be booked; reject it"
        return Need(kind="sign", subject=number, reason=reason)
    against = {line.place for line in lines if line.amount * way < 0}
    netted = sum_by(lines, lambda line: line.place if line.place in against else id(line))
    wrong = next((line for line in netted if line.amount * way < 0), None)
    if wrong is None:
        return tuple(line for line in netted if line.amount)
    reason = (
        f"{number} comes to {total:,}, but {show(wrong.amount)} of it goes the other way (account {wrong.coding.account}), and "
        "an adjustment has lines of one sign; give them one coding, or book it by hand as two and reject it here"
    )
    return Need(kind="sign", subject=number, reason=reason)
