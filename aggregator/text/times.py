"""Times as text: one spelling in the database and in every output."""

from datetime import UTC, datetime


def to_text(moment: datetime) -> str:
    """Return an aware time as "2026-03-01T09:14:00Z": UTC, whole seconds, sorts as text."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def from_text(text: str) -> datetime:
    """Return the aware UTC time that ISO 8601 `text` means; a time without a zone is UTC.

    Raises ValueError when it is no ISO 8601 time.
    """
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
