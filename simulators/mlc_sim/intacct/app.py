"""The simulator as one function from request to response: the gateway's own address, and the admin door."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from mlc_sim.faults import FaultScript
from mlc_sim.intacct.admin import Admin
from mlc_sim.intacct.answers import MEDIA_TYPE, write_control_failure, write_gateway_refusal
from mlc_sim.intacct.clock import SimulatedClock
from mlc_sim.intacct.counters import Counters
from mlc_sim.intacct.envelope import Envelope, Function, parse, read_envelope
from mlc_sim.intacct.gateway import BODY_FACTS, GATEWAY_PATH, HEAD, OWN_ACTIONS, Gateway, describe_functions
from mlc_sim.intacct.journal import Journal
from mlc_sim.intacct.lanes import Lanes
from mlc_sim.intacct.problems import ConnectionLostError, GatewayRefusalError, SchemaError
from mlc_sim.serving import ADMIN, Request, Response
from mlc_sim.wire import DROP, Execute


@dataclass(frozen=True, slots=True, kw_only=True)
class IntacctApp:
    """Call it with a request. Safe to use from several threads."""

    gateway: Gateway
    admin: Admin
    pause_request: Callable[[], object]

    def __call__(self, request: Request) -> Response:
        if request.path.startswith(f"{ADMIN}/"):
            return self.admin.answer(request)
        if request.path != GATEWAY_PATH:
            return Response(status=404, body=b"Not Found")
        if request.method != "POST":
            return Response(status=405, headers={"Allow": "POST"})
        self.admin.counters.count_request()
        self.admin.journal.write(self.admin.clock(), request.body)
        self.pause_request()
        functions, execute = self._receive(request.body)
        occasion = describe_functions(functions)
        return self.admin.faults.answer(occasion, execute, accepts_gzip=request.accepts_gzip)

    def greet(self, head: Request) -> Response | None:
        """A fault before the body is read; the admin door has none."""
        return self.admin.faults.greet(HEAD) if head.path == GATEWAY_PATH else None

    def _receive(self, body: bytes) -> tuple[Sequence[Function], Execute]:
        """The functions of a request, and what is to be done."""
        try:
            envelope = read_envelope(parse(body))
        except GatewayRefusalError:
            refusal = _answer(write_gateway_refusal(), status=400)
            return (), lambda: refusal
        except SchemaError as error:
            failure = _answer(write_control_failure(error.problems, None))
            return (), lambda: failure
        return envelope.functions, lambda: self._execute(envelope)

    def _execute(self, envelope: Envelope) -> Response:
        try:
            return _answer(self.gateway.answer(envelope))
        except ConnectionLostError:
            return DROP


def make_app(
    path: Path,
    *,
    latency: float = 0,
    function_latency: float = 0,
    sleep: Callable[[float], object] = time.sleep,
) -> Callable[[str], IntacctApp]:
    """The maker of an app on a state file, once the server knows its URL; latencies in seconds."""

    def make(url: str) -> IntacctApp:
        admin = Admin(
            lanes=Lanes(path),
            clock=SimulatedClock(),
            faults=FaultScript(body_facts=BODY_FACTS, own_actions=OWN_ACTIONS),
            counters=Counters(),
            journal=Journal(),
        )
        gateway = Gateway(
            lanes=admin.lanes,
            endpoint=f"{url}{GATEWAY_PATH}",
            clock=admin.clock,
            faults=admin.faults,
            counters=admin.counters,
            pause_function=_make_pause(function_latency, sleep),
        )
        return IntacctApp(gateway=gateway, admin=admin, pause_request=_make_pause(latency, sleep))

    return make


def _make_pause(seconds: float, sleep: Callable[[float], object]) -> Callable[[], object]:
    """Without a latency not even a sleep of no time, which gives the processor away."""
    return (lambda: sleep(seconds)) if seconds else lambda: None


def _answer(body: bytes, *, status: int = 200) -> Response:
    return Response(status=status, headers={"Content-Type": MEDIA_TYPE}, body=body)
