"""The outlets of the demo: wires, papers, state media, ministries, charities and blogs.

The country codes are of the range that ISO 3166 leaves to users: XA Albria, XD Drovia, XS Sarvenia,
XQ Qasran, XL Levona, XG Sangara, XC Alcora, XH Hailan, XT Tengwan, XI international.
"""

from typing import Final

from tests.newsroom.outlets.abroad import ABROAD
from tests.newsroom.outlets.drovia import DROVIA
from tests.newsroom.outlets.elsewhere import ELSEWHERE
from tests.newsroom.world import Fault, Outlet

OUTLETS: Final = (*ABROAD, *DROVIA, *ELSEWHERE)

FAILING: Final = (
    # Two that the demo shows as failing; every product has such feeds in its list.
    Outlet("vanished-herald", "The Vanished Herald", fault=Fault.NOT_FOUND),
    Outlet("broken-tribune", "The Broken Tribune", fault=Fault.SERVER_ERROR),
)

HOSTILE: Final = tuple(
    Outlet(f"bad-{fault.name.lower().replace('_', '-')}", f"Bad feed: {fault.value}", fault=fault)
    for fault in Fault
)
