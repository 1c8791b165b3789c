import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.text.clean import (
    line_of_html,
    plain_line,
    plain_paragraphs,
    safe_html,
    sanitised_html,
    text_of_html,
)
from tests.vectors import PRETENDING

BASE = "https://courier.example/world/"


def test_blocks_become_paragraphs_and_inline_elements_join_without_space() -> None:
    raw = "<div><p>The <b>bri</b>dge  at<br>Orlane</p><ul><li>one</li><li>two</li></ul></div>"
    assert text_of_html(raw) == "The bridge at\n\nOrlane\n\none\n\ntwo"


def test_scripts_styles_and_comments_have_no_text() -> None:
    raw = "<p>kept</p><script>var lost = 1</script><style>p{}</style><!-- lost --><p>too</p>"
    assert text_of_html(raw) == "kept\n\ntoo"


def test_text_beside_elements_is_kept_in_order() -> None:
    assert line_of_html("before <i>in</i> after <b>end</b> tail") == "before in after end tail"


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("a\u202eb\u2066c\u200bd", "abcd"),
        ("bell\x07 esc\x1b[31m nul\x00", "bell esc[31m nul"),
        ("two\r\nlines\tand  spaces", "two lines and spaces"),
        ("می\u200cخواهند", "می\u200cخواهند"),
        ("\ufeffmark", "mark"),
        ("half\ud800pair", "halfpair"),
    ],
)
def test_c17_headlines_lose_what_impersonates_and_keep_what_is_spelling(
    raw: str, clean: str
) -> None:
    assert plain_line(raw) == clean


@pytest.mark.parametrize("raw", PRETENDING)
def test_c17_nothing_is_left_that_only_pretends(raw: str) -> None:
    line = plain_line(raw)
    assert line.isprintable()
    assert line.isascii()
    assert len(line.split()) <= len(raw.split())


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("H\u200da\u200drbour", "Harbour"),
        ("\u200d\u200cHarbour\u200d", "Harbour"),
        ("می\u200c\u200c\u200dخواهند", "می\u200cخواهند"),
        ("क्\u200dष", "क्\u200dष"),
        ("👩🏽\u200d🚒 🏳️\u200d🌈", "👩🏽\u200d🚒 🏳️\u200d🌈"),
        ("H\u034fa\u115fr\u1160b\u2800o\u3164u\uffa0r", "Harbour"),
    ],
)
def test_c17_joiners_stay_where_they_join_and_blanks_go(raw: str, clean: str) -> None:
    assert plain_line(raw) == clean
    assert text_of_html(f"<p>{raw}</p>") == clean
    assert safe_html(f"<p>{raw}</p>", BASE) == sanitised_html(f"<p>{raw}</p>", BASE)
    assert sanitised_html(f"<p>{raw}</p>", BASE) == f"<p>{clean}</p>"


def test_a_long_line_is_cut_with_an_ellipsis() -> None:
    line = plain_line("word " * 400)
    assert len(line) <= 500
    assert line.endswith("…")


@given(st.text())
def test_c13_no_character_that_xml_forbids_survives(raw: str) -> None:
    for clean in (plain_line(raw), plain_paragraphs(raw), text_of_html(raw)):
        assert all(c in "\n\t" or c >= " " for c in clean)
        assert not any(c in clean for c in "\ufffe\uffff\x7f")
        clean.encode()


@given(st.text(alphabet="<>&;/ aimgsrcref='\"script:jv\n"))
def test_c11_cleaning_html_twice_is_cleaning_it_once(raw: str) -> None:
    once = safe_html(raw, BASE)
    assert safe_html(once, BASE) == once


@pytest.mark.parametrize(
    "raw",
    [
        "<script>alert(1)</script>",
        "<p onclick=alert(1)>x</p>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href='java\nscript:alert(1)'>x</a>",
        "<a href='&#106;avascript:alert(1)'>x</a>",
        "<img src='data:image/svg+xml,<svg onload=alert(1)>'>",
        "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
        "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<base href='https://evil.example/'><form action=/x><input name=y></form>",
        "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
        "<p style='background:url(https://evil.example/p)'>x</p>",
    ],
)
def test_c11_active_markup_is_gone(raw: str) -> None:
    clean = safe_html(raw, BASE).lower()
    for trace in ("script", "onclick", "onerror", "onload", "data:", "<svg", "<form", "<iframe",
                  "<base", "<meta", "style", "evil.example", "xlink"):  # fmt: skip
        assert trace not in clean


@pytest.mark.parametrize(
    "raw", ["<a><select><a>", "<p><object><p>x", "<b><button><b>x", "<h1><marquee><h1>x<a><td><a>y"]
)
def test_c11_what_is_left_of_elements_within_others_reads_as_it_was_written(raw: str) -> None:
    once = sanitised_html(raw, BASE)
    assert sanitised_html(once, BASE) == once


def test_links_are_made_absolute_and_tracking_pixels_go() -> None:
    raw = '<a href="../maps">map</a><img src="p.gif" width="1" height="1"><img src="/big.jpg">'
    clean = safe_html(raw, BASE)
    assert 'href="https://courier.example/maps"' in clean
    assert "p.gif" not in clean
    assert 'src="https://courier.example/big.jpg"' in clean
