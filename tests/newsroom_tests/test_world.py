import io
import json
import re
import threading
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.newsroom import Event, FeedFormat, Newsroom, Outlet, Report, World, full_world
from tests.newsroom.export import export_lines
from tests.newsroom.feeds import ENTRY_LIMIT
from tests.newsroom.layouts import LAYOUTS
from tests.newsroom.reading import read_events
from tests.newsroom.site import Site
from tests.newsroom.state import Newsdesk
from tests.newsroom.worlds import truth_world
from tests.newsroom_tests.conftest import NOON


def _reports(world: World) -> list[Report]:
    return [report for event in world.events for report in event.reports]


def _phrases(report: Report) -> set[str]:
    words = re.findall(r"\w+", " ".join(report.body).lower())
    return {" ".join(words[i : i + 4]) for i in range(len(words) - 3)}


def test_the_world_is_large_and_varied() -> None:
    world = full_world()
    told = Counter(event.conflict for event in world.events)
    assert 25 <= len(world.outlets) <= 40
    assert 140 <= len(_reports(world)) <= 220
    assert {"en", "uk", "ru", "ar", "he", "fr", "es", "zh"} == {o.language for o in world.outlets}
    assert {o.kind for o in world.outlets} == {
        "wire", "newspaper", "state media", "government", "ngo", "thinktank", "blog",
    }  # fmt: skip
    assert {o.format for o in world.outlets} == set(FeedFormat)
    assert {o.layout for o in world.outlets} == set(LAYOUTS)
    assert all(told[conflict.id] for conflict in world.conflicts)
    assert told[None] >= 10
    assert {o.id for o in world.outlets} == {r.outlet for r in _reports(world)}


def test_events_are_told_in_genuinely_different_words() -> None:
    for event in truth_world().events:
        own = [report for report in event.reports if report.copy_of is None]
        for one, other in combinations(own, 2):
            shared = _phrases(one) & _phrases(other)
            least = min(len(_phrases(one)), len(_phrases(other)))
            assert len(shared) <= 0.1 * least + 2, (one.key, other.key, shared)


def test_copies_repeat_the_beginning_of_their_original() -> None:
    reports = {report.key: report for report in _reports(truth_world())}
    copies = [report for report in reports.values() if report.copy_of]
    assert len(copies) >= 20
    for copy in copies:
        original = reports[str(copy.copy_of)]
        kept = [paragraph for paragraph in copy.body if paragraph in original.body]
        assert kept
        assert list(original.body[: len(kept)]) == kept
        assert copy.headline != original.headline
        assert copy.outlet != original.outlet


def test_no_article_is_told_in_one_line_only() -> None:
    lengths = sorted(len(" ".join(report.body)) for report in _reports(full_world()))
    assert lengths[len(lengths) // 2] >= 500
    assert lengths[0] >= 60


def test_several_reports_are_corrected() -> None:
    assert sum(bool(report.corrections) for report in _reports(full_world())) >= 5


def _everything(world: World) -> list[bytes]:
    desk = Newsdesk(world, "http://:80", NOON)
    site = Site(desk, NOON, threading.Event())
    pages = [site(article.outlet.id, article.path).body for article in desk.articles()]
    return pages + [site(o.id, o.feed_path).body for o in world.outlets] + [site("", "/").body]


def test_the_same_moment_gives_the_same_bytes() -> None:
    assert _everything(full_world()) == _everything(full_world())
    assert list(export_lines(full_world(), NOON)) == list(export_lines(full_world(), NOON))


def test_a_feed_has_room_for_all_that_its_outlet_tells() -> None:
    told = Counter(report.outlet for report in _reports(full_world()))
    assert max(told.values()) <= ENTRY_LIMIT // 2


def test_the_export_has_the_fields_of_a_grouping_check() -> None:
    lines: list[dict[str, Any]] = [json.loads(line) for line in export_lines(full_world(), NOON)]
    ids = {line["id"] for line in lines}
    assert len(ids) == len(lines) == len(_reports(full_world()))
    assert all(
        set(line) == {
            "id", "title", "text", "url", "source", "lang", "published", "event_id", "copy_of",
        }
        for line in lines
    )  # fmt: skip
    assert {line["copy_of"] for line in lines} - {None} <= ids
    times = [line["published"] for line in lines]
    assert times == sorted(times)
    assert "2026-03-03T00:00:00Z" < times[0] < times[-1] <= "2026-03-06T12:00:00Z"


def test_weekdays_in_the_text_are_those_of_the_event() -> None:
    text = "\n".join(export_lines(full_world(), NOON))
    assert "{day" not in text
    # 61 hours before noon of Friday, 6 March 2026.
    assert "before dawn on Tuesday" in text


def test_feeds_yaml_lists_every_feed_and_conflict(room: Newsroom) -> None:
    text = room.feeds_yaml(title="A test", host_gap="1s")
    document = YAML(typ="safe").load(io.StringIO(text))
    assert document["settings"]["title"] == "A test"
    assert document["settings"]["host_gap"] == "1s"
    assert document["settings"]["allowed_ports"] == [room.port]
    assert [feed["id"] for feed in document["feeds"]] == [o.id for o in room.outlets]
    assert {feed["url"] for feed in document["feeds"]} == {
        room.feed_url(o.id) for o in room.outlets
    }
    assert [f["id"] for f in document["feeds"] if not f["fulltext"]] == ["bureau-brief"]
    assert [c["id"] for c in document["conflicts"]] == [
        event_conflict.id for event_conflict in full_world().conflicts
    ]


def test_small_worlds_can_be_made_by_hand() -> None:
    report = Report("gazette", "flood", "The river rises", ("It rose.",), hours_ago=2)
    world = World((Outlet("gazette", "Gazette"),), (Event("flood", "A flood", None, (report,)),))
    desk = Newsdesk(world, "http://:80", NOON)
    (truth,) = desk.truth().values()
    assert (truth.event, truth.body, truth.copy_of) == ("flood", "It rose.", None)
    with Newsroom(world, now=NOON) as room:
        assert "conflicts: []" in room.feeds_yaml()


def test_a_world_with_unknown_names_is_refused() -> None:
    report = Report("nobody", "flood", "The river rises", ("It rose.",))
    with pytest.raises(ValueError, match="nobody"):
        World((), (Event("flood", "A flood", None, (report,)),))


@pytest.mark.parametrize(
    "line", ["bye Ann", "copy nobody 2 3", "# Headline\n~ this is not there => that"]
)
def test_a_misspelt_event_file_is_refused(tmp_path: Path, line: str) -> None:
    (tmp_path / "one.txt").write_text(
        f"event one\nabout a test\nbegan 1h\n@ gazette +1m\n{line}\nText.\n", "utf-8"
    )
    with pytest.raises(ValueError, match=r"line|correction"):
        list(read_events(tmp_path))
