"""What is done in Cleo once reference data are there: an action is run, trading partners are connected."""

from dataclasses import replace
from typing import Literal

import pytest
from tests.fake_mailbox import FakeMailbox, describe_lost_answer
from tests.fakes import Killed
from tests.unit.flows.press import FOLDER, list_publications, make_facts, make_run, make_vendor, set_copy
from tests.unit.flows.scene import ARCHIVE, INBOUND, Scene

from ml_connector.cleo.errors import CleoError, NotSent, Rejected, Throttled
from ml_connector.cleo.objects import ActionRun, ConnectionDraft
from ml_connector.flows.publishing.afterwards import PARTNERS_FOLDER, connect_partners, run_due_action
from ml_connector.flows.publishing.files import publish
from ml_connector.flows.run import PublishFacts, Trouble

BOLTS = make_vendor(1, "Alnwick Bolts")
ACTS = make_facts(run_action="import")
CONNECTS = make_facts(partners=("V1", "V2", "V9"))


@pytest.fixture
def office(scene: Scene) -> Scene:
    scene.mailbox = FakeMailbox(INBOUND, ARCHIVE, FOLDER, open_blocks=scene.count_open_blocks)
    scene.mailbox.add_action("import")
    set_copy(scene, BOLTS, make_vendor(2, "Bamburgh Nuts", status="inactive"))
    return scene


def go(office: Scene, facts: PublishFacts) -> list[Trouble]:
    run = make_run(office, facts)
    publish(run)
    run_due_action(run)
    connect_partners(run)
    return run.troubles


def list_outcomes(office: Scene) -> list[str]:
    return [str(each.action) for each in list_publications(office)]


def test_no_action_is_run_unless_the_link_names_one(office: Scene) -> None:
    assert go(office, make_facts()) == []

    assert office.mailbox.runs == []
    assert list_outcomes(office) == [""]


def test_the_action_is_run_once_after_what_was_published(office: Scene) -> None:
    facts = replace(ACTS, forms=("csv", "jsonl"))

    assert go(office, facts) == []
    assert go(office, facts) == []

    assert office.mailbox.runs == ["import"]
    assert list_outcomes(office) == ["succeeded", "succeeded"]
    actions = [entry.action for entry in office.audit("publication:1")]
    assert actions == ["prepared", "published", "action asked", "action succeeded"]


@pytest.mark.parametrize(
    ("outcome", "kept", "said"),
    [("failed", "failed", "failed: completed error; boom"), ("running", "unknown", "had not ended")],
)
def test_an_answer_of_200_is_no_success(
    office: Scene, outcome: Literal["failed", "running"], kept: str, said: str
) -> None:
    office.mailbox.add_action(
        "import", ActionRun(status="completed", result="error", messages=("start", "boom"), outcome=outcome)
    )

    (trouble,) = go(office, ACTS)

    assert said in trouble.message
    assert list_outcomes(office) == [kept]
    assert go(office, ACTS) == []
    assert office.mailbox.runs == ["import"]


@pytest.mark.parametrize(
    ("error", "kept"),
    [
        (NotSent("no connection"), "due"),
        (Throttled("slow down"), "due"),
        (describe_lost_answer(), "unknown"),
        (Rejected("no"), "failed"),
    ],
)
def test_an_action_is_repeated_only_when_it_was_surely_not_run(
    office: Scene, error: CleoError, kept: str
) -> None:
    office.mailbox.order("run_action", error)

    (trouble,) = go(office, ACTS)
    assert "import" in trouble.message
    assert list_outcomes(office) == [kept]

    assert go(office, ACTS) == []
    assert office.mailbox.runs == (["import"] if kept == "due" else [])


def test_an_action_that_is_not_there_is_named_with_those_that_are(office: Scene) -> None:
    (trouble,) = go(office, replace(ACTS, run_action="imprt"))

    assert "'imprt'" in trouble.message
    assert "there are: import" in trouble.message
    assert list_outcomes(office) == ["due"]


def test_when_the_actions_cannot_be_listed_it_runs_with_the_next_run(office: Scene) -> None:
    office.mailbox.order("list_actions", CleoError("off-line"))

    assert len(go(office, ACTS)) == 1
    assert go(office, ACTS) == []
    assert office.mailbox.runs == ["import"]


def test_killed_while_the_action_runs_it_is_said_and_not_repeated(office: Scene) -> None:
    office.mailbox.order("run_action", Killed())
    with pytest.raises(Killed):
        go(office, ACTS)
    office.restart()

    (trouble,) = go(office, ACTS)

    assert "not known whether action 'import' ran" in trouble.message
    assert "INTACCT_Vendors" in trouble.message
    assert list_outcomes(office) == ["unknown"]
    assert office.mailbox.runs == []


def test_no_connection_is_made_unless_the_link_says_so(office: Scene) -> None:
    assert go(office, make_facts()) == []

    assert office.mailbox.list_connections() == ()


def test_each_active_partner_gets_one_connection_that_is_not_enabled(office: Scene) -> None:
    assert go(office, CONNECTS) == []
    assert go(office, CONNECTS) == []

    (made,) = office.mailbox.list_connections()
    assert (made.external_id, made.alias, made.folder) == ("V1", "Alnwick Bolts", PARTNERS_FOLDER)
    assert not made.enabled
    assert [entry.action for entry in office.audit("link:main")] == ["connection in Cleo"]


def test_a_connection_whose_answer_was_lost_is_found_again(office: Scene) -> None:
    office.mailbox.order("create_connection", describe_lost_answer(), done=True)

    (trouble,) = go(office, CONNECTS)
    assert "V1" in trouble.message

    assert go(office, CONNECTS) == []
    assert len(office.mailbox.list_connections()) == 1


def test_a_connection_that_goes_by_the_name_alone_is_taken(office: Scene) -> None:
    office.mailbox.create_connection(ConnectionDraft(alias="Alnwick Bolts", enabled=True))

    assert go(office, CONNECTS) == []

    (taken,) = office.mailbox.list_connections()
    assert (taken.external_id, taken.enabled) == ("V1", True)


def test_a_renamed_vendor_renames_its_connection(office: Scene) -> None:
    go(office, CONNECTS)
    set_copy(office, make_vendor(1, "Alnwick Bolts & Screws"))

    assert go(office, CONNECTS) == []

    assert [each.alias for each in office.mailbox.list_connections()] == ["Alnwick Bolts & Screws"]


def test_the_connection_of_somebody_else_is_left_alone(office: Scene) -> None:
    office.mailbox.create_connection(ConnectionDraft(alias="Alnwick Bolts", external_id="X-7"))

    (trouble,) = go(office, CONNECTS)

    assert "that of X-7" in trouble.message
    assert [each.external_id for each in office.mailbox.list_connections()] == ["X-7"]


def test_nothing_is_connected_before_there_is_a_copy(scene: Scene) -> None:
    run = make_run(scene, CONNECTS)

    connect_partners(run)

    assert (scene.mailbox.list_connections(), run.troubles) == ((), [])
