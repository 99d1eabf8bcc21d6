"""All that is put wrong, and what is right."""

from typing import Final

from tests.preflight.companies import RICH
from tests.preflight.company_faults import COMPANY_FAULTS
from tests.preflight.document_faults import DOCUMENT_FAULTS
from tests.preflight.faults import OWED, SHARES, VENDOR, Fault, make_own
from tests.preflight.papers import TARGETS
from tests.preflight.payables_faults import PAYABLES_FAULTS
from tests.preflight.record_faults import RECORD_FAULTS

FAULTS: Final[tuple[Fault, ...]] = (*RECORD_FAULTS, *COMPANY_FAULTS, *DOCUMENT_FAULTS, *PAYABLES_FAULTS)
#: What is right about documents of each kind.
GOODS: Final[tuple[Fault, ...]] = (
    Fault(name="goods", targets=TARGETS),
    Fault(
        name="goods of a vendor on hold",
        targets=OWED,
        seed=make_own("VENDOR", "VENDORID", "V-held", {**VENDOR, "ONHOLD": "true"}),
        paper={"vendor": "V-held"},
    ),
    Fault(
        name="costs of two entities",
        targets=("bill", "credit", "journal"),
        entity="",
        paper={"house": "G"},
        rules=SHARES.format(location="210"),
    ),
    Fault(name="goods with a label", targets=("bill", "credit"), company=RICH),
    Fault(
        name="goods with a tax",
        targets=("bill", "credit"),
        company=RICH,
        seed={
            "TAXSOLUTION": [{"SOLUTIONID": "Good tax", "DESCRIPTION": "Good tax"}],
            "TAXDETAIL": [
                {
                    "DETAILID": "P20-good",
                    "DESCRIPTION": "20 %",
                    "TAXTYPE": "Purchase",
                    "VALUE": "20",
                    "GLACCOUNT": "1000",
                    "TAXSOLUTIONID": "Good tax",
                }
            ],
        },
        paper={"tax": "TX"},
        rules='[[tax]]\nname = "good"\nwhen = { code = "TX" }\ndetail = "P20-good"\n',
    ),
    Fault(
        name="goods in euros",
        targets=("bill", "credit"),
        company=RICH,
        seed=make_own("VENDOR", "VENDORID", "V-euro", {**VENDOR, "CURRENCY": "EUR"}),
        paper={"vendor": "V-euro", "currency": "EUR"},
    ),
)
