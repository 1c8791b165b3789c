"""Site rules and explanations by way of the command."""

import json
from pathlib import Path

import pytest

from tests.running import aggregator
from tests.scrape.site_rules.writing import SITE, STORY, write_rule

pytestmark = pytest.mark.timeout(120)

GOOD = ("version: 3", "sites: [gazette.example]", "title: .hl", "body: .story p", "remove: .map")


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """Return a folder with feeds.yaml, one rule of its own, and a page."""
    write_rule(tmp_path / "rules", "gazette", *GOOD)
    (tmp_path / "feeds.yaml").write_text("settings: {rules: rules/}\nfeeds: []\nconflicts: []\n")
    (tmp_path / "page.html").write_text(STORY)
    return tmp_path


def record(desk: Path, name: str = "pilots") -> Path:
    result = aggregator("rules", "record", "gazette", name, "page.html", "--url", SITE, folder=desk)
    assert result.returncode == 0, result.stderr
    return desk / "rules" / "gazette" / "tests" / name / "expected.json"


def test_list_shows_own_rules_first(desk: Path) -> None:
    shown = aggregator("rules", "list", folder=desk).stdout.splitlines()
    assert shown[1].split()[:3] == ["gazette", "3", "gazette.example"]
    listed = json.loads(aggregator("rules", "list", "--json", folder=desk).stdout)
    assert (listed[0]["body"], listed[0]["bundled"]) == ([".story p"], False)
    assert all(rule["bundled"] and rule["tests"] for rule in listed[1:])


def test_extract_follows_the_rules_of_feeds_yaml_and_of_an_option(desk: Path) -> None:
    command = ("extract", "page.html", "--url", SITE, "--json")
    found = json.loads(aggregator(*command, folder=desk).stdout)
    assert (found["rule"], found["rule_missed"]) == ("gazette 3", [])
    write_rule(desk / "other", "mole", "version: 1", *GOOD[1:])
    found = json.loads(aggregator(*command, "--rules", "other", folder=desk).stdout)
    assert found["rule"] == "mole 1"


def test_a_batch_follows_them_too(desk: Path) -> None:
    (desk / "list.jsonl").write_text(json.dumps({"id": 1, "url": SITE, "path": "page.html"}) + "\n")
    command = ("extract", "--batch", "list.jsonl", "--output", "out.jsonl", "--workers", "1")
    assert aggregator(*command, folder=desk).returncode == 0
    assert json.loads((desk / "out.jsonl").read_text())["rule"] == "gazette 3"


def test_explain_is_for_people_or_for_programs(desk: Path) -> None:
    command = ("extract", "page.html", "--url", SITE, "--explain")
    told = aggregator(*command, folder=desk).stdout
    assert "gazette 3 (rules), because of site gazette.example" in told
    assert "title by .hl" in told
    assert "in div.story" in told
    explained = json.loads(aggregator(*command, "--json", folder=desk).stdout)["explanation"]
    assert explained["rule"]["taken"] == {"title": ".hl", "body": ".story p"}
    assert explained["fields"]["title"]["evidence"]


def test_hint_and_now_are_witnesses(desk: Path) -> None:
    entry = {"title": "Pilots", "published": "2026-02-03T05:00:00Z", "authors": ["Ansa Pell"]}
    (desk / "entry.json").write_text(json.dumps(entry))
    page = "<html><body><h1>Pilots</h1><p>Posted 3 hours ago</p></body></html>"
    (desk / "page.html").write_text(page)
    command = ("extract", "page.html", "--url", "https://mole.example/1", "--json")
    found = json.loads(aggregator(*command, "--hint", "entry.json", folder=desk).stdout)
    assert (found["published"], found["authors"]) == ("2026-02-03T05:00:00+00:00", ["Ansa Pell"])
    found = json.loads(aggregator(*command, "--now", "2026-02-03T12:00:00Z", folder=desk).stdout)
    assert found["published"].startswith("2026-02-03T09:00:00")


