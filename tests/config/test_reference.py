import re
from pathlib import Path

import pytest

from aggregator.config import parse, reference
from aggregator.config.conflict_options import CONFLICT
from aggregator.config.keep import KEEP, Keep
from aggregator.config.options import FEED, SETTINGS, Option

PAGE = Path(__file__).parents[2] / "docs" / "configuration.md"
OPTIONS = [*SETTINGS, *KEEP, *FEED, *CONFLICT]


def test_the_page_ends_with_the_reference_of_the_program() -> None:
    """After a change: replace all below "### `settings`" by the output of reference()."""
    assert PAGE.read_text(encoding="utf-8").endswith("\n\n" + reference())


def test_each_example_of_the_page_is_a_good_file() -> None:
    examples = re.findall(r"(?ms)^```yaml\n(.*?)^```", PAGE.read_text(encoding="utf-8"))
    assert examples
    for example in examples:
        assert parse(example, Path("example.yaml")).feeds


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)
def test_each_key_has_its_line_with_default_and_help(option: Option) -> None:
    (line,) = {line for line in reference().splitlines() if line.endswith(f"| {option.help} |")}
    assert line.startswith(f"| `{option.name}` | ")
    assert line.count("|") == 5
    assert option.help.endswith(".")


@pytest.mark.parametrize(
    "option", [o for o in SETTINGS if o.default is not None], ids=lambda option: option.name
)
def test_a_default_written_out_is_the_default(option: Option) -> None:
    text = f"settings:\n  {option.name}: {option.kind.write(option.default)}\n"
    config = parse(text + "feeds: []\nconflicts: []\n", Path("feeds.yaml"))
    assert getattr(config.settings, option.name) == option.default


@pytest.mark.parametrize("option", KEEP, ids=lambda option: option.name)
def test_a_default_of_what_is_kept_is_the_default_when_written_out(option: Option) -> None:
    text = f"keep:\n  {option.name}: {option.kind.write(option.default)}\n"
    assert parse(text + "feeds: []\nconflicts: []\n", Path("feeds.yaml")).keep == Keep()
