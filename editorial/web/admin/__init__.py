"""The admin pages: what stands round the articles, and the people of the board. Behind the sign-in wall, all of it."""

from editorial.web.admin import furniture, people  # their routes
from editorial.web.admin.blueprint import admin

__all__ = ["admin", "furniture", "people"]
