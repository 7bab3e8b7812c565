"""One line of somebody's list of things to do, whichever room it comes from."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class OpenTask:
    """`due` is an aware instant or None; `zone` the IANA name of the zone it is shown in."""

    title: str
    detail: str
    url: str
    due: dt.datetime | None = None
    zone: str = "Europe/Oslo"
    urgent: bool = False
