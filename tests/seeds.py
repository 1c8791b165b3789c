"""Many runs of one test: a twentieth of them in each run of the suite, the rest in the slow one."""

from datetime import UTC, datetime

import pytest
from _pytest.mark.structures import ParameterSet

_SHARE = 20


def examples(few: int, many: int) -> list[ParameterSet]:
    """Return of how many random examples a property is asked: `few`, in the slow run `many`."""
    return [pytest.param(few), pytest.param(many, marks=pytest.mark.slow)]


def seeds(count: int) -> list[ParameterSet]:
    """Return the seeds 0 to `count` - 1, all but a twentieth (at least one) marked `slow`.

    Which ones every run has depends on the month only: a failure can be repeated, and in two years
    each seed has had its turn.
    """
    today = datetime.now(UTC)
    first = (12 * today.year + today.month) % _SHARE
    sample = set(range(first, count, _SHARE)) or {first % count}
    return [
        pytest.param(seed, marks=() if seed in sample else pytest.mark.slow)
        for seed in range(count)
    ]
