"""What is kept as evidence for an article: listed on its page, handed out as a file."""

from pathlib import Path

import pytest

from aggregator.archive.folder import ArchiveFolder, archive_files, archive_folder
from aggregator.archive.reading import records
from aggregator.store.archived import index_responses
from tests.archive.captured import NOW, answer
from tests.publish.conftest import Browsing
from tests.publish.read_pages import article_called, soup, text_of
from tests.publish.sample import Desk

LARGEST = 25 * 2**20
"""Bytes of an answer of which two can be handed out."""


def entry_of(desk: Desk, stories: dict[str, int]) -> int:
    """Give an article the entry that brought it; return the article."""
    assert stories
    article = article_called(desk, "Shells hit Velmar harbour")
    desk.change(
        "INSERT INTO entries (feed_id, identity, identity_kind, article_id, title, summary,"
        " content, published_how, first_seen_at, content_hash) SELECT feed_id, 'guid:1', 'guid',"
        " id, title, '<p>New lead</p>', '', 'missing', first_seen_at, 'x' FROM articles"
        " WHERE id = ?",
        article,
    )
    return article


@pytest.fixture
def evidence(desk: Desk, stories: dict[str, int]) -> int:
    """Return an article of which two answers are kept: its feed's and its page's."""
    article = entry_of(desk, stories)
    folder = ArchiveFolder(archive_folder(desk.path), "news")
    body = b"<script>alert(1)</script><p>Nobody claimed the attack."
    page = answer(body, (b"content-type", b"text/html"))
    feed, kept = folder.append([answer(b"<rss/>"), page], NOW)
    with desk.store.transaction() as connection:
        feed_id = connection.execute(
            "SELECT feed_id FROM articles WHERE id = ?", (article,)
        ).fetchone()[0]
        brought = index_responses(connection, [feed], feed_id)
        index_responses(connection, [kept], feed_id, article, 1)
        connection.execute(
            "UPDATE entries SET archived_id = ? WHERE article_id = ?", (brought, article)
        )
    return article


def test_evidence_is_listed_with_its_digests(browsing: Browsing, evidence: int) -> None:
    text = text_of(browsing, f"/article/{evidence}")
    told = browsing.get(f"/article/{evidence}.json").json()["evidence"]
    assert [(one["what"], one["version"], one["status"]) for one in told] == [
        ("feed", None, 200),
        ("page", 1, 200),
    ]
    for one in told:
        assert one["sha256"] in text
    assert "The page, version 1, on" in text
    page = soup(browsing, f"/article/{evidence}")
    assert page.select_one(f'#evidence ~ p a[href="/article/{evidence}.warc.gz"]')


def test_c14_evidence_is_handed_out_as_a_file_and_never_shown(
    browsing: Browsing, evidence: int, tmp_path: Path
) -> None:
    response = browsing.get(f"/article/{evidence}.warc.gz")
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/warc"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["content-disposition"].startswith("attachment; filename=")
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert b"<script" not in response.content
    path = tmp_path / "downloaded.warc.gz"
    path.write_bytes(response.content)
    assert [record.kind for record in records(path)] == [
        "warcinfo",
        *("response", "request") * 2,
    ]
    other = evidence + 1
    assert browsing.get(f"/article/{other}.warc.gz").status_code == 404


def test_of_many_answers_the_newest_are_listed_and_all_are_in_the_file(
    browsing: Browsing, desk: Desk, evidence: int, tmp_path: Path
) -> None:
    told = browsing.get(f"/article/{evidence}.json").json()
    assert (told["evidence_count"], len(told["evidence"])) == (2, 2)
    assert "earlier ones" not in text_of(browsing, f"/article/{evidence}")
    later = [answer(b"%d" % number) for number in range(105)]
    with desk.store.transaction() as connection:
        for kept in ArchiveFolder(archive_folder(desk.path), "news").append(later, NOW):
            index_responses(connection, [kept], "herald", evidence, 1)
    told = browsing.get(f"/article/{evidence}.json").json()
    assert told["evidence_count"] == 107
    assert [one["id"] for one in told["evidence"]] == list(range(8, 108))
    assert "7 earlier ones are in that file, too" in text_of(browsing, f"/article/{evidence}")
    path = tmp_path / "downloaded.warc.gz"
    path.write_bytes(browsing.get(f"/article/{evidence}.warc.gz").content)
    assert sum(record.kind == "response" for record in records(path)) == 107


def test_more_than_can_be_read_in_a_moment_is_not_handed_out(
    browsing: Browsing, desk: Desk, evidence: int
) -> None:
    folder = ArchiveFolder(archive_folder(desk.path), "news")

    def keep(number: int) -> int:
        with desk.store.transaction() as connection:
            for kept in folder.append([answer(b"%d" % number * LARGEST)], NOW):
                index_responses(connection, [kept], "herald", evidence, 1)
        return browsing.get(f"/article/{evidence}.warc.gz").status_code

    # The same again is kept as a word, and larger ones compress to next to nothing.
    assert [keep(1), keep(1), keep(2), keep(3)] == [200, 200, 200, 413]
    assert "archive export" in browsing.get(f"/article/{evidence}.warc.gz").text


def test_evidence_that_is_missing_or_changed_is_not_handed_out(
    browsing: Browsing, desk: Desk, evidence: int
) -> None:
    (path,) = archive_files(archive_folder(desk.path))
    path.unlink()
    response = browsing.get(f"/article/{evidence}.warc.gz")
    assert response.status_code == 500
    assert str(path.parent) not in response.text
    assert browsing.get(f"/article/{evidence}").status_code == 200


def test_what_a_feed_changed_is_shown(
    browsing: Browsing, desk: Desk, stories: dict[str, int]
) -> None:
    article = entry_of(desk, stories)
    desk.change(
        "INSERT INTO entry_versions (entry_id, number, replaced_at, title, summary, content)"
        " SELECT id, 1, ?, '<b>Two</b> dead', '<p>Old lead</p>', '' FROM entries"
        " WHERE article_id = ? LIMIT 1",
        desk.ago(30),
        article,
    )
    page = soup(browsing, f"/article/{article}")
    shown = page.select_one('section[aria-labelledby="feed-edits"]')
    assert shown is not None
    gone = [piece.text for piece in shown.find_all("del")]
    assert "<b>Two</b> dead" in gone[0]
    assert "Old lead" in gone[1]
    (told,) = browsing.get(f"/article/{article}.json").json()["feed_edits"]
    assert told["title_before"] == "<b>Two</b> dead"
