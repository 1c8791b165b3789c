"""Measurements as text: strictly as the two formats say, whatever the labels are."""

import pytest

from aggregator.publish.exposition import (
    Family,
    Kind,
    by_label,
    counter,
    exposition,
    gauge,
    wants_open_metrics,
)
from tests.hostile_texts import HOSTILE_TEXTS, OBEYED
from tests.publish.validity.exposition import BadExpositionError, read_exposition

FAMILIES = (
    Family("news_build", Kind.INFO, "Versions.", [({"version": "0.1.0"}, 1)]),
    counter("news_polls", "Polls that were stored.", 12),
    gauge("news_age_seconds", "Age.", 0.25, unit="seconds"),
    gauge("news_unknown", "What nobody knows.", None),
    by_label("news_feeds", 'Feeds by "health" \\ state.', "health", {"working": 3, "gone": 0}),
    Family("news_took_seconds", Kind.SUMMARY, "Time.", [({"quantile": "0.5"}, 1.5)], "seconds"),
)

OLDER = r"""# TYPE news_build_info gauge
# HELP news_build_info Versions.
news_build_info{version="0.1.0"} 1
# TYPE news_polls_total counter
# HELP news_polls_total Polls that were stored.
news_polls_total 12
# TYPE news_age_seconds gauge
# HELP news_age_seconds Age.
news_age_seconds 0.25
# TYPE news_feeds gauge
# HELP news_feeds Feeds by "health" \\ state.
news_feeds{health="working"} 3
news_feeds{health="gone"} 0
# TYPE news_took_seconds summary
# HELP news_took_seconds Time.
news_took_seconds{quantile="0.5"} 1.5
"""

OPEN = r"""# TYPE news_build info
# HELP news_build Versions.
news_build_info{version="0.1.0"} 1
# TYPE news_polls counter
# HELP news_polls Polls that were stored.
news_polls_total 12
# TYPE news_age_seconds gauge
# UNIT news_age_seconds seconds
# HELP news_age_seconds Age.
news_age_seconds 0.25
# TYPE news_feeds gauge
# HELP news_feeds Feeds by \"health\" \\ state.
news_feeds{health="working"} 3
news_feeds{health="gone"} 0
# TYPE news_took_seconds summary
# UNIT news_took_seconds seconds
# HELP news_took_seconds Time.
news_took_seconds{quantile="0.5"} 1.5
# EOF
"""


@pytest.mark.parametrize(("open_metrics", "text"), [(False, OLDER), (True, OPEN)])
def test_each_format_has_its_own_names(open_metrics: bool, text: str) -> None:  # noqa: FBT001 -- a parameter
    assert exposition(FAMILIES, open_metrics=open_metrics) == text
    found = read_exposition(text, open_metrics=open_metrics)
    assert found["news_polls_total", frozenset()] == 12
    assert len(found) == 6


@pytest.mark.parametrize("text", HOSTILE_TEXTS, ids=ascii)
@pytest.mark.parametrize("open_metrics", [False, True])
def test_c17_a_hostile_name_is_one_label(open_metrics: bool, text: str) -> None:  # noqa: FBT001 -- a parameter
    written = exposition(
        [by_label("news_feed", "Names.", "name", {text: 1, text + '"} 9\n# EOF': 2})],
        open_metrics=open_metrics,
    )
    assert not OBEYED & set(written)
    found = read_exposition(written, open_metrics=open_metrics)
    assert sorted(found.values()) == [1, 2]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("# EOF\n", ""),
        ("news_polls_total 12", "news_polls 12"),
        ("news_polls_total 12", "news_polls_total -1"),
        ("news_polls_total 12", "news_polls_total twelve"),
        ("# TYPE news_polls counter", "# TYPE news_polls_total counter"),
        ("# TYPE news_polls counter", "# TYPE news_polls count"),
        ("# HELP news_polls Polls that were stored.\n", ""),
        ("# HELP news_build", "# HELP news_bild"),
        ("UNIT news_age_seconds seconds", "UNIT news_age_seconds bytes"),
        ('health="gone"', 'health="working"'),
        ('health="gone"', 'health="go\\ne"x'),
        ('health="gone"', 'health="go\\xe"'),
        ('health="gone"', '0health="gone"'),
        ('health="gone"', 'health="gone",health="gone"'),
        ('quantile="0.5"', 'quantile="5"'),
        ('{quantile="0.5"}', ""),
        ('version="0.1.0"} 1', 'version="0.1.0"} 2'),
        ("news_age_seconds 0.25", "news_age_seconds 0.25\r"),
        ("news_age_seconds 0.25", "\nnews_age_seconds 0.25"),
        ("# TYPE news_took_seconds", "# TYPE news_age_seconds"),
    ],
)  # fmt: skip
def test_the_reader_refuses_a_broken_text(old: str, new: str) -> None:
    assert old in OPEN
    with pytest.raises(BadExpositionError):
        read_exposition(OPEN.replace(old, new), open_metrics=True)


def test_the_reader_knows_the_formats_apart() -> None:
    for text, open_metrics in ((OLDER, True), (OPEN, False)):
        with pytest.raises(BadExpositionError):
            read_exposition(text, open_metrics=open_metrics)


@pytest.mark.parametrize(
    ("accept", "is_open"),
    [
        ("", False),
        ("*/*", False),
        ("text/html", False),
        ("application/openmetrics-text", True),
        (
            "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1",
            True,
        ),
        ("text/plain;version=0.0.4;q=0.9,application/openmetrics-text;q=0.5", False),
        ("application/openmetrics-text;q=0", False),
        ("application/openmetrics-text;q=none", False),
    ],
)
def test_the_accept_header_chooses(accept: str, is_open: bool) -> None:  # noqa: FBT001 -- a parameter
    assert wants_open_metrics(accept) is is_open
