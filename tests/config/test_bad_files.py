"""What is wrong with a bad file: all of it at once, where it is, and how to mend it.

The file is long because its table of bad files is.
"""

import os
import re
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.config import load, parse
from aggregator.errors import ConfigError

PATH = Path("feeds.yaml")
FEED = "  - name: Harbour Gazette\n    url: https://gazette.example.org/a.xml\n"
END = "conflicts: []\n"
GOOD = f"feeds:\n{FEED}{END}"


def problems_of(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        parse(text, PATH)
    return str(caught.value).splitlines()


def with_feed_line(line: str) -> str:
    return f"feeds:\n{FEED}    {line}\n{END}"


def with_setting(line: str) -> str:
    return f"settings:\n  {line}\n{GOOD}"


def with_conflict(lines: str) -> str:
    return f"feeds:\n{FEED}conflicts:\n{lines}\n"


NESTED = "[" * 5000
BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n" + GOOD
ALIASES = with_conflict("  - name: Lorn\n    places: &p [Lorn]\n    parties: *p")

# Each: the text, then for each problem its place and what its message has to hold.
BAD = {
    "empty": ("", [":", "empty", "feeds", "conflicts"]),
    "only comments": ("# nothing yet\n", [":", "empty"]),
    "a list": ("- a\n", [":1:1:", "must be the sections", "not a list"]),
    "a word": ("feeds", [":1:1:", "must be the sections"]),
    "no feeds": (END, [":", "section feeds is missing", "feeds: []"]),
    "cut off": (f"feeds:\n{FEED}", [":", "section conflicts is missing", "conflicts: []"]),
    "section without a value": (f"feeds:\n{END}", [":1:1:", "feeds is missing or empty"]),
    "feeds are text": (f"feeds: none\n{END}", [":1:8:", "list of feeds", '"- name:"']),
    "feeds are a mapping": (f"feeds: {{a: b}}\n{END}", [":1:8:", "list of feeds"]),
    "feed is text": (f"feeds: [x]\n{END}", [":1:9:", "mapping", "at least name, url"]),
    "settings are a list": (f"settings: [x]\n{GOOD}", [":1:11:", "mapping", "not a list"]),
    "conflict is text": (with_conflict("  - Lorn"), [":5:5:", "mapping", "at least name"]),
    "unknown section": (f"feed: []\n{GOOD}", [":1:1:", '"feed"', "did you mean feeds?"]),
    "unknown setting": (with_setting("titel: x"), [":2:3:", '"titel"', "did you mean title?"]),
    "unknown feed key": (with_feed_line("lang: no"), [":4:5:", "did you mean language?"]),
    "unknown and far": (with_feed_line("x: 1"), [":4:5:", '"x"', "there are name, url, id"]),
    "wrong case": (with_feed_line("Kind: wire"), [":4:5:", "did you mean kind?"]),
    "unknown conflict key": (
        with_conflict("  - name: a\n    keyword: [b]\n    places: [c]"),
        [":6:5:", "did you mean keywords?"],
    ),
    "key is a list": (with_feed_line("? [a]\n    : b"), [":4:7:", "name of a feed key"]),
    "duplicate section": (f"{GOOD}feeds: []\n", [":5:1:", "feeds stands here twice", "line 1"]),
    "duplicate key": (with_feed_line("name: B"), [":4:5:", "name stands here twice", "line 2"]),
    "duplicate id by name": (
        f"feeds:\n{FEED}  - {{name: 'Harbour, Gazette', url: http://b.example/}}\n{END}",
        [":4:12:", '"harbour-gazette"', "line 2", "id of its own"],
    ),
    "duplicate id": (
        f"feeds:\n{FEED}  - {{id: harbour-gazette, name: B, url: http://b.example/}}\n{END}",
        [":4:10:", '"harbour-gazette"', "line 2", "its own"],
    ),
    "duplicate url": (
        f"feeds:\n{FEED}  - {{name: B, url: 'HTTPS://gazette.example.org:443/a.xml'}}\n{END}",
        [":4:20:", "https://gazette.example.org/a.xml", "line 2", "remove one feed"],
    ),
    "duplicate conflict": (
        with_conflict("  - {name: Lorn, places: [a]}\n  - {name: LORN, places: [a]}"),
        [":6:12:", '"lorn"', "line 5"],
    ),
    "duplicate language": (
        with_conflict("  - name: Lorn\n    places: {en: [a], ru: [b], en: [c]}"),
        [":6:32:", "en twice", "join"],
    ),
    "no name": (f"feeds:\n  - url: http://a.example/\n{END}", [":2:5:", "has no name"]),
    "no url": (f"feeds:\n  - name: A\n{END}", [":2:5:", "has no url"]),
    "name without a value": (
        f"feeds:\n  - name:\n    url: http://a.example/\n{END}",
        [":2:5:", "name has no value"],
    ),
    "setting without a value": (with_setting("title:"), [":2:3:", "title has no value"]),
    "name is a list": (
        f"feeds:\n  - name: [A]\n    url: http://a.example/\n{END}",
        [":2:11:", "name must be text", "not a list"],
    ),
    "name is blank": (
        f'feeds:\n  - name: "\\u200b "\n    url: http://a.example/\n{END}',
        [":2:11:", "name must be text of 1 to 200"],
    ),
    "name is long": (
        f"feeds:\n  - name: {'a' * 201}\n    url: http://a.example/\n{END}",
        [":2:11:", "1 to 200 characters", "aaa…"],
    ),
    "name without letters a-z": (
        f"feeds:\n  - name: Вестник\n    url: http://a.example/\n{END}",
        [":2:11:", "no id", '"Вестник"', "id: my-feed"],
    ),
    "bad id": (with_feed_line("id: Harbour Gazette"), [":4:9:", "must be an id"]),
    "other scheme": (
        f"feeds:\n  - name: A\n    url: ftp://a.example/x\n{END}",
        [":3:10:", "http or https", '"ftp://a.example/x"'],
    ),
    "no scheme": (
        with_feed_line("homepage: gazette.example.org/world"),
        [":4:15:", "write https://gazette.example.org/world"],
    ),
    "bad language": (with_feed_line("language: en-GB"), [":4:15:", "2 or 3 lower-case", "uk"]),
    "bad country": (with_feed_line("country: gb"), [":4:14:", "2 upper-case", '"gb"']),
    "bad kind": (
        with_feed_line("kind: state-media"),
        [":4:11:", "newspaper", 'did you mean "state media"?'],
    ),
    "not true": (with_feed_line("fulltext: yes"), [":4:15:", "true or false", '"yes"']),
    "bad duration": (with_feed_line("interval: 5 min"), [":4:15:", '"5 min"', "90s or 5m"]),
    "no time at all": (with_feed_line("interval: 0s"), [":4:15:", "from 1s to 30d"]),
    "endless": (with_feed_line("interval: 9999999d"), [":4:15:", "from 1s to 30d"]),
    "tags are text": (with_feed_line("tags: coast"), [":4:11:", "a list", "[ ]"]),
    "tags in tags": (with_feed_line("tags: [[a]]"), [":4:12:", "tags must be text", "a list"]),
    "no number": (with_setting("serve_port: http"), [":2:15:", "1 to 65535", '"http"']),
    "too large a number": (with_setting("serve_port: 65536"), [":2:15:", "1 to 65535"]),
    "half a request": (with_setting("requests_in_flight: 1.5"), [":2:23:", "whole number"]),
    "bad size": (with_setting("feed_limit: 10 MB"), [":2:15:", "10MiB"]),
    "too small a size": (with_setting("page_limit: 1"), [":2:15:", "from 1KiB to 50MiB"]),
    "network with host bits": (
        with_setting("allowed_networks: [192.168.1.7/24]"),
        [":2:22:", "write 192.168.1.0/24"],
    ),
    "all networks": (
        with_setting("allowed_networks: [0.0.0.0/0]"),
        [":2:22:", "no private network is wider than /8"],
    ),
    "all networks of version 6": (
        with_setting('allowed_networks: ["::/0"]'),
        [":2:22:", "no private network is wider than /7"],
    ),
    "no network": (with_setting("allowed_networks: [home]"), [":2:22:", "a network such as"]),
    "no language": (with_setting("languages: [english]"), [":2:15:", "such as uk"]),
    "no ports": (with_setting("allowed_ports: []"), [":2:18:", "at least 1"]),
    "prefix with a query": (
        with_setting("websub_callback: https://a.example/?b"),
        [":2:20:", "without a query"],
    ),
    "bad host": (with_setting("serve_host: 127.0.0.256"), [":2:15:", "host name or IP"]),
    "folder as a file": (with_setting("database: data/"), [":2:13:", "the path of a file"]),
    "nobody's home": (
        with_setting("database: ~no-such-person/lorn.db"),
        [":2:13:", "no home folder is known"],
    ),
    "bad contact": (with_setting('contact: "a b@c"'), [":2:12:", "a mailbox"]),
    "header in contact": (with_setting('contact: "a@b.example\\r\\nX: y"'), [":2:12:", "mailbox"]),
    "limits crossed": (
        with_setting("poll_interval_minimum: 2h"),
        [":2:26:", "must not be longer than poll_interval_maximum"],
    ),
    "deadlines crossed": (
        with_setting("request_deadline: 5s"),
        [":2:21:", "connect_timeout must not be longer than request_deadline"],
    ),
    "conflict of nothing": (
        with_conflict("  - name: Lorn"),
        [":5:5:", "matches nothing", "keywords"],
    ),
    "conflict of empty lists": (
        with_conflict("  - {name: Lorn, places: [], keywords: {en: []}}"),
        [":5:5:", "matches nothing"],
    ),
    "words are text": (with_conflict("  - name: L\n    places: Lorn"), [":6:13:", "list of words"]),
    "bad word language": (
        with_conflict("  - name: L\n    places: {english: [a]}"),
        [":6:14:", "language code"],
    ),
    "blank word": (with_conflict("  - name: L\n    places: [a, '']"), [":6:17:", "1 to 200"]),
    "bad indentation": (
        f"feeds:\n  - name: A\n   url: http://a.example/\n{END}",
        [":3:4:", "not valid YAML", "check indentation"],
    ),
    "tab": (f"feeds:\n\t- name: A\n{END}", [":2:1:", "spaces, not with tabs"]),
    "colon in text": (
        f"feeds:\n  - name: A: B\n{END}",
        [":2:12:", "not valid YAML", "needs quotes"],
    ),
    "open quote": (f'feeds:\n  - name: "A\n{END}', ["not valid YAML", "quotes"]),
    "open bracket": ("feeds: [\n", ["not valid YAML", "brackets"]),
    "two documents": (f"{GOOD}---\n{GOOD}", [":5:1:", "---", "second document"]),
    "NUL": (GOOD + "\0\n", [":5:1:", "U+0000", "remove it"]),
    "impossible escape": (with_feed_line('tags: ["\\UFFFFFFFF"]'), ["not valid YAML"]),
    "tag": (with_feed_line("tags: !!python/none x"), [":4:11:", "tags such as", "remove"]),
    "undeclared tag": (with_feed_line("tags: !x! [a]"), ["not valid YAML"]),
    "alias": (ALIASES, [":7:14:", "aliases such as *p are not supported", "write the value out"]),
    "merge key": (with_feed_line("<<: {kind: wire}"), [":4:5:", '"<<" is no feed key']),
    "nesting": (f"feeds: {NESTED}", [":1:27:", "more than 20 lists"]),
}


@pytest.mark.parametrize("name", BAD)
def test_o32_one_problem_with_its_place_and_its_remedy(name: str) -> None:
    text, (place, *words) = BAD[name]
    lines = problems_of(text)
    assert len(lines) == 1
    assert lines[0].startswith("feeds.yaml:")
    assert place in lines[0]
    for word in words:
        assert word in lines[0]
    assert len(lines[0]) < 400


def test_o32_an_alias_bomb_is_refused_before_it_grows() -> None:
    levels = "".join(f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 9)}]\n" for n in range(1, 30))
    lines = problems_of(f"x0: &x0 [lol]\n{levels}{GOOD}")
    assert len(lines) == 30
    assert all("is no section" in line for line in lines)


