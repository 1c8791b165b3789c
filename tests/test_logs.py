"""Log lines as people and as programs read them."""

import io
import json
import logging
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aggregator.logs import LogFormat, start_logging
from tests.hostile_texts import FORGED, HOSTILE_TEXTS, OBEYED

ours = logging.getLogger("aggregator")


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    logging.captureWarnings(False)
    root.handlers[:] = handlers
    root.setLevel(level)


def started(log_format: LogFormat | None = LogFormat.JSON) -> io.StringIO:
    stream = io.StringIO()
    start_logging(stream, log_format, logging.INFO)
    return stream


def only(stream: io.StringIO) -> dict[str, Any]:
    (line,) = stream.getvalue().splitlines()
    record = json.loads(line)
    assert isinstance(record, dict)
    return record


def test_the_fields_are_those_of_the_template() -> None:
    stream = started()
    ours.info("%s feed=%s outcome=%s status=%s new=%d took=%.2fs%s", "poll", "a", "fresh", 200, 3,
              0.4219, " error='it\\'s late'")  # fmt: skip
    record = only(stream)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", record.pop("time"))
    assert record == {
        "level": "INFO", "event": "poll", "feed": "a", "outcome": "fresh", "status": 200, "new": 3,
        "took": 0.42, "error": "it's late",
        "message": "poll feed=a outcome=fresh status=200 new=3 took=0.42s error='it\\'s late'",
    }  # fmt: skip


def test_what_a_template_writes_as_a_dash_is_null() -> None:
    stream = started()
    ours.info("revisit article=%d found=%s next=%s", 7, "same", "-")
    assert (only(stream)["article"], only(stream)["next"]) == (7, None)


def test_a_field_that_has_the_name_of_ours_is_named_for_its_event() -> None:
    stream = started()
    ours.info("alert name=%s message=%d %s: %s", "strikes", 4, "taken", "HTTP 200")
    record = only(stream)
    assert record["alert_message"] == 4
    assert record["message"] == "alert name=strikes message=4 taken: HTTP 200"


@pytest.mark.parametrize(
    ("template", "arguments", "event"),
    [
        ("daemon started database=%s", ("x.db",), "daemon started"),
        ("config kept, the changed file is not usable: %s", ("x",), "config kept"),
        ("signal %s: stopping", ("SIGTERM",), "signal"),
        ("%s record=%s set aside", ("scrape", "4"), "scrape"),
        ("%s", ("anything at all",), "aggregator"),
        ("nothing to say", (), "nothing to say"),
        ("100 %% of it", (), "100"),
    ],
)
def test_the_event_is_what_the_template_begins_with(
    template: str, arguments: tuple[object, ...], event: str
) -> None:
    stream = started()
    ours.info(template, *arguments)
    assert only(stream)["event"] == event


def test_the_line_of_a_library_is_named_for_its_logger() -> None:
    stream = started()
    logging.getLogger("a_library.part").warning("event=poll %s", "of theirs")
    assert only(stream)["event"] == "a_library.part"


def test_on_a_terminal_a_value_with_blanks_is_quoted() -> None:
    stream = started(LogFormat.TEXT)
    ours.error("trouble name=%s detail=%r count=%d: %s", "disk full", "4 MiB left", 2, "act")
    (line,) = stream.getvalue().splitlines()
    assert line.split(" ", 1)[1] == (
        'ERROR trouble name="disk full" detail="4 MiB left" count=2: act'
    )


def test_an_exception_is_one_line_with_its_traceback_as_a_field() -> None:
    stream = started()
    try:
        int(f"bad\n{FORGED}")
    except ValueError:
        ours.exception("scrape record=%s set aside", "4")
    record = only(stream)
    assert record["level"] == "ERROR"
    assert record["error"].startswith("ValueError: invalid literal for int() with base 10: ")
    assert record["traceback"].startswith("Traceback (most recent call last):\n")


def test_on_a_terminal_a_traceback_is_indented() -> None:
    stream = started(LogFormat.TEXT)
    try:
        int(f"bad\n{FORGED}")
    except ValueError:
        ours.exception("scrape record=%s set aside", "4")
    first, *others = stream.getvalue().splitlines()
    assert first.endswith("ERROR scrape record=4 set aside")
    assert len(others) > 3
    assert all(line.startswith("    ") for line in others)


@pytest.mark.parametrize("text", HOSTILE_TEXTS, ids=ascii)
@pytest.mark.parametrize("log_format", list(LogFormat))
def test_c17_no_text_forges_a_line_or_a_field(log_format: LogFormat, text: str) -> None:
    stream = started(log_format)
    added = f" error={text!r}"
    ours.info("poll feed=%s outcome=%s%s: %s", text, "failed", added, text)
    written = stream.getvalue()
    assert written.endswith("\n")
    assert written.count("\n") == len(written.splitlines()) == 1
    assert not OBEYED & set(written)
    if log_format is LogFormat.JSON:
        record = only(stream)
        assert (record["level"], record["event"], record["outcome"]) == ("INFO", "poll", "failed")
        assert set(record) == {"time", "level", "event", "feed", "outcome", "error", "message"}
        assert not OBEYED & set("".join(map(str, record.values())))
    else:
        fields = re.sub(r"""'[^']*'|"[^"]*\"""", "...", written.partition(": ")[0])
        assert fields.count("feed=") == 1


def test_a_warning_of_the_language_is_a_line_too() -> None:
    stream = started()
    logging.getLogger("py.warnings").warning("%s", "warned\nin two lines")
    assert only(stream)["message"] == "warned\\nin two lines"


def test_without_a_wish_it_is_json_where_nobody_watches() -> None:
    stream = started(None)
    ours.info("group articles=%d", 2)
    assert only(stream)["articles"] == 2


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_without_a_wish_it_is_text_on_a_terminal() -> None:
    stream = Terminal()
    start_logging(stream, None, logging.INFO)
    ours.info("group articles=%d", 2)
    assert stream.getvalue().endswith("Z INFO group articles=2\n")


@pytest.mark.skipif(sys.platform == "win32", reason="the journal is systemd's")
def test_journald_is_told_the_priority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "journal"
    with path.open("w", encoding="utf-8") as stream:
        status = os.fstat(stream.fileno())
        monkeypatch.setenv("JOURNAL_STREAM", f"{status.st_dev}:{status.st_ino}")
        start_logging(stream, None, logging.INFO)
        ours.info("group articles=%d", 2)
        ours.warning("store busy attempt=%d", 1)
        ours.error("tick error=%s", "x")
    begun = [line[:4] for line in path.read_text(encoding="utf-8").splitlines()]
    assert begun == ["<6>{", "<4>{", "<3>{"]
