"""What a republisher must print, as all rooms say it."""

from editorial.web.credits import credit_of

__all__ = ["credit_of"]
