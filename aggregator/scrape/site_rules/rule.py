"""Site rules as values: what a rule.yaml says, ready to be sent to another process."""

from dataclasses import dataclass, fields, replace
from typing import Final

from aggregator.text.urls import host_of

BUNDLED: Final = "bundled"
"""The `origin` of rules that come with the program."""


@dataclass(frozen=True, slots=True)
class Step:
    """One part of a path through a page.

    `combinator` says how `xpath` is asked of what the step before it found: " ", ">", "+" and "~"
    as in CSS, and "" of the page. "xpath" says that its author wrote the whole path as XPath.
    """

    combinator: str
    xpath: str


@dataclass(frozen=True, slots=True)
class Selector:
    """Where something stands on a page.

    `written` is how the rule's author wrote it. Each of `paths` leads to some of it. With
    `attribute` the value of that attribute is meant, not the text.
    """

    written: str
    paths: tuple[tuple[Step, ...], ...]
    attribute: str | None = None


Selectors = tuple[Selector, ...]
"""Alternatives; the first that finds anything is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What is known about the pages of some sites.

    It is for pages whose host is one of `sites` or below it, whose meta tag "generator" begins
    with one of `generator`, whose HTML holds one of the texts in `contains`, and on which `when`
    finds something: all of these that are given. `origin` is the folder it was read from.
    `clean` says that furniture inside the text is left out and its ends are trimmed.
    """

    name: str
    version: int
    origin: str
    sites: tuple[str, ...] = ()
    generator: tuple[str, ...] = ()
    contains: tuple[str, ...] = ()
    when: Selectors = ()
    body: Selectors = ()
    remove: Selectors = ()
    title: Selectors = ()
    authors: Selectors = ()
    published: Selectors = ()
    updated: Selectors = ()
    image: Selectors = ()
    live: Selectors = ()
    paywall: Selectors = ()
    not_article: Selectors = ()
    clean: bool = True

    @property
    def label(self) -> str:
        """Its name and version, as an article carries them."""
        return f"{self.name} {self.version}"

    def is_for_host(self, host: str) -> bool:
        """Say whether a page of this host may be meant."""
        return not self.sites or any(
            host == site or host.endswith(f".{site}") for site in self.sites
        )


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules in the order in which they are asked; the first that is for a page is followed."""

    rules: tuple[Rule, ...] = ()

    def for_site(self, url: str) -> "Rules":
        """Return those that may be for pages of this address's host: little to send to a worker."""
        host = host_of(url)
        return replace(self, rules=tuple(rule for rule in self.rules if rule.is_for_host(host)))


def in_order(rules: list[Rule]) -> Rules:
    """Return rules as they are asked: the user's before bundled ones, narrow before wide."""

    def rank(rule: Rule) -> tuple[bool, int, bool, str]:
        longest = max(map(len, rule.sites), default=0)
        conditions = bool(rule.when or rule.contains or rule.generator)
        return rule.origin == BUNDLED, -longest, not conditions, rule.name

    return Rules(tuple(sorted(rules, key=rank)))


def selectors_of(rule: Rule) -> dict[str, Selectors]:
    """Return the keys of a rule that are selectors, with theirs."""
    names = [entry.name for entry in fields(rule) if entry.type is Selectors]
    return {name: getattr(rule, name) for name in names}
