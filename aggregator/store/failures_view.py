"""The view `failures`: all that a user must know of, in one list, whoever found it."""

from typing import Final

from aggregator.poll.health import Condition
from aggregator.store.diagnosis import (
    BEAT_LEAST,
    BEAT_TICKS,
    DISK_FULL,
    ROOM_LEAST,
    WAITING_LONG,
    Status,
)

_HEARTBEAT: Final = f"""
SELECT 'heartbeat' AS what, 'daemon' AS record, beat_at AS since,
       'process ' || pid || ' has given no sign of life since then' AS detail,
       'See its log, and start it again: `aggregator run`.' AS remedy,
       '{Status.FAILING}' AS severity
FROM daemon
WHERE stopped_at IS NULL
  AND abs(strftime('%s', 'now') - strftime('%s', beat_at))
    > max({BEAT_LEAST.total_seconds():.0f}, {BEAT_TICKS} * tick_seconds)
"""  # noqa: S608 -- the pieces are constants of ours

_TROUBLES: Final = f"""
SELECT 'trouble', name, since, detail, remedy,
       iif(name = '{DISK_FULL}', '{Status.FAILING}', '{Status.DEGRADED}')
FROM troubles
"""  # noqa: S608 -- the same

_DISK: Final = f"""
SELECT 'disk', 'daemon', beat_at, disk_free_bytes || ' bytes are left where the database is',
       'Free some room.', '{Status.FAILING}'
FROM daemon
WHERE disk_free_bytes < {ROOM_LEAST}
"""  # noqa: S608 -- the same

_BOUNDS: Final = " ".join(
    f"WHEN '{stage}' THEN {bound.total_seconds():.0f}" for stage, bound in WAITING_LONG.items()
)

_STAGES: Final = f"""
SELECT 'stage', stage, max(waiting_since, started_at), pending || ' wait for it',
       'See the log of the daemon; start it again if it does nothing.', '{Status.DEGRADED}'
FROM daemon_stages
CROSS JOIN daemon
WHERE stopped_at IS NULL
  AND strftime('%s', 'now') - strftime('%s', max(waiting_since, started_at))
    > CASE stage {_BOUNDS} END
"""  # noqa: S608 -- the same

_PUSH: Final = f"""
SELECT 'push', 'service', changed_at, detail, 'Polling goes on; mend what it says.',
       '{Status.DEGRADED}'
FROM push_service
WHERE state = 'unusable'
"""  # noqa: S608 -- the same

_FEEDS: Final = f"""
SELECT iif(condition LIKE 'pages %', 'pages', 'feed'), feed_id, since, condition || ': ' || detail,
       remedy,
       iif(severity <= {Condition.PAGES_CHANGED.severity}, '{Status.DEGRADED}', 'notice')
FROM feed_conditions
JOIN feeds ON feeds.id = feed_id
WHERE listed = 1
"""  # noqa: S608 -- the same

_SET_ASIDE: Final = f"""
SELECT 'set aside', stage || ' ' || record, first_failed_at, error,
       'It is tried again at ' || retry_at || '. It is a fault of the program: please report it.',
       '{Status.DEGRADED}'
FROM set_aside
"""  # noqa: S608 -- the same

_ALERTS: Final = f"""
SELECT 'alert', rule || ' by ' || channel, since, health || ': ' || last_error,
       'Mend the channel; `aggregator alerts test` tries it, `aggregator alerts list` has each'
       || ' message.',
       '{Status.DEGRADED}'
FROM alert_health
WHERE health <> 'working'
"""  # noqa: S608 -- the same

_SOURCES: Final = (_HEARTBEAT, _DISK, _TROUBLES, _STAGES, _PUSH, _SET_ASIDE, _ALERTS, _FEEDS)

FAILURES: Final = "UNION ALL".join(_SOURCES)
"""Its SELECT: the program first, the feeds last."""
