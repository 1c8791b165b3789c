"""What an export says of a story, a report and a feed: names, kinds and order of the columns.

They are a public interface: a column may be added at the end of a record, none is renamed. Each
record of an export has all of them, with None where there is nothing to say. Times are written as
in `aggregator.text.times`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from typing import Final

Record = Mapping[str, object]
"""One story, report or feed: values under the names of its columns."""


class Subject(StrEnum):
    """Of what there is one record each."""

    STORIES = "stories"
    REPORTS = "reports"
    FEEDS = "feeds"


class ColumnKind(Enum):
    """What the values of a column are; each may be None, lists are empty instead."""

    TEXT = auto()
    INTEGER = auto()
    NUMBER = auto()
    FLAG = auto()
    TIME = auto()
    TEXTS = auto()
    INTEGERS = auto()
    RECORDS = auto()


LISTS: Final = frozenset({ColumnKind.TEXTS, ColumnKind.INTEGERS, ColumnKind.RECORDS})


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `columns` are those of the records in it."""

    name: str
    kind: ColumnKind = ColumnKind.TEXT
    columns: tuple["Column", ...] = ()


def _columns(kinds: Mapping[str, ColumnKind], names: str) -> tuple[Column, ...]:
    return tuple(Column(name, kinds.get(name, ColumnKind.TEXT)) for name in names.split())


def _kinds(**names: str) -> dict[str, ColumnKind]:
    return {name: ColumnKind[kind.upper()] for kind, some in names.items() for name in some.split()}


_STORY: Final = _columns(
    _kinds(
        integer="story_id headline_article_id article_count origin_count source_count"
        " follows_story_id",
        time="opened_at first_report_at last_report_at changed_at",
        texts="languages countries kinds conflicts conflict_names places",
        integers="took_over report_ids",
    ),
    "story_id entry_id headline headline_article_id headline_reason summary language opened_at"
    " first_report_at last_report_at changed_at article_count origin_count source_count languages"
    " countries kinds conflicts conflict_names places image follows_story_id took_over report_ids",
)
_REPORT: Final = _columns(
    _kinds(
        integer="article_id story_id copy_of origin_id shared_with version",
        number="shared",
        time="published_at updated_at first_seen_at joined_at",
        texts="authors conflicts",
    ),
    "article_id story_id feed_id outlet source kind country language title url canonical_url image"
    " authors published_at published_how updated_at first_seen_at joined_at copy_of origin_id"
    " dependence origin_reason shared shared_with conflicts verdict body_source body_reason"
    " version",
)

_IMAGE: Final = _columns(
    _kinds(integer="image_width image_height"), "image_type image_width image_height"
)
"""What is declared of a picture; it stands behind the columns that were there before."""

FEED_COLUMNS: Final = _columns(
    _kinds(
        integer="failures article_count",
        flag="listed paused fulltext",
        time="added_at last_polled_at last_success_at last_new_entry_at",
        texts="tags",
    ),
    "feed_id name url homepage language country kind tags fulltext listed added_at title format"
    " health paused failures last_error last_polled_at last_success_at last_new_entry_at"
    " article_count",
)


def report_columns(*, with_text: bool = False) -> tuple[Column, ...]:
    """Return the columns of a report; `with_text` adds the article's own text."""
    return (*_REPORT, *((Column("text"),) if with_text else ()), *_IMAGE)


def story_columns(*, nested: bool = False, with_text: bool = False) -> tuple[Column, ...]:
    """Return the columns of a story; `nested` puts its reports in the place of their ids."""
    if not nested:
        return (*_STORY, *_IMAGE)
    reports = Column("reports", ColumnKind.RECORDS, report_columns(with_text=with_text))
    return (*(column for column in _STORY if column.name != "report_ids"), reports, *_IMAGE)


def columns_of(
    subject: Subject, *, nested: bool = False, with_text: bool = False
) -> tuple[Column, ...]:
    """Return the columns of the records of a subject; the options are as for those of each."""
    match subject:
        case Subject.STORIES:
            return story_columns(nested=nested, with_text=with_text)
        case Subject.REPORTS:
            return report_columns(with_text=with_text)
        case Subject.FEEDS:
            return FEED_COLUMNS
