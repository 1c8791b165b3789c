"""The truth as labelled articles, one JSON object a line: the input of a grouping check."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

from tests.newsroom.state import Newsdesk
from tests.newsroom.world import World


def export_lines(world: World, now: datetime | None = None) -> Iterator[str]:
    """Yield each published article of a world in order of time, as served on port 8123.

    The text is the whole text of the report; `source` is the outlet's id.
    """
    desk = Newsdesk(world, "http://:8123", (now or datetime.now(UTC)).replace(microsecond=0))
    keys = {article.report.key: article for article in desk.articles()}
    for article in reversed(desk.articles()):
        report = article.report
        original = keys.get(report.copy_of) if report.copy_of else None
        yield (
            json.dumps(
                {
                    "id": report.key,
                    "title": report.headline,
                    "text": "\n\n".join(report.body),
                    "url": article.url,
                    "source": article.outlet.id,
                    "lang": article.outlet.language,
                    "published": article.published.strftime("%Y-%m-%dT%H:%M:%SZ"),
                    "event_id": report.event,
                    "copy_of": original.report.key if original else None,
                },
                ensure_ascii=False,
            )
            + "\n"
        )
