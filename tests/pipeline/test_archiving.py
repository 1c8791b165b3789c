"""What servers answered is kept as evidence: over real sockets, beside a real database."""

import asyncio
import hashlib
import json
import random
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from aggregator.archive.folder import archive_files
from aggregator.archive.reading import record_at, records
from aggregator.cli import cli
from aggregator.config import load
from aggregator.daemon import poll_once
from aggregator.errors import AggregatorError
from aggregator.store import open_store
from aggregator.store.archive_check import check_archive
from tests.archive.captured import SeenRecord, read_independently
from tests.cli.feeds_desk import feed
from tests.newsroom.room import Newsroom
from tests.newsroom.worlds import small_world
from tests.pipeline.test_revisiting import HOUR, Desk, newsroom, nothing
from tests.store.fresh import fresh_store
from tests.web.hostile_server import HostileServer, Route, answer, redirect

pytestmark = pytest.mark.timeout(240)


def archived(desk: Desk, condition: str = "1") -> list[dict[str, Any]]:
    return desk.rows(f"SELECT * FROM archived_responses WHERE {condition} ORDER BY id")


def payload_of(folder: Path, row: Mapping[str, Any]) -> bytes:
    return record_at(folder / "news-archive" / row["file"], row["payload_offset"]).payload


def assert_verified(folder: Path) -> None:
    with open_store(folder / "news.db") as store:
        found = check_archive(store, folder / "news-archive")
    assert found.problems == ()
    assert found.unknown == 0


def all_records(folder: Path) -> list[SeenRecord]:
    """Return the records of all files; an hour later may be another day, and so another file."""
    files = archive_files(folder / "news-archive")
    return [record for path in files for record in read_independently(path)]


def test_a_silent_edit_has_both_pages_as_evidence(tmp_path: Path) -> None:
    with newsroom() as room:
        desk = Desk(room, tmp_path, {"archive": True})
        url = room.articles()[0].url
        before = room.truth()[url]

        def edit() -> None:
            desk.later(HOUR)
            room.correct(url, body=[*before.body.split("\n\n"), "In all 4711 crates were lost."])

        desk.run(nothing, edit)
    (told,) = desk.rows("SELECT * FROM edited_articles")
    first, second = archived(desk, f"article_id = {told['article_id']}")
    assert (first["version"], second["version"]) == (1, 2)
    assert (told["archived_before"], told["archived_after"]) == (first["id"], second["id"])
    assert b"4711 crates" not in payload_of(tmp_path, first)
    assert b"4711 crates" in payload_of(tmp_path, second)
    # The feeds were polled once, and the other page did not change.
    assert len(archived(desk, "article_id IS NULL")) == 2
    assert len(archived(desk)) == 5
    linked = desk.rows("SELECT archived_id FROM entries")
    feeds = {row["id"] for row in archived(desk, "article_id IS NULL")}
    assert {row["archived_id"] for row in linked} == feeds
    assert_verified(tmp_path)
    kinds = [record.kind for record in all_records(tmp_path)]
    assert (kinds.count("response"), kinds.count("request")) == (5, 5)
    responses = [record for record in all_records(tmp_path) if record.kind == "response"]
    assert all(r.headers["x-orig-content-encoding"] == "gzip" for r in responses)


@pytest.mark.slow
def test_what_an_edited_feed_said_before_is_kept_with_the_answer_that_said_it(
    tmp_path: Path,
) -> None:
    with newsroom() as room:
        desk = Desk(room, tmp_path, {"archive": True})
        article = room.articles()[0]

        def announce() -> None:
            desk.later(timedelta(days=8))
            room.correct(article.url, headline="Depot lost, officials say")

        desk.run(nothing, announce)
    (told,) = desk.rows("SELECT * FROM edited_entries")
    assert told["title_before"] == article.report.headline
    assert told["title_after"] == "Depot lost, officials say"
    sources = {row["id"]: row for row in archived(desk, "article_id IS NULL")}
    before, after = sources[told["archived_before"]], sources[told["archived_after"]]
    assert b"Depot lost, officials say" not in payload_of(tmp_path, before)
    assert b"Depot lost, officials say" in payload_of(tmp_path, after)
    assert_verified(tmp_path)


