"""/-/metrics: measurements for Prometheus and what reads its format.

A fixed number of series whatever is followed; `?feeds=1` adds some for each feed. What only a
daemon can tell of itself is left out while there is none: its last words would be taken for now.
"""

import math
import platform
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from datasette.utils.asgi import BadRequest, Request, Response

from aggregator.publish.browse.health import NEVER_KEPT
from aggregator.publish.browse.site import Site
from aggregator.publish.exposition import (
    CONTENT_TYPES,
    Family,
    Kind,
    by_label,
    counter,
    exposition,
    gauge,
    seconds_of,
    wants_open_metrics,
)
from aggregator.store.daemon_state import DaemonState
from aggregator.store.diagnosis import Status, VitalSigns, is_up, judge
from aggregator.store.measurements import (
    RECENT_ARTICLES,
    RECENT_POLLS,
    FeedMeasurement,
    Measurements,
    feed_measurements,
    measurements,
)
from aggregator.store.vital_signs import vital_signs
from aggregator.version import __version__

QUANTILES: Final = (0.5, 0.9, 0.99)


async def metrics_answer(request: Request, site: Site) -> Response:
    """Answer with the text that the Accept header prefers."""
    asked = request.args.get("feeds") or "0"
    if asked not in {"0", "1"}:
        raise BadRequest("feeds is 1 for series of each feed, or 0.")
    now = datetime.now(UTC)
    database = site.datasette.get_database(site.database_name)
    path = Path(database.path) if database.path else None

    def ask(connection: sqlite3.Connection) -> list[Family]:
        signs = vital_signs(connection, now, path)
        found = [*_of_the_daemon(signs, now), *_of_the_work(measurements(connection))]
        return found + (_of_each_feed(feed_measurements(connection)) if asked == "1" else [])

    families = await site.read(ask)
    is_open = wants_open_metrics(request.headers.get("accept", ""))
    return Response(
        exposition(families, open_metrics=is_open),
        headers=dict(NEVER_KEPT),
        content_type=CONTENT_TYPES[is_open],
    )


def _of_the_daemon(signs: VitalSigns, now: datetime) -> list[Family]:
    status = judge(signs, now).status
    daemon = signs.daemon
    is_there = is_up(daemon, now)
    versions = {"version": __version__, "python": platform.python_version()}
    if daemon is not None:
        versions |= {"version": daemon.version, "sqlite": daemon.sqlite_version}
    statuses: dict[str, float | None] = {each: float(each is status) for each in Status}
    return [
        Family("aggregator_build", Kind.INFO, "Versions of the parts.", [(versions, 1)]),
        by_label(
            "aggregator_health_status",
            "1 for how the daemon is, as /-/health says it; 0 for the others.",
            "status",
            statuses,
        ),
        by_label(
            "aggregator_trouble",
            "1 for each thing that is wrong with the daemon as a whole.",
            "name",
            {name: 1 for name, _ in signs.troubles},
        ),
        gauge("aggregator_troubles", "Things wrong with it as a whole.", len(signs.troubles)),
        gauge(
            "aggregator_disk_free_bytes",
            "Room left where the database is.",
            signs.disk_free_bytes,
            unit="bytes",
        ),
        gauge("aggregator_daemon_up", "1 while a daemon works, else 0.", float(is_there)),
        gauge(
            "aggregator_daemon_heartbeat_age_seconds",
            "How long ago the daemon wrote its last heartbeat, also when it was stopped since.",
            (now - daemon.beat).total_seconds() if daemon else None,
            unit="seconds",
        ),
        *(_of_the_last_beat(daemon, now) if daemon and is_there else []),
    ]


