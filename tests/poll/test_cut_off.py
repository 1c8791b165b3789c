"""Documents that end in the middle, as those of a generator that crashed."""

import pytest

from tests.poll.reading import read


@pytest.mark.parametrize("cut", ["<ti", "<title>Bridge ov", "<title>Bridge over</title><gu", ""])
@pytest.mark.parametrize(
    ("begin", "item"),
    [
        ("<rss version='2.0'><channel><title>Pier</title>", "item"),
        ("<feed xmlns='http://www.w3.org/2005/Atom'><title>Pier</title>", "entry"),
    ],
)
def test_half_an_item_at_the_end_of_a_document_that_was_cut_off_is_none(
    cut: str, begin: str, item: str
) -> None:
    whole = f"<{item}><title>Ferry aground</title><guid>1</guid><id>1</id></{item}>"
    for half in [f"<{item}>{cut}"] if cut else ["", f"<{item}", f"<{item}>"]:
        assert [entry.title for entry in read(f"{begin}{whole}{half}").entries] == ["Ferry aground"]


def test_an_item_that_is_never_closed_in_a_whole_document_is_one() -> None:
    feed = read("<rss version='2.0'><channel><item><title>Ferry aground</title></channel></rss>")
    assert [entry.title for entry in feed.entries] == ["Ferry aground"]


def test_a_cut_item_that_can_be_known_again_stays() -> None:
    for known in ("<guid>2</guid>", "<link>https://pier.example/2</link>"):
        document = f"<rss version='2.0'><channel><item><title>Bridge open</title>{known}<descr"
        assert [entry.title for entry in read(document).entries] == ["Bridge open"]
    entry = "<entry><title>Bridge open</title><link href='https://pier.example/2'/><summ"
    document = f"<feed xmlns='http://www.w3.org/2005/Atom'>{entry}"
    assert [entry.title for entry in read(document).entries] == ["Bridge open"]
