"""What is taken for granted of a company: a gateway that contradicts it is found out."""

from collections.abc import Callable, Mapping

import pytest
from tests.unit.intacct.gateway_fakes import (
    FakeTransport,
    Sent,
    answer,
    data_answer,
    error,
    make_client,
    page,
    refused,
    write_format,
)

from ml_connector.intacct import (
    Answer,
    IntacctError,
    PermissionDenied,
    Readable,
    RequestRejected,
    Vendor,
    Warehouse,
    list_checks,
)

React = Callable[[Sent], Answer]
CHECKS = {check.name: check for check in list_checks()}
ZONE = write_format(offset="+00:00")
STAMPED = {"RECORDNO": "1", "VENDORID": "V-1", "WHENMODIFIED": "01/02/2030 10:00:00"}


def find_fault(name: str, answers: Mapping[str, React]) -> str:
    """What the check says of a gateway that answers so: by function and object, counts by themselves."""

    def react(sent: Sent) -> Answer:
        function = sent.root.find(".//function")
        assert function is not None
        asked = function[0]
        is_count = asked.find("select/count") is not None
        name = "count" if is_count else " ".join(filter(None, (str(asked.tag), asked.findtext("object"))))
        return answers[name](sent)

    return CHECKS[name].find_fault(make_client(FakeTransport(react, form=ZONE)))


def refuse(errorno: str, text: str) -> React:
    return lambda sent: answer(refused(sent.control_ids[0], error(errorno, text), function="query"))


def count(*numbers: int) -> React:
    """One answer after the other to questions for a number."""
    left = iter([page("X", {"COUNT.RECORDNO": str(number), "MAX.RECORDNO": "2"}) for number in numbers])

    def react(sent: Sent) -> Answer:
        return next(left)(sent)

    return react


def of_pages(small: React, large: React) -> React:
    return lambda sent: (small if sent.text(".//pagesize") == "7" else large)(sent)


def fields(*names: str) -> React:
    told = "".join(f"<Field><ID>{name}</ID></Field>" for name in names)
    return data_answer(f'<data><Type Name="VENDOR"><Fields>{told}</Fields></Type></data>')


VENDORS = page("VENDOR", {"RECORDNO": "1", "VENDORID": "V-1"})
TERMS = page("APTERM", {"RECORDNO": "1", "NAME": "N30"}, {"RECORDNO": "2", "NAME": "N45"})
TERM = data_answer('<data numremaining="0"><apterm><RECORDNO>1</RECORDNO><NAME>N30</NAME></apterm></data>')
OTHER = data_answer('<data numremaining="0"><apterm><RECORDNO>9</RECORDNO><NAME>N30</NAME></apterm></data>')
WAYS = {"query APTERM": TERMS, "read APTERM": TERM, "readByName APTERM": TERM, "readByQuery APTERM": TERM}


@pytest.mark.parametrize(
    ("name", "answers", "said"),
    [
        (
            "pages in the order of RECORDNO",
            {
                "query GLACCOUNT": of_pages(
                    page("GLACCOUNT", {"RECORDNO": "1"}), page("GLACCOUNT", {"RECORDNO": "2"})
                )
            },
            "pages of 7 gave [1], one page [2]",
        ),
        (
            "counts agree with records",
            {"query APTERM": TERMS, "count": count(2, 3)},
            "count, COUNT and MAX are (3, 2, 2), by the ids they are (2, 2, 2)",
        ),
        (
            "operators and their opposites",
            {"query VENDOR": VENDORS, "count": count(5, 1, 3)},
            "1 and 3 opposite ones are not all 5 vendors",
        ),
        (
            "operators and their opposites",
            {"query VENDOR": VENDORS, "count": count(5, 0, 5)},
            "0 and 5 opposite ones are not all 5 vendors",
        ),
        (
            "time stamps in the user's zone",
            {"query VENDOR": page("VENDOR", STAMPED), "count": count(0, 0)},
            "V-1, 2030-01-02 10:00:00+00:00: found (0, 0), not (1, 0)",
        ),
        (
            "time stamps in the user's zone",
            {"query VENDOR": page("VENDOR", STAMPED), "count": count(1, 1)},
            "found (1, 1), not (1, 0)",
        ),
        (
            "read, readByName and readByQuery agree",
            {**WAYS, "readByName APTERM": OTHER},
            "N30: {'readByName': [(9, 'N30')]}",
        ),
        (
            "read, readByName and readByQuery agree",
            {**WAYS, "readByQuery APTERM": data_answer("<data/>")},
            "N30: {'readByQuery': []}",
        ),
        ("lookup names the fields", {"lookup VENDOR": fields(*Vendor.FIELDS[1:])}, "does not name VENDORID"),
        (
            "an unknown field is refused",
            {"query VENDOR": VENDORS},
            "a field that does not exist was answered",
        ),
        (
            "dimensions are listed",
            {
                "getDimensions": data_answer(
                    "<data><dimension><objectName>Class</objectName></dimension></data>"
                )
            },
            "dimensions are CLASS",
        ),
    ],
)
def test_a_company_that_contradicts_is_found_out(name: str, answers: Mapping[str, React], said: str) -> None:
    assert said in find_fault(name, answers)


@pytest.mark.parametrize(
    ("name", "answers"),
    [
        ("operators and their opposites", {"query VENDOR": page("VENDOR")}),
        ("time stamps in the user's zone", {"query VENDOR": page("VENDOR")}),
        (
            "time stamps in the user's zone",
            {"query VENDOR": page("VENDOR", STAMPED | {"WHENMODIFIED": ""})},
        ),
        ("read, readByName and readByQuery agree", {"query APTERM": page("APTERM")}),
        (
            "read, readByName and readByQuery agree",
            {
                **{way: react for way, react in WAYS.items() if way != "readByName APTERM"},
                "query APTERM": page("APTERM", {"RECORDNO": "1", "NAME": "2, then 30"}),
                "read APTERM": data_answer("<data/>"),
                "readByQuery APTERM": data_answer(
                    '<data numremaining="0"><apterm><RECORDNO>1</RECORDNO><NAME>2, then 30</NAME></apterm></data>'
                ),
            },
        ),
    ],
)
def test_a_company_that_has_nothing_to_check_contradicts_nothing(
    name: str, answers: Mapping[str, React]
) -> None:
    assert find_fault(name, answers) == ""


def name_fields(kind: type[Readable]) -> str:
    return f"fields of {kind.__name__} ({kind.OBJECT})"


def test_a_field_that_a_company_has_not_is_named() -> None:
    with pytest.raises(RequestRejected, match="TAXID"):
        find_fault(name_fields(Vendor), {"query VENDOR": refuse("DL02000001", "No field TAXID")})


def test_what_may_not_be_read_is_told() -> None:
    with pytest.raises(PermissionDenied):
        find_fault(name_fields(Vendor), {"query VENDOR": refuse("PL04000005", "")})


@pytest.mark.parametrize(
    ("kind", "errorno", "is_excused"),
    [
        (Warehouse, "XL03000009", True),
        (Warehouse, "PL04000005", True),
        (Warehouse, "XL03000006", False),
        (Vendor, "XL03000009", False),
        (Vendor, "PL04000005", False),
    ],
)
def test_only_what_not_every_company_has_may_be_missing(
    kind: type[Readable], errorno: str, *, is_excused: bool
) -> None:
    name = name_fields(kind)

    with pytest.raises(IntacctError) as raised:
        find_fault(name, {f"query {kind.OBJECT}": refuse(errorno, "Object definition not found")})

    assert CHECKS[name].excuses(raised.value) is is_excused
