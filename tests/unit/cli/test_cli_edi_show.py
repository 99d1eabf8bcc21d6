"""`edi show`: a picture of any file, whatever is in it, that fits the terminal and cannot harm it."""

import json
import os
import pty
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from tests.unit.cli.edi_files import (
    ADVICE,
    ANSWER,
    CHANGE,
    CHANGE_ANSWER,
    CREDIT,
    INVOICE,
    NOTICE,
    ORDER,
    PAYMENT,
    SYNTAX_ANSWER,
    make_file,
    make_group,
    make_interchange,
    make_set,
    run_edi,
    write_file,
)

from ml_connector.cli.exits import Exit
from ml_connector.cli.foreign_text import clean, escape

KINDS = {
    "810": INVOICE,
    "812": CREDIT,
    "820": PAYMENT,
    "824": ADVICE,
    "850": ORDER,
    "855": ANSWER,
    "856": NOTICE,
    "860": CHANGE,
    "865": CHANGE_ANSWER,
    "940": ("W05*N*5",),
    "997": SYNTAX_ANSWER,
}
COMMAND = (sys.executable, "-W", "error", "-c", "from ml_connector.cli.main import main; main()", "edi")


def show(code: str, *segments: str, columns: int = 80) -> str:
    """The picture of a file with one set, blanks at the ends of lines left out."""
    said = run_edi("show", piped=make_file(code, *segments), columns=columns)
    assert said.exit_code == Exit.DONE
    return "\n".join(line.rstrip() for line in said.output.splitlines())


def test_the_envelopes_come_first_without_passwords() -> None:
    said = show("810", *INVOICE)

    assert said.startswith("Interchange 000000042 · 2031-03-14 09:30 · production\n")
    assert "from                  ZZ/BRINDLE\n" in said
    assert "to                    ZZ/HOLLOWAY\n" in said
    assert "envelope              00401 · element * · component > · terminator ~\n" in said
    assert "Group 7 · 2031-03-14 · IN invoice · BRINDLE to HOLLOWAY · X 004010\n" in said
    assert "PASSWORD" not in said


def test_delimiters_that_cannot_be_seen_are_shown_by_name() -> None:
    data = make_file("810", *INVOICE).replace(b"*", b"\x07").replace(b"~", b"\n").replace(b"*U*", b"*U*")

    said = run_edi("show", piped=data).output

    assert "element 0x07 · component > · terminator LF" in said


@pytest.mark.parametrize("data", [b"", b"Dear colleague,", b"UNA:+.? '", b"ISA*00*"])
def test_what_is_not_x12_is_said_to_be_so(data: bytes) -> None:
    said = run_edi("show", piped=data)

    assert said.exit_code == Exit.DONE
    assert said.output.startswith("reject ")


def test_an_invoice_shows_parties_lines_and_how_its_total_adds_up() -> None:
    said = show("810", *INVOICE)

    assert "810 Invoice · set 0001 · 17 segments\n" in said
    assert "  invoice               BR-77 of 2031-03-12\n" in said
    assert "debit · DI debit invoice" in said
    assert "Brindle Tools · 92 0042 · 1 Mill Lane, Duluth MN 55802," in said
    assert "2 % in 10 days · net in 30 days" in said
    assert "  1  Claw hammer                                          12 EA   8.25     99.00\n" in said
    assert "     VN H-1 · UP 012345678905\n" in said
    assert "     allowance C310 Trade discount                                         −2.50\n" in said
    assert "     for information F050 other                                         (999.00)\n" in said
    assert "  total                 1,604.50 USD\n" in said
    assert "= lines 1,599.00 + charges 6.00 − allowances 2.50 +" in said


def test_the_amounts_of_lines_stand_right_one_below_the_other() -> None:
    lines = show("810", *INVOICE, columns=120).splitlines()

    amounts = [line for line in lines if line.endswith(("     99.00", "  1,500.00", "6.00", "amount"))]
    assert len(amounts) == 4
    assert {len(line) for line in amounts} == {120}


def test_a_total_that_does_not_add_up_shows_what_was_tried() -> None:
    wrong = [segment.replace("TDS*160450", "TDS*170000") for segment in INVOICE]

    said = show("810", *wrong)

    assert "does not add up       1,604.50 by lines+charges-allowances+taxes\n" in said
    assert "1,599.00 by lines only" in said


