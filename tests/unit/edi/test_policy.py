"""A policy says how grave a finding is for a partner; without one, a finding says it itself."""

import pytest

from ml_connector.edi.errors import PolicyInvalid
from ml_connector.edi.findings import Code
from ml_connector.edi.policy import USUAL, parse_policy
from ml_connector.edi.schema_codes import SchemaCode
from ml_connector.edi.severity import Severity


@pytest.mark.parametrize("code", [*Code, *SchemaCode])
def test_without_a_policy_every_code_is_as_grave_as_it_says(code: Code | SchemaCode) -> None:
    assert USUAL.judge(code) is code.severity


def test_a_policy_makes_codes_graver_or_lighter_and_leaves_the_others() -> None:
    policy = parse_policy('reject = ["CTT01_COUNT"]\nhold = ["ELEMENT_CODE_UNKNOWN"]\nnote = ["SE01_COUNT"]')

    assert policy.judge(Code.CTT01_COUNT) is Severity.ERROR
    assert policy.judge(SchemaCode.ELEMENT_CODE_UNKNOWN) is Severity.HOLD
    assert policy.judge(Code.SE01_COUNT) is Severity.NOTE
    assert policy.judge(Code.SE02_NUMBER) is Severity.HOLD


def test_a_policy_may_come_as_tables() -> None:
    policy = parse_policy({"note": ["SE01_COUNT"]})

    assert policy.judge(Code.SE01_COUNT) is Severity.NOTE


def test_an_empty_policy_changes_nothing() -> None:
    assert parse_policy("") == USUAL


def test_a_code_may_stand_twice_in_one_list() -> None:
    assert parse_policy('note = ["GARBAGE", "GARBAGE"]').judge(Code.GARBAGE) is Severity.NOTE


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ("note = [", "The policy is not TOML: "),
        ('ignore = ["GARBAGE"]', "The policy has no list 'ignore'; there are: reject, hold, note."),
        ('note = "GARBAGE"', 'The policy gives note no list; write note = ["CODE", …].'),
        ('note = ["SE1_COUNT"]', "There is no finding 'SE1_COUNT' (note); is SE01_COUNT meant?"),
        ('note = ["garbage"]', "There is no finding 'garbage' (note); is GARBAGE meant?"),
        ('note = ["a thing"]', "There is no finding 'a thing' (note); see the list of findings."),
        ("note = [7]", "There is no finding 7 (note); see the list of findings."),
        (
            'hold = ["GARBAGE"]\nnote = ["GARBAGE"]',
            "The policy names GARBAGE in two lists; leave it in one of them.",
        ),
    ],
)
def test_a_policy_that_cannot_be_used_says_what_is_wrong_and_what_may_be_meant(
    policy: str, said: str
) -> None:
    with pytest.raises(PolicyInvalid) as caught:
        parse_policy(policy)

    assert str(caught.value).startswith(said)
