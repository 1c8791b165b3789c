"""Our feeds keep every rule of their formats, and the checks notice each rule that is broken."""

import json
from collections.abc import Callable
from typing import Any

import feedparser
import pytest

from aggregator.publish.syndication import FeedFormat, render
from tests.publish.made import EVERYTHING_INFO, INFO, everything, story
from tests.publish.validity import atom, json_feed, rss
from tests.publish.validity.formats import PROBLEMS


@pytest.mark.parametrize("feed_format", FeedFormat)
def test_feed_of_everything_keeps_every_rule(feed_format: FeedFormat) -> None:
    document = render(everything(), EVERYTHING_INFO, feed_format)
    assert PROBLEMS[feed_format](document) == []


@pytest.mark.parametrize("feed_format", FeedFormat)
def test_feed_without_stories_keeps_every_rule(feed_format: FeedFormat) -> None:
    assert PROBLEMS[feed_format](render([], INFO, feed_format)) == []


@pytest.mark.parametrize("feed_format", [FeedFormat.ATOM, FeedFormat.RSS])
def test_feed_with_the_least_keeps_every_rule(feed_format: FeedFormat) -> None:
    bare = [story(1), story(2), story(3, language=None, conflicts=())]
    document = render(bare, INFO, feed_format)
    assert PROBLEMS[feed_format](document) == []
    read = feedparser.parse(document)
    assert not read.bozo
    assert len(read.entries) == 3


_ENTRY = "<id>tag:7c1d.conflict-news.invalid,2026-03-01:story:1</id>"
_ALTERNATE = '<link rel="alternate" href="https://news.example.org/story/1" type="text/html"/>'
_FEED_LINK = '<link rel="hub" href="https://hub.example.org/"/>'
_DELETED = 'ref="tag:7c1d.conflict-news.invalid,2026-03-01:story:9"'

