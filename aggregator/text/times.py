"""Times as text: one spelling in the database and in every output."""

from datetime import UTC, datetime
from typing import Final

_WHOLE_SECONDS: Final = len("2026-03-01T09:14:00")


def to_text(moment: datetime) -> str:
    """Return an aware time as "2026-03-01T09:14:00Z": UTC, whole seconds, sorts as text."""
    utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return f"{utc.isoformat(timespec='seconds')[:_WHOLE_SECONDS]}Z"


def from_text(text: str) -> datetime:
    """Return the aware UTC time that ISO 8601 `text` means; a time without a zone is UTC.

    Raises ValueError when it is no ISO 8601 time.
    """
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
