"""Feeds added to and removed from a file that people have laid out."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.config import add_feed, add_feeds, parse, remove_feed
from aggregator.errors import ConfigError, NotFound
from aggregator.model import SourceKind
from aggregator.text.clean import plain_line

PATH = Path("feeds.yaml")
NEW = {"name": "Lorn Courier", "url": "https://courier.example.org/rss?a=b&c=d"}

LAID_OUT = """\
# Our newsroom's list
settings: {title: "Lorn"}   # short

feeds:   # in order of trust
  # --- wires ---
  - name: Coast Wire    # the fast one
    url:   http://wire.example.org/
    # interval: 5m

  # --- papers ---
  -   name: 'Harbour Gazette'
      url: http://gazette.example.org/
      tags:
        - coast
        - ' a # b '

  - # the one with the long name
    name: >
      The Weekly Examiner
      of Port Ossian

    url: http://examiner.example.org/
    language:

# what we follow
conflicts:
  - name: Lorn
    places: [Lorn]   # and the strait
"""


def config_without_path(text: str) -> object:
    return replace(parse(text, PATH), path=Path())


def test_a_feed_is_added_after_the_last_one_and_nothing_else_changes() -> None:
    feed = {
        **NEW,
        "id": "lorn-courier",
        "homepage": None,
        "language": "no",
        "kind": SourceKind.STATE_MEDIA,
        "fulltext": False,
        "interval": timedelta(minutes=90),
        "tags": ("coast", "x, y"),
    }
    added = """
  - name: Lorn Courier
    url: https://courier.example.org/rss?a=b&c=d
    id: lorn-courier
    language: "no"
    kind: state media
    fulltext: false
    interval: 90m
    tags: [coast, "x, y"]
"""
    before, after = LAID_OUT.split("    language:\n")
    assert add_feed(LAID_OUT, feed) == f"{before}    language:\n{added}{after}"


@pytest.mark.parametrize(
    ("feed_id", "cut"),
    [
        (
            "coast-wire",
            """\
  - name: Coast Wire    # the fast one
    url:   http://wire.example.org/
    # interval: 5m
""",
        ),
        (
            "harbour-gazette",
            """
  -   name: 'Harbour Gazette'
      url: http://gazette.example.org/
      tags:
        - coast
        - ' a # b '
"""[1:],
        ),
        (
            "the-weekly-examiner-of-port-ossian",
            """
  - # the one with the long name
    name: >
      The Weekly Examiner
      of Port Ossian

    url: http://examiner.example.org/
    language:
