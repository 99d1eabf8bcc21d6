"""What Cleo knows of trading partners is compared with what we know; nothing of it acts by itself."""

from dataclasses import replace

import pytest
from tests.fake_mailbox import FakeMailbox
from tests.fakes import Killed
from tests.unit.flows.press import make_vendor, set_copy
from tests.unit.flows.scene import ALIKE, ARCHIVE, BOOKS, INBOUND, Scene, write_file, write_invoice

from ml_connector.cleo.errors import CleoError
from ml_connector.cleo.objects import ConnectionDraft
from ml_connector.flows.cadence import Cadence
from ml_connector.flows.edi_to_intacct import process, read
from ml_connector.flows.intacct_to_cleo import refresh
from ml_connector.flows.partners_from_cleo import collect_partners
from ml_connector.flows.run import PartnersFacts, Run, Trouble
from ml_connector.records.partners import PartnerStatus, StoredPartner
from ml_connector.records.status import FileStatus
from ml_connector.records.xref import CrossReference, StoredXref

LISTS = "/reference/inbound"
DONE = "/reference/archive"
HEAD = b"name,edi_qualifier,edi_id,vendor_id\r\n"
FACTS = PartnersFacts(folder=LISTS, archive=DONE, connections=True, ignore=("ml-*",))


@pytest.fixture
def office(scene: Scene) -> Scene:
    scene.mailbox = FakeMailbox(INBOUND, ARCHIVE, LISTS, DONE, open_blocks=scene.count_open_blocks)
    set_copy(
        scene,
        make_vendor(1, "Alnwick Bolts", aliases=("edi:92/501",), edi_ids=["92/501"]),
        make_vendor(2, "Bamburgh Nuts"),
    )
    return scene


def drop(office: Scene, *rows: bytes, name: str = "partners.csv") -> str:
    return office.mailbox.drop(name, HEAD + b"".join(row + b"\r\n" for row in rows), folder=LISTS)


def make_run(office: Scene, facts: PartnersFacts | None = FACTS) -> Run:
    run = office.make_run()
    return replace(run, link=replace(run.link, partners=facts))


def collect(office: Scene) -> list[Trouble]:
    run = make_run(office)
    collect_partners(run)
    return run.troubles


def list_partners(office: Scene) -> dict[str, StoredPartner]:
    with office.store.begin() as work:
        return {each.judged.facts.key: each for each in work.partners.list(office.link)}


def list_statuses(office: Scene) -> dict[str, str]:
    return {key: str(each.judged.status) for key, each in list_partners(office).items()}


def list_xrefs(office: Scene) -> list[StoredXref]:
    with office.store.begin() as work:
        return list(work.xref.list(office.link))


def test_cleo_is_not_asked_unless_the_link_says_so(office: Scene) -> None:
    drop(office, b"Cragside,92,9,")

    run = make_run(office, None)
    collect_partners(run)

    assert (run.troubles, office.mailbox.list_names(LISTS)) == ([], ["partners.csv"])


def test_a_list_is_taken_once_and_put_away(office: Scene) -> None:
    drop(office, b"Alnwick Bolts,92,501,V1", b"Cragside,92,9,", b"Bamburgh Nuts,12,555,V2")

    assert collect(office) == []
    assert collect(office) == []

    assert office.mailbox.list_names(DONE) == ["partners.csv"]
    assert list_statuses(office) == {"92/9": "unmatched", "12/555": "prepared"}
    (reference,) = list_xrefs(office)
    assert (reference.xref.code, reference.xref.target, str(reference.status)) == ("12/555", "V2", "prepared")
    assert "partners.csv" in reference.origin
    (file,) = office.files()
    assert (file.status, file.reason) == (FileStatus.LISTED, "")


def test_in_a_conflict_ours_counts_until_a_person_decides(office: Scene) -> None:
    drop(office, b"Bamburgh Nuts,92,501,V2")

    collect(office)

    assert list_statuses(office) == {"92/501": "conflict"}
    (reference,) = list_xrefs(office)
    assert str(reference.status) == "prepared"
    assert "V1, which counts" in list_partners(office)["92/501"].judged.reason