def test_o32_all_problems_are_told_together_in_the_order_of_their_lines() -> None:
    lines = problems_of(
        """\
settings:
  serve_port: 0
  serve_prot: 1
  allowed_networks: [a, 10.0.0.0/8, b]
feeds:
  - name: A
    url: x
    url: y
    tags: *none
  - country: Ireland
conflicts:
  - keywords: {en: [''], EN: [a]}
    name: Lorn
extra: 1
"""
    )
    places = [re.match(r"feeds\.yaml:(\d+):(\d+): ", line) for line in lines]
    assert [(int(p[1]), int(p[2])) for p in places if p] == [
        (2, 15),
        (3, 3),
        (4, 22),
        (4, 37),
        (7, 10),
        (8, 5),
        (9, 11),
        (10, 5),
        (10, 5),
        (10, 14),
        (12, 21),
        (12, 26),
        (14, 1),
    ]


def test_o32_a_flood_of_problems_is_counted() -> None:
    lines = problems_of(f"feeds: [{'x, ' * 1000}]\n{END}")
    assert len(lines) == 201
    assert lines[-1] == "feeds.yaml: and 800 more problems"


@pytest.mark.parametrize(
    "address",
    [
        "http://reader:hunter2@a.example/x",
        "https://hunter2@a.example/",
        "reader:hunter2@a.example/x",
        "ftp://reader:hunter2@a.example/x",
        "http:\\\\reader:hunter2@a.example",
        "http://reader:hunter2@a.example:port/",
        "//reader:hunter2@a.example/x",
        "http://reader:hun/ter2@a.example/x y\\",
        "http://reader:hun ter2@a.example/",
    ],
)
def test_p38_a_password_in_an_address_is_refused_and_never_shown(address: str) -> None:
    as_url = problems_of(f"feeds:\n  - name: A\n    url: '{address}'\n{END}")
    as_feed = problems_of(f"feeds:\n  - '{address}'\n{END}")
    as_key = problems_of(f"feeds:\n{FEED}    '{address}': x\n{END}")
    assert [len(as_url), len(as_feed), len(as_key)] == [1, 1, 1]
    assert as_url[0].startswith("feeds.yaml:3:10: url must")
    assert "ter2" not in "".join(as_url + as_feed + as_key)


