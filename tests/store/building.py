"""Outcomes of the stages before the store, built by hand."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aggregator.config import Config, Settings
from aggregator.group.conflict.conflicts import ConflictMatch
from aggregator.model import (
    Article,
    BodySource,
    ChangeKind,
    Conflict,
    Decision,
    Entry,
    Explanation,
    Feed,
    FetchKind,
    FetchRequest,
    FetchResult,
    HttpUrl,
    IdentityKind,
    Outcome,
    ParsedFeed,
    PlainText,
    SafeHtml,
    SourceKind,
    Validators,
    Verdict,
)
from aggregator.poll.decide import PollDecision, decide
from aggregator.poll.outcome import AppliedPoll, HashedEntry, PollOutcome
from aggregator.poll.parse import entry_hash
from aggregator.poll.schedule import Limits
from aggregator.store import Store
from aggregator.store.feeds import due_feed
from aggregator.store.grouping import apply_groups, pending_reports
from aggregator.store.outcomes import GroupOutcome, PageOutcome
from aggregator.store.pages import apply_page, pending_pages
from aggregator.store.polls import PollWrite, apply_poll

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)

COURIER = Feed(
    id="courier",
    name=PlainText("Harbour Courier"),
    url=HttpUrl("https://courier.example/feed"),
    language="en",
    country="GB",
)
AGENCY = replace(
    COURIER,
    id="agency",
    name=PlainText("Coast Agency"),
    url=HttpUrl("https://agency.example/feed"),
    kind=SourceKind.WIRE,
)
CONFLICT = Conflict("straits", PlainText("The straits"), keywords=("Orlane",))


def config(*feeds: Feed, conflicts: tuple[Conflict, ...] = (CONFLICT,)) -> Config:
    return Config(Path("feeds.yaml"), Settings(), feeds, conflicts)


def entry(number: int, *, host: str = "courier", title: str | None = None) -> Entry:
    return Entry(
        identity=f"guid:{host}-{number}",
        identity_kind=IdentityKind.GUID,
        url=HttpUrl(f"https://{host}.example/{number}"),
        title=PlainText(title or f"Report number {number}"),
        summary=SafeHtml(f"<p>Summary of {number}</p>"),
        published=NOW - timedelta(hours=1),
        published_how="published",
    )


def poll_outcome(feed: Feed, *entries: Entry, etag: str = '"1"') -> PollOutcome:
    result = FetchResult(
        feed.url,
        Outcome.FRESH,
        NOW,
        status=200,
        final_url=feed.url,
        body=b"bytes",
        validators=Validators(etag, None),
    )
    hashed = tuple(HashedEntry(e, entry_hash(e)) for e in entries)
    parsed = ParsedFeed("rss20", PlainText(feed.name), entries)
    return PollOutcome(feed.id, request_of(feed), result, f"digest {etag}", parsed, hashed, None)


def failed_outcome(feed: Feed, outcome: Outcome = Outcome.FAILED) -> PollOutcome:
    result = FetchResult(feed.url, outcome, NOW, status=500, error="HTTP 500")
    return PollOutcome(feed.id, request_of(feed), result, None, None, (), "HTTP 500")


def request_of(feed: Feed) -> FetchRequest:
    return FetchRequest(feed.url, FetchKind.FEED)


def write_of(store: Store, outcome: PollOutcome, now: datetime = NOW) -> PollWrite:
    """Return what the pipeline would store of a poll."""
    due = due_feed(store, outcome.feed_id)
    assert due is not None
    limits = Limits(timedelta(minutes=5), timedelta(hours=1))

    def decision(applied: AppliedPoll, push_wait: timedelta | None) -> PollDecision:
        return decide(due, outcome, applied, now=now, limits=limits, push_wait=push_wait)

    return PollWrite(due, outcome, decision)


def poll(store: Store, outcome: PollOutcome, now: datetime = NOW) -> AppliedPoll:
    return apply_poll(store, write_of(store, outcome, now), now)


def page_article(number: int, *, host: str = "courier", body: str = "First.\n\nSecond.") -> Article:
    return Article(
        url=HttpUrl(f"https://{host}.example/{number}"),
        title=PlainText(f"Report number {number}"),
        body=PlainText(body),
        verdict=Verdict.ARTICLE,
        authors=(PlainText("Desk"),),
        published=NOW - timedelta(hours=1),
        published_how="json-ld",
        language="en",
        site=PlainText(host),
        body_source=BodySource.PAGE,
    )


def scrape_all(store: Store, now: datetime = NOW) -> None:
    for page in pending_pages(store, now, 100):
        host = page.feed.id
        number = int(page.entry.identity.rpartition("-")[2])
        outcome = PageOutcome(page.article_id, page_article(number, host=host), 0, None)
        apply_page(store, outcome, now)


def group_all(
    store: Store,
    opened_by: int | None = None,
    copy_of: int | None = None,
    now: datetime = NOW,
) -> None:
    """Put each pending article into the story that `opened_by` opened, else into one of its own."""
    outcomes = []
    for report in pending_reports(store, now, 100):
        kind = ChangeKind.ADD if opened_by else ChangeKind.OPEN
        key = str(opened_by or report.article_id)
        why = Explanation(0.8, 0.5, ("bridge", "Orlane"), {"likeness": 0.71}, key, None)
        decision = Decision(
            str(report.article_id), kind, key, why, str(copy_of) if copy_of else None
        )
        outcomes.append(
            GroupOutcome(report, decision, (ConflictMatch("straits", 1.0, ("Orlane",)),))
        )
    apply_groups(store, outcomes, now)
