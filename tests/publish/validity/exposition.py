"""A strict reader of Prometheus' text format 0.0.4 and of OpenMetrics 1.0.

Stricter than the formats are: every family has TYPE and HELP, in that order, before its samples.
"""

import math
import re
from dataclasses import dataclass, field

Series = tuple[str, frozenset[tuple[str, str]]]

_NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
_LABEL = r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"'
_SAMPLE = re.compile(rf"({_NAME})(?:\{{({_LABEL}(?:,{_LABEL})*)?\}})? ([^ ]+)")
_COMMENT = re.compile(rf"# (TYPE|HELP|UNIT) ({_NAME}) (.+)")
_ESCAPE = re.compile(r'\\(["\\n])')
_HELP = re.compile(r"(?:[^\\]|\\[\\n\"])+")
_KINDS = {"gauge", "counter", "summary", "info"}
_ENDS = {"counter": "_total", "info": "_info"}


class BadExpositionError(ValueError):
    """A text that is not as the format says."""


@dataclass
class _Family:
    name: str
    kind: str
    comments: set[str] = field(default_factory=set)


def read_exposition(text: str, *, open_metrics: bool) -> dict[Series, float]:
    """Return each series with its value; raises BadExpositionError."""
    if not text.endswith("\n"):
        raise BadExpositionError("the last line has no end")
    lines = text[:-1].split("\n")
    if open_metrics and lines.pop() != "# EOF":
        raise BadExpositionError("no # EOF at the end")
    found: dict[Series, float] = {}
    known: set[str] = set()
    family: _Family | None = None
    for line in lines:
        if "\r" in line or not line:
            raise BadExpositionError(f"an odd line: {line!r}")
        if line.startswith("#"):
            family = _comment(line, family, known, open_metrics=open_metrics)
        else:
            series, value = _sample(line, family, open_metrics=open_metrics)
            if series in found:
                raise BadExpositionError(f"twice: {line}")
            found[series] = value
    return found


def _comment(line: str, family: _Family | None, known: set[str], *, open_metrics: bool) -> _Family:
    match = _COMMENT.fullmatch(line)
    if match is None:
        raise BadExpositionError(f"no comment of the format: {line}")
    what, name, text = match.groups()
    if what == "TYPE":
        if text not in _KINDS or (text == "info" and not open_metrics):
            raise BadExpositionError(f"no such type: {line}")
        if name in known:
            raise BadExpositionError(f"a family in two places: {name}")
        known.add(name)
        is_total = name.endswith("_total")
        if is_total != (text == "counter" and not open_metrics):
            raise BadExpositionError(f"_total does not belong there: {line}")
        return _Family(name, text)
    if family is None or family.name != name or what in family.comments:
        raise BadExpositionError(f"out of place: {line}")
    if what == "UNIT" and not (open_metrics and name.endswith(f"_{text}")):
        raise BadExpositionError(f"a unit that the name does not end in: {line}")
    if what == "HELP" and not _HELP.fullmatch(text):
        raise BadExpositionError(f"not escaped: {line}")
    family.comments.add(what)
    return family


def _sample(line: str, family: _Family | None, *, open_metrics: bool) -> tuple[Series, float]:
    match = _SAMPLE.fullmatch(line)
    if match is None:
        raise BadExpositionError(f"no sample: {line}")
    if family is None or "HELP" not in family.comments:
        raise BadExpositionError(f"a sample without TYPE and HELP: {line}")
    expected = family.name + (_ENDS.get(family.kind, "") if open_metrics else "")
    if match[1] != expected:
        raise BadExpositionError(f"not of the family {family.name}: {line}")
    pairs = [
        (key, _ESCAPE.sub(lambda escape: {"n": "\n"}.get(escape[1], escape[1]), value))
        for key, value in re.findall(_LABEL, match[2] or "")
    ]
    if len(dict(pairs)) != len(pairs):
        raise BadExpositionError(f"a label twice: {line}")
    try:
        value = float(match[match.re.groups])
    except ValueError:
        raise BadExpositionError(f"no number: {line}") from None
    _check_value(line, family.kind, dict(pairs), value)
    return (match[1], frozenset(pairs)), value


def _check_value(line: str, kind: str, labels: dict[str, str], value: float) -> None:
    if kind == "counter" and not (math.isfinite(value) and value >= 0):
        raise BadExpositionError(f"no count: {line}")
    if kind == "info" and value != 1:
        raise BadExpositionError(f"a constant is 1: {line}")
    is_summary = kind == "summary"
    if ("quantile" in labels) != is_summary or not 0 <= float(labels.get("quantile", "0")) <= 1:
        raise BadExpositionError(f"quantiles are of summaries, and from 0 to 1: {line}")
