"""The part of the sample company that the contract of Intacct speaks of, as the fake has it."""

from dataclasses import replace
from typing import Final

from tests.fake_journals import Journal
from tests.fakes import Books

from ml_connector.intacct import (
    Account,
    CheckingAccount,
    ClassDim,
    Department,
    Item,
    Location,
    Project,
    PurchasingDefinition,
    Record,
    Term,
    Vendor,
)

MORE_VENDORS: Final = tuple(f"X-{n:04}" for n in range(1, 2101))  # more than two pages


def make_books() -> Books:
    vendor = Vendor(
        record_no=1,
        vendor_id="V-1008",
        name="Ironvale Steel Supply",
        status="active",
        term="N30",
        currency="USD",
        tax_id="",
        account_no_at_vendor="",
        on_hold=False,
        parent_id="",
    )
    account = Account(
        record_no=1,
        account_no="5000",
        title="Steel",
        account_type="incomestatement",
        normal_balance="debit",
        status="active",
        alternative="None",
        requires=frozenset(),
    )
    place = Location(
        record_no=1, location_id="110", name="Akron Plant", parent_id="E100", status="active", currency="USD"
    )
    term = Term(record_no=1, name="N30", status="active", description="", due_days=30, due_from="")
    bank = CheckingAccount(
        record_no=1,
        account_id="BANK",
        bank="First Bank",
        gl_account_no="1000",
        location_id="",
        status="active",
    )
    plain = {"record_no": 1, "parent_id": "", "status": "active"}
    return Books(
        vendors=(
            vendor,
            *(replace(vendor, record_no=n, vendor_id=id_) for n, id_ in enumerate(MORE_VENDORS, 2)),
        ),
        accounts=(account, replace(account, record_no=2, account_no="2000", title="Accounts payable")),
        departments=(Department(department_id="100", name="Production", **plain),),  # type: ignore[arg-type]
        locations=(place,),
        classes=(ClassDim(class_id="C01", name="Cabinet Hardware", **plain),),  # type: ignore[arg-type]
        projects=(Project(project_id="P1", name="Akron Press Line", **plain),),  # type: ignore[arg-type]
        terms=(term,),
        others=(*make_trade(), bank, Journal(record_no=1, symbol="GJ")),
        entities=frozenset({"E100", "E200"}),
    )


def make_trade() -> tuple[Record, ...]:
    """What orders and receivers are made on."""
    item = Item(
        record_no=1,
        item_id="BOLT",
        name="Bolt M8",
        status="active",
        item_type="Non-Inventory",
        gl_group="",
        product_line="",
        unit_group="",
        base_unit="Each",
        standard_cost=None,
        upc="",
        has_serials=False,
        has_lots=False,
        has_bins=False,
        has_expiration=False,
        modified=None,
    )
    order = PurchasingDefinition(
        record_no=1,
        name="Purchase Order",
        description="",
        document_class="Order",
        category="Order",
        sequence="PO",
        created_by="New document or Convert",
        conversion="Leave Transaction Open",
        posts_to="N",
        status="active",
    )
    receiver = replace(order, record_no=2, name="PO Receiver", sequence="PR")
    gas = replace(item, record_no=2, item_id="GAS", name="Argon", item_type="Inventory", has_lots=True)
    return (item, gas, order, receiver, replace(order, record_no=3, name="Vendor Invoice", sequence="VI"))
