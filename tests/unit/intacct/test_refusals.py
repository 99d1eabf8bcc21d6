"""Errors that decide nothing, and errors that decide."""

import pytest

from ml_connector.intacct import ErrorDetail
from ml_connector.intacct.refusals import is_inconclusive

RETRY = "Check the transaction for errors or inconsistencies, then try again."
CATCH_ALL = ErrorDetail(
    errorno="BL01001973", description2="Could not create apbill record.", correction=RETRY
)


@pytest.mark.parametrize(
    "alone",
    [
        CATCH_ALL,
        ErrorDetail(errorno="BL01001973", correction=RETRY),
        ErrorDetail(errorno="DL02000001", description2="There was an error processing the request."),
    ],
)
def test_a_catch_all_error_that_stands_alone_decides_nothing(alone: ErrorDetail) -> None:
    assert is_inconclusive([alone])


@pytest.mark.parametrize(
    "decisive",
    [
        [],
        [CATCH_ALL, CATCH_ALL],
        [ErrorDetail(errorno="BL03002128", description2="Invalid account"), CATCH_ALL],
        [
            ErrorDetail(
                errorno="BL01001973", description2="Invalid Project '10064' specified.", correction=RETRY
            )
        ],
        [ErrorDetail(errorno="BL01001973", description2="Could not create apbill record.")],
        [ErrorDetail(errorno="BL34000061", description2="already exists", correction=RETRY)],
    ],
)
def test_an_error_that_names_a_cause_decides(decisive: list[ErrorDetail]) -> None:
    assert not is_inconclusive(decisive)
