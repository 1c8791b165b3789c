"""A folder of rules -> Rules, and for each that cannot be used, every problem with its line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from aggregator.config.document import (
    Items,
    Node,
    Pairs,
    ProblemsFound,
    Scalar,
    problem_at,
    read_document,
)
from aggregator.config.load import BYTE_ORDER_MARK, read_text
from aggregator.config.record import read_record
from aggregator.errors import ConfigError, Problem
from aggregator.scrape.site_rules.options import OPTIONS
from aggregator.scrape.site_rules.rule import BUNDLED, Rule, Rules, in_order

RULE_FILE: Final = "rule.yaml"
TESTS_FOLDER: Final = "tests"
BUNDLED_FOLDER: Final = Path(__file__).with_name("bundled")

_FOUND: Final = ("body", "remove", "title", "authors", "published", "updated", "image")
_JUDGED: Final = ("live", "paywall", "not_article")
_LOST_COMMENT: Final = re.compile(r"[ \t]*#[^\s#]")
_NAME: Final = re.compile(r"[\w][\w.-]{0,99}")


@dataclass(frozen=True, slots=True)
class LoadedRules:
    """The rules that can be used, and what is wrong with the others."""

    rules: Rules
    errors: tuple[ConfigError, ...] = ()


def folder_of(rule: Rule) -> Path:
    """Return the folder that a rule was read from."""
    return (BUNDLED_FOLDER if rule.origin == BUNDLED else Path(rule.origin)) / rule.name


@lru_cache(maxsize=1)
def bundled_rules() -> Rules:
    """Return the rules that come with the program."""
    return in_order([read_rule(folder, BUNDLED) for folder in _folders(BUNDLED_FOLDER)])


def load_rules(folder: Path | None, before: Rules = Rules()) -> LoadedRules:  # noqa: B008 - frozen
    """Return the bundled rules and those of the user's `folder`, each of which is a folder.

    A rule of the user takes the place of a bundled one of its name. One that cannot be used stops
    no other: it is as it was in `before`, or absent.
    """
    rules = {rule.name: rule for rule in bundled_rules().rules}
    if folder is None:
        return LoadedRules(bundled_rules())
    earlier = {rule.name: rule for rule in before.rules if rule.origin != BUNDLED}
    errors: list[ConfigError] = []
    try:
        folders = _folders(folder)
        errors.extend(_strays(folder))
    except OSError as error:
        reason = error.strerror or str(error)
        message = f"is no folder that can be read ({reason}): create it, or change `rules`"
        errors.append(ConfigError(folder, [Problem(0, 0, message)]))
        return LoadedRules(in_order([*(rules | earlier).values()]), tuple(errors))
    for each in folders:
        try:
            rules[each.name] = read_rule(each, str(folder))
        except ConfigError as error:
            errors.append(error)
            if each.name in earlier:
                rules[each.name] = earlier[each.name]
    return LoadedRules(in_order([*rules.values()]), tuple(errors))


def _folders(folder: Path) -> list[Path]:
    return sorted(
        each for each in folder.iterdir() if each.is_dir() and not each.name.startswith((".", "_"))
    )


def _strays(folder: Path) -> Iterator[ConfigError]:
    for each in sorted(folder.iterdir()):
        if each.is_file() and each.suffix in {".yaml", ".yml"}:
            message = f"is not read: each rule has a folder, move it to {each.stem}/{RULE_FILE}"
            yield ConfigError(each, [Problem(0, 0, message)])


def read_rule(folder: Path, origin: str) -> Rule:
    """Return the rule in a folder; raises ConfigError with every problem of its file."""
    path = folder / RULE_FILE
    if not _NAME.fullmatch(folder.name):
        message = "the name of a rule's folder has letters, digits, . _ and - only: rename it"
        raise ConfigError(folder, [Problem(0, 0, message)])
    text = read_text(path).removeprefix(BYTE_ORDER_MARK)
    try:
        root = read_document(text)
    except ProblemsFound as found:
        raise ConfigError(path, found.problems) from found
    problems = list(_lost_comments(root, text))
    record = read_record(root, OPTIONS, "rule", problems)
    if record is not None:
        values = record.values
        if not any(name in record.nodes for name in ("sites", "generator", "contains")):
            message = "this rule is for no page: add sites (or generator, or contains)"
            problems.append(Problem(0, 0, message))
        if not any(name in record.nodes for name in (*_FOUND, *_JUDGED)):
            problems.append(Problem(0, 0, "this rule takes nothing: add body, or another place"))
        if not problems:
            return Rule(name=folder.name, origin=origin, **values)
    first = {(problem.line, problem.column): problem for problem in reversed(problems)}
    raise ConfigError(path, [first[place] for place in sorted(first)])


def _lost_comments(root: Node, text: str) -> Iterator[Problem]:
    """Yield where YAML takes for a comment what was meant as the id in a selector."""
    for node in _nodes(root):
        place = node.place
        if isinstance(node, Scalar) and not node.quoted and place.end > place.start:
            rest = text[place.end :].partition("\n")[0].lstrip(":")
            if _LOST_COMMENT.match(rest):
                message = "what follows # is a comment in YAML: put quotes around the selector"
                yield problem_at(node, message)


def _nodes(node: Node) -> Iterator[Node]:
    """Yield a node and all in it; the depth of documents is bounded."""
    yield node
    inner: tuple[Node, ...] = ()
    if isinstance(node, Pairs):
        inner = tuple(each for pair in node.pairs for each in pair)
    elif isinstance(node, Items):
        inner = node.items
    for each in inner:
        yield from _nodes(each)
