import json

import pytest

from aggregator.model import ParsedFeed
from tests.poll.cases import Case, as_json, cases


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_feed_reads_as_expected(case: Case) -> None:
    assert as_json(case.parse()) == case.expected()


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_d25_the_same_bytes_give_the_same_feed(case: Case) -> None:
    assert case.parse() == case.parse()


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_identities_are_unique_and_printable(case: Case) -> None:
    feed: ParsedFeed = case.parse()
    identities = [entry.identity for entry in feed.entries]
    assert len(set(identities)) == len(identities)
    assert all(identity.isprintable() and len(identity) < 1200 for identity in identities)
    assert all(entry.identity.startswith(entry.identity_kind.value) for entry in feed.entries)


def test_the_corpus_covers_every_format() -> None:
    formats = {
        json.loads((case.folder / "expected.json").read_text())["format"] for case in cases()
    }
    assert formats >= {
        "RSS 0.91 (Userland)", "RSS 1.0", "RSS 2.0", "Atom 0.3", "Atom 1.0", "JSON Feed 1.1",
    }  # fmt: skip
