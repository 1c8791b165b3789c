"""Values written as YAML, so that each reader of YAML, old or new, reads the same back."""

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from aggregator.config.kinds import written_duration

# Text that needs no quotes in any YAML; the rest is written as in JSON, which YAML contains.
_PLAIN: Final = re.compile(r"[^\W\d_](?:[\w .,;/()'+@&=?%~-]|:(?=\S))*(?<! )")
_PLAIN_IN_FLOW: Final = re.compile(r"[^\W\d_][\w-]*")
# YAML 1.1 takes these for truth values.
_WORDS_OF_YAML_1_1: Final = frozenset("y n yes no on off true false null".split())


def in_block(pairs: Mapping[str, object], indent: str, newline: str) -> str:
    """Return one item of a block list: a mapping with a line for each key."""
    lines = [f"{_scalar(key, _PLAIN_IN_FLOW)}: {_value(value)}" for key, value in pairs.items()]
    block = f"{newline}{indent}  ".join(lines or [in_flow(pairs)])
    return f"{indent}- {block}{newline}"


def in_flow(pairs: Mapping[str, object]) -> str:
    """Return a mapping in braces, in the notation of JSON."""
    inner = (f"{_quoted(key)}: {_value(value, None)}" for key, value in pairs.items())
    return "{" + ", ".join(inner) + "}"


def _value(value: object, plain: re.Pattern[str] | None = _PLAIN) -> str:
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    if isinstance(value, timedelta):
        return written_duration(value)
    if isinstance(value, list | tuple):
        each = plain and _PLAIN_IN_FLOW
        return f"[{', '.join(_value(item, each) for item in value)}]"
    return _scalar(str(value), plain)


def _scalar(text: str, plain: re.Pattern[str] | None) -> str:
    if plain and plain.fullmatch(text) and text.lower() not in _WORDS_OF_YAML_1_1:
        return text
    return _quoted(text)


def _quoted(text: str) -> str:
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() else f"\\U{ord(c):08X}" for c in quoted)
