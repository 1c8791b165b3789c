"""What systemd is told of the daemon (sd_notify): datagrams to the socket that it names."""

import contextlib
import os
import socket
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

_ABSTRACT: Final = "@"


class Supervisor:
    """Tells a supervisor how the daemon is; without NOTIFY_SOCKET all of this does nothing."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._address = environment.get("NOTIFY_SOCKET", "")
        self._is_ready = False
        self._status = ""
        self.watchdog = _watchdog(environment)
        """How often WATCHDOG=1 has to come, None where nobody waits for it."""
        # systemd (248 and later) names the process that it has started, also where the unit is not
        # of Type=notify. INVOCATION_ID says nothing: each program of a desktop inherits one.
        is_started_by_systemd = environment.get("SYSTEMD_EXEC_PID") == str(os.getpid())
        self.is_there = bool(self._address) or is_started_by_systemd

    def ready(self, status: str) -> None:
        """Tell that the daemon works; after that, what it does now."""
        if not self._is_ready or status != self._status:
            self._send("READY=1", f"STATUS={status}")
        self._is_ready, self._status = True, status

    def reloading(self) -> None:
        """Tell that feeds.yaml is read again; `ready` follows."""
        # CLOCK_MONOTONIC, as sd_notify(3) asks for since systemd 253.
        self._send("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")
        self._is_ready = False

    def alive(self) -> None:
        """Tell that the daemon is no standstill."""
        self._send("WATCHDOG=1")

    def stopping(self) -> None:
        """Tell that it is about to end."""
        self._send("STOPPING=1")

    def _send(self, *lines: str) -> None:
        if not self._address or not hasattr(socket, "AF_UNIX"):
            return
        address = self._address
        if address.startswith(_ABSTRACT):
            address = "\0" + address[1:]
        # A supervisor that does not listen must not harm what it supervises.
        with (
            contextlib.suppress(OSError),
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender,
        ):
            sender.setblocking(False)
            sender.sendto("\n".join(lines).encode(), address)


def _watchdog(environment: Mapping[str, str]) -> timedelta | None:
    microseconds = environment.get("WATCHDOG_USEC", "")
    pid = environment.get("WATCHDOG_PID", "")
    if not microseconds.isdecimal() or int(microseconds) == 0 or pid not in {"", str(os.getpid())}:
        return None
    return timedelta(microseconds=int(microseconds))