def test_a_credit_shows_what_is_owed() -> None:
    said = show("810", "BIG*20310312*BR-78*****CR", "IT1*1*1*EA*8.25**VN*H-1", "TDS*825")

    assert "credit · CR credit memo" in said
    assert "  owed                  -8.25\n" in said


def test_an_invoice_with_nothing_in_it_adds_up_to_nothing() -> None:
    assert "= nothing" in show("810", "BIG*20310312*BR-79", "TDS*0")


def test_an_order_shows_who_orders_what_for_where_and_when() -> None:
    said = show("850", *ORDER)

    assert "order                 PO-5 of 2031-03-01" in said
    assert "standard · SA stand-alone order" in said
    assert "contact               Ana Ruiz · TE 2185550100" in said
    assert "carrier               HLWY · Holloway Freight" in said
    assert "Call before delivery" in said
    assert "S1: 2 EA, S2: 2 EA" in said
    assert "and 1 more places" in said
    assert "delivery requested 2031-03-27                           6 EA" in said
    assert "total                 114.00 USD" in said


def test_an_acknowledgement_shows_the_answers_below_each_line() -> None:
    said = show("855", *ANSWER)

    assert "answer                AC accepted with changes, given in detail" in said
    assert "to order              PO-5 of 2031-03-01" in said
    assert "→ IA accepted · current schedule ship 2031-03-20        8 EA" in said
    assert "→ IB back-ordered                                       4 EA" in said


def test_a_change_shows_what_changes_in_which_order() -> None:
    said = show("860", *CHANGE)

    assert "of order              PO-5 of 2031-03-01" in said
    assert "change                1 of 2031-03-03" in said
    assert "QI quantity increased" in said


def test_an_answer_to_a_change_shows_the_answer() -> None:
    said = show("865", *CHANGE_ANSWER)

    assert "answer                AC accepted with changes, given in detail" in said
    assert "→ IA accepted" in said


def test_a_ship_notice_is_a_tree_of_orders_cartons_and_items() -> None:
    said = show("856", *NOTICE)

    assert "shipment              SHIP-3 of 2031-03-18 12:00" in said
    assert "equipment             HL4711 · seal SEAL7" in said
    assert (
        "  shipment 2 CTN25 · 60 LB\n"
        "  └── order PO-5 of 2031-03-01\n"
        "      ├── carton 000123456789012345678\n"
        "      │   └── item 8 EA  of 12 EA ordered · Claw hammer · VN H-1\n"
        "      └── level K"
    ) in said


def test_a_payment_shows_what_it_is_for_and_hides_bank_accounts() -> None:
    said = show("820", *PAYMENT)

    assert "payment               TRACE-1 of 2031-03-30" in said
    assert "amount                150.00 USD" in said
    assert "from account          DA ******7890 · bank 01 011000015" in said
    assert "seller's invoice number BR-77" in said
    assert "170.00      5.00  160.00" in said
    assert "adjustment 59 item not received · CM C-4" in said
    assert "does not add up" in said
    assert "1234567890" not in said


def test_a_payment_that_adds_up_names_the_rule() -> None:
    said = show("820", "BPR*I*160.00*C*CHK", "TRN*1*T-2", "RMR*IV*BR-77**160.00")

    assert "adds up               documents" in said
    assert "from account" not in said


def test_a_payment_without_an_amount_is_not_said_to_add_up_or_not() -> None:
    assert "add" not in show("820", "BPR*I**C*CHK", "TRN*1*T-2").split("hold")[0].replace("reject", "")


def test_a_credit_adjustment_shows_which_invoice_it_is_about() -> None:
    said = show("812", *CREDIT)

    assert "amount                12.00 credit" in said
    assert "invoice               BR-77 of 2031-03-12" in said
    assert "Claw hammer, short" in said
    assert "05 quantity wrong" in said


def test_a_syntax_acknowledgement_shows_what_was_wrong_with_which_set() -> None:
    said = show("997", *SYNTAX_ANSWER)

    assert "answers group         7 · IN invoice" in said
    assert "sets                  2 included · 2 received · 1 accepted" in said
    assert "  810 0001  A accepted\n  810 0002  R rejected\n    5 segments in error\n" in said
    assert (
        "    N1 (segment 4, loop N1): 8 segment has errors in its elements\n      N103 'QQ': 7 code not valid"
        in said
    )


