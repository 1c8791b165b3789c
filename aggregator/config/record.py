"""Mappings of feeds.yaml, read by their table of options."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from aggregator.config.document import (
    Items,
    Node,
    Pairs,
    ProblemsFound,
    Scalar,
    problem_at,
    shown,
)
from aggregator.config.kinds import Kind, Value, nearest, refusal
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


def read_records(
    node: Node | None, table: tuple[Option, ...], what: str, problems: list[Problem]
) -> list[Record]:
    """Return the records of a list of mappings, adding what is wrong to `problems`."""
    if node is None:
        return []
    if not isinstance(node, Items):
        hint = f'begin each {what} with "- name:"'
        problems.extend(refusal(node, f"a list of {what}s", hint).problems)
        return []
    records = (read_record(item, table, what, problems) for item in node.items)
    return [record for record in records if record is not None]


def require_unique(
    records: Iterable[Record], name: str, what: str, problems: list[Problem]
) -> None:
    """Add a problem for each record whose value of the key `name` an earlier one has."""
    first: dict[str, Record] = {}
    for record in records:
        value = record.values.get(name)
        if value is None:
            continue
        earlier = first.setdefault(value, record)
        if earlier is record:
            continue
        line = earlier.node.place.line
        if name in record.nodes:
            message = f"{name} {shown(value)} is also that of the {what} in line {line}: "
            message += f"give each its own, or remove one {what}"
        else:
            message = f"the name gives this {what} the id {shown(value)}, as in line {line}: "
            message += "add an id of its own"
        problems.append(problem_at(record.nodes.get(name, record.nodes["name"]), message))


def mapping_of(table: Sequence[Option], what: str, make: Callable[..., Value]) -> Kind[Value]:
    """Return the kind of a mapping with the keys of `table`, of which `make` makes the value."""
    names = ", ".join(option.name for option in table)
    wanted = f"a mapping with the keys {names}"

    def read(node: Node) -> Value:
        problems: list[Problem] = []
        record = read_record(node, table, what, problems)
        if record is None or problems:
            told = (
                replace(problem, message=f"is wrong: {problem.message}") for problem in problems
            )
            raise ProblemsFound(*(told if record else problems))
        return make(**record.values)

    return Kind(wanted, read)
