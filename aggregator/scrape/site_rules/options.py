"""The keys of a rule.yaml: kind with its limits, default, a line of help."""

from dataclasses import replace
from typing import Final

from aggregator.config.document import Items, Node, Pairs, Scalar
from aggregator.config.kinds import Kind, boolean, integer, list_of, of_text, refusal, text
from aggregator.config.options import Option
from aggregator.scrape.site_rules.notation import read_selector
from aggregator.scrape.site_rules.rule import Selector
from aggregator.text.urls import host_of, http_url

ALTERNATIVES_LIMIT: Final = 50
"""Selectors of one key."""


def _site() -> Kind[str]:
    def convert(raw: str) -> str:
        if "/" in raw or ":" in raw:
            host = host_of(http_url(raw if "://" in raw else f"https://{raw}") or "")
            raise ValueError(f"write {host}" if host else "")
        host = host_of(http_url(f"https://{raw}") or "")
        if "." not in host:
            raise ValueError
        return host

    return of_text("the host of a site, such as example.org", convert)


def _selector() -> Kind[Selector]:
    """Return the kind of a place on a page: CSS as text, XPath as text or under a key `xpath`."""
    by_text = of_text("a CSS selector, or xpath: and an XPath", read_selector)

    def read(node: Node) -> Selector:
        if isinstance(node, Scalar) and node.is_null:
            raise refusal(node, by_text.wanted, "what begins with # needs quotes around it")
        if isinstance(node, Pairs) and len(node.pairs) == 1:
            key, value = node.pairs[0]
            is_xpath = isinstance(key, Scalar) and key.text == "xpath"
            if is_xpath and isinstance(value, Scalar) and not value.is_null:
                return by_text.read(replace(value, text=f"xpath: {value.text}"))
        return by_text.read(node)

    return Kind(by_text.wanted, read)


def _one_or_more(each: Kind[Selector]) -> Kind[tuple[Selector, ...]]:
    """Return the kind of one value, or of a list of them."""
    wanted = f"{each.wanted}, or a list of them"
    several = list_of(each, 1)

    def read(node: Node) -> tuple[Selector, ...]:
        if not isinstance(node, Items):
            return (each.read(node),)
        if len(node.items) > ALTERNATIVES_LIMIT:
            raise refusal(node, wanted, f"at most {ALTERNATIVES_LIMIT}")
        return several.read(node)

    return Kind(wanted, read)


_SELECTORS: Final = _one_or_more(_selector())
_TEXTS: Final = list_of(text(200), 1)


def _place(name: str, help_line: str) -> Option:
    return Option(name, _SELECTORS, help_line, ())


OPTIONS: Final = (
    Option("version", integer(1, 99_999), "Count it up with each change.", required=True),
    Option("sites", list_of(_site(), 1), "Hosts; their subdomains are meant too.", ()),
    Option("generator", _TEXTS, 'How the meta tag "generator" of the page begins.', ()),
    Option("contains", _TEXTS, "Texts of which the page's HTML (without scripts) has one.", ()),
    _place("when", "What the page must have; otherwise the rule is not for it."),
    _place("body", "What holds the text."),
    _place("remove", "What is no part of the text, anywhere on the page; all of them."),
    _place("title", "The headline."),
    _place("authors", "The authors' names."),
    _place("published", "When it was published; `datetime` and `content` come before the text."),
    _place("updated", "When it was last changed."),
    _place("image", "The lead image."),
    _place("live", "What only a live blog has."),
    _place("paywall", "What only a page has that shows a teaser to those who have not paid."),
    _place("not_article", "What only pages have that hold no article, such as lists."),
    Option(
        "clean",
        boolean(),
        "false: take the text as it is, with captions, bylines and appeals.",
        default=True,
    ),
)


def reference() -> str:
    """Return the keys as a Markdown table; `docs/rules.md` holds it."""
    lines = ["| key | value | meaning |", "|---|---|---|"]
    for option in OPTIONS:
        kind = option.kind.wanted
        lines.append(
            f"| `{option.name}` | {'**required**: ' if option.required else ''}{kind} |"
            f" {option.help} |"
        )
    return "\n".join(lines)
