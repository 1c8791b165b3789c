import codecs
from dataclasses import replace
from datetime import timedelta

import pytest

from aggregator.errors import ForbiddenXml, NotAFeed, WebPageInstead
from aggregator.model import HttpUrl, Image
from aggregator.poll.parse import body_hash, entry_hash
from tests.poll.reading import only, read, rss

STORY = "<title>Pass reopened</title><link>https://peak.example/1</link>"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty"),
        (b" \r\n\t", "empty"),
        (b"\xef\xbb\xbf\n", "empty"),
        (b"<!doctype html><html><head></head><body>News</body></html>", "web page"),
        (b"\n\n<HTML><body><rss>no</rss></body></HTML>", "web page"),
        (b"<!-- x --><html lang='de'><body>Nachrichten</body></html>", "web page"),
        (b"<opml version='2.0'><body/></opml>", "<opml>"),
        (b"<sitemapindex/>", "<sitemapindex>"),
        (b"Access denied", "neither XML nor JSON"),
        (b"<!DOCUMENT x><note/>", "neither XML nor JSON"),
        (b"%PDF-1.7 \x00\x01\xff", "neither XML nor JSON"),
        (b'{"error": "gone"}', "names no version"),
        (b"[1, 2]", "no JSON Feed"),
        (b'{"version": "https://jsonfeed.org/version/1.1", "items": [', "JSONDecodeError"),
        (b"/etc/hostname", "neither XML nor JSON"),
    ],
)
def test_what_is_no_feed_is_named(body: bytes, words: str) -> None:
    with pytest.raises(NotAFeed, match=words):
        read(body)


def test_a_page_that_is_no_feed_says_what_to_do() -> None:
    with pytest.raises(WebPageInstead, match="look for its feed address"):
        read("<html><head></head></html>")


@pytest.mark.parametrize("body", [b"", b"<opml/>", b"Access denied", b"[]"])
def test_only_a_page_is_worth_a_search_for_its_feed(body: bytes) -> None:
    with pytest.raises(NotAFeed) as refusal:
        read(body)
    assert not isinstance(refusal.value, WebPageInstead)


@pytest.mark.parametrize(
    "document",
    [
        rss(),
        "<rss version='2.0'><channel/></rss>",
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Quiet</title></feed>',
        '{"version": "https://jsonfeed.org/version/1.1", "items": []}',
    ],
)
def test_a_feed_without_entries_is_a_feed(document: str) -> None:
    feed = read(document)
    assert (feed.entries, feed.defects) == ((), ())


@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "utf-16-be", "utf-32", "utf-32-le", "cp037"])
def test_a_charset_is_seen_by_its_first_bytes(codec: str) -> None:
    document = f"<?xml version='1.0'?>{rss(STORY)}"
    assert only(document.encode(codec)).title == "Pass reopened"


@pytest.mark.parametrize(
    ("codec", "language", "title"),
    [
        ("cp1251", "ru", "Перевал снова открыт для грузовиков"),
        ("koi8-r", "ru", "Перевал снова открыт для грузовиков"),
        ("iso8859-5", "ru", "Перевал снова открыт для грузовиков"),
        ("cp1251", "uk", "Перевал знову відкрито для вантажівок"),
        ("koi8-u", "uk", "Перевал знову відкрито для вантажівок"),
        ("cp1256", "ar", "إعادة فتح الممر الجبلي"),
        ("iso8859-6", "ar", "إعادة فتح الممر الجبلي"),
        ("cp1255", "he", "המעבר ההררי נפתח מחדש"),
        ("cp1253", "el", "Το πέρασμα άνοιξε ξανά"),
        ("cp1254", "tr", "Geçit yeniden açıldı, şoförler geçti"),
        ("cp1250", "pl", "Przełęcz znów otwarta, ciężarówki jadą"),
        ("iso8859-2", "pl", "Przełęcz znów otwarta, ciężarówki jadą, wyraźna ulga"),
        ("cp932", "ja", "峠が再び開通した"),
        ("euc_jp", "ja", "峠が再び開通した"),
        ("gb18030", "zh", "山口重新开放"),
        ("cp949", "ko", "고개가 다시 열렸다"),
        ("cp1252", None, "Col rouvert après l’été"),
    ],
)
def test_an_undeclared_code_page_follows_from_the_language(
    codec: str, language: str | None, title: str
) -> None:
    body = rss(f"<title>{title}</title>").encode(codec)
    assert read(body, language=language).entries[0].title == title


