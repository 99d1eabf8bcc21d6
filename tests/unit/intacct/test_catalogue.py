"""The catalogue of errors: every error has a class, and the client acts as the catalogue says."""

import re
from pathlib import Path

import pytest

from ml_connector.intacct import CallResult, ErrorClass, ErrorDetail, classify, errors, explain, name_class
from ml_connector.intacct.catalogue import CATALOGUE, UNKNOWN, Explanation, Level
from ml_connector.intacct.refusals import (
    classify_authentication,
    classify_control,
    classify_read,
)

SIMULATOR = Path(__file__).parents[3] / "simulators" / "mlc_sim" / "intacct"
#: How the simulator writes an error's number: as an argument, in a fault, into an element, or as XML.
NUMBER = re.compile(r"""(?<!/)errorno(?:=|": |"\)\.text = |>)"?(?P<number>[^"<,)]+)""")
CHECK = "Check the transaction for errors or inconsistencies, then try again."
CATCH_ALL = ErrorDetail(
    errorno="BL01001973", description2="Could not create apbill record.", correction=CHECK
)
UNIT = ErrorDetail(errorno="BL03000018", description2="Missing unit")
ROLLED_BACK = ErrorDetail(
    errorno="XL03000009", description2="The entire transaction in this operation has been rolled back."
)
CASES: list[tuple[Level, str, str, ErrorClass]] = [
    ("control", "XL03000006", "Incorrect Intacct XML Partner ID or password.", ErrorClass.SENDER_AUTH),
    ("control", "XL03000006", "x is not a valid transport policy.", ErrorClass.OUR_BUG),
    ("authentication", "XL03000006", "Sign-in information is incorrect", ErrorClass.USER_AUTH),
    ("authentication", "XL03000006", "Invalid Web Services Authorization", ErrorClass.SENDER_AUTH),
    ("authentication", "XL03000006", "something else", ErrorClass.USER_AUTH),
    ("function", "XL03000006", "The following fields cannot be queried", ErrorClass.OUR_BUG),
    ("function", "XL03000009", "Object definition X not found", ErrorClass.OUR_BUG),
    ("function", "PL04000005", "", ErrorClass.PERMISSION),
    ("function", "x", "You do not have permission for API operation READ", ErrorClass.PERMISSION),
    (
        "function",
        "BL34000061",
        "Another Vendor with the given value(s) V  already exists",
        ErrorClass.DUPLICATE,
    ),
    ("function", "BL01001973", "Duplicate account number", ErrorClass.DUPLICATE),
    ("function", "BL01001973", "Invalid Project '10064' specified.", ErrorClass.VALIDATION),
    ("function", "BL01001973", "The period of 01/02/2030 is closed.", ErrorClass.CLOSED_PERIOD),
    ("function", "DL02000001", "There was an error processing the request.", ErrorClass.AMBIGUOUS),
    ("function", "DL02000001", "Unknown field FOO", ErrorClass.OUR_BUG),
    ("control", "GW-0010", "", ErrorClass.THROTTLED),
    ("function", "x", "The Service is Temporarily Off-line", ErrorClass.THROTTLED),
    ("function", "ZZ99999999", "nobody has met this", ErrorClass.VALIDATION),
]


@pytest.mark.parametrize(("level", "code", "text", "kind"), CASES)
def test_each_error_has_the_class_of_its_level_number_and_wording(
    level: Level, code: str, text: str, kind: ErrorClass
) -> None:
    error = ErrorDetail(errorno=code, description2=text)

    assert explain(error, level=level).kind is kind
    assert classify([error], level=level) is kind


def test_every_number_that_the_simulator_can_send_is_known() -> None:
    said = [found["number"] for path in SIMULATOR.glob("*.py") for found in NUMBER.finditer(path.read_text())]
    numbers = {each for each in said if each != "problem.errorno"}

    assert len(said) > 20
    assert {"GW-0010", "GW-0011", "Query Failed", "PL04000005"} <= numbers
    assert numbers <= {row.code for row in CATALOGUE}, "explain these in the catalogue"


def test_an_error_nobody_has_met_is_said_to_be_unknown() -> None:
    assert explain(ErrorDetail(errorno="ZZ99999999")) is UNKNOWN


@pytest.mark.rule("The books must agree", 4)
def test_a_catch_all_is_ambiguous_alone_and_nothing_beside_another() -> None:
    assert classify([CATCH_ALL]) is ErrorClass.AMBIGUOUS
    assert classify([UNIT, CATCH_ALL]) is ErrorClass.VALIDATION
    named = ErrorDetail(errorno="BL01001973", description2="Invalid Project 'P' specified.", correction=CHECK)
    assert classify([named]) is ErrorClass.VALIDATION


