"""Who is held to the contract of Intacct, and the company that each of them speaks of.

The fake, which tests of the flows run on, is held to all of it, and so is the library on the simulator. A real company
stands beside them where the environment says how to reach it, and what to book on: `docs/reference/intacct.md` names
the variables. Without them its parameter is not made.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final, cast
from uuid import uuid4

from tests.contract.intacct_books import MORE_VENDORS, make_books
from tests.contract.intacct_company import DAY, make_client, seed
from tests.fake_library import FakeLibrary
from tests.fake_writing import FakeWriting
from tests.fakes import AT_ONCE, FakeFinance, Fault, ManualClock
from tests.processes import COMPANY, run_intacct

from ml_connector.flows.ports import Finance
from ml_connector.intacct import BillKey, Client, Credentials, DimensionValue, Writer

CREDENTIALS: Final = (
    "INTACCT_TEST_SENDER_ID",
    "INTACCT_TEST_SENDER_PASSWORD",
    "INTACCT_TEST_COMPANY_ID",
    "INTACCT_TEST_USER_ID",
    "INTACCT_TEST_USER_PASSWORD",
)
_BASE: Final = ("INTACCT_TEST_VENDOR_ID", "INTACCT_TEST_ACCOUNT_NO", "INTACCT_TEST_LOCATION_ID")
_BANK: Final = "INTACCT_TEST_BANK_ID"
_JOURNAL: Final = ("INTACCT_TEST_JOURNAL", "INTACCT_TEST_OFFSET_ACCOUNT_NO")
_TRADE: Final = ("INTACCT_TEST_ORDER_DEFINITION", "INTACCT_TEST_RECEIVER_DEFINITION", "INTACCT_TEST_ITEM_ID")
#: Those that may be left out of a real company's.
CHOICES: Final = (
    "INTACCT_TEST_URL",
    "INTACCT_TEST_ENTITY",
    "INTACCT_TEST_DAY",
    "INTACCT_TEST_CURRENCY",
    "INTACCT_TEST_DEPARTMENT_ID",
    "INTACCT_TEST_CLASS_ID",
    "INTACCT_TEST_UNIT",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of the contract, and who is held to it."""

    fake: bool = False
    simulator: bool = True
    real: tuple[str, ...] | None = ()  #: what the environment has to name beside the credentials; None: never


#: The one table of who is held to what.
PARTS: Final[Mapping[str, Part]] = {
    "what is taken for granted of a company": Part(fake=True),
    "bills": Part(fake=True, real=_BASE),
    "lost answers": Part(fake=True, real=None),
    "lists and counts": Part(fake=True, real=_BASE),
    "set-up": Part(fake=True, real=None),
    "vendors": Part(fake=True, real=_BASE),
    "vendors numbered and approved": Part(fake=True, real=None),
    "adjustments": Part(fake=True, real=_BASE),
    "attachments": Part(fake=True, real=_BASE),
    "payments": Part(fake=True, real=(*_BASE, _BANK)),
    "journals": Part(fake=True, real=(*_BASE, *_JOURNAL)),
    "purchasing": Part(fake=True, real=(*_BASE, *_TRADE)),
}
CLOSED: Final = {"": date(2019, 12, 31), "E200": date(2020, 12, 31)}
SEQUENCE: Final = "VN-"
REGIONS: Final = ("North", "South", "West")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What there is to be booked on."""

    entity: str = "E100"
    vendor: str = "V-1008"
    account: str = "5000"
    offset_account: str = "2000"
    location: str = "110"
    department: str | None = "100"
    class_id: str | None = "C01"
    currency: str = "USD"
    bank: str = "BANK"
    journal: str = "GJ"
    order: str = "Purchase Order"
    receiver: str = "PO Receiver"
    item: str = "BOLT"
    unit: str | None = "Each"
    day: date = DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A company and what can be done to it from outside."""

    name: str
    finance: Finance
    writing: Writer | FakeWriting
    ground: Ground
    run: str  #: no other run of the suite has it
    count_bills: Callable[[str], int]  #: by number, in the company's own books
    lose_next_answer: Callable[[bool], None]  #: whether the request is executed before its answer is lost
    library: Client  #: whole; over the fake, as far as the contract asks for it

    @property
    def is_real(self) -> bool:
        return self.name == "real"


def list_parties(part: str, environment: Mapping[str, str] = os.environ) -> list[str]:
    """Who is held to a part of the contract, as far as the environment goes."""
    held = PARTS[part]
    needed = (*CREDENTIALS, *(held.real or ()))
    reached = held.real is not None and all(environment.get(name) for name in needed)
    parties = {"fake": held.fake, "simulator": held.simulator, "real": reached}
    return [name for name, is_held in parties.items() if is_held]