@pytest.mark.parametrize("charset", ["iso-8859-1", "windows-1251", "us-ascii", "nonsense", "utf-7"])
def test_valid_utf8_wins_over_what_the_server_says(charset: str) -> None:
    feed = read(
        rss("<title>Переправа – ночью</title>"), content_type=f"text/xml; charset={charset}"
    )
    assert feed.entries[0].title == "Переправа – ночью"


def test_the_documents_own_charset_wins_over_a_servers_latin_default() -> None:
    document = f"<?xml version='1.0' encoding='windows-1251'?>{rss('<title>Брод</title>')}"
    feed = read(document.encode("cp1251"), content_type="text/xml; charset=ISO-8859-1")
    assert feed.entries[0].title == "Брод"


def test_the_servers_charset_is_used_where_the_document_names_none() -> None:
    feed = read(
        rss("<title>Брод</title>").encode("cp1251"), content_type='text/xml; charset="windows-1251"'
    )
    assert feed.entries[0].title == "Брод"


def test_seven_bit_japanese_is_not_taken_for_utf8() -> None:
    document = f"<?xml version='1.0' encoding='iso-2022-jp'?>{rss('<title>峠</title>')}"
    assert only(document.encode("iso-2022-jp")).title == "峠"


def test_bad_bytes_do_not_change_the_charset() -> None:
    body = rss("<title>Übergang für Fußgänger</title>", "<title>X</title>").encode()
    feed = read(body.replace(b"<title>X", b"<title>bad \xff\xfe byte"))
    assert feed.entries[0].title == "Übergang für Fußgänger"
    assert "utf-8" in feed.defects[0]


def test_a_byte_order_mark_after_blank_lines_is_cut() -> None:
    body = b"\r\n" + codecs.BOM_UTF8 + b"<?xml version='1.0'?>" + rss(STORY).encode()
    feed = read(body)
    assert feed.entries[0].title == "Pass reopened"


@pytest.mark.parametrize(
    "slip",
    [
        "<title>A & B</title>",
        "<title>A &nbsp; B</title>",
        "<title>A \x0b B</title>",
        "<title>A &#11; B</title>",
        "<title>A &#xFFFF; B</title>",
        "<title>A B</title><description>tag <b> soup</description>",
        "<title>A B</title><odd:thing>1</odd:thing>",
        "<title>A B</title><b x=1>2</b>",
        "<title>A B</title><description><![CDATA[never closed</description>",
    ],
)
def test_one_slip_costs_no_entry(slip: str) -> None:
    feed = read(rss(STORY, slip))
    assert [entry.title[:1] for entry in feed.entries] == ["P", "A"]
    assert feed.defects[0].startswith("not well-formed")


def test_prefixes_that_the_feed_forgot_to_declare_are_understood() -> None:
    entry = only(rss(f'{STORY}<content:encoded>Long text</content:encoded><o:p m:x="1">y</o:p>'))
    assert entry.content == "Long text"


def test_what_repair_cannot_mend_is_refused() -> None:
    with pytest.raises(NotAFeed, match="not even after repair"):
        read('<rss version="2.0" xmlns:m="a space"><channel><m:x/></channel></rss>')


def test_items_of_json_have_a_limit() -> None:
    items = ",".join(["{}"] * 20_001)
    with pytest.raises(NotAFeed, match="20,000 entries"):
        read(f'{{"version": "https://jsonfeed.org/version/1.1", "items": [{items}]}}')


def test_a_page_without_its_html_element_is_a_page() -> None:
    with pytest.raises(WebPageInstead, match="web page"):
        read("<body><p>News</p></body>")


def test_content_of_another_type_is_no_text() -> None:
    entry = only(
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>T</title>'
        '<content type="image/png">aGVsbG8=</content></entry></feed>'
    )
    assert entry.content == ""


def test_a_picture_of_a_podcast_episode_is_its_image() -> None:
    itunes = "http://www.itunes.com/DTDs/PodCast-1.0.dtd"
    entry = only(rss(f'{STORY}<i:image xmlns:i="{itunes}" href="/cover.jpg"/>'))
    assert entry.image == Image(HttpUrl("https://feeds.example/cover.jpg"))


