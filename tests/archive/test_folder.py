"""WARC files: what is written, what another program reads, and what crashes leave.

The file is long because each way in which a file of the archive can suffer has its test here.
"""

import os
import random
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.archive.folder import ArchiveFolder, Indexed, archive_files, finished_files
from aggregator.archive.reading import record_at, records, whole_end
from aggregator.archive.record import ASKED, Original, captures_of
from aggregator.errors import ArchiveDamaged
from aggregator.model import FetchResult, HttpUrl, Outcome
from tests.archive.captured import NOW, PAGE, answer, read_independently
from tests.folders import sync_no_folders

HTML = (b"content-type", b"text/html; charset=utf-8")


def folder_in(tmp_path: Path, largest: int = 10**8) -> ArchiveFolder:
    return ArchiveFolder(tmp_path / "news-archive", "news", largest=largest)


def only_file(tmp_path: Path) -> Path:
    (path,) = archive_files(tmp_path / "news-archive")
    return path


def test_another_program_reads_what_was_answered_and_asked(tmp_path: Path) -> None:
    capture = answer(b"<p>The depot burns.", HTML, (b"ETag", b'"7"'))
    (kept,) = folder_in(tmp_path).append([capture], NOW)
    information, response, request = read_independently(only_file(tmp_path))
    assert information.kind == "warcinfo"
    assert information.fields["WARC-Filename"] == kept.file == "news-20260301-00001.warc.gz"
    assert (response.kind, response.payload) == ("response", b"<p>The depot burns.")
    assert response.fields["WARC-Target-URI"] == PAGE
    assert response.fields["WARC-Date"] == "2026-03-01T09:00:00Z"
    assert response.fields["WARC-IP-Address"] == "192.0.2.7"
    assert (response.status, response.headers["etag"]) == ("200 OK", '"7"')
    assert request.kind == "request"
    assert request.status == "/2026/depot?part=1 HTTP/1.1"
    assert request.fields["WARC-Concurrent-To"] == response.fields["WARC-Record-ID"]
    assert request.headers == {"host": "courier.example", "user-agent": "Reader/1"}
    assert record_at(only_file(tmp_path), kept.offset).payload_digest == kept.payload_digest


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"%PDF-1.7\r\n\r\n\x00\xff\r\n",
        b"\x00" * 70_000,
        "Größe: 5 млн".encode("cp1251", "replace"),
        b"\r\n\r\nWARC/1.1\r\nContent-Length: 0\r\n\r\n",
        random.Random(5).randbytes(5 * 2**20),  # noqa: S311 -- any bytes do
    ],
    ids=["nothing", "pdf", "zeros", "not utf-8", "a record in it", "5 MiB"],
)
def test_every_body_comes_back_as_it_was(tmp_path: Path, body: bytes) -> None:
    (kept,) = folder_in(tmp_path).append([answer(body, HTML)], NOW)
    _, response, _ = read_independently(only_file(tmp_path))
    assert response.payload == body == record_at(only_file(tmp_path), kept.offset).payload


def test_codings_are_undone_and_told(tmp_path: Path) -> None:
    headers = (
        (b"Content-Encoding", b"gzip"),
        (b"Transfer-Encoding", b"chunked"),
        (b"Content-Length", b"3"),
    )
    folder_in(tmp_path).append([answer(b"plain text", *headers)], NOW)
    _, response, _ = read_independently(only_file(tmp_path))
    assert response.payload == b"plain text"
    assert response.headers == {
        "x-orig-content-encoding": "gzip",
        "x-orig-transfer-encoding": "chunked",
        "x-orig-content-length": "3",
        "content-length": "10",
    }


def test_hostile_headers_add_no_line_and_end_no_head(tmp_path: Path) -> None:
    headers = (
        (b"X-A", b"1\r\n\r\n<script>\r\nX-Forged: yes"),
        (b"X-B\r\nX-Forged", b"2\x00\x1b[31m"),
        (b"X-\xff", "naïve".encode("latin-1")),
    )
    capture = answer(b"body", *headers, reason=b"Fine\r\nX-Forged: yes")
    folder_in(tmp_path).append([capture], NOW)
    _, response, _ = read_independently(only_file(tmp_path))
    assert response.payload == b"body"
    assert "x-forged" not in response.headers
    assert response.headers["x-a"].endswith("<script>  X-Forged: yes")
    assert len(response.headers) == 4


def test_redirects_and_newer_protocols_are_noted(tmp_path: Path) -> None:
    asked = HttpUrl("https://courier.example/short")
    folder_in(tmp_path).append([answer(b"x", asked=asked, protocol="HTTP/2")], NOW)
    _, response, _ = read_independently(only_file(tmp_path))
    assert response.fields["WARC-Target-URI"] == PAGE
    assert response.fields[ASKED] == asked
    assert response.fields["WARC-Protocol"] == "http/2"
    assert response.status == "200 OK"


