"""`edi check`: what is wrong, and an exit status that says whether it matters."""

import json
from pathlib import Path

import pytest
from rich.cells import cell_len
from tests.unit.cli.edi_files import (
    INVOICE,
    ORDER,
    make_file,
    make_group,
    make_interchange,
    make_set,
    run_edi,
    write_file,
)

from ml_connector.cli.exits import Exit

#: A date that is none: a hold.
WRONG = ("BIG*20311312*BR-80", "IT1*1*1*EA*8.25**VN*H-1", "TDS*825")
#: A count that is wrong: a note.
NOTED = (*INVOICE[:-1], "CTT*9")


def test_a_right_file_has_no_findings() -> None:
    said = run_edi("check", piped=make_file("810", *INVOICE))

    assert said.exit_code == Exit.DONE
    assert said.output.strip() == "1 file · 1 document: 1 without findings"


def test_notes_are_told_and_do_not_matter() -> None:
    said = run_edi("check", piped=make_file("810", *NOTED))

    assert said.exit_code == Exit.DONE
    assert "note CTT01_COUNT  CTT01 says 9 lines, there are 2" in said.output
    assert "1 file · 1 document: 1 with notes" in said.output


def test_what_is_worse_than_a_note_gives_an_exit_status_of_its_own() -> None:
    said = run_edi("check", piped=make_file("810", *WRONG))

    assert said.exit_code == Exit.FINDINGS
    assert "810 Invoice BR-80 · set 0001\n  hold DATE_UNREADABLE  BIG01" in said.output


def test_what_is_wrong_with_an_envelope_matters_as_well() -> None:
    said = run_edi("check", piped=make_file("810", *INVOICE) + b"and more")

    assert said.exit_code == Exit.FINDINGS
    assert "hold GARBAGE  " in said.output


@pytest.mark.parametrize("data", [b"", b"Dear colleague,"])
def test_what_is_not_x12_is_no_success(data: bytes) -> None:
    said = run_edi("check", piped=data)

    assert said.exit_code == Exit.FINDINGS
    assert "1 file · 0 documents" in said.output


def test_the_codes_are_counted_the_gravest_first(tmp_path: Path) -> None:
    first = write_file(tmp_path, "810", *NOTED, name="first.edi")
    second = write_file(tmp_path, "810", *WRONG, name="second.edi")
    third = write_file(tmp_path, "810", "BIG*20310312*BR-90", name="third.edi")

    said = run_edi("check", first, second, third, columns=200).output

    rows = said.partition("first in")[2]
    assert rows.index("TDS_MISSING") < rows.index("DATE_UNREADABLE") < rows.index("CTT01_COUNT")
    assert "first.edi, 810 BR-77" in rows
    assert "3 files · 3 documents: 1 with notes, 1 to hold, 1 to reject" in rows


def test_findings_of_one_code_are_told_a_few_times_for_a_document() -> None:
    lines = [f"IT1*{number}**EA*1" for number in range(1, 8)]

    said = run_edi("check", piped=make_file("810", "BIG*20310312*BR-83", *lines, "TDS*0")).output

    assert said.count("LINE_INCOMPLETE  Line") == 3
    assert "… and 4 more LINE_INCOMPLETE" in said


def test_only_files_with_findings_are_named(tmp_path: Path) -> None:
    right = write_file(tmp_path, "810", *INVOICE, name="right.edi")
    wrong = write_file(tmp_path, "810", *WRONG, name="wrong.edi")

    said = run_edi("check", right, wrong, columns=200).output

    assert "wrong.edi ──" in said
    assert "right.edi" not in said


def test_it_fits_the_terminal() -> None:
    sets = [make_set("810", *wrong) for wrong in (WRONG, NOTED)]

    said = run_edi("check", piped=make_interchange(make_group("810", *sets))).output

    assert max(map(cell_len, said.splitlines())) <= 80


