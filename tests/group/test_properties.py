from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from aggregator.group.stories import Grouper, group
from aggregator.model import ChangeKind, GroupInput

WORDS = st.sampled_from(
    "Karsat rockets market seven 7 Раненые 火箭弹 مقتل the US hit, 2031 नई".split()
)
TEXTS = st.one_of(
    st.text(max_size=80),
    st.lists(WORDS, max_size=12).map(" ".join),
    st.lists(WORDS, min_size=60, max_size=60).map(" ".join),
)
TIMES = st.none() | st.datetimes() | st.datetimes(
    min_value=datetime(2031, 5, 1), max_value=datetime(2031, 5, 20)  # noqa: DTZ001  # any time
)  # fmt: skip
ARTICLES = st.builds(
    GroupInput,
    id=st.text(max_size=3),
    title=TEXTS,
    text=TEXTS,
    url=st.none() | st.text(max_size=5),
    source=st.none() | st.sampled_from(["a.example", "b.example"]),
    language=st.none() | st.sampled_from(["en", "zh"]),
    published=TIMES,
)


@given(st.lists(ARTICLES, max_size=25))
def test_any_article_gets_exactly_one_decision(articles: list[GroupInput]) -> None:
    decisions = list(group(articles, window=timedelta(days=2)))
    assert [d.article for d in decisions] == [article.id for article in articles]
    opened = set()
    for decision in decisions:
        if decision.kind is ChangeKind.OPEN:
            assert decision.story == decision.article
            opened.add(decision.story)
        assert decision.story in opened
        assert decision.copy_of is None or decision.kind is ChangeKind.ADD
        assert 0.0 <= decision.explanation.score <= 1.0


@given(st.lists(ARTICLES, max_size=25), st.integers(0, 25))
def test_a_restart_at_any_point_changes_nothing(articles: list[GroupInput], stop: int) -> None:
    lasting = Grouper()
    made = [lasting.add(article) for article in articles[:stop]]
    restarted = Grouper()
    restarted.restore(
        (article, decision.story, decision.copy_of)
        for article, decision in zip(articles, made, strict=False)
    )
    assert [restarted.add(a) for a in articles[stop:]] == [lasting.add(a) for a in articles[stop:]]
