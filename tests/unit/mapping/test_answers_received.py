"""997, 999 and 824: what they answer is said in a sentence, the refused first of all."""

import pytest

from ml_connector.edi import Transaction, read
from ml_connector.flows.contents import read_content
from ml_connector.records.status import Status


def read_set(code: str, *segments: str) -> Transaction:
    isa = f"ISA*00*          *00*          *ZZ*{'CORVID':<15}*ZZ*{'HALDEN':<15}*260316*0930*U*00401*000000042*0*P*>"
    whole = [isa, "GS*FA*CORVID*HALDEN*20260316*0930*7*X*004010", f"ST*{code}*0001", *segments]
    whole += [f"SE*{len(segments) + 2}*0001", "GE*1*7", "IEA*1*42"]
    data = "".join(f"{part}~" for part in whole).encode()
    [transaction] = [item for item in read([data]) if isinstance(item, Transaction)]
    return transaction


@pytest.mark.parametrize(
    ("code", "segments", "said"),
    [
        ("997", ("AK1*IN*417", "AK9*A*1*1*1"), "answers group 417 (IN): accepted"),
        (
            "997",
            ("AK1*IN*417", "AK2*810*0001", "AK5*A", "AK2*810*0002", "AK5*R", "AK9*P*2*2*1"),
            "answers group 417 (IN): partly accepted: at least one set was rejected; 810 0002 rejected",
        ),
        ("999", ("AK1*IN*417*005010", "AK9*Q9*1*1*0"), "answers group 417 (IN): Q9"),
        (
            "997",
            (
                "AK1*IN*417",
                *(each for n in range(1, 8) for each in (f"AK2*810*{n:04}", "AK5*R")),
                "AK9*R*7*7*0",
            ),
            "810 0005 rejected; and 2 more",
        ),
        ("824", ("BGN*11*A-1*20260316",), "advice A-1: it does not say what became of what"),
        (
            "824",
            ("BGN*11*A-1*20260316", "OTI*TR*IV*INV-1", "TED*024*wrong total"),
            "IV INV-1: ",
        ),
    ],
)
def test_an_acknowledgment_is_filed_with_what_it_says(
    code: str, segments: tuple[str, ...], said: str
) -> None:
    content = read_content(read_set(code, *segments))

    assert content.status is Status.FILED
    assert said in content.reason


def test_an_advice_says_what_was_wrong() -> None:
    reason = read_content(
        read_set("824", "BGN*11*A-1*20260316", "OTI*TR*IV*INV-1", "TED*024*wrong total")
    ).reason

    assert reason.endswith("(wrong total)")


def test_one_that_cannot_be_read_is_rejected() -> None:
    assert read_content(read_set("997", "AK9*A*1*1*1")).status is Status.REJECTED