def test_an_advice_shows_what_the_business_says() -> None:
    said = show("824", *ADVICE)

    assert "seller's invoice number BR-77  TR transaction set rejected" in said
    assert "sent as               810 · group 7 · set 0001" in said
    assert "price differs · '9.25' · See order" in said


def test_percentages_and_terms_by_amount_are_shown_as_sent() -> None:
    said = show("810", "BIG*20310312*BR-85", "ITD*08*****20310401**150", "SAC*A*C310****Z*5", "TDS*0")

    assert "allowance C310 discount 5 %" in said
    assert "terms                 1.50 · net 2031-04-01" in said


def test_a_credit_line_may_be_a_quantity_at_a_difference_in_price() -> None:
    said = show("812", "BCD*20310320*CR-2**1200*D", "CDD*01*D*1****2*EA*6.00", "SAC*C*D240***100")

    assert "1  01 price wrong" in said
    assert "charge D240" in said


def test_a_set_that_is_not_known_shows_its_segments() -> None:
    said = show("940", "W05*N*5", "N1*ST*Holloway Store 12")

    assert "    1  ST*940*0001                                      Start of the set\n" in said
    assert "    2  W05*N*5\n" in said
    assert "    3  N1*ST*Holloway Store 12                          Party\n" in said


def test_segments_are_shown_beside_the_picture_when_asked_for() -> None:
    said = run_edi("show", "--segments", piped=make_file("810", *INVOICE)).output

    assert "invoice               BR-77" in said
    assert "    9  PID*F****Claw hammer                             Description" in said
    assert "   17  SE*17*0001                                       End of the set" in said


def test_a_finding_stands_below_its_segment_with_the_element_marked() -> None:
    said = show("810", "BIG*20311312*BR-80", "IT1*1*1*EA*8.25**VN*H-1", "TDS*825")

    assert (
        "  hold DATE_UNREADABLE  BIG01 is '20311312', not a date (segment 2).\n"
        "      2  BIG*20311312*BR-80\n"
        "             ^^^^^^^^"
    ) in said
    assert "810 Invoice · set 0001 · 5 segments  hold\n" in said


def test_among_the_segments_a_finding_marks_the_element_in_place() -> None:
    data = make_file("810", "BIG*20311312*BR-80", "IT1*1*1*EA*8.25**VN*H-1", "TDS*825")

    said = run_edi("show", "--segments", piped=data).output

    assert "    2  BIG*20311312*BR-80 " in said
    assert "\n           ^^^^^^^^\n       hold DATE_UNREADABLE" in said


def test_a_long_segment_is_cut_around_the_element_marked() -> None:
    long = "NTE*GEN*" + "x" * 200
    data = make_file("810", "BIG*20310312*BR-81", long, "IT1*1*1*EA*8.25**VN*H-1", "TDS*825")

    said = run_edi("show", piped=data).output
    among = run_edi("show", "--segments", piped=data).output

    assert "      3  NTE*GEN*xxxx" in said
    assert "x…" in said
    assert "ELEMENT_LONG" in among


def test_an_element_far_along_a_segment_is_still_seen() -> None:
    pairs = "*".join(f"VN*H-{number:04}" for number in range(9))
    data = make_file("810", "BIG*20310312*BR-82", f"IT1*1*1*EA*8.25**{pairs}*VN*", "TDS*825")

    said = run_edi("show", piped=data).output

    assert "  3  …" in said
    assert max(map(cell_len, said.splitlines())) <= 80


def test_findings_of_one_code_are_shown_a_few_times_and_then_counted() -> None:
    lines = [f"IT1*{number}**EA*1" for number in range(1, 8)]
    data = make_file("810", "BIG*20310312*BR-83", *lines, "TDS*0")

    some = run_edi("show", piped=data).output
    every = run_edi("show", "--rows", 0, piped=data).output

    assert some.count("LINE_INCOMPLETE  ") == 4
    assert "… and 3 more LINE_INCOMPLETE; all of them: --rows 0" in some
    assert every.count("LINE_INCOMPLETE  ") == 7


