"""Measurements as text for Prometheus: its format 0.0.4, or OpenMetrics 1.0.

The formats differ in how counters and constants are named and in how the text ends.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from aggregator.text.visible import visible

CONTENT_TYPES: Final = {
    False: "text/plain; version=0.0.4; charset=utf-8",
    True: "application/openmetrics-text; version=1.0.0; charset=utf-8",
}
"""By whether it is OpenMetrics."""

_OPEN_METRICS: Final = "application/openmetrics-text"
_PLAIN_TEXT: Final = "text/plain"


class Kind(StrEnum):
    """What a family measures: a state, a count that only grows, quantiles, a constant."""

    GAUGE = "gauge"
    COUNTER = "counter"
    SUMMARY = "summary"
    INFO = "info"


_SUFFIXES: Final = {Kind.COUNTER: "_total", Kind.INFO: "_info"}


@dataclass(frozen=True, slots=True)
class Family:
    """One metric: `name` without the suffix of its kind, ending in its unit where it has one.

    `samples` are values by their labels, None for what is not known, which is left out.
    """

    name: str
    kind: Kind
    help: str
    samples: Sequence[tuple[Mapping[str, str], float | None]]
    unit: str = ""


def gauge(name: str, help_text: str, value: float | None, *, unit: str = "") -> Family:
    """Return a gauge without labels."""
    return Family(name, Kind.GAUGE, help_text, [({}, value)], unit)


def counter(name: str, help_text: str, value: float | None) -> Family:
    """Return a counter without labels."""
    return Family(name, Kind.COUNTER, help_text, [({}, value)])


def by_label(
    name: str, help_text: str, label: str, values: Mapping[str, float | None], *, unit: str = ""
) -> Family:
    """Return a gauge with one label."""
    samples = [({label: key}, value) for key, value in values.items()]
    return Family(name, Kind.GAUGE, help_text, samples, unit)


def seconds_of(moment: datetime | None) -> float | None:
    """Return a time as seconds since 1970, None for none."""
    return None if moment is None else moment.timestamp()


def exposition(families: Iterable[Family], *, open_metrics: bool) -> str:
    """Return the text; a family of which nothing is known is left out."""
    lines = [line for family in families for line in _lines(family, open_metrics=open_metrics)]
    if open_metrics:
        lines.append("# EOF")
    return "".join(f"{line}\n" for line in lines)


def wants_open_metrics(accept: str) -> bool:
    """Return whether an Accept header prefers OpenMetrics to the older text."""
    wishes: dict[str, float] = {}
    for wish in accept.lower().split(","):
        media_type, *parameters = (part.strip() for part in wish.split(";"))
        wishes[media_type] = _quality(parameters)
    wanted = wishes.get(_OPEN_METRICS, 0.0)
    return wanted > 0 and wanted >= wishes.get(_PLAIN_TEXT, 0.0)


def _quality(parameters: Iterable[str]) -> float:
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return float(parameter[2:])
            except ValueError:
                return 0.0
    return 1.0


def _lines(family: Family, *, open_metrics: bool) -> Iterator[str]:
    samples = [(labels, value) for labels, value in family.samples if value is not None]
    if not samples:
        return
    sample_name = f"{family.name}{_SUFFIXES.get(family.kind, '')}"
    if open_metrics:
        name, kind = family.name, family.kind
    else:
        # The older format knows no constants, and calls a family as its samples are called.
        name = sample_name
        kind = Kind.GAUGE if family.kind is Kind.INFO else family.kind
    yield f"# TYPE {name} {kind}"
    if open_metrics and family.unit:
        yield f"# UNIT {name} {family.unit}"
    yield f"# HELP {name} {_escaped(family.help, quotes=open_metrics)}"
    for labels, value in samples:
        written = ",".join(
            f'{key}="{_escaped(visible(text), quotes=True)}"' for key, text in labels.items()
        )
        yield (
            f"{sample_name}{{{written}}} {_number(value)}"
            if written
            else (f"{sample_name} {_number(value)}")
        )


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(float(value))


def _escaped(text: str, *, quotes: bool) -> str:
    escaped = text.replace("\\", r"\\").replace("\n", r"\n")
    return escaped.replace('"', r"\"") if quotes else escaped
