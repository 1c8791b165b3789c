"""Rules and pages written into real folders for tests."""

from pathlib import Path

from aggregator.model import Article
from aggregator.scrape.article import extract
from aggregator.scrape.site_rules.load import load_rules
from aggregator.scrape.site_rules.rule import Rules

SITE = "https://www.gazette.example/2026/pilots"

STORY = """<html lang="en"><head><title>Pilots stay ashore | Harbour Gazette</title>
<meta property="og:type" content="article"></head><body>
<div class="top"><h1>Harbour Gazette</h1><p>Read the Gazette first, every day at five.</p></div>
<div class="story"><h2 class="hl">Pilots refuse the night watch</h2>
<span class="by">Written by Ansa Pell and Joss Okar</span>
<span class="when">3 February 2026</span>
<p>The pilots of Port Ossian will not board ships after dark, their union said on Monday.</p>
<p class="map">Our harbour map shows every berth, on paper, for your wall.</p>
<figure><img src="/buoy.jpg"><figcaption>A buoy off the mole</figcaption></figure>
<p>Two were hurt last week when a drifting mine was mistaken for a buoy off the mole.</p>
<div class="share-buttons">Tell a friend about this</div></div>
<div class="more"><p>The ferry sails again after nine days, with flour for the far bank.</p></div>
</body></html>"""

PARAGRAPHS = [
    "The pilots of Port Ossian will not board ships after dark, their union said on Monday.",
    "Two were hurt last week when a drifting mine was mistaken for a buoy off the mole.",
]


def write_rule(folder: Path, name: str, *lines: str) -> Path:
    path = folder / name / "rule.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def rules_with(folder: Path, *lines: str) -> Rules:
    """Return the bundled rules and one for the site, whose keys are given as lines."""
    write_rule(folder, "gazette", "version: 3", "sites: [gazette.example]", *lines)
    loaded = load_rules(folder)
    assert loaded.errors == ()
    return loaded.rules


def taken(folder: Path, *lines: str, page: str = STORY, url: str = SITE) -> Article:
    return extract(page.encode(), url, rules=rules_with(folder, *lines))


def paragraphs(article: Article) -> list[str]:
    return article.body.split("\n\n") if article.body else []
