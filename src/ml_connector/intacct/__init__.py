"""A client of the Sage Intacct XML gateway.

What only describes (records, queries, errors) is imported at once; what reaches the network (Client,
HttpTransport and their company) only when it is asked for, and the HTTP library with it.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from ml_connector.intacct.envelope import Credentials
from ml_connector.intacct.errors import (
    Ambiguous,
    AnswerUnreadable,
    Broken,
    CredentialsRefused,
    EndpointRefused,
    ErrorDetail,
    IntacctError,
    NotSent,
    PermissionDenied,
    RequestRejected,
    SessionRefused,
    Throttled,
    Unavailable,
)
from ml_connector.intacct.functions import (
    ApBill,
    ApBillLine,
    BillCall,
    canonical,
    from_canonical,
    render_create,
)
from ml_connector.intacct.objects import (
    Account,
    BillFound,
    BillKey,
    ClassDim,
    Department,
    Location,
    Project,
    Term,
    Vendor,
)
from ml_connector.intacct.query import Combination, Condition, Filter, Query, all_of, compare
from ml_connector.intacct.results import CallResult, Row

_ON_DEMAND = {
    "Answer": "transport",
    "Client": "client",
    "Connection": "session",
    "Exchange": "gateway",
    "HttpTransport": "transport",
    "Timeouts": "client",
    "Transport": "transport",
}

if TYPE_CHECKING:
    from ml_connector.intacct.client import Client, Timeouts
    from ml_connector.intacct.gateway import Exchange
    from ml_connector.intacct.session import Connection
    from ml_connector.intacct.transport import Answer, HttpTransport, Transport
else:  # hidden from type checkers, which would believe any name

    def __getattr__(name: str) -> object:
        if name not in _ON_DEMAND:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_ON_DEMAND[name]}"), name)


__all__ = [
    "Account",
    "Ambiguous",
    "Answer",
    "AnswerUnreadable",
    "ApBill",
    "ApBillLine",
    "BillCall",
    "BillFound",
    "BillKey",
    "Broken",
    "CallResult",
    "ClassDim",
    "Client",
    "Combination",
    "Condition",
    "Connection",
    "Credentials",
    "CredentialsRefused",
    "Department",
    "EndpointRefused",
    "ErrorDetail",
    "Exchange",
    "Filter",
    "HttpTransport",
    "IntacctError",
    "Location",
    "NotSent",
    "PermissionDenied",
    "Project",
    "Query",
    "RequestRejected",
    "Row",
    "SessionRefused",
    "Term",
    "Throttled",
    "Timeouts",
    "Transport",
    "Unavailable",
    "Vendor",
    "all_of",
    "canonical",
    "compare",
    "from_canonical",
    "render_create",
]
