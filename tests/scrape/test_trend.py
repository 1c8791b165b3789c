"""A site whose pages stop giving something is found out; a quiet or poor one is not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from aggregator.model import Article, HttpUrl, PlainText, Verdict
from aggregator.scrape.watch.trend import LATEST, Reading, Trend, observed, reading_of

START = datetime(2026, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ALL = frozenset({"page", "text", "headline", "authors", "date", "picture", "rule"})


class Site:
    """Pages of a site, one after the other."""

    def __init__(self, pause: timedelta = HOUR) -> None:
        self.trend = Trend()
        self.now = START
        self.pause = pause
        self.alarms: list[frozenset[str]] = []

    def pages(
        self,
        count: int,
        *,
        without: str = "",
        length: int = 3000,
        every: int = 1,
        reason: str = "",
    ) -> frozenset[str]:
        """Read pages, each `every`-th of them without some parts; return what is wrong then."""
        for number in range(count):
            self.now += self.pause
            missing = set(without.split()) if number % every == 0 else set()
            parts = ALL - missing
            self.trend = observed(
                self.trend,
                Reading(
                    self.trend.pages + 1,
                    self.now,
                    length + 7 * (number % 5) if "text" in parts else 0,
                    f"Headline {self.trend.pages}",
                    parts,
                    "article" if "text" in parts else "empty",
                    reason if missing else "",
                    "gazette 2" if "rule" in missing else "",
                ),
            )
            self.alarms.append(frozenset(found.part for found in self.trend.alarms))
        return self.alarms[-1]


def test_a_site_without_text_any_more_is_found_out_within_twelve_pages() -> None:
    site = Site()
    site.pages(99, without="text", every=33)
    before = site.now
    assert site.pages(LATEST, without="text") == {"text"}
    (found,) = site.trend.alarms
    assert found.since == before + HOUR
    assert found.example == site.trend.pages


def test_the_words_say_how_many_and_how_many_before() -> None:
    site = Site()
    site.pages(100, without="text", every=33)
    site.pages(LATEST, without="text", reason="no article text was found on the page")
    (found,) = site.trend.alarms
    assert found.detail == (
        "pages give no text any more: 12 of the last 12, before 4 of 100"
        " (no article text was found on the page)"
    )


def test_it_ends_when_pages_give_text_again_and_does_not_flap() -> None:
    site = Site()
    site.pages(60)
    site.pages(20, without="text")
    assert site.pages(4) == frozenset()
    assert site.pages(40) == frozenset()
    changes = sum(a != b for a, b in pairwise(site.alarms))
    assert changes == 2


def test_a_site_that_half_works_neither_alarms_nor_flaps() -> None:
    site = Site()
    site.pages(200, without="text", every=2)
    site.pages(200, without="text", every=3)
    assert set(site.alarms) == {frozenset()}


def test_a_site_that_never_gave_texts_is_no_news() -> None:
    site = Site()
    assert site.pages(80, without="text authors") == frozenset()
    assert set(site.alarms) == {frozenset()}


def test_a_quiet_site_is_not_judged() -> None:
    site = Site(pause=10 * DAY)
    site.pages(30)
    assert site.pages(12, without="text") == frozenset()


def test_a_new_site_is_not_judged() -> None:
    site = Site()
    site.pages(8)
    assert site.pages(12, without="text") == frozenset()


def test_the_alarm_does_not_wait_for_all_twelve() -> None:
    site = Site()
    site.pages(60)
    assert site.pages(8, without="text") == frozenset()
    assert site.pages(1, without="text") == {"text"}


def test_a_busy_site_whose_pages_come_in_bursts_is_found_out_after_an_hour() -> None:
    site = Site(pause=timedelta(seconds=2))
    for _ in range(10):
        site.pages(20)
        site.now += HOUR
    assert site.pages(20, without="text") == frozenset()
    site.now += HOUR
    assert site.pages(1, without="text") == {"text"}
    assert site.pages(12) == frozenset()


def test_a_stumble_of_minutes_is_no_alarm() -> None:
    site = Site()
    site.pages(60)
    site.pause = timedelta(minutes=2)
    assert site.pages(12, without="text") == frozenset()


def test_a_level_that_lasts_is_accepted_after_about_two_weeks() -> None:
    site = Site(pause=2 * HOUR)
    site.pages(300)
    began = site.now
    while site.pages(1, without="text") or site.now - began < 2 * DAY:
        assert site.now - began < 21 * DAY
    assert site.now - began > 7 * DAY
    assert site.pages(100, without="text") == frozenset()


def test_each_part_is_watched_for_itself() -> None:
    for part in ("authors", "date", "picture"):
        site = Site()
        site.pages(60)
        assert site.pages(LATEST, without=part) == {part}


def test_parts_that_only_some_pages_have_are_not_missed() -> None:
    site = Site()
    site.pages(100, without="authors", every=2)
    assert site.pages(LATEST, without="authors") == frozenset()


def test_the_name_of_the_site_as_each_headline_is_no_headline() -> None:
    site = Site()
    site.pages(60)
    for number in range(LATEST + 1):
        site.now += HOUR
        reading = Reading(1000 + number, site.now, 3000, "Harbour Courier", ALL, "article")
        site.trend = observed(site.trend, reading)
    assert {found.part for found in site.trend.alarms} == {"headline"}


def test_texts_that_are_much_shorter_or_longer_are_noticed() -> None:
    for length, word in ((400, "shorter"), (20_000, "longer")):
        site = Site()
        site.pages(60)
        assert site.pages(LATEST, length=length) == {"length"}
        assert f"texts are much {word} than they were" in site.trend.alarms[0].detail
        assert site.pages(LATEST) == frozenset()
    site = Site()
    site.pages(60)
    assert site.pages(LATEST, length=1500) == frozenset()


def test_pages_that_are_refused_are_told_from_pages_without_text() -> None:
    site = Site()
    site.pages(60)
    site.pages(LATEST, without=" ".join(ALL), reason="HTTP 403")
    (found,) = site.trend.alarms
    assert found.part == "page"
    assert "the server does not give us pages any more: 12 of the last 12" in found.detail
    assert "(HTTP 403)" in found.detail


def test_a_site_rule_that_misses_the_text_is_named_though_pages_still_give_one() -> None:
    site = Site()
    site.pages(60)
    assert site.pages(LATEST, without="rule") == {"rule"}
    assert site.trend.alarms[0].detail == (
        "the site rule gazette 2 no longer finds the text: 12 of the last 12, before 0 of 100"
    )
    assert site.pages(LATEST) == frozenset()


def test_a_site_rule_is_not_blamed_for_pages_that_hold_no_article() -> None:
    article = Article(
        HttpUrl("https://gazette.example/1"),
        PlainText("Pilots refuse the night watch"),
        PlainText("The pilots will not board ships after dark."),
        Verdict.ARTICLE,
        rule="gazette 2",
        rule_missed=("title", "body"),
    )
    reading = reading_of(1, article, START, had=True)
    assert (reading.rule, "rule" in reading.parts) == ("gazette 2", False)
    found = replace(article, rule_missed=("title",))
    wall = replace(article, verdict=Verdict.CONSENT_PAGE)
    for page, had in ((found, True), (wall, True), (article, False)):
        reading = reading_of(1, page, START, had=had)
        assert (reading.rule, "rule" in reading.parts) == ("", True)


def test_a_clock_that_goes_back_does_no_harm() -> None:
    site = Site()
    site.pages(60)
    site.now -= 3 * DAY
    trend = replace(site.trend)
    assert site.pages(10) == frozenset()
    assert site.trend.usual.weight > trend.usual.weight
