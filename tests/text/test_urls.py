import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model import HttpUrl
from aggregator.text.urls import host_of, http_url, page_key, registrable_domain

BASE = "https://courier.example/world/"


@pytest.mark.parametrize(
    "raw",
    [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)", "\tjavascript:x",
        "\x01javascript:x", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "ftp://a.example/",
        "mailto:a@a.example", "http://", "https://user:secret@a.example/", "http:\\\\a.example",
        "//a.example\\@b.example", "http://a.example:99999/", "http://[::1", "about:blank",
        "", "x" * 5000, "http://a\x00b.example/", "https://a.example/\ud800", 'http://evil"><script>/',
        "http://a%00b.example/", "http://a`b.example/",
    ],
)  # fmt: skip
def test_c12_ghsa_44pq_9929_f8mq_what_is_not_absolute_http_is_refused(raw: str) -> None:
    assert http_url(raw) is None
    resolved = http_url(raw, BASE)
    assert resolved is None or resolved.startswith(("https://courier.example/", "https://a.ex"))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("/a b", "https://courier.example/a%20b"),
        ("story?id=1#top", "https://courier.example/world/story?id=1#top"),
        ("//Other.Example/x", "https://other.example/x"),
        (" https://a.example:443/x ", "https://a.example/x"),
        ("http://a.example", "http://a.example/"),
        ("https://новини.example/стаття", None),
        ("https://a.example/%D1%81?q=%20", "https://a.example/%D1%81?q=%20"),
    ],
)
def test_addresses_are_resolved_and_spelt_one_way(raw: str, expected: str | None) -> None:
    url = http_url(raw, BASE)
    if expected is None:
        assert url is not None
        assert url.isascii()
        assert url.startswith("https://xn--")
    else:
        assert url == expected


PIECES = [
    "a", "news", "2026", "/", "//", "/..", ".", "~", "%41", "%zz", "-", "_", "!", "$", "'", "@",
    "(", ",", ";", "=", "&", "?", "#", "+", "*", "|", ":", "[", "]", " ", "é", "\\", "utm_source=x",
    "id=1", "b=", "c=%20d", "A",
]  # fmt: skip
addresses = st.builds(
    lambda scheme, host, pieces: f"{scheme}://{host}{''.join(pieces)}",
    st.sampled_from(["http", "https", "HTTP", "ftp"]),
    st.sampled_from(["a.example", "www.a.example", "a-b.example:80", "a.example:8080", "A.example",
                     ".", "a_b.example", "[::1]", "", "1.2.3.4", "u@a.example"]),
    st.lists(st.sampled_from(PIECES), max_size=6),
)  # fmt: skip


@given(addresses, st.sampled_from([None, BASE, "http://a.example/b/c"]))
def test_an_address_that_is_seen_to_be_fine_is_what_the_long_way_gives(
    raw: str, base: str | None
) -> None:
    # The tab is dropped, after it has led off the short way.
    assert http_url(raw, base) == http_url(f"\t{raw}", base)


@given(addresses)
def test_the_short_way_to_a_key_leads_to_the_same_key(raw: str) -> None:
    url = http_url(raw)
    if url is None:
        return
    address = url.partition("#")[0]
    mark = "&" if "?" in address else "?"
    # The parameter is dropped, after it has led off the short way.
    assert page_key(url) == page_key(HttpUrl(f"{address}{mark}utm_source=%20"))


def test_one_page_has_one_key_however_it_was_reached() -> None:
    keys = {
        page_key(HttpUrl(url))
        for url in (
            "http://www.courier.example/a/b/",
            "https://courier.example/a/b",
            "https://courier.example/a/b?utm_source=rss&utm_medium=feed",
            "https://courier.example/a/b?fbclid=xyz#comments",
        )
    }
    assert keys == {"courier.example/a/b"}


def test_parameters_that_choose_the_page_stay_in_its_key() -> None:
    first = page_key(HttpUrl("https://courier.example/show?id=1&p=2"))
    assert first == page_key(HttpUrl("https://courier.example/show?p=2&id=1&utm_source=x"))
    assert first != page_key(HttpUrl("https://courier.example/show?id=2&p=2"))


def test_hosts_of_one_publisher_share_their_registrable_domain() -> None:
    assert registrable_domain(host_of("https://news.courier.co.uk/x")) == "courier.co.uk"
    assert registrable_domain(host_of("https://www.courier.co.uk/")) == "courier.co.uk"
    assert registrable_domain("127.0.0.1") == "127.0.0.1"
    assert host_of("http://[::1") == ""