def test_a_cut_document_keeps_what_came() -> None:
    document = rss(STORY, STORY.replace("/1", "/2"), STORY.replace("/1", "/3"))
    entries = read(document[: document.index("/3")]).entries
    assert [entry.url for entry in entries][:2] == [
        "https://peak.example/1",
        "https://peak.example/2",
    ]


def test_a_feed_of_many_languages_keeps_the_language_of_an_item() -> None:
    item = f"{STORY}<dc:language xmlns:dc='http://purl.org/dc/elements/1.1/'>so</dc:language>"
    feed = read(rss(item, "<title>Other</title>"), language="en")
    assert [entry.language for entry in feed.entries] == ["so", "en"]


def test_what_the_user_says_of_the_language_wins_over_the_feed() -> None:
    document = rss(STORY).replace("<title>Courier", "<language>en-us</language><title>Courier")
    assert read(document, language="ar").language == "ar"
    assert read(document).language == "en"


@pytest.mark.parametrize(
    ("fields", "ttl"),
    [
        ("<ttl>45</ttl>", timedelta(minutes=45)),
        ("<ttl>soon</ttl>", None),
        ("<ttl>-5</ttl>", None),
        ("<ttl>99999999999</ttl>", None),
        ("<sy:updatePeriod>daily</sy:updatePeriod>", timedelta(days=1)),
        (
            "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>",
            timedelta(hours=6),
        ),
        ("<ttl>90</ttl><sy:updatePeriod>hourly</sy:updatePeriod>", timedelta(minutes=90)),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>",
         timedelta(hours=1)),
        ("", None),
    ],
)  # fmt: skip
def test_p37_the_longest_wait_the_document_asks_for(fields: str, ttl: timedelta | None) -> None:
    namespace = 'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
    document = f'<rss version="2.0" {namespace}><channel>{fields}</channel></rss>'
    assert read(document).ttl == ttl


def test_json_feed_survives_wrong_types() -> None:
    feed = read(
        '{"version": "https://jsonfeed.org/version/1.1", "title": 5, "authors": "x", "items": ['
        '"stray", {"id": 3.5, "title": ["x"], "content_text": "Ford open", "tags": "a"},'
        '{"id": true, "authors": [{"name": 1}, 2], "date_published": {}, "url": 7, "title": "B"}]}'
    )
    assert [entry.identity for entry in feed.entries] == ["guid:3.5", "guid:True"]
    assert feed.defects == ("1 items are no objects",)


def test_a_lone_surrogate_in_json_reaches_nothing() -> None:
    feed = read(
        '{"version": "https://jsonfeed.org/version/1",'
        ' "items": [{"id": "\\ud800x", "title": "A\\udfffB"}]}'
    )
    assert feed.entries[0].identity == "guid:x"
    assert feed.entries[0].title == "AB"


def test_hash_of_an_entry_changes_with_its_text_only() -> None:
    entry = only(rss(STORY))
    assert entry_hash(entry) == entry_hash(replace(entry, published_how="other", authors=()))
    assert entry_hash(entry) != entry_hash(only(rss(STORY.replace("reopened", "closed"))))


def test_hash_of_a_body_changes_with_a_byte() -> None:
    assert body_hash(b"a") == body_hash(b"a") != body_hash(b"b")


def test_entity_declarations_have_their_own_error() -> None:
    with pytest.raises(ForbiddenXml):
        read("<!DOCTYPE rss [<!ENTITY a 'b'>]><rss/>")


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ("desk@harbour.agency (Night desk)", "Night desk"),
        ("Night desk &lt;desk@harbour.example&gt;", "Night desk"),
        ("Ana Lund (Agency)", "Ana Lund (Agency)"),
        ("mailto:desk@harbour.example", None),
    ],
)
def test_addresses_of_authors_are_left_out(author: str, name: str | None) -> None:
    authors = only(rss(f"{STORY}<author>{author}</author>")).authors
    assert authors == ((name,) if name else ())


def test_empty_elements_are_no_slip() -> None:
    feed = read(rss(f"{STORY}<author/><category/><pubDate/><guid/><description/><enclosure/>"))
    assert feed.entries[0].published_how == "missing"
    assert feed.defects == ()


def test_html_that_an_atom_feed_calls_text_is_html() -> None:
    entry = only(
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>T</title>'
        "<summary>&lt;p&gt;One.&lt;/p&gt;</summary></entry></feed>"
    )
    assert entry.summary == "<p>One.</p>"
