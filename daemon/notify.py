"""What the service tells systemd: one datagram each. Without systemd it says nothing. (sd_notify(3) is the protocol.)"""

import os
import socket
from collections.abc import Mapping
from contextlib import suppress


def notify(*lines: str, environ: Mapping[str, str] = os.environ) -> None:
    """Sends ``READY=1``, ``STOPPING=1``, ``WATCHDOG=1``, ``STATUS=…`` to whoever started us, where it asked for that."""
    address = environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    # Whoever asked may have gone; the work goes on.
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as wire:
        wire.sendto("\n".join(lines).encode(), "\0" + address[1:] if address.startswith("@") else address)


def supervised(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether somebody waits for our signs, and starts us again where we end in a fault."""
    return bool(environ.get("NOTIFY_SOCKET"))


def watchdog_interval(environ: Mapping[str, str] = os.environ) -> float | None:
    """Seconds between two signs of life: half of what systemd allows; None: it does not watch."""
    allowed = environ.get("WATCHDOG_USEC", "")
    return int(allowed) / 2_000_000 if allowed.isdigit() else None
