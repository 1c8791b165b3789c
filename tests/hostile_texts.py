"""Texts that pose as something else: direction marks, invisible padding, forged lines (C17)."""

from typing import Final

FORGED: Final = "2026-03-01T09:14:00.000Z ERROR forged feed=courier"

HOSTILE_TEXTS: Final = (
    *(f"safe {chr(code)}ecived" for code in range(0x202A, 0x202F)),
    *(f"isolated {chr(code)} text" for code in range(0x2066, 0x206A)),
    "zero\u200bwidth\u200bpadding",
    "marks \u200e left \u200f right",
    "\ufeffbyte order mark",
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title of the terminal\x07",
    "\x9b2J one byte that clears the screen",
    f"first\r\n{FORGED}",
    f"first\n{FORGED}",
    f"first\r{FORGED}",
    f"first\u2028{FORGED}",
    f"first\u2029{FORGED}",
    f"first\x85{FORGED}",
    f"first\x0b\x0c{FORGED}",
    '", "level": "CRITICAL", "event": "forged',
    "' feed=forged outcome='fresh",
    "nothing\x00follows\x08\x08\x7f\udcff",
)
"""Twenty-five of them."""

OBEYED: Final = frozenset(
    "\r\x1b\x00\x07\x08\x0b\x0c\x7f\x85\x9b\u200b\u200e\u200f\u2028\u2029\ufeff"
) | {chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}
"""What no line of ours may hold."""
