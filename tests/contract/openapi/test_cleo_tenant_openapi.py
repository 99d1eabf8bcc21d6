"""The simulated Cleo tenant serves what its description says: requests made from it, answers held against it."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance
from tests.contract.openapi.schemas import DESCRIPTION
from tests.contract.simulators.cleo.driver import JSON, CleoTenant, serve_tenant

from mlc_sim.cleo.calls import NAMES

SCHEMA: Final = schemathesis.openapi.from_path(DESCRIPTION)
SCHEMA.config.generation.update(allow_extra_parameters=False, with_security_parameters=False)
OPERATIONS: Final = [found.ok() for found in list[Any](SCHEMA.get_all_operations())]
#: What no schema can say: the grammar of filters, and which characters a file name has.
BEYOND_SCHEMAS: Final = ("filter:", "name:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A tenant with something of everything."""

    tenant: CleoTenant
    token: str
    session: requests.Session

    def make_ids(self, path: str) -> Mapping[str, str]:
        """Ids that fit a path, of things that are there only for it."""
        [connection] = self.find("connections", 'alias eq "ml-connector"')
        group = self.find("authenticators", "")[0]
        folder = "/edi/outbound" if "incoming" in path else "/edi/inbound"
        makers: Mapping[str, Callable[[], Any]] = {
            "folderId": lambda: self.tenant.folder_href(folder).rpartition("/")[2],
            "fileId": lambda: self.tenant.drop("a.edi", folder=folder)["id"],
            "connectionId": lambda: self.create("connections") if path.endswith("Id}") else connection["id"],
            "actionId": self.create_action,
            "authenticatorId": lambda: group["id"] if "users" in path else self.create("authenticators"),
            "userId": lambda: self.create(f"authenticators/{group['id']}/users"),
            "eventId": lambda: self.find("events", "")[0]["id"],
            "transferId": lambda: self.find("transfers", "")[0]["id"],
        }
        if "outgoing/" in path or "incoming/" in path:
            makers = {**makers, "connectionId": lambda: connection["id"]}
        return {name: make() for name, make in makers.items() if f"{{{name}}}" in path}

    def find(self, resource: str, text: str) -> Any:
        return self.tenant.call("GET", f"/api/{resource}?filter={text.replace(' ', '+')}").json["resources"]

    def create(self, resource: str) -> str:
        number = self.tenant.admin("GET", "counters").json["requests"]
        body = f'{{"type": "ftp", "username": "user {number}"}}'.encode()
        return str(self.tenant.call("POST", f"/api/{resource}", body, JSON).json["id"])

    def create_action(self) -> str:
        parent = json.dumps({"connection": self.find("connections", "")[0]["_links"]["self"]}).encode()
        return str(self.tenant.call("POST", "/api/actions", parent, JSON).json["id"])

    def aim(self, case: Case[Any]) -> None:
        """Let a request that fits the description ask for what is there."""
        case.path_parameters.update(self.make_ids(case.path))
        if isinstance(case.body, dict) and case.operation.label in {
            "POST /api/actions",
            "PUT /api/actions/{actionId}",
        }:
            case.body.pop("authenticator", None)
            parent = self.find("connections", "")[0]["_links"]["self"]
            if case.method == "POST":
                case.body["connection"] = parent
            else:
                case.body.pop("connection", None)
        if isinstance(case.body, dict) and case.method == "PATCH":
            case.body["folder"] = {"href": self.tenant.folder_href("/edi/archive")}

    def check(self, case: Case[Any]) -> None:
        sent = {"Authorization": f"Bearer {self.token}"}
        answer = case.call(base_url=self.tenant.announced["url"], session=self.session, headers=sent)
        is_beyond = answer.status_code == 400 and str(answer.json()["message"]).startswith(BEYOND_SCHEMAS)
        without: list[Any] | None = [positive_data_acceptance] if is_beyond else None
        case.validate_response(answer, excluded_checks=without, headers=sent)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with serve_tenant(tmp_path_factory.mktemp("tenant")) as tenant, requests.Session() as session:
        session.trust_env = False
        tenant.admin("POST", "settings", {"lockout_failures": 0, "refused_login": 401})
        tenant.drop("a.edi")
        tenant.upload("b.edi")
        tenant.admin("POST", "clock", {"advance": 60})
        yield Site(tenant=tenant, token=tenant.log_in().json["access_token"], session=session)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_requests_good_and_bad_are_answered_as_described(
    site: Site, operation: Any, mode: GenerationMode
) -> None:
    @settings(
        max_examples=8,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def check(case: Case[Any]) -> None:
        if mode is GenerationMode.POSITIVE:
            site.aim(case)
        site.check(case)

    check()


def test_every_call_that_is_served_is_described_and_no_other() -> None:
    described = {operation.definition.raw["operationId"] for operation in OPERATIONS}

    assert described == NAMES
