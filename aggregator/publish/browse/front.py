"""/: the current stories, filtered by the address and searched, a page at a time."""

import re
import sqlite3
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from datasette.utils import MultiParams
from datasette.utils.asgi import BadRequest, Request, Response

from aggregator.model import SourceKind
from aggregator.publish.browse.answers import datasette_index, page
from aggregator.publish.browse.feed_question import PARAMETERS, FeedQuestion, read_feed_question
from aggregator.publish.browse.health import health_of
from aggregator.publish.browse.site import Site
from aggregator.publish.browse.sparkline import sparkline
from aggregator.publish.names import language_name
from aggregator.store import browsing, front_page
from aggregator.store.browsing import FollowedConflict
from aggregator.store.diagnosis import Status
from aggregator.store.front_page import Cursor, Order, StoryList
from aggregator.store.story_filter import SEARCHED_HITS
from aggregator.text.times import from_text, to_text

STORIES_PER_PAGE: Final = 30
_COUNTED_SPAN: Final = timedelta(days=1)
_LEAST_ORIGINS: Final = (1, 2, 3, 5, 10)
_SPANS: Final = {"6h": "6 hours", "1d": "day", "3d": "3 days", "7d": "7 days", "30d": "30 days"}
_CURSOR: Final = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ|\d{1,9}\.\d{1,3})\.(\d{1,18})")
_FURTHER_FILTERS: Final = ("place", "kind", "country", "outlets", "one_sided", "since", "story")


@dataclass(frozen=True, slots=True)
class Question:
    """What the address asks for: the same filters as those of a feed, an order, and a page."""

    asked: FeedQuestion = field(default_factory=lambda: read_feed_question({}))
    order: Order = Order.LEADING
    after: str = ""

    @property
    def shows_everything(self) -> bool:
        """Return whether stories of no conflict are asked for; a search asks for all we know."""
        return not self.asked.wanted.followed_only

    @property
    def is_filtered(self) -> bool:
        """Return whether it asks for more than a conflict."""
        return bool(self.asked.parameters.keys() - {"all", "conflict"})

    @property
    def is_filtered_further(self) -> bool:
        """Return whether it asks for something that the page folds away."""
        return any(name in self.asked.parameters for name in _FURTHER_FILTERS)

    def value(self, name: str) -> str:
        """Return what the address says of a parameter, "" for nothing."""
        return self.asked.parameters.get(name, "")

    def address(self, **changes: str) -> str:
        """Return the query string of this question with some parts changed, "" for none."""
        order = "" if self.order is Order.LEADING else str(self.order)
        parts = {**self.asked.parameters, "sort": order, "after": self.after, **changes}
        asked = urlencode({name: value for name, value in parts.items() if value})
        return f"?{asked}" if asked else ""

    def cleared(self) -> str:
        """Return the query string without any filter but the conflict."""
        nothing = dict.fromkeys(self.asked.parameters.keys() - {"all", "conflict"}, "")
        return self.address(after="", **nothing)


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
    health = await health_of(site)
    return await page(
        request,
        site,
        "front.html",
        {
            "question": question,
            "alarm": health.reasons[0].text if health.status is Status.FAILING else "",
            "stories": found.stories.cards,
            "sparklines": {card.id: sparkline(card.reported, now) for card in found.stories.cards},
            "conflicts": found.conflicts,
            "conflict_name": next(
                (known.name for known in found.conflicts if known.id == question.value("conflict")),
                "",
            ),
            "languages": sorted(found.languages, key=language_name),
            "least_origins": _LEAST_ORIGINS,
            "spans": _SPANS,
            "source_kinds": list(SourceKind),
            "orders": {Order.LEADING: "leading first", Order.NEWEST: "newest first"},
            "further": _further(question, found.stories.following),
            "searched_hits": SEARCHED_HITS,
            "feed_query": question.address(after="", sort=""),
        },
    )


def read_question(arguments: MultiParams) -> Question:
    """Return what the parameters of the address mean; BadRequest says what is wrong with one."""
    given = {name: arguments.get(name) or "" for name in PARAMETERS}
    # A choice that was left as it stands is sent, too.
    if given["origins"] == "1":
        given["origins"] = ""
    after = arguments.get("after") or ""
    order = _order(arguments.get("sort") or Order.LEADING)
    if after:
        _cursor(after, order)
    return Question(read_feed_question(given), order, after)


def _order(text: str) -> Order:
    try:
        return Order(text)
    except ValueError:
        raise BadRequest(f"sort is {' or '.join(Order)}, not {text!r}.") from None


def _cursor(text: str, order: Order) -> Cursor:
    match = _CURSOR.fullmatch(text)
    try:
        if match and order is Order.NEWEST:
            return Cursor(from_text(match[1]), int(match[2]))
        if match:
            return Cursor(float(match[1]), int(match[2]))
    except ValueError:
        pass
    raise BadRequest("after is what the link to further stories says.")


def _ask(connection: sqlite3.Connection, question: Question, now: datetime) -> _Found:
    conflicts = browsing.followed_conflicts(connection, since=now - _COUNTED_SPAN)
    wanted = question.asked.filter_at(now)
    if wanted.conflict and wanted.conflict not in {known.id for known in conflicts}:
        raise BadRequest(f"No conflict {wanted.conflict!r} is followed.")
    stories = front_page.story_list(
        connection,
        replace(wanted, followed_only=wanted.followed_only and bool(conflicts)),
        limit=STORIES_PER_PAGE,
        order=question.order,
        after=_cursor(question.after, question.order) if question.after else None,
    )
    return _Found(stories, conflicts, front_page.languages_seen(connection))


def _further(question: Question, following: Cursor | None) -> str:
    if following is None:
        return ""
    value = following.value
    text = to_text(value) if isinstance(value, datetime) else f"{value:.3f}"
    return question.address(after=f"{text}.{following.story_id}")
