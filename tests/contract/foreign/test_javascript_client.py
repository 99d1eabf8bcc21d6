"""The official SDK of JavaScript, unchanged, does its work on the simulated gateway and sees its failures as its own."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from tests.contract.foreign.accepted import list_accepted
from tests.contract.foreign.company_site import HOST, Site

DAY = {"day": "2030-01-31"}
DUE = {"day": "2030-03-02"}


def make(name: str, **properties: object) -> dict[str, Any]:
    """An object of the SDK, by its path below Functions."""
    return {"new": f"Functions.{name}", "set": properties}


def make_vendor(key: str = "J1") -> dict[str, Any]:
    return make(
        "AccountsPayable.VendorCreate", vendorId=key, vendorName="Jarrow Nails", printAs="Jarrow Nails"
    )


def make_bill(number: str = "J-1", account: str = "6000", **more: object) -> dict[str, Any]:
    line = make(
        "AccountsPayable.BillLineCreate", glAccountNumber=account, transactionAmount=12.5, locationId="10"
    )
    bill = {"vendorId": "V1", "transactionDate": DAY, "dueDate": DUE, "billNumber": number, "lines": [line]}
    return make("AccountsPayable.BillCreate", **{**bill, **more})


def make_purchase(definition: str = "Purchase Order", unit: str = "Each", **more: object) -> dict[str, Any]:
    line = make(
        "Purchasing.PurchasingTransactionLineCreate",
        itemId="BOLT",
        quantity=3,
        unit=unit,
        price=1.5,
        locationId="10",
    )
    document = {"transactionDefinition": definition, "transactionDate": DAY, "dueDate": DUE, "vendorId": "V1"}
    return make("Purchasing.PurchasingTransactionCreate", **{**document, "lines": [line], **more})


def make_journal(*amounts: float) -> dict[str, Any]:
    lines = [
        make(
            "GeneralLedger.JournalEntryLineCreate",
            glAccountNumber="6000",
            transactionAmount=amount,
            locationId="10",
        )
        for amount in amounts
    ]
    return make(
        "GeneralLedger.JournalEntryCreate",
        journalSymbol="GJ",
        postingDate=DAY,
        description="Accrual",
        lines=lines,
    )


def make_query(object_name: str, *fields: str, **more: object) -> dict[str, Any]:
    select = [{"new": "Functions.Common.NewQuery.QuerySelect.Field", "with": [field]} for field in fields]
    return make("Common.NewQuery.Query", fromObject=object_name, selectFields=select, **more)


def read_result(outcome: dict[str, Any]) -> dict[str, Any]:
    (result,) = outcome["results"]
    assert result["status"] == "success"
    return dict(result)


def test_it_logs_in_and_follows_the_endpoint(site: Site) -> None:
    (login,) = site.run_javascript()

    assert login["endpoint"].startswith(f"http://{HOST}:")
    assert login["session"].startswith("canary-")


def test_it_queries_with_a_filter_an_order_and_pages(site: Site) -> None:
    path = "Functions.Common.NewQuery"
    where = {
        "new": f"{path}.QueryFilter.AndOperator",
        "with": [
            [
                {
                    "new": f"{path}.QueryFilter.Filter",
                    "with": ["VENDORID"],
                    "then": [["in", ["V1", "V2", "V3"]]],
                },
                {"new": f"{path}.QueryFilter.Filter", "with": ["STATUS"], "then": [["equalTo", "active"]]},
            ]
        ],
    }
    order = [{"new": f"{path}.QueryOrderBy.OrderDescending", "with": ["VENDORID"]}]

    _, first, second = site.run_javascript(
        make_query("VENDOR", "VENDORID", filter=where, orderBy=order, pageSize=1),
        make_query("VENDOR", "VENDORID", filter=where, orderBy=order, pageSize=1, offset=1),
    )

    assert [read_result(each)["data"] for each in (first, second)] == [
        [{"VENDORID": "V2"}],
        [{"VENDORID": "V1"}],
    ]
    assert (read_result(first)["totalCount"], read_result(first)["numRemaining"]) == (2, 1)


def test_it_reads_on_by_the_result_id(site: Site) -> None:
    more = make("Common.ReadMore", resultId={"last": "resultId"})

    _, *pages = site.run_javascript(
        make("Common.ReadByQuery", objectName="VENDOR", fields=["VENDORID"], pageSize=1), more, more
    )

    results = [read_result(page) for page in pages]
    assert sorted(row["VENDORID"] for result in results for row in result["data"]) == ["V1", "V2", "V3"]
    assert [result["numRemaining"] for result in results] == [2, 1, 0]


def test_it_reads_by_number_by_name_and_looks_up_fields(site: Site) -> None:
    _, read, named, looked_up, inspected = site.run_javascript(
        make("Common.Read", objectName="VENDOR", keys=[1], fields=["VENDORID", "NAME"]),
        make("Common.ReadByName", objectName="VENDOR", names=["V2"], fields=["NAME"]),
        make("Common.Lookup", objectName="GLBATCH"),
        make("Common.Inspect", objectName="VENDOR"),
    )

    assert read_result(read)["data"] == [{"VENDORID": "V1", "NAME": "Alnwick Bolts"}]
    assert read_result(named)["data"] == [{"NAME": "Bamburgh Nuts"}]
    assert "BATCH_TITLE" in str(read_result(looked_up)["data"])
    assert "VENDORID" in str(read_result(inspected)["data"])


def test_it_creates_a_vendor_a_bill_a_purchasing_transaction_and_a_journal(site: Site) -> None:
    _, vendor, bill, purchase, journal = site.run_javascript(
        make_vendor(), make_bill(), make_purchase(), make_journal(5.25, -5.25)
    )

    assert read_result(vendor)["data"][0]["VENDORID"] == "J1"
    assert read_result(bill)["key"] == "1"
    assert read_result(purchase)["key"] == "Purchase Order-PO0001"
    assert read_result(journal)["data"] == [{"RECORDNO": "1"}]
    assert [(each["RECORDID"], each["TOTALENTERED"]) for each in site.gateway.bills] == [("J-1", "12.50")]


def test_it_creates_an_adjustment_a_payment_and_an_attachment(site: Site) -> None:
    line = make(
        "AccountsPayable.ApAdjustmentLineCreate",
        glAccountNumber="6000",
        transactionAmount=-2.5,
        locationId="10",
    )
    detail = {
        "new": "Functions.AccountsPayable.ApPaymentDetailBill",
        "with": [make("AccountsPayable.ApPaymentDetailBillInfo", recordNo=1, paymentAmount=12.5)],
    }
    payment = make(
        "AccountsPayable.ApPaymentInfo",
        paymentMethod="ACH",
        financialEntityId="BANK",
        vendorId="V1",
        paymentDate=DUE,
        apPaymentDetails=[detail],
    )

    outcomes = site.run_javascript(
        make_bill(),
        make(
            "AccountsPayable.ApAdjustmentCreate",
            vendorId="V1",
            transactionDate=DAY,
            adjustmentNumber="A-1",
            lines=[line],
        ),
        {"new": "Functions.AccountsPayable.ApPaymentCreate", "with": [payment]},
        make("Company.AttachmentsFolderCreate", folderName="EDI"),
        make(
            "Company.AttachmentsCreate",
            attachmentsId="D-1",
            attachmentsName="D-1",
            attachmentFolderName="EDI",
        ),
    )

    results = [read_result(each) for each in outcomes[1:]]
    assert [result.get("key") for result in results] == ["1", "1", None, "EDI", "D-1"]
    assert [(bill["STATE"], bill["TOTALDUE"]) for bill in site.gateway.bills] == [("Paid", "0.00")]
    assert [body.NAME for body in list_accepted(site)] == [
        "create APBILL",
        "create_apadjustment",
        "create APPYMT",
    ]


@pytest.mark.parametrize(
    ("config", "text"),
    [
        ({"senderPassword": "wrong"}, "XL03000006 Incorrect Intacct XML Partner ID or password."),
        ({"userPassword": "wrong"}, "XL03000006 Sign-in information is incorrect"),
        ({"companyId": "NOWHERE"}, "XL03000006 Sign-in information is incorrect"),
    ],
)
def test_a_wrong_login_is_its_response_exception(site: Site, config: dict[str, str], text: str) -> None:
    (login,) = site.run_javascript(**config)

    assert login["error"]["name"] == "ResponseException"
    assert login["error"]["errors"] == [text]


def test_a_refused_function_is_its_result_exception(site: Site) -> None:
    refused = {
        "BL01001973 Line 1: Invalid GL Account '9' specified.": make_bill(account="9"),
        "BL34000061 Another Vendor with the given value(s) V1  already exists": make_vendor("V1"),
        "BL03000018 Line 1: Missing unit": make_purchase(unit="each"),
        "BL01001973 Debits and credits of entity E1 do not balance": make_journal(5, -4),
        "XL03000009 Object definition APPLE not found": make_query("APPLE", "RECORDNO"),
        "XL03000006 The following fields cannot be queried": make_query("VENDOR", "COLOUR"),
        "Query Failed Invalid or expired resultId 'none'.": make("Common.ReadMore", resultId="none"),
    }

    _, *outcomes = site.run_javascript(*refused.values())

    for text, outcome in zip(refused, outcomes, strict=True):
        assert outcome["error"]["name"] == "ResultException"
        assert outcome["error"]["errors"][0].startswith(text)


def test_a_breach_of_the_schema_is_its_response_exception(site: Site) -> None:
    _, outcome = site.run_javascript(make_bill(lines=[]))

    assert outcome["error"]["name"] == "ResponseException"
    assert outcome["error"]["errors"][0].startswith("XL03000003 XML Parse schema error: Element billitems")


def test_a_transaction_fails_as_a_whole(site: Site) -> None:
    _, outcome = site.run_javascript(
        {"batch": [make_bill("J-1"), make_bill("J-2", account="9")], "request": {"transaction": True}}
    )

    assert outcome["error"]["name"] == "ResultException"
    assert any(text.startswith("XL03000009") for text in outcome["error"]["errors"])
    assert site.gateway.bills == []


def test_a_function_sent_twice_is_refused_when_it_asks_to_be_unique(site: Site) -> None:
    once = {**make_bill(controlId="bill-1"), "request": {"uniqueId": True}}

    _, first, second = site.run_javascript(once, once)

    assert read_result(first)["controlId"] == "bill-1"
    assert second["error"]["errors"][0].startswith("XL03000009 A function with this control id")
    assert len(site.gateway.bills) == 1


THROTTLED = {
    "action": "http",
    "status": 429,
    "headers": {"Content-Type": "text/xml"},
    "body": "<response><control><status>failure</status></control><errormessage><error><errorno>GW-0010</errorno>"
    "</error></errormessage></response>",
}
#: What befalls a query, the exception it is then, and some words of it; nothing goes on after the last one.
FAILURES: Sequence[tuple[Mapping[str, object], str, str]] = (
    (THROTTLED, "ResponseException", "GW-0010"),
    ({"action": "http", "status": 503, "body": "busy"}, "Error", "Request retry count exceeded"),
    ({"action": "html"}, "IntacctException", "root response element"),
    ({"action": "drop"}, "Error", "socket hang up"),
    ({"action": "expire_sessions"}, "ResponseException", "XL03000006 Sign-in information is incorrect"),
)


def test_a_failing_gateway_is_one_of_its_exceptions(site: Site) -> None:
    site.set_faults(*(fault for fault, _, _ in FAILURES))
    step = {**make_query("VENDOR", "VENDORID"), "request": {"maxRetries": 0}}

    _, *outcomes = site.run_javascript(*[step] * len(FAILURES))

    for outcome, (_, name, text) in zip(outcomes, FAILURES, strict=True):
        assert outcome["error"]["name"] == name
        assert text in outcome["error"]["message"]


def test_it_tries_again_after_a_server_error(site: Site) -> None:
    site.set_faults({"action": "http", "status": 503, "body": "busy"})

    _, outcome = site.run_javascript(make_query("VENDOR", "VENDORID"))

    assert len(read_result(outcome)["data"]) == 3
