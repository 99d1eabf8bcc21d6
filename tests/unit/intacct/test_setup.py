"""How a company is set up: subscriptions, preferences, dimensions, subtotals of definitions, closed books."""

from datetime import date

import pytest
from tests.unit.intacct.gateway_fakes import FakeTransport, Reaction, data_answer, make_client, page

from ml_connector.intacct import (
    AnswerUnreadable,
    DefinedSubtotal,
    Dimension,
    DimensionValue,
    Preference,
    Setup,
)

FRIEND = Dimension(object="LINE_OF_BUSINESS", label="Branch", is_user_defined=True, is_in_ledger=True)


def ask(*reactions: Reaction) -> tuple[Setup, FakeTransport]:
    transport = FakeTransport(*reactions)
    return make_client(transport).setup, transport


def test_subscriptions_are_listed() -> None:
    setup, transport = ask(
        data_answer("<data><application>GL</application><application>AP</application></data>")
    )

    assert setup.list_applications() == ("GL", "AP")
    assert transport.calls[0].root.find(".//get_applications") is not None


def test_dimensions_go_by_the_companys_own_names() -> None:
    setup, _ = ask(
        data_answer(
            "<data><dimensions><dimension><objectName>DEPARTMENT</objectName><objectLabel>Department</objectLabel>"
            "<termLabel>Team</termLabel><userDefinedDimension>false</userDefinedDimension>"
            "<enabledInGL>true</enabledInGL></dimension><dimension><objectName>LINE_OF_BUSINESS</objectName>"
            "<termLabel>Branch</termLabel><userDefinedDimension>true</userDefinedDimension>"
            "<enabledInGL>true</enabledInGL></dimension></dimensions></data>"
        )
    )

    team, branch = setup.list_dimensions()

    assert (team.object, team.label, team.is_user_defined) == ("DEPARTMENT", "Team", False)
    assert branch == FRIEND


def test_the_values_of_a_dimension_are_paged_by_their_own_id() -> None:
    first = [{"id": str(number), "name": f"B{number}"} for number in range(1, 1001)]
    setup, transport = ask(
        page("LINE_OF_BUSINESS", *first, remaining=1),
        page("LINE_OF_BUSINESS", {"id": "1001", "name": "Last"}),
    )

    values = list(setup.list_dimension_values(FRIEND))

    assert (len(values), values[-1]) == (1001, DimensionValue(value_no=1001, name="Last"))
    assert transport.calls[1].text(".//greaterthan/field") == "id"


def test_the_subtotals_of_definitions_are_read_with_them() -> None:
    setup, _ = ask(
        page("PODOCUMENTPARAMS", {"RECORDNO": "3", "DOCID": "Vendor Invoice"}),
        data_answer(
            "<data><podocumentparams><RECORDNO>3</RECORDNO><DOCID>Vendor Invoice</DOCID><SUBTOTALS>"
            "<SUBTOTAL><DESCRIPTION>Freight</DESCRIPTION><DISC_CHARGE>Charge</DISC_CHARGE>"
            "<GLACCOUNT>5100</GLACCOUNT><APPORTIONED>true</APPORTIONED><ISTAX>false</ISTAX></SUBTOTAL>"
            "<SUBTOTAL><DESCRIPTION>Allowance</DESCRIPTION><DISC_CHARGE>Discount</DISC_CHARGE></SUBTOTAL>"
            "</SUBTOTALS></podocumentparams></data>"
        ),
    )

    freight, allowance = setup.list_subtotals()

    assert freight == DefinedSubtotal(
        definition="Vendor Invoice",
        description="Freight",
        is_discount=False,
        is_tax=False,
        is_apportioned=True,
        gl_account_no="5100",
    )
    assert (allowance.description, allowance.is_discount) == ("Allowance", True)


@pytest.mark.parametrize(
    "said",
    [
        "<RECALLS><RECALL><RECDOCPAR>Order</RECDOCPAR></RECALL><RECALL><RECDOCPAR>Receiver</RECDOCPAR></RECALL></RECALLS>",
        "<RECALLS>Order#~#Receiver</RECALLS>",
    ],
)
def test_definitions_say_what_their_documents_may_be_converted_from(said: str) -> None:
    setup, _ = ask(
        page("PODOCUMENTPARAMS", {"RECORDNO": "3", "DOCID": "Vendor Invoice"}),
        data_answer(f"<data><podocumentparams><DOCID>Vendor Invoice</DOCID>{said}</podocumentparams></data>"),
    )

    (definition,) = setup.list_definitions()

    assert definition.sources == ("Order", "Receiver")
    assert definition.subtotals == ()


def test_preferences_are_asked_by_application() -> None:
    setup, transport = ask(
        data_answer(
            "<data><companypref><application>AP</application><preference>LABELS</preference>"
            "<prefvalue>Y</prefvalue></companypref></data>"
        )
    )

    assert setup.list_preferences('A"P') == (Preference(application="AP", name="LABELS", value="Y"),)
    asked = transport.calls[0].root.find(".//get_companyprefs")
    assert asked is not None
    assert asked.get("application") == 'A"P'


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("<year>2030</year><month>01</month><day>31</day>", date(2030, 1, 31)),
        ("01/31/2030", date(2030, 1, 31)),
        ("<year/><month/><day/>", None),
        ("", None),
    ],
)
def test_the_last_closed_day_is_read_in_an_entity(said: str, day: date | None) -> None:
    setup, transport = ask(data_answer(f"<data><closedbooksdate>{said}</closedbooksdate></data>"))

    assert setup.find_closed_date(entity="E100") == day
    assert transport.logins[0].text(".//login/locationid") == "E100"


def test_an_empty_answer_means_that_no_day_is_closed() -> None:
    setup, _ = ask(data_answer("<data/>"))

    assert setup.find_closed_date() is None


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("<data><date>01/31/2030</date></data>", "no date in the answer"),
        ("", "no date in the answer"),
        ("<data><closedbooksdate>soon</closedbooksdate></data>", "'soon' is no date"),
        ("<data><closedbooksdate><year>x</year></closedbooksdate></data>", "invalid literal"),
        (
            "<data><closedbooksdate><year>2030</year><month>13</month><day>1</day></closedbooksdate></data>",
            "month must",
        ),
    ],
)
def test_a_closed_day_in_another_form_is_not_guessed(data: str, said: str) -> None:
    setup, _ = ask(data_answer(data))

    with pytest.raises(AnswerUnreadable, match=said):
        setup.find_closed_date()
