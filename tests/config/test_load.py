"""What a good file means."""

from dataclasses import fields
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest

from aggregator.config import Config, Settings, load, parse, slug
from aggregator.errors import ConfigError
from aggregator.model import Conflict, Feed, HttpUrl, PlainText, SourceKind

PATH = Path("feeds.yaml")

GOOD = """\
settings:
  database: news/lorn.db
  serve_host: "::1"
  serve_port: 8080
  title: Lorn watch
  base_url: https://watch.example.org/lorn/
  feed_entries: 20
  feed_file: out/lorn.xml
  contact: desk@example.org
  poll_interval_minimum: 90
  poll_interval_maximum: 1.5h
  poll_tick: 10s
  host_gap: 0s
  feed_limit: 2MiB
  page_limit: 65536
  allowed_networks: [192.168.4.0/24, 10.1.2.3, "fd00::/8"]
  allowed_ports: [80, 443, 8443]
  story_window: 3d
feeds:
  - name: Harbour Gazette
    url: HTTPS://Gazette.example.org:443/world feed.xml
  - name: Выдуманный вестник
    id: vestnik
    url: http://vestnik.example.org/@editor/feed.json
    homepage: https://vestnik.example.org/
    language: ru
    country: LX
    kind: state media
    fulltext: false
    interval: 15m
    tags: [official, coast, official]
conflicts:
  - name: Strait of Lorn
    places: [Port Ossian, Lorn Strait]
    parties: [Coastal Union]
    keywords:
      en: [Lorn blockade, "2031"]
      ru:
        - блокада Лорна
        - Lorn blockade
  - name: Érin — crise d'été
    keywords: [nothing more]
"""


def feeds_of(text: str) -> tuple[Feed, ...]:
    return parse(f"feeds:\n{text}\nconflicts: []\n", PATH).feeds


def settings_of(text: str) -> Settings:
    return parse(f"settings:\n{text}\nfeeds: []\nconflicts: []\n", PATH).settings


def test_a_whole_file_is_read_into_types() -> None:
    assert parse(GOOD, PATH) == Config(
        PATH,
        Settings(
            database=Path("news/lorn.db"),
            serve_host="::1",
            serve_port=8080,
            title="Lorn watch",
            base_url=HttpUrl("https://watch.example.org/lorn/"),
            feed_entries=20,
            feed_file=(Path("out/lorn.xml"),),
            contact="desk@example.org",
            poll_interval_minimum=timedelta(seconds=90),
            poll_interval_maximum=timedelta(minutes=90),
            poll_tick=timedelta(seconds=10),
            host_gap=timedelta(0),
            feed_limit=2 * 1024 * 1024,
            page_limit=65536,
            allowed_networks=(
                ip_network("192.168.4.0/24"),
                ip_network("10.1.2.3/32"),
                ip_network("fd00::/8"),
            ),
            allowed_ports=(80, 443, 8443),
            story_window=timedelta(days=3),
        ),
        (
            Feed(
                "harbour-gazette",
                PlainText("Harbour Gazette"),
                HttpUrl("https://gazette.example.org/world%20feed.xml"),
            ),
            Feed(
                "vestnik",
                PlainText("Выдуманный вестник"),
                HttpUrl("http://vestnik.example.org/@editor/feed.json"),
                HttpUrl("https://vestnik.example.org/"),
                "ru",
                "LX",
                SourceKind.STATE_MEDIA,
                fulltext=False,
                interval=timedelta(minutes=15),
                tags=("official", "coast"),
            ),
        ),
        (
            Conflict(
                "strait-of-lorn",
                PlainText("Strait of Lorn"),
                ("Port Ossian", "Lorn Strait"),
                ("Coastal Union",),
                ("Lorn blockade", "2031", "блокада Лорна"),
            ),
            Conflict(
                "erin-crise-d-ete",
                PlainText("Érin — crise d'été"),
                keywords=("nothing more",),
            ),
        ),
    )


def test_everything_but_name_and_address_has_a_default() -> None:
    config = parse(
        "feeds:\n- {name: Harbour Gazette, url: http://gazette.example.org/}\nconflicts: []\n", PATH
    )
    feed = Feed(
        "harbour-gazette",
        PlainText("Harbour Gazette"),
        HttpUrl("http://gazette.example.org/"),
    )
    assert config == Config(PATH, Settings(), (feed,), ())


def test_the_promised_limits_are_the_defaults() -> None:
    """The figures of promises N3, N5, N7, P35 and P37."""
    settings = Settings()
    assert settings.allowed_ports == (80, 443)
    assert settings.allowed_networks == ()
    assert settings.redirect_limit == 5
    assert settings.feed_limit == 10 * 1024 * 1024
    assert settings.page_limit == 5 * 1024 * 1024
    assert settings.robots_limit == 512 * 1024
    assert settings.request_deadline == timedelta(seconds=60)
    assert settings.connect_timeout == timedelta(seconds=10)
    assert settings.host_gap == timedelta(seconds=2)
    assert settings.requests_in_flight == 10
    assert settings.connections == 300
    assert settings.poll_interval_minimum == timedelta(minutes=5)
    assert settings.poll_interval_maximum == timedelta(minutes=60)
    assert settings.serve_host == "127.0.0.1"


def test_a_key_without_a_value_is_absent_where_nothing_is_the_default() -> None:
    settings = settings_of("  contact:\n  base_url: ~\n  feed_file: null\n")
    assert settings == Settings()


