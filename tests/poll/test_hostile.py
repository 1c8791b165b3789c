import ast
import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import aggregator
from aggregator.errors import ForbiddenXml, NotAFeed, ParseError
from aggregator.model import ParsedFeed
from aggregator.poll.decoding import decode
from aggregator.poll.items import RawFeed
from aggregator.poll.prolog import Document, without_prolog
from aggregator.poll.vocabulary import Unusual
from aggregator.poll.xml_feed import by_feedparser, by_libxml2
from tests.poll.cases import cases
from tests.poll.reading import only, read, rss

SECRET = "words that stand in a file of ours"  # noqa: S105 - a marker to look for
ENTITY_ATTACKS = {
    "file": '<!DOCTYPE rss [<!ENTITY x SYSTEM "file://{path}">]>',
    "http": '<!DOCTYPE rss [<!ENTITY x SYSTEM "http://127.0.0.1:9/x">]>',
    "parameter": '<!DOCTYPE rss [<!ENTITY % p SYSTEM "file://{path}"> %p;]>',
    "parameter only used": '<!DOCTYPE rss SYSTEM "x" [ %p; ]>',
    "laughs": '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY x "&b;&b;">]>',
    "one long entity": f'<!DOCTYPE rss [<!ENTITY x "{"long" * 1000}">]>',
    "lower case": '<!doctype rss [<!entity x "y">]>',
    "after a comment": '<!-- > --><!DOCTYPE rss [<!ENTITY x "y">]>',
    "after an instruction": '<?a > ?><!DOCTYPE rss [<!ENTITY x "y">]>',
    "without document type": '<!ENTITY x "y">',
    "unclosed, repeated": "<!ENTITY a" * 10_000,
    "subset without end": "<!DOCTYPE rss [ <!ELEMENT a ANY>",
}


@pytest.mark.parametrize("name", ENTITY_ATTACKS)
@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "utf-16-be", "utf-32", "cp037"])
def test_n08_declared_entities_are_refused(name: str, codec: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(SECRET, encoding="utf-8")
    prolog = ENTITY_ATTACKS[name].replace("{path}", str(secret))
    declaration = "<?xml version='1.0'?>"
    with pytest.raises(ForbiddenXml) as refusal:
        read(f"{declaration}{prolog}{rss('<title>&x;</title>')}".encode(codec))
    assert SECRET not in str(refusal.value)


def test_n08_junk_before_the_document_is_no_disguise() -> None:
    with pytest.raises(ForbiddenXml):
        read(f'Notice: <br/> <?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x "y">]>{rss()}')


def test_n08_utf7_is_no_disguise() -> None:
    hidden = '<!DOCTYPE rss [<!ENTITY x "boom">]>'.encode("utf-7").replace(b"<", b"+ADw-")
    body = b'<?xml version="1.0" encoding="utf-7"?>' + hidden + rss("<title>&x;</title>").encode()
    feed = read(body, content_type="text/xml; charset=utf-7")
    assert "boom" not in feed.entries[0].title


def test_n08_entities_within_an_article_are_text() -> None:
    entry = only(rss('<title>T</title><description><![CDATA[<!ENTITY x "y"> &x;]]></description>'))
    assert "&amp;x;" in entry.summary


@pytest.mark.parametrize("name", ENTITY_ATTACKS)
def test_n08_the_quick_way_expands_nothing_even_if_it_is_asked(name: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(SECRET, encoding="utf-8")
    prolog = ENTITY_ATTACKS[name].replace("{path}", str(secret))
    with pytest.raises(Unusual) as refusal:
        by_libxml2(Document(f"{prolog}{rss('<title>&x;</title>')}"))
    assert SECRET not in str(refusal.value)


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://dtd.example/">',
        "<!DOCTYPE rss>",
        "<!DOCTYPE rss []>",
        '<!DOCTYPE rss SYSTEM "rss.dtd" [ <!ELEMENT rss ANY> ]>',
    ],
)
def test_n08_a_document_type_without_entities_is_harmless(doctype: str) -> None:
    assert only(f"<?xml version='1.0'?>\n{doctype}\n{rss('<title>T</title>')}").title == "T"


