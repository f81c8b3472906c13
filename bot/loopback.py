"""Whether a host always means this machine."""

import ipaddress


def is_loopback(host: str) -> bool:
    """host: a name or an address, without a port."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
