"""Who reports a story: its origins with their copies, who was first, which kinds of source."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from aggregator.model import Report
from aggregator.publish.names import kind_name

_MONTHS = (
    "January February March April May June July August September October November December".split()
)


@dataclass(frozen=True, slots=True)
class Origin:
    """An independent report, and those that depend on it: copies, citations, the same newsroom."""

    report: Report
    copies: tuple[Report, ...] = ()


def reported_at(report: Report) -> datetime:
    """Return when a report appeared: what its publisher says, never after we saw it."""
    return min(report.published or report.first_seen, report.first_seen)


def origins(reports: Sequence[Report]) -> tuple[Origin, ...]:
    """Return the reports by origin, earliest first, each under the one that it depends on.

    Those whose origin is not among `reports` are folded under the earliest of them.
    """
    by_id = {report.article_id: report for report in reports}
    families: dict[int, list[Report]] = {}
    for report in sorted(reports, key=reported_at):
        families.setdefault(_root(report, by_id), []).append(report)
    result = []
    for root, family in families.items():
        head = next((report for report in family if report.article_id == root), family[0])
        result.append(Origin(head, tuple(report for report in family if report is not head)))
    return tuple(sorted(result, key=lambda origin: reported_at(origin.report)))


def _root(report: Report, by_id: dict[int, Report]) -> int:
    if report.origin is not None:
        return report.origin
    seen = {report.article_id}
    while report.copy_of is not None and report.copy_of not in seen:
        seen.add(report.copy_of)
        if report.copy_of not in by_id:
            return report.copy_of
        report = by_id[report.copy_of]
    return report.article_id


def first_report(reports: Sequence[Report]) -> Report | None:
    """Return the report that appeared first; of several at one time, the first that we saw."""
    return min(reports, key=reported_at, default=None)


def kinds(reports: Sequence[Report]) -> tuple[tuple[str, int], ...]:
    """Return how many outlets of each kind report, most first: (("newspaper", 3), ...)."""
    outlets: dict[str, set[str]] = {}
    for report in reports:
        outlets.setdefault(report.source_kind, set()).add(report.source_name)
    counted = ((kind, len(names)) for kind, names in outlets.items())
    return tuple(sorted(counted, key=lambda pair: (-pair[1], pair[0])))


@dataclass(frozen=True, slots=True)
class Side:
    """The outlets of one country that report a story. `own` counts independent reports."""

    country: str | None
    outlets: tuple[str, ...]
    kinds: tuple[tuple[str, int], ...]
    reports: int
    own: int
    first: datetime


def sides(reports: Sequence[Report]) -> tuple[Side, ...]:
    """Return who reports a story by the country of the outlets, the first to report first."""
    countries: dict[str | None, list[Report]] = {}
    for report in sorted(reports, key=reported_at):
        countries.setdefault(report.country, []).append(report)
    return tuple(
        Side(
            country=country,
            outlets=tuple(dict.fromkeys(report.source_name for report in theirs)),
            kinds=kinds(theirs),
            reports=len(theirs),
            own=sum(report.origin in (None, report.article_id) for report in theirs),
            first=reported_at(theirs[0]),
        )
        for country, theirs in countries.items()
    )


_DEPENDENCE_IN_WORDS = (
    ({"copy", "largely copied"}, "copy", "copies"),
    ({"credit", "citation"}, "citation", "citations"),
    ({"same publisher"}, "more of its publisher", "more of its publisher"),
)


def repeated_in_words(origin: Origin) -> str:
    """Return "Repeated by 3 reports", and what they are unless all are copies."""
    line = f"Repeated by {counted(len(origin.copies), 'report')}"
    kinds_of = [report.dependence or "copy" for report in origin.copies]
    parts = [
        counted(sum(kind in words for kind in kinds_of), one, several)
        for words, one, several in _DEPENDENCE_IN_WORDS
        if any(kind in words for kind in kinds_of)
    ]
    return line if set(kinds_of) <= {"copy"} else f"{line}: {', '.join(parts)}"


def kinds_in_words(reports: Sequence[Report]) -> str:
    """Return "3 newspapers, 2 state media"."""
    return ", ".join(f"{count} {kind_name(kind, count)}" for kind, count in kinds(reports))


def counted(count: int, one: str, several: str | None = None) -> str:
    """Return "1 outlet", "14 outlets", "2,300 copies"."""
    return f"{count:,} {one if count == 1 else several or f'{one}s'}"


def moment_in_words(moment: datetime) -> str:
    """Return an aware UTC time as "1 March 2026, 09:14 UTC", in any locale."""
    return f"{day_in_words(moment)}, {moment:%H:%M} UTC"


def day_in_words(day: date) -> str:
    """Return a day as "1 March 2026", in any locale."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def coverage_in_words(outlet_count: int, origin_count: int, first: Report | None) -> str:
    """Return the line that says who reports a story, for people."""
    line = (
        f"Reported by {counted(outlet_count, 'outlet')},"
        f" {counted(origin_count, 'independent origin')}"
    )
    if first is None:
        return f"{line}."
    return f"{line}; first by {first.source_name} on {moment_in_words(reported_at(first))}."