ATOM_RULES = [
    ("<title>Conflict news</title>", "", "feed has 0 title"),
    ("<title>Conflict news</title>", "<title> </title>", "feed title is empty"),
    ("<title>Bridge at Osk closed after explosion</title>", "", "entry has 0 title"),
    ("<generator>", "<generator>x</generator><generator>", "feed has 2 generator"),
    ("<subtitle>", "<subtitle>x</subtitle><subtitle>", "feed has 2 subtitle"),
    ("<updated>2026-03-01T14:00:00Z</updated>", "", "feed has 0 updated"),
    ("<updated>2026-03-01T13:00:00Z</updated>", "", "entry has 0 updated"),
    ("2026-03-01T13:00:00Z</updated>", "yesterday</updated>", "entry updated is no RFC 3339"),
    ("2026-03-01T13:00:00Z</updated>", "2026-02-30T13:00:00Z</updated>", "is no RFC 3339 time"),
    ("2026-03-01T13:00:00Z</updated>", "2026-03-01T13:00:00</updated>", "is no RFC 3339 time"),
    ("2026-03-01T13:00:00Z</updated>", "2026-02-01T13:00:00Z</updated>", "before it was published"),
    ("2026-03-01T14:00:00Z</updated>", "2026-02-01T13:00:00Z</updated>", "before its entry"),
    ("<published>", "<published>2026-03-01T12:00:00Z</published><published>", "2 published"),
    ("<summary ", "<summary>x</summary><summary ", "entry has 2 summary"),
    ("<content ", "<content>x</content><content ", "entry has 2 content"),
    (_ENTRY, "<id>1</id>", "entry id is no absolute IRI"),
    (_ENTRY, "", "entry has 0 id"),
    (_ENTRY, _ENTRY.replace(":1<", ":2<"), "stands 2 times"),
    ("<generator>", "<pubDate>x</pubDate><generator>", "feed may not hold pubDate"),
    ("<summary ", "<subtitle>x</subtitle><summary ", "entry may not hold subtitle"),
    ("<name>Conflict news</name>", "<name> </name>", "author has no name"),
    ("<name>Conflict news</name>", "<name>a</name><name>b</name>", "author has no name"),
    ("<name>Conflict news</name>", "<name>a</name><uri>b</uri><uri>c</uri>", "author holds"),
    ("author>", "contributor>", "an entry has no author, nor has its feed"),
    (_ALTERNATE, _ALTERNATE * 2, "entry has alternate ('text/html', None) twice"),
    ('rel="self"', 'rel="related"', "the feed has 0 self links"),
    (_FEED_LINK, '<link rel="self" href="https://a.example/"/>', "the feed has 2 self links"),
    ('rel="previous"', 'rel="next"', "the feed has 2 next links"),
    ('rel="current"', 'rel="related"', "an archive is marked as such"),
    ("<fh:archive", '<fh:complete xmlns:fh="http://purl.org/syndication/history/1.0"/><fh:archive',
     "a feed cannot be complete and an archive"),
    ('href="https://news.example.org/story/1"', 'href="/story/1"', "link to '/story/1'"),
    ('href="https://herald.example/3"', 'href="javascript:alert(1)"', "link to 'javascript:"),
    ('href="https://herald.example/3"', 'href="https://a:b@c.example/"', "link to 'https://a:b@"),
    ('rel="via"', 'rel=" "', "a link has an empty relation"),
    ('hreflang="en"', 'hreflang="en_GB!"', "link leads to language 'en_GB!'"),
    ('xml:lang="uk"', 'xml:lang="українська"', "entry is in language"),
    ('rel="via"', 'type="page" rel="via"', "link is of type 'page'"),
    ('rel="via"', 'length="unknown" rel="via"', "link has the length 'unknown'"),
    ('type="image/webp"', 'type="picture"', "media:content is of type 'picture'"),
    ('type="image/webp"', 'type="video/mp4"', "media:content is of type 'video/mp4'"),
    ('width="800"', 'width="0"', "media:content has the width '0'"),
    ('width="800"', 'width="800px"', "media:content has the width '800px'"),
    ('height="533"', 'height="20001"', "media:content has the height '20001'"),
    ('height="533"', 'height="-1"', "media:content has the height '-1'"),
    ('fileSize="61234"', 'fileSize="0"', "media:content has the size '0'"),
    ('fileSize="61234"', 'filesize="61234"', "media:content may not have filesize"),
    (_FEED_LINK, _FEED_LINK.replace("/>", ">x</link>"), "a link holds something"),
    ('term="Velmar and Osk"', 'term=""', "a category has no term"),
    ('scheme="tag:conflict', 'scheme="conflict', "a category has the scheme"),
    ("<title>Conflict", '<title type="xhtml">Conflict', "title is of type 'xhtml'"),
    ("<title>Conflict news", "<title>Conflict <b>news</b>", "title holds elements"),
    ("&lt;ol&gt;", "&lt;script&gt;alert(1)&lt;/script&gt;&lt;ol&gt;", "holds unsafe markup"),
    ("&lt;ol&gt;", "&lt;ol onclick='x'&gt;", "content holds unsafe markup"),
    ('&lt;a href="https:', '&lt;a href="javascript:', "content holds unsafe markup"),
    (_DELETED, 'ref="9"', "deleted-entry refers to '9'"),
    (_DELETED, _DELETED.replace(":9", ":1"), "is there and deleted"),
    ('when="2026', 'when="26', "deleted-entry is of the time"),
]  # fmt: skip


@pytest.mark.parametrize(("good", "bad", "problem"), ATOM_RULES)
def test_check_of_atom_notices_each_broken_rule(good: str, bad: str, problem: str) -> None:
    document = render(everything(), EVERYTHING_INFO, FeedFormat.ATOM).decode()
    count = -1 if good == "author>" else 1
    assert good in document
    found = atom.problems(document.replace(good, bad, count).encode())
    assert any(problem in each for each in found), found


_GUID = '<guid isPermaLink="false">tag:7c1d.conflict-news.invalid,2026-03-01:story:1</guid>'
_CATEGORY = '<category domain="tag:conflict-news.invalid,2026:conflict">Velmar and Osk<'
_DESCRIPTION = "<description>Reported by 3"

