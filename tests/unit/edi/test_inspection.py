"""One pass over an input gives everything in it, and all that is wrong with it, in the order met."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_connector.edi import Code, Group, Interchange, Invoice, Severity, Transaction
from ml_connector.edi.documents.routes import Unparsed
from ml_connector.edi.errors import OverlayInvalid
from ml_connector.edi.inspection import InspectedAnswer, InspectedSet, Inspector, Ruling, inspect
from ml_connector.edi.policy import parse_policy
from ml_connector.edi.schema_codes import SchemaCode

RIGHT = ("BIG*20240115*NW-4711", "N1*SE*NORDWIND", "IT1*1*2*EA*5.00**VN*A1", "TDS*1000", "CTT*1")

Make = Callable[..., str]
MakeFile = Callable[..., bytes]
Inspect = Callable[..., InspectedSet]


@pytest.fixture
def look(make_set: Make, make_file: MakeFile) -> Inspect:
    """The one set with these segments, as an inspector sees it."""

    def inspect_one(*segments: str, inspector: Inspector | None = None, code: str = "810") -> InspectedSet:
        data = make_file(make_set(*segments, code=code))
        [found] = [
            item for item in (inspector or Inspector()).inspect([data]) if isinstance(item, InspectedSet)
        ]
        return found

    return inspect_one


def list_codes(inspected: InspectedSet) -> list[str]:
    return [str(ruling.finding.code) for ruling in inspected.rulings]


def test_an_input_comes_as_interchange_group_and_sets(make_set: Make, make_file: MakeFile) -> None:
    data = make_file(make_set(*RIGHT), make_set(*RIGHT, number="0002"))

    items = list(inspect([data]))

    assert [type(item) for item in items] == [Interchange, Group, InspectedSet, InspectedSet]


def test_every_group_comes_before_its_first_set_even_when_it_is_like_the_one_before(
    make_set: Make, make_file: MakeFile
) -> None:
    data = make_file(make_set(*RIGHT))

    items = list(inspect([data + data]))

    assert [type(item) for item in items] == [Interchange, Group, InspectedSet] * 2


def test_a_set_outside_any_group_comes_without_one(make_set: Make, isa: str) -> None:
    data = f"{isa}~{make_set(*RIGHT)}IEA*0*000000042~".encode()

    items = list(inspect([data]))

    assert [type(item) for item in items] == [Interchange, InspectedSet]


def test_a_right_document_has_no_findings(look: Inspect) -> None:
    found = look(*RIGHT)

    assert isinstance(found.document, Invoice)
    assert found.document.number == "NW-4711"
    assert found.schema is not None
    assert found.rulings == ()
    assert found.severity is None


def test_a_total_that_leaves_out_a_stated_charge_is_noted_at_its_place(look: Inspect) -> None:
    found = look(*RIGHT[:-2], "TDS*1000", "SAC*C*D240***500", "CTT*1")

    [ruling] = found.rulings
    assert (ruling.finding.code, ruling.severity) == (Code.TOTAL_WITHOUT, Severity.NOTE)
    assert (ruling.finding.tag, ruling.finding.position, ruling.finding.value) == ("TDS", 5, "1000")
    assert found.arithmetic is not None
    assert found.arithmetic.rule == "lines only"


def test_findings_of_set_schema_and_document_come_by_segment(make_set: Make, make_file: MakeFile) -> None:
    wrong = make_set("BIG*20240115*NW-4711**********", "IT1*1*x*EA*5.00", "TDS*1000", "CTT*7").replace(
        "SE*6", "SE*9"
    )

    [found] = [item for item in inspect([make_file(wrong)]) if isinstance(item, InspectedSet)]

    assert list_codes(found) == [
        SchemaCode.TRAILING_EMPTY,
        Code.LINE_INCOMPLETE,
        Code.NUMBER_UNREADABLE,
        Code.TOTAL_UNEXPLAINED,
        Code.CTT01_COUNT,
        Code.SE01_COUNT,
    ]
    assert found.severity is Severity.HOLD


def test_a_schema_finding_knows_the_byte_of_its_segment(look: Inspect) -> None:
    found = look("BIG*20240115*NW-4711**********", *RIGHT[1:])

    [ruling] = found.rulings
    assert found.transaction.text[ruling.finding.offset :].startswith("BIG*")


def test_what_is_missing_is_placed_where_it_should_stand(look: Inspect) -> None:
    found = look(*RIGHT[:-2])

    [missing] = [each.finding for each in found.rulings if each.finding.code is SchemaCode.SEGMENT_MISSING]
    assert missing.tag == "TDS"
    assert found.transaction.text[missing.offset :].startswith("SE*")


def test_of_a_set_that_is_cut_off_nothing_more_is_said_to_be_missing(
    make_set: Make, make_file: MakeFile
) -> None:
    cut = make_set(*RIGHT[:-2]).rpartition("SE*")[0]

    [found] = [item for item in inspect([make_file(cut)]) if isinstance(item, InspectedSet)]

    assert list_codes(found) == [Code.TDS_MISSING, Code.SE_MISSING]
    assert found.severity is Severity.ERROR


def test_an_element_the_documents_reader_complains_about_is_not_blamed_twice(look: Inspect) -> None:
    found = look("BIG*20241315*NW-4711", *RIGHT[1:])

    assert list_codes(found) == [Code.DATE_UNREADABLE]


def test_a_complaint_made_light_by_policy_does_not_bring_back_the_schemas(look: Inspect) -> None:
    inspector = Inspector(policy=parse_policy('note = ["DATE_UNREADABLE"]'))

    found = look("BIG*20241315*NW-4711", *RIGHT[1:], inspector=inspector)

    assert list_codes(found) == [Code.DATE_UNREADABLE]
    assert found.severity is Severity.NOTE


def test_a_schema_finding_that_is_graver_than_the_documents_stays(look: Inspect) -> None:
    inspector = Inspector(policy=parse_policy('reject = ["ELEMENT_DATE"]'))

    found = look("BIG*20241315*NW-4711", *RIGHT[1:], inspector=inspector)

    assert list_codes(found) == [Code.DATE_UNREADABLE, SchemaCode.ELEMENT_DATE]
    assert found.severity is Severity.ERROR


def test_a_set_that_is_not_read_is_kept_and_its_envelope_checked(look: Inspect) -> None:
    found = look("W05*N*538686", code="940")

    assert isinstance(found.document, Unparsed)
    assert found.schema is None
    assert list_codes(found) == [Code.SET_UNPARSED]


def test_a_policy_says_how_grave_findings_of_sets_and_envelopes_are(
    make_set: Make, make_file: MakeFile
) -> None:
    wrong = make_set(*RIGHT).replace("SE*7", "SE*9")
    data = make_file(wrong).replace(b"GE*1", b"GE*4")
    policy = parse_policy('note = ["SE01_COUNT"]\nreject = ["GE01_COUNT"]')

    items = list(inspect([data], policy=policy))

    assert [item.severity for item in items if isinstance(item, InspectedSet)] == [Severity.NOTE]
    assert [(each.finding.code, each.severity) for each in items if isinstance(each, Ruling)] == [
        (Code.GE01_COUNT, Severity.ERROR)
    ]


def test_findings_of_an_isa_follow_it(make_set: Make, make_file: MakeFile) -> None:
    data = make_file(make_set(*RIGHT)).replace(b"*240116*", b"*249916*")

    items = list(inspect([data]))

    assert isinstance(items[0], Interchange)
    assert isinstance(items[1], Ruling)
    assert items[1].finding.code is Code.ISA_DATE


def test_an_overlay_asks_for_more_of_its_set(look: Inspect) -> None:
    inspector = Inspector(overlays={"810": '[elements]\nrequired = ["BIG04"]'})

    found = look(*RIGHT, inspector=inspector)

    assert list_codes(found) == [SchemaCode.ELEMENT_MISSING]


def test_an_overlay_of_another_set_changes_nothing(look: Inspect) -> None:
    inspector = Inspector(overlays={"850": {"elements": {"required": ["BEG04"]}}})

    assert look(*RIGHT, inspector=inspector).rulings == ()


def test_an_overlay_for_a_set_that_has_no_schema_is_refused() -> None:
    with pytest.raises(OverlayInvalid, match=r"801.*no set with a schema.*810"):
        inspect([], overlays={"801": ""})


def test_an_overlay_that_does_not_fit_its_schema_is_refused_when_the_set_comes(look: Inspect) -> None:
    inspector = Inspector(overlays={"810": '[elements]\nrequired = ["BIG99"]'})

    with pytest.raises(OverlayInvalid, match="BIG99"):
        look(*RIGHT, inspector=inspector)


@pytest.mark.parametrize(
    ("mark", "end"), [("|", "~"), ("\x07", "\x85"), ("\x85", "'"), ("…", "~"), ("|", "…")]
)
def test_a_set_is_checked_whatever_its_delimiters(
    mark: str, end: str, make_set: Make, make_file: MakeFile
) -> None:
    text = make_file(make_set("BIG*20240115*NW-4711", "N1*SE*NORDWIND*92", *RIGHT[2:])).decode()
    encoding = "utf-8" if "…" in (mark, end) else "latin-1"
    data = text.replace("*", mark).replace("~", end).encode(encoding)

    [found] = [item for item in inspect([data]) if isinstance(item, InspectedSet)]

    assert list_codes(found) == [SchemaCode.ELEMENT_CONDITION]


def test_sets_can_be_walked_over_without_looking_into_them(make_set: Make, make_file: MakeFile) -> None:
    data = make_file(make_set(*RIGHT), make_set("BIG", number="0002"))
    inspector = Inspector()

    first, second = [item for item in inspector.walk([data]) if isinstance(item, Transaction)]

    assert first.findings == second.findings == ()
    assert inspector.inspect_set(second).severity is Severity.ERROR


@given(st.binary(max_size=300), st.integers(0, 600))
def test_no_bytes_make_it_raise(noise: bytes, place: int) -> None:
    whole = (
        b"ISA*00*          *00*          *ZZ*NORDWIND       *ZZ*OURHOUSE       *240116*0930*U*00401*000000042*0*P*>~"
        b"GS*IN*NORDWIND*OURHOUSE*20240116*0930*7*X*004010~ST*810*0001~BIG*20240115*NW-4711~"
        b"IT1*1*2*EA*5.00~TDS*1000~SE*5*0001~GE*1*7~IEA*1*000000042~"
    )

    for item in inspect([whole[:place] + noise + whole[place:]]):
        assert item is not None


def test_the_answer_to_an_interchange_of_ours_comes_with_what_it_says(make_file: MakeFile) -> None:
    data = make_file().replace(b"GS*", b"TA1*000000041*240115*0900*R*025~GS*", 1)

    interchange, answer = inspect([data])

    assert isinstance(interchange, Interchange)
    assert isinstance(answer, InspectedAnswer)
    assert answer.document is not None
    assert answer.document.control_number == "000000041"
    assert (answer.document.result.code, answer.document.note.code) == ("R", "025")


def test_an_answer_that_does_not_say_what_became_of_the_interchange_is_held_at_its_place(
    make_file: MakeFile,
) -> None:
    data = make_file().replace(b"GS*", b"TA1*000000041*240115*0900**000~GS*", 1)

    *_, ruling = inspect([data])

    assert isinstance(ruling, Ruling)
    assert ruling.finding.code is Code.ANSWER_MISSING
    assert ruling.finding.offset == data.index(b"TA1*")


def test_a_total_that_no_rule_gives_is_held_with_what_was_tried(look: Inspect) -> None:
    found = look("BIG*20240115*NW-4711", "N1*SE*NORDWIND", "IT1*1*2*EA*5.00**VN*A1", "TDS*6400", "CTT*1")

    [ruling] = found.rulings
    assert (ruling.finding.code, ruling.severity) == (Code.TOTAL_UNEXPLAINED, Severity.HOLD)
    assert (ruling.finding.tag, ruling.finding.element, ruling.finding.value) == ("TDS", 1, "6400")
    assert "64.00" in ruling.finding.message
    assert "lines only: 10.00" in ruling.finding.message


SENT = "IT1*1*1*EA*{price}**VN*A1~PID*F****{text}~"


def _make_invoice(make_set: Make, number: int, *, price: str = "1", text: str = "PEN") -> str:
    lines = (SENT.format(price=price, text=text) * 20).removesuffix("~").split("~")
    return make_set("BIG*20240115*NW-1", *lines, "TDS*2000", "CTT*20", number=f"{number:04}")


def test_sets_checked_together_have_the_findings_they_have_alone(make_set: Make, make_file: MakeFile) -> None:
    strange = {
        130: {"price": "1E5"},
        131: {"text": "PEN*"},
        160: {"text": "Crème"},
        200: {"text": "PEN "},
    }
    invoices = [_make_invoice(make_set, n, **strange.get(n, {})) for n in range(220)]
    order = make_set("BEG*00*SA*1**20240115", code="850", number="9999")
    data = make_file(*invoices[:210], order, *invoices[210:]) + make_file(invoices[0])

    together = list(inspect([data]))

    inspector = Inspector()
    alone = [
        inspector.inspect_set(item) if isinstance(item, Transaction) else item
        for item in inspector.walk([data])
    ]
    assert together == alone
    sets = [item for item in together if isinstance(item, InspectedSet)]
    assert [at for at, item in enumerate(sets) if item.rulings] == [130, 131, 210]
