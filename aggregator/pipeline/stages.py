"""What is under way in each stage, and whether it gets on."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

NO_PROGRESS_FOR: Final = timedelta(minutes=15)
"""A stage in which nothing has ended for so long is stuck: each unit has a shorter limit."""

RECORDS_NAMED: Final = 5


@dataclass(slots=True, eq=False)
class _Unit:
    stage: str
    record: str
    task: asyncio.Task[object] | None


class Stages:
    """The book of units of work; `monotonic` counts seconds."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._units: dict[_Unit, None] = {}
        self._counts: Counter[str] = Counter()
        self._moved: dict[str, float] = {}

    @contextmanager
    def unit(self, stage: str, record: str) -> Iterator[None]:
        """Have one unit in the book while it is under way."""
        unit = _Unit(stage, record, asyncio.current_task())
        if not self._counts[stage]:
            self.moved(stage)
        self._counts[stage] += 1
        self._units[unit] = None
        try:
            yield
        finally:
            del self._units[unit]
            self._counts[stage] -= 1
            self.moved(stage)

    def moved(self, stage: str) -> None:
        """Note that a stage gets on."""
        self._moved[stage] = self._monotonic()

    def stuck(self) -> dict[str, list[str]]:
        """Return the stages in which something is under way and nothing ends, and some records."""
        limit = self._monotonic() - NO_PROGRESS_FOR.total_seconds()
        stuck: dict[str, list[str]] = {}
        for unit in self._units:
            records = stuck.setdefault(unit.stage, [])
            if unit.record not in records and len(records) < RECORDS_NAMED:
                records.append(unit.record)
        return {stage: named for stage, named in stuck.items() if self._moved[stage] < limit}

    def free(self, stages: Mapping[str, object]) -> None:
        """Break off what is under way in these stages; it comes again with a later beat."""
        for unit in self._units:
            if unit.stage in stages and unit.task is not None:
                unit.task.cancel()
        for stage in stages:
            self.moved(stage)
