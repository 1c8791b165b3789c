"""A feed over time on a made-up clock: what it answers, and what we come to know of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from aggregator.model import (
    DueFeed,
    Entry,
    Feed,
    FeedState,
    FetchResult,
    HttpUrl,
    IdentityKind,
    Outcome,
    ParsedFeed,
    PlainText,
    Validators,
)
from aggregator.poll.decide import PollDecision, decide
from aggregator.poll.health import Condition
from aggregator.poll.outcome import AppliedPoll, PollOutcome
from aggregator.poll.requests import request_for
from aggregator.poll.schedule import Limits

NOW = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
URL = HttpUrl("https://peak.example/feed")
NEW_URL = HttpUrl("https://summit.example/feed")
FEED = Feed(id="peak", name=PlainText("Peak"), url=URL)
LIMITS = Limits(timedelta(minutes=5), timedelta(hours=1))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TAG = Validators('"a"')


class Publisher:
    """A feed over time: what it answers, and what we come to know of it."""

    def __init__(self) -> None:
        self.now = NOW
        self.state = FeedState()

    def poll(self, after: timedelta = HOUR, **answer: Any) -> PollDecision:
        self.now += after
        due = DueFeed(FEED, self.state)
        applied = answer.pop("applied", AppliedPoll())
        digest = answer.pop("digest", None)
        parsed = answer.pop("parsed", None)
        error = answer.pop("unreadable", answer.get("error"))
        given: dict[str, Any] = {"outcome": Outcome.FRESH, "received_at": self.now, "status": 200}
        request, result = request_for(due, self.now), FetchResult(due.url, **given | answer)
        outcome = PollOutcome(FEED.id, request, result, digest, parsed, (), error)
        decision = decide(due, outcome, applied, now=self.now, limits=LIMITS)
        self.state = decision.state
        return decision

    def document(self, *entries: Entry, digest: str = "1", **more: Any) -> PollDecision:
        parsed = ParsedFeed("rss20", PlainText("Peak"), entries, **more.pop("says", {}))
        more.setdefault("validators", TAG)
        return self.poll(parsed=parsed, digest=digest, **more)

    def unchanged(self, after: timedelta = HOUR) -> PollDecision:
        return self.poll(after, outcome=Outcome.UNCHANGED, status=304)

    def asks_at(self) -> HttpUrl:
        return request_for(DueFeed(FEED, self.state), self.now).url

    def moves_seen(self) -> int:
        return self.state.move.polls if self.state.move else 0

    def identifies_by(self) -> IdentityKind:
        return self.state.identify_by

    @property
    def asks_for_all(self) -> bool:
        request = request_for(DueFeed(FEED, self.state), self.now)
        return request.validators == Validators()


def item(number: int, published: datetime | None = NOW) -> Entry:
    return Entry(
        identity=f"guid:{number}",
        identity_kind=IdentityKind.GUID,
        url=HttpUrl(f"https://peak.example/{number}"),
        title=PlainText(f"Report {number}"),
        published=published,
    )


def conditions(decision: PollDecision) -> list[Condition]:
    return [finding.condition for finding in decision.findings]


def busy() -> Publisher:
    """Return a feed with an entry each two hours, whose last document came an hour ago."""
    publisher = Publisher()
    moments = tuple(NOW - n * 2 * HOUR for n in range(100))
    publisher.document(
        *(item(n, moment) for n, moment in enumerate(moments)),
        applied=AppliedPoll(new=100, moments=moments),
    )
    return publisher
