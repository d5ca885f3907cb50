"""The desk: what reporters, editors and heads see and do. Behind the sign-in wall, all of it."""

from editorial.web.desk import documents, editions, lists, reports, topics, visits, writing  # their routes
from editorial.web.desk.blueprint import desk

__all__ = ["desk", "documents", "editions", "lists", "reports", "topics", "visits", "writing"]
