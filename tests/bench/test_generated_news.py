import json
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from itertools import islice
from statistics import mean

import pytest

from aggregator.group.wording.sounds import sound_of
from aggregator.model import GroupInput
from bench.generated_news import START, NewsStream
from bench.generated_wording import VOCABULARY, wordings
from tests.running import ROOT

A_DAY = 200

News = list[tuple[GroupInput, str]]


@pytest.fixture(scope="module")
def news() -> News:
    return list(islice(NewsStream(a_day=A_DAY), 10 * A_DAY))


def test_a_seed_gives_the_same_news_and_another_seed_other_news(news: News) -> None:
    assert list(islice(NewsStream(a_day=A_DAY), 50)) == news[:50]
    assert list(islice(NewsStream(seed=2, a_day=A_DAY), 50)) != news[:50]


def test_news_comes_in_order_of_time_and_as_many_a_day(news: News) -> None:
    times = [article.published for article, _ in news if article.published]
    assert times == sorted(times)
    assert len(times) < len(news)
    days = Counter((time - START) // timedelta(days=1) for time in times)
    # The first day has no reports of earlier days' events yet, the last is cut off.
    whole_days = [days[day] for day in range(1, max(days))]
    assert mean(whole_days) == pytest.approx(A_DAY, rel=0.3)
    assert max(whole_days) < 3 * min(whole_days)


def test_events_differ_in_size_and_some_texts_are_printed_again(news: News) -> None:
    sizes = Counter(Counter(event for _, event in news).values())
    assert sizes[1] > sum(sizes.values()) / 3
    assert max(sizes) > 10
    texts = Counter(article.text for article, _ in news if article.text)
    assert 0.05 < 1 - len(texts) / texts.total() < 0.25
    for text, count in texts.items():
        if count > 1:
            assert len({event for article, event in news if article.text == text}) == 1
    assert 0.05 < sum(not article.text for article, _ in news) / len(news) < 0.25


def test_some_events_are_taken_up_again_after_the_window() -> None:
    first: dict[str, float] = {}
    late = set()
    for article, event in islice(NewsStream(a_day=20), 800):
        if article.published:
            day = (article.published - START) / timedelta(days=1)
            if day - first.setdefault(event, day) > 7:
                late.add(event)
    assert 0 < len(late) < len(first) / 8


def test_names_sound_alike_in_every_script() -> None:
    names = {wording.code: wording.name((6, 21, 33)) for wording in wordings()}
    assert len(set(names.values())) == 3
    assert len({sound_of(name) for name in names.values()}) == 1
    assert all(len(wording.words) == VOCABULARY for wording in wordings())


def test_printed_news_is_what_the_grouper_reads() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "bench.generated_news", "--articles", "3"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    lines = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [line["id"] for line in lines] == ["1", "2", "3"]
    assert set(lines[0]) == {
        "id", "title", "text", "url", "source", "lang", "published", "event",
    }  # fmt: skip
