"""A request read to its end, executed: sender, sign-in, functions, duplicate memory, transactions."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from lxml import etree

from mlc_sim.faults import Fault, FaultScript, Occasion
from mlc_sim.intacct.answers import (
    Result,
    write_answer,
    write_control_failure,
    write_operation,
    write_sign_in_failure,
)
from mlc_sim.intacct.calls import Call, Outcome
from mlc_sim.intacct.counters import Counters
from mlc_sim.intacct.dimensions import Books
from mlc_sim.intacct.envelope import Control, Envelope, Function, Login, Operation
from mlc_sim.intacct.functions import execute
from mlc_sim.intacct.lanes import Lanes
from mlc_sim.intacct.problems import (
    ROLLED_BACK,
    ConnectionLostError,
    ControlError,
    FunctionError,
    Problem,
    SignInError,
)
from mlc_sim.intacct.settings import Settings, find_settings
from mlc_sim.intacct.sign_in import Caller, check_sender, find_company_id, sign_in
from mlc_sim.intacct.store import Store
from mlc_sim.wire import Options, is_before

GATEWAY_PATH = "/ia/xml/xmlgw.phtml"
#: Faults the gateway carries out itself, beside those on the wire; described in mlc_sim.faults.
OWN_ACTIONS = {
    "expire_sessions": Options(),
    "refuse_request": Options(needs="errors"),
    "refuse_sign_in": Options(needs="errors"),
    "refuse_operation": Options(needs="errors", takes="when"),
    "refuse": Options(needs="errors", takes="when"),
    "partial": Options(needs="functions"),
    "stamp": Options(needs="at"),
    "lose_rows": Options(needs="rows"),
}
BODY_FACTS = ("function", "object", "controlid", "number", "compared")
#: What is known of a request before its body is read.
HEAD = {"method": "POST", "path": GATEWAY_PATH}


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """Executes requests. What is written is committed before the answer is returned."""

    lanes: Lanes
    endpoint: str
    clock: Callable[[], datetime]
    faults: FaultScript
    counters: Counters
    pause_function: Callable[[], object]  #: called before each function, while its company's lane is held

    def answer(self, envelope: Envelope) -> bytes:
        """The answer to a request whose form is right."""
        control = envelope.control
        if problems := self._take_problems("refuse_request", describe_functions(envelope.functions)):
            return write_control_failure(problems, control)
        try:
            with self.lanes.enter() as store:
                check_sender(control, store)
        except ControlError as error:
            return write_control_failure(error.problems, control)
        return write_answer(control, [self._operate(operation, control) for operation in envelope.operations])

    def _operate(self, operation: Operation, control: Control) -> etree._Element:
        occasion = describe_functions(operation.functions)
        with self.lanes.enter() as store:
            company_id = find_company_id(operation.authentication, store)
            known = store.find_company(company_id) is not None
        with self.lanes.enter(company_id if known else "") as store:
            if self.faults.take("expire_sessions", occasion):
                store.drop_sessions(company_id)
            settings = find_settings(store, company_id)
            try:
                caller = self._sign_in(operation, control, store, settings, occasion)
            except SignInError as error:
                return write_sign_in_failure(error.problems, operation.authentication)
            refusals = self.faults.take("refuse_operation", occasion)
            if problems := _read_problems(fault for fault in refusals if is_before(fault.options)):
                return write_operation(caller, (), problems)
            call = self._prepare(caller, store, settings, occasion)
            results = self._run_all(operation, control, call, occasion)
        names = [function.name for function in operation.functions]
        self.counters.count_functions(company_id, names, sum(result.transactions for result in results))
        return write_operation(caller, results, _read_problems(refusals))

    def _sign_in(
        self, operation: Operation, control: Control, store: Store, settings: Settings, occasion: Occasion
    ) -> Caller:
        if problems := self._take_problems("refuse_sign_in", occasion):
            raise SignInError(*problems)
        caller = sign_in(
            operation.authentication,
            control.sender_id,
            store,
            now=self.clock(),
            lasts=timedelta(minutes=settings.session_minutes),
        )
        if isinstance(operation.authentication, Login):
            self.counters.count_login(caller.company.id)
        return caller

    def _prepare(self, caller: Caller, store: Store, settings: Settings, occasion: Occasion) -> Call:
        call = Call(
            books=Books(store=store, company=caller.company, entity=caller.entity),
            settings=settings,
            now=caller.signed_in,
            endpoint=_name_endpoint(self.endpoint, settings.endpoint_host),
            user_id=caller.user_id,
            stamp=settings.stamp(caller.signed_in),
            open_session=lambda entity: caller.open_session(store, entity),
        )
        for fault in self.faults.take("stamp", occasion):
            call = replace(call, stamp=datetime.fromisoformat(fault.options["at"]).astimezone(UTC))
        for fault in self.faults.take("lose_rows", occasion):
            call = replace(call, lost_rows=int(fault.options["rows"]))
        return call

    def _run_all(
        self, operation: Operation, control: Control, call: Call, occasion: Occasion
    ) -> list[Result]:
        functions = self._go_through(operation, occasion)
        if not operation.is_transaction:
            return [self._run(function, control, call) for function in functions]
        try:
            return self._run_together(functions, control, call)
        except _RolledBackError as error:
            return _roll_back(operation.functions, error.results)

    def _run_together(self, functions: Iterable[Function], control: Control, call: Call) -> list[Result]:
        results: list[Result] = []
        with call.books.store.transaction():
            for function in functions:
                results.append(self._run(function, control, call))
                if results[-1].problems:
                    raise _RolledBackError(results)
        return results

    def _go_through(self, operation: Operation, occasion: Occasion) -> Iterator[Function]:
        """The functions in their order. Raises ConnectionLostError where a fault breaks off."""
        cuts = self.faults.take("partial", occasion)
        if not cuts:
            yield from operation.functions
            return
        yield from operation.functions[: int(cuts[0].options["functions"])]
        raise ConnectionLostError

    def _run(self, function: Function, control: Control, call: Call) -> Result:
        """One function in a transaction of its own, unless the operation has one."""
        self.pause_function()
        refusals = self.faults.take("refuse", describe_functions([function]))
        try:
            _refuse(fault for fault in refusals if is_before(fault.options))
            with call.books.store.transaction():
                outcome = _execute(function, call, is_unique=control.unique_id)
            _refuse(refusals)
        except FunctionError as error:
            nothing = etree.Element("data", listtype="objects", count="0")
            return Result(
                status="failure",
                function=function.name,
                control_id=function.control_id,
                parts=(nothing,) if function.name == "create" else (),
                problems=error.problems,
            )
        return Result(
            status="success",
            function=function.name,
            control_id=function.control_id,
            parts=outcome.parts,
            transactions=outcome.transactions,
        )

    def _take_problems(self, action: str, occasion: Occasion) -> list[Problem]:
        return _read_problems(self.faults.take(action, occasion))


class _RolledBackError(Exception):
    """A function of a transaction failed: the last of the results so far."""

    def __init__(self, results: list[Result]) -> None:
        super().__init__()
        self.results = results


def _refuse(faults: Iterable[Fault]) -> None:
    if problems := _read_problems(faults):
        raise FunctionError(*problems)


def _read_problems(faults: Iterable[Fault]) -> list[Problem]:
    return [Problem(**error) for fault in faults for error in fault.options["errors"]]


def _execute(function: Function, call: Call, *, is_unique: bool) -> Outcome:
    """Execute a function unless the memory holds it; remember it once it is completed."""
    if is_unique and _is_remembered(function, call):
        raise FunctionError(call.settings.duplicate_error)
    outcome = execute(function.name, function.body, call)
    if is_unique:
        call.books.store.remember(call.books.company.id, function.control_id, at=call.now)
    return outcome


def _is_remembered(function: Function, call: Call) -> bool:
    completed = call.books.store.find_completion(call.books.company.id, function.control_id)
    if completed is None or not call.settings.duplicate_memory:
        return False
    lifetime = call.settings.duplicate_memory_seconds
    return lifetime is None or call.now - completed < timedelta(seconds=lifetime)


def _name_endpoint(endpoint: str, host: str | None) -> str:
    """The endpoint under another host; the port stays."""
    parts = urlsplit(endpoint)
    return parts._replace(netloc=f"{host}:{parts.port}").geturl() if host else endpoint


def _roll_back(functions: Sequence[Function], results: Sequence[Result]) -> list[Result]:
    """The culprit keeps its failure, all others are aborted; each says that everything was rolled back."""
    culprit = results[-1]
    failed = replace(culprit, problems=(*culprit.problems, ROLLED_BACK))
    return [
        failed
        if position == len(results) - 1
        else Result(
            status="aborted", function=function.name, control_id=function.control_id, problems=(ROLLED_BACK,)
        )
        for position, function in enumerate(functions)
    ]


def describe_functions(functions: Sequence[Function]) -> Occasion:
    """What a fault can be matched by."""
    return {
        **HEAD,
        "function": [function.name for function in functions],
        "object": [name for function in functions for name in function.objects],
        "controlid": [function.control_id for function in functions],
        "number": [number for function in functions for number in function.numbers],
        "compared": [field for function in functions for field in function.compared],
    }