def test_the_same_body_is_kept_once_in_a_file(tmp_path: Path) -> None:
    folder = folder_in(tmp_path)
    first, again = folder.append([answer(b"same"), answer(b"same", HTML)], NOW)
    (tomorrow,) = folder.append([answer(b"same")], NOW + timedelta(days=1))
    assert [kept.record_type for kept in (first, again, tomorrow)] == [
        "response",
        "revisit",
        "response",
    ]
    assert again.payload_offset == first.offset
    path = archive_files(tmp_path / "news-archive")[0]
    _, response, _, revisit, _ = read_independently(path)
    assert revisit.kind == "revisit"
    assert revisit.fields["WARC-Refers-To"] == response.fields["WARC-Record-ID"]
    assert revisit.fields["WARC-Payload-Digest"] == response.fields["WARC-Payload-Digest"]
    assert (revisit.headers["content-type"], revisit.payload) == ("text/html; charset=utf-8", b"")


def test_a_file_is_for_one_day_and_not_much_larger_than_allowed(tmp_path: Path) -> None:
    folder = folder_in(tmp_path, largest=2000)
    for number in range(3):
        folder.append([answer(random.Random(number).randbytes(1500))], NOW)  # noqa: S311 -- any bytes do
    folder.append([answer(b"next day")], NOW + timedelta(days=1))
    names = [path.name for path in archive_files(tmp_path / "news-archive")]
    assert names == [
        "news-20260301-00001.warc.gz",
        "news-20260301-00002.warc.gz",
        "news-20260301-00003.warc.gz",
        "news-20260302-00001.warc.gz",
    ]
    for path in archive_files(tmp_path / "news-archive"):
        assert [record.kind for record in records(path)] == ["warcinfo", "response", "request"]
        assert len(read_independently(path)) == 3


@pytest.mark.skipif(os.name != "posix", reason="folders are synced on POSIX only")
def test_a_file_system_that_syncs_no_folders_is_good_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync_no_folders(monkeypatch)
    (kept,) = folder_in(tmp_path).append([answer(b"x")], NOW)
    assert record_at(only_file(tmp_path), kept.offset).payload_digest == kept.payload_digest


def test_a_file_is_finished_when_its_day_is_over_and_nothing_is_to_be_cut_off(
    tmp_path: Path,
) -> None:
    folder = folder_in(tmp_path, largest=1)
    for number in range(2):
        folder.append([answer(b"%d" % number)], NOW)
    first, second = archive_files(tmp_path / "news-archive")

    def finished(hour: int, minute: int = 0) -> list[Path]:
        now = NOW.replace(hour=0) + timedelta(hours=hour, minutes=minute)
        return finished_files(tmp_path / "news-archive", now)

    assert finished(10) == finished(23, 59) == finished(24) == [first]
    assert finished(24, 1) == [first, second]
    with second.open("ab") as file:
        file.write(b"\x1f\x8b\x08half")
    assert finished(24, 1) == [first]
    folder.append([answer(b"next day")], NOW + timedelta(days=1))
    assert finished(34) == [first, second]
    assert finished_files(tmp_path / "nothing", NOW) == []


def test_d26_a_file_of_a_day_to_come_does_not_finish_that_of_today(tmp_path: Path) -> None:
    folder = folder_in(tmp_path)
    folder.append([answer(b"of a clock that was ahead")], NOW + timedelta(days=30))
    (today,) = folder.append([answer(b"of today")], NOW)
    assert finished_files(tmp_path / "news-archive", NOW) == []
    path = tmp_path / "news-archive" / today.file
    whole = path.stat().st_size
    with path.open("ab") as file:
        file.write(b"\x1f\x8b\x08half")
    again = folder_in(tmp_path)
    newest = again.newest(NOW)
    assert newest == today.file
    again.resume(newest, Indexed(today.offset + today.length))
    assert path.stat().st_size == whole
    assert finished_files(tmp_path / "news-archive", NOW + timedelta(days=1)) == [path]


def test_a_restart_goes_on_with_the_file_and_its_bodies(tmp_path: Path) -> None:
    (first,) = folder_in(tmp_path).append([answer(b"same")], NOW)
    again = folder_in(tmp_path)
    newest = again.newest(NOW)
    assert newest == first.file
    original = Original(first.record_id, first.url, first.fetched_at, first.offset)
    again.resume(newest, Indexed(first.offset + first.length, {first.payload_digest: original}))
    (kept,) = again.append([answer(b"same")], NOW)
    assert (kept.record_type, kept.file) == ("revisit", first.file)
    assert len(read_independently(only_file(tmp_path))) == 5


