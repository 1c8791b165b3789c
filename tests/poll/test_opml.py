"""Lists of feeds as other readers write them, and as we do.

The file is long because what may be wrong with such a list stands in tables.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from aggregator.errors import ForbiddenXml, NotOpml, ParseError
from aggregator.model import Access, Feed, HttpUrl, PlainText, SourceKind
from aggregator.poll.opml import (
    OpmlDocument,
    OpmlFeed,
    opml_feed,
    read_document,
    read_opml,
    write_opml,
)
from aggregator.poll.outlines import FOLDER_LIMIT, OUTLINE_LIMIT, SIZE_LIMIT
from aggregator.text.clean import plain_line
from aggregator.text.urls import http_url, page_key

NOW = datetime(2026, 3, 5, 12, 0, tzinfo=timezone(timedelta(hours=2)))


def opml(outlines: str, version: str = "2.0") -> bytes:
    head = "<head><title>Feeds</title></head>"
    return f'<opml version="{version}">{head}<body>{outlines}</body></opml>'.encode()


def only(outlines: str) -> OpmlFeed:
    (feed,) = read_opml(opml(outlines))
    return feed


@pytest.mark.parametrize("version", ["1.0", "1.1", "2.0", "x"])
def test_a_subscription_is_read_in_each_version(version: str) -> None:
    outline = (
        '<outline text="Quay Post" title="Quay" type="rss" xmlUrl="https://quay.example/rss"'
        ' htmlUrl="https://quay.example/" language="en-GB"/>'
    )
    assert read_opml(opml(outline, version)) == (
        OpmlFeed(
            url=HttpUrl("https://quay.example/rss"),
            name=PlainText("Quay Post"),
            homepage=HttpUrl("https://quay.example/"),
            language="en",
        ),
    )


@pytest.mark.parametrize(
    "outline",
    [
        '<outline xmlUrl="https://quay.example/rss" text="Quay"/>',
        '<outline xmlurl="https://quay.example/rss" TITLE="Quay"/>',
        '<outline XMLURL="https://quay.example/rss" text="" title="Quay"/>',
        '<outline type="RSS" url="https://quay.example/rss" text="Quay"/>',
        '<OUTLINE xmlUrl=" feed:https://quay.example/rss " text="Quay"/>',
        '<outline xmlUrl="https://quay.example/rss" text="Quay"><outline text="note"/></outline>',
    ],
)
def test_spellings_of_a_subscription(outline: str) -> None:
    feed = only(outline)
    assert (feed.url, feed.name, feed.tags) == ("https://quay.example/rss", "Quay", ())


def test_a_feed_without_a_name_has_that_of_its_host() -> None:
    assert only('<outline xmlUrl="https://www.quay.example/rss"/>').name == "quay.example"


def test_folders_at_each_level_and_categories_are_tags() -> None:
    feed = only(
        '<outline text="Wars"><outline title="Sudan"><outline text=" ">'
        '<outline xmlUrl="http://a.example/" category="/Africa/Horn,Wars, aid ,"/>'
        "</outline></outline></outline>"
    )
    assert feed.tags == ("Wars", "Sudan", "Africa", "Horn", "aid")


def test_a_feed_in_several_folders_is_one_with_the_tags_of_all() -> None:
    document = read_document(
        opml(
            '<outline text="Wars"><outline text="A" xmlUrl="http://www.a.example/rss"/></outline>\n'
            '<outline text="Aid">\n<outline text="B" xmlUrl="https://a.example/rss?utm_source=x"/>'
            "</outline>"
        )
    )
    (feed,) = document.feeds
    assert (feed.url, feed.name) == ("http://www.a.example/rss", "A")
    assert feed.tags == ("Wars", "Aid")
    (repeat,) = document.left_out
    assert (repeat.line, repeat.reason, repeat.is_repeat) == (3, "the same feed as in line 1", True)


@pytest.mark.parametrize(
    ("attributes", "reason"),
    [
        ('xmlUrl="javascript:alert(1)"', "not http or https"),
        ('xmlUrl="java&#10;script:alert(1)"', "not http or https"),
        ('xmlUrl="file:///etc/hosts"', "not http or https"),
        ('xmlUrl="/rss"', "not http or https"),
        (f'xmlUrl="https://a.example/{"ö" * 2000}"', "too long"),
        ('xmlUrl="https://reader:hunter2@a.example/"', "user name or password"),
        ('type="link" url="https://a.example/more.opml"', "another list"),
        ('type="include" url="https://a.example/more.opml"', "another list"),
        ('htmlUrl="https://a.example/"', "only that of a page"),
    ],
)
def test_an_outline_without_a_usable_address_is_left_out_with_the_reason(
    attributes: str, reason: str
) -> None:
    document = read_document(opml(f'\n<outline text="Quay" {attributes}/>'))
    assert document.feeds == ()
    (left_out,) = document.left_out
    assert reason in left_out.reason
    assert (left_out.line, left_out.name, left_out.is_repeat) == (2, "Quay", False)
    assert "hunter2" not in left_out.address


def test_folders_and_notes_are_not_called_left_out() -> None:
    document = read_document(opml('<outline text="Empty"/><outline text="A"><b/></outline>'))
    assert document == OpmlDocument(())


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("Kvai &amp; Co", "Kvai & Co"),
        ("Kvai &amp;amp; Co", "Kvai & Co"),
        ("Kvai&nbsp;&eacute;t&eacute;", "Kvai été"),
        ("Kvai & Co", "Kvai & Co"),
        ("&lt;b&gt;Kvai&lt;/b&gt;&lt;script&gt;x&lt;/script&gt;", "Kvai"),
        ("Kvai&#8238;&#x200b;&#7;\n Post", "Kvai Post"),
        ("K" * 300, "K" * 199 + "…"),
    ],
)
def test_names_are_clean_text(raw: str, name: str) -> None:
    assert only(f'<outline text="{raw}" xmlUrl="http://a.example/"/>').name == name


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "cp1251"])
def test_charsets_are_read_whatever_the_declaration(codec: str) -> None:
    said = "windows-1251" if codec == "cp1251" else "utf-8"
    text = f'<?xml version="1.0" encoding="{said}"?>\n<!-- a list -->\n' + opml(
        '<outline text="Портовая газета" xmlUrl="http://a.example/"/>'
    ).decode("utf-8")
    (feed,) = read_opml(text.encode(codec))
    assert feed.name == "Портовая газета"


@pytest.mark.parametrize(
    ("body", "slip"),
    [
        (opml('<outline text="A" xmlUrl="http://a.example/?b=1&c=2"/>'), "invalid token"),
        (opml('<outline text="A" xmlUrl="http://a.example/?b=1&amp;c=2">'), "mismatched tag"),
        (opml('<outline text="A" x:y="" xmlUrl="http://a.example/?b=1&amp;c=2"/>'), "prefix"),
        (opml('<outline text="A" xmlUrl="http://a.example/?b=1&amp;c=2"/><outl')[:-20], "token"),
    ],
)
def test_a_slip_costs_no_more_than_itself_and_is_told(body: bytes, slip: str) -> None:
    document = read_document(b"<?xml version='1.0'?>\n\n" + body)
    assert [feed.url for feed in document.feeds] == ["http://a.example/?b=1&c=2"]
    (defect,) = document.defects
    assert slip in defect
    assert "line 3" in defect


ATTACKS = {
    "file": '<!DOCTYPE opml [<!ENTITY x SYSTEM "file://{path}">]>',
    "http": '<!DOCTYPE opml SYSTEM "http://127.0.0.1:9/x.dtd">',
    "parameter": '<!DOCTYPE opml [<!ENTITY % p SYSTEM "file://{path}"> %p;]>',
    "laughs": '<!DOCTYPE opml [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY x "&b;&b;">]>',
    "after a comment": '<!-- > --><?a > ?><!doctype opml [<!entity x "y">]>',
    "harmless": "<!DOCTYPE opml>",
    "without document type": '<!ENTITY x "y">',
    "repeated": "<!ENTITY a" * 10_000,
}


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "cp037"])
def test_n08_document_types_are_refused(attack: str, codec: str, tmp_path: Path) -> None:
    prolog = "<?xml version='1.0'?>" + ATTACKS[attack].replace("{path}", str(tmp_path / "secret"))
    body = opml('<outline text="&x;" xmlUrl="http://a.example/"/>').decode()
    with pytest.raises(ForbiddenXml, match="delete <!DOCTYPE"):
        read_opml((prolog + body).encode(codec))


def test_n08_a_document_type_further_down_expands_nothing(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("words of ours")
    entity = f'<!DOCTYPE opml [<!ENTITY x SYSTEM "file://{secret}">]>'
    found = read_opml(opml(f'{entity}<outline text="&x;" xmlUrl="http://a.example/"/>'))
    assert all("words" not in feed.name for feed in found)


@pytest.mark.parametrize(
    ("body", "advice"),
    [
        (b"", "export the list again"),
        (b" \n<!-- -->", "export the list again"),
        (b"just text", "export the list as OPML"),
        (b'{"feeds": []}', "export the list as OPML"),
        (b"\x89PNG\r\n\x1a\n\x00\x01", "export the list as OPML"),
        (b"<!doctype html><p>", "save the OPML file itself"),
        (b"<html><body>", "save the OPML file itself"),
        (b'<rss version="2.0"/>', "add it by its address"),
        (b'<?xml version="1.0"?><urlset/>', "<urlset>"),
        (opml("<outline/>" * (OUTLINE_LIMIT + 1)), "split it"),
        (opml(" " * SIZE_LIMIT), "is this the right file"),
    ],
)
def test_what_is_no_list_is_refused_with_what_to_do(body: bytes, advice: str) -> None:
    with pytest.raises(NotOpml) as refusal:
        read_opml(body)
    assert advice in str(refusal.value)


FEED = '<outline text="A" xmlUrl="http://a.example/%d"/>'


def repeated(attribute: str, count: int) -> str:
    return f"<outline{''.join(attribute.format(n) for n in range(count))}/>"


PATTERNS: dict[str, Callable[[], str]] = {
    "nested folders": lambda: '<outline text="f">' * 19_000 + FEED + "</outline>" * 19_000,
    "nested feeds": lambda: FEED.replace("/>", ">") * 19_000 + "</outline>" * 19_000,
    "never closed": lambda: '<outline text="f">' * 19_000,
    "attributes": lambda: repeated(' a{}="1"', 90_000),
    "namespaces": lambda: repeated(' xmlns:a{}="u"', 60_000),
    "unknown prefixes": lambda: "".join(f'<outline a{n}:b="1"/>' for n in range(19_000)),
    "references": lambda: f'<outline text="{"&amp;" * 200_000}" xmlUrl="http://a.example/"/>',
    "markup in names": lambda: f'<outline text="{"&lt;b&gt;" * 100_000}" xmlUrl="http://a/"/>',
    "categories": lambda: f'<outline category="{"a/,b" * 200_000}" xmlUrl="http://a/"/>',
    "lone ampersands": lambda: "&" * 1_000_000,
    "open comments": lambda: "<!--" * 250_000,
}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("pattern", PATTERNS)
def test_n09_hostile_lists_end(pattern: str) -> None:
    try:
        document = read_document(opml(PATTERNS[pattern]()))
    except ParseError:
        return
    assert all(len(feed.tags) <= FOLDER_LIMIT for feed in document.feeds)


def test_n09_a_feed_below_thousands_of_folders_is_kept() -> None:
    folders = "".join(f'<outline text="f{n}">' for n in range(5_000))
    feed = only(f'{folders}<outline xmlUrl="http://a.example/"/>{"</outline>" * 5_000}')
    assert feed.tags == tuple(f"f{n}" for n in range(FOLDER_LIMIT))


@given(st.binary(max_size=300) | st.text(max_size=300).map(opml))
def test_n09_any_bytes_are_a_list_or_a_parse_error(body: bytes) -> None:
    with suppress(ParseError):
        assert isinstance(read_document(body), OpmlDocument)


def lines(limit: int) -> st.SearchStrategy[PlainText]:
    characters = st.characters() | st.sampled_from("&<>\"',;/ &amp;\u200d")
    text = st.text(characters, min_size=1, max_size=limit)
    return text.map(lambda raw: plain_line(raw, limit=limit)).filter(bool)


def addresses() -> st.SearchStrategy[HttpUrl]:
    path = st.text("abcXYZ/?&=#%;,ö😀'()", max_size=20)
    parts = st.tuples(st.sampled_from(["http", "https"]), st.integers(1, 999), path)
    made = parts.map(lambda part: http_url(f"{part[0]}://a{part[1]}.example/{part[2]}"))
    return made.filter(lambda url: url is not None).map(lambda url: HttpUrl(url or ""))


feeds = st.builds(
    OpmlFeed,
    url=addresses(),
    name=lines(200),
    homepage=st.none() | addresses(),
    language=st.none() | st.from_regex(r"[a-z]{2,3}", fullmatch=True) | st.just("no"),
    tags=st.lists(lines(50), max_size=6, unique=True).map(tuple),
    id=st.none() | st.from_regex(r"[a-z0-9][a-z0-9._-]{0,99}", fullmatch=True),
    country=st.none() | st.from_regex(r"[A-Z]{2}", fullmatch=True),
    kind=st.none() | st.sampled_from(SourceKind),
    fulltext=st.booleans(),
    interval=st.none()
    | st.integers(1_000, 30 * 86_400_000).map(lambda n: timedelta(0, 0, n * 1000)),
)


@given(
    st.lists(feeds, max_size=8, unique_by=lambda feed: page_key(feed.url)),
    st.text(max_size=30),
)
def test_what_is_exported_is_imported_as_it_was(listed: list[OpmlFeed], title: str) -> None:
    written = write_opml(listed, title, NOW)
    document = read_document(written)
    assert sorted(document.feeds, key=lambda f: f.url) == sorted(listed, key=lambda f: f.url)
    assert document.left_out == ()
    assert document.defects == ()
    assert written == write_opml(listed, title, NOW)
    assert etree.fromstring(written).findtext("head/title") == plain_line(title)


def test_a_reader_finds_folders_and_plain_attributes() -> None:
    feed = Feed(
        id="quay-post",
        name=PlainText("Quay <Post>"),
        url=HttpUrl("https://quay.example/rss?a=1&b=2"),
        language="en",
        tags=("coast", "a/b", "aid", "x"),
        kind=SourceKind.WIRE,
        access=Access(headers=(("X-Key", "${QUAY_KEY}"),), authorization="desk:${QUAY}"),
    )
    written = write_opml([opml_feed(feed)], "My & feeds", NOW)
    root = etree.fromstring(written)
    assert root.get("version") == "2.0"
    assert root.findtext("head/dateCreated") == "Thu, 05 Mar 2026 10:00:00 GMT"
    (outline,) = root.findall("body/outline[@text='coast']/outline[@text='a/b']/outline")
    plain = {name: value for name, value in outline.attrib.items() if "{" not in name}
    assert plain == {
        "type": "rss",
        "text": "Quay <Post>",
        "title": "Quay <Post>",
        "xmlUrl": "https://quay.example/rss?a=1&b=2",
        "language": "en",
        "category": "aid,x",
    }
    assert b"QUAY" not in written


def test_feeds_of_one_tag_share_a_folder() -> None:
    listed = [
        OpmlFeed(HttpUrl(f"http://a{n}.example/"), PlainText(f"A{n}"), tags=(tag,))
        for n, tag in enumerate(["coast", "aid", "coast"])
    ]
    root = etree.fromstring(write_opml(listed, "", NOW))
    assert [folder.get("text") for folder in root.findall("body/outline")] == ["coast", "aid"]


def test_unusable_values_of_ours_are_no_values() -> None:
    written = write_opml(
        [OpmlFeed(HttpUrl("http://a.example/"), PlainText("A"), id="a", country="UA")], "", NOW
    )
    for good, bad in ((b':id="a"', b':id="A B"'), (b'"UA"', b'"Ukraine"')):
        written = written.replace(good, bad)
    written = written.replace(b'text="A"', b'text="A" aggregator:interval="1e9" aggregator:kind=""')
    (feed,) = read_opml(written)
    assert (feed.id, feed.country, feed.interval, feed.kind) == (None, None, None, None)


def test_times_are_written_in_utc() -> None:
    assert write_opml([], "", NOW) == write_opml([], "", NOW.astimezone(UTC))
