"""The quick way through a feed gives what feedparser gives, field by field, or steps aside."""

import random

import feedparser
import pytest
from hypothesis import HealthCheck, given, settings

from aggregator.errors import ParseError
from aggregator.poll.decoding import decode
from aggregator.poll.prolog import Document, without_prolog
from aggregator.poll.vocabulary import HANDLED, PREFIXES, Unusual
from aggregator.poll.well_formed import FORMATS
from aggregator.poll.xml_feed import by_feedparser, by_libxml2
from tests.poll.cases import Case, cases
from tests.poll.documents import documents

ATOM = "http://www.w3.org/2005/Atom"


def is_read_quickly(document: Document) -> bool:
    """Return whether the quick way reads it; fails if it reads what feedparser does not."""
    try:
        quick = by_libxml2(document)
    except Unusual:
        return False
    try:
        slow = by_feedparser(document)
    except ParseError as error:
        raise AssertionError(f"feedparser may not have what was read: {error}") from error
    except Exception:  # noqa: BLE001 - feedparser fails in many ways
        return False
    assert quick == slow
    return True


@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(documents())
def test_made_up_feeds_read_the_same_either_way(text: str) -> None:
    is_read_quickly(Document(text))


def document_of(case: Case) -> Document:
    return without_prolog(decode(case.body, case.content_type, case.language).text)


XML_CASES = [case for case in cases() if case.body.lstrip()[:1] != b"{"]
NOT_FOR_THE_QUICK_WAY = {"atom-ukrainian", "cdf", "rss091-doctype", "slips"}


@pytest.mark.parametrize("case", XML_CASES, ids=lambda case: case.name)
def test_feeds_of_the_corpus_read_the_same_either_way(case: Case) -> None:
    assert is_read_quickly(document_of(case)) is (case.name not in NOT_FOR_THE_QUICK_WAY)


TOKENS = [
    b"&", b"<", b">", b"]]>", b"<![CDATA[", b"&#150;", b"&nbsp;", b"&#xFFFE;", b"\xc3\xa9", b"\x00",
    b"\xef\xbf\xbe", b"<!-- -- -->", b"<!--x-->", b"<?xml version='1.0'?>", b"<?x y?>", b"\r",
    b" xml:base='http://a/b/'", b" xmlns:q='u'", b" xmlns=''", b"<q:r/>", b"<a:b:c/>", b"<:a/>",
    b"<a:/>", b"<a/>", b"<\xc3\xa9/>", b" \xc3\xa9='1'", b" a='1' a='2'", b"<title>", b"</title>",
    b"<item>", b"<entry>", b"<!DOCTYPE x>", b"&lt;", b"\x7f", b"\xc2\x85", b" xml:lang='fr'", b"'",
    b"<xml:x/>", b" xml:id='1'", b"<title xmlns:media='urn:x'>", b'"', b"=", b"/", b" ", b"\n",
    b":", b"-", b"<XML/>", b" xml:space='bad'", b"\xed\xa0\x80", b"&#0;", b"&#;", b"&;",
    b"<a b=c/>", b"<a b='<'/>",
]  # fmt: skip


def test_slips_are_seen_by_both_ways_or_by_neither() -> None:
    chance = random.Random(20260305)  # noqa: S311 - a fixed seed, no secret
    bodies = [document_of(case).text.encode() for case in XML_CASES]
    quick = 0
    for _ in range(1500):
        body = bytearray(chance.choice(bodies))
        start = chance.randrange(len(body) + 1)
        match chance.randrange(4):
            case 0:
                del body[start : start + chance.randint(1, 6)]
            case 1:
                body[start : start + 1] = bytes([chance.randrange(256)])
            case _:
                body[start:start] = chance.choice(TOKENS)
        try:
            document = without_prolog(body.decode("utf-8", "replace"))
        except ParseError:
            continue
        quick += is_read_quickly(document)
    assert quick > 300


def atom(content: str) -> Document:
    return Document(f'<feed xmlns="{ATOM}"><title>T</title><entry>{content}</entry></feed>')


def rss(content: str, namespaces: str = "") -> Document:
    return Document(
        f'<rss version="2.0"{namespaces}><channel><item>{content}</item></channel></rss>'
    )


