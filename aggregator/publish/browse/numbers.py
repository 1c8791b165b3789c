"""/numbers and /numbers.json: what each day brought, in pictures, tables and JSON."""

import re
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any, Final
from urllib.parse import urlencode

from datasette.utils import MultiParams
from datasette.utils.asgi import BadRequest, Request, Response

from aggregator.publish.browse.answers import page
from aggregator.publish.browse.charts import Chart, Column, Series, chart
from aggregator.publish.browse.site import Site
from aggregator.publish.coverage import day_in_words
from aggregator.publish.names import language_name
from aggregator.store.browsing import FollowedConflict, followed_conflicts
from aggregator.store.daily_counts import ALL
from aggregator.store.front_page import languages_seen
from aggregator.store.numbers import (
    DayCounts,
    Selection,
    Share,
    conflict_shares,
    day_counts,
    language_shares,
)
from aggregator.text.times import to_text

RANGES: Final = (7, 30, 90, 365)
"""How many days may be asked for, today included."""
_USUAL_RANGE: Final = 30
_WEEKLY_FROM: Final = 365
_WEEK: Final = 7
_SHOWN_SHARES: Final = 20
_CODE: Final = re.compile(r"[A-Za-z]{2,8}")

_CHARTS: Final = (
    ("articles", "Articles", "First seen on that day, copies of one text included.",
     {"articles": "Articles", "origins": "Independent origins", "copies": "Copies"}),
    ("stories", "Stories", "Stories that these articles are in now, and those they opened.",
     {"stories": "Stories", "new_stories": "New stories"}),
    ("sources", "Sources", "Sites from which the articles came.", {"sources": "Sources"}),
    ("languages", "Languages", "Languages of the articles.", {"languages": "Languages"}),
    ("conflicts", "Conflicts", "Followed conflicts that an article is about.",
     {"conflicts": "Conflicts"}),
    ("edits", "Edits", "Headlines and texts that publishers changed after we had them.",
     {"edits": "Edits"}),
    ("polls", "Polls", "Requests for feeds, but those answered “unchanged”.", {"polls": "Polls"}),
)  # fmt: skip


_COUNTS: Final = tuple(count for _, _, _, of in _CHARTS for count in of)


@dataclass(frozen=True, slots=True)
class Question:
    """What the address asks for; "" for any conflict, any language."""

    days: int = _USUAL_RANGE
    conflict: str = ""
    language: str = ""

    def address(self, **changes: str | int) -> str:
        """Return the query string of this question with some parts changed."""
        parts = {**asdict(self), **changes}
        if parts["days"] == _USUAL_RANGE:
            del parts["days"]
        asked = urlencode({name: value for name, value in parts.items() if value})
        return f"?{asked}" if asked else ""

    def selection(self, today: date) -> Selection:
        """Return what to read of the database."""
        first = today - timedelta(days=self.days - 1)
        return Selection(first, today, self.conflict or ALL, self.language or ALL)


@dataclass(frozen=True, slots=True)
class _Found:
    days: list[DayCounts]
    by_language: list[Share]
    by_conflict: list[Share]
    conflicts: list[FollowedConflict]
    languages: list[str]


async def numbers_page(request: Request, site: Site) -> Response:
    """Answer with the counts of the days that are asked for."""
    question = read_question(request.args)
    now = datetime.now(UTC)
    found = await site.read(lambda connection: _ask(connection, question, now.date()))
    if request.url_vars.get("format") == "json":
        return Response.json(_as_json(question, found, now.date()))
    finished = [day for day in found.days if day.day < now.date()]
    context = {
        "question": question,
        "ranges": RANGES,
        "conflicts": found.conflicts,
        "languages": sorted(found.languages, key=language_name),
        "charts": _charts(question, found.days, now.date()),
        "is_weekly": question.days >= _WEEKLY_FROM,
        "totals": {
            name: sum(getattr(day, name) for day in found.days)
            for name in ("articles", "origins", "copies", "new_stories", "edits")
        },
        "by_language": found.by_language[:_SHOWN_SHARES],
        "by_conflict": found.by_conflict[:_SHOWN_SHARES],
        "today": found.days[-1] if found.days else None,
        "waiting": [day.day for day in finished if day.is_stale],
        "selection": question.selection(now.date()),
        "feed_query": f"?{urlencode({'conflict': question.conflict})}" if question.conflict else "",
    }
    return await page(request, site, "numbers.html", context)