def _of_the_last_beat(daemon: DaemonState, now: datetime) -> list[Family]:
    bytes_of = {
        "aggregator_daemon_memory_bytes": (
            "Resident memory of the daemon.",
            daemon.usage.memory_bytes,
        ),
        "aggregator_database_bytes": ("Size of the database file.", daemon.database_bytes),
        "aggregator_database_free_bytes": (
            "Of the database file, what is free for what comes next.",
            daemon.database_free_bytes,
        ),
        "aggregator_database_log_bytes": ("Size of the write-ahead log.", daemon.log_bytes),
    }
    stages = daemon.stages
    return [
        gauge(
            "aggregator_daemon_start_timestamp_seconds",
            "When the daemon began.",
            seconds_of(daemon.started),
            unit="seconds",
        ),
        gauge("aggregator_daemon_threads", "Threads of the daemon.", daemon.usage.threads),
        gauge(
            "aggregator_daemon_open_files",
            "Open files and sockets of the daemon.",
            daemon.usage.open_files,
        ),
        *(gauge(name, text, value, unit="bytes") for name, (text, value) in bytes_of.items()),
        by_label(
            "aggregator_stage_pending",
            "What was due for a stage at the last heartbeat.",
            "stage",
            {stage.stage: stage.pending for stage in stages},
        ),
        by_label(
            "aggregator_stage_under_way",
            "Units of work begun: hosts to poll, pages to read.",
            "stage",
            {stage.stage: stage.under_way for stage in stages},
        ),
        by_label(
            "aggregator_stage_waiting_seconds",
            "How long the first of what is due has waited.",
            "stage",
            {
                stage.stage: (now - stage.waiting_since).total_seconds()
                if stage.waiting_since
                else 0
                for stage in stages
            },
            unit="seconds",
        ),
        by_label(
            "aggregator_stage_last_end_timestamp_seconds",
            "When a stage last ended a unit of work.",
            "stage",
            {stage.stage: seconds_of(stage.ended) for stage in stages},
            unit="seconds",
        ),
    ]


def _of_the_work(measured: Measurements) -> list[Family]:
    return [
        *(
            counter(f"aggregator_{table}", f"The {table} that were ever stored.", count)
            for table, count in measured.totals.items()
        ),
        gauge("aggregator_copies", "Articles that copy another.", measured.copies),
        gauge("aggregator_edits", "Edits of articles that were noticed.", measured.edits),
        by_label("aggregator_feeds", "Listed feeds by how they are.", "health", {**measured.feeds}),
        by_label(
            "aggregator_set_aside",
            "Records on which a stage failed, which are tried again later.",
            "stage",
            {**measured.set_aside},
        ),
        by_label(
            "aggregator_recent_polls",
            f"The latest {RECENT_POLLS} polls by their outcome.",
            "outcome",
            {**measured.polls},
        ),
        _summary(
            "aggregator_poll_duration_seconds",
            f"How long the latest {RECENT_POLLS} polls took.",
            measured.poll_seconds,
        ),
        _summary(
            "aggregator_page_delay_seconds",
            f"How long after first sight the latest {RECENT_ARTICLES} articles had been read.",
            measured.page_seconds,
        ),
        gauge("aggregator_alerts_waiting", "Messages to be sent.", measured.alerts_waiting),
    ]


def _of_each_feed(feeds: Sequence[FeedMeasurement]) -> list[Family]:
    times = {
        "last_success": "When a feed last answered.",
        "last_new_entry": "When a feed last had something new.",
        "next_due": "When a feed is asked next.",
    }
    return [
        Family(
            "aggregator_feed",
            Kind.INFO,
            "The name of a feed, and how it is.",
            [({"feed": f.feed_id, "name": f.name, "health": f.health}, 1) for f in feeds],
        ),
        by_label(
            "aggregator_feed_failures",
            "How often a feed failed in a row.",
            "feed",
            {f.feed_id: f.failures for f in feeds},
        ),
        *(
            by_label(
                f"aggregator_feed_{name}_timestamp_seconds",
                text,
                "feed",
                {f.feed_id: seconds_of(getattr(f, name)) for f in feeds},
                unit="seconds",
            )
            for name, text in times.items()
        ),
    ]


def _summary(name: str, text: str, values: Sequence[float]) -> Family:
    """Return quantiles by nearest rank; without sums, since a window's sum is no counter."""
    samples = [
        ({"quantile": str(quantile)}, values[math.ceil(quantile * len(values)) - 1])
        for quantile in QUANTILES
        if values
    ]
    return Family(name, Kind.SUMMARY, text, samples, "seconds")
