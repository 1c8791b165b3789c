"""Group reports of the same event into stories, as they arrive.

`aggregator.group(articles)` is the public call, and this package has the same name; so the
package itself can be called, and does what `aggregator.group.stories.group` does.
"""

import sys
from collections.abc import Iterable, Iterator
from datetime import timedelta
from types import ModuleType

from aggregator.model import Decision, GroupInput


class _CallablePackage(ModuleType):
    def __call__(
        self, articles: Iterable[GroupInput], *, window: timedelta | None = None
    ) -> Iterator[Decision]:
        from aggregator.group import stories  # noqa: PLC0415 -- it imports this package

        return stories.group(articles, window=window or stories.WINDOW)


sys.modules[__name__].__class__ = _CallablePackage