def read_question(arguments: MultiParams) -> Question:
    """Return what the parameters of the address mean; BadRequest says what is wrong with one."""
    days = arguments.get("days") or str(_USUAL_RANGE)
    if days not in map(str, RANGES):
        raise BadRequest(f"days is one of {', '.join(map(str, RANGES))}.")
    language = (arguments.get("language") or "").lower()
    if language and not _CODE.fullmatch(language):
        raise BadRequest("language is a code such as ar, uk or en.")
    return Question(int(days), arguments.get("conflict") or "", language)


def _ask(connection: sqlite3.Connection, question: Question, today: date) -> _Found:
    conflicts = followed_conflicts(connection)
    if question.conflict and question.conflict not in {known.id for known in conflicts}:
        raise BadRequest(f"No conflict {question.conflict!r} is followed.")
    wanted = question.selection(today)
    return _Found(
        day_counts(connection, wanted),
        language_shares(connection, wanted),
        conflict_shares(connection, wanted),
        conflicts,
        languages_seen(connection),
    )


def _charts(question: Question, days: Sequence[DayCounts], today: date) -> list[Chart]:
    if not days:
        return []
    left_out = {"conflicts"} if question.conflict else set()
    left_out |= {"languages"} if question.language else set()
    left_out |= {"polls"} if question.conflict or question.language else set()
    if question.days < _WEEKLY_FROM:
        columns = [day_column(day, today) for day in days]
        spans: Sequence[Sequence[DayCounts]] = [[day] for day in days]
    else:
        spans = _weeks(days, today)
        columns = [_week_column(span) for span in spans]
    return [
        chart(key, title, note, columns, _series(spans, of))
        for key, title, note, of in _CHARTS
        if key not in left_out
    ]


def day_column(day: DayCounts, today: date) -> Column:
    """Return where one day stands in a chart."""
    return Column(_short(day.day), day_in_words(day.day), is_unfinished=day.day >= today)


def day_series(days: Sequence[DayCounts], of: Mapping[str, str]) -> list[Series]:
    """Return a series for each count that `of` names, over the days."""
    return _series([[day] for day in days], of)


def _series(spans: Sequence[Sequence[DayCounts]], of: Mapping[str, str]) -> list[Series]:
    return [Series(name, tuple(_mean(span, count) for span in spans)) for count, name in of.items()]


def _weeks(days: Sequence[DayCounts], today: date) -> list[Sequence[DayCounts]]:
    """Return the finished days by sevens, the last of which ends yesterday."""
    finished = [day for day in days if day.day < today] or list(days)
    begin = len(finished) % _WEEK
    bounds = [*([0] if begin else []), *range(begin, len(finished) + 1, _WEEK)]
    return [finished[first:last] for first, last in pairwise(bounds)]


def _week_column(span: Sequence[DayCounts]) -> Column:
    first, last = span[0].day, span[-1].day
    return Column(_short(last), f"{day_in_words(first)} to {day_in_words(last)}")


def _short(day: date) -> str:
    number, month, _ = day_in_words(day).split()
    return f"{number} {month[:3]}"


def _mean(span: Sequence[DayCounts], count: str) -> float:
    return round(sum(getattr(day, count) or 0 for day in span) / len(span), 1)


def _as_json(question: Question, found: _Found, today: date) -> dict[str, Any]:
    return {
        "days_asked_for": question.days,
        "conflict": question.conflict or None,
        "language": question.language or None,
        "days": [_day_as_json(day, is_finished=day.day < today) for day in found.days],
        "languages": [asdict(share) for share in found.by_language],
        "conflicts": [asdict(share) for share in found.by_conflict],
    }


def _day_as_json(day: DayCounts, *, is_finished: bool) -> dict[str, Any]:
    return {
        "day": day.day.isoformat(),
        "is_finished": is_finished,
        "is_stale": day.is_stale,
        "counted_at": to_text(day.counted) if day.counted else None,
        **{name: getattr(day, name) for name in _COUNTS},
    }
