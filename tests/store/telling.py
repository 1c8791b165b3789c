"""A newsroom whose stories change, and alerts that are decided on them; time is a number."""

from datetime import datetime, timedelta
from typing import Any

from aggregator.config.alert_rules import (
    Alerting,
    AlertRule,
    Conditions,
    Digest,
    MailServer,
    Webhook,
)
from aggregator.model import HttpUrl
from aggregator.publish.alerts.bulletin import Bulletin, from_json
from aggregator.store import Store
from aggregator.store.alert_deliveries import note_sent
from aggregator.store.alerts import decide, follow_alerting
from tests.store.building import (
    AGENCY,
    COURIER,
    NOW,
    entry,
    group_all,
    poll,
    poll_outcome,
    scrape_all,
)

HOOK = Webhook(HttpUrl("http://127.0.0.1:9/hook"), "${HOOK_SECRET}")
MAIL = MailServer(host="127.0.0.1", sender="desk@example.org")


def rule(name: str = "All", *, hourly_limit: int = 30, **conditions: Any) -> AlertRule:
    wanted = Conditions(**(conditions or {"least_outlets": 1}))
    return AlertRule(name=name, conditions=wanted, webhook=HOOK, hourly_limit=hourly_limit)


def alerting(*rules: AlertRule, digests: tuple[Digest, ...] = ()) -> Alerting:
    return Alerting(MAIL, rules, digests)


def page_of(story_id: int) -> str:
    return f"https://news.example.org/story/{story_id}"


class Telling:
    """One database; `now` moves only when a test moves it."""

    def __init__(self, store: Store, now: datetime = NOW) -> None:
        self.store = store
        self.now = now
        self._reports = 0

    def report(self, *, story: int | None = None, copy_of: int | None = None) -> int:
        """Let a report come in, which opens a story or joins the one that `story` opened."""
        self._reports += 1
        feed = AGENCY if self._reports % 2 == 0 else COURIER
        made = entry(self._reports, host=feed.id)
        poll(self.store, poll_outcome(feed, made, etag=f'"{self._reports}"'), self.now)
        scrape_all(self.store, self.now)
        group_all(self.store, story, copy_of, self.now)
        return self._reports

    def pass_time(self, **span: float) -> None:
        self.now += timedelta(**span)

    def follow(self, wanted: Alerting) -> None:
        follow_alerting(self.store, wanted, self.now)

    def decide(self, wanted: Alerting) -> int:
        return decide(self.store, wanted, page_of, self.now)

    def take(self) -> None:
        """Let receivers take all that is to be sent."""
        for row in self.rows("id", "state = 'pending'"):
            note_sent(self.store, row["id"], None, self.now)

    def rows(self, columns: str = "*", where: str = "1") -> list[dict[str, Any]]:
        sql = f"SELECT {columns} FROM alert_deliveries WHERE {where} ORDER BY id"
        return [dict(row) for row in self.store.connection.execute(sql)]

    def states(self) -> list[str]:
        return [row["state"] for row in self.rows("state")]

    def bulletins(self, where: str = "1") -> list[Bulletin]:
        return [from_json(row["content"]) for row in self.rows("content", where)]
