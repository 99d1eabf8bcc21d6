"""A gateway with a company that has everything both foreign clients write, and the way each of them gets there."""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.contract.foreign.installing import HERE, install_javascript, install_python
from tests.contract.foreign.tunnel import open_tunnel
from tests.contract.simulators.intacct.driver import Gateway, run_gateway
from tests.contract.simulators.intacct.trade import make_trade_seed

HOST: Final = "na99.intacct.com"
Outcome = dict[str, Any]
_IN_PLACE: Final = ("http", "html", "drop")


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A running gateway, and the company's logins."""

    gateway: Gateway
    url: str
    work: Path

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
            "senderId": "birch_ws",
            "senderPassword": "birch-sender-pw",
            "companyId": "BIRCH",
            "userId": "clerk",
            "userPassword": "birch-user-pw",
        }
        command = (node.node, "--require", str(HERE / "loopback.cjs"), str(HERE / "javascript_client.cjs"))
        return _run((*command, str(folder)), {"config": {**login, **config}, "steps": steps}, {})

    def run_python(self, *steps: Mapping[str, Any], **config: str) -> list[Outcome]:
        """Outcomes of the login and then of each step, by sageintacctsdk."""
        python = install_python()
        certificates = self.work / "certificates"
        if not certificates.exists():
            certificates.mkdir()
            make = (str(python), "-m", "trustme", "--quiet", "--dir", str(certificates))
            subprocess.run((*make, "--identities", "api.intacct.com"), check=True)
        login = {
            "sender_id": "birch_ws",
            "sender_password": "birch-sender-pw",
            "company_id": "BIRCH",
            "user_id": "clerk",
            "user_password": "birch-user-pw",
        }
        with open_tunnel(self.url, certificates) as proxy:
            way = {
                "HTTPS_PROXY": proxy,
                "HTTP_PROXY": self.url,
                "NO_PROXY": "",
                "REQUESTS_CA_BUNDLE": str(certificates / "client.pem"),
            }
            command = (str(python), str(HERE / "python_client.py"))
            return _run(command, {"login": {**login, **config}, "steps": steps}, way)


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
