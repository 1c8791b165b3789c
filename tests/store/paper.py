"""A feed whose pages come in one by one: as they always were, or after a change of the layout."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from aggregator.model import BodySource, HttpUrl, Image, PlainText, Verdict
from aggregator.store import Store, reading
from aggregator.store.outcomes import PageAnswer, PageOutcome
from aggregator.store.pages import apply_page
from tests.store.building import COURIER, NOW, entry, page_article, poll, poll_outcome

HOUR = timedelta(hours=1)
PICTURE = Image(HttpUrl("https://courier.example/a"))


class Paper:
    """A feed whose pages come in one by one, an hour apart."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.now: datetime = NOW
        self.count = 0

    def publish(
        self,
        pages: int,
        *,
        broken: bool = False,
        rule_missed: tuple[str, ...] = (),
        answer: PageAnswer = PageAnswer.READ,
    ) -> None:
        for _ in range(pages):
            self.count += 1
            self.now += HOUR
            number = self.count
            poll(self.store, poll_outcome(COURIER, entry(number), etag=f'"{number}"'), self.now)
            whole = page_article(number, body=f"Report {number} says {'much ' * 80}.")
            lost = replace(
                whole,
                body=PlainText("Summary"),
                body_source=BodySource.FEED,
                verdict=Verdict.EMPTY,
                body_reason="no article text was found on the page",
                image=None,
            )
            article = lost if broken else replace(whole, image=PICTURE)
            article = replace(article, rule="courier 1", rule_missed=rule_missed)
            outcome = PageOutcome(number, article, 0, None, answer=answer)
            apply_page(self.store, outcome, self.now)

    def wrong(self) -> list[dict[str, Any]]:
        return [dict(row) for row in reading.feeds_in_trouble(self.store)]