_PICTURE = 'url="https://herald.example/bridge.JPG?w=800" medium="image" type="image/webp"'

RSS_RULES = [
    ('version="2.0"', 'version="0.92"', "not RSS 2.0"),
    ("</channel>", "</channel><channel/>", "something else than one channel"),
    ("<title>Conflict news</title>", "", "channel has 0 title"),
    ("<title>Conflict news</title>", "<title> </title>", "channel title is empty"),
    ("<link>https://news.example.org/</link>", "", "channel has 0 link"),
    ("<link>https://news.example.org/</link>", "<link>/</link>", "link is not an address: '/'"),
    ("<link>https://news.example.org/story/1<", "<link>javascript:alert(1)<", "is not an address"),
    ("<description>One entry", "<description/><description>One entry", "channel has 2 description"),
    ("<generator>", "<generator>x</generator><generator>", "channel has 2 generator"),
    ("<language>en<", "<language>English, of course<", "language is not a language"),
    ("<dc:language>uk<", "<dc:language>?<", "is not a language"),
    ("<generator>", "<updated>x</updated><generator>", "channel may not hold updated"),
    ("<guid ", "<summary>x</summary><guid ", "item may not hold summary"),
    ("<guid ", '<x:y xmlns:x="http://x.example/"/><guid ', "item may not hold {http://x.example/}y"),
    ("Sun, 01 Mar 2026 14", "2026-03-01T14", "lastBuildDate is not an RFC 822 time"),
    ("<pubDate>Sun, 01", "<pubDate>Mon, 01", "pubDate is not an RFC 822 time"),
    ("<pubDate>Sun, 01 Mar 2026", "<pubDate>Sun, 01 Mar 26", "pubDate is not an RFC 822 time"),
    ("<atom:updated>2026", "<atom:updated>26", "updated is not an RFC 3339 time"),
    ("<pubDate>", "<pubDate>Sun, 01 Mar 2026 12:00:00 GMT</pubDate><pubDate>", "has 2 pubDate"),
    ("<dc:creator>", "<dc:creator>x</dc:creator><dc:creator>", "}creator"),
    ("<dc:creator>Conflict news<", "<dc:creator><", "}creator is not a name"),
    ("<dc:creator>", "<author>a@b.example</author><dc:creator>", "item has author and dc:creator"),
    (_GUID, "", "item has no guid"),
    (_GUID, _GUID * 2, "item has 2 guid"),
    (_GUID, '<guid isPermaLink="false"> </guid>', "a guid is empty"),
    (_GUID, _GUID.replace(' isPermaLink="false"', ""), "guid is no address, and says that it is"),
    (_GUID, _GUID.replace("false", "no"), "guid has isPermaLink 'no'"),
    (_GUID, _GUID.replace(":1<", ":2<"), "stands 2 times"),
    (_CATEGORY, _CATEGORY.replace("Velmar and Osk", ""), "a category has no name or no domain"),
    (_CATEGORY, _CATEGORY.replace("tag:conflict-news.invalid,2026:conflict", ""), "no domain"),
    ('<title xml:lang="uk">', "<title><b/>", "title holds elements"),
    (_DESCRIPTION, "<description>&lt;b&gt;Reported by 3", "not suitable for presentation as HTML"),
    (_DESCRIPTION, "<description>R&amp;D reported by 3", "not suitable for presentation as HTML"),
    (_DESCRIPTION, "<description/><description>x", "item has 2 description"),
    ("<content:encoded>", "<content:encoded/><content:encoded>", "}encoded"),
    ("<content:encoded>", "<content:encoded>&lt;iframe&gt;", "is not safe markup"),
    ('rel="self"', 'rel="related"', "channel has 0 self links"),
    ('rel="previous"', 'rel="next"', "channel has 2 next links"),
    ('rel="current"', 'rel="related"', "an archive is marked as such"),
    ('rel="hub" ', "", "an atom:link has no relation"),
    ('rel="via" href="https:', 'rel="via" href="data:', "atom:link to 'data:"),
    ('type="application/atom+xml"', 'type="Atom"', "atom:link is of type 'Atom'"),
    ('type="application/rss+xml"', 'type="text/xml"', "the feed itself is of type 'text/xml'"),
    ('hreflang="en"', 'hreflang="?"', "atom:link leads to language '?'"),
    (_PICTURE, _PICTURE.replace("https", "ftp"), "media:content is at 'ftp:"),
    (_PICTURE, _PICTURE.replace("image/webp", "webp"), "media:content is of type 'webp'"),
    ('width="800"', 'width="8e2"', "media:content has the width '8e2'"),
    ('height="533"', 'height="٥٣٣"', "media:content has the height"),
    ('fileSize="61234"', 'fileSize="61 kB"', "media:content has the size '61 kB'"),
    ('length="61234"', 'length="0"', "an enclosure lacks url, length or type"),
    ('length="61234" ', "", "an enclosure lacks url, length or type"),
    ('length="61234"', 'length="61235"', "an enclosure and media:content of one address differ"),
    ('type="image/webp"', 'type="image/png"', "an enclosure and media:content of one address"),
    ("<enclosure", '<enclosure url="https://a.example/" length="1" type="a/b"/><enclosure',
     "item has 2 enclosure"),
    ('medium="image"', 'medium="picture"', "media:content is of medium 'picture'"),
    ("<media:content", '<enclosure url="https://a.example/" type="a/b"/><media:content',
     "an enclosure lacks url, length or type"),
    ("<guid ", "<docs>x</docs><guid ", "item may not hold docs"),
]  # fmt: skip


