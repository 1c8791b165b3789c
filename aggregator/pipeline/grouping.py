"""Articles into stories, in order; the grouper's memory is filled from the database at start."""

from collections.abc import Sequence
from datetime import timedelta

from aggregator.group.conflicts import ConflictMatcher
from aggregator.group.stories import Grouper
from aggregator.model import Conflict
from aggregator.store import Store
from aggregator.store.grouping import window_members
from aggregator.store.outcomes import GroupOutcome, PendingReport


class StoryStage:
    """The grouper and the conflict matcher, fed one report after the other."""

    def __init__(self, store: Store, conflicts: Sequence[Conflict], window: timedelta) -> None:
        self._matcher = ConflictMatcher(conflicts)
        self._window = window
        self._grouper = Grouper(window=window)
        self.restore(store)

    def restore(self, store: Store) -> None:
        """Begin anew from what the database holds, as at start or after a failed write."""
        self._grouper = Grouper(window=self._window)
        self._grouper.restore(window_members(store, self._window))

    def follow(self, conflicts: Sequence[Conflict]) -> None:
        """Match later articles to `conflicts`."""
        self._matcher = ConflictMatcher(conflicts)

    def group_all(
        self, reports: Sequence[PendingReport]
    ) -> tuple[list[GroupOutcome], list[tuple[PendingReport, Exception]]]:
        """Decide where each report goes, in order; a report that breaks our code stays out."""
        decided: list[GroupOutcome] = []
        failed: list[tuple[PendingReport, Exception]] = []
        for report in reports:
            try:
                decided.append(self._group(report))
            except Exception as error:  # noqa: BLE001 -- a bug harms one record only
                failed.append((report, error))
        return decided, failed

    def _group(self, report: PendingReport) -> GroupOutcome:
        conflicts = self._matcher.match(report.title, report.body, report.language)
        return GroupOutcome(report, self._grouper.add(report.grouping), conflicts)
