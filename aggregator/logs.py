"""Log lines: one for each unit of work, readable on a terminal, JSON for programs.

The fields of a line are those of its template: `poll feed=%s status=%s` has the event `poll` and
the fields `feed` and `status`, so that who logs says it once. Nothing that came from the network
can end a line, move the cursor or pose as a field of JSON.
"""

import ast
import json
import logging
import os
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, TextIO

from aggregator.text.visible import visible, visible_json

FORMAT_VARIABLE: Final = "AGGREGATOR_LOG"
"""The variable of the environment that chooses the format."""

_OURS: Final = "aggregator"

NOTHING: Final = "-"
"""How a template says that there is no such value."""

_PLACE: Final = re.compile(r"%(?P<how>[-#0 +]*\d*(?:\.\d+)?)(?P<type>[a-zA-Z%])")
_KEY: Final = re.compile(r"(?:^|\s)(?P<key>[a-z_]+)=$")
_QUOTED: Final = r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\""""
_ADDED: Final = re.compile(rf" (?P<key>[a-z_]+)=(?P<value>{_QUOTED}|[^\s'\"]*)")
_STAGE: Final = re.compile(r"[a-z]+")
_BARE: Final = re.compile(r"""[^\s"'=]+""")
_RESERVED: Final = frozenset({"time", "level", "event", "message", "traceback"})

# As sd-daemon(3) has them: journald takes the number as the priority of the line.
_PRIORITIES: Final = ((logging.CRITICAL, 2), (logging.ERROR, 3), (logging.WARNING, 4))
_PRIORITY_OF_NEWS: Final = 6

Value = str | int | float | bool | None


class LogFormat(StrEnum):
    """What a log line looks like."""

    TEXT = "text"
    JSON = "json"


def start_logging(stream: TextIO, wanted: LogFormat | None, level: int) -> None:
    """Send log lines of at least `level` to `stream`; None means text on a terminal, else JSON."""
    chosen = wanted or (LogFormat.TEXT if stream.isatty() else LogFormat.JSON)
    handler = logging.StreamHandler(stream)
    handler.setFormatter(LineFormatter(chosen, with_priority=_is_journal(stream)))
    logging.basicConfig(handlers=[handler], level=level, force=True)
    logging.captureWarnings(True)


