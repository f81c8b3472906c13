"""How often somebody may try to sign in from one place."""

import ipaddress
from collections import deque
from datetime import datetime, timedelta

from aiohttp import web

MOST = 20
WITHIN = timedelta(minutes=10)
REMEMBERED = 10_000
"""Places. Whoever comes from more of them than that has the oldest forgotten: what is remembered
here never fills the memory, and each account is closed after some wrong passwords anyway."""
ONE_HOME = 64
"""Bits of an address of the sixth version that stand for one connection."""


class Tries:
    """Counts tries, in the memory of this process."""

    def __init__(self) -> None:
        self._times: dict[str, deque[datetime]] = {}

    def allows(self, place: str, now: datetime) -> bool:
        """Whether somebody may try once more from there. What is not allowed does not count."""
        times = self._times.pop(place, None) or deque(maxlen=MOST)
        self._times[place] = times
        while len(self._times) > REMEMBERED:
            del self._times[next(iter(self._times))]
        if len(times) == MOST and now - times[0] < WITHIN:
            return False
        times.append(now)
        return True


def place_of(request: web.Request, *, behind_proxy: bool) -> str:
    """Where a request comes from.

    behind_proxy: what the nearest proxy says counts. What stands before it in the header anybody
    can write.
    """
    last = request.headers.getall("X-Forwarded-For", [""])[-1].rpartition(",")[2].strip()
    given = last if behind_proxy and last else request.remote or ""
    try:
        address = ipaddress.ip_address(given)
    except ValueError:
        return request.remote or ""
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, ONE_HOME), strict=False))
