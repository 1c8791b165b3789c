"""How many links to ended stories are right, and how many are found, on labelled news.

    python -m bench.grouping_follow_ups --data FOLDER [--only gva]

Each set goes through the store and the grouping stage as the daemon runs them, day by day, one
window of seven days. A link is right if the story to which it leads has a report of the event of
the article that was linked. An article that opens a story is a true follow-up if its event was last
reported more than the window before, and not so long ago that no link is sought; found are those
with a right link.

The constants of `aggregator.group.follow_ups` were fitted on `gva`: its figures flatter. The other
sets last a month or three and have few true follow-ups.
"""

import argparse
import tempfile
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Final

from aggregator.config import Config, Settings
from aggregator.group.follow_ups import FOLLOWED_FOR
from aggregator.group.stories import WINDOW
from aggregator.model import (
    Article,
    BodySource,
    Entry,
    Feed,
    GroupInput,
    HttpUrl,
    IdentityKind,
    PlainText,
    Verdict,
)
from aggregator.pipeline.grouping import StoryStage
from aggregator.poll.outcome import HashedEntry
from aggregator.poll.parse import entry_hash
from aggregator.store import Store, open_store
from aggregator.store.entries import index_articles, newest_article, store_entries
from aggregator.store.feeds import sync_config
from aggregator.store.grouping import apply_groups, pending_reports
from aggregator.store.outcomes import PageOutcome
from aggregator.store.pages import apply_page, pending_pages
from aggregator.store.story_links import followed
from bench.labelled import SETS, Stream, read_stream
from bench.tables import print_head, print_row

DATED_SETS: Final = ("gva", "og2021", "allsides_dated", "wikinews")

_FEED: Final = Feed(
    "labelled", PlainText("Labelled news"), HttpUrl("https://labelled.example/feed")
)
_AT_ONCE: Final = 100_000


@dataclass(frozen=True, slots=True)
class Opening:
    """An article that opened a story; `linked` are the events of the story that it takes up."""

    event: str
    moment: datetime
    linked: frozenset[str] | None = None

    @property
    def is_right(self) -> bool:
        """Whether it takes up a story of its own event."""
        return self.linked is not None and self.event in self.linked


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of links, right ones, true follow-ups, and of those that have a right link."""

    links: int
    right: int
    follow_ups: int
    found: int


def figures(openings: Sequence[Opening], reports: Iterable[tuple[str, datetime]]) -> Figures:
    """Judge the links of a set by all its reports: event and time of each."""
    times: defaultdict[str, list[datetime]] = defaultdict(list)
    for event, moment in sorted(reports):
        times[event].append(moment)
    follow_ups = [one for one in openings if _is_follow_up(one, times[one.event])]
    return Figures(
        links=sum(one.linked is not None for one in openings),
        right=sum(one.is_right for one in openings),
        follow_ups=len(follow_ups),
        found=sum(one.is_right for one in follow_ups),
    )


def _is_follow_up(opening: Opening, times: Sequence[datetime]) -> bool:
    before = bisect_left(times, opening.moment)
    return before > 0 and WINDOW < opening.moment - times[before - 1] <= FOLLOWED_FOR


def openings_of(stream: Stream, folder: Path) -> list[Opening]:
    """Put a dated stream through the store and the grouping stage, and return what opened."""
    dated = [(article, event) for article, event in stream if article.published]
    first = _moment(dated[0][0])
    with open_store(folder / "labelled.db", now=first) as store:
        # Nobody needs these rows after a power cut.
        store.connection.execute("PRAGMA synchronous = OFF")
        sync_config(store, Config(Path("feeds.yaml"), Settings(), (_FEED,), ()), first)
        stage = StoryStage(store, (), WINDOW)
        known: dict[int, tuple[GroupInput, str]] = {}
        for _, day in groupby(dated, key=lambda item: _moment(item[0]).date()):
            known |= _add(store, stage, list(day))
        return _openings(store, known)


def _add(store: Store, stage: StoryStage, day: Stream) -> dict[int, tuple[GroupInput, str]]:
    """Store and group the articles of a day; return them by the numbers that they got."""
    now = _moment(day[-1][0]) + timedelta(minutes=1)
    by_identity = {article.id: (article, event) for article, event in day}
    entries = [_entry(article) for article, _ in day]
    before = newest_article(store.connection)
    with store.transaction() as connection:
        hashed = [HashedEntry(entry, entry_hash(entry)) for entry in entries]
        store_entries(connection, _FEED, hashed, now)
        index_articles(connection, before)
    numbers = {}
    for page in pending_pages(store, now, _AT_ONCE):
        numbers[page.article_id] = by_identity[page.entry.identity]
        report = _page(by_identity[page.entry.identity][0])
        apply_page(store, PageOutcome(page.article_id, report, 0, None), now)
    batch = stage.group_all(store, pending_reports(store, now, _AT_ONCE))
    for _, error in batch.failed:
        raise error
    apply_groups(store, batch.decided, now)
    stage.all_stored()
    return numbers


def _openings(store: Store, known: dict[int, tuple[GroupInput, str]]) -> list[Opening]:
    members: defaultdict[int, set[str]] = defaultdict(set)
    for story, article in store.connection.execute(
        "SELECT story_id, article_id FROM story_members ORDER BY id"
    ):
        members[story].add(known[article][1])
    found = []
    for story, article in store.connection.execute(
        "SELECT id, opened_by FROM stories WHERE merged_into IS NULL ORDER BY id"
    ).fetchall():
        earlier = followed(store.connection, story)
        found.append(
            Opening(
                event=known[article][1],
                moment=_moment(known[article][0]),
                linked=frozenset(members[earlier[0].id]) if earlier else None,
            )
        )
    return found


def _moment(article: GroupInput) -> datetime:
    assert article.published
    return article.published


def _address(article: GroupInput) -> HttpUrl:
    # Articles of unknown sources are not of one source.
    number = sha256(article.id.encode()).hexdigest()[:16]
    return HttpUrl(f"https://{article.source or f'unknown-{number}.example'}/{number}")


def _entry(article: GroupInput) -> Entry:
    return Entry(
        identity=article.id,
        identity_kind=IdentityKind.GUID,
        url=_address(article),
        title=PlainText(article.title),
        published=article.published,
        published_how="published",
    )


def _page(article: GroupInput) -> Article:
    return Article(
        url=_address(article),
        title=PlainText(article.title),
        body=PlainText(article.text),
        verdict=Verdict.ARTICLE,
        published=article.published,
        published_how="feed",
        language=article.language,
        body_source=BodySource.PAGE if article.text else BodySource.NONE,
    )


def main() -> None:
    """Print a row for each set."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the sets")
    parser.add_argument("--only", nargs="+", choices=SETS, default=list(DATED_SETS))
    arguments = parser.parse_args()
    print_head("set", "stories", "links", "right", "true follow-ups", "found")
    for name in arguments.only:
        stream = read_stream(arguments.data, name)
        with tempfile.TemporaryDirectory() as folder:
            openings = openings_of(stream, Path(folder))
        reports = [(event, article.published) for article, event in stream]
        judged = figures(openings, [(event, moment) for event, moment in reports if moment])
        print_row(
            [
                name,
                f"{len(openings):,}",
                str(judged.links),
                _share(judged.right, judged.links),
                str(judged.follow_ups),
                _share(judged.found, judged.follow_ups),
            ]
        )


def _share(part: int, whole: int) -> str:
    return f"{part} ({part / whole:.1%})" if whole else "-"


if __name__ == "__main__":
    main()
