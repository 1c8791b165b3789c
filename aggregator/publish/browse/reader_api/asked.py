"""What a request says, read and bounded: its parameters, the stories it names, a part of a stream.

BadRequest says in one line what a parameter takes.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import parse_qsl

from datasette.utils.asgi import BadRequest

from aggregator.publish.browse.reader_api.continuation import Reached, read_continuation

BODY_LIMIT: Final = 1 << 20
"""Bytes of a form."""
FIELDS_LIMIT: Final = 2_000
STORIES_LIMIT: Final = 250
"""Stories whose contents one request may name."""
CONTENTS_LIMIT: Final = 100
"""Stories with their contents that one answer has; the continuation leads on."""
NUMBERS_LIMIT: Final = 10_000
"""Numbers of stories that one answer has; the continuation leads on."""
STREAMS_LIMIT: Final = 20

LONG_ID: Final = "tag:google.com,2005:reader/item/"

_DEFAULT_COUNT: Final = 20
_NUMBER: Final = re.compile(r"[0-9]{1,19}")
_MOMENT: Final = re.compile(r"[0-9]{1,11}")
_DECIMAL: Final = re.compile(r"[0-9]{1,18}")
_HEXADECIMAL: Final = re.compile(r"[0-9a-fA-F]{1,16}")
_BARE_LENGTH: Final = 16
_LARGEST: Final = 2**63 - 1
_STATE: Final = re.compile(r"user/[^/]+/state/com\.google/([a-z-]+)")

Parameters = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of a stream is asked for.

    `unread_only` asks for what counts as unread; `nothing` says that no story can be meant,
    since it asks for marks that are not kept here. `until` is within the part.
    """

    count: int
    oldest_first: bool = False
    since: datetime | None = None
    until: datetime | None = None
    reached: Reached | None = None
    unread_only: bool = False
    nothing: bool = False


def read_fields(text: str) -> dict[str, list[str]]:
    """Return the parameters of an address or a form, each with all of its values."""
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=FIELDS_LIMIT)
    except ValueError:
        raise BadRequest(f"A request has at most {FIELDS_LIMIT} parameters.") from None
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return fields


def last(parameters: Parameters, name: str) -> str:
    """Return the value of a parameter that may be given once, "" where it is not."""
    values = parameters.get(name)
    return values[-1].strip() if values else ""


def read_part(parameters: Parameters, limit: int) -> Part:
    """Return which part of a stream is asked for; more than `limit` stories are asked for later."""
    oldest_first = last(parameters, "r") == "o"
    excluded = {_state("xt", text) for text in parameters.get("xt", ()) if text}
    included = {_state("it", text) for text in parameters.get("it", ()) if text}
    continuation = last(parameters, "c")
    return Part(
        count=min(_count(last(parameters, "n")), limit),
        oldest_first=oldest_first,
        since=_moment("ot", last(parameters, "ot")),
        until=_moment("nt", last(parameters, "nt")),
        reached=read_continuation(continuation, oldest_first) if continuation else None,
        unread_only="read" in excluded or "unread" in included,
        nothing=bool(
            included - {"reading-list", "unread"} or excluded & {"reading-list", "unread"}
        ),
    )


def read_story_ids(parameters: Parameters) -> list[int]:
    """Return the numbers of the stories that are named, in any of the spellings of readers."""
    given = parameters.get("i", ())
    if not given:
        raise BadRequest(f"i names a story, such as {LONG_ID}0000000000000007 or 7.")
    if len(given) > STORIES_LIMIT:
        raise BadRequest(f"i names at most {STORIES_LIMIT} stories in one request.")
    return [read_story_id(text.strip()) for text in given]


def read_story_id(text: str) -> int:
    """Return the number of a story: decimal, 16 digits of base 16, or the long form with up to 16.

    A number in base 16 has a fixed length unless it stands in the long form (Reeder sends it bare,
    NetNewsWire without zeros in the long form), so one with 16 digits is never decimal.
    """
    digits = text.removeprefix(LONG_ID)
    is_long = digits != text
    if _HEXADECIMAL.fullmatch(digits) and (is_long or len(digits) == _BARE_LENGTH):
        number = int(digits, 16)
        if number <= _LARGEST:
            return number
    elif not is_long and _DECIMAL.fullmatch(digits):
        return int(digits)
    raise BadRequest(f"i names a story, such as {LONG_ID}0000000000000007 or 7.")


def _count(text: str) -> int:
    if not text:
        return _DEFAULT_COUNT
    if not _NUMBER.fullmatch(text) or not int(text):
        raise BadRequest("n is how many stories are wanted, at least 1.")
    return int(text)


def _moment(name: str, text: str) -> datetime | None:
    if not text:
        return None
    if not _MOMENT.fullmatch(text):
        raise BadRequest(f"{name} is a time in seconds since 1970, such as 1772356440.")
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(text))


def _state(name: str, text: str) -> str:
    match = _STATE.fullmatch(text.strip())
    if match is None:
        raise BadRequest(f"{name} is a state, such as user/-/state/com.google/read.")
    return match[1]