class HalfArchived(Newsroom):
    """A newsroom of which one feed's answers are kept."""

    def feeds_yaml(self, **settings: Any) -> str:
        text = super().feeds_yaml(**settings)
        return text.replace('- id: "meridian-wire"', '- archive: true\n    id: "meridian-wire"')


@pytest.mark.slow
def test_only_feeds_that_want_it_are_archived(tmp_path: Path) -> None:
    with HalfArchived(small_world()) as room:
        desk = Desk(room, tmp_path)
        desk.run(nothing)
    assert {row["feed_id"] for row in archived(desk)} == {"meridian-wire"}
    assert len(archived(desk)) == 2
    assert desk.rows("SELECT count(*) AS n FROM articles WHERE version = 1") == [{"n": 2}]


def test_d21_an_archive_that_cannot_be_written_costs_no_article(tmp_path: Path) -> None:
    in_the_way = tmp_path / "news-archive"
    in_the_way.write_text("not a folder")
    with newsroom() as room:
        desk = Desk(room, tmp_path, {"archive": True})
        found: list[list[dict[str, Any]]] = []

        def look_then_mend() -> None:
            found.append(desk.rows("SELECT * FROM troubles"))
            in_the_way.unlink()
            desk.later(HOUR)
            for article in room.articles():
                room.correct(article.url, headline=f"{article.report.headline}, again")

        desk.run(nothing, look_then_mend)
    (trouble,) = found[0]
    assert trouble["name"] == "archive"
    assert "File exists" in trouble["detail"]
    assert desk.rows("SELECT * FROM troubles") == []
    assert desk.rows("SELECT version FROM articles") == [{"version": 2}, {"version": 2}]
    assert [row["version"] for row in archived(desk)] == [2, 2]
    assert_verified(tmp_path)


@pytest.mark.slow
def test_p38_no_secret_of_feeds_yaml_is_in_the_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = {"KEY": "key-4711-hush", "SESSION": "session-0815", "PASSWORD": "pass-4242"}
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)
    login = """  - headers: {X-Key: "${KEY}", Accept: "${KEY}"}
    cookies: {session: "${SESSION}"}
    authorization: "desk:${PASSWORD}"
    id:"""

    class Guarded(Newsroom):
        def feeds_yaml(self, **settings: Any) -> str:
            before, _, feeds = super().feeds_yaml(**settings).partition("feeds:\n")
            return f"{before}feeds:\n{feeds.replace('  - id:', login)}"

    with Guarded(small_world()) as room:
        Desk(room, tmp_path, {"archive": True}).run(nothing)
    (path,) = archive_files(tmp_path / "news-archive")
    found = list(records(path))
    requests = [record.block.lower() for record in found if record.kind == "request"]
    assert len(requests) == 4
    for block in requests:
        assert b"user-agent: " in block
        assert not any(name in block for name in (b"x-key", b"cookie", b"authorization"))
    everything = b"".join(record.block for record in found)
    assert not any(value.encode() in everything for value in secrets.values())


def serving(routes: Mapping[str, Route], folder: Path, *, polls: int = 1) -> None:
    """Poll the feed /feed of a server, with an archive."""

    async def run() -> None:
        async with HostileServer(dict(routes)) as server:
            path = folder / "feeds.yaml"
            path.write_text(
                "settings: {allowed_networks: [127.0.0.0/8], host_gap: 0s, archive: true,"
                f" extract_workers: 1, allowed_ports: [{server.port}]}}\n"
                f"feeds: [{{name: Quay, url: '{server.url('/feed')}'}}]\nconflicts: []\n",
                encoding="utf-8",
            )
            for _ in range(polls):
                await poll_once(load(path), folder / "news.db", everything=True)

    asyncio.run(run())


