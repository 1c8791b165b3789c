"""Forgets what is past the policy, a little at a time, between the other work.

Once an hour everything is looked through, from the oldest on, in steps of some 50 milliseconds; a
few of them follow each grouping, so that polls wait for one step at most and forgetting takes a
small share of the time. Each step is one transaction: after a crash the next look goes on.

How old something is counts up to the time of the publishers' own dates: a clock that is ahead makes
nothing old.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from aggregator.archive.folder import archive_folder
from aggregator.config import Config
from aggregator.config.keep import Keep
from aggregator.config.kinds import written_size
from aggregator.errors import StoreError
from aggregator.model import Trouble
from aggregator.pipeline.grouping import StoryStage
from aggregator.pipeline.trouble_desk import TroubleDesk
from aggregator.store.archive_retention import ForgottenArchive, forget_archived
from aggregator.store.connection import Store
from aggregator.store.poll_retention import forget_identities, forget_polls
from aggregator.store.publishers_time import agreed_time
from aggregator.store.retention import (
    Boundary,
    Step,
    forget_step,
    past_age,
    past_window,
    used_bytes,
)

LOOK_EVERY: Final = timedelta(hours=1)
"""From the end of one look through everything to the beginning of the next."""

STEPS_AT_ONCE: Final = 20
"""Steps after one grouping, of which there is one in each tick: a second in every thirty."""

TOO_LARGE: Final = "database too large"

_log = logging.getLogger("aggregator")


class Retention:
    """Follows the section `keep` over one store; `stored` calls a function where that lives.

    What the grouper of `stories` holds is never forgotten; work only while it groups nothing.
    """

    def __init__(
        self,
        stories: StoryStage,
        *,
        stored: Callable[..., Awaitable[Any]],
        troubles: TroubleDesk,
        now: Callable[[], datetime],
    ) -> None:
        self._stored = stored
        self._troubles = troubles
        self._stories = stories
        self._now = now
        self._look: AsyncIterator[None] | None = None
        self._looked_for: Keep | None = None
        self._next_look: datetime | None = None

    async def work(self, config: Config) -> None:
        """Do up to `STEPS_AT_ONCE` steps; what fails comes again with the next look."""
        now = self._now()
        if self._look is None or config.keep != self._looked_for:
            waits = self._next_look is not None and now < self._next_look <= now + LOOK_EVERY
            if waits and config.keep == self._looked_for:
                return
            self._looked_for = config.keep
            self._look = self._steps(config.keep, config.settings.story_window)
        try:
            for _ in range(STEPS_AT_ONCE):
                await anext(self._look)
                # Polls that wait to be stored come first.
                await asyncio.sleep(0)
        except StopAsyncIteration:
            self._end_look()
        except StoreError as error:
            _log.error("keep error=%s", error)
            self._end_look()

    def _end_look(self) -> None:
        self._look = None
        self._next_look = self._now() + LOOK_EVERY

    async def _steps(self, keep: Keep, window: timedelta) -> AsyncIterator[None]:
        """Look through everything once; each item is a step that was done."""
        now = await self._stored(_agreed_time, self._now())
        async for _ in self._forget_polls(keep, now):
            yield
        feed = await self._stored(forget_identities)
        while feed is not None:
            yield
            feed = await self._stored(forget_identities, feed)
        async for _ in self._forget_archived(keep, now):
            yield
        boundary = past_age(keep, window, self._stories.time, now)
        if boundary is not None:
            async for _ in self._forget_stories(boundary, "age"):
                yield
        async for _ in self._make_room(keep, window, now):
            yield

    async def _forget_polls(self, keep: Keep, now: datetime) -> AsyncIterator[None]:
        if keep.polls is None:
            return
        polls, after = await self._stored(forget_polls, keep.polls, now)
        while after is not None:
            yield
            more, after = await self._stored(forget_polls, keep.polls, now, after)
            polls += more
        if polls:
            _log.info("keep forgot polls=%d", polls)

    async def _forget_archived(self, keep: Keep, now: datetime) -> AsyncIterator[None]:
        before = None if keep.archive is None else now - keep.archive
        step = partial(_forget_archived, before=before, larger_than=keep.archive_size)
        files = answers = 0
        is_done = False
        while not is_done:
            try:
                forgotten: ForgottenArchive = await self._stored(step)
            except OSError as error:
                # The rest of the policy goes on; the file is chosen again with the next look.
                _log.error("keep archive error=%s", error)
                break
            files += forgotten.files
            answers += forgotten.answers
            is_done = forgotten.is_done
            yield
        if files:
            _log.info("keep forgot archive files=%d answers=%d", files, answers)

    async def _make_room(self, keep: Keep, window: timedelta, now: datetime) -> AsyncIterator[None]:
        limit = keep.database_size
        if limit is not None and await self._stored(_used) > limit:
            boundary = past_window(window, self._stories.time, now)
            if boundary is not None:
                async for _ in self._forget_stories(boundary, "size", down_to=limit):
                    yield
        if limit is None or (used := await self._stored(_used)) <= limit:
            await self._troubles.end(TOO_LARGE)
            return
        await self._troubles.begin(
            Trouble(
                TOO_LARGE,
                f"it holds {used:,} bytes, more than database_size, and no story that has ended"
                " may go",
                f"set database_size in the section keep above {written_size(limit)}",
            )
        )

    async def _forget_stories(
        self, boundary: Boundary, reason: str, *, down_to: int | None = None
    ) -> AsyncIterator[None]:
        stories = articles = 0
        after: tuple[str, int] | None = None
        try:
            while True:
                call = partial(forget_step, after=after, down_to=down_to)
                step: Step = await self._stored(call, boundary, self._stories.holds, self._now())
                stories += step.stories
                articles += step.articles
                after = step.after
                for story, why in step.refused:
                    _log.error("keep story=%d stays error=%s", story, why)
                if after is None:
                    return
                yield
        finally:
            if stories:
                _log.info("keep forgot stories=%d articles=%d reason=%s", stories, articles, reason)


def _forget_archived(
    store: Store, *, before: datetime | None, larger_than: int | None
) -> ForgottenArchive:
    folder = archive_folder(store.path)
    return forget_archived(store, folder, before=before, larger_than=larger_than)


def _agreed_time(store: Store, now: datetime) -> datetime:
    return agreed_time(store.connection, now)


def _used(store: Store) -> int:
    return used_bytes(store.connection)
