"""What has been published so far: pure bookkeeping, without sockets or clocks."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count

from tests.newsroom.layouts import TEASER_PARAGRAPHS
from tests.newsroom.world import (
    Correction,
    Fault,
    Outlet,
    Published,
    Report,
    Truth,
    World,
    before,
    path_of,
    with_weekdays,
)


@dataclass(frozen=True, slots=True)
class Pending:
    """A report or an edit that is written and waits for its turn in live mode."""

    report: Report
    correction: Correction | None = None


class Newsdesk:
    """Keeps every article by host and path, in order of publication.

    `now` is the newsroom's start. Of the world's reports the share `held_back` (0 to 1), the latest
    ones, waits in `pending`, and so do the corrections; with 0 all are published, and corrected.
    """

    def __init__(self, world: World, root: str, now: datetime, held_back: float = 0.0) -> None:
        self.outlets = {outlet.id: outlet for outlet in world.outlets}
        self.faults: dict[str, Fault] = {
            outlet.id: outlet.fault for outlet in world.outlets if outlet.fault
        }
        self._root = root
        self._conflicts = dict(world.conflict_of())
        self._articles: dict[str, Published] = {}
        self._by_key: dict[str, str] = {}
        self._changed: dict[str, datetime] = {}
        self.pending: list[Pending] = []
        self._open(world, now, held_back)

    def _open(self, world: World, now: datetime, held_back: float) -> None:
        reports = [with_weekdays(report, now) for event in world.events for report in event.reports]
        reports.sort(key=lambda report: -(report.hours_ago or 0.0))
        first = round(len(reports) * (1 - held_back))
        for report in reports[:first]:
            url = self.publish(report, before(now, report.hours_ago or 0.0))
            if not held_back:
                self._correct_at_once(url, report, now)
        late = [Pending(report) for report in reports[first:]]
        edits = [
            Pending(report, correction) for report in reports for correction in report.corrections
        ]
        self.pending = _interleave(late, edits) if held_back else []

    def _correct_at_once(self, url: str, report: Report, now: datetime) -> None:
        for correction in report.corrections:
            published = self._articles[url].published
            self.correct(url, correction, min(now, published + timedelta(hours=2)))

    def publish(self, report: Report, moment: datetime) -> str:
        """Put a report on its outlet's site and feed, and return its address."""
        outlet = self.outlets[report.outlet]
        if report.key in self._by_key:
            raise ValueError(f"{report.key} is published already")
        paths = (path_of(report, outlet, moment, attempt) for attempt in count(1))
        url = next(
            url for path in paths if (url := self.url(outlet.id, path)) not in self._articles
        )
        self._articles[url] = Published(
            report,
            outlet,
            url,
            moment,
            conflict=self._conflicts.get(report.event),
            position=len(self._articles),
        )
        self._by_key[report.key] = url
        self._touch(outlet.id, moment)
        return url

    def correct(self, url: str, correction: Correction, moment: datetime) -> None:
        """Edit a published report in place; its address stays."""
        article = self._articles[url]
        report = replace(
            article.report,
            headline=correction.headline or article.report.headline,
            body=correction.body or article.report.body,
        )
        self._articles[url] = replace(article, report=report, updated=moment)
        self._touch(article.outlet.id, moment)

    def take_down(self, url: str) -> None:
        """Let the page of a published report answer 404 from now on."""
        article = self._articles[url]
        self._articles[url] = replace(article, report=replace(article.report, missing=True))

    def _touch(self, outlet: str, moment: datetime) -> None:
        # Last-Modified counts whole seconds; two changes within one would look like none.
        moment = moment.replace(microsecond=0)
        last = self._changed.get(outlet)
        self._changed[outlet] = max(moment, last + timedelta(seconds=1)) if last else moment

    def attribute(self, event: str, conflict: str | None) -> None:
        """Say to which conflict an event belongs that came up after the start."""
        self._conflicts[event] = conflict

    def url(self, host: str, path: str = "/") -> str:
        """Return the address of a path on a host of this newsroom."""
        return self._root.replace("://", f"://{host}.localhost", 1) + path

    def changed(self, outlet: Outlet, default: datetime) -> datetime:
        """Return when the outlet last published or edited anything."""
        return self._changed.get(outlet.id, default)

    def articles(self, outlet: str | None = None) -> tuple[Published, ...]:
        """Return the articles of one outlet, or of all, newest first."""
        chosen = [a for a in self._articles.values() if outlet in (None, a.outlet.id)]
        return tuple(sorted(chosen, key=lambda a: (a.published, a.position), reverse=True))

    def article(self, url: str) -> Published | None:
        """Return the article at an address."""
        return self._articles.get(url)

    def address(self, key: str) -> str | None:
        """Return the address of a report by its key, once it is published."""
        return self._by_key.get(key)

    def truth(self) -> Mapping[str, Truth]:
        """Return what is known of each address, in order of publication time."""
        return {article.url: self._truth(article) for article in reversed(self.articles())}

    def _truth(self, article: Published) -> Truth:
        report = article.report
        shown = (
            report.body[:TEASER_PARAGRAPHS] if article.outlet.layout == "paywall" else report.body
        )
        return Truth(
            event=report.event,
            copy_of=self.address(report.copy_of) if report.copy_of else None,
            conflict=article.conflict,
            headline=report.headline,
            body="\n\n".join(shown),
            authors=report.authors,
            published=article.published,
            outlet=article.outlet.id,
            language=article.outlet.language,
        )


def _interleave(late: list[Pending], edits: list[Pending]) -> list[Pending]:
    """Return one edit after every third report, and never an edit before its report."""
    order: list[Pending] = []
    waiting = list(edits)
    held = {pending.report.key for pending in late}
    for place, pending in enumerate(late, start=1):
        order.append(pending)
        held.discard(pending.report.key)
        ready = next((edit for edit in waiting if edit.report.key not in held), None)
        if place % 3 == 0 and ready:
            waiting.remove(ready)
            order.append(ready)
    return order + waiting
