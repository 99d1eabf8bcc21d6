"""The company sheet: what Intacct says of a company, what the settings say, and what nobody can tell."""

from collections.abc import Mapping
from typing import Any

import pytest
from tests.unit.intacct.gateway_fakes import (
    FakeTransport,
    Sent,
    data_answer,
    error,
    make_client,
    page,
    raw,
    refused,
)
from tests.unit.intacct.gateway_fakes import answer as make_answer

from ml_connector.app.results import Fact
from ml_connector.app.systems.company_sheet import QUESTIONS, fill_sheet
from ml_connector.config import CompanySettings, Link, LinkSettings, Secrets
from ml_connector.intacct import Answer

SETTINGS: Mapping[str, Any] = {
    "intacct": {"sender_id": "s", "company_id": "BRINDLE", "user_id": "u", "base_currency": "USD"},
    "cleo": {"url": "https://brindle.example", "username": "edi"},
}
EMPTY = data_answer("<data/>")
PLAIN = {
    "get_applications": data_answer(
        "<data><application>GL</application><application>AP</application></data>"
    ),
    "get_companyprefs": EMPTY,
    "getDimensions": EMPTY,
    "get_closedbooksdate": data_answer("<data><closedbooksdate/></data>"),
    "lookup APBILL": data_answer('<data><Type Name="APBILL"/></data>'),
    "lookup VENDOR": data_answer('<data><Type Name="VENDOR"/></data>'),
    "lookup PODOCUMENTENTRY": data_answer('<data><Type Name="PODOCUMENTENTRY"/></data>'),
    "count": page("X", {"COUNT.RECORDNO": "0"}),
    "query LOCATIONENTITY": page("LOCATIONENTITY"),
    "query TAXSOLUTION": page("TAXSOLUTION"),
    "query PODOCUMENTPARAMS": page("PODOCUMENTPARAMS"),
}


def fill(answers: Mapping[str, Any], *entities: str, **company: bool) -> dict[str, Fact]:
    """The sheet of a company that answers so, and as a plain one where nothing is said."""
    known = {**PLAIN, **answers}

    def react(sent: Sent) -> Answer:
        function = sent.root.find(".//function")
        assert function is not None
        asked = function[0]
        about = asked.findtext("object", "")
        counted = asked.find("select/count") is not None
        names = (f"count {about}" if counted else "", f"{asked.tag} {about}", str(asked.tag))
        name = next((name for name in names if name in known), "count" if counted else "")
        if not name:
            denied = error("PL04000005", "You do not have permission for API operation READ_LIST")
            return make_answer(refused(sent.control_ids[0], denied, function=str(asked.tag)))
        return known[name](sent)  # type: ignore[no-any-return]  # a table of what the fakes make

    client = make_client(FakeTransport(react))
    settings = LinkSettings.model_validate({**SETTINGS, "company": CompanySettings.model_validate(company)})
    link = Link(
        name="main",
        settings=settings,
        secrets=Secrets(sender_password="", user_password="", cleo_password=""),
        rules={},
    )
    return {fact.name: fact for fact in fill_sheet(link, client, entities=entities)}


@pytest.mark.rule("Before anything else", 20)
def test_a_plain_company_is_told_as_far_as_calls_go() -> None:
    sheet = fill({})

    assert [
        sheet[name].value for name in ("subscriptions", "entities", "tax solutions", "user dimensions")
    ] == [
        "GL, AP",
        "none: one set of books, in USD by the settings",
        "none",
        "none",
    ]
    assert (sheet["lines name account labels"].value, sheet["closed books"].value) == (
        "no: there are none",
        "none",
    )
    assert sheet["subscriptions"].told_by == "get_applications"


@pytest.mark.rule("Before anything else", 20)
@pytest.mark.parametrize(
    ("name", "setting"),
    [
        (question.name, question.setting)
        for question in QUESTIONS
        if question.setting not in {"", "tax_solution"}  # of taxes a call tells that there are none
    ],
)
def test_what_no_call_tells_names_the_setting_that_does(name: str, setting: str) -> None:
    labels = {"count APACCOUNTLABEL": page("APACCOUNTLABEL", {"COUNT.RECORDNO": "3"})}

    unknown = fill(labels)[name]
    chosen = fill(labels, **{setting: False})[name]

    assert (unknown.value, unknown.told_by) == ("", "")
    assert f"set {setting} = true or false in [link.main.company]" in unknown.cure
    assert chosen == Fact(name=name, value="no", told_by=f"link.main.company.{setting}")


@pytest.mark.rule("Before anything else", 20)
def test_every_setting_of_the_company_answers_a_question() -> None:
    names = {"bill_summary", "exchange_rate_type"}  # what it calls them: a choice, nothing to be found out

    assert {question.setting for question in QUESTIONS} - {""} == set(CompanySettings.model_fields) - names


