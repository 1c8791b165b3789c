"""The export as a call for other programs: `aggregator.export`."""

from collections.abc import Generator
from datetime import datetime
from pathlib import Path

from aggregator.errors import NotFound
from aggregator.publish.export.columns import Record, Subject
from aggregator.store.connection import open_store
from aggregator.store.exporting import ExportFilter, conflict_ids, records, snapshot


def export(
    database: str | Path,
    what: str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    conflict: str | None = None,
    language: str | None = None,
    origins: int = 1,
    nested: bool = False,
    with_text: bool = False,
) -> Generator[Record, None, None]:
    """Return the records of `what` ("stories", "reports" or "feeds"), one by one.

    Columns, order and filters are those of `aggregator export`. All records are of one state of the
    database, which is opened for reading when the first is asked for, and let go after the last or
    with `close()`. `nested` gives stories their reports, `with_text` reports their texts.

    Raises ValueError at once for arguments that do not fit together; with the first record NotFound
    for a conflict that was never followed, StoreError where there is no database of ours.
    """
    wanted = ExportFilter(since, until, conflict, language, origins)
    subject = _subject(what)
    for name, moment in (("since", since), ("until", until)):
        if moment is not None and moment.tzinfo is None:
            raise ValueError(f"{name} has no time zone: add one, such as tzinfo=UTC")
    if nested and subject is not Subject.STORIES:
        raise ValueError(f"nested is for stories: leave it out for {subject}")
    if with_text and not nested and subject is not Subject.REPORTS:
        raise ValueError("with_text is for reports: ask for those, or for stories with nested=True")
    if subject is Subject.FEEDS and wanted != ExportFilter(language=language):
        raise ValueError("only language chooses feeds: leave out since, until, conflict, origins")
    return _records(Path(database), subject, wanted, nested=nested, with_text=with_text)


def _subject(what: str) -> Subject:
    try:
        return Subject(what)
    except ValueError:
        known = ", ".join(Subject)
        raise ValueError(f"there is no export of {what!r}: choose one of {known}") from None


def _records(
    path: Path, subject: Subject, wanted: ExportFilter, *, nested: bool, with_text: bool
) -> Generator[Record, None, None]:
    with open_store(path) as store, snapshot(store) as connection:
        if wanted.conflict is not None and wanted.conflict not in conflict_ids(connection):
            raise NotFound("conflict", wanted.conflict)
        yield from records(connection, subject, wanted, nested=nested, with_text=with_text)
