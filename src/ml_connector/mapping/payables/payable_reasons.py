"""Why each value of a bill or an adjustment is what it is."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from ml_connector.intacct.writing.adjustment import NewAdjustment
from ml_connector.intacct.writing.bill import ApBill
from ml_connector.mapping.payables.invoice_draft import Draft
from ml_connector.mapping.payables.payable_lines import Line, Rounded
from ml_connector.mapping.payables.submission import explain_action
from ml_connector.mapping.rules.rulebook import Rules
from ml_connector.records.provenance import Reason


def explain_bill(bill: ApBill, draft: Draft, total: Decimal, *, mode: str) -> Iterator[Reason]:
    """The vendor, who is paid, and the values of the whole; not its posting date, due date and amounts."""
    yield draft.match.reason
    if draft.match.pay_to_reason is not None:
        yield draft.match.pay_to_reason
    yield _explain_number(draft)
    if bill.reference is not None:
        order = (("BIG04", bill.reference),)
        yield Reason(path="DOCNUMBER", value=bill.reference, rule="order number", inputs=order)
    yield from _explain_rest(bill, draft)
    yield explain_action("ACTION", draft.route, total, mode=mode)


def explain_adjustment(
    made: NewAdjustment, draft: Draft, total: Decimal, *, about: tuple[str, str] | None, mode: str
) -> Iterator[Reason]:
    """The same of an adjustment; `about` is the invoice it is about, after the place that names it."""
    yield draft.match.reason
    yield _explain_number(draft)
    if about is not None:
        rule = "invoice it is about; nothing is applied to it"
        yield Reason(path="DOCNUMBER", value=about[1], rule=rule, inputs=(about,))
    yield from _explain_rest(made, draft)
    yield explain_action("ACTION", draft.route, total, mode=mode)


def _explain_number(draft: Draft) -> Reason:
    number, places = draft.invoice.number, draft.subject.places
    inputs = ((places.number, number),)
    return Reason(path="RECORDID", value=number, rule=f"{places.noun} number", inputs=inputs)


def _explain_rest(made: ApBill | NewAdjustment, draft: Draft) -> Iterator[Reason]:
    places, day = draft.subject.places, made.date.isoformat()
    yield Reason(path="WHENCREATED", value=day, rule=f"{places.noun} date", inputs=((places.date, day),))
    yield Reason(path="DESCRIPTION", value=made.description, rule="partner, interchange and our mark")


def explain_lines(lines: Sequence[Line], rounded: Sequence[Rounded], rules: Rules) -> Iterator[Reason]:
    """The coding of each line, its taxes, and its amount where that was rounded."""
    for number, (line, made) in enumerate(zip(lines, rounded, strict=True), start=1):
        path = f"lines[{number}]"
        yield Reason(
            path=f"{path}.ACCOUNTNO" if line.coding.label is None else f"{path}.ACCOUNTLABEL",
            value=line.coding.label or line.coding.account,
            rule=line.rule,
            inputs=line.inputs,
            losers=line.losers,
        )
        yield from _explain_dimensions(path, line, rules)
        yield from _explain_taxes(path, line, made)
        if Fraction(made.amount) != line.amount:
            exact = f"{Decimal(line.amount.numerator) / line.amount.denominator:.6f}"
            rule = "largest remainder, so that the lines add up to the total"
            yield Reason(
                path=f"{path}.TRX_AMOUNT", value=str(made.amount), rule=rule, inputs=(("exact", exact),)
            )


def _explain_taxes(path: str, line: Line, made: Rounded) -> Iterator[Reason]:
    """The rule that claims each of them back."""
    for place, (tax, entry) in enumerate(zip(line.taxes, made.taxes, strict=True), start=1):
        detail = (("DETAILID", tax.detail_id),)
        yield Reason(
            path=f"{path}.TAXENTRIES[{place}]", value=str(entry.amount), rule=tax.rule, inputs=detail
        )


def _explain_dimensions(path: str, line: Line, rules: Rules) -> Iterator[Reason]:
    """The rule that gave the account gave the dimensions as well; a location may be the route's."""
    rule = next((rule for rule in rules.coding if rule.name == line.rule), None)
    places = (rule, *rule.split) if rule is not None else ()
    is_own = line.coding.location in {place.location for place in places}
    located = line.rule if is_own else "location of the route"
    given = (
        ("LOCATIONID", line.coding.location, located),
        ("DEPARTMENTID", line.coding.department, line.rule),
        ("CLASSID", line.coding.class_id, line.rule),
        ("PROJECTID", line.coding.project, line.rule),
        *((each.name, each.value, line.rule) for each in line.coding.own),
        ("FORM1099TYPE", line.coding.form_1099, line.rule),
        ("FORM1099BOX", line.coding.box_1099, line.rule),
    )
    for name, value, by in given:
        if value is not None:
            yield Reason(path=f"{path}.{name}", value=value, rule=by)
