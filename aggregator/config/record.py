"""One mapping of feeds.yaml, read by its table of options."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from aggregator.config.document import Node, Pairs, ProblemsFound, Scalar, problem_at, shown
from aggregator.config.kinds import nearest, refusal
from aggregator.config.options import Option, default_values
from aggregator.errors import Problem


@dataclass(frozen=True, slots=True)
class Record:
    """The usable values of one mapping, defaults filled in, and the nodes that were given.

    A key without a value is not given. `complete` says that no value is missing or unusable.
    """

    node: Node
    values: dict[str, Any]
    nodes: dict[str, Node]
    complete: bool


def read_record(
    node: Node, table: Sequence[Option], what: str, problems: list[Problem]
) -> Record | None:
    """Return the values of a mapping, adding what is wrong to `problems`; None: no mapping."""
    if not isinstance(node, Pairs):
        names = ", ".join(option.name for option in table if option.required)
        hint = f"a {what} is written as keys with values, at least {names}" if names else ""
        problems.extend(refusal(node, "a mapping", hint).problems)
        return None
    known = {option.name: option for option in table}
    given = read_keys(node, known, f"{what} key", problems)
    values = default_values(table)
    nodes: dict[str, Node] = {}
    before = len(problems)
    for name, (key, value) in given.items():
        option = known[name]
        if isinstance(value, Scalar) and value.is_null:
            # A key without a value says nothing, and nothing is what such a key means by default.
            if option.required or option.default is not None:
                problems.append(problem_at(key, f"{name} has no value: write one, or remove it"))
            continue
        nodes[name] = value
        try:
            values[name] = option.kind.read(value)
        except ProblemsFound as found:
            problems.extend(
                Problem(problem.line, problem.column, f"{name} {problem.message}")
                for problem in found.problems
            )
    problems.extend(
        problem_at(node, f"this {what} has no {option.name}: add one")
        for option in table
        if option.required and option.name not in given
    )
    return Record(node, values, nodes, complete=len(problems) == before)


def read_keys(
    node: Pairs, known: Iterable[str], what: str, problems: list[Problem]
) -> dict[str, tuple[Node, Node]]:
    """Return the known keys of a mapping with their nodes; all others become `problems`."""
    names = list(known)
    given: dict[str, tuple[Node, Node]] = {}
    for key, value in node.pairs:
        if not isinstance(key, Scalar):
            problems.extend(refusal(key, f"the name of a {what}").problems)
        elif key.text in given:
            first = given[key.text][0].place.line
            message = f"{key.text} stands here twice, first in line {first}: remove one of them"
            problems.append(problem_at(key, message))
        elif key.text in names:
            given[key.text] = (key, value)
        else:
            near = nearest(key.text.lower(), names)
            hint = f"did you mean {near}?" if near else f"there are {', '.join(names)}"
            problems.append(problem_at(key, f"{shown(key.text)} is no {what}: {hint}"))
    return given