def test_an_id_without_a_value_is_made_from_the_name() -> None:
    (feed,) = feeds_of("- id:\n  name: Harbour Gazette\n  url: http://gazette.example.org/")
    assert feed.id == "harbour-gazette"


def test_a_section_of_settings_with_only_comments_is_empty() -> None:
    assert settings_of("  # title: later") == Settings()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("out/lorn.atom", (Path("out/lorn.atom"),)),
        ("[out/lorn.atom]", (Path("out/lorn.atom"),)),
        (
            "[feed.atom, feed.rss, feed.json, feed.rss]",
            (Path("feed.atom"), Path("feed.rss"), Path("feed.json")),
        ),
    ],
)
def test_feed_files_are_one_or_several(written: str, meant: tuple[Path, ...]) -> None:
    assert settings_of(f"  feed_file: {written}").feed_file == meant


@pytest.mark.parametrize("written", ["[]", "{a: b}", "[a.atom, folder/]", "folder/"])
def test_what_names_no_feed_file_is_refused(written: str) -> None:
    with pytest.raises(ConfigError, match=r"feed_file must be the path of a file"):
        settings_of(f"  feed_file: {written}")


@pytest.mark.parametrize("written", ["no", "'no'", '"no"', "on"])
@pytest.mark.parametrize("directive", ["", "%YAML 1.1\n---\n"])
def test_m25_a_language_is_never_a_truth_value(directive: str, written: str) -> None:
    text = f"{directive}feeds:\n- name: Fjord\n  url: http://a.example/\n  language: {written}\n"
    (feed,) = parse(text + "conflicts: []\n", PATH).feeds
    assert feed.language == written.strip("'\"")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("112", "112"),
        ("1e3", "1e3"),
        ("2031-03-01", "2031-03-01"),
        ("true", "true"),
        ("0x1F", "0x1F"),
        ("12:30", "12:30"),
        (">-\n    Two lines\n    of name", "Two lines of name"),
        ('"\\u202Eedisni\\u202C out\\e[31m"', "edisni out[31m"),
        ('"Cafe\\u0301"', "Café"),
    ],
)
def test_text_is_what_is_written_cleaned(written: str, meant: str) -> None:
    (feed,) = feeds_of(f"- id: x\n  url: http://a.example/\n  name: {written}")
    assert feed.name == meant


def test_a_home_folder_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert settings_of("  database: ~/lorn.db").database == tmp_path / "lorn.db"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Harbour Gazette", "harbour-gazette"),
        ("  L'Écho -- d’Érin (été) ", "l-echo-d-erin-ete"),
        ("Ｆｕｌｌ ﬁeld ²", "full-field-2"),
        ("Вестник", ""),
        ("?!", ""),
        ("a" * 99 + " bcd", "a" * 99),
        ("a" * 150, "a" * 100),
    ],
)
def test_slug(name: str, expected: str) -> None:
    assert slug(name) == expected


def test_a_file_is_loaded_as_it_is_parsed(tmp_path: Path) -> None:
    path = tmp_path / "feeds.yaml"
    path.write_bytes(GOOD.encode())
    assert load(path) == parse(GOOD, path)


@pytest.mark.parametrize(
    "content",
    [b"\xef\xbb\xbf" + GOOD.encode(), GOOD.replace("\n", "\r\n").encode()],
    ids=["byte order mark", "windows line ends"],
)
def test_what_windows_editors_write_is_the_same(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "feeds.yaml"
    path.write_bytes(content)
    assert load(path) == parse(GOOD, path)


def test_each_setting_is_read_from_the_file() -> None:
    """A key that the table has and the loader forgets would keep its default."""
    changed = {
        "database": "other.db", "serve_host": "localhost", "serve_port": "9", "title": "T",
        "base_url": "http://a.example/", "feed_entries": "7", "feed_file": "f.xml",
        "contact": "https://a.example/", "poll_interval_minimum": "1m",
        "poll_interval_maximum": "2h", "poll_tick": "1m", "requests_in_flight": "3",
        "host_gap": "5s", "request_deadline": "30s", "connect_timeout": "5s",
        "feed_limit": "1MiB", "page_limit": "1MiB", "robots_limit": "1MiB",
        "redirect_limit": "0", "allowed_networks": "[127.0.0.0/8]", "allowed_ports": "[8001]",
        "story_window": "1d", "extract_workers": "2", "rules": "rules/", "user_agent": "Reader/2",
        "languages": "[uk]", "hub": "https://hub.example/",
        "revisit": "false", "archive": "true", "reader_password": "${READERS}",
        "proxy": "http://proxy.example:3128", "connections": "50",
        "websub_callback": "https://a.example/hub/", "websub_host": "::1", "websub_port": "9",
    }  # fmt: skip
    settings = settings_of("".join(f"  {key}: {value}\n" for key, value in changed.items()))
    unchanged = [
        field.name
        for field in fields(Settings)
        if getattr(settings, field.name) == getattr(Settings(), field.name)
    ]
    assert unchanged == []
    assert set(changed) == {field.name for field in fields(Settings)}


def test_the_address_for_hubs_ends_with_a_slash() -> None:
    for written in ("https://a.example/hub", "https://a.example/hub/"):
        settings = settings_of(f"  websub_callback: {written}\n")
        assert settings.websub_callback == "https://a.example/hub/"


def test_a_long_list_keeps_its_order() -> None:
    text = "".join(f"- {{name: Paper {n}, url: http://p{n}.example/}}\n" for n in range(300))
    assert [feed.id for feed in feeds_of(text)] == [f"paper-{n}" for n in range(300)]
