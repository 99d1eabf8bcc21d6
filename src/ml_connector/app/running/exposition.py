"""The text form in which Prometheus reads metrics, version 0.0.4 ("Exposition formats" in its documentation)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_ESCAPES: Final = str.maketrans({"\\": r"\\", "\n": r"\n", '"': r"\""})

Sample = tuple[Mapping[str, str], int | Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A family. Its samples differ in their labels, and each has the labels in the same order."""

    name: str
    kind: Literal["gauge", "counter"]
    help: str
    samples: tuple[Sample, ...]


def render_metrics(metrics: Iterable[Metric]) -> str:
    """The families that have samples."""
    return "".join(line for metric in metrics if metric.samples for line in _render(metric))


def _render(metric: Metric) -> Iterator[str]:
    yield f"# HELP {metric.name} {metric.help}\n# TYPE {metric.name} {metric.kind}\n"
    for labels, value in metric.samples:
        said = ",".join(f'{key}="{text.translate(_ESCAPES)}"' for key, text in labels.items())
        number = f"{value:f}" if isinstance(value, Decimal) else str(value)
        yield f"{metric.name}{{{said}}} {number}\n" if said else f"{metric.name} {number}\n"