class LineFormatter(logging.Formatter):
    """Makes a line of a record, in one of two formats.

    `with_priority` begins it with the priority as journald reads it, such as `<3>`.
    """

    def __init__(self, log_format: LogFormat, *, with_priority: bool = False) -> None:
        super().__init__()
        self._format = log_format
        self._with_priority = with_priority

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; on a terminal a traceback follows it, indented."""
        write = self._json if self._format is LogFormat.JSON else self._text
        line = write(record)
        return f"<{_priority(record.levelno)}>{line}" if self._with_priority else line

    def _json(self, record: logging.LogRecord) -> str:
        event = _event(record)
        fields: dict[str, Value] = {
            "time": _time(record),
            "level": record.levelname,
            "event": event,
        }
        for key, value in _fields(record):
            # The template has the last word on a name, what was added to it has not.
            fields.setdefault(f"{event}_{key}" if key in _RESERVED else key, value)
        fields["message"] = visible(record.getMessage())
        if record.exc_info and record.exc_info[1]:
            error = record.exc_info[1]
            fields.setdefault("error", visible(f"{type(error).__name__}: {error}"))
        if trace := self._trace(record):
            fields["traceback"] = "\n".join(trace)
        return visible_json(json.dumps(fields, ensure_ascii=False))

    def _text(self, record: logging.LogRecord) -> str:
        lines = [f"{_time(record)} {record.levelname} {_readable(record)}"]
        # Indented, so that no line of it can be taken for one of the log.
        lines += [f"    {line}" for line in self._trace(record)]
        return "\n".join(lines)

    def _trace(self, record: logging.LogRecord) -> list[str]:
        text = self.formatException(record.exc_info) if record.exc_info else ""
        if record.stack_info:
            text = f"{text}\n{record.stack_info}"
        return [visible(line) for line in text.split("\n") if line]


def _time(record: logging.LogRecord) -> str:
    moment = datetime.fromtimestamp(record.created, UTC)
    return f"{moment.isoformat(timespec='milliseconds').removesuffix('+00:00')}Z"


def _priority(level: int) -> int:
    return next((number for least, number in _PRIORITIES if level >= least), _PRIORITY_OF_NEWS)


def _is_journal(stream: TextIO) -> bool:
    """Return whether the stream leads to journald, which names it in the environment."""
    try:
        status = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return os.environ.get("JOURNAL_STREAM") == f"{status.st_dev}:{status.st_ino}"


def _template(record: logging.LogRecord) -> str:
    return record.msg if isinstance(record.msg, str) else "%s"


def _arguments(record: logging.LogRecord) -> tuple[object, ...]:
    if not isinstance(record.msg, str):
        return (record.msg,)
    return record.args if isinstance(record.args, tuple) else ()


def _places(record: logging.LogRecord) -> Iterator[tuple[str, str, object]]:
    """Yield the text before each place of the template, its conversion, and what stands there."""
    template, rest, end = _template(record), iter(_arguments(record)), 0
    for place in _PLACE.finditer(template):
        before, end = template[end : place.start()], place.end()
        if place["type"] == "%":
            continue
        for argument in rest:
            yield before, place[0], argument
            break


def _event(record: logging.LogRecord) -> str:
    """Return the words with which the template begins, up to its first field or mark.

    Of a library's line it is the name of its logger, since its words may be anybody's.
    """
    if record.name.partition(".")[0] != _OURS:
        return record.name
    words: list[str] = []
    for word in _template(record).split():
        if word == "%s" and not words and _STAGE.fullmatch(first := _first_word(record)):
            words.append(first)
            continue
        if "%" in word or "=" in word:
            break
        words.append(word.rstrip(",:;."))
        if word != words[-1]:
            break
    return " ".join(words) or record.name


def _first_word(record: logging.LogRecord) -> str:
    return str(next(iter(_arguments(record)), ""))


def _fields(record: logging.LogRecord) -> Iterator[tuple[str, Value]]:
    for before, conversion, argument in _places(record):
        if key := _KEY.search(before):
            yield key["key"], _value(conversion, argument)
        elif isinstance(argument, str) and (not before or before[-1].isalnum()):
            yield from _added(argument)


def _added(text: str) -> Iterator[tuple[str, Value]]:
    """Yield the fields of a text such as ` error='...'`, put right behind another place."""
    found, end = [], 0
    for match in _ADDED.finditer(text):
        if match.start() != end:
            return
        end = match.end()
        found.append((match["key"], match["value"]))
    if end != len(text):
        return
    for key, value in found:
        is_quoted = value[:1] in {"'", '"'}
        yield key, _plain(ast.literal_eval(value) if is_quoted else value)


def _value(conversion: str, argument: object) -> Value:
    if isinstance(argument, bool | int) or argument is None:
        return argument
    if isinstance(argument, float):
        return float(conversion % argument) if conversion[-1] in "dfgeEGF" else argument
    return _plain(str(argument))


def _plain(text: str) -> Value:
    return None if text == NOTHING else visible(text)


def _readable(record: logging.LogRecord) -> str:
    """Return the message with each field that holds blanks or quotes in quotes."""
    if isinstance(record.args, Mapping):
        return visible(record.getMessage())
    template, pieces, end = _template(record), [], 0
    rest = iter(_arguments(record))
    if not record.args and isinstance(record.msg, str):
        return visible(template)
    for place in _PLACE.finditer(template):
        before, end = template[end : place.start()], place.end()
        pieces.append(before)
        if place["type"] == "%":
            pieces.append("%")
            continue
        argument = next(rest)
        shown = str(argument) if place["type"] in "sr" else place[0] % (argument,)
        pieces.append(_quoted(shown) if _KEY.search(before) else visible(shown))
    return visible("".join([*pieces, template[end:]]))


def _quoted(text: str) -> str:
    shown = visible(text)
    return shown if _BARE.fullmatch(shown) else json.dumps(shown, ensure_ascii=False)
