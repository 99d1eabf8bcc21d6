"""What frees the documents that wait for each kind of need: what to do, and the command to type."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ml_connector.mapping.answers import Wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a person does so that documents go on: something beside the program, then a command of it."""

    do: str  #: empty where the command says it all
    command: (
        str  #: of one line, to be pasted as it is; only a word in capitals stands for what people must say
    )

    def __str__(self) -> str:
        return f"{self.do}: {self.command}" if self.do else self.command


def _mend(do: str, command: str = "ml-connector once") -> Step:
    """What the next run sees by itself; the command is that run."""
    return Step(do=do, command=command)


def _reject(do: str, reason: str) -> Step:
    return Step(do=do, command=f'ml-connector documents reject --need {{need}} --reason "{reason}"')


def _release(do: str, reason: str) -> Step:
    return Step(do=do, command=f'ml-connector documents release --need {{need}} --reason "{reason}"')


_BY_HAND: Final = _reject("do by hand in Intacct what it asks", "done by hand in Intacct")
ASK: Final = _reject("ask the partner for a corrected document", "the partner sends a corrected one")

ACTIONS: Final[Mapping[str, tuple[Step, ...]]] = {
    "partner": (
        _mend("add the sender to `senders` of a [[partner]]"),
        _mend("where the receiver is ours, add its id to `receivers` under [us]"),
    ),
    "partner_vendor": (
        _mend("add the vendor to `vendors` of the [[partner]], if it may trade for it"),
        _reject("", "the partner may not trade for this vendor"),
    ),
    "vendor": (
        _mend("see that the vendor is in Intacct, and active"),
        _mend("give the [[partner]] a `default_vendor`"),
    ),
    "vendor_approval": (
        _mend("approve the vendor in Intacct"),
        _reject("decline the vendor in Intacct", "the vendor is declined"),
    ),
    "vendor_conflict": (_mend("correct the [[vendor]] that is wrong"),),
    "remit_to": (ASK, _mend("verify with the vendor who is paid, then add a [[remit_to]]")),
    "purpose": (_BY_HAND,),
    "credit": (_mend('set credits = "adjustment" on the [[route]]'), _BY_HAND),
    "direction": (_mend("add `adjustment_view` to the [[partner]]"), ASK),
    "sign": (_mend("give its lines one coding by the [[coding]] rules"), _BY_HAND),
    "reversal": (_BY_HAND,),
    "arithmetic": (ASK,),
    "currency": (_BY_HAND,),
    "date": (_mend("raise `oldest_days` of the [[route]]"), ASK),
    "period": (
        _mend("open the books in Intacct"),
        _mend('set closed_period = "first_open_day" on the [[route]]'),
        _mend("move `books_open_from` of the [[route]]"),
    ),
    "length": (_BY_HAND,),
    "finding": (ASK,),
    "duplicate": (_reject("compare the two; where the other one is right", "the other one is right"),),
    "coding": (_mend("add a [[coding]] rule"),),
    "charge": (_mend("add a [[charge]] rule"),),
    "tax": (
        _mend('add a [[coding]] rule with on = "tax"'),
        _mend("add a [[tax]], where taxes are claimed back"),
    ),
    "tax_detail": (
        _mend("correct the tax detail in Intacct"),
        _mend("correct the [[tax]] that names it"),
        ASK,
    ),
    "account_label": (
        _mend("correct the `label` of the [[coding]] rule"),
        _mend("see that the label is in Intacct, and active"),
    ),
    "account": (_mend("correct the [[coding]] rule"), _mend("activate the account in Intacct")),
    "department": (_mend("correct the [[coding]] rule"), _mend("activate the department in Intacct")),
    "location": (_mend("correct the [[coding]] rule"), _mend("activate the location in Intacct")),
    "class": (_mend("correct the [[coding]] rule"), _mend("activate the class in Intacct")),
    "project": (_mend("correct the [[coding]] rule"), _mend("activate the project in Intacct")),
    "dimension": (_mend("add the dimension to the [[coding]] rule"),),
    "entity": (
        _mend("correct the location of the rule"),
        _mend("correct the `entity` of the [[route]]"),
        ASK,
    ),
    "order": (_mend("make the order in Intacct under the number that is named"), ASK),
    "order_line": (_mend("correct the order in Intacct"), ASK),
    "order_state": (_mend("approve the order in Intacct"), _reject("", "its order is not approved")),
    "buyer": (
        _mend("add our id to `parties` under [purchasing]"),
        _reject("", "the order is not for us"),
    ),
    "item": (
        _mend("give the item its number in Intacct, and see that it is active"),
        _mend("add an [[item]]"),
    ),
    "item_details": (_BY_HAND,),
    "unit": (_mend("add the unit to the item's group in Intacct"), _mend("add a [[unit]]"), ASK),
    "warehouse": (_mend("add a [[warehouse]]"), _mend("activate the warehouse in Intacct"), ASK),
    "definition": (_mend("name the transaction definition under [purchasing] as Intacct does"),),
    "receipt": (
        _mend("post the receiver of the goods in Intacct"),
        _reject("if they never come, ask the partner for a credit", "the goods never came"),
    ),
    "match": (
        ASK,
        _mend("allow it by a [[match]]"),
        _mend("where it is a charge, allow it by the cap of the [[charge]]"),
    ),
    "draft_bill": (_mend("delete the draft in Intacct"),),
    "over_receipt": (
        _mend("raise the order in Intacct"),
        _mend("let it pass with a [[match]]"),
        _reject("send back what is too much", "more was shipped than was ordered"),
    ),
    "confirmation": (_reject("refuse it to the seller", "refused to the seller"),),
    "change": (_BY_HAND,),
    "payer": (
        _mend("add our id to `parties` under [purchasing]"),
        _reject("", "the payment is not ours"),
    ),
    "handling": (_BY_HAND,),
    "bank": (_mend("add a [[bank]] that names the account in Intacct"),),
    "bill": (
        _release(
            "see in Intacct what has become of the bill, and put it right there", "the bill can be paid"
        ),
        _reject("", "the bill is paid already"),
    ),
    "paid": (
        _mend("submit the payment that is there in Intacct"),
        _mend("delete the payment that is there in Intacct"),
        _reject("", "it is the same payment"),
    ),
    "discount": (_BY_HAND,),
    "deduction": (_mend('add a [[coding]] rule with on = "deduction"'),),
    "remitted": (_BY_HAND,),
    "payment": (_reject("", "it is not to be recorded"),),
    "journal": (_reject("", "it is not to be booked"),),
    "setting": (_mend("give the link the setting that is named"),),
    "route": (_mend("add a [[route]] for the set"),),
    "lines": (ASK,),
    "term": (
        _mend("correct the vendor's term in Intacct"),
        _mend("give the [[route]] a `default_term`"),
    ),
    "unread": (_mend("nothing: the next run decides"),),
    "record": (_mend("mend the record in Intacct"), _mend("correct what names it here")),
    "refused": (
        _release("mend in Intacct what it complains about", "mended in Intacct"),
        _reject("", "it is not to be booked"),
    ),
    "intacct_state": (
        _mend("put it right in Intacct", "ml-connector reconcile"),
        Step(
            do="where it is right as it is there",
            command='ml-connector documents accept --need {need} --reason "right as it is in Intacct"',
        ),
        _release("where it is gone there and is to be booked again", "to be booked again"),
        _reject("where it is gone there", "it is not to be booked again"),
    ),
    "cancellation": (_reject("", "what it cancels is to stay"),),
    "reopening": (_reject("", "it is not to be booked again"),),
    "part": (_reject("do the rest by hand in Intacct", "the rest was done by hand in Intacct"),),
    "fault": (
        _mend("report it, with the message; a newer version decides it again"),
        _reject("do by hand what it asks", "done by hand in Intacct"),
    ),
}
"""By kind of need, the first is what to do; `{need}` stands for the need itself. An answer that can meet it stands before
them, or, where it overrules a check of ours, behind."""