@contextmanager
def open_fake_world(_folder: Path) -> Iterator[World]:
    finance = FakeFinance(make_books(), clock=ManualClock())
    finance.setup.dimensions["REGION"] = tuple(
        DimensionValue(value_no=n, name=name) for n, name in enumerate(REGIONS, 1)
    )
    finance.setup.closed = CLOSED
    finance.ledger.vendors.sequence, finance.ledger.vendors.approves = SEQUENCE, True

    def lose(executed: bool) -> None:  # noqa: FBT001 (a Callable has no names)
        finance.order(Fault(lost=True, commits=AT_ONCE if executed else None))

    yield World(
        name="fake",
        finance=finance,
        writing=finance.writing,
        library=cast("Client", FakeLibrary(finance)),
        ground=Ground(),
        run=_name_run(),
        lose_next_answer=lose,
        count_bills=lambda number: finance.count_bills("V-1008", number),
    )


@contextmanager
def open_simulated_world(folder: Path) -> Iterator[World]:
    with run_intacct(folder / "intacct.db") as gateway, closing(make_client(gateway.gateway)) as client:
        seed(gateway)
        vendors = [{"VENDORID": id_, "NAME": f"Vendor {id_}", "TERMNAME": "N30"} for id_ in MORE_VENDORS]
        company = {
            "id": COMPANY,
            "sender_id": "alderfinch_ws",
            "sender_password": "demo-sender-password",
            "users": [{"user_id": "mlconnector", "password": "demo-user-password"}],
            "entities": ["E100", "E200"],
        }
        gateway.ask("POST", "/seed", {"company": company, "objects": {"VENDOR": vendors}})
        closed = {name: str(day) for name, day in CLOSED.items()}
        gateway.change_settings(company=COMPANY, books_closed_through=closed, user_dimensions=["REGION"])
        gateway.change_settings(company=COMPANY, vendor_sequence=SEQUENCE, vendor_approvals=True)

        def lose(executed: bool) -> None:  # noqa: FBT001
            when = "after" if executed else "before"
            gateway.set_faults({"action": "drop", "when": when, "match": {"function": "create"}})

        yield World(
            name="simulator",
            finance=client,
            writing=client.writing,
            library=client,
            ground=Ground(),
            run=_name_run(),
            lose_next_answer=lose,
            count_bills=lambda number: len(gateway.bills(number=number)),
        )


@contextmanager
def open_real_world(_folder: Path, environment: Mapping[str, str] = os.environ) -> Iterator[World]:
    """A company of Sage's own, or whatever else answers at INTACCT_TEST_URL."""
    sender_id, sender_password, company_id, user_id, user_password = (
        environment[name] for name in CREDENTIALS
    )
    credentials = Credentials(
        sender_id=sender_id,
        sender_password=sender_password,
        company_id=company_id,
        user_id=user_id,
        user_password=user_password,
    )
    url = environment.get("INTACCT_TEST_URL", "https://api.intacct.com/ia/xml/xmlgw.phtml")
    ground = read_ground(environment)

    def lose(_executed: bool) -> None:  # noqa: FBT001
        raise NotImplementedError("a real company loses no answer on command")

    with closing(make_client(url, credentials=credentials)) as client:

        def count_bills(number: str) -> int:
            return len(client.find_bills([BillKey(vendor_id=ground.vendor, number=number)]))

        yield World(
            name="real",
            finance=client,
            writing=client.writing,
            library=client,
            ground=ground,
            run=_name_run(),
            lose_next_answer=lose,
            count_bills=count_bills,
        )


def read_ground(environment: Mapping[str, str]) -> Ground:
    """What a real company is booked on; what nobody named stays empty, and no test asks for it."""

    def name(variable: str) -> str:
        return environment.get(f"INTACCT_TEST_{variable}", "")

    return Ground(
        entity=name("ENTITY"),
        vendor=name("VENDOR_ID"),
        account=name("ACCOUNT_NO"),
        offset_account=name("OFFSET_ACCOUNT_NO"),
        location=name("LOCATION_ID"),
        department=name("DEPARTMENT_ID") or None,
        class_id=name("CLASS_ID") or None,
        currency=name("CURRENCY") or "USD",
        bank=name("BANK_ID"),
        journal=name("JOURNAL"),
        order=name("ORDER_DEFINITION"),
        receiver=name("RECEIVER_DEFINITION"),
        item=name("ITEM_ID"),
        unit=name("UNIT") or None,
        day=date.fromisoformat(name("DAY")) if name("DAY") else datetime.now(UTC).date(),
    )


def _name_run() -> str:
    return uuid4().hex[:8]


WORLDS: Final = {"fake": open_fake_world, "simulator": open_simulated_world, "real": open_real_world}
