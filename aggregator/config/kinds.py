"""What a value of feeds.yaml may be: each kind reads a node, and says what it takes.

The kind of a key, not the look of a value, decides what the value means: "no" is a language where
a language is wanted. Every message names what is wanted and shows what was found.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, Final, Generic, TypeVar

from aggregator.config.document import (
    Items,
    Node,
    Pairs,
    ProblemsFound,
    Scalar,
    Unusable,
    problem_at,
    shown,
)
from aggregator.errors import Problem
from aggregator.text.clean import plain_line

Value = TypeVar("Value")
Value_co = TypeVar("Value_co", covariant=True)
Chosen = TypeVar("Chosen", bound=StrEnum)

_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_BYTES: Final = {"B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}


@dataclass(frozen=True, slots=True)
class Kind(Generic[Value_co]):
    """How the value of a key is read.

    `wanted` completes the sentence "must be ...". `read` returns the value of a node, or raises
    ProblemsFound with every reason why there is none. `write` returns how a value is written.
    """

    wanted: str
    read: Callable[[Node], Value_co]
    write: Callable[[Any], str] = str


def nearest(word: str, known: Sequence[str]) -> str | None:
    """Return which of the `known` words was probably meant, if any is near."""
    return next(iter(get_close_matches(word, known, n=1)), None)


def refusal(node: Node, wanted: str, hint: str = "") -> ProblemsFound:
    """Return what to raise for a `node` that should have been `wanted`."""
    if isinstance(node, Unusable):
        return ProblemsFound(problem_at(node, f"must be {wanted}: {node.message}"))
    if isinstance(node, Scalar):
        found = "nothing" if node.is_null else shown(node.text)
    else:
        found = "a list" if isinstance(node, Items) else "a mapping"
    message = f"must be {wanted}, not {found}{': ' + hint if hint else ''}"
    return ProblemsFound(problem_at(node, message))


def of_text(
    wanted: str, convert: Callable[[str], Value], write: Callable[[Any], str] = str
) -> Kind[Value]:
    """Return the kind of a single value that `convert` understands.

    `convert` raises ValueError with a hint, or "", for text that it cannot take.
    """

    def read(node: Node) -> Value:
        if not isinstance(node, Scalar) or node.is_null:
            raise refusal(node, wanted)
        try:
            return convert(node.text)
        except ValueError as error:
            raise refusal(node, wanted, str(error)) from error

    return Kind(wanted, read, write)


def text(limit: int) -> Kind[str]:
    """Return the kind of one line of clean text of at most `limit` characters."""

    def convert(raw: str) -> str:
        line = plain_line(raw, limit=len(raw) + 1)
        if not 0 < len(line) <= limit:
            raise ValueError
        return line

    return of_text(f"text of 1 to {limit} characters", convert)


def boolean() -> Kind[bool]:
    """Return the kind of true and false."""

    def convert(raw: str) -> bool:
        if raw.lower() not in {"true", "false"}:
            raise ValueError
        return raw.lower() == "true"

    return of_text("true or false", convert, lambda value: str(value).lower())


def integer(minimum: int, maximum: int) -> Kind[int]:
    """Return the kind of a whole number within limits."""

    def convert(raw: str) -> int:
        if not re.fullmatch(r"-?[0-9]{1,12}", raw) or not minimum <= int(raw) <= maximum:
            raise ValueError
        return int(raw)

    return of_text(f"a whole number from {minimum} to {maximum}", convert)


def duration(minimum: timedelta, maximum: timedelta) -> Kind[timedelta]:
    """Return the kind of a span of time within limits: "90s", "5m", "1h", "7d", plain seconds."""

    def convert(raw: str) -> timedelta:
        match = re.fullmatch(r"([0-9]{1,7}(?:\.[0-9]{1,3})?) ?([smhd]?)", raw)
        if match is None:
            raise ValueError("write a number and s, m, h or d, such as 90s or 5m")
        value = timedelta(seconds=float(match[1]) * _SECONDS[match[2] or "s"])
        if not minimum <= value <= maximum:
            raise ValueError
        return value

    limits = f"from {written_duration(minimum)} to {written_duration(maximum)}"
    return of_text(f"a duration {limits}", convert, written_duration)


def size(minimum: int, maximum: int) -> Kind[int]:
    """Return the kind of a number of bytes within limits: "512KiB", "10MiB" or plain bytes."""

    def convert(raw: str) -> int:
        match = re.fullmatch(r"([0-9]{1,12}) ?(B|KiB|MiB|GiB)?", raw)
        if match is None:
            raise ValueError("write a whole number and KiB or MiB, such as 10MiB")
        value = int(match[1]) * _BYTES[match[2] or "B"]
        if not minimum <= value <= maximum:
            raise ValueError
        return value

    limits = f"from {written_size(minimum)} to {written_size(maximum)}"
    return of_text(f"a size {limits}", convert, written_size)


def choice(words: type[Chosen]) -> Kind[Chosen]:
    """Return the kind of one of a few words."""

    def convert(raw: str) -> Chosen:
        if raw in set(words):
            return words(raw)
        near = nearest(raw, list(words))
        raise ValueError(f'did you mean "{near}"?' if near else "")

    return of_text("one of " + ", ".join(words), convert)


def code(pattern: str, wanted: str) -> Kind[str]:
    """Return the kind of a short code that `pattern` describes, such as "uk" or "GB"."""

    def convert(raw: str) -> str:
        if not re.fullmatch(pattern, raw):
            raise ValueError
        return raw

    return of_text(wanted, convert)


def list_of(each: Kind[Value], minimum: int = 0) -> Kind[tuple[Value, ...]]:
    """Return the kind of a list of one kind; what stands in it twice is kept once."""
    least = f" of at least {minimum}" if minimum else ""
    wanted = f"a list{least}, each {each.wanted}"

    def read(node: Node) -> tuple[Value, ...]:
        if not isinstance(node, Items) or len(node.items) < minimum:
            single = isinstance(node, Scalar) and not node.is_null
            raise refusal(node, wanted, "write it in brackets, [ ]" if single else "")
        values: list[Value] = []
        problems: list[Problem] = []
        for item in node.items:
            try:
                values.append(each.read(item))
            except ProblemsFound as found:
                problems.extend(found.problems)
        if problems:
            raise ProblemsFound(*problems)
        return tuple(dict.fromkeys(values))

    return Kind(wanted, read, lambda values: f"[{', '.join(map(each.write, values))}]")


def one_or_list_of(each: Kind[Value]) -> Kind[tuple[Value, ...]]:
    """Return the kind of one value, or of a list of at least one, each once."""
    several = list_of(each, minimum=1)
    wanted = f"{each.wanted}, or {several.wanted}"

    def read(node: Node) -> tuple[Value, ...]:
        if isinstance(node, Items) and not node.items:
            raise refusal(node, wanted, "this one is empty")
        return several.read(node) if isinstance(node, Items) else (each.read(node),)

    def write(values: Sequence[Value]) -> str:
        return each.write(values[0]) if len(values) == 1 else several.write(values)

    return Kind(wanted, read, write)


def words(each: Kind[Value], language: Kind[str]) -> Kind[tuple[Value, ...]]:
    """Return the kind of words as one list, or as a mapping of language codes to lists."""
    wanted = "a list of words, or a mapping of language codes to lists of words"
    whole_list = list_of(each)

    def read(node: Node) -> tuple[Value, ...]:
        if not isinstance(node, Pairs):
            if isinstance(node, Items):
                return whole_list.read(node)
            raise refusal(node, wanted)
        collected: list[Value] = []
        problems: list[Problem] = []
        languages: set[str] = set()
        for key, value in node.pairs:
            try:
                spoken = language.read(key)
                collected.extend(whole_list.read(value))
                if spoken in languages:
                    message = f"has the language {spoken} twice: join its lists"
                    problems.append(problem_at(key, message))
                languages.add(spoken)
            except ProblemsFound as found:
                problems.extend(found.problems)
        if problems:
            raise ProblemsFound(*problems)
        return tuple(dict.fromkeys(collected))

    return Kind(wanted, read, whole_list.write)


def written_duration(value: timedelta) -> str:
    """Return a duration as it is written in feeds.yaml, in the largest unit that fits."""
    seconds = value.total_seconds()
    for unit in ("d", "h", "m"):
        if seconds and seconds % _SECONDS[unit] == 0:
            return f"{seconds / _SECONDS[unit]:.0f}{unit}"
    return f"{round(seconds, 3):g}s"


def written_size(value: int) -> str:
    """Return a number of bytes as it is written in feeds.yaml, in the largest unit that fits."""
    for unit in ("GiB", "MiB", "KiB"):
        if value and value % _BYTES[unit] == 0:
            return f"{value // _BYTES[unit]}{unit}"
    return str(value)