def test_two_catch_alls_say_no_more_than_one_and_nor_does_a_number_that_may_be_trouble_at_intacct() -> None:
    trouble = ErrorDetail(errorno="DL02000001", description2="There was an error processing the request.")

    assert classify([CATCH_ALL, CATCH_ALL]) is ErrorClass.AMBIGUOUS
    assert classify([trouble, CATCH_ALL]) is ErrorClass.AMBIGUOUS


def test_being_too_busy_counts_only_when_it_is_all_that_is_said() -> None:
    busy = ErrorDetail(errorno="GW-0010", description2="API rate limit exceeded")

    assert classify([busy]) is classify([busy, CATCH_ALL]) is ErrorClass.THROTTLED
    assert classify([busy, UNIT]) is classify([UNIT, busy]) is ErrorClass.VALIDATION


def test_a_roll_back_is_classed_by_what_caused_it() -> None:
    closed = ErrorDetail(errorno="BL01001973", description2="The AP period is closed.")

    assert classify([ROLLED_BACK, closed]) is ErrorClass.CLOSED_PERIOD
    assert classify([ROLLED_BACK]) is ErrorClass.VALIDATION


def test_no_error_at_all_is_ambiguous() -> None:
    assert classify([]) is ErrorClass.AMBIGUOUS


def _make_error(row: Explanation) -> ErrorDetail:
    correction = CHECK if row.says.startswith("check the") else ""
    return ErrorDetail(errorno=row.code, description2="" if correction else row.says, correction=correction)


@pytest.mark.parametrize("row", CATALOGUE, ids=lambda row: f"{row.code} {row.says}")
def test_every_row_is_reached_and_says_what_to_do(row: Explanation) -> None:
    error = _make_error(row)

    assert explain(error, level=row.level or "function") is row or row.code == "DL02000001"
    assert all((row.meaning, row.who, row.cure))


@pytest.mark.parametrize("row", CATALOGUE, ids=lambda row: f"{row.code} {row.says}")
def test_the_client_acts_as_the_catalogue_says(row: Explanation) -> None:
    error = _make_error(row)

    if row.level == "control":
        raised = classify_control([error])
    elif row.level == "authentication":
        raised = classify_authentication([error])
    else:
        raised = classify_read("query VENDOR", [error])
        assert (row.kind is ErrorClass.PERMISSION) == isinstance(raised, errors.PermissionDenied)
        is_vague = row.kind is ErrorClass.AMBIGUOUS or row.code == "DL02000001"
        assert is_vague == (type(raised) is errors.Unavailable)
    assert (row.kind is ErrorClass.THROTTLED) == isinstance(raised, errors.Throttled)


RAISED = [
    (errors.NotSent("x"), ErrorClass.UNAVAILABLE),
    (errors.Unavailable("x"), ErrorClass.UNAVAILABLE),
    (errors.AnswerUnreadable("x"), ErrorClass.UNAVAILABLE),
    (errors.Broken("x"), ErrorClass.AMBIGUOUS),
    (errors.Ambiguous("x", control_ids=["c"]), ErrorClass.AMBIGUOUS),
    (errors.Throttled("x"), ErrorClass.THROTTLED),
    (errors.SessionRefused("x", refused="user"), ErrorClass.SESSION_GONE),
    (errors.CredentialsRefused("x", refused="user"), ErrorClass.USER_AUTH),
    (errors.CredentialsRefused("x", refused="sender"), ErrorClass.SENDER_AUTH),
    (errors.CredentialsRefused("x", refused="company"), ErrorClass.SENDER_AUTH),
    (errors.EndpointRefused("x"), ErrorClass.USER_AUTH),
    (errors.PermissionDenied("x"), ErrorClass.PERMISSION),
    (errors.RequestRejected("x"), ErrorClass.OUR_BUG),
    (errors.RequestRejected("x", details=[UNIT]), ErrorClass.VALIDATION),
    (errors.RequestRejected("x", details=[CATCH_ALL]), ErrorClass.OUR_BUG),
]


@pytest.mark.parametrize(("error", "kind"), RAISED)
def test_everything_that_is_raised_has_a_class(error: errors.IntacctError, kind: ErrorClass) -> None:
    assert name_class(error) is kind


def test_a_refused_write_has_a_class() -> None:
    refused = CallResult(control_id="c", status="refused", errors=(UNIT, CATCH_ALL))

    assert refused.kind is ErrorClass.VALIDATION
