"""Put each article into the story of its event, at the moment it arrives."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Final

from aggregator.group.copies import LEAST_SHARED, Wording
from aggregator.group.decide import MergeModel, judge, shipped_model
from aggregator.group.explain import explanation_of
from aggregator.group.profile import Profile, headline_only, profile_of
from aggregator.group.window import Window
from aggregator.model import ChangeKind, Decision, Explanation, GroupInput

WINDOW: Final = timedelta(days=7)
"""How long a story may be silent before the next report of its event opens another one."""


class Grouper:
    """Groups a stream of articles into stories, one decision an article, final when made.

    Deterministic: the same articles in the same order give the same decisions, also when it is
    stopped and filled again with `restore` in between. Holds only the articles of the window; in
    a stream without any dates there is no window.
    """

    def __init__(self, *, window: timedelta = WINDOW, model: MergeModel | None = None) -> None:
        self._window = Window(window)
        self._model = model or shipped_model()

    def add(self, article: GroupInput) -> Decision:
        """Decide where an article belongs, and remember it. Raises nothing, whatever the text.

        A copy of a held text joins the story of its original at once, as `copy_of` the earliest
        report with the text. The same text under another address of the same source is a copy
        too (there is nothing new to read); a page that its source has revised is not: it goes
        where it belongs by likeness, which is nearly always the story of its first version, and
        is shown there in its own right. An article that is still held stays where it is.
        """
        profile = profile_of(article)
        again = self._window.held(article.id)
        if again is not None:
            sure = Explanation(score=1.0, threshold=1.0, nearest=article.id)
            return Decision(article.id, ChangeKind.ADD, again.story.key, sure, again.copy_of)
        self._window.advance(profile)
        wording = self._window.texts.wording_of(profile)
        if wording.original is not None:
            decision = _copy(article, wording)
        else:
            compared = headline_only(article) if wording.furniture else profile
            decision = self._by_likeness(article, compared)
        self._window.insert(profile, decision.story, decision.copy_of)
        return decision

    def restore(self, members: Iterable[tuple[GroupInput, str, str | None]]) -> None:
        """Fill a new grouper with what an earlier one decided: article, story key, copy of.

        `members` come in their order of arrival and reach back at least to the beginning of the
        day which is one window before the newest of them; older ones do no harm.
        """
        for article, story, copy_of in members:
            profile = profile_of(article)
            if self._window.held(article.id) is None:
                self._window.advance(profile)
                self._window.insert(profile, story, copy_of)

    def _by_likeness(self, article: GroupInput, profile: Profile) -> Decision:
        question = self._window.index.ask(profile)
        judgements = judge(self._window, question, self._model)
        explanation = explanation_of(article, question, judgements, self._model.threshold)
        if judgements and judgements[0].fits:
            story = judgements[0].candidate.story.key
            return Decision(article.id, ChangeKind.ADD, story, explanation)
        return Decision(article.id, self._opening(article.id), article.id, explanation)

    def _opening(self, key: str) -> ChangeKind:
        # The opening article of a story may leave the window before the story does, and come again.
        return ChangeKind.ADD if key in self._window.stories else ChangeKind.OPEN


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
    """Yield one decision for each article, as it comes; see `Grouper`."""
    grouper = Grouper(window=window)
    for article in articles:
        yield grouper.add(article)