@pytest.mark.parametrize(("good", "bad", "problem"), RSS_RULES)
def test_check_of_rss_notices_each_broken_rule(good: str, bad: str, problem: str) -> None:
    document = render(everything(), EVERYTHING_INFO, FeedFormat.RSS).decode()
    assert good in document
    found = rss.problems(document.replace(good, bad, 1).encode())
    assert any(problem in each for each in found), found


def test_check_of_rss_wants_the_description_before_the_content() -> None:
    document = render([story(1)], INFO, FeedFormat.RSS).decode()
    swapped = document.replace("<description>Rep", "<content:encoded/><description>Rep", 1)
    assert "item has no description before content:encoded" in rss.problems(swapped.encode())


def _set(*path: str | int, to: Any) -> Callable[[dict[str, Any]], None]:
    def change(feed: Any) -> None:
        for step in path[:-1]:
            feed = feed[step]
        feed[path[-1]] = to

    return change


def _without(*path: str | int) -> Callable[[dict[str, Any]], None]:
    def change(feed: Any) -> None:
        for step in path[:-1]:
            feed = feed[step]
        del feed[path[-1]]

    return change


_OURS = ("items", 0, "_conflict_news")

JSON_RULES = [
    (_set("version", to="https://jsonfeed.org/version/1"), "feed version is"),
    (_without("version"), "feed has no version"),
    (_without("title"), "feed has no title"),
    (_without("items"), "feed has no items"),
    (_set("items", to={}), "feed items is"),
    (_set("items", to=["a"]), "feed items is"),
    (_set("title", to=""), "feed title is"),
    (_set("home_page_url", to="/"), "feed home_page_url is"),
    (_set("feed_url", to="feed.json"), "feed feed_url is"),
    (_set("next_url", to="https://news.example.org/feed.atom"), "feed has itself as next_url"),
    (_set("language", to="English!"), "feed language is"),
    (_set("expired", to="no"), "feed expired is"),
    (_set("author", to={"name": "x"}), "feed may not hold author"),
    (_set("authors", to=[{}]), "an author has neither name nor url nor avatar"),
    (_set("authors", 0, "email", to="a@b.example"), "authors may not hold email"),
    (_set("authors", 0, "url", to=None), "authors url is None"),
    (_without("hubs", 0, "type"), "hubs has no type"),
    (_set("hubs", 0, "url", to="hub"), "hubs url is 'hub'"),
    (_set("_conflict_news", to="x"), "feed _conflict_news is no extension"),
    (_set("_1", to={}), "feed _1 is no extension"),
    (_without("items", 0, "id"), "item has no id"),
    (_set("items", 0, "id", to=1), "item id is 1"),
    (_set("items", 1, "id", to="tag:7c1d.conflict-news.invalid,2026-03-01:story:1"), "2 times"),
    (_set("items", 0, "url", to="javascript:alert(1)"), "item url is"),
    (_set("items", 0, "image", to=None), "item image is None"),
    (_set(*_OURS, "image", "width", to=0), "_conflict_news image width is 0"),
    (_set(*_OURS, "image", "width", to="800"), "_conflict_news image width is '800'"),
    (_set(*_OURS, "image", "height", to=20_001), "_conflict_news image height is 20001"),
    (_set(*_OURS, "image", "height", to=True), "_conflict_news image height is True"),
    (_set(*_OURS, "image", "size_in_bytes", to=0), "_conflict_news image size_in_bytes is 0"),
    (_set(*_OURS, "image", "mime_type", to="video/mp4"), "image mime_type is 'video/mp4'"),
    (_set(*_OURS, "image", "type", to="image/png"), "_conflict_news image may not hold type"),
    (_set(*_OURS, "image", "url", to="https://a.example/"), "is another than that of the item"),
    (_set(*_OURS, "image", to={"url": "https://a.example/"}), "says nothing but its address"),
    (_set(*_OURS, "image", to="https://a.example/"), "_conflict_news image is 'https:"),
    (_without(*_OURS, "image", "url"), "_conflict_news image has no url"),
    (_set("items", 0, "title", to=None), "item title is None"),
    (_set("items", 0, "date_published", to="2026-03-01"), "item date_published is"),
    (_set("items", 0, "date_modified", to=1772366400), "item date_modified is"),
    (_set("items", 0, "tags", to="Osk"), "item tags is"),
    (_set("items", 0, "tags", 0, to=""), "item tags is"),
    (_set("items", 0, "language", to="?"), "item language is"),
    (_set("items", 0, "published", to="x"), "item may not hold published"),
    (_set("items", 0, "content_html", to="<script>x</script>"), "holds unsafe markup"),
    (_set("items", 0, "content_text", to=["x"]), "item content_text is"),
    (_set("items", 0, "attachments", to=[{"url": "https://a.example/"}]), "has no mime_type"),
    (_set(*_OURS, "outlets", to=-1), "_conflict_news outlets is -1"),
    (_set(*_OURS, "origins", to=True), "_conflict_news origins is True"),
    (_set(*_OURS, "kinds", to=["wire"]), "_conflict_news kinds is"),
    (_without(*_OURS, "places"), "_conflict_news has no places"),
    (_without(*_OURS, "countries"), "_conflict_news has no countries"),
    (_without(*_OURS, "news"), "_conflict_news has no news"),
]


@pytest.mark.parametrize(("change", "problem"), JSON_RULES)
def test_check_of_json_feed_notices_each_broken_rule(
    change: Callable[[dict[str, Any]], None], problem: str
) -> None:
    feed = json.loads(render(everything(), EVERYTHING_INFO, FeedFormat.JSON))
    change(feed)
    found = json_feed.problems(json.dumps(feed).encode())
    assert any(problem in each for each in found), found


def test_check_of_json_feed_wants_content() -> None:
    feed = json.loads(render([story(1)], INFO, FeedFormat.JSON))
    del feed["items"][0]["content_html"], feed["items"][0]["content_text"]
    assert "item has no content" in json_feed.problems(json.dumps(feed).encode())


@pytest.mark.parametrize("feed_format", FeedFormat)
def test_checks_refuse_another_document(feed_format: FeedFormat) -> None:
    other = b"[]" if feed_format is FeedFormat.JSON else b"<html><body/></html>"
    assert PROBLEMS[feed_format](other) != []
