"""When digests are made; all in UTC."""

from datetime import datetime, timedelta

from aggregator.config.alert_rules import Digest, Period

_SPANS = {Period.HOURLY: timedelta(hours=1), Period.DAILY: timedelta(days=1)}


def last_time(digest: Digest, now: datetime) -> datetime:
    """Return the last moment up to `now` at which the digest was to be made."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    if digest.every is Period.HOURLY:
        return hour
    at = hour.replace(hour=digest.at)
    return at if at <= now else at - _SPANS[Period.DAILY]


def next_time(digest: Digest, now: datetime) -> datetime:
    """Return the first moment after `now` at which the digest is to be made."""
    return last_time(digest, now) + _SPANS[digest.every]
