"""The page about feeds says of a changed layout what, since when, and what to do."""

from bs4 import BeautifulSoup

from aggregator.poll.health import Condition, finding_of
from tests.publish.conftest import Browsing
from tests.publish.sample import Desk


def test_a_changed_layout_stands_among_the_doubtful_feeds(browsing: Browsing, desk: Desk) -> None:
    detail = "herald.example: pages give no text any more: 12 of the last 12, before 3 of 100"
    finding = finding_of(Condition.PAGES_CHANGED, detail, feed_id="herald", url="")
    desk.insert(
        "feed_conditions", feed_id="herald", condition=finding.condition,
        severity=finding.condition.severity, since=desk.ago(300), detail=detail,
        remedy=finding.remedy,
    )  # fmt: skip
    page = BeautifulSoup(browsing.get("/feeds").text, "html.parser")
    (doubtful,) = page.select("section.doubtful")
    text = " ".join(doubtful.text.split())
    assert "Velmar Herald" in text
    assert "Pages changed, since" in text
    assert f"{detail}. The layout has probably changed: look at a page with" in text