def test_findings_of_envelopes_stand_between_the_documents() -> None:
    data = make_file("810", *INVOICE).replace(b"IEA*1", b"IEA*3")

    said = run_edi("show", piped=data).output

    assert said.rstrip().endswith("note IEA01_COUNT  IEA01 says '3' groups, there are 1.")


@pytest.mark.parametrize("code", KINDS)
@pytest.mark.parametrize("columns", [80, 120])
def test_every_picture_fits_the_terminal(code: str, columns: int) -> None:
    for arguments in ((), ("--segments",)):
        said = run_edi("show", *arguments, piped=make_file(code, *KINDS[code]), columns=columns).output

        assert max(map(cell_len, said.splitlines())) <= columns


@pytest.mark.parametrize("code", ["810", "820", "850", "856", "940", "997"])
def test_a_long_document_is_cut_and_says_how_to_see_the_rest(code: str) -> None:
    data = make_file(code, *KINDS[code])

    some = run_edi("show", "--rows", 1, piped=data).output
    every = run_edi("show", "--rows", 0, piped=data).output

    assert "; all of them: --rows 0" in some
    assert "all of them" not in every


def test_a_file_of_many_documents_is_cut_and_says_how_many_there_are() -> None:
    sets = [make_set("810", *INVOICE, number=f"{number:04}") for number in range(1, 24)]
    data = make_interchange(make_group("810", *sets)) * 2

    some = run_edi("show", piped=data).output
    every = run_edi("show", "--limit", 0, piped=data).output

    assert some.count("810 Invoice ·") == 20
    assert "… and 1 more interchange, 26 more documents; all of them: --limit 0" in some
    assert every.count("810 Invoice ·") == 46


def test_what_is_wrong_after_the_limit_is_counted() -> None:
    sets = [make_set("810", *INVOICE, number=f"{number:04}") for number in range(1, 3)]
    data = make_interchange(make_group("810", *sets)).replace(b"IEA*1", b"IEA*3")

    said = run_edi("show", "--limit", 1, piped=data).output

    assert "… and 1 more document, 1 more finding of envelopes; all of them: --limit 0" in said


def test_several_files_stand_below_their_names(tmp_path: Path) -> None:
    first = write_file(tmp_path, "810", *INVOICE, name="first.edi")
    second = write_file(tmp_path, "850", *ORDER, name="second.edi")

    said = run_edi("show", first, second, columns=200).output

    assert said.index("first.edi ──") < said.index("BR-77") < said.index("second.edi ──")


def test_a_file_that_is_not_there_is_named_and_the_others_are_shown(tmp_path: Path) -> None:
    there = write_file(tmp_path, "810", *INVOICE)

    said = run_edi("show", tmp_path / "none.edi", tmp_path, there)

    assert said.exit_code == Exit.USAGE
    assert "none.edi cannot be read: No such file or directory" in said.stderr
    assert f"{tmp_path} cannot be read: Is a directory" in said.stderr
    assert "BR-77" in said.stdout


@given(st.text(st.characters(blacklist_categories=["Cs"]), max_size=30))
def test_foreign_text_can_do_nothing_to_the_terminal(text: str) -> None:
    text = f"\x1b[31m\u202e{text}".replace("~", "").replace("*", "").replace(">", "")
    data = make_file("810", "BIG*20310312*BR-84", f"N1*SE*{text}", "TDS*0")

    for arguments in ((), ("--segments",), ("--json",)):
        said = run_edi("show", *arguments, piped=data).output

        assert not {char for char in said if ord(char) < 32 or 127 <= ord(char) < 160} - {"\n"}
        assert "\u202e" not in said


def read_records(*arguments: str, data: bytes) -> list[dict[str, Any]]:
    return [
        json.loads(line) for line in run_edi("show", "--json", *arguments, piped=data).stdout.splitlines()
    ]


def test_as_json_every_record_is_a_line() -> None:
    interchange, group, invoice = read_records(data=make_file("810", *INVOICE))

    assert interchange["type"] == "interchange"
    assert interchange["sender"] == {"qualifier": "ZZ", "id": "BRINDLE"}
    assert interchange["delimiters"]["element"] == "*"
    assert "PASSWORD" not in json.dumps(interchange)
    assert group["functional_code"] == "IN"
    assert invoice["type"] == "set"
    assert invoice["file"] == "standard input"
    assert invoice["document_type"] == "Invoice"
    assert invoice["document"]["total"] == "1604.50"
    assert invoice["document"]["lines"][0]["extension"] == "99.00"
    assert invoice["arithmetic"]["rule"] == "lines+charges-allowances+taxes"
    assert "segments" not in invoice


