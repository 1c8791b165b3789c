"""robots.txt: what the standard library misreads and Protego does not."""

from urllib.robotparser import RobotFileParser

from protego import Protego

from tests.assumptions.telling import ours

RULES = "User-agent: *\nDisallow: /*.pdf$\nDisallow: /private*/x\nCrawl-delay: 2.5\n"
ROBOTS = "aggregator/web/robots.py (Protego reads robots.txt)"


def test_m26_the_standard_library_knows_no_patterns_and_no_half_seconds() -> None:
    parser = RobotFileParser()
    parser.parse(RULES.splitlines())
    assert parser.can_fetch("x", "https://a.example/file.pdf"), ours(ROBOTS)
    assert parser.crawl_delay("x") is None, ours(ROBOTS)


def test_m26_protego_does() -> None:
    rules = Protego.parse(RULES)
    assert not rules.can_fetch("https://a.example/file.pdf", "x")
    assert rules.can_fetch("https://a.example/file.pdf?x", "x")
    assert not rules.can_fetch("https://a.example/private-room/x", "x")
    assert rules.crawl_delay("x") == 2.5
