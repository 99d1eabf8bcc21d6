"""`edi split`: every set into an interchange of its own, nothing lost, nothing overwritten."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.unit.cli.edi_files import (
    INVOICE,
    ISA,
    ORDER,
    make_group,
    make_interchange,
    make_set,
    run_edi,
    write_file,
)

from ml_connector.cli.exits import Exit
from ml_connector.edi import Finding, Transaction, read
from ml_connector.edi.segments import LARGEST_SET

MIXED = make_interchange(
    make_group("810", make_set("810", *INVOICE), make_set("810", *INVOICE, number="0002")),
    make_group("850", make_set("850", *ORDER), number="8"),
)


def read_sets(*parts: bytes) -> list[tuple[str, str, str]]:
    """Code, number and text of every set."""
    items = [item for part in parts for item in read([part])]
    return [
        (item.set_code, item.control_number, item.text) for item in items if isinstance(item, Transaction)
    ]


def read_parts(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted(folder.iterdir())]


def test_every_set_becomes_a_whole_interchange_and_keeps_its_bytes(tmp_path: Path) -> None:
    said = run_edi("split", "--into", tmp_path / "parts", piped=MIXED)

    parts = read_parts(tmp_path / "parts")
    assert said.exit_code == Exit.DONE
    assert "3 files in " in said.output
    assert read_sets(*parts) == read_sets(MIXED)
    assert [item for part in parts for item in read([part]) if isinstance(item, Finding)] == []
    assert all(part.startswith(ISA.encode()) for part in parts)
    assert parts[1].endswith(b"GE*1*7~IEA*1*000000042~")


def test_names_tell_place_set_and_control_numbers(tmp_path: Path) -> None:
    run_edi("split", "--into", tmp_path, piped=MIXED)

    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "00001_810_000000042_7_0001.edi",
        "00002_810_000000042_7_0002.edi",
        "00003_850_000000042_8_0001.edi",
    ]


def test_names_are_safe_whatever_the_numbers_say(tmp_path: Path) -> None:
    foreign = make_set("810", *INVOICE, number="../../x y\x1b")
    bare = make_interchange(f"GS*IN*A*B*20310314*0930**X*004010~{foreign}GE*1*~")

    run_edi("split", "--into", tmp_path / "parts", piped=bare)

    assert [path.name for path in tmp_path.rglob("*.edi")] == ["00001_810_000000042_none_x-y.edi"]


@pytest.mark.parametrize(
    ("by", "names"),
    [
        ("group", ["00001_group_IN_000000042_7.edi", "00002_group_PO_000000042_8.edi"]),
        ("interchange", ["00001_interchange_000000042.edi"]),
    ],
)
def test_groups_and_interchanges_can_stay_together(tmp_path: Path, by: str, names: list[str]) -> None:
    run_edi("split", "--by", by, "--into", tmp_path, piped=MIXED)

    parts = read_parts(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == names
    assert read_sets(*parts) == read_sets(MIXED)
    assert [item for part in parts for item in read([part]) if isinstance(item, Finding)] == []


def test_one_interchange_goes_through_unchanged(tmp_path: Path) -> None:
    run_edi("split", "--by", "interchange", "--into", tmp_path, piped=MIXED)

    assert read_parts(tmp_path) == [MIXED]


def test_interchanges_keep_their_own_delimiters_and_line_ends(tmp_path: Path) -> None:
    other = MIXED.replace(b"*", b"|").replace(b"~", b"\r\n")

    run_edi("split", "--by", "interchange", "--into", tmp_path, piped=MIXED + other)

    assert read_parts(tmp_path) == [MIXED, other]


def test_wrong_totals_are_put_right(tmp_path: Path) -> None:
    stale = MIXED.replace(b"GE*2*7", b"GE*11*9").replace(b"IEA*2*000000042", b"IEA*5*1")

    run_edi("split", "--by", "interchange", "--into", tmp_path, piped=stale)

    assert read_parts(tmp_path) == [MIXED]


def test_a_set_outside_any_group_is_written_as_it_came(tmp_path: Path) -> None:
    bare = f"{ISA}{make_set('810', *INVOICE)}IEA*0*000000042~".encode()

    run_edi("split", "--into", tmp_path, piped=bare)

    assert read_parts(tmp_path) == [bare]


def test_sets_in_and_outside_groups_stay_in_order(tmp_path: Path) -> None:
    inside, outside = make_group("810", make_set("810", *INVOICE)), make_set("850", *ORDER)
    data = f"{ISA}{inside}{outside}{inside}IEA*2*000000042~".encode()

    run_edi("split", "--by", "interchange", "--into", tmp_path, piped=data)

    assert read_parts(tmp_path) == [data]


def test_a_set_that_is_cut_off_is_written_as_it_came_and_named(tmp_path: Path) -> None:
    cut = MIXED.partition(b"TDS")[0].removesuffix(b"~")

    said = run_edi("split", "--into", tmp_path, piped=cut)

    [part] = read_parts(tmp_path)
    assert read_sets(part) == read_sets(cut)
    assert part.endswith(b"~GE*1*7~IEA*1*000000042~")
    assert said.exit_code == Exit.FINDINGS
    assert "standard input: The set 0001 at byte 154 has no SE: it is cut off" in said.stderr


def test_a_set_over_the_limit_is_named_and_in_no_file_and_the_others_are_written(tmp_path: Path) -> None:
    line = "IT1*1*1*EA*10**VN*" + "A" * 60_000
    large = make_set("810", INVOICE[0], *[line] * (LARGEST_SET // 60_000 + 1), number="0009")
    data = make_interchange(make_group("810", large, make_set("810", *INVOICE)))

    said = run_edi("split", "--by", "interchange", "--into", tmp_path, piped=data)

    assert read_parts(tmp_path) == [make_interchange(make_group("810", make_set("810", *INVOICE)))]
    assert said.exit_code == Exit.FINDINGS
    assert "The set 0009 at byte 154 is larger than 16,777,216 bytes: it is in no file." in said.stderr


@pytest.mark.parametrize(("old", "new"), [(b"~", b"\r\n"), (b"SE*", b"SE *"), (b"~", b" ~ ")])
def test_a_whole_set_is_known_by_its_se_whatever_stands_around_it(
    tmp_path: Path, old: bytes, new: bytes
) -> None:
    head, body = MIXED[:106], MIXED[106:]
    data = (head.replace(old, new) if new == b"\r\n" else head) + body.replace(old, new)

    assert run_edi("split", "--into", tmp_path, piped=data).exit_code == Exit.DONE


def test_done_again_it_finds_the_same_files_and_is_content(tmp_path: Path) -> None:
    run_edi("split", "--into", tmp_path, piped=MIXED)

    again = run_edi("split", "--into", tmp_path, piped=MIXED)

    assert again.exit_code == Exit.DONE
    assert "3 files in " in again.output
    assert "0 written, 3 same, 0 kept" in again.output
    assert len(list(tmp_path.iterdir())) == 3


def test_a_file_with_another_content_is_never_overwritten(tmp_path: Path) -> None:
    taken = tmp_path / "00002_810_000000042_7_0002.edi"
    taken.write_text("mine")

    said = run_edi("split", "--into", tmp_path, piped=MIXED)

    assert said.exit_code == Exit.USAGE
    assert "00002_810_000000042_7_0002.edi was there with another content" in said.stderr
    assert taken.read_text() == "mine"
    assert len(list(tmp_path.iterdir())) == 3


def test_several_files_are_numbered_on(tmp_path: Path) -> None:
    first = write_file(tmp_path, "810", *INVOICE, name="first.edi")
    second = write_file(tmp_path, "850", *ORDER, name="second.edi")

    said = run_edi("split", first, second, "--into", tmp_path / "parts")

    assert said.exit_code == Exit.DONE
    assert sorted(path.name for path in (tmp_path / "parts").iterdir()) == [
        "00001_810_000000042_7_0001.edi",
        "00002_850_000000042_7_0001.edi",
    ]


def test_what_is_in_no_set_is_named_and_in_no_file(tmp_path: Path) -> None:
    said = run_edi("split", "--into", tmp_path, piped=MIXED + b"and more")

    assert said.exit_code == Exit.FINDINGS
    assert "belong to no interchange and were not read" in said.stderr
    assert len(list(tmp_path.iterdir())) == 3


def test_a_long_list_of_files_is_cut(tmp_path: Path) -> None:
    sets = [make_set("810", *INVOICE, number=f"{number:04}") for number in range(25)]

    said = run_edi("split", "--into", tmp_path, piped=make_interchange(make_group("810", *sets)))

    assert said.output.count("written  ") == 20
    assert "… and 5 more" in said.output
    assert "25 files in " in said.output


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("")

    said = run_edi("split", "--into", taken, piped=MIXED)

    assert said.exit_code == Exit.CONFIG
    assert "taken: " in said.stderr


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    said = run_edi("split", tmp_path / "none.edi", "--into", tmp_path / "parts")

    assert said.exit_code == Exit.USAGE
    assert "none.edi cannot be read: No such file" in said.stderr


def test_as_json_every_file_is_a_line(tmp_path: Path) -> None:
    said = run_edi("split", "--json", "--into", tmp_path, piped=MIXED)

    pieces = [json.loads(line) for line in said.stdout.splitlines()]
    assert [piece["state"] for piece in pieces] == ["written"] * 3
    assert Path(pieces[0]["path"]).read_bytes().startswith(b"ISA*")
    assert pieces[0]["type"] == "piece"
    assert pieces[0]["sets"] == 1


def test_a_pipe_that_cannot_be_read_twice_is_split_as_well(tmp_path: Path) -> None:
    command = "from ml_connector.cli.main import main; main()"

    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", command, "edi", "split", "--into", str(tmp_path)],
        input=MIXED,
        capture_output=True,
        check=False,
    )

    assert done.returncode == Exit.DONE, done.stderr
    assert read_sets(*read_parts(tmp_path)) == read_sets(MIXED)