UNNAMED: Final = (ASK,)
"""Of an order, or a day, that the document does not name."""
BY_HAND: Final = (_BY_HAND,)
"""Of a kind of need that an older version knew."""
TO_COME: Final = (
    _mend("let it wait for its day"),
    _mend("raise `future_days` of the [[route]]"),
    ASK,
)
"""Of a day that is still to come."""
HELD_ORDERS: Final = (
    _reject("compare it with its order and book it by hand in Intacct", "booked by hand in Intacct"),
    _mend('set orders = "bill" on the [[route]]'),
)
"""Of an order, on a route that holds what names one."""
TOO_MANY_LINES: Final = (
    _mend("raise `max_lines` of the [[route]]"),
    _mend('set over_limit = "summarise" on the [[route]]'),
)
"""Of lines that are more than a route takes."""
TOO_LITTLE: Final = (_mend("give the [[coding]] rule amounts that the line has room for"), ASK)
"""Of a line that a rule splits off more from than it comes to."""
COMING: Final = (
    _mend("nothing: it goes on once the other document of the order is in Intacct"),
    _release("if that never gets there", "the other document never gets there"),
)
"""Of an order that another document of ours is about to change or to draw on."""
PAY_TO: Final = (
    _mend(
        "verify it with the vendor, then approve the change that is listed", "ml-connector reference changes"
    ),
    _mend("take the change back in Intacct"),
)
"""Of where a vendor is paid, which was changed in Intacct."""
LOST_CONTACT: Final = (
    _release("bring the contact back in Intacct", "the contact is there again"),
    _mend("correct the [[remit_to]] that names it"),
    _mend(
        "verify it with the vendor, then approve the change that is listed", "ml-connector reference changes"
    ),
)
"""Of where a vendor is to be paid, where that is not in Intacct any more."""

ASKS: Final[Mapping[Wanted, str]] = {
    "vendor": "say which vendor it is",
    "contact": "verify it with the vendor, then say which of its contacts is paid",
    "account": "say on which account it goes",
    "item": "say which item it is",
    "unit": "say which unit it is",
    "warehouse": "say which warehouse it is",
    "bank_account": "say which account of yours it is in Intacct",
    "order": "say which order it is by its id in Intacct",
    "line": "say which line of the order it is",
    "agreement": "agree to it",
}
"""What a person answers."""
