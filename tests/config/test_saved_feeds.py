from pathlib import Path

import pytest

from aggregator.config import SavedFeed, parse
from aggregator.errors import ConfigError
from aggregator.model import PlainText

BEGINNING = """\
feeds: []
conflicts:
  - name: Straits
    places: [Orlane]
saved_feeds:
"""


def saved(text: str) -> tuple[SavedFeed, ...]:
    return parse(BEGINNING + text, Path("feeds.yaml")).saved_feeds


def test_a_saved_feed_is_what_an_address_could_ask_for() -> None:
    (feed,) = saved(
        "  - name: Orlane, by two or more\n    conflict: straits\n    place: Orlane\n"
        "    words: grain & ships\n    language: uk\n    country: UA\n    kind: state media\n"
        "    outlets: 3\n    origins: 2\n    one_sided: true\n    since: 3d\n    all: true\n"
    )
    assert feed == SavedFeed(
        "orlane-by-two-or-more",
        PlainText("Orlane, by two or more"),
        "all=1&conflict=straits&country=UA&kind=state+media&language=uk&one_sided=1&origins=2"
        "&outlets=3&place=Orlane&q=grain+%26+ships&since=72h",
    )


def test_what_is_not_given_asks_for_nothing() -> None:
    assert saved("  - name: All of it\n")[0].query == ""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("  - name: A\n    conflict: strait\n", "there is no conflict"),
        ("  - name: A\n    origins: 0\n", "origins"),
        ("  - name: A\n    kind: rumour\n", "kind"),
        ("  - name: A\n    orgins: 2\n", "did you mean origins?"),
        ("  - name: A\n  - name: a\n", "gives this saved feed the id"),
        ("  - conflict: straits\n", "this saved feed has no name"),
    ],
)
def test_mistakes_are_told_with_their_line(text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=r"feeds.yaml:[67]:") as caught:
        saved(text)
    assert message in str(caught.value)
