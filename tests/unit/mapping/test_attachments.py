"""What is attached of a document, and when: by the rules, named by its key and its control numbers."""

from dataclasses import replace
from datetime import date

import pytest

from ml_connector.mapping.attachments import find_obstacle, make_attachment
from ml_connector.mapping.rules.attachments import Attach, AttachmentRules
from ml_connector.mapping.rules.rulebook import parse_rules
from ml_connector.mapping.rules.toml_reading import Refused
from ml_connector.records.documents import NewDocument, Slices
from ml_connector.records.keys import BusinessKey
from ml_connector.records.status import Status

RULES = AttachmentRules(attach="edi", folder="EDI")
EXCERPT = (
    b"ISA*00*          *00*          *ZZ*ALNWICK        *ZZ*OURHOUSE       *310310*0930*U*00401*000000042*0*P*>~"
    b"ST*810*00/1~BIG*20310310*INV-1~TDS*0~SE*4*00/1~IEA*0*000000042~"
)
DOCUMENT = NewDocument(
    index=0,
    set_code="810",
    slices=Slices(envelope_offset=0, group_offset=None, offset=0, length=0),
    sender="ZZ/ALNWICK",
    group_sender="",
    receiver="ZZ/OURHOUSE",
    partner_name="",
    key=BusinessKey(link="main", partner="ZZ/ALNWICK/", set_code="810", number="INV-1", kind="debit"),
    document_key="mlc-810-ABCDEFGHIJKL",
    content_hash="0123456789abcdef" * 4,
    date=date(2031, 3, 10),
    amount=None,
    currency="",
    status=Status.READ,
    reason="",
)
ROUTE = '[[route]]\nset = "810"\ntarget = "ap_bill"\n'
FOLDER = '[attachments]\nfolder = "EDI"\n'


@pytest.mark.rule("Attachments", 2)
def test_an_attachment_is_named_by_its_document_and_its_control_numbers() -> None:
    made = make_attachment(DOCUMENT, EXCERPT, attach="edi", rules=RULES)

    assert made.attachment_id == "mlc-810-ABCDEFGHIJKL-01234567"
    assert made.name == "810 INV-1 (ISA 000000042, GS , ST 00/1)"
    assert (made.folder, made.description) == ("EDI", "ZZ/ALNWICK to ZZ/OURHOUSE")
    assert [(file.name, file.type, file.content) for file in made.files] == [
        ("810-000000042-00-1", "edi", EXCERPT)
    ]


def test_a_replacement_under_the_same_key_has_an_attachment_of_its_own() -> None:
    other = replace(DOCUMENT, content_hash="f" * 64, partner_name="Alnwick Bolts")

    first, second = (make_attachment(each, EXCERPT, attach="edi", rules=RULES) for each in (DOCUMENT, other))

    assert first.attachment_id != second.attachment_id
    assert second.description == "Alnwick Bolts to ZZ/OURHOUSE"


def test_a_number_of_any_length_leaves_room_for_itself_in_the_name() -> None:
    long = replace(DOCUMENT, key=replace(DOCUMENT.key, number="9" * 300))

    assert len(make_attachment(long, EXCERPT, attach="edi", rules=RULES).name) == 200


@pytest.mark.parametrize(
    ("kilobytes", "obstacle"), [(1, "it is 1 kB, more than the 1 of largest_kb"), (2, "")]
)
def test_the_size_is_that_of_all_files(kilobytes: int, obstacle: str) -> None:
    rules = RULES.model_copy(update={"largest_kb": kilobytes})

    made = make_attachment(DOCUMENT, EXCERPT + b" " * 600, attach="edi+rendering", rules=rules)

    assert find_obstacle(made, rules).startswith(obstacle)
    assert bool(find_obstacle(made, rules)) == bool(obstacle)


@pytest.mark.parametrize(
    ("text", "attaches", "chosen"),
    [
        (ROUTE, False, "none"),
        (ROUTE + '[attachments]\nattach = "edi"\nfolder = "EDI"\n', True, "edi"),
        (ROUTE + 'attach = "edi+rendering"\n' + FOLDER, True, "edi+rendering"),
        (ROUTE + 'attach = "none"\n[attachments]\nattach = "edi"\nfolder = "EDI"\n', True, "none"),
    ],
)
def test_a_route_decides_before_the_table_for_all(text: str, chosen: Attach, *, attaches: bool) -> None:
    rules = parse_rules({"rules.toml": text})

    assert rules.attaches == attaches
    assert rules.choose_attach(rules.routes[0]) == chosen
    assert rules.add_answers([]).attachments == rules.attachments


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([ROUTE + 'attach = "edi"\n'], "attachments have no folder"),
        ([FOLDER, FOLDER], "[attachments] stands in several files"),
        (['[[route]]\nset = "820"\ntarget = "payment"\nattach = "edi"\n' + FOLDER], "takes no attachment"),
        ([ROUTE + 'attach = "all"\n' + FOLDER], "attach"),
    ],
)
def test_rules_that_cannot_be_followed_are_refused(files: list[str], said: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_rules({f"{n}.toml": text for n, text in enumerate(files)})

    assert any(said in problem for problem in refused.value.problems)
