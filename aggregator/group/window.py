"""The state of the grouper: what it holds of the last days, and when it lets it go.

The state is a function of the held reports in their order of arrival, of the story in which each
is, and of what the user has ruled, so that a restart from the database leads to the same decisions.
Hence three rules: reports leave in the order in which they came, by the stream's time at their
arrival, and only when a new day begins; all sums are whole numbers; rarity is worked out anew only
at points that the held reports themselves determine.
"""

from collections import deque
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from aggregator.group.clock import StreamClock
from aggregator.group.copies import Texts
from aggregator.group.index import ActiveStory, Held, Index
from aggregator.group.profile import Profile

_BEFORE_THE_WINDOW: Final = -1
_FIRST_FREEZE: Final = 16
_DAY: Final = timedelta(days=1)


class Window:
    """The reports and stories of the last days of the stream.

    `stories` are those with a held report, by key, in no order that a restart would keep.
    """

    def __init__(self, length: timedelta) -> None:
        self.index = Index()
        self.texts = Texts()
        self.stories: dict[str, ActiveStory] = {}
        self._length = length
        self._clock = StreamClock()
        self._arrivals: deque[Held] = deque()
        self._by_article: dict[str, Held] = {}
        self._placed: dict[str, str] = {}
        self._ruled: frozenset[str] = frozenset()
        self._arrived = 0
        self._copies = 0
        self._day: datetime | None = None
        self._freeze_at = _FIRST_FREEZE

    def __len__(self) -> int:
        return len(self._arrivals)

    @property
    def reports_but_copies(self) -> int:
        """How many of the held reports are no copies of another."""
        return len(self._arrivals) - self._copies

    @property
    def days(self) -> float:
        """How long a story may be silent and still be found, in days."""
        return self._length / _DAY

    @property
    def now(self) -> datetime | None:
        """The stream's time: None as long as nothing had a date."""
        return self._clock.now

    def held(self, article: str) -> Held | None:
        """Return what is held of an article, if it came within the window."""
        return self._by_article.get(article)

    def arrived_before(self, reports: int) -> Held | None:
        """Return the report that came so many reports before the newest, if it is held."""
        return self._arrivals[-1 - reports] if len(self._arrivals) > reports else None

    def advance(self, profile: Profile) -> None:
        """Move the time to the next report's; at a new day, let go what is too old."""
        now = self._clock.see(profile.published, profile.source)
        if now is not None and (self._day is None or now >= self._day + _DAY):
            self._day = now.replace(hour=0, minute=0, second=0, microsecond=0)
            self._expire(now)
            self._freeze()
        elif len(self._arrivals) >= self._freeze_at:
            self._freeze()

    def insert(self, profile: Profile, story: str, copy_of: str | None) -> None:
        """Take in a report as a member of a story, which it opens if nobody has yet."""
        held = Held(self._arrived, profile, self._active(story), copy_of, self.now)
        self._arrived += 1
        self._arrivals.append(held)
        self._copies += copy_of is not None
        self._by_article[profile.article] = held
        self.index.add(held)
        self.texts.add(held)

    def move(self, held: Held, story: str) -> None:
        """Take a held report to another story, new or known; a story that is left empty ends."""
        left = held.story
        if left.key == story:
            return
        self.index.move(held, self._active(story))
        if not left.reports:
            del self.stories[left.key]

    def place(self, articles: Iterable[tuple[str, str]]) -> None:
        """Do what the user has ruled: each article is in the story beside it, and stays there."""
        for article, story in articles:
            self._placed[article] = story
            held = self._by_article.get(article)
            if held is not None:
                self.move(held, story)
        self._ruled = frozenset(self._placed.values())

    def release(self, articles: Iterable[str]) -> None:
        """Do away with what the user has ruled about articles; they stay where they are."""
        for article in articles:
            self._placed.pop(article, None)
        self._ruled = frozenset(self._placed.values())

    def is_pinned(self, held: Held) -> bool:
        """Return whether the user has ruled where a report is: then the program never moves it."""
        return held.profile.article in self._placed

    def is_ruled(self, story: ActiveStory) -> bool:
        """Return whether any report of a story, held or older, is where it is by the user's word.

        Such a story never ends by the program's: others may be merged into it.
        """
        return story.key in self._ruled

    def may_merge(self, one: ActiveStory, other: ActiveStory) -> bool:
        """Return whether the program may merge two stories; see `ending`."""
        return self.ending(one, other) is not None

    def ending(self, one: ActiveStory, other: ActiveStory) -> ActiveStory | None:
        """Return which of two stories ends when the program merges them; None: it may not.

        It is the one that was opened later, but never one that the user has ruled about; and never
        one that is older than the window, since not all of its reports could be moved.
        """
        if one is other or (self.is_ruled(one) and self.is_ruled(other)):
            return None
        ends = max(one, other, key=self._opened)
        if self.is_ruled(ends):
            ends = other if ends is one else one
        return None if self._opened(ends)[0] == _BEFORE_THE_WINDOW else ends

    def _active(self, story: str) -> ActiveStory:
        active = self.stories.get(story)
        if active is None:
            active = self.stories[story] = ActiveStory(story)
        return active

    def _opened(self, story: ActiveStory) -> tuple[int, int]:
        opening = self._by_article.get(story.key)
        if opening is None or opening.story is not story:
            return _BEFORE_THE_WINDOW, min(story.reports)
        return opening.number, opening.number

    def _expire(self, now: datetime) -> None:
        assert self._day is not None
        oldest = self._day - self._length
        for held in self._arrivals:
            if held.stamp is not None:
                break
            held.stamp = now
        while self._arrivals and (stamp := self._arrivals[0].stamp) and stamp < oldest:
            held = self._arrivals.popleft()
            self._copies -= held.copy_of is not None
            self.index.remove(held)
            self.texts.remove(held)
            if self._by_article[held.profile.article] is held:
                del self._by_article[held.profile.article]
            if not held.story.reports:
                del self.stories[held.story.key]

    def _freeze(self) -> None:
        self.index.freeze()
        self._freeze_at = len(self._arrivals) * 5 // 4 + _FIRST_FREEZE