def test_pages_of_every_kind_are_kept_as_they_came(tmp_path: Path) -> None:
    date = format_datetime(datetime.now(UTC) - timedelta(hours=1))
    bodies = {
        "/pdf": b"%PDF-1.7\r\n\r\n\x00\x01\xff",
        "/cyrillic": "<html><p>Склад горит уже третий час.".encode("cp1251"),
        "/large": b"<html><p>" + random.Random(1).randbytes(5 * 2**20 - 9),  # noqa: S311 -- any bytes do
        "/final": b"<html><p>The ferry sails again.",
    }
    types = {"/pdf": "application/pdf", "/cyrillic": "text/html; charset=windows-1251"}
    routes: dict[str, Route] = {
        path: answer(body, f"Content-Type: {types.get(path, 'text/html')}")
        for path, body in bodies.items()
    }
    routes["/moved"] = redirect("/final")
    routes["/feed"] = feed(
        "Quay",
        *(
            f"<guid>{path}</guid><title>About {path}</title><link>{path}</link>"
            f"<pubDate>{date}</pubDate>"
            for path in ("/pdf", "/cyrillic", "/large", "/moved")
        ),
    )
    serving(routes, tmp_path)
    assert_verified(tmp_path)
    found = {}
    for record in all_records(tmp_path):
        if record.kind == "response":
            found["/" + record.fields["WARC-Target-URI"].rpartition("/")[2]] = record
    assert {path: record.payload for path, record in found.items() if path in bodies} == bodies
    assert found["/final"].fields["X-Asked-URI"].endswith("/moved")
    assert found["/cyrillic"].headers["content-type"] == "text/html; charset=windows-1251"


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    """Run `aggregator archive ...` here; return its exit code and what it prints."""
    where = ["--database", str(folder / "news.db"), "archive"]
    result = CliRunner().invoke(cli, [*where, *arguments])
    error = result.exception
    return (error.exit_code if isinstance(error, AggregatorError) else result.exit_code), (
        result.stdout
    )


def test_a_manifest_is_made_of_a_database_that_is_there(tmp_path: Path) -> None:
    assert run(tmp_path, "verify", "--manifest") == (3, "")
    fresh_store(tmp_path / "news.db", datetime.now(UTC)).close()
    assert run(tmp_path, "verify", "--manifest") == (0, "")


def test_commands_show_export_and_verify_and_tell_what_was_changed(tmp_path: Path) -> None:
    with newsroom() as room:
        desk = Desk(room, tmp_path, {"archive": True})
        desk.run(nothing)
    code, shown = run(tmp_path, "show", "1")
    assert code == 0
    assert "page, version 1  HTTP 200" in shown
    assert shown.count(": verified") == 2
    told = json.loads(run(tmp_path, "show", "1", "--json")[1])
    assert {one["article_id"] for one in told} == {None, 1}
    output = tmp_path / "one.warc.gz"
    assert run(tmp_path, "export", "1", "--output", str(output))[0] == 0
    kinds = [record.kind for record in read_independently(output)]
    assert kinds == ["warcinfo", *("response", "request") * 2]
    again = ["export", "--since", "1d", "--output", str(output)]
    assert run(tmp_path, *again)[0] == 2
    assert run(tmp_path, *again, "--force")[0] == 0
    assert len(read_independently(output)) == 9
    output.unlink()
    code, verified = run(tmp_path, "verify")
    assert (code, "1 files, 4 answers (0 more" in verified) == (0, True)
    (path,) = archive_files(tmp_path / "news-archive")
    assert run(tmp_path, "verify", "--manifest") == (0, "")
    earlier = path.with_name("news-20260101-00001.warc.gz")
    shutil.copyfile(path, earlier)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert run(tmp_path, "verify", "--manifest")[1] == f"{digest}  {earlier.name}\n"
    listed = json.loads(run(tmp_path, "verify", "--manifest", "--json")[1])
    assert listed == [{"file": earlier.name, "sha256": digest}]
    earlier.unlink()
    assert run(tmp_path, "show", "99")[0] == 1
    assert run(tmp_path, "export", "--output", str(output))[0] == 2

    (page,) = archived(desk, "article_id = 1")
    content = bytearray(path.read_bytes())
    content[page["offset"] + page["length"] // 2] ^= 0xFF
    path.write_bytes(content)
    code, verified = run(tmp_path, "verify")
    assert (code, f"byte {page['offset']}: " in verified) == (3, True)
    assert run(tmp_path, "show", "1")[0] == 3
    assert run(tmp_path, "export", "1", "--output", str(output))[0] == 3
    assert not output.exists()
    shutil.rmtree(tmp_path / "news-archive")
    assert "is missing, with 4 answers" in run(tmp_path, "verify")[1]
