"""The quick way through a feed gives what feedparser gives, field by field, or steps aside."""

from hypothesis import HealthCheck, assume, given, settings

from aggregator.errors import ParseError
from aggregator.poll.prolog import Document
from aggregator.poll.vocabulary import Unusual
from aggregator.poll.xml_feed import by_feedparser, by_libxml2
from tests.poll.documents import documents


def check(text: str) -> bool:
    """Return whether the quick way reads `text`; fails if it reads anything else out of it."""
    document = Document(text)
    try:
        quick = by_libxml2(document)
    except Unusual:
        return False
    try:
        slow = by_feedparser(document)
    except ParseError as error:
        raise AssertionError(f"feedparser may not have what was read: {error}") from error
    except Exception:  # noqa: BLE001 - feedparser has many ways to fail
        return False
    assert quick == slow
    return True


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(documents())
def test_made_up_feeds_read_the_same_either_way(text: str) -> None:
    assume(check(text))
