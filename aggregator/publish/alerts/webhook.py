"""A bulletin for a program: JSON, signed as the specification "Standard Webhooks" says.

Source: https://github.com/standard-webhooks/standard-webhooks, section "Signature scheme".
"""

import base64
import binascii
import hashlib
import hmac
from datetime import datetime
from typing import Final

from aggregator.model import Message

SECRET_LEAST: Final = 16
"""Bytes of a secret; fewer can be guessed."""

_ENCODED: Final = "whsec_"


def secret_bytes(secret: str) -> bytes:
    """Return the key that a secret means: after "whsec_" it is base64, else it is the text itself.

    Raises ValueError for one that is too short or no base64.
    """
    if secret.startswith(_ENCODED):
        try:
            key = base64.b64decode(secret.removeprefix(_ENCODED), validate=True)
        except binascii.Error:
            raise ValueError("what follows whsec_ is no base64") from None
    else:
        key = secret.encode("utf-8", "surrogateescape")
    if len(key) < SECRET_LEAST:
        raise ValueError(f"it has fewer than {SECRET_LEAST} bytes")
    return key


def signature(key: bytes, identifier: str, timestamp: int, body: bytes) -> str:
    """Return the value of the header `webhook-signature`."""
    signed = f"{identifier}.{timestamp}.".encode() + body
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode('ascii')}"


def webhook_message(key: str, body: bytes, secret: bytes, now: datetime) -> Message:
    """Return what is posted: `key` names the message in each repetition, `now` signs this one."""
    timestamp = int(now.timestamp())
    return Message(
        body,
        "application/json",
        (
            ("webhook-id", key),
            ("webhook-timestamp", str(timestamp)),
            ("webhook-signature", signature(secret, key, timestamp, body)),
            ("Idempotency-Key", key),
        ),
    )
