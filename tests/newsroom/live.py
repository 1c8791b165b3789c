"""Live mode: what is published next, decided from the seed and the number of the step alone."""

import random
from dataclasses import dataclass

from tests.newsroom.invention import invent
from tests.newsroom.state import Newsdesk, Pending
from tests.newsroom.world import Correction, Report, World


@dataclass(frozen=True, slots=True)
class Post:
    """Publish this report."""

    report: Report
    conflict: str | None


@dataclass(frozen=True, slots=True)
class Edit:
    """Change the report with this key, wherever it is by then."""

    key: str
    correction: Correction


Action = Post | Edit


class Script:
    """First the reports and edits that were held back, then incidents without end.

    An invented incident takes two or three steps: some outlets tell it, the others follow, and
    then either a paper republishes the first text or the first outlet corrects its figure.
    """

    def __init__(self, world: World, seed: int) -> None:
        self._outlets = {o.id: o.language for o in world.outlets if o.fault is None}
        self._conflicts = world.conflict_of()
        self._seed = seed
        self._batches = 0
        self._incidents = 0
        self._planned: list[list[Action]] = []

    def next_step(self, desk: Newsdesk) -> list[Action]:
        """Return what to do now; takes it off the desk's pending work."""
        if desk.pending:
            chance = random.Random(f"{self._seed}/{self._batches}")  # noqa: S311  # repeatable
            self._batches += 1
            count = chance.randint(1, 3)
            batch, desk.pending = desk.pending[:count], desk.pending[count:]
            return [self._held_back(pending) for pending in batch]
        if not self._planned:
            self._planned = self._incident()
        return self._planned.pop(0)

    def _held_back(self, pending: Pending) -> Action:
        if pending.correction:
            return Edit(pending.report.key, pending.correction)
        return Post(pending.report, self._conflicts[pending.report.event])

    def _incident(self) -> list[list[Action]]:
        number = self._incidents
        self._incidents += 1
        incident = invent(number, self._seed, self._outlets)
        end: Action = Edit(incident.first[0].key, incident.correction)
        if incident.copy and number % 2 == 0:
            end = Post(incident.copy, incident.conflict)
        steps: list[list[Action]] = [
            [Post(report, incident.conflict) for report in reports]
            for reports in (incident.first, incident.later)
            if reports
        ]
        return [*steps, [end]]
