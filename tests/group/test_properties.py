from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from aggregator.group.repair import merge_bridged
from aggregator.group.second_look import look_again
from aggregator.group.stories import Grouper, group
from aggregator.model import ChangeKind, Decision, GroupInput

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
def test_any_article_gets_exactly_one_decision_of_its_own(articles: list[GroupInput]) -> None:
    decisions = list(group(articles, window=timedelta(days=2)))
    own = [d for d in decisions if d.kind in {ChangeKind.OPEN, ChangeKind.ADD}]
    assert [d.article for d in own] == [article.id for article in articles]
    opened = set()
    for decision in decisions:
        if decision.kind is ChangeKind.OPEN:
            assert decision.story == decision.article
            opened.add(decision.story)
        assert decision.story in opened
        assert decision.copy_of is None or decision.kind is not ChangeKind.OPEN
        assert 0.0 <= decision.explanation.score <= 1.0


@dataclass(frozen=True, slots=True)
class Step:
    """An article; then stories are merged, split and ruled about, chosen by number."""

    article: GroupInput
    merge: tuple[int, int] | None = None
    split: tuple[int, ...] = ()
    into: int | None = None
    ruled: tuple[int, int] | None = None


NUMBERS = st.integers(0, 30)
STEPS = st.builds(
    Step,
    article=ARTICLES,
    merge=st.none() | st.tuples(NUMBERS, NUMBERS),
    split=st.lists(NUMBERS, max_size=4).map(tuple),
    into=st.none() | NUMBERS,
    ruled=st.none() | st.none() | st.tuples(NUMBERS, NUMBERS),
)

REPAIRS = (merge_bridged, partial(look_again, after=3))


class Newsroom:
    """A grouper, and what a database would keep of its decisions and of the user's."""

    def __init__(self, window: timedelta) -> None:
        self.grouper = Grouper(window=window, repairs=REPAIRS)
        self.window = window
        self.members: dict[str, tuple[GroupInput, str, str | None]] = {}
        self.ruled: list[str] = []

    def restarted(self) -> "Newsroom":
        again = Newsroom(self.window)
        again.members, again.ruled = dict(self.members), list(self.ruled)
        again.grouper.restore(self.members.values())
        again.grouper.place((article, self.members[article][1]) for article in self.ruled)
        return again

    def take(self, step: Step) -> list[Decision]:
        first, *made = self.grouper.add(step.article)
        if step.article.id not in self.members:
            self.members[step.article.id] = step.article, first.story, first.copy_of
        self._note(made)
        if step.merge is not None:
            one, other = step.merge
            made += self.grouper.merge(self._story(one), self._story(other))
            self._note(made)
        into = None if step.into is None else self._story(step.into)
        made += self.grouper.split(map(self._article, step.split), into=into)
        self._note(made)
        if step.ruled is not None:
            article, story = self._article(step.ruled[0]), self._story(step.ruled[1])
            # The one that opened a story never leaves it; nor does the store let it.
            if article not in {key for _, key, _ in self.members.values()}:
                self.grouper.place([(article, story)])
                self.ruled.append(article)
                self.members[article] = (
                    self.members[article][0], story, self.members[article][2]
                )  # fmt: skip
        return [first, *made]

    def _note(self, made: Sequence[Decision]) -> None:
        for decision in made:
            article, _, copy_of = self.members[decision.article]
            self.members[decision.article] = article, decision.story, copy_of

    def _article(self, number: int) -> str:
        return list(self.members)[number % len(self.members)]

    def _story(self, number: int) -> str:
        return self.members[self._article(number)][1]

    def state(self) -> object:
        return {
            key: (
                [held.profile.article for held in story.reports.values()],
                (story.sources, story.first, story.last, story.sums),
            )
            for key, story in self.grouper.window.stories.items()
        }


def unique(steps: list[Step]) -> list[Step]:
    """Leave out articles that come again: a database groups each only once."""
    return list({step.article.id: step for step in reversed(steps)}.values())[::-1]


@given(st.lists(STEPS, max_size=25).map(unique), st.integers(0, 25), st.sampled_from([2, 7]))
def test_a_restart_at_any_point_changes_nothing(steps: list[Step], stop: int, days: int) -> None:
    lasting = Newsroom(timedelta(days=days))
    for step in steps[:stop]:
        lasting.take(step)
    restarted = lasting.restarted()
    assert restarted.state() == lasting.state()
    for step in steps[stop:]:
        assert restarted.take(step) == lasting.take(step)
        assert restarted.state() == lasting.state()


@given(st.lists(STEPS, max_size=25).map(unique))
def test_every_article_is_in_one_story_and_the_opening_one_in_its_own(steps: list[Step]) -> None:
    newsroom = Newsroom(timedelta(days=365 * 200))
    for step in steps:
        newsroom.take(step)
        held = newsroom.grouper.window.stories
        in_stories = {
            report.profile.article: key
            for key, story in held.items()
            for report in story.reports.values()
        }
        assert in_stories == {name: member[1] for name, member in newsroom.members.items()}
        assert all(in_stories[key] == key for key in held)
        for story in held.values():
            assert story.sources.total() == len(story.reports)
