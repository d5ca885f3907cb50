"""How often something may be asked for from one address. What a limit is, each audience says for itself."""

from __future__ import annotations

import time
from ipaddress import IPv6Address, ip_address, ip_network

from flask import request
from flask_limiter import Limiter


def address() -> str:
    """Where the request comes from; of IPv6 the network: one household has more addresses than can be counted."""
    try:
        found = ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    return str(ip_network((found, 64), strict=False)) if isinstance(found, IPv6Address) else str(found)


limiter = Limiter(address)


def seconds_to_wait() -> int:
    """Until the limit that was just exceeded lets something through again."""
    exceeded = limiter.current_limit
    return max(1, exceeded.reset_at - int(time.time())) if exceeded else 60
