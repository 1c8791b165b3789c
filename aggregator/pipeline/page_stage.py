"""The second stage: pages of new articles, and looks at pages that we have had before.

New pages come first. Of one publisher at most one page is looked at again at a time, and only while
none of its new pages waits; so a new page waits behind one look at most.
"""

import logging
from collections import Counter
from collections.abc import Callable, Container, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final

from aggregator.archive.folder import Kept
from aggregator.config import Config
from aggregator.model import FetchRequest, FetchResult
from aggregator.pipeline.archiving import Archivist
from aggregator.pipeline.network_watch import NetworkWatch
from aggregator.pipeline.poll_stage import Guard, Work
from aggregator.pipeline.progress import Progress
from aggregator.pipeline.scraping import failed_look, scrape_one, stood_in
from aggregator.pipeline.site_rules import SiteRules
from aggregator.pipeline.store_thread import StoreThread
from aggregator.pipeline.workers import Workers
from aggregator.store.outcomes import PageAnswer, PageOutcome, PendingPage
from aggregator.store.pages import apply_page, pending_pages, pending_revisits
from aggregator.text.times import to_text
from aggregator.web.client import WebClient
from aggregator.web.pace import lane_of

PAGES_UNDER_WAY: Final = 1000
"""Pages that wait for their host or are fetched at once; each holds its entry in memory."""

REVISITS_UNDER_WAY: Final = 300
"""Pages that are looked at again at once, of as many publishers."""

SCRAPE: Final = "scrape"
REVISIT: Final = "revisit"
"""What the stages are called in logs and in `set_aside`."""

_log = logging.getLogger("aggregator")


class PageStage:
    """Fetches and stores pages over one store; `guard` runs each page's work."""

    def __init__(
        self,
        store: StoreThread,
        web: WebClient,
        workers: Workers,
        rules: SiteRules,
        archivist: Archivist,
        guard: Guard,
        now: Callable[[], datetime],
        on_stored: Callable[[], None],
        network: NetworkWatch,
    ) -> None:
        self._network = network
        self._store = store
        self._web = web
        self._workers = workers
        self._rules = rules
        self._archivist = archivist
        self._guard = guard
        self._now = now
        self._on_stored = on_stored
        # Whether each is looked at again.
        self._under_way: dict[int, bool] = {}
        self._looks = 0
        self._publishers: Counter[str] = Counter()
        self._progress = Progress()

    @property
    def reads_new_pages(self) -> bool:
        """Whether any page of a new article is waited for or being read."""
        return len(self._under_way) > self._looks

    async def begin(
        self, config: Config, progress: Progress, tasks: Container[str]
    ) -> list[tuple[str, Work]]:
        """Return the pages to begin with now, up to a bound: their names and their work.

        `tasks` are the names of those that have not quite ended.
        """
        self._progress = progress
        if self._network.is_down:
            return []
        listed = {feed.id: feed for feed in config.feeds}
        room = PAGES_UNDER_WAY - len(self._under_way)
        pages = list[PendingPage]()
        if room > 0:
            pending = await self._store.read(pending_pages, self._now(), 2 * PAGES_UNDER_WAY)
            pages = self._not_under_way(pending, tasks)[:room]
            self._enter(pages)
            room -= len(pages)
        room = min(room, REVISITS_UNDER_WAY - self._looks)
        looks = list[PendingPage]()
        if room > 0:
            busy = frozenset(self._publishers)
            try:
                due = await self._store.read(pending_revisits, self._now(), room, busy)
            except BaseException:
                # Nobody begins with these: they are not under way.
                for page in pages:
                    self._leave(page)
                raise
            looks = self._not_under_way(due, tasks)
            self._enter(looks)
        progress.pages += len(pages)
        pages += looks
        # How a publisher wants to be asked may hold secrets and stands in feeds.yaml only.
        asked = (replace(page, feed=listed.get(page.feed.id, page.feed)) for page in pages)
        return [(_name(page), partial(self._work, page)) for page in asked]

    def _not_under_way(
        self, pages: Sequence[PendingPage], tasks: Container[str]
    ) -> list[PendingPage]:
        return [
            page
            for page in pages
            if page.article_id not in self._under_way and _name(page) not in tasks
        ]

    def _enter(self, pages: Sequence[PendingPage]) -> None:
        for page in pages:
            self._under_way[page.article_id] = page.is_revisit
            self._looks += page.is_revisit
            self._publishers[lane_of(page.url or "")] += 1

    def _leave(self, page: PendingPage) -> None:
        publisher = lane_of(page.url or "")
        del self._under_way[page.article_id]
        self._looks -= page.is_revisit
        self._publishers[publisher] -= 1
        if not self._publishers[publisher]:
            del self._publishers[publisher]

    async def _work(self, page: PendingPage) -> None:
        try:
            await self._guard(_name(page), partial(self._visit, page))
        finally:
            self._leave(page)

    async def _visit(self, page: PendingPage) -> None:
        if self._network.is_down:
            # Still pending: no page is given up because we reach nobody.
            return
        kept: tuple[Kept, ...] = ()

        async def fetch(request: FetchRequest) -> FetchResult:
            nonlocal kept
            result = await self._web.fetch(request)
            kept = await self._archivist.keep(page.feed, result)
            return result

        try:
            outcome = await scrape_one(page, fetch, self._workers, self._rules.rules)
        except Exception as error:
            if page.is_revisit:
                await self._stored(replace(failed_look(page, self._now()), kept=kept))
            elif page.known is None:
                # Its feed's text keeps the report among the others meanwhile.
                await self._stored(replace(stood_in(page, error, self._now()), kept=kept))
            raise
        outcome = replace(outcome, kept=kept)
        is_new = await self._stored(outcome)
        if page.is_revisit:
            self._count_look(page, outcome, is_edit=is_new)
        else:
            self._count_page(page, outcome)

    async def _stored(self, outcome: PageOutcome) -> bool:
        is_new = await self._store.write(apply_page, outcome, self._now())
        if not outcome.is_revisit:
            self._on_stored()
        return is_new

    def _count_page(self, page: PendingPage, outcome: PageOutcome) -> None:
        self._progress.pages_done += 1
        self._progress.pages_defeating += outcome.answer is PageAnswer.DEFEATED
        article = outcome.article
        if article is None:
            _log.info("scrape article=%d feed=%s unchanged", page.article_id, page.feed.id)
            return
        _log.info(
            "scrape article=%d feed=%s verdict=%s text=%d from=%s%s%s",
            page.article_id,
            page.feed.id,
            article.verdict,
            len(article.body),
            article.body_source,
            f" reason={article.body_reason!r}" if article.body_reason else "",
            f" rule={article.rule!r} missed={','.join(article.rule_missed)}"
            if article.rule_missed
            else "",
        )

    def _count_look(self, page: PendingPage, outcome: PageOutcome, *, is_edit: bool) -> None:
        self._progress.looks += 1
        self._progress.edits += is_edit
        look = outcome.look
        _log.info(
            "revisit article=%d feed=%s found=%s next=%s",
            page.article_id,
            page.feed.id,
            look.found if look else "-",
            to_text(look.next_due) if look and look.next_due else "-",
        )


def _name(page: PendingPage) -> str:
    return f"{REVISIT if page.is_revisit else SCRAPE} {page.article_id}"