def test_records_prove_what_is_switched_on() -> None:
    sheet = fill(
        {
            "query LOCATIONENTITY": page(
                "LOCATIONENTITY",
                {"RECORDNO": "1", "LOCATIONID": "E100", "NAME": "North", "CURRENCY": "USD"},
                {"RECORDNO": "2", "LOCATIONID": "E200", "NAME": "South", "CURRENCY": "EUR"},
            ),
            "count APBILL": page("APBILL", {"COUNT.RECORDNO": "7"}),
            "lookup APBILL": data_answer(
                '<data><Type Name="APBILL"><Fields><Field><ID>PRBATCH</ID><REQUIRED>true</REQUIRED></Field>'
                "</Fields></Type></data>"
            ),
            "lookup PODOCUMENTENTRY": data_answer(
                '<data><Type Name="PODOCUMENTENTRY"><Fields><Field><ID>UIQTY</ID></Field></Fields></Type></data>'
            ),
        }
    )

    assert sheet["purchasing lines are in base units"].value == "yes: UIQTY stands beside QUANTITY"
    assert sheet["entities"].value == "E100 North (USD), E200 South (EUR)"
    assert sheet["several currencies"].value == "yes: entities keep books in EUR"
    assert sheet["bills name a summary"].value == "yes"
    assert sheet["bills are approved"].value == "yes: 7 are Submitted or Partially Approved or Declined"


def test_bills_in_another_currency_prove_several() -> None:
    sheet = fill({"count APBILL": page("APBILL", {"COUNT.RECORDNO": "2"})})

    assert sheet["several currencies"].value == "yes: 2 bills are not in USD"


@pytest.mark.rule("Before anything else", 20)
def test_definitions_are_told_with_their_subtotals() -> None:
    sheet = fill(
        {
            "query PODOCUMENTPARAMS": page(
                "PODOCUMENTPARAMS",
                {
                    "RECORDNO": "1",
                    "DOCID": "Vendor Invoice",
                    "UPDATES_GL": "A",
                    "CREATETYPE": "Convert only",
                    "CONVTYPE": "Close Transaction",
                    "STATUS": "active",
                },
                {"RECORDNO": "2", "DOCID": "Old", "SEQUENCE": "PO", "UPDATES_GL": "N", "STATUS": "inactive"},
            ),
            "read PODOCUMENTPARAMS": data_answer(
                "<data><podocumentparams><DOCID>Vendor Invoice</DOCID><SUBTOTALS><SUBTOTAL>"
                "<DESCRIPTION>Freight</DESCRIPTION></SUBTOTAL><SUBTOTAL><DESCRIPTION>Tax</DESCRIPTION></SUBTOTAL>"
                "</SUBTOTALS><RECALLS><RECALL><RECDOCPAR>PO Receiver</RECDOCPAR></RECALL>"
                "<RECALL><RECDOCPAR>Purchase Order</RECDOCPAR></RECALL></RECALLS></podocumentparams></data>"
            ),
            "query TAXSOLUTION": page(
                "TAXSOLUTION", {"RECORDNO": "1", "SOLUTIONID": "UK", "STATUS": "active"}
            ),
            "count TAXDETAIL": page("TAXDETAIL", {"COUNT.RECORDNO": "4"}),
        }
    )

    assert sheet["purchasing definitions"].value == (
        "Vendor Invoice (numbered by us, posts to payables, Convert only, converted from PO Receiver or Purchase Order, "
        "once converted: Close Transaction, subtotals Freight, Tax); "
        "Old (numbered by PO, posts nowhere, inactive)"
    )
    assert sheet["tax solutions"].value == "UK, with 4 tax details"


def test_preferences_are_told_as_they_are_and_their_absence_is_no_answer() -> None:
    told = data_answer(
        "<data><companypref><application>AP</application><preference>SUMMARY</preference>"
        "<prefvalue>D</prefvalue></companypref></data>"
    )

    assert fill({"get_companyprefs": told})["preferences"].value.startswith("AP SUMMARY=D")
    assert fill({})["preferences"].cure == "no call tells"


def test_user_dimensions_and_the_closed_books_of_each_entity_are_told() -> None:
    sheet = fill(
        {
            "getDimensions": data_answer(
                "<data><dimensions><dimension><objectName>LOB</objectName><termLabel>Business</termLabel>"
                "<userDefinedDimension>true</userDefinedDimension></dimension></dimensions></data>"
            ),
            "get_closedbooksdate": data_answer("<data><closedbooksdate>12/31/2029</closedbooksdate></data>"),
        },
        "E100",
    )

    assert sheet["user dimensions"].value == "Business (LOB)"
    assert sheet["closed books of E100"].value == "through 2029-12-31"


def test_a_refused_question_says_what_intacct_said_and_the_others_are_answered() -> None:
    sheet = fill(
        {"query TAXSOLUTION": lambda sent: make_answer(refused(sent.control_ids[0], error("X", "No")))}
    )

    assert sheet["tax solutions"] == Fact(
        name="tax solutions",
        value="",
        told_by="query TAXSOLUTION",
        cure="query TAXSOLUTION: X No; set tax_solution = true or false in [link.main.company]",
    )
    assert sheet["user dimensions"].value == "none"


def test_a_busy_intacct_is_not_asked_any_more() -> None:
    asked: list[Sent] = []

    def be_busy(sent: Sent) -> Answer:
        asked.append(sent)
        return raw("", status=429)

    sheet = fill(dict.fromkeys(PLAIN, be_busy), "E100", bill_approval=True)

    assert len(asked) == 1
    assert sheet["bills are approved"].value == "yes"
    assert {fact.value for name, fact in sheet.items() if name != "bills are approved"} == {""}
    assert "HTTP 429" in sheet["closed books of E100"].cure