def test_in_a_conflict_what_a_person_approves_counts_from_then_on(office: Scene) -> None:
    office.rules += ALIKE
    office.finance.books = replace(BOOKS, custom={"V1": {"EDI_ID": "92/501"}})
    office.cadence = Cadence(edi_fields=("EDI_ID",))
    drop(office, b"Bamburgh Nuts,92,501,V2")
    office.do(refresh)
    collect(office)
    office.drop(write_invoice("A-1", vendor="501"), sender="HUB")
    office.do(process)

    with office.store.begin() as work:
        work.xref.approve(office.link, [each.id for each in work.xref.list(office.link)], by="mira")
    collect(office)
    office.drop(write_invoice("A-2", vendor="501"), name="later.edi", sender="HUB")
    office.do(process)

    assert list_statuses(office) == {}
    posted = [(bill.bill.number, bill.bill.vendor_id) for bill in office.finance.bills]
    assert posted == [("A-1", "V1"), ("A-2", "V2")]
    why = office.posting("A-2").posting.provenance[0].rule
    assert (
        why
        == "vendor cross-reference 92/501 (xref 1) over EDI id in Intacct's field EDI_ID, which leads to V1"
    )


def test_what_a_person_has_declined_is_not_prepared_again(office: Scene) -> None:
    drop(office, b"Bamburgh Nuts,92,501,V2")
    collect(office)
    ids = [each.id for each in list_xrefs(office)]
    with office.store.begin() as work:
        work.xref.decline(office.link, ids, by="ana", reason="wrong")

    collect(office)
    drop(office, b"Bamburgh Nuts,92,501,V2", name="again.csv")
    collect(office)

    assert list_statuses(office) == {}
    assert [str(each.status) for each in list_xrefs(office)] == ["declined"]


def test_what_a_person_has_ended_is_not_prepared_again(office: Scene) -> None:
    drop(office, b"Bamburgh Nuts,92,501,V2")
    collect(office)
    (prepared,) = list_xrefs(office)
    with office.store.begin() as work:
        work.xref.approve(office.link, [prepared.id], by="ben")
        work.xref.decline(office.link, [prepared.id], by="ana", reason="not any more")

    drop(office, b"Bamburgh Nuts,92,501,V2", name="again.csv")
    collect(office)

    assert [str(each.status) for each in list_xrefs(office)] == ["ended"]


def test_what_is_mended_in_intacct_is_forgotten_with_the_next_run(office: Scene) -> None:
    drop(office, b"Cragside,92,9,V3")
    collect(office)
    assert list_statuses(office) == {"92/9": "unmatched"}
    set_copy(office, make_vendor(3, "Cragside", aliases=("edi:92/9",), edi_ids=["92/9"]))

    collect(office)

    assert list_statuses(office) == {}


def test_the_same_list_sent_again_changes_nothing(office: Scene) -> None:
    drop(office, b"Cragside,92,9,", b"Bamburgh Nuts,12,555,V2")
    collect(office)
    first = list_partners(office)
    office.wait(days=1)

    drop(office, b"Cragside,92,9,", b"Bamburgh Nuts,12,555,V2")
    collect(office)

    assert {key: each.since for key, each in list_partners(office).items()} == {
        key: each.since for key, each in first.items()
    }
    assert len(list_xrefs(office)) == 1


def test_bad_rows_are_kept_with_file_and_line_until_a_better_list_of_that_name_comes(office: Scene) -> None:
    drop(office, b"Cragside,,9,", b"Bamburgh Nuts,12,555,V2", b"too,many,values,in,here")

    collect(office)

    bad = [each.judged for each in list_partners(office).values() if each.judged.status is PartnerStatus.BAD]
    assert [(each.facts.name, each.facts.line) for each in bad] == [("partners.csv", 2), ("partners.csv", 4)]
    (file,) = office.files()
    assert file.reason.startswith("2 of 3 rows cannot be used")
    drop(office, b"Cragside,92,9,")
    collect(office)
    assert list_statuses(office) == {"12/555": "prepared", "92/9": "unmatched"}


def test_a_file_of_edi_that_got_there_is_read_as_such(office: Scene) -> None:
    office.mailbox.drop("in.edi", write_file(write_invoice("A-1")), folder=LISTS)

    run = make_run(office)
    collect_partners(run)
    read(run)

    (file,) = office.files()
    assert (file.status, run.troubles) == (FileStatus.READ, [])
    assert len(office.documents()) == 1