def repeated(unit: str, size: int) -> str:
    return unit * (size // len(unit))


MEBIBYTE = 1 << 20
PATTERNS: dict[str, Callable[[int], str]] = {
    "attributes": lambda n: rss("<a " + " ".join(f"a{i}=''" for i in range(n // 9)) + "/>"),
    "namespaces": lambda n: rss("".join(f'<p{i}:a xmlns:p{i}="u{i}"/>' for i in range(n // 28))),
    "undeclared prefixes": lambda n: rss("".join(f"<p{i}:a/>" for i in range(n // 12))),
    "categories": lambda n: rss("".join(f"<category>{i}</category>" for i in range(n // 27))),
    "keywords": lambda n: rss(f"<keywords>{','.join(map(str, range(n // 7)))}</keywords>"),
    "keywords in items": lambda n: rss(
        *[f"<keywords>{','.join(map(str, range(700)))}</keywords>"] * (n // 3000)
    ),
    "author": lambda n: rss(f"<author>{'a' * n}</author>"),
    "authors": lambda n: rss(*[f"<author>{'a' * 3900}</author>"] * (n // 3950)),
    "date": lambda n: rss(f"<pubDate>{'1' * n}</pubDate>"),
    "items": lambda n: f"<rss><channel>{repeated('<item/>', n)}</channel></rss>",
    "items of one guid": lambda n: rss(
        *(f"<guid>x</guid><title>{i}</title>" for i in range(n // 60))
    ),
    "attributes of an item": lambda n: (
        "<rss><channel><item " + " ".join(f"a{i}=''" for i in range(n // 9)) + "/></channel></rss>"
    ),
    "names of elements": lambda n: rss("".join(f"<a{i}/>" for i in range(n // 9))),
    "declarations": lambda n: (
        "<rss " + " ".join(f"xmlns:a{i}='u{i}'" for i in range(n // 19)) + "><channel/></rss>"
    ),
    "declarations in a text": lambda n: rss(f"<title>{repeated('xmlns=', n)}</title>"),
    "base addresses": lambda n: rss(repeated("<a xml:base='http://a.example/'/>", n)),
    "spaces after base": lambda n: rss(f"<title>{repeated('base' + ' ' * 999, n)}</title>"),
    "elements": lambda n: rss(repeated("<a/>", n)),
    "depth": lambda n: rss("<a>" * (n // 7) + "</a>" * (n // 7)),
    "unclosed tags": lambda n: rss(repeated("<a ", n)),
    "unclosed quotes": lambda n: rss(repeated('<a b="', n)),
    "unclosed sections": lambda n: rss(repeated("<![CDATA[", n)),
    "unclosed comments": lambda n: rss(repeated("<!--", n)),
    "unopened tags": lambda n: rss(repeated("</x>", n)),
    "unclosed instructions": lambda n: repeated("<?a ", n),
    "unclosed document types": lambda n: repeated("<!DOCTYPE x ", n),
    "brackets": lambda n: f"<!DOCTYPE x [{repeated(']', n)}>",
    "instructions": lambda n: rss(f"<description>{repeated('<?a?>', n)}</description>"),
    "ampersands": lambda n: rss(f"<description>{'&' * n}</description>"),
    "fewer ampersands": lambda n: rss(f"<description>{'& ' * (n // 8)}</description>"),
    "references": lambda n: rss(f"<description>{repeated('&amp;', n)}</description>"),
    "nested html": lambda n: rss(f"<description>{repeated('&lt;ul>&lt;li>', n)}</description>"),
    "unclosed images": lambda n: rss(f"<description>{repeated('&lt;img ', n)}</description>"),
    "attributes in html": lambda n: rss(
        f"<description>&lt;a {repeated('a=&quot;b&quot; ', n)}>x&lt;/a></description>"
    ),
    "spaces in a tag": lambda n: rss(f"<description>&lt;a{' ' * n}>x&lt;/a></description>"),
    "labels of a host": lambda n: rss(
        f"<description>&lt;a href='http://{repeated('a.', n)}'>x&lt;/a></description>"
    ),
    "dashes in a comment": lambda n: rss(
        f"<description>&lt;!--{repeated('-a', n)}--></description>"
    ),
    "private characters": lambda n: rss(
        f"<title>{''.join(chr(0xE000 + i % 6000) for i in range(n // 3))}</title>"
    ),
    "markup in a title": lambda n: rss(f"<title>{repeated('&lt;b', n)}</title>"),
    "spaces": lambda n: " " * n,
    "brackets of json": lambda n: "[" * n,
    "digits of json": lambda n: (
        f'{{"version":"https://jsonfeed.org/version/1","items":[{{"id":{"1" * n}}}]}}'
    ),
}


@pytest.mark.timeout(30)
@pytest.mark.parametrize("name", PATTERNS)
def test_n09_parsing_a_pathological_mebibyte_ends(name: str) -> None:
    # Quadratic, each of these takes minutes; the limit is wide for a loaded machine.
    body = PATTERNS[name](MEBIBYTE).encode()
    assert isinstance(outcome(body), ParsedFeed | ParseError)


@pytest.mark.timeout(30)
@pytest.mark.parametrize("name", PATTERNS)
def test_n09_the_quick_way_through_a_pathological_mebibyte_ends(name: str) -> None:
    with suppress(Unusual, ParseError):
        assert isinstance(by_libxml2(without_prolog(PATTERNS[name](MEBIBYTE))), RawFeed)


def outcome(body: bytes) -> ParsedFeed | ParseError:
    try:
        return read(body)
    except ParseError as error:
        return error


def mutations(seed: int, count: int) -> Iterator[bytes]:
    chance = random.Random(seed)  # noqa: S311 - a fixed seed, no secret
    bodies = [case.body for case in cases()]
    tokens = [
        b"&", b"<", b">", b"]]>", b"<![CDATA[", b"&#x110000;", b"&#99999999;", b"\x00", b"\xff",
        b"<item>", b"</item>", b"<entry>", b"xml:base='http://['", b"http://[", b"99999999999999",
        b"<!--", b"<?x", b'"', b"<guid>", b"<updated>0000-00-00", b"\xed\xa0\x80", b"xmlns:a=''",
        b"<media:content/>", b"<category/>", b"<source url='x'>", b"{", b"null", b"-1e999",
    ]  # fmt: skip
    for _ in range(count):
        body = bytearray(chance.choice(bodies))
        for _ in range(chance.randint(1, 6)):
            start = chance.randrange(len(body) + 1)
            match chance.randrange(4):
                case 0:
                    del body[start : start + chance.randint(1, 40)]
                case 1:
                    body[start:start] = chance.choice(tokens)
                case 2:
                    body[start : start + 1] = bytes([chance.randrange(256)])
                case _:
                    other = chance.choice(bodies)
                    cut = chance.randrange(len(other))
                    body[start:start] = other[cut : cut + chance.randint(1, 80)]
        yield bytes(body)


def test_n09_mutated_feeds_give_entries_or_a_parse_error() -> None:
    results = [outcome(body) for body in mutations(seed=20260305, count=1000)]
    assert sum(isinstance(result, ParsedFeed) for result in results) > 800


@pytest.mark.slow
def test_n09_twenty_thousand_mutated_feeds() -> None:
    for body in mutations(seed=1, count=20_000):
        outcome(body)


def compare(body: bytes) -> bool:
    """Return whether the quick way reads `body`; fails if it reads what feedparser does not."""
    try:
        document = without_prolog(decode(body, None, None).text)
        quick = by_libxml2(document)
    except (ParseError, Unusual):
        return False
    try:
        slow = by_feedparser(document)
    except ParseError:
        raise
    except Exception:  # noqa: BLE001 - feedparser fails in many ways
        return False
    assert quick == slow
    return True


def test_n09_mutated_feeds_read_the_same_either_way() -> None:
    assert sum(map(compare, mutations(seed=20260306, count=500))) > 20


@pytest.mark.slow
def test_n09_twenty_thousand_mutated_feeds_read_the_same_either_way() -> None:
    assert sum(map(compare, mutations(seed=2, count=20_000))) > 1000


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300))
def test_n09_any_bytes_give_entries_or_a_parse_error(body: bytes) -> None:
    outcome(body)
    outcome(b"<rss><channel><item><title>" + body + b"</title></item></channel></rss>")


def test_n10_a_body_that_names_a_file_is_not_that_file(tmp_path: Path) -> None:
    feed = tmp_path / "feed.xml"
    feed.write_text(rss("<title>From a file</title>"), encoding="utf-8")
    for body in (str(feed), f"file://{feed}", "http://127.0.0.1:9/feed.xml", f"<{feed}"):
        with pytest.raises(NotAFeed):
            read(body)


def test_n10_feedparser_is_called_once_and_with_bytes_in_memory() -> None:
    calls = [
        (path.name, call)
        for path in Path(aggregator.__path__[0]).rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "feedparser.parse"
    ]
    ((name, call),) = calls
    assert name == "xml_feed.py"
    assert isinstance(call.args[0], ast.Call)
    assert ast.unparse(call.args[0].func) == "io.BytesIO"


def test_n10_nobody_else_imports_feedparser() -> None:
    importers = {
        path.name
        for path in Path(aggregator.__path__[0]).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Import) and "feedparser" in {name.name for name in node.names})
        or (isinstance(node, ast.ImportFrom) and (node.module or "").startswith("feedparser"))
    }
    assert importers == {"xml_feed.py"}
