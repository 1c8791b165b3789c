"""The reasons for an article name what was taken, from where, and what did not count."""

import json
from datetime import UTC, datetime
from pathlib import Path

from aggregator.scrape.article import extract
from aggregator.scrape.batch import to_record
from aggregator.scrape.explain import Evidence, FieldReasons, PageReasons, explain
from aggregator.scrape.hint import read_hint
from tests.scrape.site_rules.writing import PARAGRAPHS, SITE, STORY, rules_with

URL = "https://www.gazette.example/2026/02/03/pilots"
NOW = datetime(2026, 2, 4, tzinfo=UTC)
TOLD = [
    "The pilots of Port Ossian will not board ships after dark, their union said on Monday.",
    "Mines drift in from the strait and cannot be seen from a launch, it wrote to the harbour.",
    "Two were hurt last week when one was mistaken for a buoy, and a third man is missing.",
    "Ships that arrive in the evening now wait at the outer anchorage until six in the morning.",
    "The harbour master called the decision understandable and asked the navy for a sweeper.",
]
PAGE = """<html lang="en"><head><title>Pilots refuse the night watch | Harbour Gazette</title>
<meta property="og:title" content="Pilots refuse the night watch">
<meta property="og:site_name" content="Harbour Gazette">
<meta property="og:image" content="/launch.jpg">
<meta property="article:published_time" content="2026-02-03T06:00:00Z">
<meta name="date" content="2031-01-01"><meta name="lastmod" content="2026-02-03T09:30:00Z">
<script type="application/ld+json">{"@type": "NewsArticle",
"headline": "Night pilots: what the union wants", "datePublished": "2026-02-03T06:00:00Z"}</script>
</head><body><nav class="menu"><a href="/">Home</a></nav><article class="post big">
<h1>Pilots refuse the night watch</h1><a class="post-author" rel="author" href="/a/">Ansa Pell</a>
<div id="story" class="text">TOLD
<div class="share-buttons"><p>Tell a friend about this report</p></div>
<p>Tags: harbour, mines</p></div></article>
<div class="related"><h3>The ferry sails again</h3></div></body></html>""".replace(
    "TOLD", "".join(f"<p>{line}</p>" for line in TOLD)
)


def reasons(page: str = PAGE, **options: object) -> PageReasons:
    return explain(page.encode(), URL, now=NOW, **options)  # type: ignore[arg-type] # as given


def field(found: PageReasons, name: str) -> FieldReasons:
    return next(each for each in found.fields if each.name == name)


def why(found: PageReasons, name: str) -> dict[str, str]:
    return {each.source: each.why for each in field(found, name).evidence}


def test_an_explained_article_is_the_article() -> None:
    assert reasons().reading.article == extract(PAGE.encode(), URL, now=NOW)


def test_the_title_says_who_agrees_and_who_does_not() -> None:
    found = reasons()
    assert field(found, "title").how == "h1, as in meta og:title"
    assert why(found, "title")["json-ld headline"] == "other words"
    assert why(found, "title")["<title>"].startswith("has more")


def test_authors_name_the_element() -> None:
    found = reasons()
    assert field(found, "authors").value == "Ansa Pell"
    assert field(found, "authors").how.startswith("a post-author author")


def test_dates_tell_what_was_not_believed() -> None:
    found = reasons()
    published = field(found, "published")
    assert published.how == found.reading.article.published_how == "json-ld"
    assert Evidence("json-ld datePublished", "2026-02-03T06:00:00Z", agrees=True) in (
        published.evidence
    )
    assert why(found, "published")["meta date"] == "another day; json-ld comes before it"
    assert field(found, "updated").how == "meta"


def test_image_language_and_site_have_their_sources() -> None:
    found = reasons()
    assert field(found, "image").how == "meta og:image"
    assert field(found, "language").how == "html lang"
    assert field(found, "site").how == "meta og:site_name"


def test_the_body_names_its_container_and_what_was_cut() -> None:
    body = reasons().body
    assert body.source == "the page"
    assert body.container == "article.post.big > div#story.text"
    cut = {line.text: line.why for line in body.cut}
    assert cut["Tell a friend about this report"].startswith("furniture by its name: div")
    assert cut["Tags: harbour, mines"].startswith("trimmed at the end")
    assert body.elsewhere > 0
    assert not body.doubtful


def test_witnesses_say_whether_they_agree() -> None:
    entry = read_hint({"title": "Pilots", "content": "".join(f"<p>{x}</p>" for x in TOLD)}, URL)
    (witness,) = reasons(hint=entry).body.witnesses
    assert (witness.source, witness.agrees, witness.in_body) == ("the feed's content", True, 1.0)


def test_a_body_from_the_feed_says_so() -> None:
    entry = read_hint({"title": "Pilots", "content": " ".join(TOLD)}, URL)
    found = reasons("<html><body><p>Please wait.</p></body></html>", hint=entry)
    assert found.body.source == "the feed"
    assert field(found, "title").how == "the feed"


def test_a_rule_says_what_it_took_and_missed(tmp_path: Path) -> None:
    rules = rules_with(tmp_path, "body: .story", "remove: .map", "title: .gone")
    found = explain(STORY.encode(), SITE, rules=rules)
    record = found.to_record()["explanation"]
    assert isinstance(record, dict)
    assert record["rule"] == {
        "rule": "gazette", "version": 3, "from": str(tmp_path), "because": "site gazette.example",
        "taken": {"body": ".story"}, "missed": ["title"], "removed": 1, "problem": None,
    }  # fmt: skip
    assert found.body.source == "rule gazette 3, .story"
    assert {line.text for line in found.body.cut} >= {"A buoy off the mole"}
    assert all(line in found.reading.article.body for line in PARAGRAPHS)


def test_explanations_are_json_around_the_usual_record() -> None:
    found = reasons()
    record = found.to_record()
    assert json.loads(json.dumps(record)) == record
    assert {k: v for k, v in record.items() if k != "explanation"} == to_record(
        found.reading.article
    )


def test_what_is_no_page_is_explained_too() -> None:
    found = explain(b"%PDF-1.7", URL)
    assert (found.fields, found.body.source) == ((), "nowhere")
    assert "not HTML" in found.reading.article.body_reason
