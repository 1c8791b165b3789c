"""The feeds.yaml that is shipped is a product in itself: what it promises."""

from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from aggregator.config import Config, load
from aggregator.model import Conflict, Feed, SourceKind

SHIPPED = load(Path(__file__).parents[2] / "feeds.yaml")
CONFLICTS = {conflict.id: conflict for conflict in SHIPPED.conflicts}
FOLLOWED = """
    ukraine gaza lebanon syria iran yemen sudan south-sudan congo sahel nigeria somalia ethiopia
    myanmar afghanistan-pakistan kashmir haiti colombia mexico venezuela armenia-azerbaijan balkans
    taiwan korea central-african-republic libya mozambique cameroon thailand-cambodia
""".split()


@pytest.fixture
def shipped() -> Config:
    return SHIPPED


def feeds_close_to(conflict: str) -> list[Feed]:
    return [feed for feed in SHIPPED.feeds if conflict in feed.tags]


def test_at_least_150_feeds_in_at_least_10_languages(shipped: Config) -> None:
    assert len(shipped.feeds) >= 150
    assert len({feed.language for feed in shipped.feeds}) >= 10


def test_every_feed_says_who_and_where_it_is(shipped: Config) -> None:
    for feed in shipped.feeds:
        assert feed.language, feed.id
        assert feed.country, feed.id
        assert feed.homepage, feed.id
        assert urlsplit(feed.url).scheme in {"http", "https"}, feed.url


def test_ids_addresses_and_names_are_unique(shipped: Config) -> None:
    for values in (
        [feed.id for feed in shipped.feeds],
        [feed.url for feed in shipped.feeds],
        [feed.name for feed in shipped.feeds],
        [conflict.id for conflict in shipped.conflicts],
    ):
        assert [value for value, count in Counter(values).items() if count > 1] == []


def test_states_speak_under_their_own_name(shipped: Config) -> None:
    kinds = {feed.id: feed.kind for feed in shipped.feeds}
    for state_owned in ("tass-russian", "xinhua-world-english", "irna-english", "trt-haber"):
        assert kinds[state_owned] is SourceKind.STATE_MEDIA
    assert kinds["radio-okapi"] is kinds["reliefweb-updates"] is SourceKind.GOVERNMENT


def test_every_tag_is_a_conflict_or_exile(shipped: Config) -> None:
    assert {tag for feed in shipped.feeds for tag in feed.tags} == {*CONFLICTS, "exile"}


def test_every_major_conflict_is_followed() -> None:
    assert set(FOLLOWED) <= set(CONFLICTS)


@pytest.mark.parametrize("conflict", SHIPPED.conflicts, ids=list(CONFLICTS))
def test_each_conflict_has_terms_of_each_sort(conflict: Conflict) -> None:
    assert conflict.places
    assert conflict.parties
    assert conflict.keywords


@pytest.mark.parametrize("conflict", list(CONFLICTS))
def test_each_conflict_has_several_kinds_of_sources_from_several_countries(conflict: str) -> None:
    close = feeds_close_to(conflict)
    assert len(close) >= 5
    assert len({feed.kind for feed in close}) >= 2
    assert len({feed.country for feed in close}) >= 2


@pytest.mark.parametrize(
    ("conflict", "sides"),
    [
        ("ukraine", {"UA", "RU"}),
        ("gaza", {"IL", "PS"}),
        ("lebanon", {"IL", "LB"}),
        ("iran", {"IR", "IL", "US"}),
        ("afghanistan-pakistan", {"AF", "PK"}),
        ("kashmir", {"IN", "PK"}),
        ("balkans", {"RS", "XK", "BA"}),
        ("taiwan", {"CN", "PH"}),
    ],
)
def test_both_sides_speak(conflict: str, sides: set[str]) -> None:
    assert sides <= {feed.country for feed in feeds_close_to(conflict)}


def test_exile_media_are_there(shipped: Config) -> None:
    exiled = [feed for feed in shipped.feeds if "exile" in feed.tags]
    assert {"ru", "en", "my"} <= {feed.language for feed in exiled}
