"""A hub on loopback, as WebSub describes one, and as it may misbehave."""

import asyncio
import contextlib
import hmac
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Self
from urllib.parse import parse_qsl, urlencode

import httpx

CHALLENGE: Final = "word & sign=% ü"
"""What we are to echo, with all that has a meaning in a query."""


@dataclass(frozen=True, slots=True)
class Held:
    """A subscription as the hub has it."""

    topic: str
    callback: str
    secret: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What came of asking a callback."""

    mode: str
    status: int
    body: str


@dataclass
class Hub:
    """Takes requests at `url`, asks the callback whether they are meant, and distributes.

    `status` answers a request; `verify` is "after" or "before" the answer, or "never", `delay` the
    seconds before. `lease` in seconds replaces what was asked for, `topic` the topic in what the
    callback is asked. With `denial` requests are refused for that reason.
    """

    status: str = "202 Accepted"
    verify: str = "after"
    delay: float = 0
    lease: str | None = None
    topic: str | None = None
    denial: str | None = None
    forms: list[dict[str, str]] = field(default_factory=list)
    held: dict[str, Held] = field(default_factory=dict)
    verifications: list[Verification] = field(default_factory=list)
    port: int = 0

    async def __aenter__(self) -> Self:
        self._tasks: set[asyncio.Task[None]] = set()
        self._client = httpx.AsyncClient(trust_env=False, timeout=10)
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.die()
        await self._client.aclose()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    async def die(self) -> None:
        """Close the port; what was under way is dropped."""
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def settle(self) -> None:
        """Wait until every callback has been asked."""
        await asyncio.gather(*self._tasks)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            assert head.startswith("post ")
            assert "application/x-www-form-urlencoded" in head
            length = int(head.partition("content-length:")[2].split("\r\n")[0])
            form = dict(parse_qsl((await reader.readexactly(length)).decode()))
            self.forms.append(form)
            if self.verify == "before":
                await self._ask(form)
            writer.write(f"HTTP/1.1 {self.status}\r\nContent-Length: 0\r\n\r\n".encode())
            await writer.drain()
            if self.verify == "after" and self.status.startswith("2"):
                task = asyncio.create_task(self._ask(form))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
        writer.close()

    async def _ask(self, form: dict[str, str]) -> None:
        await asyncio.sleep(self.delay)
        callback, topic = form["hub.callback"], self.topic or form["hub.topic"]
        if self.denial is not None:
            await self.deny(callback, topic, self.denial)
            return
        asked = {"hub.mode": form["hub.mode"], "hub.topic": topic, "hub.challenge": CHALLENGE}
        if form["hub.mode"] == "subscribe":
            asked["hub.lease_seconds"] = self.lease or form["hub.lease_seconds"]
        answer = await self._client.get(f"{callback}?{urlencode(asked)}")
        self.verifications.append(Verification(form["hub.mode"], answer.status_code, answer.text))
        if answer.status_code == 200 and answer.text == CHALLENGE:
            if form["hub.mode"] == "subscribe":
                self.held[callback] = Held(topic, callback, form["hub.secret"])
            else:
                del self.held[callback]

    async def deny(self, callback: str, topic: str, reason: str) -> int:
        """Tell a callback that its subscription is refused; return what it answers."""
        said = {"hub.mode": "denied", "hub.topic": topic, "hub.reason": reason}
        return (await self._client.get(f"{callback}?{urlencode(said)}")).status_code

    async def publish(
        self, topic: str, body: bytes, *, method: str = "sha256", secret: str | None = None
    ) -> list[int]:
        """Push `body` to all who hold `topic`; return what they answer.

        `secret` signs in place of the right one; with `method` "" nothing is signed.
        """
        statuses = []
        for held in list(self.held.values()):
            if held.topic == topic:
                key = (secret or held.secret).encode()
                headers = {"Content-Type": "application/rss+xml", "Link": f'<{topic}>; rel="self"'}
                if method:
                    headers["X-Hub-Signature"] = (
                        f"{method}={hmac.new(key, body, method).hexdigest()}"
                    )
                answer = await self._client.post(held.callback, content=body, headers=headers)
                statuses.append(answer.status_code)
        return statuses
