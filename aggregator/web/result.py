"""How a request ended, as a value: what answers mean for the one who asked."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from aggregator.errors import FetchError, TooManyRedirects
from aggregator.model import (
    FetchKind,
    FetchRequest,
    FetchResult,
    HttpUrl,
    Outcome,
    SideAnswer,
    Validators,
)
from aggregator.text.bot_walls import bot_wall, looks_like_html
from aggregator.text.clean import plain_line
from aggregator.web.answer import Answer, max_age, redirect_target, retry_after, validators
from aggregator.web.exchange import BEGINNING
from aggregator.web.links import links
from aggregator.web.robots import Permission

_ERROR_LIMIT: Final = 300
# Pages of the publisher, not of a service before it.
_ABSENT: Final = frozenset({404, 410, 451})


@dataclass(slots=True)
class Journey:
    """Where one request has got to on its chain of redirects."""

    url: HttpUrl
    visited: set[HttpUrl] = field(default_factory=set)
    is_permanent: bool = True
    seconds: float = 0.0
    side_answers: list[SideAnswer] = field(default_factory=list)

    def go_on(self, answer: Answer, limit: int) -> None:
        """Take the redirect that `answer` is; raises FetchError when it leads nowhere."""
        self.visited.add(self.url)
        self.note(answer)
        self.is_permanent = self.is_permanent and answer.is_permanent
        target = redirect_target(self.url, answer)
        if target in self.visited:
            raise TooManyRedirects(self.url, "the redirects go in a circle")
        if len(self.visited) > limit:
            raise TooManyRedirects(self.url, f"more than {limit} redirects")
        self.url = target

    def note(self, answer: Answer) -> None:
        """Remember an answer from here that is not what was asked for."""
        if answer.exchange is None:
            return
        body = answer.body[:BEGINNING]
        self.side_answers.append(
            SideAnswer(
                self.url,
                answer.exchange,
                answer.header("content-type"),
                body,
                is_whole=answer.is_whole and len(body) == len(answer.body),
            )
        )


def failed(
    request: FetchRequest, journey: Journey, error: FetchError, now: datetime
) -> FetchResult:
    """Return the end of a request that got no answer."""
    return FetchResult(
        url=request.url,
        outcome=Outcome.FAILED,
        received_at=now,
        failure=type(error).__name__,
        error=plain_line(f"{type(error).__name__}: {error.detail}", limit=_ERROR_LIMIT),
        took=timedelta(seconds=journey.seconds),
    )


def not_permitted(
    request: FetchRequest, journey: Journey, permission: Permission, now: datetime
) -> FetchResult:
    """Return the end of a request that robots.txt forbids, for good or for now."""
    return FetchResult(
        url=request.url,
        outcome=Outcome.BLOCKED if permission.retry_after is None else Outcome.LATER,
        received_at=now,
        retry_after=permission.retry_after,
        error=plain_line(permission.error or "", limit=_ERROR_LIMIT),
        took=timedelta(seconds=journey.seconds),
    )


def ended(request: FetchRequest, journey: Journey, answer: Answer, now: datetime) -> FetchResult:
    """Return the end of a request that has its last answer."""
    outcome = answer.outcome
    result = FetchResult(
        url=request.url,
        outcome=outcome,
        received_at=now,
        status=answer.status,
        final_url=journey.url,
        content_type=answer.header("content-type"),
        retry_after=retry_after(answer, now) if outcome is Outcome.LATER else None,
        took=timedelta(seconds=journey.seconds),
    )
    wall = _wall(request.kind, answer)
    if wall is None and outcome is Outcome.FRESH:
        return replace(
            _arrived(result, journey, answer, validators(answer)),
            body=answer.body,
            exchange=answer.exchange,
            side_answers=tuple(journey.side_answers),
            links=links(answer, journey.url) if request.kind is FetchKind.FEED else (),
        )
    if wall is None and outcome is Outcome.UNCHANGED and request.validators != Validators():
        return _arrived(result, journey, answer, _confirmed(request.validators, answer))
    journey.note(answer)
    result = replace(result, side_answers=tuple(journey.side_answers))
    if wall is not None:
        return replace(
            result, outcome=Outcome.BLOCKED, bot_wall=wall, error=_wall_error(wall, answer)
        )
    return replace(result, outcome=_not_had(outcome), error=_error(request, answer))


def _arrived(
    result: FetchResult, journey: Journey, answer: Answer, fresh: Validators
) -> FetchResult:
    has_moved = bool(journey.visited) and journey.is_permanent
    return replace(
        result,
        permanent_url=journey.url if has_moved else None,
        validators=fresh,
        max_age=max_age(answer, result.received_at),
    )


def _confirmed(known: Validators, answer: Answer) -> Validators:
    # A 304 need not repeat what it confirms.
    fresh = validators(answer)
    return Validators(fresh.etag or known.etag, fresh.last_modified or known.last_modified)


def _not_had(outcome: Outcome) -> Outcome:
    return Outcome.FAILED if outcome is Outcome.UNCHANGED else outcome


def _error(request: FetchRequest, answer: Answer) -> str:
    if answer.outcome is Outcome.UNCHANGED:
        return f"{answer.status_line}, though nothing was compared"
    if answer.is_redirect and request.is_post:
        what = "a form" if request.form is not None else "a message"
        return f"{answer.status_line}: {what} is not sent on to another address"
    return answer.status_line


def _wall(kind: FetchKind, answer: Answer) -> str | None:
    """Return which service tests for people, where one may stand in for what was asked."""
    if kind not in {FetchKind.FEED, FetchKind.PAGE} or answer.outcome is Outcome.UNCHANGED:
        return None
    body = answer.body[:BEGINNING]
    is_page = answer.outcome is Outcome.FRESH and not (
        kind is FetchKind.FEED and looks_like_html(body)
    )
    if is_page or answer.status in _ABSENT:
        # Pages may say and load anything; the headers are the service's own.
        body = b""
    return bot_wall(answer.status, answer.headers, body)


def _wall_error(wall: str, answer: Answer) -> str:
    return (
        f"{answer.status_line}: {wall} wants to see a person here; ask the publisher for an address"
        " that programs may read"
    )