def test_as_json_findings_have_their_place() -> None:
    data = make_file("810", "BIG*20311312*BR-80", "IT1*1*1*EA*8.25**VN*H-1", "TDS*825").replace(
        b"GE*1", b"GE*2"
    )

    *_, invoice, envelope = read_records(data=data)

    [finding] = invoice["findings"]
    assert finding["code"] == "DATE_UNREADABLE"
    assert (finding["position"], finding["element"], finding["value"]) == (2, 1, "20311312")
    assert data[finding["offset"] :].startswith(b"BIG*")
    assert envelope["type"] == "finding"
    assert envelope["finding"]["code"] == "GE01_COUNT"


def test_as_json_the_levels_of_a_ship_notice_say_what_they_are() -> None:
    *_, notice = read_records(data=make_file("856", *NOTICE))

    [shipment] = notice["document"]["shipments"]
    assert shipment["level"] == "shipment"
    assert shipment["children"][0]["children"][0]["level"] == "pack"


def test_as_json_segments_come_when_asked_for_with_bank_accounts_starred() -> None:
    *_, payment = read_records("--segments", data=make_file("820", *PAYMENT))

    assert payment["segments"][0] == ["ST", "820", "0001"]
    assert payment["segments"][1][9] == "******7890"


def test_as_json_all_documents_come_unless_a_limit_is_given() -> None:
    sets = [make_set("810", *INVOICE, number=f"{number:04}") for number in range(1, 24)]
    data = make_interchange(make_group("810", *sets))

    every = read_records(data=data)
    some = read_records("--limit", "2", data=data)

    assert len(every) == 25
    assert [record["type"] for record in some] == ["interchange", "group", "set", "set", "rest"]
    assert some[-1]["rest"] == {"interchanges": 0, "documents": 21, "findings": 0}


