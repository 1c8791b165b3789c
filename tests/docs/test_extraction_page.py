"""The page on extraction names every verdict and evidence, and states the figures of the code."""

import re
import shlex
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.model import Verdict
from aggregator.pipeline import scraping, workers
from aggregator.scrape import agreement, article, page, structured
from aggregator.scrape.body import second_opinion
from aggregator.scrape.dates import dating
from aggregator.scrape.watch import repeats, revisit, trend

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "extraction.md").read_text(encoding="utf-8")


def table(head: str) -> list[tuple[str, str]]:
    """Return the first two cells of each row of the table that begins with `head`."""
    rows = PAGE.partition(head)[2].partition("\n\n")[0]
    return re.findall(r"^\| ([^|]+?) \| ([^|]+?) \|", rows, re.MULTILINE)[1:]


def test_every_verdict_is_explained() -> None:
    explained = [verdict for verdict, _ in table("| verdict | what is stored |")]
    assert explained == [
        "article", "live blog", "paywall", "consent page", "bot wall", "gallery or video",
        "not an article", "empty",
    ]  # fmt: skip
    assert explained == [str(verdict) for verdict in Verdict]


def test_every_evidence_of_a_date_is_explained_the_best_first() -> None:
    explained = [how.strip("`") for how, _ in table("| `published_how` |")]
    assert set(explained) == {*article._DATED_BY_PAGE, "url", "feed", "htmldate", "missing"}
    assert explained.index("json-ld") < explained.index("feed") < explained.index("htmldate")


def test_the_limits_of_the_page_are_those_of_the_code() -> None:
    assert dict(table("| limit | value |")) == {
        "bytes of a page": f"{page.PAGE_LIMIT // (1 << 20)} MiB",
        "elements of a page": f"{page.ELEMENT_LIMIT:,}",
        "attributes of one element": f"{page.ATTRIBUTE_LIMIT:,}",
        "depth from which elements are flattened, without loss of text": f"{page.DEPTH_LIMIT}",
        "processor time for one page": f"{scraping.PAGE_LIMIT.seconds} s",
        "time after which a stuck worker is killed": f"{workers.TASK_DEADLINE.seconds} s",
        "pages after which a worker is replaced": f"{workers.TASKS_PER_CHILD}",
        "characters of `articleBody` in JSON-LD": f"{structured._BODY_LIMIT:,}",
        "JSON objects of JSON-LD that are looked at": f"{structured._NODE_LIMIT:,}",
        "markup of which trafilatura is asked": f"{second_opinion._SIZE_LIMIT:,} characters,"
        f" {second_opinion._ELEMENT_LIMIT:,} elements",
        "page of which htmldate is asked": f"{dating._SEARCHED_BYTES:,} bytes,"
        f" {dating._SEARCHED_ELEMENTS:,} elements",
        "characters on the page below which its data are looked at": f"{article._LEAST_BODY}",
        "characters of a feed's text from which it is a witness": f"{agreement.LEAST_WITNESS}",
        "share of a witness's word pairs that the body has to have": f"{agreement._AGREEMENT:.0%}"
        .replace("%", " %"),
    }  # fmt: skip


def test_the_figures_in_the_text_are_those_of_the_code() -> None:
    assert timedelta(days=1) == dating._TOLERANCE
    assert dating._EARLIEST.year == 1990
    assert [look / timedelta(hours=1) for look in revisit.LOOKS] == [0.5, 2, 6, 12, 24, 48]
    assert timedelta(minutes=30) == revisit.LIVE_PAUSE
    assert timedelta(hours=12) == revisit.LIVE_FOR
    assert timedelta(hours=1) == revisit.AFTER_EDIT == trend.LEAST_SPAN
    assert timedelta(days=2) == revisit.TOO_OLD
    assert revisit._CUT_SHORT == 0.5
    assert (repeats.LEAST_PAGES, trend.LATEST) == (3, 12)


@pytest.mark.timeout(180)
def test_the_explanation_of_the_page_is_what_the_command_says() -> None:
    match = re.search(r"folder `([^`]+)`:\n\n```console\n\$ (.*)\n([^`]*)```", PAGE)
    assert match
    folder, command, expected = match.groups()
    result = subprocess.run(
        [sys.executable, "-m", *shlex.split(command)],
        cwd=ROOT / folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.stdout + result.stderr == expected
