"""The state of the grouper: what it holds of the last days, and when it lets it go.

The state is a function of the held reports in their order of arrival, so that a restart from the
database leads to the same decisions. Hence three rules: reports leave in the order in which they
came, by the stream's time at their arrival, and only when a new day begins; all sums are whole
numbers; rarity is worked out anew only at points that the held reports themselves determine.
"""

from collections import deque
from datetime import datetime, timedelta
from typing import Final

from aggregator.group.clock import StreamClock
from aggregator.group.copies import Texts
from aggregator.group.index import ActiveStory, Held, Index
from aggregator.group.profile import Profile

_FIRST_FREEZE: Final = 16
_DAY: Final = timedelta(days=1)


class Window:
    """The reports and stories of the last days of the stream."""

    def __init__(self, length: timedelta) -> None:
        self.index = Index()
        self.texts = Texts()
        self.stories: dict[str, ActiveStory] = {}
        self._length = length
        self._clock = StreamClock()
        self._arrivals: deque[Held] = deque()
        self._by_article: dict[str, Held] = {}
        self._arrived = 0
        self._day: datetime | None = None
        self._freeze_at = _FIRST_FREEZE

    def __len__(self) -> int:
        return len(self._arrivals)

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
        active = self.stories.get(story)
        if active is None:
            active = self.stories[story] = ActiveStory(story)
        held = Held(self._arrived, profile, active, copy_of, self.now)
        self._arrived += 1
        self._arrivals.append(held)
        self._by_article[profile.article] = held
        self.index.add(held)
        self.texts.add(held)

    def _expire(self, now: datetime) -> None:
        assert self._day is not None
        oldest = self._day - self._length
        for held in self._arrivals:
            if held.stamp is not None:
                break
            held.stamp = now
        while self._arrivals and (stamp := self._arrivals[0].stamp) and stamp < oldest:
            held = self._arrivals.popleft()
            self.index.remove(held)
            self.texts.remove(held)
            if self._by_article[held.profile.article] is held:
                del self._by_article[held.profile.article]
            if not held.story.reports:
                del self.stories[held.story.key]

    def _freeze(self) -> None:
        self.index.rarity.freeze()
        self._freeze_at = len(self._arrivals) * 5 // 4 + _FIRST_FREEZE
