"""Connections, actions and partners of the Cleo tenant."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from tests.contract.simulators.cleo.driver import JSON, Answer, CleoTenant


def send(tenant: CleoTenant, method: str, path: str, **members: object) -> Answer:
    return tenant.call(method, path, json.dumps(members).encode(), JSON)


def create(tenant: CleoTenant, resource: str, **members: object) -> Any:
    answer = send(tenant, "POST", f"/api/{resource}", **members)
    assert answer.status == 201, answer.body
    return answer.json


def find(tenant: CleoTenant, resource: str, alias: str) -> Any:
    [found] = tenant.call("GET", f"/api/{resource}?filter=alias+eq+%22{alias}%22").json["resources"]
    return found


def get_self(found: Any) -> str:
    return str(found["_links"]["self"]["href"])


def test_a_new_tenant_has_the_connection_that_stands_for_the_connector(tenant: CleoTenant) -> None:
    connection = find(tenant, "connections", "ml-connector")

    assert (connection["type"], connection["enabled"], connection["ready"]) == ("sftp", "true", True)
    assert connection["_links"].keys() == {"self", "actions", "transfers"}
    assert isinstance(connection["_links"]["actions"], list)


def test_a_type_alone_makes_a_connection_with_defaults_alias_and_actions(tenant: CleoTenant) -> None:
    made = create(tenant, "connections", type="ftp")
    second = create(tenant, "connections", type="ftp")

    assert made["ready"] is False
    assert made["notReadyReason"] == "Server Address is required."
    assert made["connect"] == {"host": "", "port": 21, "username": ""}
    assert made["outgoing"]["storage"] == {"outbox": "outbox/", "sentbox": "sentbox/"}
    assert (made["alias"], second["alias"]) == ("FTP", "FTP 2")
    assert made["meta"]["version"] == "1"
    actions = [tenant.call("GET", link["href"]).json for link in made["_links"]["actions"]]
    assert len(actions) == 3
    assert {action["connection"]["href"] for action in actions} == {get_self(made)}


def test_what_holds_its_default_is_listed_only_when_asked_for(tenant: CleoTenant) -> None:
    made = create(tenant, "connections", type="as2", alias="ACME")

    assert "outgoing" not in tenant.call("GET", get_self(made)).json
    assert tenant.call("GET", f"{get_self(made)}?includeDefaults=true").json == made
    assert tenant.call("GET", "/api/connections?includeDefaults=yes").status == 400


def test_a_whole_connection_can_be_written_back_with_all_that_is_read_only(tenant: CleoTenant) -> None:
    made = create(tenant, "connections", type="sftp", alias="ACME", externalId="V-1001", enabled=False)

    changed = send(
        tenant, "PUT", get_self(made), **{**made, "ready": True, "connect": {"host": "acme.example"}}
    )

    assert changed.status == 200
    assert (changed.json["id"], changed.json["meta"]["version"]) == (made["id"], "2")
    assert (changed.json["ready"], changed.json["enabled"]) == (True, "false")
    assert "notReadyReason" not in changed.json


def test_what_is_left_out_of_a_whole_connection_is_gone(tenant: CleoTenant) -> None:
    made = create(tenant, "connections", type="sftp", alias="ACME", externalId="V-1001", notes="old")

    changed = send(tenant, "PUT", get_self(made), type="sftp").json

    assert changed["alias"] == "ACME"
    assert {"externalId", "notes"} & changed.keys() == set()


def test_a_password_is_taken_and_never_told(tenant: CleoTenant) -> None:
    made = create(tenant, "connections", type="sftp", connect={"host": "a", "password": "secret-word"})

    told = tenant.call("GET", f"{get_self(made)}?includeDefaults=true")

    assert b"secret-word" not in told.body
    assert told.json["connect"] == {"host": "a", "port": 22, "username": ""}
    assert b"secret-word" not in tenant.admin("GET", "requests").body


def test_a_deleted_connection_is_gone_with_its_actions(tenant: CleoTenant) -> None:
    made = create(tenant, "connections", type="ftp")

    statuses = [tenant.call("DELETE", get_self(made)).status for _ in range(2)]

    assert statuses == [204, 404]
    assert {tenant.call("GET", link["href"]).status for link in made["_links"]["actions"]} == {404}
    assert tenant.call("GET", f"{get_self(made)}/outgoing").status == 404


def test_an_alias_that_is_taken_is_a_409(tenant: CleoTenant) -> None:
    create(tenant, "connections", type="as2", alias="ACME")
    other = create(tenant, "connections", type="as2", alias="BOLT")

    assert send(tenant, "POST", "/api/connections", type="as2", alias="ACME").status == 409
    assert send(tenant, "PUT", get_self(other), type="as2", alias="ACME").status == 409


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({}, "type is missing"),
        ({"type": 1}, "type: 1"),
        ({"type": "as2", "alias": ""}, "alias:"),
        ({"type": "as2", "alias": "a" * 256}, "alias:"),
        ({"type": "as2", "enabled": "perhaps"}, "enabled: 'perhaps'"),
        ({"type": "as2", "enabled": None}, "enabled: None"),
        ({"type": "as2", "alias": None}, "alias: None"),
        ({"type": "as2", "connect": "host"}, "connect: 'host'"),
    ],
)
def test_a_connection_that_cannot_be_is_a_400(
    tenant: CleoTenant, members: dict[str, object], reason: str
) -> None:
    answer = send(tenant, "POST", "/api/connections", **members)

    assert answer.status == 400
    assert reason in answer.json["message"]


@pytest.mark.parametrize(
    ("text", "aliases"),
    [
        ('externalId eq "V-1001"', ["ACME"]),
        ('type eq "as2" and enabled eq "false"', ["BOLT"]),
        ('(alias sw "A" or alias sw "B") and not (externalId pr)', ["BOLT"]),
        ('connect.host ew ".example" and resourceFolder eq "Vendors"', ["ACME"]),
        ('externalId ne "V-1001" and type eq "as2"', ["BOLT"]),
    ],
)
def test_connections_are_filtered_by_what_they_hold(
    tenant: CleoTenant, text: str, aliases: list[str]
) -> None:
    host = {"host": "acme.example"}
    create(
        tenant,
        "connections",
        type="sftp",
        alias="ACME",
        externalId="V-1001",
        resourceFolder="Vendors",
        connect=host,
    )
    create(tenant, "connections", type="as2", alias="BOLT", enabled=False)

    page = tenant.call("GET", f"/api/connections?filter={text.replace(' ', '+')}").json

    assert [found["alias"] for found in page["resources"]] == aliases


def test_the_files_of_a_connection_are_those_of_its_folders(tenant: CleoTenant) -> None:
    connection = get_self(find(tenant, "connections", "ml-connector"))
    dropped = tenant.drop("INV-1.edi", b"ISA*00")

    [listed] = tenant.call("GET", f"{connection}/outgoing").json["resources"]
    content = tenant.call("GET", listed["_links"]["self"]["href"])
    headers = {"Content-Type": "application/octet-stream"}
    handed = tenant.call("POST", f"{connection}/incoming?name=997.edi", b"ISA", headers)

    assert (listed["id"], listed["length"], listed["meta"]["resourceType"]) == (dropped["id"], 6, "outgoing")
    assert (content.body, content.headers["Content-Length"]) == (b"ISA*00", "6")
    assert 'filename="INV-1.edi"' in content.headers["Content-Disposition"]
    assert handed.status == 201
    assert handed.json["meta"]["resourceType"] == "incoming"
    assert tenant.call("GET", handed.json["_links"]["self"]["href"]).json == handed.json
    assert tenant.names("/edi/outbound") == ["997.edi"]


def test_another_connection_has_files_of_its_own(tenant: CleoTenant) -> None:
    made = get_self(create(tenant, "connections", type="ftp"))
    headers = {"Content-Type": "application/octet-stream"}

    handed = tenant.call("POST", f"{made}/incoming", b"ISA", headers)

    assert handed.json["name"] == "upload.dat"
    assert tenant.call("GET", f"{made}/incoming").json["totalResults"] == 1
    assert tenant.call("GET", f"{made}/outgoing").json["totalResults"] == 0
    assert tenant.call("GET", "/api/folders").json["totalResults"] == 6


def test_a_run_answers_how_it_went_with_its_log(tenant: CleoTenant) -> None:
    action = find(tenant, "actions", "load-reference")

    ran = tenant.call("POST", action["_links"]["run"]["href"])
    short = tenant.call("POST", f"{action['_links']['run']['href']}?messagesCount=1").json

    assert ran.status == 200
    assert (ran.json["status"], ran.json["result"]) == ("completed", "success")
    assert ran.json["messages"][0].endswith('Run: type="API"')
    assert ran.json["messages"][-1].endswith("End")
    assert len(short["messages"]) == 1
    assert tenant.call("GET", get_self(action)).json["lastStatus"] == "success"


def test_an_action_can_fail_with_status_200(tenant: CleoTenant) -> None:
    ran = tenant.call("POST", find(tenant, "actions", "always-fails")["_links"]["run"]["href"])

    assert (ran.status, ran.json["status"], ran.json["result"]) == (200, "completed", "error")


def test_a_wait_that_ends_first_is_told_and_the_run_goes_on(tenant: CleoTenant) -> None:
    action = find(tenant, "actions", "load-reference")
    run = action["_links"]["run"]["href"]
    tenant.admin("POST", f"actions/{action['id']}", {"seconds": 600, "result": "warning"})

    ran = tenant.call("POST", f"{run}?timeout=0")
    again = tenant.call("POST", f"{run}?timeout=0")
    during = tenant.call("GET", get_self(action)).json
    tenant.admin("POST", "clock", {"advance": 601})
    after = tenant.call("GET", get_self(action)).json

    assert (ran.status, ran.json["status"]) == (200, "running")
    assert "result" not in ran.json
    assert again.status == 409
    assert (during["running"], after["running"], after["lastStatus"]) == (True, False, "warning")


def test_a_wait_ends_with_the_run_and_others_are_answered_meanwhile(tenant: CleoTenant) -> None:
    action = find(tenant, "actions", "load-reference")
    tenant.admin("POST", f"actions/{action['id']}", {"seconds": 600})

    with ThreadPoolExecutor() as pool:
        ran = pool.submit(tenant.call, "POST", action["_links"]["run"]["href"])
        while not tenant.call("GET", get_self(action)).json["running"]:
            pass
        tenant.admin("POST", "clock", {"advance": 601})

        assert ran.result().json["status"] == "completed"


def test_an_action_belongs_to_its_parent_and_has_an_alias_of_its_own_there(tenant: CleoTenant) -> None:
    first, second = (create(tenant, "connections", type="as2") for _ in range(2))
    made = create(
        tenant, "actions", alias="nightly", connection={"href": get_self(first)}, commands=["DIR *"]
    )
    twin = create(tenant, "actions", alias="nightly", connection={"href": get_self(second)})
    group = find(tenant, "authenticators", "partners")

    assert (made["type"], made["enabled"], made["running"]) == ("Commands", "true", False)
    assert twin["id"] != made["id"]
    assert (
        send(tenant, "POST", "/api/actions", alias="nightly", connection={"href": get_self(first)}).status
        == 409
    )
    assert send(tenant, "POST", "/api/actions", authenticator={"href": get_self(group)}).status == 201
    assert send(tenant, "PUT", get_self(made), connection={"href": get_self(second)}).status == 400
    assert send(tenant, "PUT", get_self(made), **made, schedule="on file continuously").status == 200
    assert tenant.call("DELETE", get_self(made)).status == 204


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({}, "connection is missing"),
        ({"connection": {"href": "/api/connections/x"}}, "no link to a connection"),
        ({"connection": "x"}, "no link to a connection"),
        ({"type": "Shell"}, "type: 'Shell'"),
        ({"commands": [1]}, "commands: a list of texts"),
    ],
)
def test_an_action_that_cannot_be_is_a_400(
    tenant: CleoTenant, members: dict[str, object], reason: str
) -> None:
    answer = send(tenant, "POST", "/api/actions", **members)

    assert answer.status == 400
    assert reason in answer.json["message"]


def test_an_order_for_an_action_that_makes_no_sense_is_refused(tenant: CleoTenant) -> None:
    action = find(tenant, "actions", "load-reference")

    for order in ({"seconds": -1}, {"seconds": "1"}, {"result": "fine"}):
        assert tenant.admin("POST", f"actions/{action['id']}", order).status == 400
    assert tenant.admin("POST", "actions/x", {}).status == 404


def test_users_are_members_of_a_group(tenant: CleoTenant) -> None:
    group = create(tenant, "authenticators", alias="vendors")
    users = group["_links"]["users"]["href"].removeprefix("/api/")
    user = create(
        tenant, users, username="acme", email="edi@acme.example", accept={"password": "Secret-w0rd"}
    )

    changed = send(tenant, "PUT", get_self(user), **{**user, "email": "new@acme.example"}).json

    assert (group["type"], user["accept"]) == ("nativeUser", {})
    assert changed["email"] == "new@acme.example"
    assert tenant.call("GET", f"/api/{users}").json["resources"] == [changed]
    assert send(tenant, "POST", f"/api/{users}", username="acme").status == 409
    assert send(tenant, "POST", f"/api/{users}", email="a").status == 400
    other = find(tenant, "authenticators", "partners")["_links"]["users"]["href"]
    assert tenant.call("GET", f"{other}/{user['id']}").status == 404
    assert tenant.call("DELETE", get_self(group)).status == 204
    assert tenant.call("GET", get_self(user)).status == 404
