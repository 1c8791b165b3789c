"""The merged feed in three formats, filtered by its address, and "not modified" for who has it.

What a feed holds is told by its stories and when each last changed: one query. Only who does not
have that yet is sent a body, and only what nobody has asked for lately is rendered.
"""

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Final

from datasette.utils.asgi import BadRequest, Request, Response

from aggregator.errors import NotFound
from aggregator.publish.browse.content_coding import takes_gzip
from aggregator.publish.browse.feed_question import (
    FeedQuestion,
    read_feed_question,
    read_saved_query,
)
from aggregator.publish.browse.feed_title import feed_title
from aggregator.publish.browse.rendered_feeds import RenderedFeed, RenderedFeeds
from aggregator.publish.browse.site import Site
from aggregator.publish.syndication import FeedFormat, FeedInfo, Pages, render
from aggregator.store import browsing, published
from aggregator.store.published import Position
from aggregator.store.saved_filters import saved_filter
from aggregator.store.story_filter import StoryFilter
from aggregator.store.whole_story import current_story_id

_CACHE_CONTROL: Final = "max-age=60"
_RENDERING: Final = 1
"""Raised when the same stories are rendered as other bytes, so that nobody is told otherwise."""
_PACKED: Final = "-gzip"

_rendered = RenderedFeeds()


@dataclass(frozen=True, slots=True)
class _Asked:
    """A feed that is asked for: `path` is its address without the ending of a format."""

    question: FeedQuestion
    path: str
    format: FeedFormat
    base_url: str
    saved: str | None = None
    title: str = ""

    def address(self, form: FeedFormat, after: Position | None = None) -> str:
        return self.question.address(f"{self.base_url}{self.path}{form.suffix}", after)


@dataclass(frozen=True, slots=True)
class _Answer:
    """The validators of a feed, and its body unless the client has it."""

    state: str
    updated: datetime
    body: RenderedFeed | None


async def merged_feed(request: Request, site: Site) -> Response:
    """Answer with the stories that the address, or the filter that it names, asks for."""
    form = FeedFormat(request.url_vars["format"])
    name = request.url_vars.get("name")
    given = request.args
    arguments = {key: given.get(key) or "" for key in given}
    headers = dict(request.headers)

    # Rendered in the thread that reads, so that other pages need not wait for it.
    def ask(connection: sqlite3.Connection) -> _Answer:
        base_url = site.base_url(request)
        if name is None:
            asked = _Asked(read_feed_question(arguments), "/feed", form, base_url)
        else:
            asked = _saved(connection, name, arguments, form, base_url)
        return _answer(connection, asked, site, headers)

    answer = await site.read(ask)
    return _response(answer, form, packed=takes_gzip(headers.get("accept-encoding", "")))


def _saved(
    connection: sqlite3.Connection,
    name: str,
    arguments: Mapping[str, str],
    form: FeedFormat,
    base_url: str,
) -> _Asked:
    if unknown := sorted(set(arguments) - {"after"}):
        raise BadRequest(
            f"A saved feed takes no parameter {unknown[0]!r}: what it has stands in feeds.yaml."
        )
    found = saved_filter(connection, name)
    after = read_feed_question(arguments).after
    # What it has follows from its name, so its address needs no parameters.
    question = replace(read_saved_query(found.query), after=after, parameters={})
    return _Asked(question, f"/feed/{name}", form, base_url, saved=name, title=found.title)


def _answer(
    connection: sqlite3.Connection, asked: _Asked, site: Site, headers: Mapping[str, str]
) -> _Answer:
    question = asked.question
    wanted = _followed(connection, question)
    limit = site.settings.entries
    found = published.published_positions(connection, wanted, limit=limit + 1, after=question.after)
    positions, more = found[:limit], len(found) > limit
    _, created = browsing.installation(connection)
    updated = max((position.changed for position in positions), default=created)
    info = _info(connection, asked, site, positions[-1] if more else None)
    state = _state(asked.format, info, positions, published.outlets_state(connection))
    if is_known(headers, state, updated):
        return _Answer(state, updated, None)
    body = _rendered.get(state)
    if body is None:
        stories = published.stories_at(connection, positions)
        body = RenderedFeed.of(render(stories, info, asked.format))
        _rendered.keep(state, body)
    return _Answer(state, updated, body)