@pytest.mark.parametrize(
    ("entry", "option", "words"),
    [
        ('{"titel": "x"}', "2026-02-03", "'titel' is no key"),
        ('{"published": "soon"}', "2026-02-03", "'soon' is no time"),
        ("[]", "2026-02-03", "an entry is an object"),
        ("{", "2026-02-03", "entry.json"),
        ("{}", "yesterday", "'yesterday' is no time"),
    ],
)
def test_wrong_witnesses_are_told(desk: Path, entry: str, option: str, words: str) -> None:
    (desk / "entry.json").write_text(entry)
    result = aggregator(
        "extract", "page.html", "--url", SITE, "--hint", "entry.json", "--now", option, folder=desk
    )
    assert result.returncode == 2
    assert words in result.stderr


def test_check_names_file_and_line_of_every_mistake(desk: Path) -> None:
    assert aggregator("rules", "check", folder=desk).returncode == 0
    assert aggregator("check", folder=desk).returncode == 0
    write_rule(desk / "rules", "mole", "version: 1", "sites: [mole.example]", "bodi: .a")
    for command in (("rules", "check"), ("check",)):
        result = aggregator(*command, folder=desk)
        assert result.returncode == 2
        assert "rules/mole/rule.yaml:3:1: " in result.stderr
    problems = json.loads(aggregator("rules", "check", "--json", folder=desk).stdout)["problems"]
    assert {problem["line"] for problem in problems} == {0, 3}


def test_a_recorded_page_holds_until_the_rule_breaks(desk: Path) -> None:
    expected = json.loads(record(desk).read_text())
    assert expected["title"] == "Pilots refuse the night watch"
    assert aggregator("rules", "test", folder=desk).returncode == 0
    write_rule(desk / "rules", "gazette", *GOOD[:2], "title: h1", "body: .story p")
    result = aggregator("rules", "test", "--rule", "gazette", folder=desk)
    assert result.returncode == 1
    assert "title expected Pilots refuse the night watch" in result.stdout
    assert "got      Harbour Gazette" in result.stdout
    assert "body + Our harbour map shows every berth" in result.stdout
    (trial,) = json.loads(
        aggregator("rules", "test", "--rule", "gazette", "--json", folder=desk).stdout
    )
    assert {each["field"] for each in trial["differences"]} == {"title", "body"}


def test_a_page_that_another_rule_takes_differs(desk: Path) -> None:
    record(desk)
    write_rule(desk / "rules", "a-first", *GOOD, "contains: [Gazette]")
    result = aggregator("rules", "test", "--rule", "gazette", folder=desk)
    assert "rule expected gazette 3" in result.stdout
    assert "got      a-first 3" in result.stdout


@pytest.mark.parametrize("text", ["{", "[]", '{"url": 1}', '{"url": "https://a.example/", "x": 1}'])
def test_a_test_that_cannot_be_read_differs(desk: Path, text: str) -> None:
    record(desk).write_text(text)
    result = aggregator("rules", "test", "--rule", "gazette", folder=desk)
    assert result.returncode == 1
    assert "file expected a test page that can be read" in result.stdout


def test_record_writes_over_nothing_and_only_for_own_rules(desk: Path) -> None:
    record(desk)
    command = ("rules", "record", "gazette", "pilots", "page.html", "--url", SITE)
    assert "File exists" in aggregator(*command, folder=desk).stderr
    command = ("rules", "record", "wix", "x", "page.html", "--url", SITE)
    assert aggregator(*command, folder=desk).returncode == 1


def test_a_broken_rule_fails_the_test_run_and_stops_no_extraction(desk: Path) -> None:
    write_rule(desk / "rules", "mole", "version: 1", "body: [")
    assert aggregator("rules", "test", folder=desk).returncode == 1
    result = aggregator("extract", "page.html", "--url", SITE, "--json", folder=desk)
    assert json.loads(result.stdout)["rule"] == "gazette 3"
    assert "rules/mole/rule.yaml" in result.stderr
