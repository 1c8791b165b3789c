"""The page on site rules is a session that runs: its files are written, its commands give this."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from aggregator.scrape.site_rules.load import load_rules, read_rule
from aggregator.scrape.site_rules.options import reference
from aggregator.scrape.site_rules.select import COST_LIMIT, ELEMENT_LIMIT

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
_PART = re.compile(
    r"^`(?P<file>[^`\n]+)`:\n\n```\w+\n(?P<text>.*?)^```|^```console\n(?P<session>.*?)^```",
    re.MULTILINE | re.DOTALL,
)


def run(command: str, folder: Path) -> str:
    program, *arguments = shlex.split(command)
    assert program == "aggregator"
    result = subprocess.run(
        [sys.executable, "-m", program, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    return result.stdout + result.stderr


@pytest.mark.timeout(180)
def test_the_session_of_the_page_runs(tmp_path: Path) -> None:
    commands = 0
    for part in _PART.finditer(PAGE):
        if part["file"]:
            path = tmp_path / part["file"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(part["text"], encoding="utf-8")
            continue
        for step in re.split(r"^\$ ", part["session"], flags=re.MULTILINE)[1:]:
            command, _, expected = step.partition("\n")
            assert run(command, tmp_path) == expected, command
            commands += 1
    assert commands == 5


def test_the_rule_with_xpath_is_a_rule(tmp_path: Path) -> None:
    (example,) = re.findall(r"^  ```yaml\n(.*?)^  ```", PAGE, re.MULTILINE | re.DOTALL)
    (tmp_path / "rule.yaml").write_text(example.replace("\n  ", "\n")[2:], encoding="utf-8")
    assert len(read_rule(tmp_path, str(tmp_path)).body) == 2


def test_the_page_has_the_keys_and_the_figures() -> None:
    assert reference() in PAGE
    assert f"more than {ELEMENT_LIMIT:,}" in PAGE
    assert COST_LIMIT == 2_000_000_000


def test_the_page_names_the_bundled_rules() -> None:
    last = PAGE.partition("## Rules that come with the program")[2].lower()
    assert [rule.name for rule in load_rules(None).rules.rules if rule.name not in last] == []
