"""What the address of a feed asks for: which stories, how many, from where on."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from datasette.utils.asgi import BadRequest

from aggregator.model import SourceKind
from aggregator.publish.names import country_name, language_name
from aggregator.store.published import Position
from aggregator.store.search_terms import problem_with, search_terms
from aggregator.store.story_filter import StoryFilter
from aggregator.text.clean import plain_line
from aggregator.text.times import from_text, to_text

MOST: Final = 1000
_TEXT_LIMIT: Final = 200
_POSITION: Final = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\.(\d{1,18})")
_STORY: Final = re.compile(r"[1-9]\d{0,17}")
SPAN: Final = re.compile(r"(\d{1,4})([hd])")
"""A time said by how long ago it was, such as 6h or 3d."""
_UNITS: Final = {"h": "hours", "d": "days"}


Reader = Callable[[str, str], Any]
"""Makes a value of a parameter's name and text; raises BadRequest."""


@dataclass(frozen=True, slots=True)
class FeedQuestion:
    """A question in an address. `parameters` are those given, in one order, for addresses and ids.

    `span` is how far back the feed reaches where that was asked for as a span of time.
    """

    wanted: StoryFilter
    parameters: Mapping[str, str] = field(default_factory=dict)
    after: Position | None = None
    span: timedelta | None = None

    @property
    def query(self) -> str:
        """Return the part of the address behind `?` that says which stories, without the page."""
        return urlencode(self.parameters)

    def filter_at(self, now: datetime) -> StoryFilter:
        """Return the filter for a request at a time.

        A span begins at a full hour, so that a feed without news stays as it is for that long.
        """
        if self.span is None:
            return self.wanted
        hour = now.replace(minute=0, second=0, microsecond=0)
        return replace(self.wanted, since=hour - self.span)

    def address(self, base_url: str, after: Position | None = None) -> str:
        """Return the address at which this is asked, behind `after` where that is given."""
        parameters = dict(self.parameters)
        if after is not None:
            parameters["after"] = f"{to_text(after.changed)}.{after.story_id}"
        return f"{base_url}{'?' if parameters else ''}{urlencode(parameters)}"


def read_feed_question(arguments: Mapping[str, str]) -> FeedQuestion:
    """Return what the parameters mean; BadRequest says what is wrong with one of them."""
    if unknown := sorted(set(arguments) - {*PARAMETERS, "after"}):
        known = ", ".join([*PARAMETERS, "after"])
        raise BadRequest(f"No feed has a parameter {unknown[0]!r}; there are {known}.")
    given = {name: arguments[name].strip() for name in PARAMETERS if arguments.get(name)}
    values: dict[str, Any] = {"followed_only": not _shows_everything(given)}
    span = None
    for name, text in given.items():
        if name == "since" and (match := SPAN.fullmatch(text)):
            span = timedelta(**{_UNITS[match[2]]: int(match[1])})
        elif read := PARAMETERS[name]:
            values[_FIELDS.get(name, name)] = read(name, text)
    after = arguments.get("after")
    return FeedQuestion(StoryFilter(**values), given, _position(after) if after else None, span)


def read_saved_query(query: str) -> FeedQuestion:
    """Return what a saved filter means."""
    return read_feed_question(dict(parse_qsl(query)))


def _shows_everything(given: Mapping[str, str]) -> bool:
    everything = given.get("all", "0")
    if everything not in {"0", "1"}:
        raise BadRequest(f"all is 0 or 1, not {everything!r}.")
    # Who asks for a conflict, a story or words asks among all we know.
    return everything == "1" or any(name in given for name in ("conflict", "story", "q"))


def _text(name: str, text: str) -> str:
    line = plain_line(text, limit=_TEXT_LIMIT)
    if not line:
        raise BadRequest(f"{name} is to have at least one letter or digit.")
    return str(line)


def _search(name: str, text: str) -> str:
    terms = search_terms(_text(name, text))
    if not terms.wanted and not terms.unwanted:
        raise BadRequest(f"{name} is to have at least one letter or digit.")
    if problem := problem_with(terms):
        raise BadRequest(f"{name}: {problem}")
    return terms.query()


def _number(name: str, text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MOST:
        raise BadRequest(f"{name} is a number from 1 to {MOST}, not {text!r}.")
    return int(text)


def _story(name: str, text: str) -> int:
    if not _STORY.fullmatch(text):
        raise BadRequest(f"{name} is the number of a story, not {text!r}.")
    return int(text)


def _switch(name: str, text: str) -> bool:
    if text not in {"0", "1"}:
        raise BadRequest(f"{name} is 0 or 1, not {text!r}.")
    return text == "1"


def _code(known: Callable[[str | None], str], form: Callable[[str], str], like: str) -> Reader:
    def read(name: str, text: str) -> str:
        code = form(text)
        if known(code) == code:
            raise BadRequest(f"{name} is a code such as {like}, not {text!r}.")
        return code

    return read


def _kind(name: str, text: str) -> str:
    try:
        return SourceKind(text.lower())
    except ValueError:
        kinds = ", ".join(SourceKind)
        raise BadRequest(f"{name} is one of {kinds}, not {text!r}.") from None


def _since(name: str, text: str) -> datetime:
    try:
        return from_text(text)
    except ValueError:
        raise BadRequest(
            f"{name} is a time such as 2026-03-01T09:00:00Z, or a span such as 6h or 3d."
        ) from None


def _position(text: str) -> Position:
    match = _POSITION.fullmatch(text)
    try:
        if match:
            return Position(from_text(match[1]), int(match[2]))
    except ValueError:
        pass
    raise BadRequest("after is what the link to the next page says, as 2026-03-01T09:14:00Z.7.")


_FIELDS: Final = {"q": "search"}
PARAMETERS: Final[Mapping[str, Reader | None]] = {
    "all": None,
    "conflict": _text,
    "country": _code(country_name, str.upper, "SD or UA"),
    "kind": _kind,
    "language": _code(language_name, str.lower, "ar, uk or en"),
    "one_sided": _switch,
    "origins": _number,
    "outlets": _number,
    "place": _text,
    "q": _search,
    "since": _since,
    "story": _story,
}
"""Every parameter of a feed in the order in which addresses have them, and how its text is read."""
