"""What the gateway finds wrong, by the level of the answer it fails at.

    GatewayRefusalError   HTTP 400, no XML was seen at all
    ControlError          response/errormessage: nothing was executed
      SchemaError         the request breaks the schema
    SignInError           operation/errormessage: no function of the operation was executed
    FunctionError         result/errormessage: this function was not executed
    ConnectionLostError   no answer at all: the connection breaks in the midst of the work

Error numbers and texts are those of the Intacct documentation, "Error handling", where it gives them; those
marked inferred in this package are our guess and may differ on a real tenant.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One <error> of an answer."""

    errorno: str
    description: str = ""
    description2: str = ""
    correction: str = ""


class GatewayRefusalError(Exception):
    """The body is no XML."""


class ControlError(Exception):
    """The request as a whole is refused, for one or several reasons."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(_list(problems))
        self.problems = problems


class SchemaError(ControlError):
    """The request breaks the schema: wrong order, an unknown element, or XML that is not well-formed."""

    def __init__(self, detail: str) -> None:
        super().__init__(Problem(errorno="XL03000003", description2=f"XML Parse schema error: {detail}"))


class SignInError(Exception):
    """Who calls may not, or their session is gone."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(_list(problems))
        self.problems = problems


class FunctionError(Exception):
    """One function is refused, for one or several reasons."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(_list(problems))
        self.problems = problems


class ConnectionLostError(Exception):
    """The connection breaks before all functions of a request are executed."""


def _list(problems: Iterable[Problem]) -> str:
    return "; ".join(problem.description2 for problem in problems)


SIGN_IN_INCORRECT = Problem(errorno="XL03000006", description2="Sign-in information is incorrect")
SENDER_INCORRECT = Problem(errorno="XL03000006", description2="Incorrect Intacct XML Partner ID or password.")
ROLLED_BACK = Problem(
    errorno="XL03000009",
    description2="The entire transaction in this operation has been rolled back due to an error.",
)


def report_not_simulated(what: str) -> FunctionError:
    """Something a real gateway can do and this one cannot: said aloud, so that nobody takes it for a rule."""
    return FunctionError(Problem(errorno="SIMULATOR", description2=f"{what} is not simulated"))
