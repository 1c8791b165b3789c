"""/search: reports and stories that contain words, with what was found marked, a page at a time."""

import re
import sqlite3
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from datasette.utils import MultiParams
from datasette.utils.asgi import BadRequest, Request, Response

from aggregator.publish.browse.answers import page
from aggregator.publish.browse.site import Site
from aggregator.publish.names import country_name, kind_name, language_name
from aggregator.store.search_filter import Choices, SearchFilter, choices, outlet_called
from aggregator.store.search_hits import LAST_ID, Hits, Search, SearchCursor, hits
from aggregator.store.search_terms import LEAST_BEGINNING, SearchTerms, problem_with, search_terms
from aggregator.store.story_filter import SEARCHED_HITS
from aggregator.store.unspaced_texts import LANGUAGES
from aggregator.text.clean import plain_line

HITS_PER_PAGE: Final = 20
_QUERY_LIMIT: Final = 200
_FIRST_YEAR, _LAST_YEAR = 1990, 2999
_CURSOR: Final = re.compile(r"([0-9]{1,19})\.([0-9])\.([0-9]{1,19})")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,8}")


@dataclass(frozen=True, slots=True)
class Question:
    """What the address asks for; "" asks for nothing. Days are UTC, both of them included."""

    q: str = ""
    where: str = "reports"
    order: str = "newest"
    conflict: str = ""
    language: str = ""
    kind: str = ""
    country: str = ""
    outlet: str = ""
    since: str = ""
    until: str = ""
    after: str = ""

    def address(self, **changes: str) -> str:
        """Return the query string of this question with some parts changed, "" for none."""
        parts = {**asdict(self), **changes}
        asked = {
            _ADDRESS.get(name, name): value
            for name, value in parts.items()
            if value and value != _USUAL.get(name)
        }
        return f"?{urlencode(asked)}" if asked else ""

    @property
    def narrowed_by(self) -> list[str]:
        """Return the filters that are given."""
        return [name for name in _FILTERS if getattr(self, name)]


_ADDRESS: Final = {"where": "in", "since": "from", "until": "to"}
_USUAL: Final = {"where": "reports", "order": "newest"}
_FILTERS: Final = ("conflict", "language", "kind", "country", "outlet", "since", "until")


async def search_page(request: Request, site: Site) -> Response:
    """Answer with what was found; without words, with what can be searched."""
    question = _question(request.args)
    terms = _terms(question.q) if question.q else None
    days = _day(question.since, "from"), _day(question.until, "to")
    after = _cursor(question.after) if question.after else None
    if days[0] and days[1] and days[0] > days[1]:
        raise BadRequest("from is a day before to, or the same.")

    def ask(connection: sqlite3.Connection) -> tuple[Choices, Hits | None]:
        known = choices(connection)
        wanted = _filter(connection, question, known, days)
        if terms is None:
            return known, None
        search = Search(terms, wanted, question.where == "stories", question.order == "best")
        return known, hits(connection, search, limit=HITS_PER_PAGE, after=after)

    known, found = await site.read(ask)
    return await page(request, site, "search.html", _context(question, known, found))


def _context(question: Question, known: Choices, found: Hits | None) -> dict[str, Any]:
    following = ""
    if found and found.following:
        cursor = found.following
        following = question.address(after=f"{cursor.top}.{cursor.part}.{cursor.id}")
    return {
        "question": question,
        "found": found,
        "shown": len(found.reports) + len(found.stories) if found else 0,
        "following": following,
        "searched_hits": SEARCHED_HITS,
        "least_beginning": LEAST_BEGINNING,
        "unspaced": sorted(map(language_name, LANGUAGES)),
        "conflicts": known.conflicts,
        "languages": sorted(known.languages, key=language_name),
        "kinds": sorted(known.kinds, key=kind_name),
        "countries": sorted(known.countries, key=country_name),
        "outlets": known.outlets,
    }


def _question(arguments: MultiParams) -> Question:
    asked: dict[str, str] = {
        name: plain_line(arguments.get(_ADDRESS.get(name, name)) or "", limit=_QUERY_LIMIT)
        for name in Question.__slots__
    }
    for name, allowed in (("where", ("reports", "stories")), ("order", ("newest", "best"))):
        asked[name] = asked[name] or allowed[0]
        if asked[name] not in allowed:
            raise BadRequest(f"{_ADDRESS.get(name, name)} is {' or '.join(allowed)}.")
    asked["language"] = asked["language"].lower()
    asked["country"] = asked["country"].upper()
    if asked["language"] and not _LANGUAGE.fullmatch(asked["language"]):
        raise BadRequest("language is a code such as ar, uk or en.")
    return Question(**asked)


def _terms(words: str) -> SearchTerms:
    terms = search_terms(words)
    if problem := problem_with(terms):
        raise BadRequest(problem)
    return terms


def _day(text: str, name: str) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise BadRequest(f"{name} is a day such as 2026-03-01, from {_FIRST_YEAR} on.")
    return day


def _cursor(text: str) -> SearchCursor:
    match = _CURSOR.fullmatch(text)
    if match is None:
        raise BadRequest("after is what the link to further results says, such as 4712.0.4711.")
    top, part, last = (min(int(number), LAST_ID) for number in match.groups())
    return SearchCursor(top, part, last)


def _filter(
    connection: sqlite3.Connection,
    question: Question,
    known: Choices,
    days: tuple[date | None, date | None],
) -> SearchFilter:
    if question.conflict and question.conflict not in {name for name, _ in known.conflicts}:
        raise BadRequest(f"No conflict {question.conflict!r} is followed.")
    if question.kind and question.kind not in known.kinds:
        raise BadRequest(f"kind is one of {', '.join(sorted(known.kinds))}.")
    if question.country and question.country not in known.countries:
        raise BadRequest("country is the code of a country in which a source sits, such as GB.")
    outlet = outlet_called(connection, question.outlet) if question.outlet else None
    if question.outlet and outlet is None:
        raise BadRequest("outlet is the name of an outlet, its domain, or the id of a feed.")
    since, until = days
    return SearchFilter(
        conflict=question.conflict or None,
        language=question.language or None,
        kind=question.kind or None,
        country=question.country or None,
        outlet=outlet,
        since=_midnight(since) if since else None,
        until=_midnight(until) + timedelta(days=1) if until else None,
    )


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
