"""What docs/grouping.md says in figures is what the code does."""

from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.group import follow_ups, life_cycle, profile, second_look, stories
from aggregator.group.decision import pairs
from aggregator.group.origin import origins, printed

_PAGE = Path(__file__).parents[2].joinpath("docs", "grouping.md").read_text("utf-8")
PAGE = " ".join(_PAGE.split())
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    "said",
    [
        f"first {profile.TEXT_LIMIT:,} characters",
        f"every report of the last {stories.WINDOW // _DAY} days",
        f"when {second_look.LOOK_AFTER} later ones are in",
        f"For each of the nearest {pairs.MOST_PAIRS} ",
        f"{printed.COPIED:.0%} of its text".replace("%", " %"),
        f"From {printed.LARGELY:.0%} on".replace("%", " %"),
        f"fewer than {printed.OWN_WORDS} words of its own",
        f"{origins.LONG_TEXT} words or more that only cites",
        f"fewer than {profile.LEAST_COPIED_TEXT} characters",
        (
            f"{life_cycle.GROWING_REPORTS} reports or more in the last"
            f" {life_cycle.GROWING_SPAN // _HOUR} hours"
        ),
        f"none for {life_cycle.QUIET_AFTER // _HOUR} hours",
        f"none for {life_cycle.CLOSED_AFTER // _DAY} days",
        f"within the last {follow_ups.FOLLOWED_FOR // _DAY} days",
    ],
)
def test_the_page_and_the_code_agree(said: str) -> None:
    assert said in PAGE
