"""Master records are created by those who may, each once, with what has to be said of them."""

import pytest
from tests.contract.simulators.intacct.driver import Gateway, bill, query
from tests.contract.simulators.intacct.trade import ask_errors, ask_key, elements, read_rows


def make(name: str, **fields: str) -> str:
    return f"<create><{name}>{elements(fields)}</{name}></create>"


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("GLACCOUNT", {"ACCOUNTNO": "7000", "TITLE": "Freight"}),
        ("STATACCOUNT", {"ACCOUNTNO": "S1", "TITLE": "Heads"}),
        ("DEPARTMENT", {"DEPARTMENTID": "D2", "TITLE": "Sales", "PARENTID": "D1"}),
        ("LOCATION", {"LOCATIONID": "11", "NAME": "East Yard", "PARENTID": "E1"}),
        ("CLASS", {"CLASSID": "C2", "NAME": "Trade", "STATUS": "inactive"}),
        ("PROJECT", {"PROJECTID": "P3", "NAME": "Wall", "PROJECTCATEGORY": "Contract"}),
        ("ITEM", {"ITEMID": "NUT", "NAME": "Nut", "ITEMTYPE": "Non-Inventory"}),
        ("CONTACT", {"CONTACTNAME": "Ada", "PRINTAS": "Ada Byrd"}),
    ],
)
def test_a_master_record_is_created_with_its_number_and_id(
    gateway: Gateway, name: str, fields: dict[str, str]
) -> None:
    key, value = next(iter(fields.items()))

    made = gateway.ask(make(name, **fields)).result

    assert (made.data[0].tag, made.column(key)) == (name.lower(), [value])
    found = {row[0]: row[1:] for row in read_rows(gateway, name, " ".join(["RECORDNO", *fields]))}
    assert found[made.column("RECORDNO")[0]] == [*fields.values()]
    assert ("BL34000061", f"Another {name.capitalize()} with the given value(s) {value}  already exists") in (
        gateway.ask(make(name, **fields)).result.errors
    )


def test_what_a_new_account_does_not_say_is_as_documented(gateway: Gateway) -> None:
    gateway.ask(make("GLACCOUNT", ACCOUNTNO="7000", TITLE="Freight"))
    where = "<filter><equalto><field>ACCOUNTNO</field><value>7000</value></equalto></filter>"

    found = gateway.ask(
        query("GLACCOUNT", "ACCOUNTTYPE NORMALBALANCE CLOSINGTYPE STATUS", more=where)
    ).result.data

    assert [each.text for each in found[0]] == ["balancesheet", "debit", "non-closing account", "active"]
    assert gateway.ask(bill(None, {"ACCOUNTNO": "7000"})).result.status == "success"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (make("CLASS", CLASSID="C9"), "Required field NAME is missing."),
        (make("DEPARTMENT", TITLE="Sales"), "Required field DEPARTMENTID is missing."),
        (make("CLASS", CLASSID="C9", NAME="x", PARENTID="C8"), "Invalid Class 'C8' specified."),
        (
            make("PROJECT", PROJECTID="P9", NAME="x", PROJECTCATEGORY="y", CUSTOMERID="K1"),
            "Invalid Customer 'K1' specified.",
        ),
        (
            make("PROJECT", PROJECTID="P9", NAME="x", PROJECTCATEGORY="y", BEGINDATE="2030-01-01"),
            "Illegal format for BEGINDATE: '2030-01-01' is no date MM/DD/YYYY.",
        ),
        (make("CLASS", CLASSID="C9", NAME="x", RECORDNO="7"), "Invalid field RECORDNO specified."),
        (
            make("GLACCOUNT", ACCOUNTNO="7000", TITLE="x", NORMALBALANCE="left"),
            "Invalid value 'left' for NORMALBALANCE; one of debit, credit.",
        ),
    ],
)
def test_a_master_record_that_is_wrong_is_refused(gateway: Gateway, body: str, text: str) -> None:
    assert text in ask_errors(gateway, body)


def test_a_day_is_read_back_as_it_was_created_and_changed(gateway: Gateway) -> None:
    fields = {"PROJECTID": "P3", "NAME": "Wall", "PROJECTCATEGORY": "Contract"}
    gateway.ask(make("PROJECT", **fields, BEGINDATE="03/01/2030"))
    first = read_rows(gateway, "PROJECT", "BEGINDATE")[-1]

    gateway.ask(
        "<update><PROJECT><PROJECTID>P3</PROJECTID><BEGINDATE>04/01/2030</BEGINDATE></PROJECT></update>"
    )

    assert [first, read_rows(gateway, "PROJECT", "BEGINDATE")[-1]] == [["03/01/2030"], ["04/01/2030"]]


def test_a_term_of_the_older_function_says_when_bills_are_due(gateway: Gateway) -> None:
    term = (
        "<create_apterm><name>N10</name><due><dueday>{}</dueday></due>"
        "<discount><discday>5</discday><discamount>2</discamount></discount></create_apterm>"
    )

    assert ask_key(gateway, term.format(10)) == "N10"
    gateway.ask(bill({"TERMNAME": "N10", "WHENCREATED": "01/31/2030"}))

    assert [each["WHENDUE"] for each in gateway.bills] == ["2030-02-10"]
    assert ask_errors(gateway, term.format("99999999")) == ["Invalid dueday '99999999' specified."]
