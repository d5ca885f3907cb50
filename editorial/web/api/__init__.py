"""The read API: what readers may see, as data. `contract` says what there is; routes and OpenAPI document read it."""

from editorial.web.api import views  # its routes
from editorial.web.api.blueprint import api

__all__ = ["api", "views"]
