from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from aggregator.model import Entry
from tests.poll.reading import only, read, rss
from tests.vectors import ADDRESSES, MARKUP

ALLOWED_TAGS = frozenset(
    "a abbr b blockquote br caption code dd del dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i"
    " img ins li ol p pre q s small strong sub sup table tbody td th thead tr u ul".split()
)
ALLOWED_ATTRIBUTES = frozenset("href title src alt colspan rowspan lang dir rel".split())


class Strangers(HTMLParser):
    """Collects what no output of ours may hold."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [tag] if tag not in ALLOWED_TAGS else []
        self.found += [name for name, _ in attrs if name not in ALLOWED_ATTRIBUTES]
        self.found += [
            value or ""
            for name, value in attrs
            if name in {"href", "src"} and not (value or "").startswith(("http://", "https://"))
        ]


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def documents(vector: str) -> Iterator[str]:
    text = escaped(vector)
    yield (
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>{text}</title><item><guid>g</guid><title>{text}</title><author>{text}</author>"
        f"<category>{text}</category><description>{text}</description>"
        f"<content:encoded>long enough {text}</content:encoded></item></channel></rss>"
    )
    yield (
        f'<feed xmlns="http://www.w3.org/2005/Atom"><title type="html">{text}</title><entry>'
        f"<id>g</id><title>{text}</title><author><name>{text}</name></author>"
        f'<category term="x" label="{text}"/><summary type="text">{text}</summary>'
        f'<content type="html">long enough {text}</content></entry></feed>'
    )


def strangers(entry: Entry) -> list[str]:
    markup = Strangers(entry.summary).found + Strangers(entry.content).found
    lines = (entry.title, *entry.authors, *entry.categories)
    return markup + [line for line in lines if Strangers(line).found]


@pytest.mark.parametrize("vector", [vector for vector in MARKUP if len(vector) < 1000])
def test_c11_no_active_markup_in_any_field(vector: str) -> None:
    for document in documents(vector):
        feed = read(document)
        assert strangers(feed.entries[0]) == []
        assert Strangers(feed.title).found == []


@pytest.mark.parametrize("address", ADDRESSES)
def test_c12_ghsa_44pq_9929_f8mq_no_other_scheme_survives(address: str) -> None:
    text = escaped(address).replace("&amp;#58;", "&#58;")
    entry = only(
        '<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/" '
        'xmlns:f="http://rssnamespace.org/feedburner/ext/1.0"><channel>'
        f"<item><title>T</title><link>{text}</link><guid>{text}</guid><f:origLink>{text}</f:origLink>"
        f'<comments>{text}</comments><enclosure url="{text}" type="image/png"/>'
        f'<media:content url="{text}" medium="image"/><media:thumbnail url="{text}"/>'
        f'<description>&lt;a href="{escaped(text)}"&gt;x&lt;/a&gt;&lt;img src="{escaped(text)}"&gt;'
        "</description></item></channel></rss>"
    )
    ours = "https://feeds.example/"
    assert entry.url is None or entry.url.startswith(ours)
    assert entry.image is None or entry.image.url.startswith(ours)
    assert strangers(entry) == []


def test_c12_relative_addresses_are_resolved_against_the_final_address() -> None:
    entry = only(rss("<title>T</title><link>../a?b=c</link>"))
    assert entry.url == "https://feeds.example/a?b=c"


def test_c17_titles_hold_no_hidden_characters() -> None:
    entry = only(rss("<title>A\u202eB\u200bC\u2066D\ufeff</title><author>E\u202dF</author>"))
    assert (entry.title, entry.authors) == ("ABCD", ("EF",))
