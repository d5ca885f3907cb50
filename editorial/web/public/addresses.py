"""Absolute addresses, as all rooms make them."""

from editorial.web.addresses import address, address_of

__all__ = ["address", "address_of"]
