"""Damage to X12 as it happens and as nobody would do it: every step is drawn from a seeded die."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Final

_DELIMITERS: Final = b"*~>:^|\n\r\x07\x15\x1c\x85'!+"
_PIECES: Final = (
    b"~SE*3*0001~", b"~ST*810*0001~", b"~GS*IN*A*B*20240101*1200*1*X*004010~", b"~IEA*1*000000001~", b"~GE*1*1~",
    b"ISA*00*", b"~HL*2*2*I~", b"~HL*1**S~", b"~TDS*-1~", b"~IT1**1E9*EA*NaN~", b"~N1*VN~", b"~~~", b"***", b"\x00",
    b"\xff\xfe", b"\xe2\x80\xa6", b" " * 70, b"9" * 40, b"-", b".", b"_1", b"1e999999", b"00000000", b"~BIN*9*~~~~~~",
    b"~SAC*A*****~", b"~SDQ*EA*92*1*1*2~", b"~ENT*1~RMR*IV*1**-5~", b"~AK1*IN*1~", b"\r\n", b"\xc3\x96",
)  # fmt: skip


def mutate(dice: Random, corpus: Sequence[bytes]) -> bytes:
    """One of the files with one to six damages."""
    data = dice.choice(corpus)
    for _ in range(dice.randint(1, 6)):
        data = dice.choice(_STEPS)(dice, data, corpus)
    return data


def _flip(dice: Random, data: bytes, _corpus: Sequence[bytes]) -> bytes:
    at = _place(dice, data)
    return data[:at] + bytes([dice.randrange(256)]) + data[at + 1 :]


def _delete(dice: Random, data: bytes, _corpus: Sequence[bytes]) -> bytes:
    at = _place(dice, data)
    return data[:at] + data[at + dice.choice((1, 2, 8, 40, 200)) :]


def _insert(dice: Random, data: bytes, _corpus: Sequence[bytes]) -> bytes:
    at = _place(dice, data)
    return data[:at] + dice.choice(_PIECES) + data[at:]


def _cut(dice: Random, data: bytes, _corpus: Sequence[bytes]) -> bytes:
    return data[: _place(dice, data)]


def _repeat(dice: Random, data: bytes, _corpus: Sequence[bytes]) -> bytes:
    start, size = _place(dice, data), dice.choice((5, 30, 120, 600))
    return data[:start] + data[start : start + size] * dice.choice((2, 3, 9)) + data[start + size :]


def _swap_segments(dice: Random, data: bytes, _corpus: Sequence[bytes]) -> bytes:
    segments = data.split(b"~")
    one, other = dice.randrange(len(segments)), dice.randrange(len(segments))
    segments[one], segments[other] = segments[other], segments[one]
    return b"~".join(segments)


def _change_delimiter(dice: Random, data: bytes, _corpus: Sequence[bytes]) -> bytes:
    return data.replace(bytes([dice.choice(b"*~>^")]), bytes([dice.choice(_DELIMITERS)]))


def _wrap(dice: Random, data: bytes, _corpus: Sequence[bytes]) -> bytes:
    width = dice.choice((1, 40, 80))
    return b"\r\n".join(data[at : at + width] for at in range(0, min(len(data), 4000), width))


def _splice(dice: Random, data: bytes, corpus: Sequence[bytes]) -> bytes:
    other = dice.choice(corpus)
    return data[: _place(dice, data)] + other[_place(dice, other) :]


def _change_element(dice: Random, data: bytes, _corpus: Sequence[bytes]) -> bytes:
    elements = data.split(b"*")
    elements[dice.randrange(len(elements))] = dice.choice(_PIECES).strip(b"~*")
    return b"*".join(elements)


def _place(dice: Random, data: bytes) -> int:
    return dice.randrange(len(data) + 1)


_STEPS: Final[tuple[Callable[[Random, bytes, Sequence[bytes]], bytes], ...]] = (
    _flip, _delete, _insert, _cut, _repeat, _swap_segments, _change_delimiter, _wrap, _splice, _change_element,
)  # fmt: skip
