"""Kinds of values that say how a publisher is asked: headers, cookies, login, proxy.

They may be secrets, so no message about them shows what was found.
"""

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from aggregator.config.addresses import url
from aggregator.config.document import Node, Pairs, ProblemsFound, Scalar, problem_at, shown
from aggregator.config.kinds import Kind, of_text, refusal
from aggregator.errors import Problem
from aggregator.text.secrets import REFERENCE, has_broken_reference, is_reference
from aggregator.text.urls import http_url

_PRINTABLE: Final = re.compile(r"[\x20-\x7e]+")
_USER_AGENT_LIMIT: Final = 300
_VALUE_LIMIT: Final = 4000

# RFC 9110, section 5.6.2: what a name of a header is made of, and one of a cookie.
_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
_OTHER_KEYS: Final = {"user-agent": "user_agent", "cookie": "cookies"}
_OURS: Final = re.compile(
    r"host|content-.*|transfer-encoding|accept-encoding|connection|keep-alive|te|trailer|upgrade"
    r"|expect|range|proxy-.*|if-.*"
)
_IN_CLEAR: Final = "a secret stands in the environment and is named here as ${NAME}"


def user_agent() -> Kind[str]:
    """Return the kind of what we call ourselves in each request."""

    def convert(raw: str) -> str:
        if not _PRINTABLE.fullmatch(raw) or not raw.strip() or len(raw) > _USER_AGENT_LIMIT:
            raise ValueError
        return raw.strip()

    return of_text(f"1 to {_USER_AGENT_LIMIT} characters of ASCII", convert)


def headers() -> Kind[tuple[tuple[str, str], ...]]:
    """Return the kind of request headers; those that frame or compare a message are ours."""

    def check(name: str, value: str) -> str | None:
        lower = name.lower()
        if lower in _OTHER_KEYS:
            return f"must not hold {name}: write the key {_OTHER_KEYS[lower]} instead"
        if _OURS.fullmatch(lower):
            return f"must not hold {name}: this program sets it itself"
        if lower == "authorization" and "${" not in value:
            return f"must hold no {name} in clear: {_IN_CLEAR}"
        return None

    return _pairs("names of headers", check, str.lower)


def cookies() -> Kind[tuple[tuple[str, str], ...]]:
    """Return the kind of cookies that are sent as they are; none is ever taken from an answer."""

    def check(name: str, value: str) -> str | None:
        return f'must not hold ";" in the value of {name}' if ";" in value else None

    return _pairs("names of cookies", check, str)


def authorization() -> Kind[str]:
    """Return the kind of a login for basic authentication; its password is never in the file."""
    return _hidden("user:${PASSWORD}, the password by its name in the environment", _is_login)


def proxy() -> Kind[str]:
    """Return the kind of the address of a proxy; its password is never in the file."""

    def is_good(raw: str) -> bool:
        if is_reference(raw):
            return True
        scheme, separator, rest = raw.partition("://")
        login, at_sign, place = rest.rpartition("@")
        address = http_url(f"{scheme}{separator}{place}")
        is_bare = address is not None and urlsplit(address)[2:] == ("/", "", "")
        return is_bare and (not at_sign or _is_login(login))

    wanted = "an address such as http://proxy.example:3128, with user:${PASSWORD}@ if it wants a"
    return _hidden(f"{wanted} login, or ${{NAME}}", is_good)


def secret() -> Kind[str]:
    """Return the kind of a secret, which is never in the file."""
    return _hidden("the name of a variable of the environment, written ${NAME}", is_reference)


def private_url() -> Kind[str]:
    """Return the kind of an address that may be a secret, or have some in it, named as ${NAME}."""
    plain = url()
    wanted = f"{plain.wanted}, in which ${{NAME}} stands for a variable of the environment"
    # What a variable holds is looked at when it is needed; here any word stands for it.
    hidden = _hidden(wanted, lambda raw: is_reference(raw) or http_url(_filled(raw)) is not None)

    def read(node: Node) -> str:
        is_plain = not isinstance(node, Scalar) or "${" not in node.text
        return plain.read(node) if is_plain else hidden.read(node)

    return Kind(wanted, read)


def _filled(template: str) -> str | None:
    return None if has_broken_reference(template) else REFERENCE.sub("word", template)


def _is_login(text: str) -> bool:
    """Tell whether a text is a user with the name of a password, or the name of both."""
    user, colon, password = text.partition(":")
    if not colon:
        return is_reference(text)
    return is_reference(password) and (is_reference(user) or _is_name(user))


def _is_name(user: str) -> bool:
    return bool(_PRINTABLE.fullmatch(user)) and not set(user) & set(":@/$")


Check = Callable[[str, str], str | None]


def _pairs(
    names: str, check: Check, same: Callable[[str], str]
) -> Kind[tuple[tuple[str, str], ...]]:
    """Return the kind of a mapping of names to values, each pair of which `check` accepts.

    Two names are one when `same` makes them equal.
    """
    wanted = f"a mapping of {names} to values"

    def read(node: Node) -> tuple[tuple[str, str], ...]:
        if not isinstance(node, Pairs):
            raise _hidden_refusal(node, wanted)
        given: dict[str, tuple[str, str]] = {}
        problems: list[Problem] = []
        for key, value in node.pairs:
            if not isinstance(key, Scalar) or not _TOKEN.fullmatch(key.text):
                message = f"must be {wanted}, without spaces or colons in a name"
                problems.append(problem_at(key, message))
            elif same(key.text) in given:
                problems.append(problem_at(key, f"has {shown(key.text)} twice: remove one of them"))
            else:
                text = value.text.strip() if isinstance(value, Scalar) else ""
                given[same(key.text)] = key.text, text
                problem = _problem_of_value(key.text, text) or check(key.text, text)
                problems.extend([problem_at(value, problem)] if problem else [])
        if problems:
            raise ProblemsFound(*problems)
        return tuple(given.values())

    return Kind(wanted, read, lambda _: "{}")


def _problem_of_value(name: str, text: str) -> str | None:
    if not _PRINTABLE.fullmatch(text) or len(text) > _VALUE_LIMIT:
        return f"must have one line of ASCII as the value of {name}"
    if has_broken_reference(text):
        return (
            f"must name a variable as ${{NAME}}, of letters, digits and _, in the value of {name}"
        )
    return None


def _hidden(wanted: str, is_good: Callable[[str], bool]) -> Kind[str]:
    def read(node: Node) -> str:
        if not isinstance(node, Scalar) or node.is_null or not is_good(node.text):
            raise _hidden_refusal(node, wanted)
        return node.text

    return Kind(wanted, read)


def _hidden_refusal(node: Node, wanted: str) -> ProblemsFound:
    """Return what to raise for a value that may be a secret."""
    if isinstance(node, Scalar) and not node.is_null:
        return ProblemsFound(problem_at(node, f"must be {wanted}"))
    return refusal(node, wanted)