""",
        ),
    ],
)
def test_a_feed_is_removed_with_its_own_comments_only(feed_id: str, cut: str) -> None:
    assert LAID_OUT.count(cut) == 1
    assert remove_feed(LAID_OUT, feed_id) == LAID_OUT.replace(cut, "")


LAYOUTS = {
    "as laid out": LAID_OUT,
    "no feed": "feeds: []\nconflicts: []\n",
    "no feed, with comments": "conflicts: []\nfeeds: []  # none yet\n# the end",
    "no feed, on its own line": "feeds:\n  []\nconflicts: []\n",
    "no feed, brackets apart": "feeds: [\n  # none yet\n]\nconflicts: []\n",
    "no indentation": "feeds:\n- name: A\n  url: http://a.example/\nconflicts: []\n",
    "dash alone": "conflicts: []\nfeeds:\n -\n  name: A\n  url: http://a.example/\n",
    "no line break at the end": "conflicts: []\nfeeds:\n- name: A\n  url: http://a.example/",
    "indented root": "  feeds:\n    - {name: A, url: http://a.example/}\n  conflicts: []\n",
    "indented root, no feed": "  conflicts: []\n  feeds: []\n",
    "windows": "feeds:\r\n  - name: A\r\n    url: http://a.example/\r\nconflicts: []\r\n",
    "byte order mark": "\ufefffeeds:\n  - name: A\n    url: http://a.example/\nconflicts: []\n",
    "brackets": "feeds: [{name: A, url: http://a.example/}, {name: B, url: http://b.example/}]\n"
    "conflicts: []\n",
    "brackets in lines": "feeds: [\n  {name: A, url: 'http://a.example/'},  # first\n"
    "  {name: B, url: 'http://b.example/'},  # second\n]\nconflicts: []\n",
    "JSON": '{"conflicts": [],\n "feeds": [\n  {"name": "A", "url": "http://a.example/"}\n ]}\n',
    "JSON, no feed": '{"feeds": [], "conflicts": []}',
    "document marks": "%YAML 1.2\n---\nfeeds:\n- name: A\n  url: http://a.example/\n"
    "conflicts: []\n...\n",
    "quoted key": "'feeds' :\n  - {name: A, url: http://a.example/}\nconflicts: []\n",
    "literal text": "conflicts: []\nfeeds:\n- url: http://a.example/\n  name: |+\n    A\n\n\n",
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_in_each_layout_added_comes_last_and_removed_is_gone(layout: str) -> None:
    text = LAYOUTS[layout]
    before = parse(text, PATH)
    added = add_feed(text, NEW)
    *others, last = parse(added, PATH).feeds
    assert tuple(others) == before.feeds
    assert (last.name, last.url) == (NEW["name"], NEW["url"])
    assert config_without_path(remove_feed(added, last.id)) == config_without_path(text)
    for comment in (line for line in text.splitlines() if line.lstrip().startswith("#")):
        assert comment in added


@pytest.mark.parametrize("layout", LAYOUTS)
def test_in_each_layout_many_are_added_at_once_as_one_by_one(layout: str) -> None:
    new = [{"name": f"New {n}", "url": f"http://n{n}.example/", "tags": ["x"]} for n in range(3)]
    one_by_one = LAYOUTS[layout]
    for feed in new:
        one_by_one = add_feed(one_by_one, feed)
    at_once = add_feeds(LAYOUTS[layout], new)
    assert config_without_path(at_once) == config_without_path(one_by_one)
    assert add_feeds(LAYOUTS[layout], []) == LAYOUTS[layout]


def test_of_many_feeds_none_is_added_when_one_would_spoil_the_file() -> None:
    good = {"name": "New", "url": "http://new.example/"}
    with pytest.raises(ConfigError, match=r'cannot add these feeds: .*"coast-wire"'):
        add_feeds(LAID_OUT, [good, {"name": "Coast Wire", "url": "http://other.example/"}])


def test_windows_line_ends_stay() -> None:
    added = add_feed(LAYOUTS["windows"], NEW)
    assert added.count("\r\n") == LAYOUTS["windows"].count("\r\n") + 2
    assert "\n" not in added.replace("\r\n", "")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_in_each_layout_all_feeds_can_be_removed_one_by_one_and_added_again(layout: str) -> None:
    text = LAYOUTS[layout]
    feeds = parse(text, PATH).feeds
    for feed in reversed(feeds):
        text = remove_feed(text, feed.id)
    assert parse(text, PATH).feeds == ()
    for feed in feeds:
        text = add_feed(text, {"id": feed.id, "name": feed.name, "url": feed.url})
    assert [feed.id for feed in parse(text, PATH).feeds] == [feed.id for feed in feeds]


def test_the_first_of_several_goes_as_well_as_the_last() -> None:
    for layout, text in LAYOUTS.items():
        ids = [feed.id for feed in parse(text, PATH).feeds]
        for gone in ids:
            left = [feed.id for feed in parse(remove_feed(text, gone), PATH).feeds]
            assert left == [kept for kept in ids if kept != gone], layout


def test_what_is_added_and_removed_leaves_the_same_text() -> None:
    assert remove_feed(add_feed(LAID_OUT, NEW), "lorn-courier") == LAID_OUT


# Text of which something is left when it is cleaned; the rest is refused, rightly.
values = st.text(min_size=1, max_size=60).filter(plain_line) | st.sampled_from(
    ["no", "~", "null", "- a", "a: b", "a #b", "'", '"', "{", "a,b", "1", "*a", "&a", "%", "\\n"]
)


@given(
    feed=st.fixed_dictionaries(
        {"id": st.from_regex(r"[a-z0-9][a-z0-9._-]{0,20}", fullmatch=True), "name": values},
        optional={
            "tags": st.lists(values, max_size=4),
            "fulltext": st.booleans(),
            "interval": st.timedeltas(timedelta(minutes=1), timedelta(days=9)).map(
                lambda value: timedelta(seconds=round(value.total_seconds()))
            ),
            "language": st.from_regex(r"[a-z]{2,3}", fullmatch=True),
        },
    ),
    layout=st.sampled_from(sorted(LAYOUTS)),
)
def test_add_then_remove_is_the_same_configuration(feed: Mapping[str, object], layout: str) -> None:
    text = LAYOUTS[layout]
    feed = {**feed, "id": f"new-{feed['id']}", "url": "https://new.example.org/ö?x=#y"}
    added = add_feed(text, feed)
    new = parse(added, PATH).feeds[-1]
    assert new.id == feed["id"]
    assert new.name == plain_line(str(feed["name"]))
    assert new.interval == feed.get("interval")
    assert new.fulltext is feed.get("fulltext", True)
    assert new.language == feed.get("language")
    assert config_without_path(remove_feed(added, new.id)) == config_without_path(text)


@pytest.mark.parametrize(
    ("feed", "reason"),
    [
        ({"name": "Coast Wire", "url": "http://new.example/"}, '"coast-wire"'),
        ({"name": "New", "id": "coast-wire", "url": "http://new.example/"}, '"coast-wire"'),
        ({"name": "New", "url": "HTTP://wire.example.org"}, '"http://wire.example.org/"'),
        ({"name": "New"}, "has no url"),
        ({"name": "New", "url": "gopher://new.example/"}, "http or https"),
        ({"name": "New", "url": "http://a:hunter2@new.example/"}, "user name or password"),
        ({"name": "Новый", "url": "http://new.example/"}, "no id"),
        ({"name": "New", "url": "http://new.example/", "lang": "uk"}, "did you mean language"),
        ({}, "has no name"),
    ],
)
def test_a_feed_that_would_spoil_the_file_is_refused(
    feed: Mapping[str, object], reason: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        add_feed(LAID_OUT, feed, Path("my.yaml"))
    message = str(caught.value)
    assert message.startswith("my.yaml: cannot add this feed: ")
    assert reason in message
    assert "hunter2" not in message


def test_a_feed_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound) as caught:
        remove_feed(LAID_OUT, "lorn-courier")
    assert caught.value.identifier == "lorn-courier"


def test_a_bad_file_is_not_edited() -> None:
    with pytest.raises(ConfigError, match=r"feeds\.yaml: section conflicts"):
        add_feed("feeds: []\n", NEW)
    with pytest.raises(ConfigError, match=r"feeds\.yaml: section conflicts"):
        remove_feed("feeds: []\n", "x")


@pytest.mark.parametrize(
    "text",
    [
        "conflicts: []\n? feeds\n: - name: A\n    url: http://a.example/\n",
        "conflicts: []\rfeeds:\r- name: A\r  url: http://a.example/\r",
        "conflicts: []\rfeeds:\r- {name: A, url: http://a/}\r- {name: B, url: http://b/}\r",
    ],
    ids=["explicit key", "line ends of old Macintoshes", "the same with two feeds"],
)
def test_a_layout_that_cannot_be_edited_is_refused_and_never_damaged(text: str) -> None:
    with pytest.raises(ConfigError, match="use an editor"):
        remove_feed(text, "a")
