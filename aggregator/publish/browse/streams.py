"""Answers that are made while they are sent end when nobody takes them any more.

Datasette goes on to read a whole table for a client that has long gone.
"""

import asyncio

from aggregator.publish.browse.asgi import Application, Message, Receive, Send


class _Gone(BaseException):
    """The client has hung up; no error, so that nobody reports it to the client."""


def ending_with_the_client(application: Application) -> Application:
    """Return `application`, which is stopped between two pieces of an answer to nobody."""

    async def wrapped(scope: Message, receive: Receive, send: Send) -> None:
        gone: asyncio.Task[None] | None = None

        async def watched(message: Message) -> None:
            nonlocal gone
            if message.get("more_body"):
                gone = gone or asyncio.create_task(_until_gone(receive))
                # Others are answered between two pieces, and a client that hangs up is noticed.
                await asyncio.sleep(0)
                if gone.done():
                    raise _Gone
            await send(message)

        try:
            await application(scope, receive, watched)
        except _Gone:
            return
        finally:
            if gone is not None:
                gone.cancel()

    return wrapped


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
