"""An item of a document that was cut off behind its link, before its guid and its date."""

from dataclasses import replace

from aggregator.model import IdentityKind
from aggregator.store import Store
from tests.store.building import COURIER, entry, poll, poll_outcome

WHOLE = entry(2)
HALF = replace(
    WHOLE, identity="link:courier.example/2", identity_kind=IdentityKind.LINK, published=None
)


def identities(store: Store) -> list[str]:
    rows = store.connection.execute("SELECT identity FROM entries ORDER BY id")
    return [row["identity"] for row in rows]


def test_half_an_item_first_is_the_whole_one_later(store: Store) -> None:
    poll(store, poll_outcome(COURIER, entry(1), HALF))
    applied = poll(store, poll_outcome(COURIER, entry(1), WHOLE, etag='"2"'))
    assert (applied.new, applied.renamed) == (0, 1)
    assert identities(store) == ["guid:courier-1", "guid:courier-2"]


def test_half_an_item_of_one_that_is_known_is_that_one(store: Store) -> None:
    poll(store, poll_outcome(COURIER, entry(1), WHOLE))
    for etag, last in (('"2"', HALF), ('"3"', WHOLE)):
        assert poll(store, poll_outcome(COURIER, entry(1), last, etag=etag)).new == 0
    assert identities(store) == ["guid:courier-1", "guid:courier-2"]


def test_an_item_of_the_same_date_comes_before_one_without_any(store: Store) -> None:
    undated = replace(WHOLE, identity="guid:undated", published=None)
    poll(store, poll_outcome(COURIER, undated, WHOLE))
    under_a_new_guid = replace(WHOLE, identity="guid:new")
    assert poll(store, poll_outcome(COURIER, under_a_new_guid, etag='"2"')).renamed == 1
    assert identities(store) == ["guid:undated", "guid:new"]
