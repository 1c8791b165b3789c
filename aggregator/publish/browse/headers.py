"""Security headers on every response: nothing runs and nothing is loaded but what is ours."""

import base64
import hashlib
import re
from collections.abc import Iterable
from typing import Final

from jinja2 import Environment

from aggregator.publish.browse.asgi import Application, Header, Message, Receive, Send

OWN_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
"""For our own pages, which hold no inline script and no inline style."""

_OTHERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
# Another site's page is to load none of ours as part of itself; icons are for readers of feeds.
_RESOURCES: Final = b"cross-origin-resource-policy"
_PUBLIC_RESOURCE: Final = b"image/"

# Browsers read either slash as the other, and two of them as the start of another host.
_SLASHES: Final = re.compile(rb"^[/\\]{2,}|^/[\t\n\r]*[/\\]+")

# Datasette 0.65 has three inline scripts, the same on every page but for one flag.
_SCRIPTED_TEMPLATES: Final = ("_close_open_menus.html", "_codemirror_foot.html", "table.html")
_FLAG: Final = "{{ datasette_allow_facet }}"
_INLINE_SCRIPT: Final = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def script_hash(script: str) -> str:
    """Return the CSP source that allows exactly this inline script."""
    digest = hashlib.sha256(script.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def datasette_policy(environment: Environment) -> str:
    """Return the policy for Datasette's own pages.

    Their scripts are allowed by the hashes of the templates that are installed; their inline
    styles (colours, column captions) have no common form, so styles are.
    """
    scripts: list[str] = []
    for name in _SCRIPTED_TEMPLATES:
        assert environment.loader is not None
        source, _, _ = environment.loader.get_source(environment, name)
        for script in _INLINE_SCRIPT.findall(source):
            scripts.extend(script.replace(_FLAG, flag) for flag in ("true", "false"))
    hashes = " ".join(dict.fromkeys(map(script_hash, scripts)))
    return OWN_POLICY.replace("script-src 'self'", f"script-src 'self' {hashes}").replace(
        "style-src 'self'", "style-src 'self' 'unsafe-inline'"
    )


def with_security_headers(application: Application, environment: Environment) -> Application:
    """Return `application` with our headers on each response; a page's own policy stands."""
    policy = datasette_policy(environment).encode()

    async def wrapped(scope: Message, receive: Receive, send: Send) -> None:
        async def send_secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": _secured(message.get("headers", []), policy)}
            await send(message)

        await application(scope, receive, send_secured)

    return wrapped


def _secured(answered: Iterable[Header], policy: bytes) -> list[Header]:
    """Return the headers of a response with ours in the place of those of the same names."""
    ours = {name for name, _ in _OTHERS} | {_RESOURCES}
    headers = [(name.lower(), value) for name, value in answered]
    headers = [
        (name, _SLASHES.sub(b"/", value) if name == b"location" else value)
        for name, value in headers
        if name not in ours
    ]
    given = dict(headers)
    if b"content-security-policy" not in given:
        headers.append((b"content-security-policy", policy))
    is_public = given.get(b"content-type", b"").startswith(_PUBLIC_RESOURCE)
    resources = (_RESOURCES, b"cross-origin" if is_public else b"same-origin")
    return [*headers, *_OTHERS, resources]