@pytest.mark.parametrize(
    ("blocks", "stored"), [(2, True), (3, False), (4, True), (5, False), (6, True), (7, False), (8, True)]
)
def test_killed_anywhere_every_row_is_compared_in_the_end_and_none_twice(
    office: Scene, blocks: int, *, stored: bool
) -> None:
    drop(office, b"Cragside,92,9,", b"Bamburgh Nuts,12,555,V2", b"bad")
    run = make_run(office)
    office.store.die_in(blocks, stored=stored)
    try:
        collect_partners(run)
    except Killed:
        office.restart()
    office.store.live_on()

    assert collect(office) == []

    assert sorted(list_statuses(office).values()) == ["bad", "prepared", "unmatched"]
    assert len(list_xrefs(office)) == 1
    assert [file.status for file in office.files()] == [FileStatus.LISTED]


def test_connections_are_compared_and_those_that_are_gone_are_forgotten(office: Scene) -> None:
    for alias, vendor in (("Cragside", ""), ("Alnwick Bolts", "V1"), ("Screws", "V2"), ("ML-Connector", "")):
        office.mailbox.create_connection(ConnectionDraft(alias=alias, external_id=vendor))

    assert collect(office) == []

    found = {each.judged.facts.name: str(each.judged.status) for each in list_partners(office).values()}
    assert found == {"Cragside": "unmatched", "Screws": "conflict"}
    (cragside,) = (each for each in office.mailbox.list_connections() if each.alias == "Cragside")
    office.mailbox.update_connection(cragside, ConnectionDraft(alias="Bamburgh Nuts", external_id="V2"))
    collect(office)
    assert [each.judged.facts.name for each in list_partners(office).values()] == ["Screws"]
    office.mailbox._connections.clear()
    collect(office)
    assert list_partners(office) == {}


def test_a_connection_whose_vendor_a_person_has_named_is_known_with_the_next_run(office: Scene) -> None:
    office.mailbox.create_connection(ConnectionDraft(alias="Cragside Ltd"))
    collect(office)
    answer = CrossReference(kind="partner", partner="", code="Cragside Ltd", target="V2")
    with office.store.begin() as work:
        (prepared,) = work.xref.prepare(office.link, [answer], by="ana", origin="partner:Cragside Ltd")
    collect(office)
    waiting = list_statuses(office)

    with office.store.begin() as work:
        work.xref.approve(office.link, [prepared.id], by="mira")
    collect(office)

    assert list(waiting.values()) == ["unmatched"]
    assert list_partners(office) == {}


def test_connections_are_left_alone_where_the_link_says_so(office: Scene) -> None:
    office.mailbox.create_connection(ConnectionDraft(alias="Cragside"))
    run = make_run(office, replace(FACTS, connections=False))

    collect_partners(run)

    assert list_partners(office) == {}


def test_connections_that_cannot_be_listed_are_a_trouble_and_what_was_known_stays(office: Scene) -> None:
    office.mailbox.create_connection(ConnectionDraft(alias="Cragside"))
    collect(office)
    office.mailbox.order("list_connections", CleoError("off-line"))

    (trouble,) = collect(office)

    assert (trouble.step, trouble.message) == ("partners", "off-line")
    assert len(list_partners(office)) == 1


def test_nothing_is_compared_before_there_is_a_copy(scene: Scene) -> None:
    scene.mailbox = FakeMailbox(INBOUND, ARCHIVE, LISTS, DONE, open_blocks=scene.count_open_blocks)
    drop(scene, b"Cragside,92,9,")

    assert collect(scene) == []

    assert scene.mailbox.list_names(LISTS) == ["partners.csv"]


def test_many_partners_are_compared_in_parts(office: Scene) -> None:
    drop(office, *(b"Partner %d,92,7%04d," % (n, n) for n in range(1200)))

    collect(office)
    collect(office)

    assert len(list_partners(office)) == 1000  # as many as are listed at once
    with office.store.begin() as work:
        assert work.partners.count(office.link) == {PartnerStatus.UNMATCHED: 1200}
