"""What an answer says, as pure functions of its status and headers: no socket, no clock."""

import contextlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from aggregator.errors import AddressRefused, FetchError
from aggregator.model import Exchange, HttpUrl, Outcome, Validators
from aggregator.text.urls import http_url

LONGEST_RETRY_AFTER: Final = timedelta(hours=24)
"""A server that asks for more is asked again after this."""

_LONGEST_MAX_AGE: Final = timedelta(days=365)
# Servers refuse request headers beyond 8 KiB: a longer validator would be refused for ever.
_LONGEST_VALIDATOR: Final = 8 * 1024 - 256

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_PERMANENT_REDIRECTS: Final = frozenset({301, 308})
_OUTCOMES: Final = {
    304: Outcome.UNCHANGED,
    429: Outcome.LATER,
    503: Outcome.LATER,
    410: Outcome.GONE,
    401: Outcome.BLOCKED,
    403: Outcome.BLOCKED,
    451: Outcome.BLOCKED,
}
_MAX_AGE: Final = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,12})\"?\s*(?:,|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """One response: header names in lower case, values as latin-1, the body whole and bounded.

    Of a 2xx the whole body is read, of others at most the beginning; `is_whole` says whether it
    came to its end. `exchange` has the same as it was sent, of a feed or a page.
    """

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    exchange: Exchange | None = None
    is_whole: bool = True

    def header(self, name: str) -> str | None:
        """Return the first value of a header given in lower case, or None."""
        return next((value for known, value in self.headers if known == name), None)

    def header_list(self, name: str) -> list[str]:
        """Return all members of a comma-separated header given in lower case."""
        lines = (value for known, value in self.headers if known == name)
        return [member.strip() for line in lines for member in line.split(",")]

    @property
    def announced_length(self) -> int | None:
        """The length of the body that the server announces, if it is a number at all."""
        value = self.header("content-length") or ""
        return int(value) if re.fullmatch(r"[0-9]{1,18}", value) else None

    @property
    def is_redirect(self) -> bool:
        """Whether it sends us to another address."""
        return self.status in _REDIRECTS

    @property
    def is_permanent(self) -> bool:
        """Whether the address asked for is no longer the right one."""
        return self.status in _PERMANENT_REDIRECTS

    @property
    def is_client_error(self) -> bool:
        """Whether the server says that the mistake is in the request (4xx)."""
        return HTTPStatus.BAD_REQUEST <= self.status < HTTPStatus.INTERNAL_SERVER_ERROR

    @property
    def outcome(self) -> Outcome:
        """What the status means; a 304 that nobody asked for is for the caller to notice."""
        if HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES:
            return Outcome.FRESH
        return _OUTCOMES.get(self.status, Outcome.FAILED)

    @property
    def status_line(self) -> str:
        """The status in our own words, e.g. "HTTP 404 Not Found"; the server's are hostile text."""
        try:
            return f"HTTP {self.status} {HTTPStatus(self.status).phrase}"
        except ValueError:
            return f"HTTP {self.status}"


def redirect_target(url: HttpUrl, answer: Answer) -> HttpUrl:
    """Return the address that a redirect from `url` leads to.

    Raises FetchError without a Location, AddressRefused for one that is not followed: another
    scheme, credentials, too long, unreadable, or from https back to http.
    """
    location = answer.header("location")
    if not location:
        raise FetchError(url, f"{answer.status_line} without a Location")
    # What is not UTF-8 stays latin-1, and http_url escapes it.
    with contextlib.suppress(UnicodeError):
        location = location.encode("latin-1").decode("utf-8")
    target = http_url(location, url)
    if target is None:
        raise AddressRefused(url, f"{answer.status_line} to an address that is not followed")
    if urlsplit(url).scheme == "https" and urlsplit(target).scheme == "http":
        raise AddressRefused(url, f"{answer.status_line} from https back to http")
    return target


def validators(answer: Answer) -> Validators:
    """Return ETag and Last-Modified byte for byte, without any that could not be sent back."""
    return Validators(
        etag=_validator(answer.header("etag")),
        last_modified=_validator(answer.header("last-modified")),
    )


def _validator(value: str | None) -> str | None:
    if not value or len(value) > _LONGEST_VALIDATOR:
        return None
    # HTTP/2 carries any byte; one that ends a line must not get into a request.
    return None if re.search(r"[\x00-\x08\x0a-\x1f\x7f]", value) else value


def max_age(answer: Answer, now: datetime) -> timedelta | None:
    """Return for how long the answer calls itself fresh, None when it does not say."""
    found = _MAX_AGE.search(answer.header("cache-control") or "")
    if found:
        return min(timedelta(seconds=int(found[1])), _LONGEST_MAX_AGE)
    expires = _http_date(answer.header("expires"))
    if expires is None:
        return None
    return _clamped(expires - _time_of(answer, now), _LONGEST_MAX_AGE)


def retry_after(answer: Answer, now: datetime) -> timedelta | None:
    """Return how long the server asks us to wait, at most 24 h; None when it does not say.

    A time that has passed is a wait of zero; what is neither seconds nor a date is no wait.
    """
    value = (answer.header("retry-after") or "").strip()
    if re.fullmatch(r"[0-9]+", value):
        # Ten digits are three centuries, and the most that a timedelta should have to hold.
        return min(timedelta(seconds=int(value[:10])), LONGEST_RETRY_AFTER)
    moment = _http_date(value)
    if moment is None:
        return None
    return _clamped(moment - _time_of(answer, now), LONGEST_RETRY_AFTER)


def _time_of(answer: Answer, now: datetime) -> datetime:
    # Against the server's own clock, where it shows one: ours or its may be wrong.
    return _http_date(answer.header("date")) or now


def _clamped(span: timedelta, longest: timedelta) -> timedelta:
    return min(max(span, timedelta(0)), longest)


def _http_date(value: str | None) -> datetime | None:
    if not value:
        return None
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