@pytest.mark.parametrize(
    "document",
    [
        atom('<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">x</div></content>'),
        atom('<content type="image/png">aGVsbG8=</content>'),
        atom('<content mode="base64" type="text/html">aGVsbG8=</content>'),
        atom('<link href="/a" xml:base="b/c"/>'),
        atom('<unknown xml:base="http://a.example/"><inner xml:base="http://b.example/"/></unknown>'),
        rss("<title>One <b>two</b></title>"),
        rss("<item><title>Within</title></item>"),
        rss("<links>x</links>"),
        rss("<date>2026-03-05</date>"),
        rss("<unknown><title>Within</title></unknown>"),
        rss("<title>A<?pi x?>B</title>"),
        rss("<author>a@a.example (A)</author><author>b@b.example (B)</author>"),
        rss("<media:content/>", ' xmlns:media="urn:x" xmlns:m="http://search.yahoo.com/mrss/"'),
        rss("<m:date/>", ' xmlns:dc="http://search.yahoo.com/mrss/" xmlns:m="http://purl.org/dc/terms/"'
            ' xmlns:dcterms="http://purl.org/dc/elements/1.1/"'),
        rss('<a xmlns:x="urn:1"/><b xmlns:x="urn:2"/>'),
        rss('<link x:href="/a" xmlns:x="urn:x"/>'),
        rss('<media:content x:width="9"/>',
            ' xmlns:x="urn:x" xmlns:media="http://search.yahoo.com/mrss/"'),
        rss("<keywords>" + "".join(f"<category>{n}</category>" for n in range(300))),
        rss("".join(f"<category>{n}</category>" for n in range(300))),
        rss(f"<author>{'a' * 1000}</author>"),
        rss("<title>T</title") , rss("&nbsp;"), rss("<x:y/>"),
        Document("<rss><channel/><channel/></rss>"),
        Document("<channel><item/></channel>"),
        Document(f"<rss><channel>{'<item/>' * 20_001}</channel></rss>"),
    ],
)  # fmt: skip
def test_what_is_not_certain_is_left_to_feedparser(document: Document) -> None:
    with pytest.raises(Unusual):
        by_libxml2(document)


@pytest.mark.parametrize(
    "document",
    [
        rss("<title>A</title><title>B</title><description>C</description><description>D</description>"),
        rss("<title/><title>A</title><guid isPermaLink='false'>g</guid><link/><link>/a</link>"),
        rss("<category domain='d'>A</category><category/><category domain='d'>A</category>"),
        rss("<description>caf\xc3\xa9</description><title>\x93q\x94</title><author/>"),
        rss("<source url='/x'>S</source><title>A</title><image>/i.png</image><title>B</title>"),
        rss("<m:group><m:title>A</m:title><m:content url='/a' medium='image'/></m:group><title/>",
            ' xmlns:m="http://search.yahoo.com/mrss/"'),
        rss("<media:content url='/a.jpg'><media:description type='plain'>A</media:description>"
            "</media:content><description>B</description>", ' xmlns:media="urn:misspelt"'),
        rss("<a:link href='/a'/><a:updated>2026-03-05</a:updated>", f' xmlns:a="{ATOM}"'),
        atom("<link href='/a'/><link rel='enclosure' href='/b.png' type='image/png'/><id>x</id>"),
        atom("<author><name>A</name><email>a@a.example</email></author><source><title>S</title>"
             "<author><name>B</name></author></source><title type='html'>&lt;b>C&lt;/b></title>"),
        atom('<content type="html" xml:base="http://a.example/b/">x</content><link href="c"/>'),
        atom('<summary xml:lang="de_AT">x</summary><content xml:lang="fr">y</content>'),
        Document('<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><issued>2026-03-05'
                 '</issued><content type="text/html" mode="escaped">x</content></entry></feed>'),
        Document('<RDF xmlns="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
                 'xmlns:r="http://purl.org/rss/1.0/"><r:channel><r:title>T</r:title></r:channel>'
                 '<r:item><r:title>A</r:title></r:item><r:image><r:title>I</r:title></r:image></RDF>'),
    ],
)  # fmt: skip
def test_accidents_of_feedparser_are_kept(document: Document) -> None:
    try:
        assert is_read_quickly(document)
    except Unusual:
        pytest.fail("left to feedparser")


def test_the_vocabulary_is_feedparsers_own() -> None:
    parser = feedparser.api.StrictFeedParser
    known = {uri.lower(): prefix for uri, prefix in parser.namespaces.items() if uri}
    assert known == PREFIXES
    methods = {
        name.partition("_")[2] for name in dir(parser) if name.startswith(("_start_", "_end_"))
    }
    names = {name.partition("_")[2].lower() for name in methods}
    assert names == HANDLED
    assert FORMATS.items() <= feedparser.api.SUPPORTED_VERSIONS.items()
