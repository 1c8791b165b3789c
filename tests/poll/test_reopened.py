"""Formatting that is left open makes no entry longer than its feed."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.poll.reopened import reopened_length
from aggregator.text.clean import sanitised_html
from tests.poll.reading import only, rss

OPEN = "".join(f"<b lang=x{number}>" for number in range(60))
SHOWN = "<p>Shells hit the harbour.</p>"


def summary(markup: str) -> str:
    escaped = markup.replace("&", "&amp;").replace("<", "&lt;")
    return only(rss(f"<title>T</title><description>{escaped}</description>")).summary


@pytest.mark.parametrize(
    "markup",
    [
        f"<p>{OPEN}{'<p>x' * 3000}",
        f"<p>{OPEN}{'<p>x' * 3000}{'</b>' * 60}",
        f"<p>{OPEN}{'</i>' * 60}{'<p>x' * 3000}",
        f"<p>{OPEN}<table><tr><td>{'</b>' * 60}</td></tr></table>{'<p>x' * 3000}",
        f"<p>{OPEN}<svg><desc>{'</b>' * 60}</desc></svg>{'<p>x' * 3000}",
        f"<p>{OPEN}<style>{'</b>' * 60}</style>{'<p>x' * 3000}",
        f"<p>{OPEN}<q title='{'</b>' * 60}'></q>{'<p>x' * 3000}",
        f"<p>{OPEN}<q title='>{'</b>' * 60}'></q>{'<p>x' * 3000}",
        f"<p>{OPEN}<!-->{'</b>' * 60}-->{'<p>x' * 3000}",
        f"<p>{'<small>' * 3}{'<code title=' + 'y' * 9000 + '>' + '<p>x' * 3000}",
    ],
)
def test_n09_c11_a_summary_is_hardly_longer_than_it_was(markup: str) -> None:
    clean = summary(markup)
    assert "x" in clean
    assert len(clean) < 8 * len(markup) + 400_000


@pytest.mark.parametrize(
    "markup",
    [
        SHOWN * 2000,
        f"<font color=red><b>{SHOWN * 2000}</b></font>",
        "<!-- start -->" + "<p><a href=https://a.example/x><b>Read</b></a> it<br></p>" * 800,
        "<table>" + "<tr><td><b>Orlane</b><td><i>12</i>" * 300 + "</table>",
    ],
)
def test_honest_markup_is_kept(markup: str) -> None:
    assert reopened_length(markup) <= 4 * len(markup) + 100_000
    assert "<" in summary(markup)


def test_n09_looking_takes_no_longer_than_the_text_is_long() -> None:
    for piece in ("<b>", "<b></i>", "<td></b>", "<i><b></i>", "<a title='", "<!--", "<td><b>"):
        reopened_length(piece * 50_000)


@pytest.mark.parametrize(
    ("opened", "ended"),
    [
        ("<i>" * 1000, "</b>"),
        ("<b><td>" + "<i>" * 990, "</b>"),
        ("<td>" * 1000, "</th>"),
        ("<b>" * 500 + "<i>" * 490, "</b>"),
    ],
)
def test_n09_an_end_tag_costs_the_same_whatever_is_open(opened: str, ended: str) -> None:
    text = opened + ended * 1000
    assert lines_run(lambda: reopened_length(text)) < 20 * text.count("<")


def lines_run(work: Callable[[], object]) -> int:
    """Return how many lines of Python are run, which no busy machine changes."""
    count = 0

    def trace(_: FrameType, event: str, __: object) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "<p>", "</p>", "<b lang=a>", "<b lang=b>", "</b>", "<i>", "</i>", "<a href=/x>",
                "</a>", "<table>", "</table>", "<td>", "</td>", "<div>", "</div>", "<svg>",
                "<desc>", "</svg>", "<select>", "<q title='</b>'>", "<!-- </b> -->", "x", "<li>",
                "<button>", "</button>", "<object>", "<em>", "</em>", "<style>", "</style>",
            ]
        ),
        max_size=40,
    ).map("".join)
)  # fmt: skip
def test_c11_the_bound_holds(markup: str) -> None:
    written = sanitised_html(markup, "https://a.example/")
    # Elements that a table needs are written too, end tags, and `rel` of links.
    elements = markup.count("<")
    added = len(written.replace(' rel="noopener noreferrer"', "")) - len(markup)
    assert added <= 3 * (reopened_length(markup) + 60 * elements)
