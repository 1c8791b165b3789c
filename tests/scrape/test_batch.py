import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from aggregator.errors import ConfigError
from aggregator.scrape.article import extract
from aggregator.scrape.batch import BatchCounts, extract_batch, to_record

FIELDS = [
    "url", "title", "body", "authors", "published", "published_how", "updated", "updated_how",
    "language", "image", "canonical", "site", "verdict", "body_reason", "rule", "rule_missed",
]  # fmt: skip


def page(number: int) -> bytes:
    return f"""
        <html lang="en">
        <head><meta property="article:published_time" content="2026-03-0{number}T08:00:00Z"></head>
        <body><article><h1>Barge number {number} has arrived</h1>
        <p>The harbour office counted barge number {number} at seven in the morning, with a full
        load of flour and some lamp oil.</p>
        <p>It was unloaded by noon by {number} dockers, the office said in its daily note.</p>
        </article></body></html>
    """.encode()


def written(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_batch_keeps_its_order_and_survives_what_is_missing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    lines: list[dict[str, Any]] = []
    for number in range(1, 8):
        name = f"pages/{number}.html" + (".gz" if number % 2 else "")
        content = page(number)
        (tmp_path / name).write_bytes(gzip.compress(content) if number % 2 else content)
        lines.append({"id": f"n{number}", "url": f"https://h.example/{number}", "path": name})
    lines.insert(3, {"id": 99, "url": "https://h.example/gone", "path": "pages/gone.html"})
    (folder / "torn.html.gz").write_bytes(gzip.compress(page(1))[:-20])
    lines.append({"id": "torn", "url": "https://h.example/torn", "path": "pages/torn.html.gz"})
    listing = tmp_path / "list.jsonl"
    listing.write_text("\n\n".join(json.dumps(line) for line in lines), encoding="utf-8")

    steps: list[int] = []
    counts = extract_batch(listing, tmp_path / "out.jsonl", workers=2, progress=steps.append)

    records = written(tmp_path / "out.jsonl")
    assert counts == BatchCounts(pages=9, bodies=7, unreadable=2)
    assert steps == list(range(1, 10))
    assert [record["id"] for record in records] == [
        "n1",
        "n2",
        "n3",
        99,
        "n4",
        "n5",
        "n6",
        "n7",
        "torn",
    ]
    assert all(list(record) == ["id", *FIELDS] for record in records)
    assert records[3]["body"] == records[8]["body"] == ""
    assert (records[3]["url"], records[3]["verdict"]) == ("https://h.example/gone", "empty")
    for number in (1, 2):
        expected = to_record(extract(page(number), f"https://h.example/{number}"))
        assert records[number - 1] == {"id": f"n{number}", **expected}
    errors = capfd.readouterr().err
    assert "gone.html" in errors
    assert "torn.html.gz" in errors


def test_every_bad_line_is_named_before_anything_is_written(tmp_path: Path) -> None:
    listing = tmp_path / "list.jsonl"
    listing.write_text(
        '{"id": 1, "url": "https://h.example/", "path": "a.html"}\n'
        "{broken\n"
        "\n"
        '["id", "url"]\n'
        '{"id": 1, "url": 5, "path": "a.html"}\n',
        encoding="utf-8",
    )
    with pytest.raises(ConfigError) as caught:
        extract_batch(listing, tmp_path / "out.jsonl", workers=1)
    assert [problem.line for problem in caught.value.problems] == [2, 4, 5]
    assert not (tmp_path / "out.jsonl").exists()


def test_an_empty_listing_gives_an_empty_output(tmp_path: Path) -> None:
    listing = tmp_path / "list.jsonl"
    listing.write_text("", encoding="utf-8")
    assert extract_batch(listing, tmp_path / "out.jsonl") == BatchCounts(0, 0, 0)
    assert written(tmp_path / "out.jsonl") == []


def test_a_record_is_json_under_stable_names() -> None:
    record = to_record(extract(page(4), "https://h.example/4"))
    assert list(record) == FIELDS
    assert json.loads(json.dumps(record)) == record
    assert record["published"] == "2026-03-04T08:00:00+00:00"
    assert (record["authors"], record["verdict"], record["language"]) == ([], "article", "en")