def test_a_policy_makes_findings_lighter_or_graver(tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text('note = ["DATE_UNREADABLE"]\nreject = ["CTT01_COUNT"]')

    light = run_edi("check", "--policy", policy, piped=make_file("810", *WRONG))
    grave = run_edi("check", "--policy", policy, piped=make_file("810", *NOTED))

    assert light.exit_code == Exit.DONE
    assert "note DATE_UNREADABLE" in light.output
    assert grave.exit_code == Exit.FINDINGS
    assert "reject CTT01_COUNT" in grave.output


def test_an_overlay_says_what_a_partner_asks_for(tmp_path: Path) -> None:
    overlay = tmp_path / "overlay.toml"
    overlay.write_text('[850.elements]\nrequired = ["BEG04"]\n[810.lengths]\nBIG02 = 4')

    invoice = run_edi("check", "--overlay", overlay, piped=make_file("810", *INVOICE))
    order = run_edi("check", "--overlay", overlay, piped=make_file("850", *ORDER))

    assert "ELEMENT_LONG  BIG02" in invoice.output
    assert "ELEMENT_MISSING  BEG04" in order.output
    assert order.exit_code == Exit.FINDINGS


@pytest.mark.parametrize(
    ("option", "text", "said"),
    [
        ("--policy", 'hold = ["CTT_COUNT"]', "There is no finding 'CTT_COUNT' (hold); is CTT01_COUNT meant?"),
        ("--policy", "hold = [", "The policy is not TOML"),
        ("--overlay", "[810", "The overlay is not TOML"),
        ("--overlay", "[801.lengths]", "no set with a schema"),
        ("--overlay", "lengths = 4", "Overlay, lengths: write it under the code of its set"),
        ("--overlay", "[810.lengths]\nBIG99 = 4", "BIG99"),
    ],
)
def test_rules_that_cannot_be_used_are_refused_with_the_cure(
    tmp_path: Path, option: str, text: str, said: str
) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text(text)

    refused = run_edi("check", option, rules, piped=make_file("810", *INVOICE))

    assert refused.exit_code == Exit.CONFIG
    assert said in refused.stderr


def test_rules_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"\xff\xfe")

    missing = run_edi("check", "--policy", tmp_path / "none.toml", piped=b"")
    unreadable = run_edi("check", "--overlay", binary, piped=b"")

    assert missing.exit_code == unreadable.exit_code == Exit.CONFIG
    assert "none.toml cannot be read: No such file" in missing.stderr
    assert "binary.toml is no text in UTF-8" in unreadable.stderr


def test_a_file_that_is_not_there_is_worse_than_findings(tmp_path: Path) -> None:
    wrong = write_file(tmp_path, "810", *WRONG)

    said = run_edi("check", tmp_path / "none.edi", wrong)

    assert said.exit_code == Exit.USAGE
    assert "DATE_UNREADABLE" in said.output


def test_as_json_each_set_with_findings_is_a_line_and_a_summary_comes_last() -> None:
    sets = [make_set("810", *INVOICE), make_set("810", *WRONG, number="0002")]
    data = make_interchange(make_group("810", *sets)).replace(b"GE*2", b"GE*3")

    said = run_edi("check", "--json", piped=data)

    wrong, envelope, summary = [json.loads(line) for line in said.stdout.splitlines()]
    assert (wrong["type"], wrong["number"], wrong["severity"]) == ("set", "BR-80", "hold")
    assert wrong["findings"][0]["code"] == "DATE_UNREADABLE"
    assert (envelope["type"], envelope["finding"]["code"]) == ("finding", "GE01_COUNT")
    assert summary["type"] == "summary"
    assert summary["worst"] == "hold"
    assert summary["sets_by_severity"] == {"none": 1, "note": 0, "hold": 1, "error": 0}
    assert [code["count"] for code in summary["codes"]] == [1, 1]
    assert said.exit_code == Exit.FINDINGS
