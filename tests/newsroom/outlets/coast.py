"""The outlets of the coast war, told for what is hard about it (see `truth/events.txt`)."""

from typing import Final

from tests.newsroom.world import Outlet

COAST: Final = (
    Outlet("inland-wire", "Inland Wire", "wire"),
    Outlet("northern-agency", "Northern Agency", "wire"),
    Outlet("quay-gazette", "Quay Gazette"),
    Outlet("upland-mirror", "Upland Mirror"),
    Outlet("evening-ledger", "Evening Ledger"),
    Outlet("hill-courier", "Hill Courier"),
    Outlet("plain-herald", "Plain Herald"),
    Outlet("river-review", "River Review"),
    Outlet("mill-notes", "Mill Notes", "blog"),
    Outlet("stepova-hazeta", "Степова газета", language="uk"),
    Outlet("rechnoy-listok", "Речной листок", language="ru"),
    Outlet("faro-del-sur", "El Faro del Sur", language="es"),
    Outlet("sada-almina", "صدى الميناء", language="ar"),
)
