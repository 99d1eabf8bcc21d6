"""Who may do what, what an approver decides, what the audit trail tells, what is deleted, and faults by seed."""

import pytest
from tests.contract.simulators.intacct.driver import Gateway, Result, bill, compare, query, seed
from tests.contract.simulators.intacct.trade import item, plant_trade, purchase, read_rows

TRAIL = "OBJECTTYPE OBJECTKEY ACCESSMODE USERID"


def delete(object_name: str, keys: str) -> str:
    return f"<delete><object>{object_name}</object><keys>{keys}</keys></delete>"


def ask(gateway: Gateway, body: str) -> Result:
    return gateway.ask(body).result


def test_the_trail_tells_what_was_created_and_deleted(gateway: Gateway) -> None:
    gateway.ask(bill({"ACTION": "Draft"}))
    gateway.ask(delete("APBILL", "1"))

    assert read_rows(gateway, "AUDITHISTORY", TRAIL) == [
        ["apbill", "1", "C", "clerk"],
        ["apbill", "1", "D", "clerk"],
    ]
    body = "<readByQuery><object>AUDITHISTORY</object><query>ACCESSMODE = 'Delete'</query></readByQuery>"
    assert ask(gateway, body).column("OBJECTKEY") == ["1"]


def test_a_bill_removed_by_hand_is_in_the_trail(gateway: Gateway) -> None:
    gateway.ask(bill())

    gateway.admin("DELETE", "/bills/1")

    assert read_rows(gateway, "AUDITHISTORY", TRAIL)[-1] == ["apbill", "1", "D", ""]


def test_the_trail_lags_behind(gateway: Gateway) -> None:
    gateway.admin("POST", "/settings", {"audit_lag_seconds": 3600})
    gateway.ask(bill())
    before = read_rows(gateway, "AUDITHISTORY", TRAIL)

    gateway.admin("POST", "/clock", {"advance": 3601})

    assert before == []
    assert len(read_rows(gateway, "AUDITHISTORY", TRAIL)) == 1


def test_what_was_refused_is_not_in_the_trail(gateway: Gateway) -> None:
    gateway.ask(bill({"VENDORID": "V9"}))

    assert read_rows(gateway, "AUDITHISTORY", TRAIL) == []


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (delete("APBILL", "1"), "Bill '1' is Posted and cannot be deleted."),
        (delete("APBILL", "9"), "Cannot find apbill with key '9' to delete."),
        (delete("VENDOR", "1"), "Vendor 'V1' is used in transactions and cannot be deleted."),
        (delete("VENDOR", "2,99"), "Cannot find vendor with key '99' to delete."),
        (delete("GLBATCH", "1"), "Cannot find glbatch with key '1' to delete."),
        (delete("APBILLITEM", "1"), "delete APBILLITEM is not simulated"),
    ],
)
def test_what_may_not_be_deleted_stays(gateway: Gateway, body: str, text: str) -> None:
    gateway.ask(bill())

    assert ask(gateway, body).errors[-1][1] == text
    assert len(gateway.bills) == 1
    assert len(read_rows(gateway, "VENDOR", "VENDORID")) == 3


def test_a_vendor_nobody_used_can_be_deleted(gateway: Gateway) -> None:
    assert ask(gateway, delete("VENDOR", "2")).status == "success"

    assert [row[0] for row in read_rows(gateway, "VENDOR", "VENDORID")] == ["V1", "V3"]


def test_a_journal_of_a_closed_state_stays_and_a_draft_goes(gateway: Gateway) -> None:
    plant_trade(gateway)
    lines = "".join(
        f"<GLENTRY><ACCOUNTNO>6000</ACCOUNTNO><TR_TYPE>{sign}</TR_TYPE><AMOUNT>1</AMOUNT><LOCATION>10</LOCATION></GLENTRY>"
        for sign in ("1", "-1")
    )
    journal = (
        "<create><GLBATCH><JOURNAL>GJ</JOURNAL><BATCH_DATE>01/31/2030</BATCH_DATE><BATCH_TITLE>x</BATCH_TITLE>"
        f"<STATE>{{}}</STATE><ENTRIES>{lines}</ENTRIES></GLBATCH></create>"
    )
    gateway.ask(journal.format("Posted"), journal.format("Draft"))

    refused, done = (ask(gateway, delete("GLBATCH", number)) for number in "12")

    assert refused.errors[0][1] == "GLBATCH '1' is Posted and cannot be deleted."
    assert done.status == "success"
    assert read_rows(gateway, "GLENTRY", "BATCHNO") == [["1"], ["1"]]


@pytest.mark.parametrize(
    ("body", "operation"),
    [
        (query("VENDOR", "VENDORID"), "READ"),
        ("<readByQuery><object>VENDOR</object><query></query></readByQuery>", "READ"),
        ("<create><VENDOR><NAME>x</NAME></VENDOR></create>", "CREATE"),
        ("<create_vendor><vendorid>x</vendorid><name>x</name></create_vendor>", "CREATE"),
        (delete("VENDOR", "1"), "DELETE"),
    ],
)
def test_a_user_without_permission_is_refused(gateway: Gateway, body: str, operation: str) -> None:
    gateway.admin("POST", "/settings", {"permissions": {"clerk": {"VENDOR": ""}}})

    text = f"You do not have permission for API operation {operation} on objects of type VENDOR."
    assert ask(gateway, body).errors == [("PL04000005", text)]


