"""Articles into stories, in order; the grouper's memory is filled from the database at start."""

import logging
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aggregator.group.conflict.conflicts import ConflictMatcher
from aggregator.group.follow_ups import FollowUp, follow_up, sought_names
from aggregator.group.stories import Grouper
from aggregator.model import ChangeKind, Conflict
from aggregator.store import Store
from aggregator.store.grouping import latest_ruling, window_members
from aggregator.store.outcomes import GroupOutcome, PendingReport
from aggregator.store.rulings import released_articles, ruled_places
from aggregator.store.story_links import earlier_stories

_log = logging.getLogger("aggregator")


@dataclass(frozen=True, slots=True)
class GroupedBatch:
    """What was decided, knowing the user's rulings up to `ruling`, and which reports broke it."""

    decided: list[GroupOutcome]
    failed: list[tuple[PendingReport, Exception]]
    ruling: int


class StoryStage:
    """The grouper and the conflict matcher, fed one report after the other."""

    def __init__(self, store: Store, conflicts: Sequence[Conflict], window: timedelta) -> None:
        self._matcher = ConflictMatcher(conflicts)
        self._window = window
        self._is_stopped = False
        self._restore(store)

    def stop(self) -> None:
        """Break off a batch before its next report; for another thread."""
        self._is_stopped = True

    @property
    def time(self) -> datetime | None:
        """The time of the reports, as the grouper tells it; None before the first."""
        return self._grouper.window.now

    def holds(self, article_id: int) -> bool:
        """Return whether later reports may still be compared with an article."""
        return self._grouper.window.held(str(article_id)) is not None

    def _restore(self, store: Store) -> None:
        """Begin anew from what the database holds."""
        self._agrees = False
        self._grouper = Grouper(window=self._window)
        self._grouper.restore(window_members(store, self._window))
        self._ruling = 0
        self._take_up_rulings(store)
        self._agrees = True

    def all_stored(self) -> None:
        """Note that the whole of the last batch is in the database.

        Of a batch for which this is not said, the grouper knows what the database does not.
        """
        self._agrees = True

    def follow(self, conflicts: Sequence[Conflict]) -> None:
        """Match later articles to `conflicts`."""
        self._matcher = ConflictMatcher(conflicts)

    def follow_rulings(self, store: Store) -> int:
        """Take up what the user has ruled since, in whatever process; return the last ruling."""
        if not self._agrees:
            self._restore(store)
        return self._take_up_rulings(store)

    def _take_up_rulings(self, store: Store) -> int:
        latest = latest_ruling(store.connection)
        if latest != self._ruling:
            released = released_articles(store, since=self._ruling)
            places = ruled_places(store, since=self._ruling)
            self._grouper.release(released)
            self._grouper.place(places)
            self._ruling = latest
        return latest

    def group_all(self, store: Store, reports: Sequence[PendingReport]) -> GroupedBatch:
        """Decide where each report goes, in order; a report that breaks our code stays out.

        Say `all_stored` when it is; otherwise the next batch begins from what the database holds.
        """
        batch = GroupedBatch([], [], self.follow_rulings(store))
        self._agrees = False
        for report in reports:
            if self._is_stopped:
                break
            try:
                batch.decided.append(self._group(store, report))
            except sqlite3.Error:
                raise
            except Exception as error:  # noqa: BLE001 -- a bug harms one record only
                batch.failed.append((report, error))
        return batch

    def _group(self, store: Store, report: PendingReport) -> GroupOutcome:
        conflicts = self._matcher.match(report.title, report.body, report.language)
        decision, *revisions = self._grouper.add(report.grouping)
        opens = decision.kind is ChangeKind.OPEN
        follows = self._follows(store, report) if opens else None
        return GroupOutcome(report, decision, conflicts, tuple(revisions), follows)

    def _follows(self, store: Store, report: PendingReport) -> FollowUp | None:
        rarity = self._grouper.window.index.rarity.of
        try:
            names = sought_names(report.grouping, rarity)
            earlier = earlier_stories(store.connection, names, report.reported_at, self._window)
            return follow_up(report.grouping, earlier, rarity)
        except sqlite3.Error:
            raise
        except Exception:  # noqa: BLE001 -- a bug here may cost the link only
            # The grouper holds the report already: it must be stored.
            _log.exception("no earlier story sought for article %d", report.article_id)
            return None