def test_in_a_pipe_that_is_closed_early_it_ends_without_a_word(tmp_path: Path) -> None:
    sets = [make_set("810", *INVOICE, number=f"{number:04}") for number in range(1, 400)]
    path = tmp_path / "many.edi"
    path.write_bytes(make_interchange(make_group("810", *sets)))

    for arguments in (("--limit", "0"), ("--json",)):
        with subprocess.Popen(
            [*COMMAND, "show", str(path), *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as running:
            assert running.stdout
            assert running.stderr
            running.stdout.readline()
            running.stdout.close()
            complaint = running.stderr.read()
            status = running.wait()

        assert complaint == b""
        assert status == Exit.DONE


def test_without_a_file_and_without_a_pipe_it_says_what_to_do() -> None:
    ours, theirs = pty.openpty()

    said = subprocess.run([*COMMAND, "show"], stdin=theirs, capture_output=True, text=True, check=False)

    os.close(ours)
    os.close(theirs)
    assert said.returncode == Exit.USAGE
    assert "name a file, or pipe one in" in said.stderr


def with_answer(result: str) -> bytes:
    """A file with a TA1 before its group."""
    return make_file("810", *INVOICE).replace(b"GS*", f"TA1*000000041*261104*0900*{result}~GS*".encode(), 1)


def test_the_answer_to_an_interchange_of_ours_shows_what_became_of_it() -> None:
    said = run_edi("show", piped=with_answer("R*025"))

    assert said.exit_code == Exit.DONE
    assert "TA1 answers interchange 000000041" in said.output
    assert "2026-11-04 09:00" in said.output
    assert "R " in said.output.split("result", 1)[1].splitlines()[0]


def test_the_answer_to_an_interchange_of_ours_is_a_record_of_its_own_in_json() -> None:
    said = run_edi("show", "--json", piped=with_answer("A*000"))

    records = [json.loads(line) for line in said.output.splitlines()]
    [answer] = [record for record in records if record["type"] == "answer"]
    assert answer["answer"]["control_number"] == "000000041"
    assert answer["answer"]["result"]["code"] == "A"


@pytest.mark.parametrize(
    "arguments", [("show",), ("show", "--segments"), ("show", "--json", "--segments"), ("check", "--json")]
)
@pytest.mark.parametrize("at", [2, 4, 7, 9, 13])
def test_no_account_is_shown_though_elements_have_shifted(arguments: tuple[str, ...], at: int) -> None:
    payment = PAYMENT[0].split("*")
    for shifted in (payment[:at] + payment[at + 1 :], [*payment[:at], "", *payment[at:]]):
        data = make_file("820", "*".join(shifted).replace("BPR", "BPR "), *PAYMENT[1:])

        said = run_edi(*arguments, piped=data, columns=200).output

        assert "0987654321" not in said
        assert "1234567890" not in said


def test_no_social_security_number_stands_in_segments_and_findings() -> None:
    data = make_file("820", *PAYMENT[:3], "NM1*IL*1*DOE*J****34*078051120", "ENT*x*2J*34*078051120")

    said = run_edi("show", "--segments", piped=data, columns=200).output

    assert "078051120" not in said
    assert "ENT*x*2J*34******1120" in said


def test_the_name_of_a_file_that_cannot_be_read_does_nothing_to_the_terminal(tmp_path: Path) -> None:
    said = run_edi("show", tmp_path / "\x1b[31mnone\u200b.edi")

    assert said.exit_code == Exit.USAGE
    assert " [31mnone .edi cannot be read: No such file" in said.stderr
    assert "\x1b" not in said.stderr


def test_no_character_that_steers_writing_is_printed_and_in_json_each_is_what_it_was() -> None:
    steering = "".join(
        chr(n) for n in range(sys.maxunicode + 1) if unicodedata.category(chr(n)) in ("Cc", "Cf")
    )

    assert clean(steering).strip(" ") == ""
    assert escape(json.dumps(steering, ensure_ascii=False)).isascii()
    assert json.loads(escape(json.dumps(steering, ensure_ascii=False))) == steering


@pytest.mark.parametrize(
    ("allowance", "total", "shown"),
    [
        ("SAC*A*C310***-1000", "11000", "10.00"),
        ("SAC*A*C310***-1000", "9000", "−10.00"),
        ("SAC*A*C310***1000", "10000", "(10.00)"),
    ],
)
def test_an_allowance_is_shown_as_the_rule_of_the_total_counts_it(
    allowance: str, total: str, shown: str
) -> None:
    said = show("810", "BIG*20261105*INV1", "IT1*1*1*EA*100", allowance, f"TDS*{total}", "CTT*1")

    [row] = [line for line in said.splitlines() if "allowance C310" in line]
    assert row.split()[-1] == shown


def test_the_charge_of_a_credit_has_the_sign_of_its_lines() -> None:
    said = show("810", "BIG*20261105*INV1*****CR", "IT1*1*1*EA*100", "SAC*C*D240***500", "TDS*10500", "CTT*1")

    [row] = [line for line in said.splitlines() if "charge D240" in line]
    assert row.split()[-1] == "5.00"
    assert "= − lines 100.00 − charges 5.00" in said


def test_a_policy_and_an_overlay_say_how_grave_the_findings_in_a_picture_are(tmp_path: Path) -> None:
    policy, overlay = tmp_path / "policy.toml", tmp_path / "overlay.toml"
    policy.write_text('note = ["ELEMENT_LONG"]\nreject = ["ELEMENT_MISSING"]')
    overlay.write_text('[810.lengths]\nBIG02 = 4\n[810.elements]\nrequired = ["BIG10"]')

    said = run_edi("show", "--policy", policy, "--overlay", overlay, piped=make_file("810", *INVOICE))

    assert "note ELEMENT_LONG  BIG02" in said.output
    assert "reject ELEMENT_MISSING  BIG10" in said.output


def test_an_overlay_that_does_not_fit_ends_the_picture_with_the_cure(tmp_path: Path) -> None:
    overlay = tmp_path / "overlay.toml"
    overlay.write_text("[810.lengths]\nBIG99 = 4")

    said = run_edi("show", "--overlay", overlay, piped=make_file("810", *INVOICE))

    assert said.exit_code == Exit.CONFIG
    assert "BIG99" in said.stderr
