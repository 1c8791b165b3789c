"""/: the current stories, filtered by the address and searched, a page at a time."""

import re
import sqlite3
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from datasette.utils import MultiParams
from datasette.utils.asgi import BadRequest, Request, Response

from aggregator.publish.browse.answers import datasette_index, page
from aggregator.publish.browse.site import Site
from aggregator.publish.browse.sparkline import sparkline
from aggregator.publish.names import language_name
from aggregator.store import browsing, front_page
from aggregator.store.browsing import FollowedConflict
from aggregator.store.front_page import Cursor, StoryList
from aggregator.store.search_words import search_query
from aggregator.store.story_filter import SEARCHED_HITS, StoryFilter
from aggregator.text.clean import plain_line
from aggregator.text.times import from_text, to_text

STORIES_PER_PAGE: Final = 30
_COUNTED_SPAN: Final = timedelta(days=1)
_LEAST_ORIGINS: Final = (1, 2, 3, 5, 10)
_ORIGINS_LIMIT: Final = 1000
_QUERY_LIMIT: Final = 200
_CURSOR: Final = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\.(\d{1,18})")
_CODE: Final = re.compile(r"[A-Za-z]{2,8}")


@dataclass(frozen=True, slots=True)
class Question:
    """What the address asks for. `everything` shows stories of no followed conflict too."""

    conflict: str = ""
    everything: bool = False
    words: str = ""
    language: str = ""
    origins: int = 1
    after: str = ""

    @property
    def shows_everything(self) -> bool:
        """Return whether stories of no conflict are asked for; a search asks for all we know."""
        return self.everything or bool(self.words)

    def address(self, **changes: str | int | bool) -> str:
        """Return the query string of this question with some parts changed, "" for none."""
        parts = {**asdict(self), **changes}
        parameters = {
            "conflict": parts["conflict"],
            "all": "1" if parts["everything"] else "",
            "q": parts["words"],
            "language": parts["language"],
            "origins": parts["origins"] if parts["origins"] != 1 else "",
            "after": parts["after"],
        }
        asked = urlencode({name: value for name, value in parameters.items() if value})
        return f"?{asked}" if asked else ""


@dataclass(frozen=True, slots=True)
class _Found:
    stories: StoryList
    conflicts: list[FollowedConflict]
    languages: list[str]


async def front(request: Request, site: Site) -> Response:
    """Answer with the current stories; in another format, with Datasette's index."""
    if request.url_vars.get("format"):
        return await datasette_index(request, site.datasette)
    question = read_question(request.args)
    now = datetime.now(UTC)
    found = await site.read(lambda connection: _ask(connection, question, now))
    return await page(
        request,
        site,
        "front.html",
        {
            "question": question,
            "shows_everything": question.shows_everything,
            "stories": found.stories.cards,
            "sparklines": {card.id: sparkline(card.reported, now) for card in found.stories.cards},
            "conflicts": found.conflicts,
            "conflict_name": next(
                (known.name for known in found.conflicts if known.id == question.conflict), ""
            ),
            "languages": sorted(found.languages, key=language_name),
            "least_origins": _LEAST_ORIGINS,
            "further": _further(question, found.stories.following),
            "searched_hits": SEARCHED_HITS,
            "feed_query": question.address(after=""),
        },
    )


def read_question(arguments: MultiParams) -> Question:
    """Return what the parameters of the address mean; BadRequest says what is wrong with one."""
    origins = arguments.get("origins") or "1"
    if not origins.isascii() or not origins.isdigit() or not 1 <= int(origins) <= _ORIGINS_LIMIT:
        raise BadRequest(f"origins is a number from 1 to {_ORIGINS_LIMIT}.")
    language = (arguments.get("language") or "").lower()
    if language and not _CODE.fullmatch(language):
        raise BadRequest("language is a code such as ar, uk or en.")
    after = arguments.get("after") or ""
    if after:
        _cursor(after)
    return Question(
        conflict=arguments.get("conflict") or "",
        everything=arguments.get("all") == "1",
        words=plain_line(arguments.get("q") or "", limit=_QUERY_LIMIT),
        language=language,
        origins=int(origins),
        after=after,
    )


def _cursor(text: str) -> Cursor:
    match = _CURSOR.fullmatch(text)
    try:
        if match:
            return Cursor(from_text(match[1]), int(match[2]))
    except ValueError:
        pass
    raise BadRequest(
        "after is what the link to further stories says, such as 2026-03-01T09:14:00Z.7."
    )


def _ask(connection: sqlite3.Connection, question: Question, now: datetime) -> _Found:
    conflicts = browsing.followed_conflicts(connection, since=now - _COUNTED_SPAN)
    if question.conflict and question.conflict not in {known.id for known in conflicts}:
        raise BadRequest(f"No conflict {question.conflict!r} is followed.")
    search = search_query(question.words)
    if question.words and not search:
        raise BadRequest("Search for at least one letter or digit.")
    followed_only = bool(conflicts) and not (question.shows_everything or question.conflict)
    stories = front_page.story_list(
        connection,
        StoryFilter(
            conflict=question.conflict or None,
            followed_only=followed_only,
            search=search,
            language=question.language or None,
            origins=question.origins,
        ),
        limit=STORIES_PER_PAGE,
        after=_cursor(question.after) if question.after else None,
    )
    return _Found(stories, conflicts, front_page.languages_seen(connection))


def _further(question: Question, following: Cursor | None) -> str:
    if following is None:
        return ""
    return question.address(after=f"{to_text(following.last_report)}.{following.story_id}")
