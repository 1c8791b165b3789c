"""/feeds and /feeds.json: which feeds work, what is wrong with the others, and how we are."""

import sqlite3
from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from datasette.utils.asgi import BadRequest, Request, Response

from aggregator.poll.health import Condition
from aggregator.publish.browse.answers import page
from aggregator.publish.browse.health import as_json, health_of
from aggregator.publish.browse.site import Site
from aggregator.publish.browse.wording import GROUPS, HowItIs, how_it_is
from aggregator.store.failures import Failure, failures
from aggregator.store.health import (
    COUNTED_LIMIT,
    FeedHealth,
    ProgramHealth,
    feed_health,
    program_health,
)
from aggregator.text.times import to_text

_RECENT: Final = timedelta(days=1)


async def feeds_page(request: Request, site: Site) -> Response:
    """Answer with the listed feeds by how they are, those that need attention first."""
    state = _state(request.args.get("state") or "")
    now = datetime.now(UTC)

    def ask(
        connection: sqlite3.Connection,
    ) -> tuple[list[FeedHealth], ProgramHealth, list[Failure]]:
        return (
            feed_health(connection, since=now - _RECENT),
            program_health(connection, now),
            failures(connection, of_feeds=False),
        )

    found, program, failing = await site.read(ask)
    health = await health_of(site)
    feeds = [(feed, how_it_is(feed, now)) for feed in found]
    states = Counter(how.group for _, how in feeds)
    # What is wrong in particular, where that is not the name of a group as well.
    wrong = Counter(feed.health for feed, _ in feeds if feed.health not in GROUPS)
    shown = [(feed, how) for feed, how in feeds if state in {"", how.group, feed.health}]
    if request.url_vars.get("format") == "json":
        ours = {**as_json(health), "failures": [_failure(each) for each in failing]}
        return Response.json(ours | _as_json(program, states, shown))
    context = {
        "groups": {group: [each for each in shown if each[1].group == group] for group in GROUPS},
        "meanings": GROUPS,
        "state": state,
        "states": {group: states[group] for group in GROUPS if states[group]},
        "wrong": dict(sorted(wrong.items())),
        "feed_count": len(found),
        "program": program,
        "our_health": health,
        "failures": failing,
        "counted_limit": COUNTED_LIMIT,
    }
    return await page(request, site, "feeds.html", context)


def _state(asked: str) -> str:
    known = [*GROUPS, *Condition]
    if asked and asked not in known:
        raise BadRequest(f"state is one of {', '.join(known)}.")
    return asked


def _as_json(
    program: ProgramHealth, states: Counter[str], shown: list[tuple[FeedHealth, HowItIs]]
) -> dict[str, Any]:
    return {
        "feeds_by_state": {group: states[group] for group in GROUPS},
        "last_poll_at": time_of(program.last_poll),
        "last_grouped_at": time_of(program.last_grouped),
        "overdue_feeds": program.overdue,
        "overdue_since": time_of(program.due_since),
        "pages_to_read": program.pages,
        "articles_to_group": program.ungrouped,
        "set_aside": [
            {
                "stage": aside.stage,
                "records": aside.records,
                "next_retry_at": to_text(aside.next_retry),
            }
            for aside in program.set_aside
        ],
        "feeds": [
            {
                "feed_id": feed.feed_id,
                "name": feed.name,
                "state": how.group,
                "health": feed.health,
                "since": time_of(feed.since),
                "detail": feed.detail,
                "remedy": feed.remedy,
                "failures_in_a_row": feed.failures,
                "last_success_at": time_of(feed.last_success),
                "last_new_entry_at": time_of(feed.last_new_entry),
                "next_due_at": to_text(feed.next_due),
                "next_due_reason": feed.next_due_reason,
                "reports_in_a_day": feed.recent_articles,
            }
            for feed, how in shown
        ],
    }


def _failure(failure: Failure) -> dict[str, Any]:
    return {**asdict(failure), "since": time_of(failure.since)}


def time_of(moment: datetime | None) -> str | None:
    """Return a time as JSON has it, None for none."""
    return to_text(moment) if moment else None
