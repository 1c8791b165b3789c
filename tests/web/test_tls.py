"""https: certificates are checked against the name, and HTTP/2 is spoken where offered."""

import asyncio
import ssl
from contextlib import suppress
from pathlib import Path

import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import RequestReceived

from aggregator.model import FetchResult, Outcome
from tests.web.client_for import client_for, feed, run
from tests.web.hostile_server import HostileServer, answer

CERTIFICATE = Path(__file__).with_name("loopback.pem")


def server_tls(protocol: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    context.set_alpn_protocols([protocol])
    return context


def trusting() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(CERTIFICATE))


def _fetch(host: str, tls: ssl.SSLContext | None) -> FetchResult:
    async def work() -> FetchResult:
        routes = {"/feed": answer(b"news")}
        async with (
            HostileServer({**routes}, tls=server_tls("http/1.1")) as server,
            client_for(server, tls=tls) as web,
        ):
            return await web.fetch(feed(server.url("/feed", host, "https")))

    return run(work())


def test_a_trusted_certificate_for_the_name_is_accepted() -> None:
    assert _fetch("secure.localhost", trusting()).body == b"news"


def test_a_certificate_for_another_name_is_refused() -> None:
    result = _fetch("other.localhost", trusting())
    assert result.outcome is Outcome.FAILED
    assert "Hostname mismatch" in (result.error or "")


def test_a_certificate_of_nobody_we_know_is_refused() -> None:
    result = _fetch("secure.localhost", None)
    assert result.outcome is Outcome.FAILED
    assert "certificate verify failed" in (result.error or "")


class Http2Server(HostileServer):
    """Speaks HTTP/2 and answers every request with `body`, as fast as the client lets it."""

    body = b""
    status = "200"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = H2Connection(
            H2Configuration(client_side=False, validate_outbound_headers=False)
        )
        connection.initiate_connection()
        unsent: dict[int, bytes] = {}
        with suppress(ConnectionError, ssl.SSLError):
            while data := await reader.read(65_536):
                for event in connection.receive_data(data):
                    if isinstance(event, RequestReceived):
                        headers = [
                            (":status", self.status),
                            ("etag", "a\nb"),
                            ("set-cookie", "a=b"),
                        ]
                        connection.send_headers(event.stream_id, headers)
                        unsent[event.stream_id] = self.body
                self._send(connection, unsent)
                writer.write(connection.data_to_send())
                await writer.drain()
        writer.close()

    def _send(self, connection: H2Connection, unsent: dict[int, bytes]) -> None:
        for stream, rest in list(unsent.items()):
            sent = 0
            while room := min(connection.local_flow_control_window(stream), 16_384):
                connection.send_data(stream, rest[sent : sent + room])
                sent += room
                if sent >= len(rest):
                    connection.end_stream(stream)
                    del unsent[stream]
                    break
            else:
                unsent[stream] = rest[sent:]


async def _fetch_over_http2(body: bytes, times: int) -> tuple[list[FetchResult], int]:
    server = Http2Server(tls=server_tls("h2"))
    server.body = body
    async with server, client_for(server, tls=trusting()) as web:
        request = feed(server.url("/feed", "secure.localhost", "https"))
        return [await web.fetch(request) for _ in range(times)], server.connections


def test_http2_is_spoken_where_it_is_offered() -> None:
    results, connections = run(_fetch_over_http2(b"news" * 10_000, 3))
    assert connections == 1
    for result in results:
        assert result.body == b"news" * 10_000


def test_p37_http2_cannot_smuggle_a_line_into_a_request() -> None:
    results, _ = run(_fetch_over_http2(b"news", 1))
    assert results[0].outcome is Outcome.FRESH
    assert results[0].validators.etag is None


def test_an_exception_that_no_library_documents_is_a_failure_and_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """httpcore reads a status in HTTP/2 with int(), whatever it is."""

    async def work() -> FetchResult:
        server = Http2Server(tls=server_tls("h2"))
        server.status = "fine"
        async with server, client_for(server, tls=trusting()) as web:
            return await web.fetch(feed(server.url("/feed", "secure.localhost", "https")))

    result = run(work())
    assert result.outcome is Outcome.FAILED
    assert (result.error or "").startswith(
        "FetchError: no answer from secure.localhost: ValueError "
    )
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_n05_http2_has_the_same_limit() -> None:
    results, _ = run(_fetch_over_http2(b"x" * (11 * 1024 * 1024), 1))
    assert results[0].error == "TooLarge: the body is larger than 10485760 bytes"