def test_a_permission_is_for_its_user_object_and_operation(gateway: Gateway) -> None:
    gateway.admin("POST", "/settings", {"permissions": {"clerk": {"VENDOR": "r", "APBILL": "c"}, "boss": {}}})

    reads, writes = ask(gateway, query("VENDOR", "VENDORID")), ask(gateway, bill())

    assert (reads.status, writes.status) == ("success", "success")
    assert ask(gateway, "<lookup><object>APBILL</object></lookup>").status == "success"
    assert ask(gateway, query("APBILL", "RECORDNO")).status == "failure"


def test_an_application_without_subscription_is_refused(gateway: Gateway) -> None:
    plant_trade(gateway)
    gateway.admin("POST", "/settings", {"unsubscribed": ["Purchasing"]})

    errors = ask(gateway, purchase("Purchase Order", item("1"))).errors

    assert errors == [("PL04000005", "The company has not subscribed to Purchasing, which has PODOCUMENT.")]
    response = gateway.admin_response("POST", "/settings", {"unsubscribed": ["Gardening"]})
    assert response.status == 400


def test_an_approver_posts_or_declines_what_was_submitted(gateway: Gateway) -> None:
    gateway.admin("POST", "/settings", {"approvals": True})
    gateway.ask(bill(), bill())

    for number, state in ((1, "Posted"), (2, "Declined")):
        gateway.admin("POST", "/decisions", {"object": "APBILL", "RECORDNO": number, "state": state})

    assert [each["STATE"] for each in gateway.bills] == ["Posted", "Declined"]
    again = {"object": "APBILL", "RECORDNO": 1, "state": "Declined"}
    assert gateway.admin_response("POST", "/decisions", again).status == 400


def test_an_approver_decides_on_purchasing_documents_too(gateway: Gateway) -> None:
    plant_trade(gateway)
    gateway.admin("POST", "/settings", {"approvals": True})
    gateway.ask(purchase("Purchase Order", item("1")))

    gateway.admin("POST", "/decisions", {"object": "PODOCUMENT", "RECORDNO": 1, "state": "Pending"})

    assert read_rows(gateway, "PODOCUMENT", "STATE") == [["Pending"]]
    nonsense = {"object": "PODOCUMENT", "RECORDNO": 9, "state": "Pending"}
    assert gateway.admin_response("POST", "/decisions", nonsense).status == 400


def test_what_was_never_changed_can_be_without_time_of_change(gateway: Gateway) -> None:
    gateway.admin("POST", "/settings", {"null_when_modified": True})
    gateway.ask(bill(), bill({"RECORDID": "INV-2"}))
    gateway.admin("POST", "/clock", {"advance": 60})
    plant_trade(gateway)
    detail = "<APPYMTDETAIL><RECORDKEY>1</RECORDKEY><TRX_PAYMENTAMOUNT>1</TRX_PAYMENTAMOUNT></APPYMTDETAIL>"
    gateway.ask(
        "<create><APPYMT><FINANCIALENTITY>BANK</FINANCIALENTITY><PAYMENTMETHOD>ACH</PAYMENTMETHOD><VENDORID>V1</VENDORID>"
        f"<PAYMENTDATE>02/01/2030</PAYMENTDATE><APPYMTDETAILS>{detail}</APPYMTDETAILS></APPYMT></create>"
    )

    never = ask(gateway, query("APBILL", "RECORDNO WHENMODIFIED", compare("isnull", "WHENMODIFIED")))
    changed = ask(gateway, query("APBILL", "RECORDNO", compare("isnotnull", "WHENMODIFIED")))

    assert (never.column("RECORDNO"), never.column("WHENMODIFIED")) == (["2"], [""])
    assert changed.column("RECORDNO") == ["1"]


def test_the_same_seed_draws_the_same_faults(gateway: Gateway) -> None:
    asked = {"seed": 7, "count": 5, "within": 50}

    first, second = (gateway.admin("POST", "/faults/random", asked) for _ in range(2))
    other = gateway.admin("POST", "/faults/random", {**asked, "seed": 8})

    assert first == second != other
    assert [1 <= each["nth"] <= 50 for each in first] == [True] * 5
    assert len(gateway.admin("GET", "/faults")) == 15
    assert gateway.admin_response("POST", "/faults/random", {"seed": 1}).status == 400


def test_the_endpoint_can_have_another_host(gateway: Gateway) -> None:
    gateway.admin("POST", "/settings", {"endpoint_host": "na99.intacct.com"})

    answer = gateway.ask("<getAPISession/>")

    assert answer.root.findtext(".//endpoint") == "http://na99.intacct.com:1/ia/xml/xmlgw.phtml"
    assert seed()["company"]["id"] == answer.root.findtext(".//companyid")
