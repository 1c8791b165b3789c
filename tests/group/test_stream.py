import gzip
import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from aggregator.errors import ConfigError
from aggregator.group.stories import Grouper
from aggregator.group.stream import GroupCounts, group_lines
from aggregator.model import Decision
from tests.group.newsdesk import STRIKE_PARAPHRASE, STRIKE_WIRE

LINES = [
    {"id": "a", "title": "Seven killed in rocket strike on Karsat market", "text": STRIKE_WIRE,
     "url": "https://gazette.example/a", "source": "gazette.example", "lang": "en",
     "published": "2031-05-06T06:00:00Z"},
    {"id": 2, "title": "Union wins Ostrelia vote", "lang": None, "published": None},
    {"id": "c", "title": "Rockets kill seven at Karsat market", "text": STRIKE_PARAPHRASE,
     "source": "courier.example", "published": "2031-05-06"},
    {"id": "d", "title": "Karsat in ruins", "text": STRIKE_WIRE, "source": "echo.example"},
]  # fmt: skip


def clusters(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_lines_round_trip_in_file_order(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    content = "\n\n".join(json.dumps(line) for line in LINES).encode()
    source = tmp_path / "articles.jsonl"
    source.write_bytes(pack(content))
    counts = group_lines(source, tmp_path / "out.jsonl")
    assert clusters(tmp_path / "out.jsonl") == [
        {"id": "a", "cluster": "a"},
        {"id": "2", "cluster": "2"},
        {"id": "c", "cluster": "a"},
        {"id": "d", "cluster": "a"},
    ]
    assert counts == GroupCounts(articles=4, stories=2, copies=1)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "Expecting"),
        ("[]", "object"),
        ('{"title": "no id"}', "id"),
        ('{"id": "x", "title": 7}', "title"),
        ('{"id": "x", "title": "t", "published": "yesterday"}', "yesterday"),
        ('"text"', "object"),
        ('{"id": "x", "title": "t", "published": "9999-12-31T23:59-05:00"}', "date value"),
        ("[" * 100_000, "recursion"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, complaint: str) -> None:
    source = tmp_path / "articles.jsonl"
    source.write_text(f'{{"id": "fine", "title": "Fine"}}\n{line}\n', "utf-8")
    with pytest.raises(ConfigError, match=complaint) as caught:
        group_lines(source, tmp_path / "out.jsonl")
    assert caught.value.problems[0].line == 2


def test_bytes_that_are_no_text_are_named(tmp_path: Path) -> None:
    source = tmp_path / "articles.jsonl"
    source.write_bytes(b'{"id": "fine", "title": "Fine"}\n\xff\xfe\n')
    with pytest.raises(ConfigError) as caught:
        group_lines(source, tmp_path / "out.jsonl")
    assert caught.value.problems[0].line == 2


def test_a_cut_gzip_is_named(tmp_path: Path) -> None:
    source = tmp_path / "articles.jsonl.gz"
    source.write_bytes(gzip.compress(json.dumps(LINES[0]).encode() * 500)[:-20])
    with pytest.raises(ConfigError):
        group_lines(source, tmp_path / "out.jsonl")


def test_a_lone_surrogate_survives(tmp_path: Path) -> None:
    source = tmp_path / "articles.jsonl"
    source.write_text('{"id": "\\udc80", "title": "Karsat \\udc80 market"}', "utf-8")
    group_lines(source, tmp_path / "out.jsonl")
    assert clusters(tmp_path / "out.jsonl") == [{"id": "\udc80", "cluster": "\udc80"}]


def test_an_empty_file_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "none.jsonl").touch()
    assert group_lines(tmp_path / "none.jsonl", tmp_path / "out.jsonl") == GroupCounts(0, 0, 0)


def test_a_line_names_the_story_in_which_the_article_is_at_the_end(tmp_path: Path) -> None:
    def repair(grouper: Grouper, decision: Decision) -> tuple[Decision, ...]:
        if decision.article == "c":
            return grouper.merge("a", "2")
        if decision.article == "d":
            return grouper.split(["c"])
        return ()

    source, output = tmp_path / "articles.jsonl", tmp_path / "out.jsonl"
    source.write_text("\n".join(map(json.dumps, LINES)), "utf-8")
    counts = group_lines(source, output, Grouper(repairs=[repair]))
    assert {line["id"]: line["cluster"] for line in clusters(output)} == {
        "a": "a",
        "2": "a",
        "c": "c",
        "d": "a",
    }
    assert counts == GroupCounts(articles=4, stories=2, copies=1)


def test_a_file_that_cannot_be_read_to_its_end_leaves_the_output_as_it_was(tmp_path: Path) -> None:
    source, output = tmp_path / "articles.jsonl", tmp_path / "out.jsonl"
    source.write_text('{"id": "fine", "title": "Fine"}\n{\n', "utf-8")
    output.write_text("earlier\n", "utf-8")
    with pytest.raises(ConfigError):
        group_lines(source, output)
    assert output.read_text("utf-8") == "earlier\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["articles.jsonl", "out.jsonl"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    source, pipe = tmp_path / "articles.jsonl", tmp_path / "pipe"
    source.write_text(json.dumps(LINES[0]), "utf-8")
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as reader:
        read = reader.submit(pipe.read_text, "utf-8")
        group_lines(source, pipe)
        assert json.loads(read.result(timeout=30)) == {"id": "a", "cluster": "a"}
    assert pipe.is_fifo()
