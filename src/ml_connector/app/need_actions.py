"""The one action that frees what waits for a need: a command, a setting, or something to be done in Intacct."""

from collections.abc import Mapping
from typing import Final

from ml_connector.mapping.answers import Question
from ml_connector.mapping.rules_purchasing import AGREED, OVERRULING

_REJECT: Final = 'ml-connector documents reject --need "{need}" --reason TEXT'
_RELEASE: Final = 'ml-connector documents release --need "{need}" --reason TEXT'
_BY_HAND: Final = f"do by hand in Intacct what it asks, then {_REJECT}"
_ASK: Final = f"ask the partner for a corrected document, then {_REJECT}"
_BY_ITSELF: Final = "it then goes on by itself with the next run"

ACTIONS: Final[Mapping[str, str]] = {
    "partner": "add the sender to `senders` of a [[partner]], or our id to `receivers` under [us]",
    "partner_vendor": "add the vendor to `vendors` of the [[partner]], if it may trade for it",
    "vendor": "make or activate the vendor in Intacct, or give the [[partner]] a `default_vendor`",
    "vendor_approval": f"approve the vendor in Intacct: {_BY_ITSELF}; if it is declined there, {_REJECT}",
    "vendor_conflict": "correct the [[vendor]] that is wrong",
    "remit_to": "verify it with the vendor, then add a [[remit_to]], or agree to the change: ml-connector reference approve",
    "purpose": _BY_HAND,
    "credit": f'set credits = "adjustment" on the [[route]]; else {_BY_HAND}',
    "direction": "add `adjustment_view` to the [[partner]]; if the amount is wrong, ask it for a corrected one",
    "sign": f"give its lines one coding; else {_BY_HAND}",
    "reversal": _BY_HAND,
    "arithmetic": _ASK,
    "currency": _BY_HAND,
    "date": f"wait for the day, or raise `oldest_days` or `future_days` of the [[route]]; if it is missing or wrong, {_ASK}",
    "period": 'open the books in Intacct, move `books_open_from` of the [[route]], or set closed_period = "first_open_day"',
    "length": _BY_HAND,
    "finding": _ASK,
    "duplicate": f"decide which one is right; if the other one is, {_REJECT}",
    "coding": "add a [[coding]] rule",
    "charge": "add a [[charge]] rule",
    "tax": 'add a [[coding]] rule with on = "tax", or a [[tax]] where taxes are claimed back',
    "tax_detail": f"correct the tax detail in Intacct, or the [[tax]]; if the tax is wrong, {_ASK}",
    "account_label": "make or activate the label in Intacct, or correct the `label` of the [[coding]] rule",
    "account": "activate the account in Intacct, or correct the [[coding]] rule",
    "department": "activate the department in Intacct, or correct the [[coding]] rule",
    "location": "activate the location in Intacct, or correct the [[coding]] rule",
    "class": "activate the class in Intacct, or correct the [[coding]] rule",
    "project": "activate the project in Intacct, or correct the [[coding]] rule",
    "dimension": "add the dimension to the [[coding]] rule",
    "entity": f"correct the `entity` of the [[route]] or the location of the rule; for orders of several entities, {_ASK}",
    "order": f"make the order named in Intacct, or add an [[order]] that says which it is: {_BY_ITSELF}; if none is, {_ASK}",
    "order_line": f"correct the order in Intacct; if the document is wrong, {_ASK}",
    "order_state": f"approve the order in Intacct, or wait for the other document: {_BY_ITSELF}; if it cannot be changed, {_BY_HAND}",
    "buyer": "add our id to `parties` under [purchasing]",
    "item": "give the item its number or activate it in Intacct, or add an [[item]]",
    "item_details": _BY_HAND,
    "unit": "add the unit to the item's group in Intacct, or add a [[unit]]",
    "warehouse": f"add a [[warehouse]], or activate the warehouse in Intacct; if no ship-to is named, {_ASK}",
    "definition": "name the transaction definition under [purchasing] as Intacct does",
    "receipt": f"post the receiver of the goods in Intacct: {_BY_ITSELF}; if they never come, {_ASK}",
    "match": "ask the partner for a corrected invoice, or allow it by a [[match]] or a cap of the [[charge]]",
    "draft_bill": f"delete the draft in Intacct: {_BY_ITSELF}",
    "over_receipt": "raise the order in Intacct, or let it pass with a [[match]]",
    "confirmation": f"agree to it, or refuse it to the seller and {_REJECT}",
    "change": _BY_HAND,
    "payer": "add our id to `parties` under [purchasing]",
    "handling": _BY_HAND,
    "bank": "add a [[bank]] that names the account in Intacct",
    "bill": f"see in Intacct what has become of the bill, then {_RELEASE}; if it is paid already, {_REJECT}",
    "paid": f"submit or delete in Intacct the payment that is there: it then goes on by itself; if it is the same, {_REJECT}",
    "discount": _BY_HAND,
    "deduction": 'add a [[coding]] rule with on = "deduction"',
    "remitted": _BY_HAND,
    "payment": f"agree to it; if it is not to be recorded, {_REJECT}",
    "journal": f"agree to it; if it is not to be booked, {_REJECT}",
    "setting": "give the link the setting that is named",
    "route": "add a [[route]] for the set",
    "lines": f'raise `max_lines` of the [[route]], or set over_limit = "summarise"; if it has no lines, {_ASK}',
    "term": "correct the vendor's term in Intacct, or give the [[route]] a `default_term`",
    "unread": "nothing: the next run decides",
    "record": "mend the record in Intacct, or correct what names it here: it then goes on by itself",
    "refused": f"mend in Intacct what it complains about, then {_RELEASE}",
    "intacct_state": 'put it right in Intacct, or: ml-connector documents accept --need "{need}" --reason TEXT; what is '
    f"gone there: {_RELEASE}, or {_REJECT}",
    "reopening": f"agree to it; if it is not to be booked again, {_REJECT}",
    "part": f"do the rest by hand in Intacct, then {_REJECT}",
    "fault": "report it, with the message; a newer version decides it again",
}
"""By kind of need; `{need}` stands for the need itself."""


def name_action(need: str, question: Question | None) -> str:
    """What is to be done: to answer, where an answer can meet the need, else what its kind takes.

    An answer that overrules a check of ours comes second.
    """
    kind, _, _ = need.partition(":")
    action = ACTIONS.get(kind, _BY_HAND).replace("{need}", need)
    if question is None:
        return action
    value = AGREED if question.wanted == "agreement" else question.wanted.upper()
    answer = f'ml-connector needs answer "{need}" {value}'
    if question.kind not in OVERRULING:
        return answer
    return f"{action}; or let just this pass: {answer} --reason TEXT"
