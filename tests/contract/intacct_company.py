"""The company that the Intacct library is proved on, seeded into the simulator."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from tests.processes import COMPANY, IntacctProcess

from ml_connector.engine import clock
from ml_connector.intacct import (
    Answer,
    ApBill,
    ApBillLine,
    Client,
    Credentials,
    Dimensions,
    HttpTransport,
    NewPurchasing,
    NewPurchasingLine,
    Transport,
)

CREDENTIALS: Final = Credentials(
    sender_id="alderfinch_ws",
    sender_password="demo-sender-password",
    company_id=COMPANY,
    user_id="mlconnector",
    user_password="demo-user-password",
)
VENDOR: Final = "V-1008"
DAY: Final = date(2031, 3, 10)
PLACE: Final = Dimensions(location_id="110", department_id="100", class_id="C01")
COMPANY_SEED: Final[Mapping[str, Any]] = {
    "company": {
        "id": COMPANY,
        "sender_id": "alderfinch_ws",
        "sender_password": "demo-sender-password",
        "users": [{"user_id": "mlconnector", "password": "demo-user-password"}],
        "entities": ["E100", "E200"],
    },
    "objects": {
        "ITEM": [
            {
                "ITEMID": "BOLT",
                "NAME": "Bolt M8",
                "ITEMTYPE": "Non-Inventory",
                "BASEUOM": "Each",
                "UOMGRP": "Count",
                "EXPENSEACCOUNT": "5000",
            },
            {
                "ITEMID": "GAS",
                "NAME": "Argon",
                "ITEMTYPE": "Inventory",
                "UPC": "4012345678901",
                "ENABLE_LOT_CATEGORY": True,
                "ENABLE_SERIALNO": False,
                "ENABLE_EXPIRATION": True,
            },
        ],
        "UOM": [
            {
                "NAME": "Count",
                "UOMDETAILS": [
                    {"UNIT": "Each", "CONVFACTOR": "1", "ISBASE": True},
                    {"UNIT": "Box", "CONVFACTOR": "12"},
                ],
            }
        ],
        "BRANCH": [{"name": "North"}, {"name": "South"}],
        "GLJOURNAL": [{"SYMBOL": "GJ", "TITLE": "General Journal"}],
        "CHECKINGACCOUNT": [{"BANKACCOUNTID": "BANK", "BANKNAME": "First Bank"}],
        "PODOCUMENTPARAMS": [
            {
                "DOCID": "Purchase Order",
                "CONVTYPE": "Leave Transaction Open",
                "SEQUENCE": "PO",
                "SUBTOTALS": [
                    {"DESCRIPTION": "Freight", "DISC_CHARGE": "Charge", "GLACCOUNT": "5000"},
                    {"DESCRIPTION": "Rebate", "DISC_CHARGE": "Discount", "GLACCOUNT": "5000"},
                ],
            },
            {"DOCID": "PO Receiver", "SEQUENCE": "PR", "RECALLS": "Purchase Order"},
        ],
    },
}
SETTINGS: Final[Mapping[str, Any]] = {
    "books_closed_through": {"": "2020-12-31", "E200": "2029-12-31"},
    "user_dimensions": ["BRANCH"],
}


def seed(gateway: IntacctProcess) -> None:
    """Add to the sample company what the suites need."""
    gateway.change_settings(company=COMPANY, **SETTINGS)
    gateway.ask("POST", "/seed", COMPANY_SEED)


class HastyTransport(HttpTransport):
    """Gives up the answers to requests with certain words in them after so many seconds of silence."""

    def __init__(self, patience: float) -> None:
        super().__init__()
        self._patience = patience
        self.hurries = b""  #: these words; none: every answer

    def send(self, url: str, body: bytes, *, timeout: float) -> Answer:
        return super().send(url, body, timeout=self._patience if self.hurries in body else timeout)


def make_client(
    url: str, transport: Transport | None = None, *, credentials: Credentials = CREDENTIALS
) -> Client:
    return Client(
        url=url,
        credentials=credentials,
        transport=transport or HttpTransport(),
        clock=clock.now,
    )


def make_bill(mark: str) -> ApBill:
    line = ApBillLine(account_no="5000", amount=Decimal(100), memo="bars", location_id="110", class_id="C01")
    return ApBill(
        vendor_id=VENDOR,
        number=f"INV-{mark}"[:30],
        reference=None,
        date=DAY,
        posting_date=DAY,
        due_date=DAY,
        term=None,
        description=f"EDI 810 {mark}",
        action="Submit",
        lines=(line,),
    )


def make_order(mark: str) -> NewPurchasing:
    line = NewPurchasingLine(
        item_id="BOLT", quantity=Decimal(400), unit="Each", price=Decimal("0.296"), dimensions=PLACE
    )
    return NewPurchasing(
        definition="Purchase Order",
        vendor_id=VENDOR,
        date=DAY,
        due_date=DAY,
        message=f"EDI 850 {mark}",
        lines=(line,),
    )