@pytest.mark.parametrize("cut", range(1, 400, 13))
def test_d18_what_a_crash_cut_off_is_removed_and_whole_records_stay(
    tmp_path: Path, cut: int
) -> None:
    folder = folder_in(tmp_path)
    (first,) = folder.append([answer(b"first")], NOW)
    whole = only_file(tmp_path).stat().st_size
    folder.append([answer(b"second")], NOW)
    os.truncate(only_file(tmp_path), whole + cut)
    end = whole_end(only_file(tmp_path))
    again = folder_in(tmp_path)
    # The database may know the first record, or none: it may be an older copy.
    known = Indexed(first.offset + first.length) if cut % 2 else Indexed()
    again.resume(first.file, known)
    assert only_file(tmp_path).stat().st_size == end >= whole
    again.append([answer(b"third")], NOW)
    payloads = [r.payload for r in read_independently(only_file(tmp_path)) if r.kind == "response"]
    assert payloads[0] == b"first"
    assert payloads[-1] == b"third"


def test_a_file_that_lacks_what_the_database_knows_is_left_alone(tmp_path: Path) -> None:
    (first,) = folder_in(tmp_path).append([answer(b"first")], NOW)
    os.truncate(only_file(tmp_path), first.offset + 10)
    again = folder_in(tmp_path)
    again.resume(first.file, Indexed(first.offset + first.length))
    (kept,) = again.append([answer(b"second")], NOW)
    assert kept.file == "news-20260301-00002.warc.gz"
    assert (tmp_path / "news-archive" / first.file).stat().st_size == first.offset + 10


def test_a_file_that_is_taken_away_is_followed_by_another(tmp_path: Path) -> None:
    folder = folder_in(tmp_path)
    folder.append([answer(b"first")], NOW)
    only_file(tmp_path).unlink()
    (kept,) = folder.append([answer(b"first")], NOW)
    assert (kept.record_type, kept.file) == ("response", "news-20260301-00002.warc.gz")
    assert len(read_independently(only_file(tmp_path))) == 3
    only_file(tmp_path).unlink()
    again = ArchiveFolder(tmp_path / "news-archive", "news", last_file=kept.file)
    (kept,) = again.append([answer(b"first")], NOW)
    assert kept.file == "news-20260301-00003.warc.gz"


def test_d21_a_write_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource", reason="only Unix limits the size of files")
    folder = folder_in(tmp_path)
    folder.append([answer(b"first")], NOW)
    before = only_file(tmp_path).read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            folder.append(
                [answer(b"second"), answer(random.Random(3).randbytes(200_000))],  # noqa: S311 -- any bytes do
                NOW,
            )
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert only_file(tmp_path).read_bytes() == before
    (kept,) = folder.append([answer(b"second")], NOW)
    assert kept.record_type == "response"
    assert len(read_independently(only_file(tmp_path))) == 5


def test_any_changed_byte_is_found_or_changes_nothing(tmp_path: Path) -> None:
    (kept,) = folder_in(tmp_path).append([answer(b"The depot burns.", HTML)], NOW)
    path = only_file(tmp_path)
    good, record = path.read_bytes(), record_at(path, kept.offset)
    found = 0
    for place in range(kept.length):
        bad = bytearray(good)
        bad[kept.offset + place] ^= 0x04
        path.write_bytes(bad)
        try:
            assert record_at(path, kept.offset) == record
        except ArchiveDamaged:
            found += 1
    # Of a gzip member 6 bytes name time and system, and up to 7 bits fill a byte: no content.
    assert found >= kept.length - 7


def test_what_a_hub_pushed_is_kept_alone_each_time(tmp_path: Path) -> None:
    (pushed,) = captures_of(
        FetchResult(
            PAGE,
            Outcome.FRESH,
            NOW,
            body=b"<rss>\r\n\r\n</rss>",
            content_type="text/xml\r\nWARC-Type: forged",
            pushed_by=HttpUrl("https://hub.example/"),
        )
    )
    assert pushed is not None
    folder = folder_in(tmp_path)
    kept = folder.append([pushed, answer(pushed.payload), pushed], NOW)
    assert [(each.record_type, each.status) for each in kept] == [
        ("resource", None),
        ("response", 200),
        ("resource", None),
    ]
    _, first, response, _, second = read_independently(only_file(tmp_path))
    assert first.payload == response.payload == second.payload == pushed.payload
    assert first.kind == second.kind == "resource"
    assert first.fields["Content-Type"] == "text/xml  WARC-Type: forged"
    assert first.fields["X-Pushed-By"] == "https://hub.example/"
    for each in kept:
        assert record_at(only_file(tmp_path), each.offset).payload_digest == each.payload_digest
