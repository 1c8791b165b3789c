"""Which answers are kept beside those that were asked for, and how they stand in a file."""

from dataclasses import replace
from pathlib import Path

import pytest

from aggregator.archive.folder import ArchiveFolder, Indexed, archive_files
from aggregator.archive.record import captures_of
from aggregator.model import Exchange, FetchResult, HttpUrl, Outcome, SideAnswer
from tests.archive.captured import NOW, PAGE, SENT, read_independently

ASKED_FOR = HttpUrl("https://courier.example/short")
NOTICE = b"<p>This report was taken down by its editors."


def side(
    status: int, body: bytes = b"", *, url: HttpUrl = PAGE, is_whole: bool = True
) -> SideAnswer:
    """Return an answer that was not asked for."""
    exchange = Exchange("HTTP/1.1", status, b"So", ((b"X-Edge", b"7"),), SENT, "192.0.2.7")
    return SideAnswer(url, exchange, "text/html", body, is_whole)


def result(outcome: Outcome, status: int | None, *sides: SideAnswer) -> FetchResult:
    return FetchResult(
        ASKED_FOR, outcome, NOW, status=status, final_url=PAGE, side_answers=tuple(sides)
    )


@pytest.mark.parametrize(
    ("outcome", "status", "is_kept"),
    [
        (Outcome.GONE, 410, True),
        (Outcome.BLOCKED, 403, True),
        (Outcome.BLOCKED, 451, True),
        (Outcome.BLOCKED, 200, True),
        (Outcome.FAILED, 404, True),
        (Outcome.FAILED, 400, True),
        (Outcome.FAILED, 500, False),
        (Outcome.FAILED, 304, False),
        (Outcome.LATER, 429, False),
        (Outcome.LATER, 503, False),
    ],
)
def test_what_is_refused_is_kept_and_what_passes_is_not(
    outcome: Outcome,
    status: int,
    is_kept: bool,  # noqa: FBT001  # a column of a table
) -> None:
    captures = captures_of(result(outcome, status, side(status, NOTICE)))
    assert [capture.payload for capture in captures] == [NOTICE] * is_kept


@pytest.mark.parametrize("outcome", [Outcome.BLOCKED, Outcome.FAILED, Outcome.UNCHANGED])
def test_where_nobody_answered_nothing_is_kept(outcome: Outcome) -> None:
    assert captures_of(result(outcome, None)) == ()


def test_another_program_reads_the_redirect_and_the_cut_refusal(tmp_path: Path) -> None:
    refused = result(Outcome.GONE, 410, side(301, url=ASKED_FOR), side(410, NOTICE, is_whole=False))
    ArchiveFolder(tmp_path / "news-archive", "news").append(captures_of(refused), NOW)
    (path,) = archive_files(tmp_path / "news-archive")
    _, redirect, redirect_request, gone, gone_request = read_independently(path)
    assert redirect.fields["WARC-Target-URI"] == ASKED_FOR
    assert (redirect.kind, redirect.status, redirect.payload) == ("response", "301 So", b"")
    assert "WARC-Truncated" not in redirect.fields
    assert gone.fields["WARC-Target-URI"] == PAGE
    assert gone.fields["X-Asked-URI"] == ASKED_FOR
    assert gone.fields["WARC-Truncated"] == "length"
    assert (gone.kind, gone.status, gone.payload) == ("response", "410 So", NOTICE)
    assert redirect_request.fields["WARC-Concurrent-To"] == redirect.fields["WARC-Record-ID"]
    assert gone_request.fields["WARC-Concurrent-To"] == gone.fields["WARC-Record-ID"]
    assert "WARC-Truncated" not in gone_request.fields


def test_answers_without_a_body_refer_to_no_other(tmp_path: Path) -> None:
    empty = captures_of(result(Outcome.GONE, 410, side(302, url=ASKED_FOR), side(410)))
    folder = ArchiveFolder(tmp_path / "news-archive", "news")
    kept = folder.append(empty, NOW)
    # After a restart the database tells which bodies the file has.
    folder.resume(kept[0].file, Indexed(kept[-1].offset + kept[-1].length, {}))
    kept += folder.append([replace(capture, url=ASKED_FOR) for capture in empty], NOW)
    assert [each.record_type for each in kept] == ["response"] * 4
    assert [each.payload_offset for each in kept] == [each.offset for each in kept]
