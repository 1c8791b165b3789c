"""A mail server on loopback (RFC 5321), as small as can be, that may refuse, stall or hang up."""

import asyncio
import base64
import contextlib
import ssl
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from tests.web.loopback import LoopbackServer

_CODES = {"RCPT": "550 no such mailbox", "DATA": "451 try later", "AUTH": "535 wrong password"}


@dataclass
class Taken:
    """One mail as it was handed in."""

    sender: str
    recipients: list[str]
    raw: bytes

    @property
    def mail(self) -> EmailMessage:
        parsed = message_from_bytes(self.raw, policy=default)
        assert isinstance(parsed, EmailMessage)
        return parsed


@dataclass
class MailServer(LoopbackServer):
    """Takes mail. `refuses` are the commands (or recipients) that it does not take.

    `tls` is offered by STARTTLS, or spoken from the start with `is_tls`; `login` has to be given
    where there is one. With `stalls` it says nothing at all.
    """

    refuses: set[str] = field(default_factory=set)
    tls: ssl.SSLContext | None = None
    is_tls: bool = False
    login: tuple[str, str] | None = None
    stalls: bool = False
    taken: list[Taken] = field(default_factory=list)
    connections: int = 0
    address: str = "127.0.0.1"
    port: int = 0

    def listening_tls(self) -> ssl.SSLContext | None:
        return self.tls if self.is_tls else None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
                if self.stalls:
                    await asyncio.sleep(60)
                await _say(writer, "220 mail.example ESMTP")
                await _Session(self, reader, writer).talk()
        finally:
            writer.transport.abort()
            await asyncio.sleep(0)


async def _say(writer: asyncio.StreamWriter, line: str) -> None:
    writer.write(f"{line}\r\n".encode())
    await writer.drain()


class _Session:
    def __init__(
        self, server: MailServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._server = server
        self._reader = reader
        self._writer = writer
        self._sender = ""
        self._recipients: list[str] = []
        self._has_login = server.login is None

    async def talk(self) -> None:
        while True:
            line = (await self._reader.readuntil(b"\r\n")).decode().strip()
            word = line.partition(" ")[0].upper()
            if word == "STARTTLS":
                await _say(self._writer, "220 go ahead")
                assert self._server.tls is not None
                await self._writer.start_tls(self._server.tls)
                continue
            await _say(self._writer, await self._answer(word, line))
            if word == "QUIT":
                return

    async def _answer(self, word: str, line: str) -> str:
        address = line.partition("<")[2].partition(">")[0]
        if word in self._server.refuses or address in self._server.refuses:
            return _CODES.get(word, "500 no")
        if word == "EHLO":
            offers = ["mail.example", "AUTH PLAIN"]
            if self._server.tls is not None and not self._server.is_tls:
                offers.append("STARTTLS")
            return "\r\n".join([*(f"250-{offer}" for offer in offers), "250 8BITMIME"])
        if word == "AUTH":
            _, user, password = base64.b64decode(line.rsplit(maxsplit=1)[-1]).decode().split("\0")
            self._has_login = (user, password) == self._server.login
            return "235 welcome" if self._has_login else _CODES["AUTH"]
        if word == "MAIL":
            self._sender, self._recipients = address, []
            return "250 ok" if self._has_login else "530 log in first"
        if word == "QUIT":
            return "221 goodbye"
        if word == "RCPT":
            self._recipients.append(address)
        if word == "DATA":
            await _say(self._writer, "354 go on")
            raw = (await self._reader.readuntil(b"\r\n.\r\n"))[:-3].replace(b"\r\n..", b"\r\n.")
            self._server.taken.append(Taken(self._sender, self._recipients, raw))
        return "250 ok"
