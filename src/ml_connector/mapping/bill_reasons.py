"""Why each value of a bill is what it is."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from ml_connector.edi import Invoice
from ml_connector.intacct.writing.bill import ApBill, ApBillLine
from ml_connector.mapping.bill_lines import Line
from ml_connector.mapping.rules import Route, Rules
from ml_connector.mapping.vendor_match import Match
from ml_connector.records.provenance import Reason


def explain_header(
    bill: ApBill, invoice: Invoice, match: Match, route: Route, *, mode: str
) -> Iterator[Reason]:
    """The vendor, who is paid, and the values of the bill as a whole; not its posting date, due date and amounts."""
    yield match.reason
    if match.pay_to_reason is not None:
        yield match.pay_to_reason
    number, dated = (("BIG02", invoice.number),), (("BIG01", bill.date.isoformat()),)
    yield Reason(path="RECORDID", value=bill.number, rule="invoice number", inputs=number)
    if bill.reference is not None:
        order = (("BIG04", bill.reference),)
        yield Reason(path="DOCNUMBER", value=bill.reference, rule="order number", inputs=order)
    yield Reason(path="WHENCREATED", value=bill.date.isoformat(), rule="invoice date", inputs=dated)
    yield Reason(path="DESCRIPTION", value=bill.description, rule="partner, interchange and our mark")
    said = (("mode", mode), ("action", route.action))
    yield Reason(
        path="ACTION", value=bill.action, rule="mode of the link and action of the route", inputs=said
    )


def explain_lines(bill: ApBill, lines: Sequence[Line], rules: Rules) -> Iterator[Reason]:
    """The coding of each line, and its amount where that was rounded."""
    for number, (line, made) in enumerate(zip(lines, bill.lines, strict=True), start=1):
        path = f"lines[{number}]"
        yield Reason(
            path=f"{path}.ACCOUNTNO",
            value=made.account_no,
            rule=line.rule,
            inputs=line.inputs,
            losers=line.losers,
        )
        yield from _explain_dimensions(path, line, made, rules)
        if Fraction(made.amount) != line.amount:
            exact = f"{Decimal(line.amount.numerator) / line.amount.denominator:.6f}"
            rule = "largest remainder, so that the lines add up to the total"
            yield Reason(
                path=f"{path}.TRX_AMOUNT", value=str(made.amount), rule=rule, inputs=(("exact", exact),)
            )


def _explain_dimensions(path: str, line: Line, made: ApBillLine, rules: Rules) -> Iterator[Reason]:
    """The rule that gave the account gave the dimensions as well; a location may be the route's."""
    rule = next((rule for rule in rules.coding if rule.name == line.rule), None)
    located = line.rule if rule is not None and rule.location is not None else "location of the route"
    given = (
        ("LOCATIONID", made.location_id, located),
        ("DEPARTMENTID", made.department_id, line.rule),
        ("CLASSID", made.class_id, line.rule),
        ("PROJECTID", made.project_id, line.rule),
    )
    for name, value, by in given:
        if value is not None:
            yield Reason(path=f"{path}.{name}", value=value, rule=by)
