"""Put each article into the story of its event when it arrives, and revise what proves wrong."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Final

from aggregator.group.copies import LEAST_SHARED, Wording
from aggregator.group.decision.decide import MergeModel, judge, shipped_model
from aggregator.group.decision.explain import certain, explanation_of
from aggregator.group.index import Held
from aggregator.group.profile import Profile, headline_only, profile_of
from aggregator.group.repair import merge_bridged
from aggregator.group.second_look import look_again
from aggregator.group.window import Window
from aggregator.model import ChangeKind, Decision, Explanation, GroupInput

WINDOW: Final = timedelta(days=7)
"""How long a story may be silent before the next report of its event opens another one."""


Repair = Callable[["Grouper", Decision], tuple[Decision, ...]]
"""Looks at the stories after an article has joined one; returns what `merge` and `split` decided.

What it does must follow from what the grouper holds, or a restart would change it.
"""

REPAIRS: Final[Sequence[Repair]] = (merge_bridged, look_again)


class Grouper:
    """Groups a stream of articles into stories: a decision an article, and revisions of others.

    Deterministic: the same articles in the same order give the same decisions, also when it is
    stopped and filled again with `restore` and `place` in between. Holds only the articles of the
    window; in a stream without any dates there is no window.
    """

    def __init__(
        self,
        *,
        window: timedelta = WINDOW,
        model: MergeModel | None = None,
        repairs: Sequence[Repair] = REPAIRS,
    ) -> None:
        self.window = Window(window)
        self.model = model or shipped_model()
        self._repairs = tuple(repairs)

    def add(self, article: GroupInput) -> tuple[Decision, ...]:
        """Decide where an article belongs, and remember it. Raises nothing, whatever the text.

        The first decision is that of the article; those after it revise earlier ones. A copy of a
        held text joins the story of its original at once, as `copy_of` the earliest report with the
        text. The same text under another address of the same source is a copy too (there is nothing
        new to read); a page that its source has revised is not: it goes where it belongs by
        likeness, which is nearly always the story of its first version, and is shown there in its
        own right. An article that is still held stays where it is.
        """
        profile = profile_of(article)
        again = self.window.held(article.id)
        if again is not None:
            why = certain(article.id)
            return (Decision(article.id, ChangeKind.ADD, again.story.key, why, again.copy_of),)
        self.window.advance(profile)
        wording = self.window.texts.wording_of(profile)
        if wording.original is not None:
            decision = _copy(article, wording)
        else:
            compared = headline_only(article) if wording.furniture else profile
            decision = self._by_likeness(article, compared)
        self.window.insert(profile, decision.story, decision.copy_of)
        revisions = [each for repair in self._repairs for each in repair(self, decision)]
        return decision, *revisions

    def restore(self, members: Iterable[tuple[GroupInput, str, str | None]]) -> None:
        """Fill a new grouper with what an earlier one decided: article, story key, copy of.

        `members` come in their order of arrival and reach back at least to the beginning of the
        day which is one window before the newest of them; older ones do no harm.
        """
        for article, story, copy_of in members:
            profile = profile_of(article)
            if self.window.held(article.id) is None:
                self.window.advance(profile)
                self.window.insert(profile, story, copy_of)

    def place(self, articles: Iterable[tuple[str, str]]) -> None:
        """Take up what the user has ruled: article, key of the story in which it is now.

        These articles are pinned: `merge` and `split` leave them where they are. To be called after
        `restore` with all that was ever ruled, and later with each new ruling.
        """
        self.window.place(articles)

    def release(self, articles: Iterable[str]) -> None:
        """Take up that the user has taken back what was ruled about articles.

        They stay where they are, and `merge` and `split` may move them again.
        """
        self.window.release(articles)

    def merge(self, story: str, other: str, why: Explanation | None = None) -> tuple[Decision, ...]:
        """Make two stories one: the one that was opened later ends (see `Window.ending`).

        Returns a decision for each article that moved, in order of arrival; none, and nothing is
        changed, where a story is not held or the two may not be merged.
        """
        one, another = self.window.stories.get(story), self.window.stories.get(other)
        if one is None or another is None:
            return ()
        ends = self.window.ending(one, another)
        if ends is None:
            return ()
        kept = another if ends is one else one
        return self._move(tuple(ends.reports.values()), ChangeKind.MERGE, kept.key, why)

    def split(
        self, articles: Iterable[str], *, into: str | None = None, why: Explanation | None = None
    ) -> tuple[Decision, ...]:
        """Take held articles out of their story, `into` another one or into one of their own.

        Copies go with what they repeat. The article that opened a story never leaves it, so that a
        key means one story for ever: the key of a new story is that of the earliest article moved.
        Returns a decision for each article that moved, in order of arrival; none, and nothing is
        changed, where the articles are not held in one story, where `into` is no other story that
        is held, or where one of them opened its story or is pinned by the user.
        """
        moved = self.with_copies(articles)
        stories = {held.story.key for held in moved}
        if len(stories) != 1 or any(
            self.window.is_pinned(held) or held.profile.article in stories for held in moved
        ):
            return ()
        if into is None:
            into = next((key for held in moved if self._is_free(key := held.profile.article)), None)
        elif into in stories or into not in self.window.stories:
            into = None
        return self._move(moved, ChangeKind.SPLIT, into, why) if into is not None else ()

    def with_copies(self, articles: Iterable[str]) -> tuple[Held, ...]:
        """Return what is held of articles, and the copies of them in their stories, by arrival."""
        found = [held for article in set(articles) if (held := self.window.held(article))]
        moved = {held.number: held for held in found}
        originals = {held.profile.article for held in found}
        for story in {held.story.key: held.story for held in found}.values():
            for held in story.reports.values():
                if held.copy_of in originals:
                    moved[held.number] = held
        return tuple(held for _, held in sorted(moved.items()))

    def _is_free(self, key: str) -> bool:
        # An article that left the window and came again may have opened a story that is still held.
        return key not in self.window.stories

    def _move(
        self, moved: Sequence[Held], kind: ChangeKind, story: str, why: Explanation | None
    ) -> tuple[Decision, ...]:
        for held in moved:
            self.window.move(held, story)
        return tuple(
            Decision(
                held.profile.article,
                kind,
                story,
                why or certain(held.profile.article),
                held.copy_of,
            )
            for held in moved
        )

    def _by_likeness(self, article: GroupInput, profile: Profile) -> Decision:
        question = self.window.index.ask(profile)
        judgements = judge(self.window, question, self.model)
        explanation = explanation_of(article, question, judgements, self.model.threshold)
        if judgements and judgements[0].fits:
            story = judgements[0].candidate.story.key
            return Decision(article.id, ChangeKind.ADD, story, explanation)
        return Decision(article.id, self._opening(article.id), article.id, explanation)

    def _opening(self, key: str) -> ChangeKind:
        # The opening article of a story may leave the window before the story does, and come again.
        return ChangeKind.ADD if key in self.window.stories else ChangeKind.OPEN


def _copy(article: GroupInput, wording: Wording) -> Decision:
    original = wording.original
    assert original is not None
    explanation = Explanation(
        score=wording.shared,
        threshold=LEAST_SHARED,
        features={"same_text": wording.shared},
        nearest=original.profile.article,
    )
    return Decision(
        article.id,
        ChangeKind.ADD,
        original.story.key,
        explanation,
        copy_of=original.copy_of or original.profile.article,
    )


def group(articles: Iterable[GroupInput], *, window: timedelta = WINDOW) -> Iterator[Decision]:
    """Yield a decision for each article as it comes, and the revisions of earlier ones after it.

    The last decision about an article says where it is; see `Grouper`.
    """
    grouper = Grouper(window=window)
    for article in articles:
        yield from grouper.add(article)