def test_c17_a_message_holds_nothing_that_moves_a_terminal() -> None:
    (line,) = problems_of(with_feed_line('"\\e[2J\\u202Ekind\\n": x'))
    assert '"[2Jkind"' in line
    assert line.isprintable()


class TestFiles:
    """Files of which not even the text can be had."""

    def error_of(self, path: Path) -> str:
        with pytest.raises(ConfigError) as caught:
            load(path)
        assert caught.value.path == path
        assert caught.value.exit_code == 2
        return str(caught.value)

    def test_o32_missing(self, tmp_path: Path) -> None:
        message = self.error_of(tmp_path / "feeds.yaml")
        assert "cannot be read (No such file or directory)" in message

    def test_o32_a_folder(self, tmp_path: Path) -> None:
        assert self.error_of(tmp_path).endswith(": is not a file")

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
    def test_o32_a_pipe_is_not_waited_for(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "feeds.yaml")
        assert self.error_of(tmp_path / "feeds.yaml").endswith(": is not a file")

    @pytest.mark.skipif(
        not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the administrator may read all"
    )
    def test_o32_forbidden(self, tmp_path: Path) -> None:
        path = tmp_path / "feeds.yaml"
        path.write_text(GOOD)
        path.chmod(0)
        assert "Permission denied" in self.error_of(path)

    def test_o32_a_link_in_a_circle(self, tmp_path: Path) -> None:
        path = tmp_path / "feeds.yaml"
        path.symlink_to(path)
        assert "cannot be read" in self.error_of(path)

    def test_o32_a_name_that_no_file_has(self) -> None:
        assert "cannot be read" in self.error_of(Path("feeds\0yaml"))

    def test_o32_too_large(self, tmp_path: Path) -> None:
        path = tmp_path / "feeds.yaml"
        path.write_bytes(GOOD.encode() + b"#" * 10_000_000)
        assert "larger than 10 MB" in self.error_of(path)

    def test_o32_not_utf_8(self, tmp_path: Path) -> None:
        path = tmp_path / "feeds.yaml"
        path.write_bytes(b"feeds: []\n# caf\xe9\n")
        assert self.error_of(path).startswith(f"{path}:2:6: byte 0xe9 is not UTF-8")

    def test_o32_utf_16(self, tmp_path: Path) -> None:
        path = tmp_path / "feeds.yaml"
        path.write_bytes(GOOD.encode("utf-16"))
        assert "not UTF-8" in self.error_of(path)


YAML_SIGNS = "feds: -[]{}&*!|>'\"#\n\t,?%@`a1~\\"


@given(st.text() | st.text(alphabet=YAML_SIGNS))
def test_o32_any_text_is_a_configuration_or_a_configuration_error(text: str) -> None:
    with suppress(ConfigError):
        assert parse(text, PATH).path == PATH


@given(
    st.lists(
        st.tuples(
            st.integers(min_value=0, max_value=120),
            st.integers(min_value=0, max_value=3),
            st.sampled_from(["", "%YAML 9.9\n", "&a ", "*a", "- ", "\\x", "...", *YAML_SIGNS]),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_o32_a_damaged_file_is_a_configuration_or_a_configuration_error(
    damages: list[tuple[int, int, str]],
) -> None:
    text = with_conflict("  - name: Lorn\n    places: {en: [a], ru: ['б']}")
    for start, length, instead in damages:
        text = text[:start] + instead + text[start + length :]
    with suppress(ConfigError):
        assert parse(text, PATH).path == PATH
