"""A gateway with a company that has everything both foreign clients write, and the way each of them gets there."""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.contract.foreign.installing import HERE, install_javascript, install_python
from tests.contract.foreign.tunnel import open_tunnel
from tests.contract.simulators.intacct.driver import Gateway, run_gateway
from tests.contract.simulators.intacct.trade import make_trade_seed

from ml_connector.intacct import Credentials

HOST: Final = "na99.intacct.com"
CREDENTIALS: Final = Credentials(
    sender_id="birch_ws",
    sender_password="birch-sender-pw",
    company_id="BIRCH",
    user_id="clerk",
    user_password="birch-user-pw",
)
Outcome = dict[str, Any]
_IN_PLACE: Final = ("http", "html", "drop")


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A running gateway, and the company's logins."""

    gateway: Gateway
    url: str
    work: Path
    outcomes: list[Outcome] = field(default_factory=list)  #: of all steps so far, by either client

    def set_faults(self, *faults: Mapping[str, object]) -> None:
        """Let the first of these befall the first query, the second one the second, and so on.

        What is answered in place of the execution is counted by all queries, anything else by those executed.
        """
        executed, orders = 0, []
        for number, fault in enumerate(faults, 1):
            executed += fault["action"] not in _IN_PLACE
            nth = number if fault["action"] in _IN_PLACE else executed
            orders.append({"match": {"function": "query", "nth": nth}, **fault})
        self.gateway.admin("POST", "/faults", orders)

    def run_javascript(self, *steps: Mapping[str, Any], **config: str) -> list[Outcome]:
        """Outcomes of the login and then of each step, by the official SDK."""
        node, folder = install_javascript()
        port = self.url.rpartition(":")[2]
        login = {
            "endpointUrl": f"http://api.intacct.com:{port}/ia/xml/xmlgw.phtml",
            "senderId": CREDENTIALS.sender_id,
            "senderPassword": CREDENTIALS.sender_password,
            "companyId": CREDENTIALS.company_id,
            "userId": CREDENTIALS.user_id,
            "userPassword": CREDENTIALS.user_password,
        }
        command = (node.node, "--require", str(HERE / "loopback.cjs"), str(HERE / "javascript_client.cjs"))
        asked = {"config": {**login, **config}, "steps": steps}
        return self._note(_run((*command, str(folder)), asked, {}))

    def run_python(self, *steps: Mapping[str, Any], **config: str) -> list[Outcome]:
        """Outcomes of the login and then of each step, by sageintacctsdk."""
        python = install_python()
        certificates = self.work / "certificates"
        if not certificates.exists():
            certificates.mkdir()
            make = (str(python), "-m", "trustme", "--quiet", "--dir", str(certificates))
            subprocess.run((*make, "--identities", "api.intacct.com"), check=True)
        login = {
            "sender_id": CREDENTIALS.sender_id,
            "sender_password": CREDENTIALS.sender_password,
            "company_id": CREDENTIALS.company_id,
            "user_id": CREDENTIALS.user_id,
            "user_password": CREDENTIALS.user_password,
        }
        with open_tunnel(self.url, certificates) as proxy:
            way = {
                "HTTPS_PROXY": proxy,
                "HTTP_PROXY": self.url,
                "NO_PROXY": "",
                "REQUESTS_CA_BUNDLE": str(certificates / "client.pem"),
            }
            command = (str(python), str(HERE / "python_client.py"))
            return self._note(_run(command, {"login": {**login, **config}, "steps": steps}, way))

    def _note(self, outcomes: list[Outcome]) -> list[Outcome]:
        self.outcomes.extend(outcomes)
        return outcomes


@contextmanager
def open_site(work: Path) -> Iterator[Site]:
    """A site of its own, gone after the block."""
    with run_gateway(work / "intacct.db") as (gateway, _, url):
        gateway.admin("POST", "/seed", make_trade_seed())
        gateway.admin("POST", "/settings", {"endpoint_host": HOST})
        yield Site(gateway=gateway, url=url, work=work)


def _run(command: Sequence[str], asked: Mapping[str, Any], way: Mapping[str, str]) -> list[Outcome]:
    proxies = {"http_proxy", "https_proxy", "no_proxy", "all_proxy"}
    environment = {name: value for name, value in os.environ.items() if name.lower() not in proxies}
    done = subprocess.run(
        command,
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**environment, **way},
    )
    assert done.returncode == 0, done.stderr
    found: list[Outcome] = json.loads(done.stdout)
    return found
