import json
import shutil
from dataclasses import replace
from pathlib import Path

import lxml.html
import pytest

from aggregator.model import Article, PlainText
from bench import gate
from bench.corpus import CORPUS, Case, Extractor, extracted, read_cases


@pytest.fixture
def record(tmp_path: Path) -> Path:
    copy = tmp_path / "gate.json"
    copy.write_bytes(gate.RECORD.read_bytes())
    return copy


def all_paragraphs(case: Case) -> Article:
    tree = lxml.html.document_fromstring(case.page)
    body = "\n\n".join(str(paragraph.xpath("string()")) for paragraph in tree.iter("p"))
    return replace(extracted(case), body=PlainText(body))


def cut_short(case: Case) -> Article:
    article = extracted(case)
    return replace(article, body=PlainText(article.body.rpartition("\n\n")[0]))


def without_authors(case: Case) -> Article:
    return replace(extracted(case), authors=())


def test_the_gate_is_open() -> None:
    assert gate.main([]) == 0


@pytest.mark.parametrize(
    ("worse", "score"),
    [(all_paragraphs, "body"), (cut_short, "body"), (without_authors, "authors")],
)
def test_the_gate_closes_on_a_worse_extractor(
    worse: Extractor, score: str, record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = record.read_bytes()
    assert gate.main(["--record"], worse, record) == 1
    assert record.read_bytes() == before
    output, errors = capsys.readouterr()
    assert f"gate: {score} fell from" in errors
    assert f"gate: json-ld-news: {score} fell from 1.0000 to " in output
    assert "python -m bench.gate --lower" in errors


def test_a_lower_score_is_recorded_on_demand_only(
    record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert gate.main(["--record"], extracted, record) == 0
    before = record.read_bytes()
    assert gate.main(["--lower"], without_authors, record) == 0
    assert json.loads(record.read_text(encoding="utf-8"))["json-ld-news"] == {"authors": 0.0}
    assert gate.main([], without_authors, record) == 0
    assert "--record" not in capsys.readouterr().out
    assert gate.main([], extracted, record) == 0
    assert "`python -m bench.gate --record` writes down what moved" in capsys.readouterr().out
    assert gate.main(["--record"], extracted, record) == 0
    assert record.read_bytes() == before


def test_a_new_page_with_a_shortcoming_is_recorded_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus, record = tmp_path / "corpus", tmp_path / "gate.json"
    shutil.copytree(CORPUS / "json-ld-news", corpus / "page")
    truth = corpus / "page" / "expected.json"
    expected = json.loads(truth.read_text(encoding="utf-8"))
    expected |= {"language": "xx", "known_shortcomings": ["the language is not known"]}
    truth.write_text(json.dumps(expected), encoding="utf-8")
    record.write_text("{}", encoding="utf-8")
    assert gate.main([], extracted, record, corpus) == 1
    assert "for the first time: page" in capsys.readouterr().out
    assert gate.main(["--record"], extracted, record, corpus) == 0
    assert json.loads(record.read_text(encoding="utf-8")) == {"page": {"language": 0.0}}
    assert gate.main([], extracted, record, corpus) == 0


def test_what_is_recorded_is_on_a_page_that_is_there() -> None:
    recorded = json.loads(gate.RECORD.read_text(encoding="utf-8"))
    assert set(recorded) <= {case.name for case in read_cases()}


def test_a_loss_that_is_made_up_for_elsewhere_keeps_the_gate_open() -> None:
    floors = gate.means({"a": {"body": 0.9}, "b": {"body": 0.5}})
    assert gate.fallen(gate.means({"a": {"body": 0.8}, "b": {"body": 0.7}}), floors) == []
    assert gate.fallen(gate.means({"a": {"body": 0.8}, "b": {"body": 0.59}}), floors) == ["body"]