def _followed(connection: sqlite3.Connection, question: FeedQuestion) -> StoryFilter:
    wanted = question.filter_at(datetime.now(UTC))
    if wanted.story is not None:
        # A story that has become part of another is followed there.
        wanted = replace(wanted, story=current_story_id(connection, wanted.story))
    try:
        return published.check_conflict(connection, wanted)
    except NotFound as error:
        conflicts = browsing.followed_conflicts(connection)
        known = ", ".join(sorted(each.id for each in conflicts)) or "none is followed"
        raise BadRequest(f"No conflict {wanted.conflict!r}; known are: {known}.") from error


def _state(form: FeedFormat, info: FeedInfo, positions: list[Position], outlets: str) -> str:
    """Return what the bytes of a feed follow from, as a short text."""
    told = [_RENDERING, form, repr(info), outlets]
    told += [repr(position) for position in positions]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def is_known(headers: Mapping[str, str], state: str, updated: datetime) -> bool:
    """Return whether a request's validators say that the client has this state (RFC 9110)."""
    if asked := headers.get("if-none-match"):
        tags = {tag.strip().removeprefix("W/").strip('"') for tag in asked.split(",")}
        return not tags.isdisjoint({state, f"{state}{_PACKED}", "*"})
    try:
        since = parsedate_to_datetime(headers.get("if-modified-since", ""))
    except (ValueError, OverflowError):
        return False
    since = since.replace(tzinfo=UTC) if since.tzinfo is None else since
    return updated.replace(microsecond=0) <= since


def _response(answer: _Answer, form: FeedFormat, *, packed: bool) -> Response:
    headers = {
        "ETag": f'"{answer.state}{_PACKED if packed else ""}"',
        "Last-Modified": format_datetime(answer.updated, usegmt=True),
        "Cache-Control": _CACHE_CONTROL,
        "Vary": "Accept-Encoding",
    }
    if answer.body is None:
        return Response(b"", status=304, headers=headers, content_type=form.content_type)
    if packed:
        headers["Content-Encoding"] = "gzip"
    body = answer.body.packed if packed else answer.body.plain
    return Response(body, headers=headers, content_type=form.content_type)


def _info(
    connection: sqlite3.Connection, asked: _Asked, site: Site, last: Position | None
) -> FeedInfo:
    _, created = browsing.installation(connection)
    title = site.settings.title
    about = asked.title or feed_title(asked.question, browsing.followed_conflicts(connection))
    return FeedInfo(
        title=f"{title}: {about}" if about else title,
        base_url=f"{asked.base_url}/",
        feed_id=published.feed_identifier(connection, _identity(asked)),
        self_url=asked.address(asked.format, asked.question.after),
        created=created,
        pages=Pages(
            first=asked.address(asked.format) if last or asked.question.after else None,
            next=asked.address(asked.format, last) if last else None,
        ),
        hubs=(site.settings.hub,) if _is_told(asked) and site.settings.hub else (),
        formats={form: asked.address(form, asked.question.after) for form in FeedFormat},
    )


def _is_told(asked: _Asked) -> bool:
    """Return whether this is a feed that the hub is told of, and its first page.

    Those are the whole feed, that of each conflict and those that the user has named.
    """
    return asked.question.after is None and list(asked.question.parameters) in ([], ["conflict"])


def _identity(asked: _Asked) -> str:
    """Return what tells a feed from our others, for ever."""
    if asked.saved is not None:
        return f"saved:{asked.saved}"
    parameters = asked.question.parameters
    if not parameters:
        return "stories"
    if list(parameters.items()) == [("all", "1")]:
        return "everything"
    if list(parameters) == ["conflict"]:
        return f"conflict:{parameters['conflict']}"
    return f"feed:{asked.question.query}"
